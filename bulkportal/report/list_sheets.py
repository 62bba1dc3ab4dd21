"""The lists of the report: findings, operations, and the rows to correct. Each may be as long as the input."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from openpyxl.utils import get_column_letter

from bulkportal.apply.outcomes import TO_FIX
from bulkportal.check.findings import Severity, ValidationResult
from bulkportal.lossless.cell_links import CellPlace, Link, link_to
from bulkportal.lossless.row_stream import RowStream, StreamRow
from bulkportal.report.own_sheets import FINDINGS_HEADER, in_order, state_style, status_letters, width_of
from bulkportal.report.sheet_names import SheetNames, finding_place, row_place, row_target
from bulkportal.report.summary import OperationLine, Report, RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import (
    LINKED_ROWS,
    begin_list,
    end_list,
    fitting,
    print_one_page_wide,
    put,
    set_widths,
)
from bulkportal.sheets.styles import Style
from bulkportal.sheets.table import ROW, Table

_FINDINGS = {"severity": 11, "code": 33, "place": 22, "column": 24, "value": 34, "message": 60, "hint": 60}
_PROPOSAL = {"proposal": 24}
"""One column more, where any of them proposes what its cell should hold."""
_OPERATIONS = {"kind": 22, "target": 40, "state": 12, "credits": 10, "request id": 38, "rows": 28, "problem": 70}
_SHEET_WIDTH, _ROW_WIDTH, _PROBLEM_WIDTH = 14, 8, 60

Target = tuple[str, str]
"""A sheet and a cell of the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetContent:
    """What a sheet of the report is made from."""

    report: Report
    checked: ValidationResult
    places: SheetNames


def add_findings(book: WorkbookBuilder, title: str, content: SheetContent) -> None:
    """One line for each finding, which leads to its cell."""
    report, places = content.report, content.places
    columns = {**_FINDINGS, **_PROPOSAL} if any(finding.proposal for finding in report.findings) else _FINDINGS
    last = FINDINGS_HEADER + len(report.findings)
    targets = (places.target(finding) for finding in in_order(report.findings))
    links = {(row, 3): link_to(*target) for row, target in enumerate(targets, start=FINDINGS_HEADER + 1) if target and row <= LINKED_ROWS}
    sheet = book.add(title, RowStream(rows=_findings(report, places), last=(last, len(columns)), links=links))
    begin_list(sheet, columns.items(), row=FINDINGS_HEADER)
    end_list(sheet, columns=len(columns), rows=len(report.findings), empty="Nothing was found.")


def _findings(report: Report, places: SheetNames) -> Iterator[StreamRow]:
    for row, finding in enumerate(in_order(report.findings), start=FINDINGS_HEADER + 1):
        error = finding.severity is Severity.ERROR
        texts = (finding.column, finding.value, finding.message, finding.hint, *([finding.proposal] if finding.proposal else []))
        cells = [
            (1, finding.severity.value, Style.ERROR if error else Style.WARNING),
            (2, finding.code, Style.BODY),
            (3, finding_place(finding, places), _link_style(places.target(finding))),
            *((column, text or "", Style.BODY) for column, text in enumerate(texts, start=4)),
        ]
        yield StreamRow(row, cells, fitting((finding.message, 60), (finding.hint, 60), theirs=[(finding.value or "", 34)]))


def add_operations(book: WorkbookBuilder, title: str, content: SheetContent) -> None:
    """One line for each operation, which leads to the first of its rows."""
    report, places = content.report, content.places
    last = 1 + len(report.operations)
    targets = (_first_target(line, places) for line in report.operations)
    links = {(row, 6): link_to(*target) for row, target in enumerate(targets, start=2) if target and row <= LINKED_ROWS}
    sheet = book.add(title, RowStream(rows=_operations(report, places), last=(last, len(_OPERATIONS)), links=links))
    begin_list(sheet, _OPERATIONS.items())
    end_list(sheet, columns=len(_OPERATIONS), rows=len(report.operations), empty="Nothing was to be done.")


def _operations(report: Report, places: SheetNames) -> Iterator[StreamRow]:
    for row, line in enumerate(report.operations, start=2):
        rows = ", ".join(row_place(place, places) for place in line.rows)
        problem = ": ".join(part for part in (line.code or "", line.problem) if part)
        cells = [
            (1, line.kind.replace("_", " "), Style.BODY),
            (2, line.target, Style.BODY),
            (3, line.state, state_style(line.state)),
            (4, "unknown", Style.QUIET_RIGHT) if line.credits is None else (4, line.credits, Style.NUMBER),
            (5, line.request_id or "", Style.BODY),
            (6, rows, _link_style(_first_target(line, places))),
            (7, problem, Style.BODY),
        ]
        yield StreamRow(row, cells, fitting((rows, 28), (problem, 70), (line.target, 40)))


