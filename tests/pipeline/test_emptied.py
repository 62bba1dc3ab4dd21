"""A slot that was emptied after an export: the old row is held with the reason, and never called incomplete."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from tests.conftest import Desk, bundle, video


def edit(path: Path, **cells: str) -> Path:
    """Write into cells of the first video's row, by their headers."""
    book = openpyxl.load_workbook(path)
    page = book["Videos"]
    columns = {str(cell.value): cell.column for cell in page[1]}
    for name, text in cells.items():
        page.cell(2, columns[name]).value = text or None
    book.save(path)
    return path


def test_an_unscheduled_row_of_an_export_is_held_with_the_reason(desk: Desk) -> None:
    """Unschedule, empty the action, import again: nothing is sent and nothing is called missing; the other row stays as it is."""
    launch = desk.sheets("launch", bundles=[bundle("spring", publish="")], videos=[video("spring", n) for n in (1, 2)])
    assert desk.import_(launch).code == 0
    path = desk.folder / "mine.xlsx"
    assert desk.run("export", "-o", path).code == 0
    assert desk.import_(edit(path, action="unschedule")).code == 0
    before = desk.writes
    for more in ({}, {"description": "Other words"}):
        ended = desk.import_(edit(path, action="", **more))
        assert (ended.code, desk.writes) == (4, before)
        assert ended.rows == {"total": 3, "held": 1, "unchanged": 2}
        assert [code for code in ended.codes if code != "slots_unfilled"] == ["slot_emptied"]


def test_a_sheet_of_ones_own_fills_the_slot_again(desk: Desk) -> None:
    """Only an export's unedited cells say nothing."""
    launch = desk.sheets("launch", bundles=[bundle("spring", publish="", videos_quantity=1)], videos=[video("spring", 1)])
    assert desk.import_(launch).code == 0
    assert desk.import_(desk.sheets("gone", videos=[{"bundle": "spring", "position": 1, "action": "unschedule"}])).code == 0
    assert desk.bundles["spring"].slots[0].status == "pending"
    assert desk.import_(launch).code == 0
    assert desk.bundles["spring"].slots[0].status == "configured"
