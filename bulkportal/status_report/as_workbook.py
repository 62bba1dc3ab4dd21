"""The status as a workbook: one page to look at, and the lists behind it. It opens anywhere and leaks nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.counting import counted, noun
from bulkportal.portal.remote import Credits, in_figures
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import RULED_HEIGHT, Value, fit_ruled, print_one_page_wide, put, put_across, set_widths
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import link_cell, text_cell
from bulkportal.status_report import detail_sheets
from bulkportal.status_report.charts import Series, bars, columns
from bulkportal.status_report.metrics import Metrics

_COLUMNS = 12
_WIDTH = 10.5
_MOST_TODO = 8
_MOST_CLIENTS = 8
_CHART_ROWS = 14
_BARS_WIDE, _COLUMNS_WIDE, _CHART_HIGH = 10, 12, 7  # centimetres
_TITLE = "Status"


def write_status_workbook(figures: Metrics, path: Path) -> None:
    """Write the status workbook. Raises UsageProblem when it cannot be written."""
    book = WorkbookBuilder(f"{_TITLE}, {figures.moment:%Y-%m-%d}")
    sheet = book.add(_TITLE)
    # The front page is made first, so that it is in front, and filled last: its charts and links need the other sheets.
    detail_sheets.add_todo(book, figures)
    detail_sheets.add_bundles(book, figures)
    calendar = detail_sheets.add_calendar(book, figures)
    detail_sheets.add_schedule(book, figures)
    totals = detail_sheets.add_totals(book, figures)
    _FrontSheet(sheet, figures).write(totals["status"], calendar)
    book.write(path)


class _FrontSheet:
    """The first page, written from top to bottom on a grid of twelve columns."""

    def __init__(self, sheet: Worksheet, figures: Metrics) -> None:
        self._sheet = sheet
        self._figures = figures
        self._row = 2

    def write(self, status: Series, calendar: Series | None) -> None:
        self._grid()
        self._head()
        self._tiles()
        self._todo()
        self._charts(status, calendar)
        self._tables()
        self._sheet.print_area = f"A1:N{self._row}"

    def _grid(self) -> None:
        self._sheet.sheet_view.showGridLines = False
        set_widths(self._sheet, {"A": 2.5, **dict.fromkeys("BCDEFGHIJKLM", _WIDTH), "N": 2.5})
        print_one_page_wide(self._sheet, upright=True)

    def _head(self) -> None:
        figures = self._figures
        put(self._sheet, 2, 2, _TITLE, Style.PAGE_TITLE)
        self._sheet.row_dimensions[2].height = 36
        clients = len(figures.bundles_by("client"))
        lead = f"{figures.moment.day} {figures.moment:%B %Y, %H:%M} UTC  ·  {counted(len(figures.lines), 'bundle')} of {counted(clients, 'client')}"
        put(self._sheet, 3, 2, lead, Style.LEAD)
        self._row = 5

    def _tiles(self) -> None:
        figures = self._figures
        filled = sum(line.filled for line in figures.lines)
        tiles: Sequence[tuple[Credits | str, str, bool]] = (
            (len(figures.lines), noun(len(figures.lines), "bundle"), False),
            (filled, f"of {counted(figures.slots, 'video')} filled", False),
            (figures.flagged, noun(figures.flagged, "broken file"), figures.flagged > 0),
            (len(figures.todo), noun(len(figures.todo), "thing to do", "things to do"), False),
            (figures.spent, "credits spent" if not figures.untold else f"credits spent, {figures.untold} untold", False),
            ("–" if figures.left is None else figures.left, "credits left", figures.left == 0),
        )
        for number, (value, label, bad) in enumerate(tiles):
            column = 2 + 2 * number
            self._merged(5, column, 2, value, Style.TILE_BAD if bad else Style.TILE)
            self._merged(6, column, 2, label, Style.TILE_LABEL_BAD if bad else Style.TILE_LABEL)
        self._sheet.row_dimensions[5].height = 40
        self._sheet.row_dimensions[6].height = 22
        self._row = 8

    def _todo(self) -> None:
        every = self._figures.todo
        self._heading(2, "What needs doing now")
        self._row += 1
        if not every:
            self._merged(self._row, 2, _COLUMNS, "Nothing. Everything is on its way.", Style.LIST_QUIET)
            self._row += 1
        for todo in every[:_MOST_TODO]:
            urgent = todo.kind == "download_issue"
            self._merged(self._row, 2, 4, todo.what, Style.LIST_BAD if urgent else Style.LIST_NAME)
            self._merged(self._row, 6, 3, todo.bundle, Style.LIST_WRAPPED)
            due = f"By {todo.due:%d %b %H:%M} UTC. " if todo.due else ""
            self._merged(self._row, 9, 5, f"{due}{todo.detail}", Style.LIST_QUIET)
            fit_ruled(self._sheet, self._row, (f"{due}{todo.detail}", 5.5 * _WIDTH), (todo.bundle, 3.3 * _WIDTH))
            self._row += 1
        self._all_of(len(every), _MOST_TODO, detail_sheets.TODO)
        self._row += 1

    def _charts(self, status: Series, calendar: Series | None) -> None:
        self._heading(2, "Bundles by status", 5)
        self._heading(8, "Publish dates", 6)
        self._row += 1
        if self._figures.lines:
            self._sheet.add_chart(bars(status, width=_BARS_WIDE, height=_CHART_HIGH), f"B{self._row}")
        if calendar is not None:
            self._sheet.add_chart(columns(calendar, width=_COLUMNS_WIDE, height=_CHART_HIGH), f"H{self._row}")
        else:
            put(self._sheet, self._row, 8, "No publish dates.", Style.LEAD)
        self._row += _CHART_ROWS

    def _tables(self) -> None:
        top = self._row
        self._heading(2, "Clients", 5)
        self._heading(8, "Videos", 6)
        self._row += 1
        clients = self._figures.amounts_by("client")
        for client, (bundles, slots, spent) in list(clients.items())[:_MOST_CLIENTS]:
            self._merged(self._row, 2, 2, client, Style.LIST_NAME)
            for column, text in ((4, counted(bundles, "bundle")), (5, counted(slots, "slot")), (6, f"{in_figures(spent)} cr")):
                put(self._sheet, self._row, column, text, Style.LIST_TEXT)
            self._sheet.row_dimensions[self._row].height = RULED_HEIGHT
            self._row += 1
        self._all_of(len(clients), _MOST_CLIENTS, detail_sheets.TOTALS, wide=5)
        row = top + 1
        for status, count in self._figures.videos_by_status.items():
            self._merged(row, 8, 4, status.replace("_", " "), Style.LIST_NAME)
            self._merged(row, 12, 2, count, Style.LIST_NUMBER)
            self._sheet.row_dimensions[row].height = RULED_HEIGHT
            row += 1
        self._row = max(self._row, row) + 1

    def _heading(self, column: int, text: str, wide: int = _COLUMNS) -> None:
        self._merged(self._row, column, wide, text, Style.HEADING)
        self._sheet.row_dimensions[self._row].height = 26

    def _all_of(self, count: int, shown: int, sheet: str, wide: int = _COLUMNS) -> None:
        """A link to the whole list where the page shows only its beginning."""
        if count <= shown:
            return
        cell = text_cell(self._sheet, self._row, 2, f"All {count} are on the sheet {sheet}")
        link_cell(cell, sheet=sheet, address="A1")
        self._sheet.merge_cells(start_row=self._row, end_row=self._row, start_column=2, end_column=1 + wide)
        self._row += 1

    def _merged(self, row: int, column: int, wide: int, value: Value, style: Style) -> None:
        put_across(self._sheet, row, column, column + wide - 1, value, style)
