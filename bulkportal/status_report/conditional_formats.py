"""Conditional formats: colours that follow the cells, also when someone edits or opens the file later."""

from __future__ import annotations

from openpyxl.formatting.rule import ColorScale, DataBar, FormatObject, Rule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.sheets import styles

BAD = (styles.ERROR_FONT, styles.ERROR_FILL)
OPEN = (styles.WARNING_FONT, styles.WARNING_FILL)
GOOD = (styles.DONE_FONT, styles.DONE_FILL)
QUIET = (styles.MUTED_FONT, styles.UNCHANGED_FILL)


def where(sheet: Worksheet, place: str, formula: str, dress: tuple[Font, PatternFill]) -> None:
    """Format the cells of `place` for which the formula holds; of several rules for a place only the first that holds applies."""
    font, fill = dress
    # Such a rule cannot change the size or the family of a font, only its colour.
    style = DifferentialStyle(font=Font(color=font.color), fill=fill)
    sheet.conditional_formatting.add(place, Rule(type="expression", formula=[formula], dxf=style, stopIfTrue=True))


def bar(sheet: Worksheet, place: str, *, most: int | None = None) -> None:
    """A bar behind each number, from nothing to `most` or to the largest."""
    top = FormatObject(type="max") if most is None else FormatObject(type="num", val=most)
    # minLength 0, or Excel draws a tenth of the cell for nothing.
    data = DataBar(cfvo=[FormatObject(type="num", val=0), top], minLength=0, color=Color(rgb=f"FF{styles.ACCENT_LIGHT}"))
    sheet.conditional_formatting.add(place, Rule(type="dataBar", dataBar=data))


def heat(sheet: Worksheet, place: str) -> None:
    """Darker where the number is larger."""
    ends = [FormatObject(type="num", val=0), FormatObject(type="max")]
    scale = ColorScale(cfvo=ends, color=[Color(rgb=f"FF{styles.ACCENT_SOFT}"), Color(rgb=f"FF{styles.ACCENT}")])
    sheet.conditional_formatting.add(place, Rule(type="colorScale", colorScale=scale))
