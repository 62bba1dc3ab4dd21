"""The recipe "Add a report sheet" of CONTRIBUTING.md, played in a copy of the tree: the files that it names are enough."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.docs.copies import named_in, passed, play, run_in

LAW = "tests/laws/test_report_is_input.py"

PLAYED = {
    "columns/field.py": [('"Failed", "Guide"', '"States", ')],
    "report/list_sheets.py": [
        (
            "def add_failed(",
            '''def add_states(book: WorkbookBuilder, title: str, content: SheetContent) -> None:
    """One line for each state that rows are in."""
    states = [(state, count) for state, count in content.report.totals.items() if state != "total"]
    rows = (StreamRow(row, [(1, state, state_style(state)), (2, count, Style.NUMBER)]) for row, (state, count) in enumerate(states, start=2))
    sheet = book.add(title, RowStream(rows=rows, last=(len(states) + 1, 2)))
    begin_list(sheet, {"state": 20.0, "rows": 10.0}.items())
    end_list(sheet, columns=2, rows=len(states), empty="No rows.")


''',
        )
    ],
    "report/as_workbook.py": [
        ('    "Failed": add_failed,\n', '    "States": add_states,\n'),
        ("add_findings, add_operations", "add_states, "),
    ],
}


@pytest.mark.parametrize(("story", "file", "new"), [("good_launch", "launch.xlsx", False), ("csv_launch", "", True)])
def test_a_sheet_that_is_added_by_the_recipe_obeys_the_laws_of_a_report(story: str, file: str, new: bool, tmp_path: Path) -> None:
    """It is in its place, in the user's own workbook and in a new one, and the report reads like its source."""
    folder = play(tmp_path, PLAYED, LAW, f"sample_data/{story}")
    chosen = f"test_a_check_of_the_report_finds_what_a_check_of_the_source_finds[{story}]"
    assert passed(folder, f"{LAW}::{chosen}") == [f"{LAW}::{chosen}"]
    run_in(folder, "-m", "bulkportal", "check", "--report", "out.xlsx", f"sample_data/{story}/{file}")
    book = openpyxl.load_workbook(folder / "out.xlsx")
    assert book.sheetnames[-4:] == ["Findings", "Operations", "States", "Failed"]
    total = next(row[2].value for row in book["Summary"].iter_rows() if row[1].value == "total")
    assert sum(row[1].value for row in book["States"].iter_rows(min_row=2)) == total > 0
    assert str(book["Summary"]["B1"].value).startswith("A new workbook") == new


def test_the_recipe_names_every_file_that_is_touched() -> None:
    """And none that need not be, but for the theme."""
    assert named_in("Add a report sheet") == PLAYED.keys() | {"sheets/styles.py"}
