"""The user's own sheets in the report: every cell where it was, what was found in colour beside it.

A fresh workbook, never the user's file saved again: openpyxl would lose parts of it. Texts stay text
at the addresses they came from, so a report can be corrected and imported in the place of its source.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Checked, Finding, Severity
from bulkportal.columns.field import REPORT_SHEETS, STATUS_COLUMNS
from bulkportal.columns.matcher import plain_header
from bulkportal.report.summary import Report, RowLine
from bulkportal.sheets import styles
from bulkportal.sheets.table import ROW, Mark, RowAddress, Table, Trouble
from bulkportal.sheets.writer import link_cell, safe_text, text_cell

FINDINGS_HEADER = 1
"""The row of the Findings sheet above its first finding."""

LINKED_ROWS = 32_000
"""The rows of a sheet that may carry links: a spreadsheet program takes 65,530 in a sheet, a row has two at most."""

_NAME_MAX = 31
_NOTE_MAX = 1200
_NOTE_LINE = 46
_SAMPLE = 300
_NARROWEST, _WIDEST = 10, 44
_MOST_LINES = 6
_LINE_POINTS = 15
_STATUS_WIDTHS = {"status": 12, "result": 30, "problem": 48, "next_step": 42, "live_url": 38, "credits": 9}


class Look(StrEnum):
    """The named styles of the report: what a cell is, not how it is dressed."""

    BODY = "bulkportal text"
    LINK = "bulkportal link"
    NUMBER = "bulkportal number"
    HEADER = "bulkportal header"
    STATUS_HEADER = "bulkportal status header"
    ABOVE = "bulkportal above"
    ERROR = "bulkportal error"
    WARNING = "bulkportal warning"
    GOOD = "bulkportal good"
    SETTLED = "bulkportal settled"
    TITLE = "bulkportal title"
    HEADING = "bulkportal heading"
    HEADING_RIGHT = "bulkportal heading right"
    HEADING_INDENTED = "bulkportal heading indented"
    PLAIN = "bulkportal plain"
    INDENTED = "bulkportal indented"
    QUIET = "bulkportal quiet"
    QUIET_INDENTED = "bulkportal quiet indented"
    QUIET_RIGHT = "bulkportal quiet right"
    FIGURE = "bulkportal figure"
    TOTAL = "bulkportal total"
    TOTAL_FIGURE = "bulkportal total figure"
    COMMAND = "bulkportal command"
    ERROR_WORD = "bulkportal error word"
    WARNING_WORD = "bulkportal warning word"


_STATE_LOOKS = {
    RowState.DONE: Look.GOOD,
    RowState.UNCHANGED: Look.SETTLED,
    RowState.INVALID: Look.ERROR,
    RowState.HELD: Look.WARNING,
    RowState.REFUSED: Look.ERROR,
    RowState.WAITING: Look.SETTLED,
    RowState.UNKNOWN: Look.WARNING,
}


def state_look(state: str) -> Look:
    """The colour of a state, of a row or of an operation."""
    return _STATE_LOOKS[RowState(state)] if state in set(RowState) else Look.BODY


_Dress = tuple[Font, PatternFill | None, Alignment, Border | None]

_LINE = Alignment(vertical="center")
_MIDDLE = Alignment(vertical="center", wrap_text=True)
_RIGHT = Alignment(vertical="top", horizontal="right", indent=1)
_INDENTED = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)
_UNDER = Border(bottom=Side(style="medium", color=styles.SLATE))
_OVER = Border(top=Side(style="thin", color=styles.MUTED))
_STATUS_FONT, _TOTAL_FONT = styles.font(styles.SLATE, bold=True), styles.font(bold=True)

_DRESSES: dict[Look, _Dress] = {
    Look.BODY: (styles.BODY_FONT, None, styles.WRAP, None),
    Look.LINK: (styles.LINK_FONT, None, styles.WRAP, None),
    Look.NUMBER: (styles.BODY_FONT, None, _RIGHT, None),
    Look.HEADER: (styles.HEADER_FONT, styles.HEADER_FILL, styles.HEADER_ALIGNMENT, None),
    Look.STATUS_HEADER: (_STATUS_FONT, styles.fill(styles.LINE), styles.HEADER_ALIGNMENT, None),
    Look.ABOVE: (styles.font(styles.MUTED, bold=True), None, _LINE, None),
    Look.ERROR: (styles.ERROR_FONT, styles.ERROR_FILL, styles.WRAP, None),
    Look.WARNING: (styles.WARNING_FONT, styles.WARNING_FILL, styles.WRAP, None),
    Look.GOOD: (styles.DONE_FONT, styles.DONE_FILL, styles.WRAP, None),
    Look.SETTLED: (styles.UNCHANGED_FONT, styles.UNCHANGED_FILL, styles.WRAP, None),
    Look.TITLE: (styles.TITLE_FONT, None, _LINE, None),
    Look.HEADING: (styles.HEADING_FONT, None, _LINE, _UNDER),
    Look.HEADING_RIGHT: (styles.HEADING_FONT, None, Alignment(vertical="center", horizontal="right", indent=1), _UNDER),
    Look.HEADING_INDENTED: (styles.HEADING_FONT, None, Alignment(vertical="center", horizontal="left", indent=1), _UNDER),
    Look.PLAIN: (styles.BODY_FONT, None, styles.WRAP, None),
    Look.INDENTED: (styles.BODY_FONT, None, _INDENTED, None),
    Look.QUIET: (styles.MUTED_FONT, None, styles.TOP, None),
    Look.QUIET_INDENTED: (styles.MUTED_FONT, None, _INDENTED, None),
    Look.QUIET_RIGHT: (styles.MUTED_FONT, None, _RIGHT, None),
    Look.FIGURE: (styles.BODY_FONT, None, _RIGHT, None),
    Look.TOTAL: (_TOTAL_FONT, None, styles.TOP, _OVER),
    Look.TOTAL_FIGURE: (_TOTAL_FONT, None, _RIGHT, _OVER),
    Look.ERROR_WORD: (styles.ERROR_FONT, None, styles.TOP, None),
    Look.WARNING_WORD: (styles.WARNING_FONT, None, styles.TOP, None),
    Look.COMMAND: (styles.font(styles.SLATE), styles.fill(styles.UNCHANGED), _MIDDLE, None),
}
_AS_TEXT = frozenset({Look.BODY, Look.LINK, Look.ERROR, Look.WARNING})
"""Cells in which a corrected value stays what was typed: a spreadsheet program rewrites dates and long numbers."""


def register_looks(book: Workbook) -> None:
    """Make every look known to a workbook; cells then take it by its name, which is quick."""
    for look, (font, fill, alignment, border) in _DRESSES.items():
        style = NamedStyle(name=look.value, font=font, fill=fill, alignment=alignment, border=border)
        style.number_format = "@" if look in _AS_TEXT else "General"
        book.add_named_style(style)


def printable(sheet: Worksheet, *, upright: bool = False) -> None:
    """Print a sheet as wide as the paper."""
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where things stand in the report: `sheets` by (file, sheet) of the input, `findings` by their row."""

    sheets: Mapping[tuple[str, str], str]

    def sheet(self, file: str, sheet: str | None) -> str | None:
        """The report's name of a sheet of the input, if the report shows that sheet."""
        return None if sheet is None else self.sheets.get((file, sheet))

    def target(self, finding: Finding) -> tuple[str, str] | None:
        """The sheet and cell of the report that a finding speaks of; None where the report does not show it."""
        name = self.sheet(finding.file, finding.sheet)
        return None if name is None else (name, finding.cell or f"A{finding.row or 1}")


