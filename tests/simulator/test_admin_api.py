"""The operator interface: what the people at the platform do, and what the owner of a bundle sees of it."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from bulkportal.simulator import lifecycle

from .stage import Stage, code, day, video

STEPS = {
    "accept": (("published", "published_priority"), "accepted"),
    "review": (("accepted",), "in_review"),
    "finalize": (("in_review",), "finalized"),
    "complete": (("finalized",), "completed"),
}
VIDEO_STEPS = {
    "post": (("configured", "published", "pending_corrections"), "published"),
    "accept": (("published",), "accepted"),
    "review": (("accepted",), "in_review"),
}
STATUSES = ("pending_setup", "published", "published_priority", "accepted", "in_review", "finalized", "completed", "cancelled", "draft")
VIDEO_STATUSES = ("pending", "configured", "published", "accepted", "in_review", "finalized", "pending_corrections")


def asked(stage: Stage, path: str, body: object = None) -> tuple[int, object]:
    """Ask the operator: the status, and the code of a refusal."""
    answer = stage.plain.post(stage.simulator.operator_url + path, json=body)
    return answer.status_code, answer.json().get("error", {}).get("code")


def seen(stage: Stage, path: str) -> dict[str, object]:
    """What the owner sees."""
    found: dict[str, object] = stage.send("GET", path).json()["data"]
    return found


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("step", STEPS)
def test_a_bundle_goes_on_by_steps(stage: Stage, step: str, status: str) -> None:
    """Each step from its statuses only; elsewhere 409, and nothing changes."""
    allowed, result = STEPS[step]
    bundle = stage.create()
    stage.operate("POST", "/status", {"bundle": bundle, "status": status})
    told = asked(stage, f"/bundles/{bundle}/{step}")
    assert told == ((200, None) if status in allowed else (409, "WRONG_STATUS"))
    assert seen(stage, f"/bundles/{bundle}")["status"] == (result if status in allowed else status)


@pytest.mark.parametrize("status", VIDEO_STATUSES)
@pytest.mark.parametrize("step", VIDEO_STEPS)
def test_a_video_goes_on_by_steps(stage: Stage, step: str, status: str) -> None:
    """Each step from its statuses only; elsewhere 409, and nothing changes."""
    allowed, result = VIDEO_STEPS[step]
    path = f"/bundles/{stage.accepted()}/videos/1"
    stage.operate("POST", "/status", {"bundle": path.split("/")[2], "position": 1, "status": status})
    told = asked(stage, f"{path}/{step}")
    assert told == ((200, None) if status in allowed else (409, "WRONG_STATUS"))
    assert seen(stage, path)["status"] == (result if status in allowed else status)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("step", [*VIDEO_STEPS, "flag-download"])
def test_videos_go_on_where_somebody_works_on_the_bundle(stage: Stage, step: str, status: str) -> None:
    """Nothing is posted, accepted or reviewed before a manager accepted the bundle, nor after its end; a link is reported once it is published."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/videos/1"
    stage.operate("POST", "/status", {"bundle": bundle, "position": 1, "status": "accepted" if step == "review" else "published"})
    stage.operate("POST", "/status", {"bundle": bundle, "status": status})
    before = seen(stage, path)
    allowed = lifecycle.SUBMITTED if step == "flag-download" else lifecycle.AT_WORK
    assert asked(stage, f"{path}/{step}") == ((200, None) if status in allowed else (409, "WRONG_STATUS"))
    assert (seen(stage, path) == before) is (status not in allowed or step == "post")


