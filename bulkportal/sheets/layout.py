"""How a new sheet of ours is laid out: widths, heights of rows, lists with their header, and paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import TypeAlias

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.sheets.styles import HEADER_HEIGHT, Style
from bulkportal.sheets.writer import text_cell

LINKED_ROWS = 32_000
"""The rows of a sheet that may carry links: a spreadsheet program takes 65,530 in a sheet, a row has two at most."""

MOST_LINES, _TALLEST = 6, 26
"""How many lines a row shows of other people's texts, to keep a sheet readable, and of ours, which are shown in full: a row can be no taller."""

_LINE_POINTS = 15
_NARROWEST, _WIDEST = 10, 44

RULED_HEIGHT = 20
"""No row of a ruled list is lower, in points."""

Value: TypeAlias = "str | int | float | date | datetime | None"


def put(sheet: Worksheet, row: int, column: int, value: Value, style: Style) -> None:
    """Write a value as what it is: text as text, numbers and dates as such, None as an empty cell of that style."""
    cell = text_cell(sheet, row, column, value) if isinstance(value, str) else sheet.cell(row, column, value)
    cell.style = style


def put_across(sheet: Worksheet, row: int, first: int, last: int, value: Value, style: Style) -> None:
    """Write a value into one cell that reaches from the first of these columns to the last."""
    for column in range(first, last + 1):
        put(sheet, row, column, value if column == first else None, style)
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)


def column_width(title: str, texts: Iterable[str]) -> int:
    """The width of a column of somebody else's texts: that of its longest line, within reason; a title has the button of its filter beside it."""
    lines = (line for text in texts for line in text.split("\n"))
    return min(max(len(title) + 4, max(map(len, lines), default=0) + 2, _NARROWEST), _WIDEST)


def set_widths(sheet: Worksheet, widths: Mapping[str, float]) -> None:
    """Make the columns with these letters this wide."""
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width


def freeze(sheet: Worksheet, *, below: int = 1, left: int = 0) -> None:
    """Keep the rows down to `below` and the first `left` columns in view while scrolling."""
    sheet.freeze_panes = f"{get_column_letter(left + 1)}{below + 1}"


def print_one_page_wide(sheet: Worksheet, *, upright: bool = False) -> None:
    """Print the sheet on A4, as wide as one page and as long as it takes."""
    sheet.page_setup.orientation = "portrait" if upright else "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.5


def begin_list(
    sheet: Worksheet, columns: Iterable[tuple[str, float]], *, row: int = 1, left: int = 0, ruled: bool = False, right: Collection[str] = ()
) -> None:
    """The header of a list, the title and the width of each column; it stays in view, with the first `left` columns, and on every printed page.

    A `ruled` one has a line under each row in place of the grid. The titles over numbers stand `right`.
    """
    for column, (title, width) in enumerate(columns, start=1):
        style = Style.LIST_HEADER_RIGHT if title in right else Style.LIST_HEADER if ruled else Style.HEADER
        put(sheet, row, column, title, style)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[row].height = HEADER_HEIGHT
    if ruled:
        sheet.sheet_view.showGridLines = False
    sheet.print_title_rows = f"{row}:{row}"
    freeze(sheet, below=row, left=left)
    print_one_page_wide(sheet)


def end_list(sheet: Worksheet, *, columns: int, rows: int, empty: str) -> None:
    """Let a list be filtered; or say that it is `empty`."""
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{rows + 1}"
    else:
        put(sheet, 2, 1, empty, Style.QUIET)


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


def fitting(*ours: tuple[str, float], theirs: Iterable[tuple[str, float]] = (), most: int = MOST_LINES) -> float:
    """The height that the longest of our texts needs, or of other people's as far as they are shown; each comes with the width of its column."""
    needed = (lines_of(text, width) for text, width in ours)
    return height(max((*needed, *(min(lines_of(text, width), most) for text, width in theirs)), default=1))


def fit(sheet: Worksheet, row: int, *texts: tuple[str, float]) -> None:
    """Make a row as high as the longest of our texts needs; each comes with the width of its column."""
    sheet.row_dimensions[row].height = fitting(*texts)


def fit_ruled(sheet: Worksheet, row: int, *texts: tuple[str, float]) -> None:
    """Make a row of a ruled list high enough for its texts, as far as they are shown."""
    sheet.row_dimensions[row].height = max(fitting(theirs=texts), RULED_HEIGHT)
