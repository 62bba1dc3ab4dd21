"""Bad input ends as a finding at its cell, in the platform's own words where it was the platform that said no."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conftest import Desk, OpenDesk
from tests.exporting.launches import account, bundle, video

EDITIONS = ("2026-02", "2026-05")


@pytest.fixture(params=EDITIONS)
def desk(request: pytest.FixtureRequest, open_desk: OpenDesk) -> Desk:
    """A platform with one bundle in setup, one published, and one of another user."""
    date = {"target_publish_date": "2031-05-01"}
    data = [
        bundle("mine", account=account(1), videos=[video(1, **date)], videos_quantity=2),
        bundle("live", status="published", account=account(2, status="configured"), videos=[video(1, status="published", **date)]),
        bundle("theirs", tenant="other", account=account(3), videos=[video(1, **date)]),
    ]
    return open_desk(edition=request.param, data={"bundles": data})


def blamed(desk: Desk, sheet: str, row: Mapping[str, object], code: str, *, command: str = "import") -> dict[str, object]:
    """The one error of that kind that a row gives; nothing may be sent."""
    ended = desk.run(command, desk.sheets("bad", **{sheet: [row]}), *(["--yes"] if command == "import" else []))
    (finding,) = (found for found in ended.document["findings"] if found["code"] == code)
    assert finding["severity"] == "error"
    assert (ended.code, desk.writes) == (6 if command == "check" else 4, 0)
    assert ended.document["rows"]["invalid"] == 1
    return finding


@pytest.mark.parametrize("command", ["check", "import"])
@pytest.mark.parametrize(
    ("sheet", "row", "code", "cell"),
    [
        ("videos", {"bundle": "mine", "position": 1, "action": "finalise"}, "choice_invalid", "C2"),
        ("bundles", {"bundle": "mine", "action": "explode"}, "choice_invalid", "B2"),
        ("videos", {"bundle": "live", "position": 1, "action": "corrections", "message": ""}, "message_missing", "D2"),
        ("bundles", {"bundle": "live", "action": "account-corrections", "message": ""}, "message_missing", "C2"),
        ("videos", {"bundle": "live", "position": 1, "action": "fix-download", "video": ""}, "action_media_missing", "D2"),
        ("videos", {"bundle": "mine", "position": 0, "name": "Zero"}, "position_invalid", "B2"),
    ],
)
def test_what_can_be_seen_offline_is(desk: Desk, command: str, sheet: str, row: Mapping[str, object], code: str, cell: str) -> None:
    """By check as by import."""
    finding = blamed(desk, sheet, row, code, command=command)
    assert finding["cell"] == cell
    assert finding["message"] and finding["hint"]


@pytest.mark.parametrize(
    ("sheet", "row", "code", "cell", "words"),
    [
        (
            "videos",
            {"bundle": "mine", "position": 1, "action": "finalize"},
            "action_not_allowed",
            "C2",
            "accepted or in_review; mine position 1 is configured",
        ),
        (
            "videos",
            {"bundle": "live", "position": 1, "action": "unschedule"},
            "action_not_allowed",
            "C2",
            "configured; live position 1 is published",
        ),
        ("bundles", {"bundle": "mine", "action": "publish-videos"}, "action_not_allowed", "B2", "pending_setup"),
        ("bundles", {"bundle": "live", "action": "finalize-account"}, "action_not_allowed", "B2", "in_review; the account of live is configured"),
        ("videos", {"bundle": "mine", "position": 3, "name": "Too far"}, "position_out_of_range", "B2", "beyond the 2 video slots of mine"),
        ("videos", {"bundle": "mine", "position": 3, "action": "unschedule"}, "position_out_of_range", "B2", "beyond the 2 video slots"),
        ("bundles", {"bundle": "mine", "videos_quantity": 1}, "videos_quantity_smaller", "B2", "has 2 video slots already"),
        ("videos", {"bundle": "nobody", "position": 1, "name": "Lost"}, "bundle_unknown", "A2", "not on the platform"),
        ("videos", {"bundle": "mine", "position": 1, "description": "(clear)"}, "description_missing", "C2", "no description"),
    ],
)
def test_what_the_platform_shows_is_said_before_anything_is_sent(
    desk: Desk, sheet: str, row: Mapping[str, object], code: str, cell: str, words: str
) -> None:
    """With what it has there, and what to do."""
    finding = blamed(desk, sheet, row, code)
    assert finding["cell"] == cell
    assert words in str(finding["message"])


@pytest.mark.parametrize(("identity", "code"), [("bnd_theirs", "BUNDLE_NOT_OWNED"), ("bnd_vanished", "BUNDLE_NOT_FOUND")], ids=["403", "404"])
@pytest.mark.parametrize(
    ("sheet", "row", "mine"),
    [
        ("bundles", {"bundle_id": "", "title": "A title"}, "bundle_not_found"),
        ("videos", {"bundle_id": "", "position": 1, "name": "A name"}, "bundle_unknown"),
        ("videos", {"bundle_id": "", "position": 1, "action": "finalize"}, "bundle_unknown"),
    ],
)
def test_a_bundle_that_the_platform_does_not_show(desk: Desk, identity: str, code: str, sheet: str, row: Mapping[str, object], mine: str) -> None:
    """Another user's, or gone: the platform's code, words and request stand in the finding, at the id."""
    finding = blamed(desk, sheet, {**row, "bundle_id": identity}, mine)
    assert (finding["cell"], finding["value"]) == ("A2", identity)
    assert code in str(finding["message"])
    assert "request " in str(finding["message"])


def test_a_misspelt_action_is_the_only_error_of_its_row(desk: Desk) -> None:
    """It was meant to be an action, so nobody asks for a caption."""
    ended = desk.run("check", desk.sheets("bad", videos=[{"bundle": "mine", "position": 1, "action": "finalise"}]))
    assert [found["code"] for found in ended.document["findings"] if found["severity"] == "error"] == ["choice_invalid"]