def _first_target(line: OperationLine, places: SheetNames) -> Target | None:
    return row_target(line.rows[0], places) if line.rows else None


def _link_style(target: Target | None) -> Style:
    return Style.BODY if target is None else Style.LINK


def add_failed(book: WorkbookBuilder, title: str, content: SheetContent) -> None:
    """One block for each of the user's sheets with rows to correct, each under its own header row."""
    report, places = content.report, content.places
    blocks: list[_Block] = []
    row = 1
    for own in content.checked.sheets:
        key = (own.table.file, own.table.sheet)
        # Unlike the workbook of failed rows, without the held ones: this list is read, and not imported.
        failed = {line.address.row: line for line in report.lines if line.state in TO_FIX and (line.address.file, line.address.sheet) == key}
        if failed:
            blocks.append(_Block.of(own.table, row, failed, places))
            row = blocks[-1].end + 1
    widths: dict[int, int] = {}
    for column, width in (item for block in blocks for item in enumerate(block.widths, start=1)):
        widths[column] = max(widths.get(column, 0), width)
    links = {place: link for block in blocks for place, link in block.links()}
    lines = RowStream(rows=(line for block in blocks for line in block.lines()), last=(max(row - 2, 1), max(widths, default=1)), links=links)
    sheet = book.add(title, lines if blocks else None)
    print_one_page_wide(sheet)
    set_widths(sheet, {get_column_letter(column): width for column, width in widths.items()})
    if not blocks:
        put(sheet, 1, 1, "Nothing to fix.", Style.QUIET)
        sheet.column_dimensions["A"].width = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class _Block:
    """The rows of one sheet that must be corrected, from the row `start` of the Failed sheet up to the one before `end`."""

    name: str
    table: Table
    start: int
    frame: pl.DataFrame
    letters: list[str]
    widths: list[int]
    failed: Mapping[int, RowLine]
    places: SheetNames

    @classmethod
    def of(cls, table: Table, start: int, failed: Mapping[int, RowLine], places: SheetNames) -> _Block:
        """The block of these rows."""
        refreshed = set(status_letters(table).values())
        letters = [letter for letter in table.headers if letter not in refreshed]
        frame = table.frame.filter(table.frame[ROW].is_in(list(failed)))
        widths = [_SHEET_WIDTH, _ROW_WIDTH, *(width_of(table.headers[letter], frame, letter) for letter in letters), _PROBLEM_WIDTH]
        name = places.sheets[table.file, table.sheet]
        return cls(name=name, table=table, start=start, frame=frame, letters=letters, widths=widths, failed=failed, places=places)

    @property
    def end(self) -> int:
        """The row after the last one."""
        return self.start + 1 + self.frame.height

    def links(self) -> Iterator[tuple[CellPlace, Link]]:
        """Each row's number leads to the row."""
        for number, row in enumerate(self.frame[ROW], start=self.start + 1):
            if number <= LINKED_ROWS and (target := row_target(self.failed[row].address, self.places)):
                yield (number, 2), link_to(*target)

    def lines(self) -> Iterator[StreamRow]:
        """The header row and the rows."""
        titles = ("sheet", "row", *(self.table.headers[name] for name in self.letters), "problem")
        yield StreamRow(self.start, [(column, title, Style.HEADER) for column, title in enumerate(titles, start=1)], styles.HEADER_HEIGHT)
        there = [name for name in self.letters if name in self.frame.columns]
        columns = {name: column for column, name in enumerate(self.letters, start=3)}
        for number, (row, *values) in enumerate(self.frame.select(ROW, *there).iter_rows(), start=self.start + 1):
            texts = dict.fromkeys(self.letters, "") | {name: text or "" for name, text in zip(there, values, strict=True)}
            problem = self.failed[row].problem
            cells = [
                (1, self.name, Style.BODY),
                (2, str(row), _link_style(row_target(self.failed[row].address, self.places))),
                *((columns[name], text, Style.BODY) for name, text in texts.items()),
                (3 + len(columns), problem, Style.ERROR),
            ]
            yield StreamRow(number, cells, fitting((problem, _PROBLEM_WIDTH), theirs=zip(texts.values(), self.widths[2:], strict=False)))
