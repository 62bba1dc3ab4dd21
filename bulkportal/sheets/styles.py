"""The one theme of our workbooks: a few calm colours, one font, and the named styles of cells."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from bulkportal.lossless.editor import Marks

SLATE = "334155"
INK = "1F2937"
MUTED = "64748B"
LINE = "E2E8F0"
LINK = "1D4ED8"
WHITE = "FFFFFF"
ERROR = "FDE2E1"
ERROR_INK = "991B1B"
WARNING = "FEF3C7"
WARNING_INK = "92400E"
DONE = "DCFCE7"
DONE_INK = "166534"
INPUT = "E3EEFB"
INPUT_LINE = "7C9CC4"
UNCHANGED = "F1F5F9"
UNCHANGED_INK = "475569"
ACCENT, ACCENT_LIGHT, ACCENT_SOFT = "4F7CAC", "9DB9D6", "DCE6F0"

OUR_MARKS = Marks(author="bulkportal check", sheet="bulkportal_sheet", tints=(ERROR, WARNING))
"""How a report made again knows what an earlier one has put there."""

FONT = "Calibri"
SIZE = 11


def font(color: str = INK, *, bold: bool = False, size: float = SIZE, italic: bool = False, struck: bool = False) -> Font:
    """Our one font."""
    return Font(name=FONT, size=size, bold=bold, italic=italic, color=color, strike=struck)


def fill(color: str) -> PatternFill:
    """A plain background."""
    return PatternFill("solid", start_color=color, end_color=color)


HEADER_FONT = font(WHITE, bold=True)
HEADER_FILL = fill(SLATE)
HEADER_ALIGNMENT = Alignment(vertical="center", wrap_text=False)
TITLE_FONT = font(SLATE, bold=True, size=20)
HEADING_FONT = font(SLATE, bold=True, size=13)
BODY_FONT = font()
MUTED_FONT = font(MUTED)
LINK_FONT = Font(name=FONT, size=SIZE, color=LINK, underline="single")
ERROR_FONT, ERROR_FILL = font(ERROR_INK), fill(ERROR)
WARNING_FONT, WARNING_FILL = font(WARNING_INK), fill(WARNING)
DONE_FONT, DONE_FILL = font(DONE_INK), fill(DONE)
UNCHANGED_FONT, UNCHANGED_FILL = font(UNCHANGED_INK), fill(UNCHANGED)
WRAP = Alignment(vertical="top", wrap_text=True)
TOP = Alignment(vertical="top")
_INPUT_SIDE = Side(style="thin", color=INPUT_LINE)
BOX = Border(left=_INPUT_SIDE, right=_INPUT_SIDE, top=_INPUT_SIDE, bottom=_INPUT_SIDE)
"""Around a cell to fill in: it is visible in print as well, where the background may not be."""

UNDERLINE = Border(bottom=Side(style="thin", color=LINE))

HEADER_HEIGHT = 24.0


class Style(StrEnum):
    """The named styles of our workbooks: what a cell is, not how it is dressed."""

    BODY = "bulkportal text"
    INPUT = "bulkportal input"
    LINK = "bulkportal link"
    LINE = "bulkportal line"
    LINK_LINE = "bulkportal link line"
    NUMBER = "bulkportal number"
    INTEGER = "bulkportal integer"
    DATE = "bulkportal date"
    HEADER = "bulkportal header"
    STATUS_HEADER = "bulkportal status header"
    ABOVE = "bulkportal above"
    ERROR = "bulkportal error"
    WARNING = "bulkportal warning"
    GOOD = "bulkportal good"
    SETTLED = "bulkportal settled"
    EXAMPLE = "bulkportal example"
    TITLE = "bulkportal title"
    LEAD = "bulkportal lead"
    SECTION = "bulkportal section"
    HEADING = "bulkportal heading"
    HEADING_RIGHT = "bulkportal heading right"
    HEADING_INDENTED = "bulkportal heading indented"
    PLAIN = "bulkportal plain"
    INDENTED = "bulkportal indented"
    QUIET = "bulkportal quiet"
    QUIET_INDENTED = "bulkportal quiet indented"
    QUIET_RIGHT = "bulkportal quiet right"
    QUIET_TEXT = "bulkportal quiet text"
    QUIET_NUMBER = "bulkportal quiet number"
    TOTAL = "bulkportal total"
    TOTAL_FIGURE = "bulkportal total figure"
    COMMAND = "bulkportal command"
    ERROR_CELL = "bulkportal error cell"
    WARNING_CELL = "bulkportal warning cell"
    ERROR_WORD = "bulkportal error word"
    WARNING_WORD = "bulkportal warning word"
    WARNING_TEXT = "bulkportal warning text"
    LEFT_BLANK = "bulkportal left blank"
    OTHERWISE = "bulkportal otherwise"
    ERROR_OTHERWISE = "bulkportal error otherwise"
    WARNING_OTHERWISE = "bulkportal warning otherwise"
    ANOTHER = "bulkportal another"
    STRUCK = "bulkportal struck"
    PAGE_TITLE = "bulkportal page title"
    TILE = "bulkportal tile"
    TILE_BAD = "bulkportal tile bad"
    TILE_LABEL = "bulkportal tile label"
    TILE_LABEL_BAD = "bulkportal tile label bad"
    LIST_HEADER = "bulkportal list header"
    LIST_HEADER_RIGHT = "bulkportal list header right"
    LIST_HEADER_DAY = "bulkportal list header day"
    LIST_TEXT = "bulkportal list text"
    LIST_NAME = "bulkportal list name"
    LIST_WRAPPED = "bulkportal list wrapped"
    LIST_QUIET = "bulkportal list quiet"
    LIST_BAD = "bulkportal list bad"
    LIST_NUMBER = "bulkportal list number"
    LIST_DAY = "bulkportal list day"
    LIST_MOMENT = "bulkportal list moment"
    LIST_SHARE = "bulkportal list share"
    LIST_HEAT = "bulkportal list heat"


class _Dress(NamedTuple):
    font: Font = BODY_FONT
    fill: PatternFill | None = None
    alignment: Alignment = WRAP
    border: Border | None = None
    number_format: str = "General"


_AS_TEXT = "@"
"""Cells in which a corrected value stays what was typed: a spreadsheet program rewrites dates and long numbers."""

_OTHERWISE, _ANOTHER = 'General" (was shown otherwise)"', 'General" (was not shown 1:1)"'
"""Numbers whose format showed more than the number, or another one: reading must doubt them again."""

_MIDDLE, _CENTRE = Alignment(vertical="center"), Alignment(vertical="center", horizontal="center")
_MIDDLE_WRAPPED = Alignment(vertical="center", wrap_text=True)
_MIDDLE_INDENTED = Alignment(vertical="center", horizontal="left", indent=1)
_MIDDLE_RIGHT = Alignment(vertical="center", horizontal="right", indent=1)
_RIGHT = Alignment(vertical="top", horizontal="right", indent=1)
_INDENTED = Alignment(vertical="top", horizontal="left", indent=1, wrap_text=True)
_LABEL = Alignment(vertical="top", horizontal="center")
_RULE = Border(bottom=Side(style="medium", color=SLATE))
_OVER = Border(top=Side(style="thin", color=MUTED))
_GAP = Border(left=Side(style="thick", color=WHITE), right=Side(style="thick", color=WHITE))
_STRONG_FONT, _TOTAL_FONT = font(SLATE, bold=True), font(bold=True)

_DRESSES: dict[Style, _Dress] = {
    Style.BODY: _Dress(number_format=_AS_TEXT),
    Style.INPUT: _Dress(fill=fill(INPUT), border=BOX, number_format=_AS_TEXT),
    Style.LINK: _Dress(LINK_FONT, number_format=_AS_TEXT),
    Style.LINE: _Dress(alignment=TOP),
    Style.LINK_LINE: _Dress(LINK_FONT, alignment=TOP),
    Style.NUMBER: _Dress(alignment=_RIGHT),
    Style.INTEGER: _Dress(number_format="0"),
    Style.DATE: _Dress(number_format="yyyy-mm-dd"),
    Style.HEADER: _Dress(HEADER_FONT, HEADER_FILL, HEADER_ALIGNMENT),
    Style.STATUS_HEADER: _Dress(_STRONG_FONT, fill(LINE), HEADER_ALIGNMENT),
    Style.ABOVE: _Dress(font(MUTED, bold=True), alignment=_MIDDLE),
    Style.ERROR: _Dress(ERROR_FONT, ERROR_FILL, number_format=_AS_TEXT),
    Style.WARNING: _Dress(WARNING_FONT, WARNING_FILL, number_format=_AS_TEXT),
    Style.GOOD: _Dress(DONE_FONT, DONE_FILL),
    Style.SETTLED: _Dress(UNCHANGED_FONT, UNCHANGED_FILL),
    Style.EXAMPLE: _Dress(font(MUTED, italic=True), UNCHANGED_FILL, TOP),
    Style.TITLE: _Dress(TITLE_FONT, alignment=_MIDDLE),
    Style.LEAD: _Dress(MUTED_FONT, alignment=_MIDDLE),
    Style.SECTION: _Dress(HEADING_FONT, alignment=Alignment(vertical="bottom")),
    Style.HEADING: _Dress(HEADING_FONT, alignment=_MIDDLE, border=_RULE),
    Style.HEADING_RIGHT: _Dress(HEADING_FONT, alignment=_MIDDLE_RIGHT, border=_RULE),
    Style.HEADING_INDENTED: _Dress(HEADING_FONT, alignment=_MIDDLE_INDENTED, border=_RULE),
    Style.PLAIN: _Dress(),
    Style.INDENTED: _Dress(alignment=_INDENTED),
    Style.QUIET: _Dress(MUTED_FONT, alignment=TOP),
    Style.QUIET_INDENTED: _Dress(MUTED_FONT, alignment=_INDENTED),
    Style.QUIET_RIGHT: _Dress(MUTED_FONT, alignment=_RIGHT),
    Style.QUIET_TEXT: _Dress(MUTED_FONT, number_format=_AS_TEXT),
    Style.QUIET_NUMBER: _Dress(MUTED_FONT),
    Style.TOTAL: _Dress(_TOTAL_FONT, alignment=TOP, border=_OVER),
    Style.TOTAL_FIGURE: _Dress(_TOTAL_FONT, alignment=_RIGHT, border=_OVER),
    Style.COMMAND: _Dress(font(SLATE), UNCHANGED_FILL, _MIDDLE_WRAPPED),
    Style.ERROR_CELL: _Dress(fill=ERROR_FILL, number_format=_AS_TEXT),
    Style.WARNING_CELL: _Dress(fill=WARNING_FILL, number_format=_AS_TEXT),
    Style.ERROR_WORD: _Dress(ERROR_FONT, alignment=TOP),
    Style.WARNING_WORD: _Dress(WARNING_FONT, alignment=TOP),
    Style.WARNING_TEXT: _Dress(WARNING_FONT, number_format=_AS_TEXT),
    Style.LEFT_BLANK: _Dress(MUTED_FONT, UNCHANGED_FILL, number_format=_AS_TEXT),
    Style.OTHERWISE: _Dress(number_format=_OTHERWISE),
    Style.ERROR_OTHERWISE: _Dress(fill=ERROR_FILL, number_format=_OTHERWISE),
    Style.WARNING_OTHERWISE: _Dress(fill=WARNING_FILL, number_format=_OTHERWISE),
    Style.ANOTHER: _Dress(fill=ERROR_FILL, number_format=_ANOTHER),
    Style.STRUCK: _Dress(font(struck=True), WARNING_FILL, number_format=_AS_TEXT),
    Style.PAGE_TITLE: _Dress(font(SLATE, bold=True, size=24), alignment=_MIDDLE),
    Style.TILE: _Dress(font(SLATE, bold=True, size=22), UNCHANGED_FILL, _CENTRE, _GAP, "#,##0"),
    Style.TILE_BAD: _Dress(font(ERROR_INK, bold=True, size=22), ERROR_FILL, _CENTRE, _GAP, "#,##0"),
    Style.TILE_LABEL: _Dress(font(MUTED, size=10), UNCHANGED_FILL, _LABEL, _GAP),
    Style.TILE_LABEL_BAD: _Dress(font(ERROR_INK, size=10), ERROR_FILL, _LABEL, _GAP),
    Style.LIST_HEADER: _Dress(HEADER_FONT, HEADER_FILL, _MIDDLE_INDENTED),
    Style.LIST_HEADER_RIGHT: _Dress(HEADER_FONT, HEADER_FILL, _MIDDLE_RIGHT),
    Style.LIST_HEADER_DAY: _Dress(font(WHITE, bold=True, size=9), HEADER_FILL, Alignment(vertical="center", horizontal="center", wrap_text=True)),
    Style.LIST_TEXT: _Dress(BODY_FONT, None, _MIDDLE_INDENTED, UNDERLINE, _AS_TEXT),
    Style.LIST_NAME: _Dress(_STRONG_FONT, None, _MIDDLE_INDENTED, UNDERLINE, _AS_TEXT),
    Style.LIST_WRAPPED: _Dress(BODY_FONT, None, Alignment(vertical="center", horizontal="left", wrap_text=True, indent=1), UNDERLINE, _AS_TEXT),
    Style.LIST_QUIET: _Dress(MUTED_FONT, None, _MIDDLE_WRAPPED, UNDERLINE, _AS_TEXT),
    Style.LIST_BAD: _Dress(font(ERROR_INK, bold=True), None, _MIDDLE_INDENTED, UNDERLINE, _AS_TEXT),
    Style.LIST_NUMBER: _Dress(BODY_FONT, None, _MIDDLE_RIGHT, UNDERLINE, "#,##0"),
    Style.LIST_DAY: _Dress(BODY_FONT, None, _MIDDLE_RIGHT, UNDERLINE, "yyyy-mm-dd"),
    Style.LIST_MOMENT: _Dress(BODY_FONT, None, _MIDDLE_RIGHT, UNDERLINE, "yyyy-mm-dd hh:mm"),
    Style.LIST_SHARE: _Dress(BODY_FONT, None, _MIDDLE_RIGHT, UNDERLINE, "0%"),
    Style.LIST_HEAT: _Dress(font(INK, size=9), None, _CENTRE, UNDERLINE, "0;;"),
}


def register(book: Workbook) -> None:
    """Make every style known to a workbook; cells then take it by its name, which is quick."""
    for style, dress in _DRESSES.items():
        book.add_named_style(NamedStyle(name=style.value, **dress._asdict()))
