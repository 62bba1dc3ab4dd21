"""One Google Sheet: read, written back into, and given new tabs, in few requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from gspread.utils import ExportFormat, absolute_range_name, rowcol_to_a1

from bulkportal.google_sheets.gspread_client import PatientClient, Stopped, credentials_of, translated_errors
from bulkportal.google_sheets.tabs import LiveTab, NewTab, NotDone, Place, TabEdit, Value

MOST_CELLS = 40_000
"""Cells in one request: Google asks for some two megabytes at the most."""
MOST_FORMATS = 4_000
MOST_RANGES = 20
"""Tabs that are read at once; they stand in the address of the request."""

_TAB_GONE = "the sheet has no tab of that name any more"
_LEFT_EMPTY = 200
"""Rows that a new tab has for what people add."""

T = TypeVar("T")
Request = Mapping[str, Any]


def never() -> bool:
    """Say that the run is never stopped."""
    return False


@dataclass(frozen=True, slots=True)
class _Grid:
    number: int
    title: str
    rows: int
    columns: int


class Spreadsheet:
    """A Google Sheet by its id, as a service account sees it. All its methods raise NotDone.

    `email` is the address that the sheet has to be shared with, `name` the sheet's own once it has been looked at.
    """

    def __init__(self, identity: str, account: Path, stopped: Stopped = never) -> None:
        credentials = credentials_of(account)
        self.identity, self.name = identity, "Google Sheet"
        self.email: str = credentials.service_account_email
        self._client = PatientClient(credentials, stopped)
        self._seen: Mapping[int, _Grid] = {}

    def read(self) -> tuple[LiveTab, ...]:
        """Every tab of cells, as it stands now."""
        with translated_errors(self.email):
            return self._read(list(self._grids().values()))

    def again(self, tab: LiveTab) -> LiveTab:
        """The same tab as it stands now."""
        with translated_errors(self.email):
            grid = self._grids().get(tab.number)
            if grid is None:
                raise NotDone(_TAB_GONE)
            return self._read([grid])[0]

    def workbook(self) -> bytes:
        """All tabs as an Excel workbook."""
        with translated_errors(self.email):
            return self._client.export(self.identity, ExportFormat.EXCEL)

    def edit(self, edit: TabEdit) -> None:
        """Write values and colours into a tab, where they are not there already.

        One request for the values and one for the colours, more for a large tab, and one before where it has too few columns.
        """
        with translated_errors(self.email):
            # As `again` saw it: each request between reading and writing is time in which somebody may edit the tab.
            grid = (self._seen or self._grids()).get(edit.tab.number)
            if grid is None:
                raise NotDone(_TAB_GONE)
            needed = max(edit.columns, default=0)
            if needed > grid.columns:
                self._format([_resized(grid.number, needed)])
            # Rows that hold it already are left out, so that a second run costs no request and leaves no entry in the version history.
            self._put(grid.title, {row: cells for row, cells in edit.values.items() if not _holds(edit.tab.row(row), cells)})
            there = self._colours(grid)
            # Only colours that we have set are taken away, and only where the header is above: everything else is the user's own.
            left = (place for place, colour in there.items() if place[0] > edit.header and place[0] not in edit.kept and colour in edit.ours)
            wanted: dict[Place, str | None] = {**dict.fromkeys(left), **edit.colours}
            changed = {place: colour for place, colour in wanted.items() if there.get(place) != colour}
            self._format([_coloured(grid.number, run, colour) for run, colour in runs(changed)])

    def titles(self) -> frozenset[str]:
        """The names of its tabs."""
        with translated_errors(self.email):
            return frozenset(grid.title for grid in self._grids().values())

    def add(self, tabs: Sequence[NewTab]) -> None:
        """Add these tabs with their rows, in place of those of the same names: hidden ones are filled first, the first one stands in front."""
        with translated_errors(self.email):
            there = self._grids()
            names = {tab.title for tab in tabs}
            # We choose the ids, so that a request that is sent twice cannot add a tab twice.
            free = [number for number in range(1, len(there) + len(tabs) + 1) if number not in there]
            added = [_added(number, place, tab) for place, (number, tab) in enumerate(zip(free, tabs, strict=False))]
            replaced = [grid for grid in there.values() if grid.title in names]
            # One request: either all of it happens, or nothing. The old ones give their names away first, since a sheet must never be without a tab.
            renamed = [_renamed(grid.number, f"{grid.title} (old {grid.number})") for grid in replaced]
            self._format([*renamed, *added, *({"deleteSheet": {"sheetId": grid.number}} for grid in replaced)])
            # A run that ends in between leaves a base copy without rows, never rows without the copy by which edits are recognised.
            for number, tab in sorted(zip(free, tabs, strict=False), key=lambda pair: not pair[1].is_hidden):
                self._put(tab.title, {row: dict(enumerate(cells, start=1)) for row, cells in enumerate(tab.rows, start=1)})
                self._format([_coloured(number, run, colour) for run, colour in runs(tab.colours)])

    # -- requests

    def _grids(self) -> Mapping[int, _Grid]:
        # Without a field mask Google sends every cell of every tab with its formats.
        fields = "properties.title,sheets.properties(sheetId,title,sheetType,gridProperties(rowCount,columnCount))"
        answer = self._client.spreadsheets_get(self.identity, {"fields": fields})
        self.name = str(answer.get("properties", {}).get("title") or self.name)
        found: dict[int, _Grid] = {}
        for sheet in answer["sheets"]:
            known = sheet["properties"]
            # A tab that holds a chart or a data source has no cells to read.
            if known.get("sheetType", "GRID") == "GRID":
                size = known.get("gridProperties", {})
                number = int(known.get("sheetId", 0))  # Google leaves out what is nought
                found[number] = _Grid(number, str(known["title"]), int(size.get("rowCount", 0)), int(size.get("columnCount", 0)))
        self._seen = found
        return found

    def _read(self, grids: Sequence[_Grid]) -> tuple[LiveTab, ...]:
        found: list[LiveTab] = []
        for some in _parts(grids, MOST_RANGES):
            # Unformatted, since the sheet's locale decides how a value looks; dates as day numbers, or they would look like texts.
            asked = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER", "majorDimension": "ROWS"}
            answer = self._client.values_batch_get(self.identity, [absolute_range_name(grid.title) for grid in some], dict(asked))
            for grid, held in zip(some, answer["valueRanges"], strict=True):
                rows = tuple(_stripped(row) for row in held.get("values", ()))
                found.append(LiveTab(spreadsheet=self.identity, title=grid.title, number=grid.number, rows=rows))
        return tuple(found)

    def _colours(self, grid: _Grid) -> dict[Place, str]:
        """The backgrounds of a tab's cells, of those that have one."""
        fields = "sheets(data(startRow,startColumn,rowData(values(userEnteredFormat(backgroundColor)))))"
        answer = self._client.spreadsheets_get(self.identity, {"ranges": [absolute_range_name(grid.title)], "fields": fields})
        found: dict[Place, str] = {}
        for block in (block for sheet in answer["sheets"] for block in sheet.get("data", ())):
            for row, line in enumerate(block.get("rowData", ()), start=int(block.get("startRow", 0)) + 1):
                for column, cell in enumerate(line.get("values", ()), start=int(block.get("startColumn", 0)) + 1):
                    colour = cell.get("userEnteredFormat", {}).get("backgroundColor")
                    if colour is not None:
                        found[row, column] = _plain(colour)
        return found

    def _put(self, title: str, values: Mapping[int, Mapping[int, Value]]) -> None:
        data = [{"range": absolute_range_name(title, area), "values": rows} for area, rows in _areas(values)]
        part: list[Request] = []
        count = 0
        for one in data:
            size = sum(map(len, one["values"]))
            if part and count + size > MOST_CELLS:
                self._put_part(part)
                part, count = [], 0
            part.append(one)
            count += size
        if part:
            self._put_part(part)

    def _put_part(self, data: Sequence[Request]) -> None:
        # RAW: a text that begins with an equals sign stays a text.
        self._client.values_batch_update(self.identity, {"valueInputOption": "RAW", "data": list(data)})

    def _format(self, requests: Sequence[Request]) -> None:
        for part in _parts(requests, MOST_FORMATS):
            self._client.batch_update(self.identity, {"requests": list(part)})


