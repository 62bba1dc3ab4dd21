"""What the report says on the user's own sheets, and those sheets written afresh.

A workbook is given back as it was (see `kept`). Where there is none, or it cannot be kept, the sheets are
written here: texts stay text at the addresses they came from, so that a report can be corrected and
imported in the place of its source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.check.findings import Checked, Finding, Severity
from bulkportal.columns.field import STATUS_COLUMNS
from bulkportal.columns.matcher import plain_header
from bulkportal.report.looks import Look, height, lines_of, printable, state_look
from bulkportal.report.places import Places
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.lossless.notes import AUTHOR
from bulkportal.sheets.table import ROW, Mark, RowAddress, Table, Trouble
from bulkportal.sheets.writer import link_cell, safe_text, text_cell

FINDINGS_HEADER = 1
"""The row of the Findings sheet above its first finding."""

LINKED_ROWS = 32_000
"""The rows of a sheet that may carry links: a spreadsheet program takes 65,530 in a sheet, a row has two at most."""

_OURS = 4
_NOTE_MAX = 1200
_NOTE_LINE = 46
_SHOWN_OTHERWISE = 'General" (was shown otherwise)"'
_SAMPLE = 300
_NARROWEST, _WIDEST = 10, 44
STATUS_WIDTHS = {"status": 12, "result": 30, "problem": 48, "next_step": 42, "live_url": 38, "credits": 9}


Numbered = tuple[int, Finding]
"""A finding with its row on the Findings sheet."""


def by_sheet(report: Report) -> Mapping[tuple[str, str], list[Numbered]]:
    """The findings of each sheet of the input."""
    findings: dict[tuple[str, str], list[Numbered]] = defaultdict(list)
    for number, finding in enumerate(report.findings, start=FINDINGS_HEADER + 1):
        if finding.sheet is not None:
            findings[finding.file, finding.sheet].append((number, finding))
    return findings


def by_cell(found: Iterable[Numbered]) -> Mapping[str, list[Finding]]:
    """The findings of each cell."""
    cells: dict[str, list[Finding]] = defaultdict(list)
    for _, finding in found:
        if finding.cell is not None:
            cells[finding.cell].append(finding)
    return cells


def is_error(found: Iterable[Finding]) -> bool:
    """Whether a cell with these findings is red; otherwise it is amber."""
    return any(finding.severity is Severity.ERROR for finding in found)


def note_text(found: Sequence[Finding]) -> str:
    """What the note on a cell says."""
    text = safe_text("\n\n".join(f"{finding.code}: {finding.message}\n{finding.hint}".strip() for finding in found))
    return f"{text[: _NOTE_MAX - 1]}…" if len(text) > _NOTE_MAX else text


def status_texts(line: RowLine) -> dict[str, str]:
    """The status columns that hold text, apart from the state itself."""
    return {"result": line.result, "problem": line.problem, "next_step": line.next_step, "live_url": line.live_url}


def add_sheets(book: Workbook, report: Report, checked: Checked, places: Places) -> None:
    """Add the user's sheets to the book, in the order of the input; those that are given back apart."""
    lines = {line.address: line for line in report.lines}
    findings = by_sheet(report)
    for sheet in checked.sheets:
        table = sheet.table
        key = (table.file, table.sheet)
        if key not in places.kept:
            target = book.create_sheet(places.sheets[key])
            own = _Own(sheet=target, table=table, lines=lines, findings=findings.get(key, []), linked=places.ours("Findings"))
            own.write()


def status_letters(table: Table, *, first_free: int = 1) -> dict[str, str]:
    """The column of each status column: where the input has them already, else after the last used column.

    One column called Status may well be the user's own; most of the six together are ours. New ones
    stand right of `first_free`.
    """
    letters = {plain_header(text): letter for letter, text in table.headers.items()}
    found = {name: letters[plain_header(name)] for name in STATUS_COLUMNS if plain_header(name) in letters}
    if len(found) < _OURS:
        found = {}
    following = max(_last_column(table) + 1, first_free)
    for name in STATUS_COLUMNS:
        if name not in found:
            found[name] = get_column_letter(following)
            following += 1
    return found


