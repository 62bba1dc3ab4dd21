"""Names of launches that a file system takes and a report's name does not: long ones, and bytes that are no text."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bulkportal.automate import batch_run as nights
from bulkportal.sheets.file_names import LONGEST, fitting, shown
from tests.automate.inboxes import archive, fates, inbox_of, launch, night
from tests.conftest import Desk

LONG = ("起" * 76, "a" * 230, "ж" * 115 + "b", "q" * 250)
NO_TEXT = os.fsdecode(b"caf\xe9 launch")


@pytest.mark.parametrize("stem", LONG)
def test_a_long_name_is_imported_reported_and_put_away(desk: Desk, stem: str) -> None:
    """The bundle is paid once, its report has a name that fits, and so have the launch in done/ and the other beside it."""
    box = inbox_of(desk)
    launch(box, "z-other")
    launch(box, "a-long").rename(box / f"{stem}.xlsx")
    ended = night(desk)
    assert ended.code == 0, ended.err
    assert fates(ended) == {f"{stem}.xlsx": "done", "z-other.xlsx": "done"}
    assert sorted(desk.bundles) == ["a-long", "z-other"]
    assert len(archive(desk, "done")) == len(archive(desk, "reports")) == 2
    assert night(desk).document["launches"] == []


def test_a_name_that_is_no_text_is_imported_by_a_night(desk: Desk) -> None:
    """An old archive kept its names in another encoding; the launch is shown with the odd byte written out."""
    box = inbox_of(desk)
    launch(box, "a-plain")
    launch(box, "b-odd").rename(box / f"{NO_TEXT}.xlsx")
    ended = night(desk)
    assert ended.code == 0, ended.err
    assert fates(ended) == {"a-plain.xlsx": "done", "caf%E9 launch.xlsx": "done"}
    assert archive(desk, "done") == ["a-plain.RUN.xlsx", "caf%E9 launch.RUN.xlsx"]


def test_a_name_that_is_no_text_is_imported_by_the_command(desk: Desk) -> None:
    """Also in a process of its own, with its report beside it."""
    launch(desk.folder, "odd").rename(desk.folder / f"{NO_TEXT}.xlsx")
    ended = desk.command("import", desk.folder / f"{NO_TEXT}.xlsx", "--yes")
    assert ended.code == 0, ended.err
    assert (desk.folder / "caf%E9 launch.report.xlsx").exists()
    ended = desk.import_(desk.folder / f"{NO_TEXT}.xlsx")
    assert ended.rows == {"total": 3, "unchanged": 3}


@pytest.mark.parametrize("stem", LONG)
def test_the_command_finds_a_name_for_the_report_of_a_long_one(desk: Desk, stem: str) -> None:
    """Beside the sheet, as always."""
    sheet = desk.folder / f"{stem}.xlsx"
    launch(desk.folder, "long").rename(sheet)
    ended = desk.import_(sheet)
    assert ended.code == 0, ended.err
    assert Path(ended.document["report"]).exists()


@pytest.mark.parametrize("stem", [*LONG, NO_TEXT, "plain", "emoji 🎬" * 40])
def test_a_fitting_name_has_room_for_a_draft_and_keeps_its_ending(stem: str) -> None:
    """Cut between characters, never within one, and different stems never share a name."""
    name = fitting(stem, ".report.xlsx")
    assert name.endswith(".report.xlsx")
    assert len(os.fsencode(name)) <= LONGEST - 24
    assert name == shown(name)
    assert fitting(f"{stem}x", ".report.xlsx") != name


def test_a_fault_with_one_launch_ends_no_night(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something of ours breaks after the first launch was imported: it is told, it stays, and the second is done all the same."""
    box = inbox_of(desk)
    launch(box, "a-first")
    launch(box, "b-second")
    moved = nights.move

    def broken(source: Path, target: Path) -> None:
        if source.name.startswith("a-"):
            raise RuntimeError("a fault of ours")
        moved(source, target)

    monkeypatch.setattr(nights, "move", broken)
    ended = night(desk)
    assert ended.code == 7
    assert fates(ended) == {"a-first.xlsx": "waiting", "b-second.xlsx": "done"}
    assert "RuntimeError" in ended.document["launches"][0]["message"]
    monkeypatch.undo()
    ended = night(desk)
    assert ended.code == 0
    assert len(desk.executed("POST /bundles")) == 2
