"""What the report adds to the user's own sheets, and those sheets as new ones.

The report is written into the user's own workbook if possible (see `annotate_in_place`). Otherwise the sheets are
written here: texts stay text at the addresses they came from, so that a report can be corrected and
imported in place of its source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import count, groupby, islice
from operator import attrgetter, itemgetter

import polars as pl
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.a1 import column_number, split_address
from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Finding, Severity, ValidationResult
from bulkportal.check.status_columns import own_status
from bulkportal.columns.field import STATUS_COLUMNS, in_view
from bulkportal.lossless.cell_links import CellPlace, Link, link_to
from bulkportal.lossless.cell_values import CellContent, TypedValue, safe_text
from bulkportal.lossless.row_stream import RowStream, StreamRow
from bulkportal.remote_files import web_link
from bulkportal.report.sheet_names import SheetNames
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import (
    LINKED_ROWS,
    MOST_LINES,
    column_width,
    freeze,
    height,
    lines_of,
    print_one_page_wide,
    room,
    set_widths,
)
from bulkportal.sheets.styles import Style
from bulkportal.sheets.table import ROW, CellProblem, CellWarning, RowAddress, Table

FINDINGS_HEADER = 1
"""The row of the Findings sheet above its first finding."""

MOST_NOTES = 30_000
"""The notes of a sheet: a spreadsheet program draws a box for each of them before it shows the first row."""

_NOTE_MAX, _SAMPLE = 1200, 300
_BLANK: tuple[CellContent, str] = (None, "")
STATUS_WIDTHS = {"status": 12, "result": 30, "problem": 48, "next_step": 42, "live_url": 38, "credits": 11}

Numbered = tuple[int, Finding]
"""A finding with its row on the Findings sheet."""

StreamCell = tuple[int, CellContent, str]
"""The column of a cell, what it holds, and its look."""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as the Findings sheet lists them: what must be corrected first, each kind in the order of the input."""
    return sorted(findings, key=lambda finding: finding.severity is not Severity.ERROR)


def by_sheet(report: Report) -> Mapping[tuple[str, str], list[Numbered]]:
    """The findings of each sheet of the input, in its order, with their rows in the order of `in_order`."""
    findings: dict[tuple[str, str], list[Numbered]] = defaultdict(list)
    errors = sum(finding.severity is Severity.ERROR for finding in report.findings)
    # The Findings sheet lists the errors first (`in_order`), so the row of a finding there follows from counting, without sorting them all.
    red, amber = count(FINDINGS_HEADER + 1), count(FINDINGS_HEADER + 1 + errors)
    for finding in report.findings:
        number = next(red if finding.severity is Severity.ERROR else amber)
        if finding.sheet is not None:
            findings[finding.file, finding.sheet].append((number, finding))
    return findings


def by_cell(found: Iterable[Numbered]) -> Mapping[CellPlace, list[Finding]]:
    """The findings of each cell, by its row and column."""
    cells: dict[CellPlace, list[Finding]] = defaultdict(list)
    for _, finding in found:
        if finding.cell is not None:
            cells[coordinate(finding.cell)].append(finding)
    return cells


def is_error(found: Iterable[Finding]) -> bool:
    """Whether a cell with these findings is red; otherwise it is amber."""
    return any(finding.severity is Severity.ERROR for finding in found)


def note_text(found: Sequence[Finding]) -> str:
    """The text of the note on a cell."""
    text = safe_text("\n\n".join(f"{finding.code}: {finding.message}\n{finding.hint}".strip() for finding in found))
    return f"{text[: _NOTE_MAX - 1]}…" if len(text) > _NOTE_MAX else text


def notes_of(found: Iterable[Numbered]) -> Mapping[CellPlace, str]:
    """The notes on the cells of a sheet, as many as a spreadsheet program can open; the others are only coloured, and listed in the row."""
    return {place: note_text(findings) for place, findings in islice(by_cell(found).items(), MOST_NOTES)}


