"""The sheets around the user's own: sums that add up, links that lead somewhere, rows to correct."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.apply.outcomes import RowState
from bulkportal.check.finding_groups import groups_of
from bulkportal.check.findings import Finding, Severity
from bulkportal.report.as_workbook import headline, write_report

from .samples import checked, finding, launch, line, linked, report


def texts(sheet: Worksheet) -> list[object]:
    """All values of a sheet, in reading order."""
    return [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]


def beside(sheet: Worksheet, label: str) -> object:
    """The value to the right of a label."""
    return next(row[2].value for row in sheet.iter_rows() if row[1].value == label)


def test_the_sheets_stand_in_their_order(tmp_path: Path) -> None:
    """Summary first, the user's own next, ours after them."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    write_report(report(source), source, tmp_path / "report.xlsx")
    names = openpyxl.load_workbook(tmp_path / "report.xlsx").sheetnames
    assert names == ["Summary", "Bundles", "Videos", "Findings", "Operations", "Failed"]


@pytest.mark.parametrize(
    ("totals", "sentence"),
    [
        ({"total": 12, "done": 9, "invalid": 2, "held": 1}, "9 of 12 rows done, 2 invalid, 1 held"),
        ({"total": 3, "unchanged": 3}, "0 of 3 rows done, 3 unchanged"),
        ({"total": 0}, "No rows"),
    ],
)
def test_the_headline_says_it_in_one_sentence(totals: dict[str, int], sentence: str) -> None:
    """What is done comes first; states without rows are not mentioned."""
    assert headline(totals) == sentence


def test_the_summary_adds_up(tmp_path: Path) -> None:
    """The counts of all states add up to the total line; unknown credits are not 0."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    told = [line(source.rows[1], RowState.INVALID), line(source.rows[2], RowState.HELD)]
    write_report(report(source, told), source, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Summary"]
    counts = [beside(sheet, state) for state in RowState]
    assert sum(int(str(count)) for count in counts) == beside(sheet, "total") == len(source.rows)
    assert beside(sheet, "planned") == "unknown"
    assert beside(sheet, "charged") == 30
    assert beside(sheet, "remaining") == 970
    assert beside(sheet, "requests") == "7 (1 retried)"
    assert "bulkportal import launch.report.xlsx" in texts(sheet)


def test_the_summary_groups_findings_by_cause(tmp_path: Path) -> None:
    """One line for each cause as the screen has it, with its count and a link to the first cell; errors come before warnings."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    found = [finding(source.rows[1], "E4", "caption_long", Severity.WARNING)]
    found += [finding(row, f"D{row.row}") for row in source.rows[1:4]]
    found.append(replace(finding(source.rows[2], "F5"), column="carousel_images"))
    write_report(report(source, findings=found), source, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Summary"]
    causes = [row for row in sheet.iter_rows() if row[1].value in {"video_missing", "caption_long"}]
    assert [(row[1].value, row[2].value) for row in causes] == [("video_missing", 3), ("video_missing", 1), ("caption_long", 1)]
    assert [linked(row[4]) for row in causes] == ["'Videos'!D4", "'Videos'!F5", "'Videos'!E4"]
    assert len(causes) == len(groups_of(found)), "one mistake more, one line more"


def test_findings_link_to_their_cells(tmp_path: Path) -> None:
    """The place of each finding is a link inside the workbook; a sheet that is not shown has none."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    elsewhere = Finding(code="sheet_unknown", severity=Severity.WARNING, message="Notes.", hint="", file="launch.xlsx", sheet="Notes")
    write_report(report(source, findings=[finding(source.rows[1], "D4"), elsewhere]), source, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Findings"]
    assert [cell.value for cell in sheet[1]] == ["severity", "code", "place", "column", "value", "message", "hint"]
    assert (sheet["C2"].value, linked(sheet["C2"])) == ("Videos!D4", "'Videos'!D4")
    assert (sheet["C3"].value, linked(sheet["C3"])) == ("Notes", "")


def test_operations_name_their_rows(tmp_path: Path) -> None:
    """Each operation links to its first row, and credits nobody knows are called unknown."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    write_report(report(source), source, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Operations"]
    assert [cell.value for cell in sheet[2]][:6] == ["create bundle", "bundle spring-01", "done", "unknown", "req-1", "Bundles!2, Videos!4"]
    assert linked(sheet["F2"]) == "'Bundles'!A2"


def test_failed_collects_the_rows_to_correct(tmp_path: Path) -> None:
    """One block for each sheet with its own header; held rows are not to be corrected."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    told = [
        line(source.rows[0], RowState.INVALID, problem="No country."),
        line(source.rows[1], RowState.HELD),
        line(source.rows[2], RowState.REFUSED, problem="The link is dead."),
        line(source.rows[3], RowState.UNKNOWN, problem="No answer came."),
    ]
    write_report(report(source, told), source, tmp_path / "report.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "report.xlsx")["Failed"]
    first = [[cell.value for cell in row] for row in sheet.iter_rows(max_col=3)]
    assert first[:2] == [["sheet", "row", "bundle"], ["Bundles", "2", "spring-01"]]
    assert first[2] == [None, None, None]
    assert first[3:] == [["sheet", "row", "bundle"], ["Videos", "6", "spring-01"], ["Videos", "7", "spring-01"]]
    assert [sheet.cell(row, 10).value for row in (4, 5, 6)] == ["problem", "The link is dead.", "No answer came."]
    assert linked(sheet["B5"]) == "'Videos'!A6"


def test_failed_says_when_there_is_nothing_to_fix(tmp_path: Path) -> None:
    """An empty sheet would leave one wondering."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    write_report(report(source), source, tmp_path / "report.xlsx")
    assert texts(openpyxl.load_workbook(tmp_path / "report.xlsx")["Failed"]) == ["Nothing to fix."]
