"""Native charts in one calm style: one colour, no frame, no legend, numbers where they help."""

from __future__ import annotations

from dataclasses import dataclass

from openpyxl.chart import BarChart, Reference
from openpyxl.chart.label import DataLabelList
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import CharacterProperties, Paragraph, ParagraphProperties, RichTextProperties
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.sheets import styles


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The cells of a chart's figures: two columns of one sheet, from row to row, without their header."""

    sheet: Worksheet
    names: int
    values: int
    first: int
    last: int


def bars(series: Series, *, width: int, height: int) -> BarChart:
    """Horizontal bars, the first on top, each with its number."""
    chart = _chart(series, width, height)
    chart.type = "bar"
    chart.gapWidth = 45
    # Bars are drawn from the bottom up; reversed, the first row of the sheet is on top.
    chart.x_axis.scaling.orientation = "maxMin"
    chart.y_axis.delete = True
    chart.y_axis.majorGridlines = None
    labels = DataLabelList()
    labels.showVal = True
    labels.showSerName = labels.showCatName = labels.showLegendKey = labels.showPercent = False
    labels.txPr = _text(styles.SLATE, 1000)
    chart.dataLabels = labels
    return chart


def columns(series: Series, *, width: int, height: int) -> BarChart:
    """Upright columns over time, with a whole-number scale."""
    chart = _chart(series, width, height)
    chart.type = "col"
    chart.gapWidth = 30
    chart.y_axis.delete = False
    chart.y_axis.number_format = "0"
    chart.y_axis.majorUnit = None
    chart.y_axis.scaling.min = 0
    chart.y_axis.txPr = _text(styles.MUTED, 900)
    chart.y_axis.graphicalProperties = _no_line()
    if chart.y_axis.majorGridlines:
        chart.y_axis.majorGridlines.spPr = GraphicalProperties(ln=LineProperties(solidFill=styles.LINE, w=6350))
    chart.x_axis.txPr = _text(styles.INK, 900, slanted=True)
    # Every label: the column of names is blank where none is wanted, and Excel's own choice would miss those that are not.
    chart.x_axis.tickLblSkip = 1
    return chart


def _chart(series: Series, width: int, height: int) -> BarChart:
    chart = BarChart()
    chart.width, chart.height = width, height
    chart.legend = None
    chart.style = 2
    values = Reference(series.sheet, min_col=series.values, min_row=series.first, max_row=series.last)
    chart.add_data(values, titles_from_data=False)
    chart.set_categories(Reference(series.sheet, min_col=series.names, min_row=series.first, max_row=series.last))
    chart.series[0].graphicalProperties = GraphicalProperties(solidFill=styles.ACCENT, ln=LineProperties(noFill=True))
    chart.graphical_properties = GraphicalProperties(noFill=True, ln=LineProperties(noFill=True))
    chart.x_axis.delete = False  # without this, some programs show no axis at all
    chart.x_axis.txPr = _text(styles.INK, 1000)
    chart.x_axis.majorTickMark = chart.y_axis.majorTickMark = "none"
    chart.x_axis.graphicalProperties = GraphicalProperties(ln=LineProperties(solidFill=styles.LINE))
    return chart


def _no_line() -> GraphicalProperties:
    return GraphicalProperties(ln=LineProperties(noFill=True))


def _text(color: str, size: int, *, slanted: bool = False) -> RichText:
    look = CharacterProperties(sz=size, solidFill=color)
    paragraph = Paragraph(pPr=ParagraphProperties(defRPr=look), endParaRPr=look)
    return RichText(bodyPr=RichTextProperties(rot=-2700000 if slanted else None), p=[paragraph])