def status_texts(line: RowLine) -> dict[str, str]:
    """The status columns that hold text, except for the state itself."""
    return {"result": line.result, "problem": line.problem, "next_step": line.next_step, "live_url": line.live_url}


_STATE_STYLES: dict[str, Style] = {
    RowState.DONE: Style.GOOD,
    RowState.UNCHANGED: Style.SETTLED,
    RowState.INVALID: Style.ERROR,
    RowState.HELD: Style.WARNING,
    RowState.REFUSED: Style.ERROR,
    RowState.WAITING: Style.SETTLED,
    RowState.UNKNOWN: Style.WARNING,
}


def state_style(state: str) -> Style:
    """The colour of a state, of a row or of an operation."""
    return _STATE_STYLES.get(state, Style.BODY)


def width_of(title: str, rows: pl.DataFrame, letter: str) -> int:
    """The width of one of the user's own columns."""
    return column_width(title, rows[letter].head(_SAMPLE).drop_nulls() if letter in rows.columns else ())


def coordinate(cell: str) -> CellPlace:
    """The row and the column of an address such as ``D4``."""
    letters, row = split_address(cell)
    return row, column_number(letters)


def add_sheets(book: WorkbookBuilder, report: Report, checked: ValidationResult, places: SheetNames) -> None:
    """Add the user's sheets in the order of the input, except those that stay in their own workbook."""
    lines = {line.address: line for line in report.lines}
    findings = by_sheet(report)
    for sheet in checked.sheets:
        key = (sheet.table.file, sheet.table.sheet)
        if key not in places.annotated:
            names = {letter: name for name, letter in sheet.letters.items()}
            left = in_view(names.get(get_column_letter(number)) for number in count(1))
            own = OwnSheet(table=sheet.table, lines=lines, findings=findings.get(key, []), linked=places.ours("Findings"), left=left)
            own.lay_out(book.add(places.sheets[key], own.written()))


def status_letters(table: Table, *, first_free: int = 1) -> dict[str, str]:
    """The column of each status column: where the input has them already, else after the last used column.

    A column called Status may belong to the user (see `check.status_columns`). New columns start at `first_free` at the earliest.
    """
    found = dict(own_status(table))
    following = max(_last_column(table) + 1, first_free)
    for name in STATUS_COLUMNS:
        if name not in found:
            found[name] = get_column_letter(following)
            following += 1
    return found


