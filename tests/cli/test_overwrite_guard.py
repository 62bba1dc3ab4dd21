"""A report that somebody has edited is not written over (law 6)."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, bundle, video
from tests.report.rich import by_xlsxwriter


@pytest.fixture
def launch(desk: Desk) -> Path:
    """One bundle whose second video has a date that cannot be read."""
    wrong = video("spring-01", 2, target_publish_date="03/04/2030")
    return desk.sheets("launch", bundles=[bundle("spring-01", publish="")], videos=[video("spring-01", 1), wrong])


def edited(report: Path) -> bytes:
    """Correct something in it, as people do."""
    book = openpyxl.load_workbook(report)
    sheet = book["videos"]
    column = next(cell.column for cell in sheet[1] if cell.value == "target_publish_date")
    sheet.cell(3, column).value = "2030-04-03"
    book.save(report)
    return report.read_bytes()


def kept(folder: Path) -> list[Path]:
    """What was put aside."""
    return sorted(folder.glob("* (edited *).xlsx"))


def test_a_corrected_report_that_was_not_imported_yet_is_kept(desk: Desk, launch: Path) -> None:
    """The source is imported once more, and the corrections are still there to be imported."""
    report = Path(desk.import_(launch).document["report"])
    corrected = edited(report)
    ended = desk.import_(launch)
    assert Path(ended.document["report"]) == report
    (aside,) = kept(report.parent)
    assert aside.read_bytes() == corrected
    assert f"{report.name} was edited, or written elsewhere; it is kept as {aside.name}." in ended.err
    assert desk.import_(aside).rows["done"] == 1


def test_a_report_that_nobody_touched_is_simply_written_anew(desk: Desk, launch: Path) -> None:
    """No heap of copies."""
    report = Path(desk.import_(launch).document["report"])
    for _ in range(2):
        desk.import_(launch)
    assert kept(report.parent) == []


def test_the_same_edits_are_kept_once_and_others_beside_them(desk: Desk, launch: Path) -> None:
    """Within one minute, too."""
    report = Path(desk.import_(launch).document["report"])
    contents = []
    for _ in range(2):
        contents.append(edited(report))
        desk.import_(launch)
    assert sorted(aside.read_bytes() for aside in kept(report.parent)) == sorted(set(contents))


def test_a_file_that_bulkportal_did_not_write_is_kept(desk: Desk, launch: Path) -> None:
    """A name given by mistake costs nothing."""
    other = desk.folder / "budget.xlsx"
    other.write_bytes(b"not ours at all")
    assert desk.run("check", launch, "--report", other).code == 6
    (aside,) = kept(desk.folder)
    assert aside.read_bytes() == b"not ours at all"


def test_approvals_outlive_a_new_plan(desk: Desk, launch: Path) -> None:
    """A plan is made again under the name of one that was being approved."""
    plan = desk.folder / "plan.xlsx"
    desk.run("plan", launch, "-o", plan)
    book = openpyxl.load_workbook(plan)
    book["Plan"]["B2"] = "yes"
    book.save(plan)
    desk.run("plan", launch, "-o", plan)
    (aside,) = kept(desk.folder)
    assert openpyxl.load_workbook(aside)["Plan"]["B2"].value == "yes"


def test_a_workbook_with_macros_is_put_aside_under_its_own_ending(desk: Desk, launch: Path) -> None:
    """Its report ends in .xlsm whatever it was asked to be called, and an edited one is kept as any other."""
    source = by_xlsxwriter(desk.folder / "macros.xlsm", macros=True)
    asked, given = desk.folder / "out.xlsx", desk.folder / "out.xlsm"
    assert Path(desk.run("check", source, "--report", asked).document["report"]) == given
    assert not asked.exists()
    given.write_bytes(given.read_bytes() + b"\0")  # saved by somebody
    mine = given.read_bytes()
    ended = desk.run("check", source, "--report", asked)
    (aside,) = desk.folder.glob("out (edited *).xlsm")
    assert aside.read_bytes() == mine
    assert f"it is kept as {aside.name}." in ended.err
    desk.run("check", source, "--report", asked)
    assert len(list(desk.folder.glob("out (edited *"))) == 1


def test_a_report_never_takes_the_name_of_its_input(desk: Desk) -> None:
    """Called launch.xlsx, the report on launch.xlsm would be written over launch.xlsm."""
    source = by_xlsxwriter(desk.folder / "launch.xlsm", macros=True)
    before = source.read_bytes()
    ended = desk.run("check", source, "--report", source.with_suffix(".xlsx"))
    assert ended.code == 2
    assert "would overwrite the input" in ended.err
    assert source.read_bytes() == before
