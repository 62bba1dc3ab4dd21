"""The user's own sheets in the report: same addresses, same text, findings where they belong."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Finding, Severity, ValidationResult
from bulkportal.columns.field import REPORT_SHEETS, STATUS_COLUMNS
from bulkportal.report.as_workbook import write_report
from bulkportal.report.summary import RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.table import Table

from .samples import HOSTILE, checked, finding, launch, line, linked, report, tables, workbook

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def own(path: Path) -> dict[str, Table]:
    """The user's tables in a report, by sheet."""
    return {table.sheet: table for table in tables(path) if table.sheet not in REPORT_SHEETS}


def written(source: ValidationResult, path: Path, *, findings: tuple[Finding, ...] = (), lines: tuple[RowLine, ...] = ()) -> openpyxl.Workbook:
    """The report on a source, opened again."""
    write_report(report(source, lines, findings), source, path)
    return openpyxl.load_workbook(path)


def column_of(sheet: Worksheet, row: int, title: str) -> int:
    """The number of the column with this header."""
    return next(cell.column for cell in sheet[row] if cell.value == title)


def assert_reads_as(path: Path, source: ValidationResult) -> None:
    """Reading the report gives the source: same sheets, addresses and text, status columns apart."""
    found = own(path)
    for sheet in source.sheets:
        table, again = sheet.table, found[sheet.table.sheet]
        mine = [name for name in table.frame.columns if table.headers.get(name) not in STATUS_COLUMNS]
        assert again.frame.select(mine).equals(table.frame.select(mine))
        assert again.header_row == table.header_row
        assert again.above == table.above
        assert {(m.row, m.column, m.trouble) for m in again.marks} == {(m.row, m.column, m.trouble) for m in table.marks}
        titles = {letter: text for letter, text in table.headers.items() if text not in STATUS_COLUMNS}
        assert titles.items() <= again.headers.items()