def test_a_bundle_is_not_completed_while_a_video_is_open(stage: Stage) -> None:
    """The refusal names the positions; a slot that was never used is in nobody's way, and computed fields follow."""
    bundle = stage.accepted()
    stage.operate("POST", f"/bundles/{bundle}/review")
    refused = stage.plain.post(f"{stage.simulator.operator_url}/bundles/{bundle}/finalize")
    assert code(refused) == (409, "WRONG_STATUS")
    assert refused.json()["error"]["details"]["open_positions"] == [1]
    stage.operate("POST", "/status", {"bundle": bundle, "position": 1, "status": "finalized"})
    told = []
    for step in ("finalize", "complete"):
        stage.operate("POST", f"/bundles/{bundle}/{step}")
        found = seen(stage, f"/bundles/{bundle}")
        told.append((found["status"], found["is_published"], found["next_action"], found["videos_configured_count"]))
    assert told == [("finalized", False, None, 1), ("completed", True, None, 1)]


def test_a_bundle_is_called_off(stage: Stage) -> None:
    """Cancelled, from wherever it was unless it has ended; nothing is refunded and nothing can be configured."""
    bundle = stage.published()
    before = stage.balance
    assert asked(stage, f"/bundles/{bundle}/cancel") == (200, None)
    assert (seen(stage, f"/bundles/{bundle}")["status"], stage.balance) == ("cancelled", before)
    assert asked(stage, f"/bundles/{bundle}/cancel") == (409, "WRONG_STATUS")
    assert stage.send("PUT", f"/bundles/{bundle}/videos/2", video()).status_code == 409


def test_an_account_is_delivered(stage: Stage) -> None:
    """It goes to review, joins the saved accounts once, and shortens the wait for a publish date."""
    bundle = stage.published()
    assert asked(stage, f"/bundles/{bundle}/deliver-account") == (200, None)
    assert asked(stage, f"/bundles/{bundle}/deliver-account") == (409, "WRONG_STATUS")
    words = {"comment": "Shorter, please", "fields": {"biography": "One line"}}
    assert stage.send("POST", f"/bundles/{bundle}/account/corrections", words).status_code == 200
    assert asked(stage, f"/bundles/{bundle}/deliver-account") == (200, None)
    assert stage.send("GET", "/bundles?account_status=in_review").json()["data"][0]["id"] == bundle
    accounts = stage.send("GET", "/accounts").json()["data"]
    assert [account["id"] for account in accounts] == [seen(stage, f"/bundles/{bundle}")["saved_account_id"]]
    assert stage.send("PUT", f"/bundles/{bundle}/videos/2", video(target_publish_date=day(1))).status_code == 200


@pytest.mark.parametrize(
    ("bundle_status", "account_status"),
    [("pending_setup", "configured"), ("completed", "configured"), ("cancelled", "configured"), ("accepted", "finalized")],
)
def test_an_account_is_delivered_while_its_bundle_is_worked_on(stage: Stage, bundle_status: str, account_status: str) -> None:
    """Not before its bundle is published, nor after its end, nor once it is finalized: 409, and no saved account."""
    bundle = stage.published()
    stage.operate("POST", "/status", {"bundle": bundle, "status": bundle_status, "account_status": account_status})
    assert asked(stage, f"/bundles/{bundle}/deliver-account") == (409, "WRONG_STATUS")
    assert stage.send("GET", "/accounts").json()["data"] == []


def test_an_account_that_is_not_configured_is_not_delivered(stage: Stage) -> None:
    """409, and no saved account."""
    assert asked(stage, f"/bundles/{stage.create()}/deliver-account") == (409, "WRONG_STATUS")
    assert stage.send("GET", "/accounts").json()["data"] == []


def test_a_broken_link_is_reported(stage: Stage) -> None:
    """With the manager's words, or words of its own; a finalized video has no use for it."""
    path = f"/bundles/{stage.published()}/videos/1"
    for words, shown in (({"comment": "403"}, "403"), ({}, "The link does not work.")):
        assert asked(stage, f"{path}/flag-download", words) == (200, None)
        assert (seen(stage, path)["download_issue"], seen(stage, path)["download_issue_comment"]) == (True, shown)
    stage.operate("POST", "/status", {"bundle": path.split("/")[2], "position": 1, "status": "finalized"})
    assert asked(stage, f"{path}/flag-download") == (409, "WRONG_STATUS")