@dataclass(slots=True, kw_only=True)
class OwnSheet:
    """One of the user's sheets, to be written afresh. `linked` is the sheet of its findings, `left` how many columns stay in view."""

    table: Table
    lines: Mapping[RowAddress, RowLine]
    findings: Sequence[Numbered]
    linked: str
    left: int
    status: dict[str, str] = field(init=False)
    widths: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        self.status = status_letters(self.table)
        self.widths = self._measured()

    def written(self) -> RowStream:
        """The rows of the sheet, with its links and notes."""
        return RowStream(
            rows=self._rows(),
            last=(self._last_row(), max(map(column_number, self.widths))),
            links=links_of(self.table, self.lines, self.findings, self.status, self.linked),
            notes=self._notes(),
            author=styles.OUR_MARKS.author,
        )

    def _notes(self) -> Mapping[CellPlace, str]:
        """Our notes on cells, below those that people had written: theirs must count when the report is read as they did in its source."""
        notes = dict(notes_of(self.findings))
        theirs: dict[CellPlace, str] = {}
        for row, letter, text in islice(self.table.cell_notes, MOST_NOTES):
            place = (row, column_number(letter))
            theirs[place] = f"{theirs[place]}\n\n{text}" if place in theirs else text
        return notes | {place: safe_text(f"{text}\n\n{notes[place]}" if place in notes else text) for place, text in theirs.items()}

    def lay_out(self, sheet: Worksheet) -> None:
        """What is around the rows."""
        print_one_page_wide(sheet)
        set_widths(sheet, self.widths)
        header = self.table.header_row
        freeze(sheet, below=header, left=self.left)
        letters = sorted({*self.table.headers, *self.status.values()}, key=column_number)
        sheet.auto_filter.ref = f"{letters[0]}{header}:{letters[-1]}{max(self._last_row(), header)}"

    def _measured(self) -> dict[str, int]:
        headers = self.table.headers
        widths = {letter: width_of(headers.get(letter, ""), self.table.frame, letter) for letter in dict.fromkeys((*headers, *self._letters()))}
        return widths | {self.status[name]: width for name, width in STATUS_WIDTHS.items()}

    def _rows(self) -> Iterator[StreamRow]:
        """Every row from the top: those of the table, those around it, and rows with nothing but a coloured cell."""
        marks, colours = self._marks(), self._colours()
        blank = (StreamRow(number, []) for number in sorted(marks.keys() | colours.keys()))
        number = attrgetter("number")
        for row, lines in groupby(merge(self._table_rows(), self._rows_apart(), blank, key=number), key=number):
            # `merge` keeps the order of its arguments: the first of a number is the row itself, a blank one only stands in where there is none.
            line = next(lines)
            if row not in marks and row not in colours:
                yield line
                continue
            cells = {column: (value, look) for column, value, look in line.cells} | marks.get(row, {})
            for column, error in colours.get(row, {}).items():
                value, look = cells.get(column, _BLANK)
                cells[column] = (value, finding_style(look, error=error))
            yield StreamRow(row, [(column, *cells[column]) for column in sorted(cells)], line.height)

    def _rows_apart(self) -> list[StreamRow]:
        """The header row, and the cells above and beside the table."""
        rows: dict[int, dict[int, StreamCell]] = defaultdict(dict)
        for row, letter, text in (*self.table.above, *self.table.aside):
            rows[row][column_number(letter)] = (column_number(letter), text, Style.ABOVE)
        header = self.table.header_row
        titles = {**self.table.headers, **{letter: name for name, letter in self.status.items() if letter not in self.table.headers}}
        for letter, text in titles.items():
            look = Style.STATUS_HEADER if letter in self.status.values() else Style.HEADER
            rows[header][column_number(letter)] = (column_number(letter), text, look)
        return [
            StreamRow(row, [cell for _, cell in sorted(cells.items())], styles.HEADER_HEIGHT if row == header else None)
            for row, cells in sorted(rows.items())
        ]

    def _table_rows(self) -> Iterator[StreamRow]:
        letters = self._letters()
        columns = [(column_number(letter), room(self.widths[letter]), self.widths[letter]) for letter in letters]
        places = {name: column_number(letter) for name, letter in self.status.items()}
        for row, *texts in self.table.frame.select(ROW, *letters).iter_rows():
            lines = 1
            cells: list[StreamCell] = []
            for letter, (column, most, width), text in zip(letters, columns, texts, strict=True):
                if text is not None:
                    cells.append((column, text, body_style(self.table, row, letter)))
                    # Counting lines is slow, and most texts fit into one.
                    if len(text) > most or "\n" in text:
                        lines = max(lines, min(lines_of(text, width), MOST_LINES))
            status, needed = self._status(row, places)
            cells += status
            cells.sort(key=itemgetter(0))
            yield StreamRow(row, cells, height(max(lines, needed)))

    def _status(self, row: int, columns: Mapping[str, int]) -> tuple[list[StreamCell], int]:
        """The status columns of one row, and the number of lines that the longest needs."""
        line = self.lines.get(self.table.address(row))
        if line is None:
            return [], 1
        texts = status_texts(line)
        cells: list[StreamCell] = [(columns["status"], line.state.value, state_style(line.state))]
        cells += [(columns[name], text, Style.BODY) for name, text in texts.items() if text]
        if line.credits is not None:
            cells.append((columns["credits"], line.credits, Style.NUMBER))
        return cells, max(lines_of(text, STATUS_WIDTHS[name]) for name, text in texts.items())

    def _marks(self) -> dict[int, dict[int, tuple[CellContent, str]]]:
        """The cells that must not be trusted, as they were, except those that the report is about to refresh."""
        rows: dict[int, dict[int, tuple[CellContent, str]]] = defaultdict(dict)
        for mark in self.table.marks:
            if mark.row != self.table.header_row and mark.column not in self.status.values():
                rows[mark.row][column_number(mark.column)] = restore(mark)
        return rows

    def _colours(self) -> dict[int, dict[int, bool]]:
        """The cells with findings, by row and column: whether each is red, or else amber."""
        rows: dict[int, dict[int, bool]] = defaultdict(dict)
        for (row, column), found in by_cell(self.findings).items():
            rows[row][column] = is_error(found)
        return rows

    def _last_row(self) -> int:
        marked = (mark.row for mark in self.table.marks)
        found = (coordinate(finding.cell)[0] for _, finding in self.findings if finding.cell)
        around = (row for row, _, _ in (*self.table.above, *self.table.aside))
        return max(last_row(self.table), *marked, *found, *around, 1)

    def _letters(self) -> list[str]:
        """The user's own columns: not those that the report is about to refresh."""
        refreshed = set(self.status.values())
        return [name for name in self.table.letters if name not in refreshed]