def place(checked: Checked) -> Places:
    """Name a sheet for every table: its own name, with the file where two tables share one."""
    taken = {name.casefold() for name in REPORT_SHEETS}
    names: dict[tuple[str, str], str] = {}
    for sheet in checked.sheets:
        table = sheet.table
        name = _free_name(table, taken)
        taken.add(name.casefold())
        names[table.file, table.sheet] = name
    return Places(sheets=names)


def add_sheets(book: Workbook, report: Report, checked: Checked, places: Places) -> None:
    """Add the user's sheets to the book, in the order of the input."""
    lines = {line.address: line for line in report.lines}
    findings: dict[tuple[str, str], list[tuple[int, Finding]]] = defaultdict(list)
    for number, finding in enumerate(report.findings, start=FINDINGS_HEADER + 1):
        if finding.sheet is not None:
            findings[finding.file, finding.sheet].append((number, finding))
    for sheet in checked.sheets:
        table = sheet.table
        key = (table.file, table.sheet)
        target = book.create_sheet(places.sheets[key])
        own = _Own(sheet=target, table=table, lines=lines, findings=findings[key])
        own.write()


def status_letters(table: Table) -> dict[str, str]:
    """The column of each status column: where the input has it already, else after the last used column."""
    letters = {plain_header(text): letter for letter, text in table.headers.items()}
    found = {name: letters[plain_header(name)] for name in STATUS_COLUMNS if plain_header(name) in letters}
    following = _last_column(table) + 1
    for name in STATUS_COLUMNS:
        if name not in found:
            found[name] = get_column_letter(following)
            following += 1
    return found