def _parts(items: Sequence[T], most: int) -> Iterator[Sequence[T]]:
    for first in range(0, len(items), most):
        yield items[first : first + most]


def _holds(row: Sequence[Value], cells: Mapping[int, Value]) -> bool:
    """Whether a row holds these cells already; True and 1 are equal in Python, and not in a sheet."""
    there = {column: row[column - 1] if column <= len(row) else "" for column in cells}
    return all(there[column] == value and isinstance(there[column], bool) is isinstance(value, bool) for column, value in cells.items())


def _stripped(row: Sequence[Value]) -> tuple[Value, ...]:
    cells = list(row)
    while cells and cells[-1] == "":
        cells.pop()
    return tuple(cells)


def _areas(values: Mapping[int, Mapping[int, Value]]) -> Iterator[tuple[str, list[list[Value]]]]:
    """The values as whole areas with their A1 names: rows that follow each other and hold the same run of columns."""
    open_areas: dict[tuple[int, int], tuple[int, list[list[Value]]]] = {}
    last = 0
    for row in sorted(values):
        held = dict(_column_runs(values[row]))
        for span in [span for span in open_areas if row != last + 1 or span not in held or _is_full(span, open_areas[span][1])]:
            yield _named(span, *open_areas.pop(span))
        for span, cells in held.items():
            open_areas.setdefault(span, (row, []))[1].append(cells)
        last = row
    for span, area in open_areas.items():
        yield _named(span, *area)