def links_of(
    table: Table, lines: Mapping[RowAddress, RowLine], findings: Iterable[Numbered], status: Mapping[str, str], linked: str
) -> Mapping[CellPlace, Link]:
    """Links from a status to what was found in its row, on the sheet `linked`, and from a live video to its page."""
    first: dict[int | None, int] = {}
    for number, finding in findings:
        first.setdefault(finding.row, number)
    found: dict[CellPlace, Link] = {}
    for row in table.frame[ROW]:
        line = lines.get(table.address(row))
        if line is None or row > LINKED_ROWS:
            continue
        if row in first:
            found[row, column_number(status["status"])] = link_to(linked, f"A{first[row]}", "See what was found")
        if web_link(line.live_url):
            found[row, column_number(status["live_url"])] = Link(line.live_url)
    return found


def body_style(table: Table, row: int, letter: str) -> Style:
    """The look of one of the user's own cells: what was struck out stays so, and is held back again when the report is imported."""
    return Style.STRUCK if table.struck.runs and (row, letter) in table.struck else Style.BODY


def finding_style(look: str, *, error: bool) -> Style:
    """The look of a cell with findings; a number that is shown otherwise stays one, and so does what is struck out."""
    if look in (Style.ANOTHER, Style.STRUCK):
        return Style(look)
    if look == Style.OTHERWISE:
        return Style.ERROR_OTHERWISE if error else Style.WARNING_OTHERWISE
    return Style.ERROR_CELL if error else Style.WARNING_CELL


def restore(mark: CellWarning) -> tuple[CellContent, Style]:
    """A cell that must not be trusted, as it was: written as text it would be trusted."""
    match mark.trouble:
        case CellProblem.NUMBER_TOO_LONG:
            return TypedValue("n", mark.value.replace(",", ".")), Style.NUMBER
        case CellProblem.SHOWN_OTHERWISE:
            return TypedValue("n", mark.value.replace(",", ".")), Style.OTHERWISE
        case CellProblem.ANOTHER_NUMBER:
            return TypedValue("n", mark.value.replace(",", ".")), Style.ANOTHER
        case CellProblem.FORMULA_WITHOUT_VALUE if len(mark.value) > 1 and "[" not in mark.value:
            return TypedValue("f", mark.value), Style.PLAIN
        case CellProblem.FORMULA_WITHOUT_VALUE:  # it needs another file, or a formula beside it
            return TypedValue("e", "#REF!"), Style.PLAIN
        case CellProblem.ERROR_VALUE:
            return TypedValue("e", mark.value if mark.value in ERROR_CODES else "#VALUE!"), Style.PLAIN


def last_row(table: Table) -> int:
    """The last row of a table; its header row if it has no other."""
    rows: list[int] = table.frame[ROW].tail(1).to_list()
    return max(table.header_row, *rows, 1)


def _last_column(table: Table) -> int:
    used = [*table.headers, *table.letters]
    used += [letter for _, letter, _ in (*table.above, *table.aside)] + [mark.column for mark in table.marks]
    return max((column_number(letter) for letter in used), default=0)
