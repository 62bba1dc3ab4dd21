"""What a report calls things: headlines that fit the command, errors first, words for kinds, and names that do not grow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Severity
from bulkportal.cli.console import report_path
from bulkportal.html.statuses import counted
from bulkportal.html.words import LANGUAGES, Words
from bulkportal.report.as_json import to_json
from bulkportal.report.as_workbook import headline, write_report

from .samples import checked, finding, launch, line, linked, report


@pytest.mark.parametrize(
    ("command", "totals", "sentence"),
    [
        ("check", {"total": 14, "waiting": 12, "invalid": 2}, "14 rows: 12 in order, 2 invalid"),
        ("check", {"total": 3, "invalid": 3}, "3 rows: 3 invalid"),
        ("check", {"total": 1, "waiting": 1}, "1 row: 1 in order"),
        ("plan", {"total": 13, "waiting": 10, "unchanged": 2, "held": 1}, "13 rows: 10 would be done, 2 unchanged, 1 held"),
        ("check", {"total": 0}, "No rows"),
        ("import", {"total": 5, "done": 3, "waiting": 2}, "3 of 5 rows done, 2 waiting"),
        ("apply", {"total": 2, "unchanged": 2}, "0 of 2 rows done, 2 unchanged"),
    ],
)
def test_the_headline_fits_the_command(command: str, totals: dict[str, int], sentence: str) -> None:
    """Nothing waits after a check or a plan, for neither was to send anything."""
    assert headline(totals, command) == sentence


def test_the_summary_of_a_check_has_its_headline(tmp_path: Path) -> None:
    """The page itself says it."""
    source = checked(launch(tmp_path / "spring.xlsx"))
    said = report(source, [line(row, RowState.WAITING) for row in source.rows])
    write_report(replace(said, command="check"), source, tmp_path / "out.xlsx")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Summary"]["B2"].value == f"{len(source.rows)} rows: {len(source.rows)} in order"


def test_errors_stand_before_warnings_and_links_still_meet(tmp_path: Path) -> None:
    """Each line leads to its own cell, each kind in the order of the input."""
    source = checked(launch(tmp_path / "spring.xlsx"))
    one, two, three = source.rows[1:4]
    found = [
        finding(one, f"D{one.row}", "first_doubt", Severity.WARNING),
        finding(two, f"D{two.row}", "first_fault"),
        finding(two, f"E{two.row}", "second_doubt", Severity.WARNING),
        finding(three, f"D{three.row}", "second_fault"),
    ]
    write_report(report(source, findings=found), source, tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    sheet = book["Findings"]
    assert [sheet.cell(row, 2).value for row in range(2, 6)] == ["first_fault", "second_fault", "first_doubt", "second_doubt"]
    for row, cell in zip(range(2, 6), (found[1], found[3], found[0], found[2]), strict=True):
        assert linked(sheet.cell(row, 3)).replace("$", "").endswith(f"!{cell.cell}")
    back = {linked(cell).replace("'", "") for row in book["Videos"].iter_rows() for cell in row if linked(cell).startswith(("Findings", "'Findings"))}
    assert {f"Findings!A{row}" for row in (2, 3, 4)} <= back


def test_kinds_are_words_for_people_and_codes_for_programs(tmp_path: Path) -> None:
    """The sheet says create bundle, the document create_bundle."""
    source = checked(launch(tmp_path / "spring.xlsx"))
    said = report(source)
    write_report(said, source, tmp_path / "out.xlsx")
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Operations"]["A2"].value == "create bundle"
    assert "'kind': 'create_bundle'" in str(to_json(said, None)["operations"])


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("launch.xlsx", "launch.report.xlsx"),
        ("launch.report.xlsx", "launch.next.report.xlsx"),
        ("launch.next.report.xlsx", "launch.report.xlsx"),
        ("launch.next.next.report.xlsx", "launch.report.xlsx"),
        ("launch.report.report.xlsx", "launch.report.xlsx"),
        ("launch.next.report.report.xlsm", "launch.report.xlsm"),
        ("whats.next.xlsx", "whats.next.report.xlsx"),
    ],
)
def test_the_name_of_a_report_does_not_grow(tmp_path: Path, name: str, written: str) -> None:
    """However often a report is corrected and read again; and it is never its own input."""
    assert report_path([tmp_path / name]) == tmp_path / written


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bar_of_what_has_no_name_says_so(language: str) -> None:
    """None would be read as none there."""
    words = Words(language)
    (bar,) = counted("title", {"": 3}, words).bars
    assert bar.name == words["unnamed"] != words["none"]