def _is_full(span: tuple[int, int], rows: Sequence[object]) -> bool:
    return (span[1] - span[0] + 1) * (len(rows) + 1) > MOST_CELLS


def _named(span: tuple[int, int], first: int, rows: list[list[Value]]) -> tuple[str, list[list[Value]]]:
    return f"{rowcol_to_a1(first, span[0])}:{rowcol_to_a1(first + len(rows) - 1, span[1])}", rows


def _column_runs(cells: Mapping[int, Value]) -> Iterator[tuple[tuple[int, int], list[Value]]]:
    columns = sorted(cells)
    start = 0
    for place, column in enumerate(columns):
        if place + 1 == len(columns) or columns[place + 1] != column + 1:
            run = columns[start : place + 1]
            yield (run[0], run[-1]), [cells[one] for one in run]
            start = place + 1


def runs(colours: Mapping[Place, T]) -> list[tuple[tuple[int, int, int], T]]:
    """Cells of one colour that stand under each other, as (column, first row, last row)."""
    found: list[tuple[tuple[int, int, int], T]] = []
    for (row, column), colour in sorted(colours.items(), key=lambda item: (item[0][1], item[0][0])):
        if found:
            (before, first, last), same = found[-1]
            if (before, last, same) == (column, row - 1, colour):
                found[-1] = ((column, first, row), colour)
                continue
        found.append(((column, row, row), colour))
    return found


def _coloured(number: int, run: tuple[int, int, int], colour: str | None) -> Request:
    column, first, last = run
    area = {"sheetId": number, "startRowIndex": first - 1, "endRowIndex": last, "startColumnIndex": column - 1, "endColumnIndex": column}
    look = {} if colour is None else {"userEnteredFormat": {"backgroundColor": _rgb(colour)}}
    return {"repeatCell": {"range": area, "cell": look, "fields": "userEnteredFormat.backgroundColor"}}


def _rgb(colour: str) -> Mapping[str, float]:
    return {name: int(colour[place : place + 2], 16) / 255 for name, place in (("red", 0), ("green", 2), ("blue", 4))}


def _plain(colour: Mapping[str, float]) -> str:
    return "".join(f"{round(float(colour.get(name, 0)) * 255):02X}" for name in ("red", "green", "blue"))


def _resized(number: int, columns: int) -> Request:
    properties = {"sheetId": number, "gridProperties": {"columnCount": columns}}
    return {"updateSheetProperties": {"properties": properties, "fields": "gridProperties.columnCount"}}


def _renamed(number: int, title: str) -> Request:
    return {"updateSheetProperties": {"properties": {"sheetId": number, "title": title}, "fields": "title"}}


def _added(number: int, place: int, tab: NewTab) -> Request:
    width = max(map(len, tab.rows), default=1)
    room = {"rowCount": len(tab.rows) + (0 if tab.is_hidden else _LEFT_EMPTY) or 1, "columnCount": max(width, 1)}
    frozen = {} if tab.is_hidden else {"frozenRowCount": 1}
    return {
        "addSheet": {
            "properties": {"sheetId": number, "title": tab.title, "index": place, "hidden": tab.is_hidden, "gridProperties": {**room, **frozen}}
        }
    }
