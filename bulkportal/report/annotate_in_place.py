"""The report written into the user's own workbook, and the check that its sheets still read the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bulkportal.a1 import column_number
from bulkportal.check.findings import ValidationResult
from bulkportal.errors import UnreadableInput
from bulkportal.lossless.editor import Annotation, CannotKeep, CellValue, Editor
from bulkportal.remote_files import web_link
from bulkportal.report.own_sheets import (
    STATUS_WIDTHS,
    Numbered,
    by_cell,
    by_sheet,
    is_error,
    last_row,
    links_of,
    notes_of,
    state_style,
    status_letters,
    status_texts,
)
from bulkportal.report.sheet_names import SheetNames, name_sheets
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import LINKED_ROWS
from bulkportal.sheets.reader import read_stream
from bulkportal.sheets.signature import WORKBOOKS
from bulkportal.sheets.styles import Style
from bulkportal.sheets.table import ROW, RowAddress, Table

FRONT = ("Summary", "Plan")
"""The sheets of the report that come before the user's own; the others come after them."""

_NEW = "A new workbook: there was no Excel workbook among the inputs to write the report into."
_STARTS_LIKE_A_PACKAGE = b"PK\3\4"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedWorkbook:
    """A workbook of the input that the report can be written into: opened, with its tables and their names in the report."""

    opened: Editor
    tables: tuple[Table, ...]
    places: SheetNames
    notice: str

    @property
    def suffix(self) -> str:
        """The ending that the report must have."""
        return self.opened.suffix

    def refused(self, reason: CannotKeep) -> str:
        """The notice at the top of the report when this turns out to be impossible."""
        return _sentence(self.tables[0].file, reason)

    def finish(self, book: WorkbookBuilder, report: Report) -> bytes:
        """The workbook with the report in it. Raises CannotKeep, also when it would not read as its source."""
        lines = {line.address: line for line in report.lines}
        findings = by_sheet(report)
        letters = {table.sheet: self._letters(table) for table in self.tables}
        linked = self.places.ours("Findings")
        annotations = {}
        for table in self.tables:
            sheet = _AnnotatedSheet(table, letters[table.sheet], lines, findings.get((table.file, table.sheet), []), linked)
            annotations[table.sheet] = sheet.annotation()
        front = {self.places.ours(name) for name in FRONT}
        data = self.opened.finish(book.saved(), book.lines, front=front, annotations=annotations)
        # Whoever corrects the report imports it: one cell that reads differently would be a change that nobody made.
        self._reads_the_same(data, letters)
        return data

    def _letters(self, table: Table) -> dict[str, str]:
        return status_letters(table, first_free=self.opened.first_free(table.sheet, below=table.header_row))

    def _reads_the_same(self, data: bytes, letters: dict[str, dict[str, str]]) -> None:
        """Read what is about to be written: every cell of the user's must be what was checked."""
        # By the headers that were read: a sheet is found again also where its header row is not the first.
        headers = {text for table in self.tables for text in table.headers.values()}
        try:
            tables = read_stream(data, label=self.tables[0].file, recognise=lambda texts: len(headers.intersection(texts)))
        except UnreadableInput as error:
            raise CannotKeep(error.message) from error
        found = {table.sheet: table for table in tables}
        for table in self.tables:
            ours = set(letters[table.sheet].values())
            again = found.get(table.sheet)
            mine = [name for name in table.frame.columns if name not in ours]
            if again is None or not set(mine) <= set(again.frame.columns):
                raise CannotKeep("it was changed meanwhile")
            aside = {row for row, _, _ in table.aside}  # the template's example is excluded by the checker, not by the reader
            # The columns of the status are ours, and are expected to differ.
            old, new = table.frame.select(mine), again.frame.filter(~pl.col(ROW).is_in(aside)).select(mine)
            # Rows that hold nothing but our own columns come and go with a report.
            blank = [name for name in mine if name != ROW]
            if not _filled(old, blank).equals(_filled(new, blank)):
                raise CannotKeep("it was changed meanwhile")


