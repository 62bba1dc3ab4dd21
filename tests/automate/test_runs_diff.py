"""`bulkportal runs diff`: what fails now and did not before."""

from __future__ import annotations

from tests.automate.inboxes import launch
from tests.conftest import Desk


def test_two_runs_are_compared_by_what_their_rows_are_about(desk: Desk) -> None:
    """One mistake corrected, another made; the last two runs of the same file are meant unless others are named."""
    first = desk.import_(launch(desk.folder, "spring", target_publish_date="soon")).document["run_id"]
    second = desk.import_(launch(desk.folder, "spring", video_type="film")).document["run_id"]
    ended = desk.run("runs", "diff")
    assert (ended.code, ended.document["first"], ended.document["second"]) == (0, first, second)
    assert {row["row"] for row in ended.document["still"]} == {"spring", "spring position 1"}
    third = desk.import_(launch(desk.folder, "spring")).document["run_id"]
    found = desk.run("runs", "diff", first, third).document
    assert ({row["row"] for row in found["fixed"]}, found["new"], found["still"]) == ({"spring", "spring position 1"}, [], [])
    backwards = desk.run("runs", "diff", third, first).document
    assert {row["row"] for row in backwards["new"]} == {"spring", "spring position 1"}


def test_runs_that_cannot_be_compared_are_said(desk: Desk) -> None:
    """The first run of a file has none before it."""
    desk.import_(launch(desk.folder, "spring"))
    assert desk.run("runs", "diff").code == 2
