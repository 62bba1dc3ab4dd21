"""The lists behind a status page: what to do, bundle by bundle, day by day, and the totals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, timedelta

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import RULED_HEIGHT, Value, begin_list, end_list, fit_ruled, put
from bulkportal.sheets.styles import Style
from bulkportal.status_report import conditional_formats
from bulkportal.status_report.charts import Series, columns
from bulkportal.status_report.metrics import BundleLine, Metrics, PublishDay

TODO, BUNDLES, CALENDAR, SCHEDULE, TOTALS = "To do", "By bundle", "Calendar", "Schedule", "Totals"
WINDOW = 45
"""The most days that are shown side by side."""

_TODO = {"#": 6.0, "what": 38.0, "bundle": 30.0, "client": 18.0, "video": 9.0, "detail": 62.0, "due (UTC)": 19.0, "kind": 20.0}
_BUNDLES = {
    "bundle": 32.0,
    "client": 18.0,
    "platform": 12.0,
    "country": 10.0,
    "type": 20.0,
    "status": 16.0,
    "account": 14.0,
    "filled": 9.0,
    "slots": 9.0,
    "progress": 12.0,
    "broken files": 14.0,
    "first day": 13.0,
    "last day": 13.0,
    "credits": 11.0,
    "next step": 30.0,
}
_CALENDAR = {"day": 14.0, "date": 12.0, "week of": 12.0, "weekday": 14.0, "videos": 12.0, "bundles": 70.0}
_DATED_EACH = 10
"""Up to this many days a chart names each one, beyond that only the Mondays."""
_CALENDAR_LOOKS = (Style.LIST_DAY, Style.LIST_TEXT, Style.LIST_TEXT, Style.LIST_QUIET, Style.LIST_NUMBER, Style.LIST_WRAPPED)
_TOTALS = {"what": 16.0, "of which": 30.0, "bundles": 12.0, "video slots": 14.0, "credits": 12.0}
_WIDE = dict(enumerate(_BUNDLES.values(), start=1))


def add_todo(book: WorkbookBuilder, figures: Metrics) -> Worksheet:
    """Everything to do, in order; what is overdue shows red whenever the file is opened."""
    sheet = _list(book, TODO, _TODO, right=("#", "video", "due (UTC)"))
    for row, todo in enumerate(figures.todo, start=2):
        # A spreadsheet program knows no time zones; the header names the one that is meant.
        due = todo.due.astimezone(UTC).replace(tzinfo=None) if todo.due else None
        values = (row - 1, todo.what, todo.bundle, todo.client, todo.position, todo.detail, due, todo.kind)
        looks = (
            Style.LIST_NUMBER,
            Style.LIST_NAME,
            Style.LIST_TEXT,
            Style.LIST_TEXT,
            Style.LIST_NUMBER,
            Style.LIST_WRAPPED,
            Style.LIST_MOMENT,
            Style.LIST_QUIET,
        )
        for column, (value, look) in enumerate(zip(values, looks, strict=True), start=1):
            put(sheet, row, column, value, look)
        fit_ruled(sheet, row, (todo.detail, 62), (todo.bundle, 34))
    last = max(len(figures.todo) + 1, 2)
    conditional_formats.where(sheet, f"B2:B{last}", '$H2="download_issue"', conditional_formats.BAD)
    conditional_formats.where(sheet, f"B2:B{last}", '$H2="blocked"', conditional_formats.OPEN)
    # Overdue before due within a day, since the first rule that holds is the only one.
    conditional_formats.where(sheet, f"G2:G{last}", "AND(ISNUMBER($G2),$G2<NOW())", conditional_formats.BAD)
    conditional_formats.where(sheet, f"G2:G{last}", "AND(ISNUMBER($G2),$G2<NOW()+1)", conditional_formats.OPEN)
    end_list(sheet, columns=len(_TODO), rows=len(figures.todo), empty="Nothing needs doing.")
    return sheet


def add_bundles(book: WorkbookBuilder, figures: Metrics) -> Worksheet:
    """One line for each bundle, with how far its videos are."""
    sheet = _list(book, BUNDLES, _BUNDLES, right=("filled", "slots", "progress", "broken files", "first day", "last day", "credits"))
    for row, line in enumerate(figures.lines, start=2):
        for column, (value, look) in enumerate(_bundle_cells(line), start=1):
            put(sheet, row, column, value, look)
        fit_ruled(sheet, row, (line.bundle, _WIDE[1]), (line.next_step, _WIDE[15]))
    last = max(len(figures.lines) + 1, 2)
    conditional_formats.bar(sheet, f"J2:J{last}", most=1)
    conditional_formats.where(sheet, f"K2:K{last}", "$K2>0", conditional_formats.BAD)
    conditional_formats.where(sheet, f"F2:F{last}", _any_of("$F2", "completed", "finalized"), conditional_formats.GOOD)
    conditional_formats.where(sheet, f"F2:F{last}", _any_of("$F2", "pending_setup", "draft"), conditional_formats.OPEN)
    conditional_formats.where(sheet, f"F2:F{last}", _any_of("$F2", "cancelled", "archived"), conditional_formats.QUIET)
    conditional_formats.where(sheet, f"G2:G{last}", _any_of("$G2", "in_review", "pending_corrections"), conditional_formats.OPEN)
    end_list(sheet, columns=len(_BUNDLES), rows=len(figures.lines), empty="No bundles.")
    return sheet


def _bundle_cells(line: BundleLine) -> Sequence[tuple[Value, Style]]:
    share = line.filled / line.slots if line.slots else None
    return (
        (line.bundle, Style.LIST_NAME),
        (line.client, Style.LIST_TEXT),
        (line.platform, Style.LIST_TEXT),
        (line.country, Style.LIST_TEXT),
        (line.bundle_type, Style.LIST_TEXT),
        (line.status, Style.LIST_TEXT),
        (line.account_status, Style.LIST_TEXT),
        (line.filled if line.slots else None, Style.LIST_NUMBER),
        (line.slots or None, Style.LIST_NUMBER),
        (share, Style.LIST_SHARE),
        (line.flagged or None, Style.LIST_NUMBER),
        (line.days[0] if line.days else None, Style.LIST_DAY),
        (line.days[-1] if line.days else None, Style.LIST_DAY),
        (line.credits, Style.LIST_NUMBER),
        (line.next_step, Style.LIST_WRAPPED),
    )


def window(calendar: Sequence[PublishDay], today: date) -> tuple[date, ...]:
    """The days to show side by side: all of them with the gaps between, or those around today and after."""
    if not calendar:
        return ()
    first, last = calendar[0].day, calendar[-1].day
    if (last - first).days >= WINDOW:
        # A week of what has passed, unless the calendar ends sooner: then its last days fill the window.
        first = max(first, min(today - timedelta(days=7), last - timedelta(days=WINDOW - 1)))
        last = min(last, first + timedelta(days=WINDOW - 1))
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def add_calendar(book: WorkbookBuilder, figures: Metrics) -> Series | None:
    """How many videos each day, gaps included; Returns where the figures for a chart are, None without any."""
    sheet = _list(book, CALENDAR, _CALENDAR, right=("day", "videos"))
    shown = window(figures.calendar, figures.moment.date())
    by_day = {day.day: day for day in figures.calendar}
    days = sorted({*by_day, *shown})
    for row, day in enumerate(days, start=2):
        found = by_day.get(day)
        names = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in found.bundles.items()) if found else ""
        date_ = f"{day.day} {day:%b}"
        values: tuple[Value, ...] = (day, date_, date_ if day.weekday() == 0 else "", f"{day:%A}", found.videos if found else 0, names)
        for column, (value, look) in enumerate(zip(values, _CALENDAR_LOOKS, strict=True), start=1):
            put(sheet, row, column, value, look)
        fit_ruled(sheet, row, (names, 70))
    last = max(len(days) + 1, 2)
    conditional_formats.bar(sheet, f"E2:E{last}")
    conditional_formats.where(sheet, f"A2:D{last}", "$A2=TODAY()", conditional_formats.GOOD)
    conditional_formats.where(sheet, f"A2:D{last}", 'AND($A2<>"",$A2<TODAY())', conditional_formats.QUIET)
    end_list(sheet, columns=len(_CALENDAR), rows=len(days), empty="No publish dates.")
    if not shown:
        return None
    first = days.index(shown[0]) + 2
    series = Series(sheet=sheet, names=2 if len(shown) <= _DATED_EACH else 3, values=5, first=first, last=first + len(shown) - 1)
    sheet.add_chart(columns(series, width=22, height=9), "H2")
    sheet.print_area = f"A1:F{last}"  # the chart is printed with the first page
    return series


def add_schedule(book: WorkbookBuilder, figures: Metrics) -> None:
    """Bundles against days: darker where more videos of a bundle are to be published."""
    shown = window(figures.calendar, figures.moment.date())
    sheet = _list(book, SCHEDULE, {"bundle": 32.0, "all": 8.0}, right=("all",), left=2)
    lines = [line for line in figures.lines if line.days]
    for column, day in enumerate(shown, start=3):
        put(sheet, 1, column, f"{day.day}\n{day:%b}", Style.LIST_HEADER_DAY)
        sheet.column_dimensions[get_column_letter(column)].width = 5.2
    sheet.row_dimensions[1].height = 34
    for row, line in enumerate(lines, start=2):
        put(sheet, row, 1, line.bundle, Style.LIST_NAME)
        put(sheet, row, 2, len(line.days), Style.LIST_NUMBER)
        for column, day in enumerate(shown, start=3):
            put(sheet, row, column, line.days.count(day) or None, Style.LIST_HEAT)
        sheet.row_dimensions[row].height = RULED_HEIGHT
    if not lines:
        put(sheet, 2, 1, "No publish dates.", Style.LEAD)
        return
    place = f"C2:{get_column_letter(max(len(shown), 1) + 2)}{len(lines) + 1}"
    conditional_formats.heat(sheet, place)


def add_totals(book: WorkbookBuilder, figures: Metrics) -> dict[str, Series]:
    """Totals by status, platform, country, client and type. Returns where each block is."""
    sheet = _list(book, TOTALS, _TOTALS, right=("bundles", "video slots", "credits"))
    places: dict[str, Series] = {}
    row = 2
    kinds = {"status": "status", "client": "client", "platform": "platform", "country": "country", "type": "bundle_type"}
    for title, name in kinds.items():
        first = row
        for key, (bundles, slots, credits_) in figures.amounts_by(name).items():
            values = (title if row == first else "", key or "not given", bundles, slots, credits_)
            for column, (value, look) in enumerate(zip(values, (Style.LIST_NAME, Style.LIST_TEXT, *[Style.LIST_NUMBER] * 3), strict=True), start=1):
                put(sheet, row, column, value, look)
            row += 1
        # At least one row: a chart cannot refer to none.
        places[title] = Series(sheet=sheet, names=2, values=3, first=first, last=max(row - 1, first))
        row += 1
    first = row
    for status, count in figures.videos_by_status.items():
        put(sheet, row, 1, "video status" if row == first else "", Style.LIST_NAME)
        put(sheet, row, 2, status, Style.LIST_TEXT)
        for column in (3, 4, 5):
            put(sheet, row, column, count if column == 4 else None, Style.LIST_NUMBER)
        row += 1
    return places


def _any_of(cell: str, *words: str) -> str:
    return "OR(" + ",".join(f'{cell}="{word}"' for word in words) + ")"


def _list(book: WorkbookBuilder, title: str, columns: Mapping[str, float], *, right: Collection[str], left: int = 1) -> Worksheet:
    sheet = book.add(title)
    begin_list(sheet, columns.items(), right=right, left=left, ruled=True)
    return sheet