def _filled(frame: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """The rows in which the user's own columns hold something."""
    return frame.filter(pl.any_horizontal(pl.col(name).is_not_null() for name in names)) if names else frame.clear()


def open_input(checked: ValidationResult) -> AnnotatedWorkbook | str:
    """The first workbook of the input that the report can be written into; or a sentence that explains why there is none."""
    tables = [sheet.table for sheet in checked.sheets]
    for path in dict.fromkeys(table.path for table in tables):
        # Without a path it came through a pipe or from an address: there is no file whose bytes could be kept.
        if path is None or path.suffix.casefold() not in WORKBOOKS:
            continue
        own = tuple(table for table in tables if table.path == path)
        try:
            return _open(checked, path, own)
        except CannotKeep as reason:
            return _sentence(own[0].file, reason)
        except OSError as error:
            return _sentence(own[0].file, CannotKeep(error.strerror or "it cannot be opened"))
    return _NEW


def _open(checked: ValidationResult, path: Path, tables: tuple[Table, ...]) -> AnnotatedWorkbook:
    data = path.read_bytes()
    if not data.startswith(_STARTS_LIKE_A_PACKAGE):
        raise CannotKeep("it does not hold a workbook")
    opened = Editor(data, tables[0].file, styles.OUR_MARKS)
    if not {table.sheet for table in tables} <= set(opened.sheets):
        raise CannotKeep("it was changed meanwhile")
    keys = [(table.file, table.sheet) for table in tables]
    others = list(dict.fromkeys(sheet.table.file for sheet in checked.sheets if sheet.table not in tables))
    notices = [*opened.losses]
    if others:
        notices.append(f"The workbook is {tables[0].file}; of {', '.join(others)} only the texts are here.")
    return AnnotatedWorkbook(opened=opened, tables=tables, places=name_sheets(checked, annotated=keys, taken=opened.sheets), notice=" ".join(notices))


def _sentence(file: str, reason: CannotKeep) -> str:
    return f"A new workbook, with the texts of {file} only: the file itself could not be kept, because {reason}."


@dataclass(frozen=True, slots=True)
class _AnnotatedSheet:
    """One of the user's sheets, and what the report adds to it."""

    table: Table
    letters: dict[str, str]
    lines: dict[RowAddress, RowLine]
    findings: Sequence[Numbered]
    linked: str

    def annotation(self) -> Annotation:
        columns = {name: column_number(letter) for name, letter in self.letters.items()}
        new = [name for name, letter in self.letters.items() if letter not in self.table.headers]
        found = by_cell(self.findings)
        return Annotation(
            columns=frozenset(columns.values()),
            widths={columns[name]: STATUS_WIDTHS[name] for name in new},
            rows=self._rows(columns, new),
            last=max(last_row(self.table), *(row for row, _ in found), 1),
            links=links_of(self.table, self.lines, self.findings, self.letters, self.linked),
            tints={cell: styles.ERROR if is_error(cells) else styles.WARNING for cell, cells in found.items()},
            notes=notes_of(self.findings),
        )

    def _rows(self, columns: Mapping[str, int], new: Sequence[str]) -> Iterator[tuple[int, Mapping[int, CellValue]]]:
        if new:
            yield self.table.header_row, {columns[name]: CellValue(name, Style.STATUS_HEADER) for name in new}
        # Emptied where a row has no line: what an earlier run left beside it would be taken for today's result.
        nothing = dict.fromkeys(columns.values(), CellValue(None))
        for row in self.table.frame[ROW]:
            line = self.lines.get(self.table.address(row))
            yield row, nothing if line is None else {columns[name]: put for name, put in _puts(line, may_link=row <= LINKED_ROWS).items()}


def _puts(line: RowLine, *, may_link: bool) -> dict[str, CellValue]:
    """The status columns of one row."""
    puts = {name: CellValue(text or None, Style.LINE) for name, text in status_texts(line).items()}  # rows keep their heights
    if may_link and web_link(line.live_url):
        puts["live_url"] = CellValue(line.live_url, Style.LINK_LINE)
    return puts | {"status": CellValue(line.state.value, state_style(line.state)), "credits": CellValue(line.credits, Style.NUMBER)}