def test_a_report_reads_as_its_source(tmp_path: Path) -> None:
    """Rows above the header, blank rows, unknown columns and hostile captions all come back."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    written(source, tmp_path / "report.xlsx")
    assert_reads_as(tmp_path / "report.xlsx", source)


STORIES = ("good_launch/launch.xlsx", "every_mistake/launch.xlsx", "half_there/launch.xlsx", "local_media/launch.xlsx", "csv_launch")


@pytest.mark.parametrize("story", STORIES)
def test_the_report_on_a_story_is_the_story(tmp_path: Path, story: str) -> None:
    """What holds for small sheets holds for the sample stories: same text, same findings."""
    source = checked(SAMPLE_DATA / story)
    written(source, tmp_path / "report.xlsx", findings=source.findings)
    assert_reads_as(tmp_path / "report.xlsx", source)
    again = checked(tmp_path / "report.xlsx")
    assert [(f.code, f.place) for f in again.findings] == [(f.code, f.place) for f in source.findings]


def test_a_report_checks_as_its_source(tmp_path: Path) -> None:
    """Checking the report finds what checking the source found, at the same places."""
    source = checked(launch(tmp_path / "launch.xlsx", captions=["fine", ""]))
    written(source, tmp_path / "report.xlsx", findings=source.findings)
    again = checked(tmp_path / "report.xlsx")
    assert source.findings
    assert [(f.code, f.place) for f in again.findings] == [(f.code, f.place) for f in source.findings]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(tmp_path: Path, text: str) -> None:
    """Nothing that a user wrote becomes a formula, a number or an error."""
    source = checked(launch(tmp_path / "launch.xlsx", captions=[text, "second"]))
    cell = written(source, tmp_path / "report.xlsx")["Videos"]["E4"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_doubtful_cells_stay_doubtful(tmp_path: Path) -> None:
    """A formula without a value, an error, a number too long and one shown otherwise are not turned into text to be believed."""
    path = launch(tmp_path / "launch.xlsx", captions=["one", "two"])
    book = openpyxl.load_workbook(path)
    book["Videos"]["E4"], book["Videos"]["E6"] = "=A1", "#N/A"
    book["Videos"]["G4"], book["Videos"]["G6"] = 1234567890123456789, "=[1]Other!A1"
    book["Videos"]["F4"] = 42
    book["Videos"]["F4"].number_format = '"ID-"0000'
    book.save(path)
    source = checked(path)
    sheet = written(source, tmp_path / "report.xlsx")["Videos"]
    assert [sheet[place].data_type for place in ("E4", "E6", "F4", "G4", "G6")] == ["f", "e", "n", "n", "f"]
    marks = own(tmp_path / "report.xlsx")["Videos"].marks
    assert [(mark.row, mark.column) for mark in marks] == [(4, "E"), (4, "F"), (4, "G"), (6, "E"), (6, "G")]


def test_status_columns_follow_the_last_used_column(tmp_path: Path) -> None:
    """They stand beside the rows, in their order, with what became of each row."""
    source = checked(launch(tmp_path / "launch.xlsx", captions=["one", "two"]))
    row = source.rows[1]
    told = line(row, RowState.REFUSED, result="not configured", problem="The link is dead.")
    sheet = written(source, tmp_path / "report.xlsx", lines=(told,))["Videos"]
    assert [cell.value for cell in sheet[3]][7:] == list(STATUS_COLUMNS)
    assert [sheet.cell(4, column).value for column in (8, 9, 10)] == ["refused", "not configured", "The link is dead."]
    assert sheet.cell(4, 8).fill.start_color.rgb.endswith(styles.ERROR)


def test_status_columns_are_refreshed_not_doubled(tmp_path: Path) -> None:
    """A report on a report has each status column once, in place, without stale words."""
    first = checked(launch(tmp_path / "launch.xlsx", captions=["one", "two"]))
    old = line(first.rows[1], RowState.REFUSED, problem="The link is dead.")
    written(first, tmp_path / "first.xlsx", lines=(old,))
    again = checked(tmp_path / "first.xlsx")
    sheet = written(again, tmp_path / "second.xlsx")["Videos"]
    titles = [cell.value for cell in sheet[3]]
    assert all(titles.count(name) == 1 for name in STATUS_COLUMNS)
    assert len(titles) == 7 + len(STATUS_COLUMNS)
    assert sheet.cell(4, column_of(sheet, 3, "problem")).value is None
    assert sheet.cell(4, column_of(sheet, 3, "status")).value == "done"
    assert_reads_as(tmp_path / "second.xlsx", again)


def test_findings_colour_and_explain_their_cells(tmp_path: Path) -> None:
    """Errors are red, warnings amber, and one comment holds all findings of a cell, blank or not."""
    source = checked(launch(tmp_path / "launch.xlsx", captions=["one", "two"]))
    row = source.rows[1]
    found = (
        finding(row, "D4"),
        finding(row, "D4", "media_unused", Severity.WARNING),
        finding(row, "E4", "caption_long", Severity.WARNING),
        finding(row, "B5"),
    )
    sheet = written(source, tmp_path / "report.xlsx", findings=found)["Videos"]
    assert sheet["D4"].fill.start_color.rgb.endswith(styles.ERROR)
    assert sheet["E4"].fill.start_color.rgb.endswith(styles.WARNING)
    assert sheet["B5"].fill.start_color.rgb.endswith(styles.ERROR)
    assert sheet["D4"].comment.text.splitlines()[0] == "video_missing: video_missing says so."
    assert "media_unused: media_unused says so." in sheet["D4"].comment.text
    assert "Repair it." in sheet["E4"].comment.text
    assert sheet["C4"].comment is None


def test_a_status_links_to_the_first_finding_of_its_row(tmp_path: Path) -> None:
    """From the row to what was found, and only where something was."""
    source = checked(launch(tmp_path / "launch.xlsx", captions=["one", "two"]))
    first, second = source.rows[1:]
    found = (finding(source.rows[0], "A2"), finding(second, "D6"), finding(second, "E6"))
    sheet = written(source, tmp_path / "report.xlsx", findings=found)["Videos"]
    status = column_of(sheet, 3, "status")
    assert sheet.cell(first.row, status).hyperlink is None
    assert linked(sheet[f"{get_column_letter(status)}{second.row}"]) == "'Findings'!A3"


def test_a_sheet_is_laid_out_to_be_worked_in(tmp_path: Path) -> None:
    """Frozen under the header and behind bundle and position, filtered, and no column too narrow or too wide."""
    table = checked(launch(tmp_path / "launch.xlsx", captions=["x" * 500, "two"])).sheets[1].table
    source = tmp_path / "Videos.csv"
    rows = [list(table.headers.values()), *([row[name] or "" for name in table.headers] for row in table.frame.iter_rows(named=True))]
    with source.open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    sheet = written(checked(source), tmp_path / "r.xlsx")["Videos"]
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref == "A1:M3"
    assert all(10 <= sheet.column_dimensions[letter].width <= 48 for letter in "ABCDEFGHIJKL")
    assert sheet.row_dimensions[2].height < 100


def test_csv_files_become_sheets(tmp_path: Path) -> None:
    """A CSV input has its sheet in the report too, and reads back as it was."""
    path = tmp_path / "videos.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["bundle", "position", "description"], ["a", "1", 'two\nlines; "q"']])
    source = checked(path)
    written(source, tmp_path / "report.xlsx")
    assert_reads_as(tmp_path / "report.xlsx", source)


def test_sheets_of_one_name_are_told_apart_by_their_file(tmp_path: Path) -> None:
    """Two files with a Videos sheet give two sheets, and no name is one of the report's own."""
    rows: list[list[object]] = [["bundle", "position", "description"], ["a", 1, "one"]]
    paths = [workbook(tmp_path / f"{name}.xlsx", {"Videos": rows}) for name in ("north", "south")]
    (tmp_path / "summary.csv").write_text("bundle,position,description\nb,1,two\n", encoding="utf-8")
    source = checked(*paths, tmp_path / "summary.csv")
    book = written(source, tmp_path / "report.xlsx")
    assert book.sheetnames[1:4] == ["Videos", "Videos (south.xlsx)", "summary (summary.csv)"]
