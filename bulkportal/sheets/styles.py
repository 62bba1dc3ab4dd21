"""How our workbooks look: a few calm colours, one font, and the habits every sheet shares."""

from __future__ import annotations

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

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
"""Around a cell that somebody is asked to fill in: it is seen in print as well, where the background may not be."""

UNDERLINE = Border(bottom=Side(style="thin", color=LINE))

HEADER_HEIGHT = 24.0
NARROWEST, WIDEST = 10.0, 60.0


def header_row(sheet: Worksheet, row: int, *, columns: int) -> None:
    """Dress a row as a header."""
    for column in range(1, columns + 1):
        cell = sheet.cell(row=row, column=column)
        cell.font, cell.fill, cell.alignment = HEADER_FONT, HEADER_FILL, HEADER_ALIGNMENT
    sheet.row_dimensions[row].height = HEADER_HEIGHT


def freeze(sheet: Worksheet, *, below: int = 1, left: int = 0) -> None:
    """Keep the rows down to `below` and the first `left` columns in view while scrolling."""
    sheet.freeze_panes = f"{get_column_letter(left + 1)}{below + 1}"


def width(sheet: Worksheet, column: int, characters: float) -> None:
    """Make a column wide enough for so many characters, within reason."""
    sheet.column_dimensions[get_column_letter(column)].width = min(max(characters + 2, NARROWEST), WIDEST)


def one_page_wide(sheet: Worksheet) -> None:
    """Print the sheet on A4 across, as wide as one page and as long as it takes."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    if sheet.sheet_properties.pageSetUpPr:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
