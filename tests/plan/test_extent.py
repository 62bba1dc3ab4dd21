"""A sheet that would change nearly everything that is there: a doubt, and a stop where one was asked for."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from bulkportal.check.findings import Finding
from bulkportal.plan.change_volume import Extent
from tests.conftest import Desk, bundle, video

ROWS = 24


@pytest.fixture
def exported(desk: Desk) -> Path:
    """A launch of many videos, exported."""
    bundles = [bundle("wide-01", videos_quantity=ROWS)]
    videos = [video("wide-01", number, description=f"Caption {number}") for number in range(1, ROWS + 1)]
    assert desk.import_(desk.sheets("wide", bundles=bundles, videos=videos)).code == 0
    path = desk.folder / "edit.xlsx"
    assert desk.run("export", "-o", path).code == 0
    return path


def moved_by_a_row(path: Path) -> None:
    """What sorting or moving one column by itself does: every caption under its neighbour's video."""
    book = openpyxl.load_workbook(path)
    sheet = book["Videos"]
    column = next(cell.column for cell in sheet[1] if cell.value == "description")
    texts = [sheet.cell(row, column).value for row in range(2, sheet.max_row + 1)]
    for row, text in enumerate([*texts[1:], texts[0]], start=2):
        sheet.cell(row, column).value = text
    book.save(path)


def test_a_column_moved_by_itself_is_doubted_in_the_plan(desk: Desk, exported: Path) -> None:
    moved_by_a_row(exported)
    ended = desk.run("plan", exported)
    doubt = next(finding for finding in ended.document["findings"] if finding["code"] == "nearly_all_rows_change")
    assert doubt["severity"] == "warning"
    assert f"{ROWS} of the {ROWS + 1} rows" in doubt["message"]
    assert ended.code == 0


def test_max_changes_stops_it_before_anything_is_sent(desk: Desk, exported: Path) -> None:
    moved_by_a_row(exported)
    before = desk.writes
    ended = desk.import_(exported, "--max-changes", "50")
    assert ended.code == 6
    assert "--max-changes allows 50 %" in ended.err
    assert desk.writes == before
    assert desk.import_(exported, "--max-changes", "100").code == 0
    assert desk.writes > before


def test_a_new_launch_changes_nothing_that_is_there(desk: Desk) -> None:
    bundles = [bundle("new-01", videos_quantity=ROWS)]
    videos = [video("new-01", number) for number in range(1, ROWS + 1)]
    ended = desk.import_(desk.sheets("new", bundles=bundles, videos=videos), "--max-changes", "0")
    assert ended.code == 0
    assert "nearly_all_rows_change" not in ended.codes


def test_an_unchanged_export_is_within_any_limit(desk: Desk, exported: Path) -> None:
    assert desk.import_(exported, "--max-changes", "0").code == 0


@pytest.mark.parametrize(("changed", "standing", "doubted"), [(19, 19, False), (20, 20, True), (95, 100, True), (94, 100, False), (0, 0, False)])
def test_the_doubt_needs_many_rows_and_nearly_all_of_them(changed: int, standing: int, doubted: bool) -> None:
    found: tuple[Finding, ...] = Extent(changed=changed, standing=standing).doubts("x.xlsx")
    assert bool(found) is doubted
