"""Twice is once: importing the same file again sends no write (law 4)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import SAMPLES, Desk, OpenDesk

WINTER = {
    "bundles": [
        {"external_ref": "winter", "bundle_type": "account_and_videos", "platform": "tiktok", "country": "FR", "videos_quantity": 3},
        {"external_ref": "winter-ig", "bundle_type": "account_and_videos", "platform": "instagram", "country": "FR", "videos_quantity": 2},
    ]
}
# The current edition refuses YouTube, so the good launch is not wholly good there.
CASES = [
    ("good_launch", "2026-02"),
    *((story, edition) for story in ("csv_launch", "local_media", "half_there", "tokportal_csv") for edition in ("2026-02", "2026-05")),
]


def prepared(open_desk: OpenDesk, story: str, edition: str) -> tuple[Desk, list[object]]:
    """A desk with what the story starts from, and the arguments that name its files."""
    start = SAMPLES / story / "remote.json"
    data = WINTER if story == "tokportal_csv" else start if start.exists() else None
    desk = open_desk(edition=edition, data=data)
    place = desk.story(story)
    return desk, [place / "tiktok.csv", "--bundle", "winter"] if story == "tokportal_csv" else [place]


@pytest.mark.parametrize(("story", "edition"), CASES)
def test_importing_again_sends_no_write(open_desk: OpenDesk, story: str, edition: str) -> None:
    """Not with the same ledger, not with a new one, and not with the report in the place of its source."""
    desk, arguments = prepared(open_desk, story, edition)
    first = desk.import_(*arguments)
    assert first.code == 0, first.err
    sent, left = desk.writes, desk.balance
    assert sent > 0
    report = Path(first.document["report"])
    new = desk.folder / "a new home"
    for name, again, home in (("again", arguments, desk.home), ("the report", [report, *arguments[1:]], desk.home), ("a new home", arguments, new)):
        ended = desk.import_(*again, BULKPORTAL_HOME=str(home))
        assert (ended.code, desk.state.journal.writes[sent:]) == (0, []), f"{name}: {ended.err}"
        assert ended.rows == {"total": ended.rows["total"], "unchanged": ended.rows["total"]}, name
        assert ended.document["credits"]["charged"] == 0, name
    assert desk.balance == left
    assert desk.state.journal.violations == []


def test_a_second_template_of_another_platform_is_its_own_bundle(open_desk: OpenDesk) -> None:
    """TokPortal's Instagram template goes to the bundle that the command line names."""
    desk, _ = prepared(open_desk, "tokportal_csv", "2026-02")
    arguments = [desk.story("tokportal_csv") / "instagram.csv", "--bundle", "winter-ig"]
    assert desk.import_(*arguments).rows == {"total": 2, "done": 2}
    assert [slot.status for slot in desk.bundles["winter-ig"].slots] == ["configured", "configured"]
    assert desk.import_(*arguments).rows == {"total": 2, "unchanged": 2}


def test_a_plan_after_an_import_has_nothing_in_it(desk: Desk) -> None:
    """`plan --detailed-exitcode` says 10 before and 0 after."""
    launch = desk.story("csv_launch")
    assert desk.run("plan", launch, "--detailed-exitcode").code == 10
    assert desk.import_(launch).code == 0
    after = desk.run("plan", launch, "--detailed-exitcode")
    assert (after.code, after.document["operations"]) == (0, [])
