"""Two versions of one launch in an inbox: the older one changes nothing that the newer one says otherwise."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.automate.inboxes import fates, inbox_of, launch, night, workbook
from tests.conftest import Desk, Ended, bundle, video


def saved(path: Path, hours_ago: float) -> Path:
    """The file, as if it had been saved so long ago."""
    moment = path.stat().st_mtime - hours_ago * 3600
    os.utime(path, (moment, moment))
    return path


def versions(desk: Desk, older: str, newer: str) -> Path:
    """The same launch twice; the newer one has another caption for its first video."""
    box = inbox_of(desk)
    rows = [video("spring", 1, description="The corrected caption"), video("spring", 2)]
    workbook(box / newer, [bundle("spring")], rows)
    saved(workbook(box / older, [bundle("spring")], [video("spring", 1, description="The first caption"), video("spring", 2)]), 5)
    return box


def held(ended: Ended) -> list[dict[str, str]]:
    """What the night says of versions: why rows of the older ones were held."""
    told = [found for launch in ended.document["launches"] for found in launch["money"]]
    return [found for found in told if found["code"] in ("older_version", "two_versions")]


def caption(desk: Desk, position: int = 1) -> str | None:
    """What stands on the platform."""
    return desk.bundles["spring"].slots[position - 1].content.get("description")


@pytest.mark.parametrize(
    ("older", "newer"),
    [("launch.xlsx", "launch (1).xlsx"), ("launch (1).xlsx", "launch.xlsx"), ("a.xlsx", "z.xlsx"), ("z.xlsx", "a.xlsx"), ("l.xlsx", "l.report.xlsx")],
)
def test_the_newer_version_stays_on_the_platform(desk: Desk, older: str, newer: str) -> None:
    """Whatever the two are called and in whichever order they are taken; the row of the older one is held, and says why."""
    versions(desk, older, newer)
    ended = night(desk)
    assert ended.code == 4
    assert fates(ended) == {older: "failed", newer: "done"}
    assert caption(desk) == "The corrected caption"
    row = next(launch for launch in ended.document["launches"] if launch["file"] == older)["rows"]
    assert row["held"] >= 1
    assert newer in ended.err or newer in ended.out


def test_a_second_download_is_the_newer_one_where_both_were_saved_together(desk: Desk) -> None:
    """Copied together, so that their times say nothing; the number in brackets does."""
    box = versions(desk, "launch.xlsx", "launch (2).xlsx")
    same = (box / "launch.xlsx").stat().st_mtime
    os.utime(box / "launch (2).xlsx", (same, same))
    ended = night(desk)
    assert caption(desk) == "The corrected caption"
    assert fates(ended) == {"launch.xlsx": "failed", "launch (2).xlsx": "done"}


def test_where_nothing_shows_which_is_newer_neither_row_is_done(desk: Desk) -> None:
    """Two colleagues, one bundle, one moment: a person has to choose, and nothing of it is bought or sent meanwhile."""
    box = versions(desk, "ann.xlsx", "ben.xlsx")
    same = (box / "ann.xlsx").stat().st_mtime
    os.utime(box / "ben.xlsx", (same, same))
    ended = night(desk)
    assert ended.code == 4
    assert fates(ended) == {"ann.xlsx": "failed", "ben.xlsx": "failed"}
    assert caption(desk) is None


def test_two_files_that_agree_or_speak_of_different_rows_are_both_done(desk: Desk) -> None:
    """The same rows twice, and the second video of a bundle in a file of its own: nothing contradicts."""
    box = inbox_of(desk)
    launch(box, "spring")
    shutil.copy(box / "spring.xlsx", box / "spring copy.xlsx")
    with (box / "spring copy.xlsx").open("ab"):
        pass
    workbook(box / "more.xlsx", [bundle("autumn")], [video("autumn", 1), video("autumn", 2)])
    ended = night(desk)
    assert ended.code == 0
    assert sorted(desk.bundles) == ["autumn", "spring"]


def test_a_folder_of_csv_files_is_held_against_a_workbook(desk: Desk) -> None:
    """The kind of file does not matter."""
    box = versions(desk, "old.xlsx", "new.xlsx")
    (box / "new.xlsx").unlink()
    folder = desk.sheets("new", bundles=[bundle("spring")], videos=[video("spring", 1, description="The corrected caption"), video("spring", 2)])
    shutil.move(folder, box)
    ended = night(desk)
    assert fates(ended) == {"old.xlsx": "failed", "new": "done"}
    assert caption(desk) == "The corrected caption"