def test_a_video_is_taken_away(stage: Stage) -> None:
    """Its position is paid for and empty: not in lists, not counted, 404 for every request; new slots come behind it."""
    bundle = stage.published()
    stage.operate("POST", f"/bundles/{bundle}/videos/2/remove")
    assert [row["position"] for row in stage.send("GET", f"/bundles/{bundle}/videos").json()["data"]] == [1, 3]
    assert (seen(stage, f"/bundles/{bundle}")["videos_quantity"], seen(stage, f"/bundles/{bundle}")["videos_total"]) == (3, 2)
    assert code(stage.send("PUT", f"/bundles/{bundle}/videos/2", video())) == (404, "VIDEO_NOT_FOUND")
    stage.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": 1})
    assert [row["position"] for row in stage.send("GET", f"/bundles/{bundle}/videos").json()["data"]] == [1, 3, 4]


def delivered(stage: Stage) -> tuple[str, str]:
    """A bundle and its saved account."""
    bundle = stage.published()
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    return bundle, str(seen(stage, f"/bundles/{bundle}")["saved_account_id"])


@pytest.mark.parametrize(
    ("status", "banned", "bundles"),
    [
        ("no_appeal_banned", True, "cancelled"),
        ("appeal_refused", True, "cancelled"),
        ("appeal_pending", True, "published"),
        ("appeal_accepted", False, "published"),
    ],
)
def test_an_account_is_banned(stage: Stage, status: str, banned: bool, bundles: str) -> None:
    """/account-bans lists the ban; a validated one cancels the account's bundles, but for those that have ended."""
    bundle, account = delivered(stage)
    order = {"bundle_type": "videos_only", "account_id": account, "platform": None, "country": None}
    later, ended = stage.create(**order), stage.create(**order)
    for one, was in ((later, "published"), (ended, "completed")):
        stage.operate("POST", "/status", {"bundle": one, "status": was})
    before = stage.balance
    stage.operate("POST", f"/accounts/{account}/ban", {"status": status})
    bans = stage.send("GET", f"/account-bans?status={status}&account_id={account}").json()["data"]
    assert [(one["account_id"], one["username"], one["status"], one["banned_at"]) for one in bans] == [
        (account, "daily.bites", status, "2027-03-01T12:00:00Z"),
    ]
    assert seen(stage, f"/accounts/{account}")["banned"] is banned
    assert len(stage.send("GET", "/accounts?banned=true").json()["data"]) == banned
    assert [seen(stage, f"/bundles/{one}")["status"] for one in (bundle, later, ended)] == [bundles, bundles, "completed"]
    assert stage.balance == before


def test_an_appeal_is_decided(stage: Stage) -> None:
    """One ban, whose status changes; it is lifted when the appeal is accepted."""
    _, account = delivered(stage)
    identities = set()
    for status in ("appeal_pending", "appeal_accepted"):
        stage.operate("POST", f"/accounts/{account}/ban", {"status": status})
        identities |= {one["id"] for one in stage.send("GET", "/account-bans").json()["data"]}
    assert (len(identities), seen(stage, f"/accounts/{account}")["banned"]) == (1, False)


def test_bans_are_found_by_their_day(stage: Stage) -> None:
    """`since` counts that day in; a ban of another user's account is not listed."""
    _, account = delivered(stage)
    stage.operate("POST", f"/accounts/{account}/ban")
    found = [len(stage.send("GET", f"/account-bans?since={since}").json()["data"]) for since in (day(0), day(1))]
    assert found == [1, 0]
    assert stage.send("GET", "/account-bans", api_key="tok_live_other").json()["data"] == []