@dataclass(slots=True, kw_only=True)
class _Own:
    """One of the user's sheets while it is written. `linked` is the sheet of its findings."""

    sheet: Worksheet
    table: Table
    lines: Mapping[RowAddress, RowLine]
    findings: Sequence[Numbered]
    linked: str
    status: dict[str, str] = field(default_factory=dict)
    widths: dict[str, int] = field(default_factory=dict)

    def write(self) -> None:
        self.status = status_letters(self.table)
        for row, letter, text in (*self.table.above, *self.table.aside):
            text_cell(self.sheet, row, column_index_from_string(letter), text).style = Look.ABOVE
        self._measure()
        self._header()
        self._rows()
        self._colour()
        self._lay_out()

    def _measure(self) -> None:
        for letter, text in self.table.headers.items():
            self.widths[letter] = len(text) + 4
        for letter in self._letters():
            texts = self.table.frame[letter].head(_SAMPLE).drop_nulls()
            longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
            self.widths[letter] = max(self.widths.get(letter, 0), longest + 2)
        self.widths = {letter: min(max(width, _NARROWEST), _WIDEST) for letter, width in self.widths.items()}
        self.widths |= {self.status[name]: width for name, width in STATUS_WIDTHS.items()}

    def _header(self) -> None:
        titles = {**self.table.headers, **{letter: name for name, letter in self.status.items() if letter not in self.table.headers}}
        for letter, text in titles.items():
            style = Look.STATUS_HEADER if letter in self.status.values() else Look.HEADER
            text_cell(self.sheet, self.table.header_row, column_index_from_string(letter), text).style = style
        self.sheet.row_dimensions[self.table.header_row].height = styles.HEADER_HEIGHT

    def _rows(self) -> None:
        letters = self._letters()
        columns = [column_index_from_string(letter) for letter in letters]
        first = {finding.row: number for number, finding in reversed(self.findings)}
        for row, *texts in self.table.frame.select(ROW, *letters).iter_rows():
            lines = 1
            for letter, column, text in zip(letters, columns, texts, strict=True):
                if text is not None:
                    text_cell(self.sheet, row, column, text).style = Look.BODY
                    lines = max(lines, lines_of(text, self.widths[letter]))
            lines = max(lines, self._status(row, first.get(row)))
            self.sheet.row_dimensions[row].height = height(lines)
        for mark in self.table.marks:
            if mark.row != self.table.header_row and mark.column not in self.status.values():
                restore(self.sheet.cell(mark.row, column_index_from_string(mark.column), ""), mark)

    def _status(self, row: int, finding_row: int | None) -> int:
        """The status columns of one row; the number of lines that the longest needs."""
        line = self.lines.get(self.table.address(row))
        if line is None:
            return 1
        status = self._status_text(row, "status", line.state.value)
        may_link = row <= LINKED_ROWS
        if finding_row is not None and may_link:
            link_cell(status, sheet=self.linked, address=f"A{finding_row}", tooltip="See what was found")
        status.style = state_look(line.state)
        texts = status_texts(line)
        for name, text in texts.items():
            if text:
                cell = self._status_text(row, name, text)
                cell.style = Look.BODY
                if name == "live_url" and may_link and text.startswith("https://"):
                    cell.hyperlink = text
        if line.credits is not None:
            number = self.sheet.cell(row, column_index_from_string(self.status["credits"]), line.credits)
            number.style = Look.NUMBER
        return max(lines_of(text, self.widths[self.status[name]]) for name, text in texts.items())

    def _status_text(self, row: int, name: str, text: str) -> Cell:
        return text_cell(self.sheet, row, column_index_from_string(self.status[name]), text)

    def _colour(self) -> None:
        for coordinate, found in by_cell(self.findings).items():
            blame(self.sheet[coordinate], found)

    def _lay_out(self) -> None:
        printable(self.sheet)
        for letter, width in self.widths.items():
            self.sheet.column_dimensions[letter].width = width
        header = self.table.header_row
        first = "B" if "A" in self.table.headers else "A"
        self.sheet.freeze_panes = f"{first}{header + 1}"
        letters = sorted({*self.table.headers, *self.status.values()}, key=column_index_from_string)
        last = max(self.sheet.max_row, header)
        self.sheet.auto_filter.ref = f"{letters[0]}{header}:{letters[-1]}{last}"

    def _letters(self) -> list[str]:
        """The user's own columns: not those that the report is about to refresh."""
        refreshed = set(self.status.values())
        return [name for name in self.table.frame.columns if name != ROW and name not in refreshed]


def restore(cell: Cell | MergedCell, mark: Mark) -> None:
    """Put what must not be believed back as it was, not as text that would then be believed."""
    match mark.trouble:
        case Trouble.NUMBER_TOO_LONG | Trouble.SHOWN_OTHERWISE:
            cell.value, cell.data_type = mark.value.replace(",", "."), "n"
        case Trouble.FORMULA_WITHOUT_VALUE if len(mark.value) > 1 and "[" not in mark.value:
            cell.value, cell.data_type = mark.value, "f"
        case Trouble.FORMULA_WITHOUT_VALUE:  # it needs another file, or a formula beside it
            cell.value, cell.data_type = "#REF!", "e"
        case Trouble.ERROR_VALUE:
            cell.value, cell.data_type = mark.value if mark.value in ERROR_CODES else "#VALUE!", "e"
    cell.style = Look.NUMBER if mark.trouble is Trouble.NUMBER_TOO_LONG else Look.PLAIN
    if mark.trouble is Trouble.SHOWN_OTHERWISE:
        cell.number_format = _SHOWN_OTHERWISE


def blame(cell: Cell | MergedCell, found: Sequence[Finding]) -> None:
    """Colour a cell and say in a note what was found; a number that is shown otherwise stays one."""
    kept = cell.number_format
    cell.style = Look.ERROR_CELL if is_error(found) else Look.WARNING_CELL
    if kept == _SHOWN_OTHERWISE:
        cell.number_format = kept
    cell.comment = note(found)


def note(found: Sequence[Finding]) -> Comment:
    """The note on a cell of a sheet that is written afresh."""
    text = note_text(found)
    lines = sum(lines_of(line, _NOTE_LINE) for line in text.split("\n"))
    return Comment(text, AUTHOR, width=330, height=min(26 + 18 * lines, 420))


def _last_column(table: Table) -> int:
    used = [*table.headers, *(name for name in table.frame.columns if name != ROW)]
    used += [letter for _, letter, _ in (*table.above, *table.aside)] + [mark.column for mark in table.marks]
    return max((column_index_from_string(letter) for letter in used), default=0)
