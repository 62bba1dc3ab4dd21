"""How a status workbook looks: few named styles, and the habits its sheets share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.sheets import styles
from bulkportal.sheets.writer import text_cell

ACCENT = "4F7CAC"
SOFT = "DCE6F0"
LIGHT = "9DB9D6"

_MIDDLE = Alignment(vertical="center")
_INDENTED = Alignment(vertical="center", horizontal="left", indent=1)
_WRAPPED = Alignment(vertical="center", wrap_text=True)
_RIGHT = Alignment(vertical="center", horizontal="right", indent=1)
_CENTER = Alignment(vertical="center", horizontal="center")
_RULE = Border(bottom=Side(style="medium", color=styles.SLATE))
_GAP = Border(left=Side(style="thick", color=styles.WHITE), right=Side(style="thick", color=styles.WHITE))


class Look(StrEnum):
    """What a cell of a status is, not how it is dressed."""

    TITLE = "status title"
    LEAD = "status lead"
    HEADING = "status heading"
    HEADER = "status header"
    HEADER_RIGHT = "status header right"
    HEADER_DAY = "status header day"
    FIGURE = "status figure"
    FIGURE_BAD = "status figure bad"
    LABEL = "status label"
    LABEL_BAD = "status label bad"
    TEXT = "status text"
    STRONG = "status strong"
    WRAPPED = "status wrapped"
    QUIET = "status quiet"
    NUMBER = "status number"
    DAY = "status day"
    MOMENT = "status moment"
    SHARE = "status share"
    HEAT = "status heat"
    BAD = "status bad"


_Dress = tuple[Font, PatternFill | None, Alignment, Border | None, str]
_TILE, _TILE_BAD = styles.fill(styles.UNCHANGED), styles.fill(styles.ERROR)
_DRESSES: Mapping[Look, _Dress] = {
    Look.TITLE: (styles.font(styles.SLATE, bold=True, size=24), None, _MIDDLE, None, "General"),
    Look.LEAD: (styles.MUTED_FONT, None, _MIDDLE, None, "General"),
    Look.HEADING: (styles.HEADING_FONT, None, _MIDDLE, _RULE, "General"),
    Look.HEADER: (styles.HEADER_FONT, styles.HEADER_FILL, _INDENTED, None, "General"),
    Look.HEADER_RIGHT: (styles.HEADER_FONT, styles.HEADER_FILL, _RIGHT, None, "General"),
    Look.HEADER_DAY: (
        styles.font(styles.WHITE, bold=True, size=9),
        styles.HEADER_FILL,
        Alignment(vertical="center", horizontal="center", wrap_text=True),
        None,
        "General",
    ),
    Look.FIGURE: (styles.font(styles.SLATE, bold=True, size=22), _TILE, _CENTER, _GAP, "#,##0"),
    Look.FIGURE_BAD: (styles.font(styles.ERROR_INK, bold=True, size=22), _TILE_BAD, _CENTER, _GAP, "#,##0"),
    Look.LABEL: (styles.font(styles.MUTED, size=10), _TILE, Alignment(vertical="top", horizontal="center"), _GAP, "General"),
    Look.LABEL_BAD: (styles.font(styles.ERROR_INK, size=10), _TILE_BAD, Alignment(vertical="top", horizontal="center"), _GAP, "General"),
    Look.TEXT: (styles.BODY_FONT, None, _INDENTED, styles.UNDERLINE, "@"),
    Look.STRONG: (styles.font(styles.SLATE, bold=True), None, _INDENTED, styles.UNDERLINE, "@"),
    Look.WRAPPED: (styles.BODY_FONT, None, Alignment(vertical="center", horizontal="left", wrap_text=True, indent=1), styles.UNDERLINE, "@"),
    Look.QUIET: (styles.MUTED_FONT, None, _WRAPPED, styles.UNDERLINE, "@"),
    Look.NUMBER: (styles.BODY_FONT, None, _RIGHT, styles.UNDERLINE, "#,##0"),
    Look.DAY: (styles.BODY_FONT, None, _RIGHT, styles.UNDERLINE, "yyyy-mm-dd"),
    Look.MOMENT: (styles.BODY_FONT, None, _RIGHT, styles.UNDERLINE, "yyyy-mm-dd hh:mm"),
    Look.SHARE: (styles.BODY_FONT, None, _RIGHT, styles.UNDERLINE, "0%"),
    Look.HEAT: (styles.font(styles.INK, size=9), None, _CENTER, styles.UNDERLINE, "0;;"),
    Look.BAD: (styles.font(styles.ERROR_INK, bold=True), None, _INDENTED, styles.UNDERLINE, "@"),
}


def register(book: Workbook) -> None:
    """Make every look known to a workbook."""
    for look, (font, fill, alignment, border, form) in _DRESSES.items():
        book.add_named_style(NamedStyle(name=look.value, font=font, fill=fill, alignment=alignment, border=border, number_format=form))


def list_sheet(book: Workbook, title: str, columns: Mapping[str, float], *, right: Iterable[str] = ()) -> Worksheet:
    """A new sheet for a list, with its header row."""
    sheet: Worksheet = book.create_sheet(title)
    numbers = set(right)
    for column, (name, wide) in enumerate(columns.items(), start=1):
        text_cell(sheet, 1, column, name).style = Look.HEADER_RIGHT if name in numbers else Look.HEADER
        sheet.column_dimensions[get_column_letter(column)].width = wide
    sheet.row_dimensions[1].height = styles.HEADER_HEIGHT
    sheet.sheet_view.showGridLines = False
    sheet.freeze_panes = "B2"
    sheet.print_title_rows = "1:1"
    on_one_width(sheet, upright=False)
    return sheet


Value: TypeAlias = "str | int | float | date | datetime | None"


def put(sheet: Worksheet, row: int, column: int, value: Value, look: Look) -> None:
    """Write a value as what it is: text as text, numbers and dates as such, None as an empty cell of that look."""
    if isinstance(value, str):
        text_cell(sheet, row, column, value).style = look
    else:
        sheet.cell(row, column, value).style = look


def fit(sheet: Worksheet, row: int, texts: Sequence[tuple[str, float]], *, least: float = 20) -> None:
    """Make a row high enough for its longest text; each comes with the width of its column."""
    lines = max((sum(1 + int(len(line) / max(1.1 * wide, 1)) for line in text.split("\n")) for text, wide in texts), default=1)
    sheet.row_dimensions[row].height = max(least, 15 * min(lines, 5) + 5)


def on_one_width(sheet: Worksheet, *, upright: bool) -> None:
    """Print the sheet as wide as an A4 page."""
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5