def test_credits_are_bought(stage: Stage) -> None:
    """They are in the balance and in the history."""
    stage.operate("POST", "/credits", {"amount": 50})
    history = stage.send("GET", "/credits/history").json()["data"]
    assert (stage.balance, [(line["type"], line["amount"], line["balance_after"]) for line in history]) == (1050, [("credit", 50, 1050)])


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/bundles/none/accept", None, (404, "BUNDLE_NOT_FOUND")),
        ("/bundles/{bundle}/celebrate", None, (404, "NOT_FOUND")),
        ("/bundles/{bundle}/videos/1/celebrate", None, (404, "NOT_FOUND")),
        ("/bundles/{bundle}/videos/9/post", None, (400, "VIDEO_POSITION_OUT_OF_RANGE")),
        ("/accounts/none/ban", None, (404, "SAVED_ACCOUNT_NOT_FOUND")),
        ("/accounts/{account}/ban", {"status": "forgiven"}, (400, "BAD_REQUEST")),
        ("/credits", {"amount": 0}, (400, "BAD_REQUEST")),
        ("/status", {"bundle": "{bundle}", "position": 1}, (400, "BAD_REQUEST")),
        ("/status", {"bundle": "{bundle}", "status": 5}, (400, "BAD_REQUEST")),
        ("/status", {"bundle": "{bundle}", "state": "accepted"}, (400, "BAD_REQUEST")),
        ("/status", {"bundle": "{bundle}", "account_status": "finalized", "position": 9, "status": "x"}, (400, "VIDEO_POSITION_OUT_OF_RANGE")),
        ("/clock", {"today": "9999-12-31"}, (400, "BAD_REQUEST")),
        ("/clock", {"now": "0001-01-01T00:00:00+14:00"}, (400, "BAD_REQUEST")),
        ("/clock", {"advance_seconds": 1e300}, (400, "BAD_REQUEST")),
        ("/settings", {"batch_cap": 7, "nothing": 1}, (400, "BAD_REQUEST")),
        ("/settings", {"rate": -1}, (400, "BAD_REQUEST")),
        ("/faults", [{"fault": "429"}, 5], (400, "BAD_REQUEST")),
        ("/faults", {"fault": "html_after", "status": 5}, (400, "BAD_REQUEST")),
        ("/reset", {"balance": "much"}, (400, "VALIDATION_ERROR")),
    ],
)
def test_what_the_operator_cannot_do_is_told(stage: Stage, path: str, body: object, told: tuple[int, str]) -> None:
    """An unknown bundle, account, step, status, moment or setting is an error with a code, and changes nothing."""
    bundle, account = delivered(stage)
    if isinstance(body, dict) and "bundle" in body:
        body = {**body, "bundle": bundle}
    before = set_up(stage)
    assert asked(stage, path.format(bundle=bundle, account=account), body) == told
    assert set_up(stage) == before


def set_up(stage: Stage) -> tuple[object, object, object]:
    """Everything that a request to the operator may change."""
    return (
        {**stage.plain.get(f"{stage.simulator.operator_url}/state").json()["data"], "now": None},
        copy.copy(stage.state.settings),
        stage.plain.get(f"{stage.simulator.operator_url}/faults").json(),
    )


def test_an_account_only_bundle_has_no_video_phase(stage: Stage) -> None:
    """accepted, then completed; there is nothing to review."""
    bundle = stage.create(bundle_type="account_only", videos_quantity=0)
    stage.operate("POST", "/status", {"bundle": bundle, "status": "accepted"})
    assert asked(stage, f"/bundles/{bundle}/review") == (409, "WRONG_STATUS")
    assert asked(stage, f"/bundles/{bundle}/complete") == (200, None)


def test_every_step_and_ban_is_on_the_page_of_the_simulator() -> None:
    """Each step of a bundle and of a video, and each status of a ban."""
    page = (Path(__file__).parents[2] / "docs" / "reference" / "simulator.md").read_text(encoding="utf-8")
    steps = {*lifecycle.BUNDLE_STEPS, *lifecycle.VIDEO_STEPS, "flag-download", "remove"}
    assert [step for step in steps if f"`…/{step}`" not in page] == []
    assert [ban for ban in lifecycle.BANS if f"`{ban}`" not in page] == []
