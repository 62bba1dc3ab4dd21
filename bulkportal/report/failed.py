"""The rows to fix, as a workbook of their own: the user's headers in their order, each row with its error.

It stands beside the report and can be corrected and imported like any other sheet: reading ignores the
two columns in front. Rows that wait for a row to fix are in it as well, or fixing that one would leave
them undone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Checked, Finding
from bulkportal.columns.field import FAILED_COLUMNS
from bulkportal.columns.matcher import plain_header
from bulkportal.report.annotated import blame, by_cell, by_sheet, restore, status_letters
from bulkportal.report.as_workbook import TO_FIX, head
from bulkportal.report.kept import keep_copies
from bulkportal.report.looks import Look, height, lines_of, printable, register_looks
from bulkportal.report.places import place
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets.table import ROW, RowAddress, Table
from bulkportal.sheets.writer import save_atomically, text_cell

_FRONT = len(FAILED_COLUMNS)
_ROW_WIDTH, _ERROR_WIDTH = 13, 60
_NARROWEST, _WIDEST, _SAMPLE = 12, 44, 300
_OURS = frozenset(map(plain_header, FAILED_COLUMNS))


def needs_fixing(report: Report) -> bool:
    """Whether there is a row that somebody must look at."""
    return any(line.state in TO_FIX for line in report.lines)


def write_failed(report: Report, checked: Checked, path: Path) -> int:
    """Write the workbook of rows to fix, whole or not at all; the number of its rows. Raises UsageProblem."""
    lines = {line.address: line for line in report.lines if line.state in TO_FIX or line.state is RowState.HELD}
    save_atomically(_book(report, checked, lines), path)
    return len(lines)


def _book(report: Report, checked: Checked, lines: Mapping[RowAddress, RowLine]) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "bulkportal"
    register_looks(book)
    places, findings = place(checked), by_sheet(report)
    for sheet in checked.sheets:
        table = sheet.table
        wanted = {row: lines[table.address(row)] for row in table.frame[ROW] if table.address(row) in lines}
        if wanted:
            found = by_cell(findings.get((table.file, table.sheet), []))
            _Failed(book.create_sheet(places.sheets[table.file, table.sheet]), table, found).write(wanted)
    keep_copies(book, checked, places)
    return book


class _Failed:
    """One of the user's sheets, with nothing but the rows to fix."""

    def __init__(self, sheet: Worksheet, table: Table, found: Mapping[str, list[Finding]]) -> None:
        self._sheet, self._table, self._found = sheet, table, found
        left_out = {*status_letters(table).values(), *(letter for letter, text in table.headers.items() if plain_header(text) in _OURS)}
        self._letters = [letter for letter in _columns(table) if letter not in left_out]
        self._first = next((letter for letter, text in table.headers.items() if plain_header(text) == plain_header(FAILED_COLUMNS[0])), None)

    def write(self, wanted: Mapping[int, RowLine]) -> None:
        rows = self._table.frame.filter(self._table.frame[ROW].is_in(list(wanted)))
        widths = [_ROW_WIDTH, _ERROR_WIDTH, *(self._width(letter) for letter in self._letters)]
        titles = [*FAILED_COLUMNS, *(self._table.headers.get(letter, "") for letter in self._letters)]
        head(self._sheet, 1, zip(titles, widths, strict=True))
        for number, values in enumerate(rows.iter_rows(named=True), start=2):
            self._row(number, values, wanted[values[ROW]], widths)
        self._sheet.freeze_panes = f"{get_column_letter(_FRONT + 1)}2"
        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{rows.height + 1}"
        printable(self._sheet)

    def _row(self, number: int, values: Mapping[str, object], line: RowLine, widths: list[int]) -> None:
        before = values.get(self._first) if self._first else None
        error = f"{line.problem} {line.next_step}".strip() or line.state.value
        text_cell(self._sheet, number, 1, str(before or values[ROW])).style = Look.QUIET
        text_cell(self._sheet, number, 2, error).style = Look.WARNING if line.state is RowState.HELD else Look.ERROR
        lines = lines_of(error, _ERROR_WIDTH)
        for column, letter in enumerate(self._letters, start=_FRONT + 1):
            text = str(values.get(letter) or "")
            cell = text_cell(self._sheet, number, column, text)
            cell.style = Look.BODY
            lines = max(lines, lines_of(text, widths[column - 1]))
            for mark in self._table.marks:
                if (mark.row, mark.column) == (values[ROW], letter):
                    restore(cell, mark)
            found = self._found.get(f"{letter}{values[ROW]}")
            if found:
                blame(cell, found)
        self._sheet.row_dimensions[number].height = height(lines)

    def _width(self, letter: str) -> int:
        title = self._table.headers.get(letter, "")
        texts = self._table.frame[letter].head(_SAMPLE).drop_nulls() if letter in self._table.frame.columns else ()
        longest = max((len(line) for text in (title, *texts) for line in text.split("\n")), default=0)
        return min(max(longest + 3, _NARROWEST), _WIDEST)


def _columns(table: Table) -> list[str]:
    """The columns with a header or with text, in their order."""
    used = {*table.headers, *(name for name in table.frame.columns if name != ROW)}
    return sorted(used, key=column_index_from_string)