@dataclass(slots=True, kw_only=True)
class _Own:
    """One of the user's sheets while it is written. `findings` carry their rows on the Findings sheet."""

    sheet: Worksheet
    table: Table
    lines: Mapping[RowAddress, RowLine]
    findings: Sequence[tuple[int, Finding]]
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
        self.widths |= {self.status[name]: width for name, width in _STATUS_WIDTHS.items()}

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
                _restore(self.sheet, mark)

    def _status(self, row: int, finding_row: int | None) -> int:
        """The status columns of one row; the number of lines that the longest needs."""
        line = self.lines.get(self.table.address(row))
        if line is None:
            return 1
        status = self._status_text(row, "status", line.state.value)
        may_link = row <= LINKED_ROWS
        if finding_row is not None and may_link:
            link_cell(status, sheet="Findings", address=f"A{finding_row}", tooltip="See what was found")
        status.style = state_look(line.state)
        texts = {"result": line.result, "problem": line.problem, "next_step": line.next_step, "live_url": line.live_url}
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
        by_cell: dict[str, list[Finding]] = defaultdict(list)
        for _, finding in self.findings:
            if finding.cell is not None:
                by_cell[finding.cell].append(finding)
        for coordinate, found in by_cell.items():
            cell = self.sheet[coordinate]
            worst = any(finding.severity is Severity.ERROR for finding in found)
            cell.style = Look.ERROR if worst else Look.WARNING
            cell.comment = _note(found)

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


def _restore(sheet: Worksheet, mark: Mark) -> None:
    """Put what must not be believed back as it was, not as text that would then be believed."""
    cell = sheet.cell(mark.row, column_index_from_string(mark.column), "")
    match mark.trouble:
        case Trouble.NUMBER_TOO_LONG:
            cell.value, cell.data_type = mark.value.replace(",", "."), "n"
        case Trouble.FORMULA_WITHOUT_VALUE if len(mark.value) > 1 and "[" not in mark.value:
            cell.value, cell.data_type = mark.value, "f"
        case Trouble.FORMULA_WITHOUT_VALUE:  # it needs another file, or a formula beside it
            cell.value, cell.data_type = "#REF!", "e"
        case Trouble.ERROR_VALUE:
            cell.value, cell.data_type = mark.value if mark.value in ERROR_CODES else "#VALUE!", "e"
    cell.style = Look.NUMBER if mark.trouble is Trouble.NUMBER_TOO_LONG else Look.PLAIN


def _note(found: Sequence[Finding]) -> Comment:
    text = "\n\n".join(f"{finding.code}: {finding.message}\n{finding.hint}".strip() for finding in found)
    text = safe_text(text)
    if len(text) > _NOTE_MAX:
        text = f"{text[: _NOTE_MAX - 1]}…"
    lines = sum(lines_of(line, _NOTE_LINE) for line in text.split("\n"))
    return Comment(text, "bulkportal", width=330, height=min(26 + 18 * lines, 420))


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column this wide, roughly: most letters are narrower than a digit."""
    room = max(round(width * 1.1), 1)
    return sum(1 + max(len(line) - 1, 0) // room for line in text.split("\n"))


def height(lines: int) -> float:
    """The height of a row of so many lines, in points. Longer texts are cut off to keep the page calm."""
    return _LINE_POINTS * min(lines, _MOST_LINES) + 3


def _last_column(table: Table) -> int:
    used = [*table.headers, *(name for name in table.frame.columns if name != ROW)]
    used += [letter for _, letter, _ in (*table.above, *table.aside)] + [mark.column for mark in table.marks]
    return max((column_index_from_string(letter) for letter in used), default=0)


def _free_name(table: Table, taken: set[str]) -> str:
    wanted = _allowed(table.sheet)
    if wanted.casefold() not in taken:
        return wanted
    wanted = _allowed(f"{wanted[: _NAME_MAX // 2]} ({table.file})")
    number, name = 2, wanted
    while name.casefold() in taken:
        name = f"{wanted[: _NAME_MAX - 3 - len(str(number))]} ({number})"
        number += 1
    return name


def _allowed(text: str) -> str:
    """A name that a spreadsheet program accepts for a sheet."""
    kept = "".join("_" if character in "[]:*?/\\" or not character.isprintable() else character for character in text)
    return kept[:_NAME_MAX].strip("' ") or "Sheet"
