"""How the report looks: the named styles of its cells, and the habits of its sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.apply.outcomes import RowState
from bulkportal.sheets import styles
from bulkportal.sheets.writer import text_cell

MOST_LINES, _TALLEST = 6, 26
"""The lines that a row shows of the user's own texts, which keeps a sheet calm; and of ours, which are shown whole: a row can be no taller."""

_LINE_POINTS = 15


class Look(StrEnum):
    """The named styles of the report: what a cell is, not how it is dressed."""

    BODY = "bulkportal text"
    INPUT = "bulkportal input"
    LINK = "bulkportal link"
    LINE = "bulkportal line"
    LINK_LINE = "bulkportal link line"
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
    ERROR_CELL = "bulkportal error cell"
    WARNING_CELL = "bulkportal warning cell"
    ERROR_WORD = "bulkportal error word"
    WARNING_WORD = "bulkportal warning word"
    OTHERWISE = "bulkportal otherwise"
    ERROR_OTHERWISE = "bulkportal error otherwise"
    WARNING_OTHERWISE = "bulkportal warning otherwise"
    ANOTHER = "bulkportal another"
    STRUCK = "bulkportal struck"


_STATE_LOOKS: dict[str, Look] = {
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
    return _STATE_LOOKS.get(state, Look.BODY)


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
    Look.INPUT: (styles.BODY_FONT, styles.fill(styles.INPUT), styles.WRAP, styles.BOX),
    Look.LINK: (styles.LINK_FONT, None, styles.WRAP, None),
    Look.LINE: (styles.BODY_FONT, None, styles.TOP, None),
    Look.LINK_LINE: (styles.LINK_FONT, None, styles.TOP, None),
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
    Look.ERROR_CELL: (styles.BODY_FONT, styles.ERROR_FILL, styles.WRAP, None),
    Look.WARNING_CELL: (styles.BODY_FONT, styles.WARNING_FILL, styles.WRAP, None),
    Look.ERROR_WORD: (styles.ERROR_FONT, None, styles.TOP, None),
    Look.WARNING_WORD: (styles.WARNING_FONT, None, styles.TOP, None),
    Look.OTHERWISE: (styles.BODY_FONT, None, styles.WRAP, None),
    Look.ERROR_OTHERWISE: (styles.BODY_FONT, styles.ERROR_FILL, styles.WRAP, None),
    Look.WARNING_OTHERWISE: (styles.BODY_FONT, styles.WARNING_FILL, styles.WRAP, None),
    Look.ANOTHER: (styles.BODY_FONT, styles.ERROR_FILL, styles.WRAP, None),
    Look.STRUCK: (styles.font(struck=True), styles.WARNING_FILL, styles.WRAP, None),
    Look.COMMAND: (styles.font(styles.SLATE), styles.fill(styles.UNCHANGED), _MIDDLE, None),
}
_AS_TEXT = frozenset({Look.BODY, Look.INPUT, Look.LINK, Look.ERROR, Look.WARNING, Look.ERROR_CELL, Look.WARNING_CELL, Look.STRUCK})
"""Cells in which a corrected value stays what was typed: a spreadsheet program rewrites dates and long numbers."""

_FORMATS = {
    **dict.fromkeys(_AS_TEXT, "@"),
    **dict.fromkeys((Look.OTHERWISE, Look.ERROR_OTHERWISE, Look.WARNING_OTHERWISE), 'General" (was shown otherwise)"'),
    Look.ANOTHER: 'General" (was not shown 1:1)"',
}
"""Numbers whose format showed more than the number, or another one: reading must doubt them again."""


def register_looks(book: Workbook) -> None:
    """Make every look known to a workbook; cells then take it by its name, which is quick."""
    for look, (font, fill, alignment, border) in _DRESSES.items():
        style = NamedStyle(name=look.value, font=font, fill=fill, alignment=alignment, border=border)
        style.number_format = _FORMATS.get(look, "General")
        book.add_named_style(style)


def mark_ours(sheet: Worksheet) -> None:
    """Mark a sheet as part of a report: the next report takes it away."""
    sheet.defined_names.add(DefinedName(styles.OUR_MARKS.sheet, attr_text=f'"{sheet.title}"', hidden=True))


def printable(sheet: Worksheet, *, upright: bool = False) -> None:
    """Print a sheet as wide as the paper."""
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def head(sheet: Worksheet, row: int, columns: Iterable[tuple[str, int]]) -> None:
    """A header row, and how wide its columns are."""
    for column, (title, width) in enumerate(columns, start=1):
        text_cell(sheet, row, column, title).style = Look.HEADER
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[row].height = styles.HEADER_HEIGHT


def foot(sheet: Worksheet, columns: Mapping[str, int], *, last: int, empty: str) -> None:
    """Freeze and filter a list down to its last row, or say that it is empty."""
    printable(sheet)
    sheet.freeze_panes = "A2"
    if last == 1:
        text_cell(sheet, 2, 1, empty).style = Look.QUIET
    else:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"


def room(width: float) -> int:
    """How many letters a line takes in a column this wide, roughly: most letters are narrower than a digit, but words are not torn."""
    return max(round(width), 1)


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column this wide."""
    if len(text) <= width and "\n" not in text:
        return 1
    most = room(width)
    return sum(1 + max(len(line) - 1, 0) // most for line in text.split("\n"))


def height(lines: int) -> float:
    """The height of a row of so many lines, in points."""
    return _LINE_POINTS * min(lines, _TALLEST) + 3


def fitting(*ours: tuple[str, int], theirs: Iterable[tuple[str, int]] = ()) -> float:
    """The height that the longest of our texts asks for, or of the user's as far as they are shown; each comes with the width of its column."""
    needed = (lines_of(text, width) for text, width in ours)
    return height(max((*needed, *(min(lines_of(text, width), MOST_LINES) for text, width in theirs)), default=1))
