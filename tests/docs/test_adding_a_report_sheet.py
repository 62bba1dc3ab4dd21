"""The recipe "Add a report sheet" of CONTRIBUTING.md, played in a copy of the tree: the files that it names are enough."""

from __future__ import annotations

from pathlib import Path

import openpyxl

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

STORIES = (("good_launch", "launch.xlsx"), ("csv_launch", ""))
"""A workbook, which the report is written into, and a folder, of which it is a new one."""


def test_a_sheet_that_is_added_by_the_recipe_obeys_the_laws_of_a_report(tmp_path: Path) -> None:
    """It is in its place, in the user's own workbook and in a new one, and the report reads like its source."""
    folder = play(tmp_path, PLAYED, LAW, *(f"sample_data/{story}" for story, _ in STORIES))
    chosen = [f"{LAW}::test_a_check_of_the_report_finds_what_a_check_of_the_source_finds[{story}]" for story, _ in STORIES]
    assert sorted(passed(folder, *chosen)) == sorted(chosen)
    commands = [["check", "--report", f"{story}.xlsx", f"sample_data/{story}/{file}"] for story, file in STORIES]
    run_in(folder, "-c", f"from bulkportal.cli.main import run; assert [run(words) for words in {commands}] == [0, 0]")
    for story, file in STORIES:
        book = openpyxl.load_workbook(folder / f"{story}.xlsx")
        assert book.sheetnames[-4:] == ["Findings", "Operations", "States", "Failed"]
        total = next(row[2].value for row in book["Summary"].iter_rows() if row[1].value == "total")
        assert sum(row[1].value for row in book["States"].iter_rows(min_row=2)) == total > 0
        assert str(book["Summary"]["B1"].value).startswith("A new workbook") == (not file)


def test_the_recipe_names_every_file_that_is_touched() -> None:
    """And none that need not be, but for the theme."""
    assert named_in("Add a report sheet") == PLAYED.keys() | {"sheets/styles.py"}
