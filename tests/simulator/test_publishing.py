"""The rules of the seed "Publish & Unpublish" (002), and of the bundle's account."""

from __future__ import annotations

import pytest

from .stage import ACCOUNT, Stage, code, video


def test_publishing_needs_the_account_then_a_video(stage: Stage) -> None:
    """400 in lower case for each, then published (seed 002)."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/publish"
    assert code(stage.send("POST", path)) == (400, "account_not_configured")
    stage.send("PUT", f"/bundles/{bundle}/account", {**ACCOUNT, "biography": None})
    assert code(stage.send("POST", path)) == (400, "account_not_configured")
    stage.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    assert code(stage.send("POST", path)) == (400, "no_videos_configured")
    stage.send("PUT", f"/bundles/{bundle}/videos/2", video())
    done = stage.send("POST", path).json()["data"]
    assert (done["id"], done["status"]) == (bundle, "published")
    assert set(done) == {"id", "status", "published_at"}
    assert code(stage.send("POST", path)) == (409, "invalid_status")


def test_unpublishing_refunds_nothing(stage: Stage) -> None:
    """Back to pending_setup, with the same balance."""
    bundle = stage.published()
    before = stage.balance
    done = stage.send("POST", f"/bundles/{bundle}/unpublish").json()["data"]
    assert (done["status"], stage.balance) == ("pending_setup", before)
    again = stage.send("POST", f"/bundles/{bundle}/unpublish")
    assert code(again) == (409, "invalid_status")


def test_an_accepted_bundle_stays_published(stage: Stage) -> None:
    """409 already_accepted (seed 002)."""
    bundle = stage.published()
    stage.operate("POST", f"/bundles/{bundle}/accept")
    answer = stage.send("POST", f"/bundles/{bundle}/unpublish")
    assert code(answer) == (409, "already_accepted")


def test_slots_are_added_each_time_and_charged_at_once(stage: Stage) -> None:
    """Two slots cost 20; the same request again adds again (seed 002)."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/add-video-slots"
    first = stage.send("POST", path, {"quantity": 2}).json()
    assert first == {
        "data": {"id": bundle, "videos_quantity": 5, "previous_videos_quantity": 3},
        "credits_charged": 20,
        "credits_remaining": 945,
    }
    assert stage.send("POST", path, {"quantity": 2}).json()["data"]["videos_quantity"] == 7
    assert len(stage.send("GET", f"/bundles/{bundle}/videos").json()["data"]) == 7


def test_edits_never_exceed_videos(stage: Stage) -> None:
    """One edit slot costs 5, and a fourth of three is refused (seed 002)."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/add-edit-slots"
    assert stage.send("POST", path, {"quantity": 3}).json()["credits_charged"] == 15
    assert code(stage.send("POST", path, {"quantity": 1})) == (400, "edits_exceed_videos")


@pytest.mark.parametrize("quantity", [0, -1, "2", None, 1.5, True])
def test_a_quantity_is_a_whole_number_of_at_least_one(stage: Stage, quantity: object) -> None:
    """400 invalid_quantity, in lower case."""
    bundle = stage.create()
    answer = stage.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": quantity})
    assert code(answer) == (400, "invalid_quantity")


def test_slots_are_refused_where_they_make_no_sense(stage: Stage) -> None:
    """Wrong type, completed bundle, empty purse: each has its lower-case code."""
    only = stage.create(bundle_type="account_only", videos_quantity=0)
    bundle = stage.create()
    slots = {"quantity": 1}
    wrong = stage.send("POST", f"/bundles/{only}/add-video-slots", slots)
    assert code(wrong) == (400, "invalid_bundle_type")
    poor = stage.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": 100})
    assert code(poor) == (402, "insufficient_credits")
    stage.operate("POST", "/status", {"bundle": bundle, "status": "completed"})
    late = stage.send("POST", f"/bundles/{bundle}/add-video-slots", slots)
    assert code(late) == (409, "bundle_completed")
    missing = stage.send("POST", "/bundles/none/add-edit-slots", slots)
    assert code(missing) == (404, "bundle_not_found")


@pytest.mark.parametrize(
    "changes",
    [
        {"username": "no spaces"},
        {"username": "x" * 25},
        {"username": None},
        {"visible_name": "x" * 31},
        {"biography": "x" * 81},
        {"link_in_bio": "https://example.com"},
    ],
)
def test_account_fields_are_checked(stage: Stage, changes: dict[str, object]) -> None:
    """Lengths, letters, and the bio link for Instagram only (API reference 3.5)."""
    bundle = stage.create()
    answer = stage.send("PUT", f"/bundles/{bundle}/account", {**ACCOUNT, **changes})
    assert code(answer) == (400, "VALIDATION_ERROR")


def test_an_account_is_replaced_whole_and_only_in_setup(stage: Stage) -> None:
    """Omitted fields are cleared; a published bundle refuses (API reference 2.11)."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/account"
    assert code(stage.send("PUT", path, ACCOUNT)) == (409, "BUNDLE_ALREADY_PUBLISHED")
    stage.send("POST", f"/bundles/{bundle}/unpublish")
    stage.send("PUT", path, {"username": "a", "visible_name": "A"})
    shown = stage.send("GET", path).json()["data"]
    assert (shown["username"], shown["biography"], shown["status"]) == ("a", None, "configured")


def test_a_delivered_account_is_reviewed(stage: Stage) -> None:
    """Corrections and finalisation from in_review only; 72 hours finalise by themselves."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/account"
    wish = {"comment": "Shorter", "fields": {"biography": "Shorter"}}
    assert code(stage.send("POST", f"{path}/finalize")) == (409, "invalid_status")
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    assert stage.send("POST", f"{path}/corrections", wish).status_code == 200
    assert code(stage.send("POST", f"{path}/corrections", wish)) == (409, "invalid_status")
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    stage.operate("POST", "/clock", {"advance_seconds": 72 * 3600 + 1})
    assert stage.send("GET", path).json()["data"]["status"] == "finalized"


def test_a_videos_only_bundle_has_no_account_to_set(stage: Stage) -> None:
    """404 ACCOUNT_NOT_FOUND, and it publishes without one."""
    delivered = stage.published()
    stage.operate("POST", f"/bundles/{delivered}/deliver-account")
    account = stage.send("GET", "/accounts?platform=tiktok&country=FR").json()["data"][0]["id"]
    assert stage.send("GET", f"/accounts/{account}").json()["data"]["username"] == "daily.bites"
    bundle = stage.create(bundle_type="videos_only", account_id=account, country=None, platform=None)
    assert code(stage.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)) == (404, "ACCOUNT_NOT_FOUND")
    assert stage.send("POST", f"/bundles/{bundle}/publish").status_code == 200
    foreign = stage.send("GET", f"/accounts/{account}", api_key="tok_live_other")
    assert code(foreign) == (403, "SAVED_ACCOUNT_NOT_OWNED")
    assert code(stage.send("GET", "/accounts/none")) == (404, "SAVED_ACCOUNT_NOT_FOUND")


def test_account_corrections_name_a_field(stage: Stage) -> None:
    """A comment alone, or an unknown field, is refused (API reference 2.12)."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/account/corrections"
    wrong: list[dict[str, object]] = [{"comment": "x"}, {"comment": "x", "fields": {"hat": "y"}}, {"fields": {}}]
    for body in wrong:
        assert code(stage.send("POST", path, body)) == (400, "validation_error")
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    done = stage.send("POST", f"/bundles/{bundle}/account/finalize").json()["data"]
    assert done["account"]["status"] == "finalized"
