"""The rows to fix, as a workbook of their own: the user's headers in their order, each row with its error.

It is saved beside the report and can be corrected and imported like any other sheet: reading ignores the
first two columns. Rows that wait for a row to fix are included, or fixing that one would leave them undone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import polars as pl
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.a1 import column_number
from bulkportal.apply.outcomes import FAILING, TO_FIX, RowState
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.check.status_columns import own_letters
from bulkportal.columns.field import FAILED_COLUMNS
from bulkportal.columns.matcher import plain_header
from bulkportal.lossless.cell_links import CellPlace
from bulkportal.lossless.row_stream import RowStream, StreamRow
from bulkportal.report.base_copy import add_base_copies
from bulkportal.report.own_sheets import (
    StreamCell,
    body_style,
    by_cell,
    by_sheet,
    finding_style,
    is_error,
    note_text,
    restore,
    status_letters,
    width_of,
)
from bulkportal.report.sheet_names import name_sheets
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import begin_list, end_list, fitting
from bulkportal.sheets.styles import Style
from bulkportal.sheets.table import ROW, Table
from bulkportal.sheets.writer import write_bytes

_FRONT = len(FAILED_COLUMNS)
_ROW_WIDTH, _ERROR_WIDTH = 16, 48
_ORIGINAL_ROW = plain_header(FAILED_COLUMNS[0])


def needs_fixing(report: Report) -> bool:
    """Whether there is a row that needs attention."""
    return any(line.state in TO_FIX for line in report.lines)


def write_failed(report: Report, checked: ValidationResult, path: Path) -> int:
    """Write the workbook of rows to fix, whole or not at all; the number of its rows. Raises UsageProblem."""
    lines = {line.address: line for line in report.lines if line.state in FAILING}
    book = WorkbookBuilder()
    places, findings = name_sheets(checked), by_sheet(report)
    for table in (sheet.table for sheet in checked.sheets):
        # In the order of the table, so that its rows stand as in the input.
        wanted = {row: lines[address] for row in table.frame[ROW] if (address := table.address(row)) in lines}
        if wanted:
            failed = _Failed(table, by_cell(findings.get((table.file, table.sheet), [])), wanted)
            failed.lay_out(book.add(places.sheets[table.file, table.sheet], failed.written()))
    # With the copy of the export, or every cell of these rows would count as edited when they are imported.
    add_base_copies(book, checked, places)
    write_bytes(path, book.data())
    return len(lines)


class _Failed:
    """One of the user's sheets, with nothing but the rows to fix."""

    def __init__(self, table: Table, found: Mapping[CellPlace, list[Finding]], wanted: Mapping[int, RowLine]) -> None:
        self._table, self._wanted = table, wanted
        left_out = {*status_letters(table).values(), *own_letters(table)}
        self._letters = [letter for letter in _columns(table) if letter not in left_out]
        self._first = next((letter for letter in own_letters(table) if plain_header(table.headers[letter]) == _ORIGINAL_ROW), None)
        self._widths = [_ROW_WIDTH, _ERROR_WIDTH, *(width_of(table.headers.get(letter, ""), table.frame, letter) for letter in self._letters)]
        self._rows = table.frame.filter(table.frame[ROW].is_in(list(wanted)))
        self._found = found
        self._marks = {(mark.row, mark.column): mark for mark in table.marks}

    def written(self) -> RowStream:
        """The rows, under the header that `lay_out` writes."""
        numbers = {row: number for number, row in enumerate(self._rows[ROW], start=2)}
        columns = {column_number(letter): column for column, letter in enumerate(self._letters, start=_FRONT + 1)}
        places = ((row, column, found) for (row, column), found in self._found.items() if row in numbers and column in columns)
        notes = {(numbers[row], columns[column]): note_text(found) for row, column, found in places}
        return RowStream(rows=self._lines(), last=(self._rows.height + 1, len(self._widths)), notes=notes, author=styles.OUR_MARKS.author)

    def lay_out(self, sheet: Worksheet) -> None:
        """The header row, and what is around the rows."""
        titles = [*FAILED_COLUMNS, *(self._table.headers.get(letter, "") for letter in self._letters)]
        begin_list(sheet, zip(titles, self._widths, strict=True), left=_FRONT)
        end_list(sheet, columns=len(titles), rows=self._rows.height, empty="")

    def _lines(self) -> Iterator[StreamRow]:
        before = pl.col(self._first) if self._first in self._rows.columns else pl.lit(None, dtype=pl.String)
        there = [pl.col(name) if name in self._rows.columns else pl.lit(None, dtype=pl.String).alias(name) for name in self._letters]
        rows = self._rows.select(ROW, before.alias("_before"), *there)
        for number, (row, first, *texts) in enumerate(rows.iter_rows(), start=2):
            line = self._wanted[row]
            error = f"{line.problem} {line.next_step}".strip() or line.state.value
            # The row of the very first source, also after the third round of corrections.
            front = [(1, first or str(row), Style.QUIET), (2, error, Style.WARNING if line.state is RowState.HELD else Style.ERROR)]
            cells = chain(front, self._cells(row, texts))
            theirs = zip((text or "" for text in texts), self._widths[_FRONT:], strict=True)
            yield StreamRow(number, list(cells), fitting((error, _ERROR_WIDTH), theirs=theirs))

    def _cells(self, row: int, texts: Sequence[str | None]) -> Iterator[StreamCell]:
        for column, (letter, text) in enumerate(zip(self._letters, texts, strict=True), start=_FRONT + 1):
            mark = self._marks.get((row, letter))
            value, look = restore(mark) if mark else (text, body_style(self._table, row, letter))
            found = self._found.get((row, column_number(letter)))
            if found:
                look = finding_style(look, error=is_error(found))
            yield column, value, look


def _columns(table: Table) -> list[str]:
    """The columns with a header or with text, in their order."""
    used = {*table.headers, *table.letters}
    return sorted(used, key=column_number)
