"""The part of Google that is spoken to, on this machine: tokens for service accounts, the Sheets API v4, Drive's export, and shared links.

Written from Google's published description of the API. It is stricter than kind: what it does not know it refuses, and what does not
fit into a tab as well.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote

import openpyxl
import openpyxl.utils.datetime
import requests
import uvicorn
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from requests.adapters import HTTPAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

EMAIL = "launches@example-project.iam.gserviceaccount.com"
PATIENCE = 200
HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")
_AREA = re.compile(r"'((?:[^']|'')*)'(?:!([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?)?")
_WORDS = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND", 429: "RESOURCE_EXHAUSTED", 503: "UNAVAILABLE"}


class Refused(Exception):
    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None, reason: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.headers, self.reason = status, message, headers or {}, reason


@dataclass
class Tab:
    number: int
    title: str
    rows: int = 1000
    columns: int = 26
    is_hidden: bool = False
    frozen: int = 0
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    colours: dict[tuple[int, int], dict[str, float]] = field(default_factory=dict)

    def put(self, first_row: int, first_column: int, rows: Sequence[Sequence[Any]]) -> None:
        for row, line in enumerate(rows, start=first_row):
            for column, value in enumerate(line, start=first_column):
                if row > self.rows or column > self.columns:
                    raise Refused(400, f"Range ({self.title}) exceeds grid limits. Max rows: {self.rows}, max columns: {self.columns}")
                if value == "":
                    self.cells.pop((row, column), None)
                elif value is not None:
                    self.cells[row, column] = value

    def values(self) -> list[list[Any]]:
        wide: dict[int, int] = {}
        for row, column in self.cells:
            wide[row] = max(wide.get(row, 0), column)
        return [
            [_unformatted(self.cells.get((row, column), "")) for column in range(1, wide.get(row, 0) + 1)]
            for row in range(1, max(wide, default=0) + 1)
        ]

    def row(self, number: int) -> dict[str, Any]:
        """A row by the titles in the first one."""
        return {self.cells[1, column]: self.cells.get((number, column)) for (row, column) in sorted(self.cells) if row == 1}

    def place(self, row: int, title: str) -> tuple[int, int]:
        return row, next(column for (first, column), value in self.cells.items() if first == 1 and value == title)

    def colour(self, row: int, title: str) -> str | None:
        found = self.colours.get(self.place(row, title))
        return found and "".join(f"{round(found.get(name, 0) * 255):02X}" for name in ("red", "green", "blue"))


@dataclass
class Book:
    title: str
    tabs: list[Tab]
    viewers: set[str] = field(default_factory=set)
    editors: set[str] = field(default_factory=set)
    is_public: bool = False

    def tab(self, title: str) -> Tab:
        for tab in self.tabs:
            if tab.title == title:
                return tab
        raise Refused(400, f"Unable to parse range: {title}")

    def numbered(self, number: int) -> Tab:
        for tab in self.tabs:
            if tab.number == number:
                return tab
        raise Refused(400, f"No grid with id: {number}")

    def workbook(self) -> bytes:
        book = openpyxl.Workbook()
        book.remove(book.active)
        for tab in self.tabs:
            sheet = book.create_sheet(tab.title)
            sheet.sheet_state = "hidden" if tab.is_hidden else "visible"
            for (row, column), value in tab.cells.items():
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
        stream = io.BytesIO()
        book.save(stream)
        return stream.getvalue()


class Google:
    """Google, as long as a test lasts."""

    def __init__(self) -> None:
        self.books: dict[str, Book] = {}
        self.calls: list[str] = []
        self.bodies: list[Any] = []
        self.faults: list[tuple[str, Refused]] = []
        self.before: dict[str, Callable[[], None]] = {}
        self.lost: list[str] = []
        self.garbled = ""
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        config = uvicorn.Config(self._app(), host="127.0.0.1", port=0, log_level="critical", lifespan="off", ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        until = time.monotonic() + PATIENCE
        while not self._server.started and time.monotonic() < until:
            time.sleep(0.005)
        self.origin = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENCE)

    # -- what a test arranges

    def account(self, path: Path) -> Path:
        """The file of a service account, as Google gives it, which leads here."""
        pem = self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode()
        said = {"type": "service_account", "project_id": "example-project", "private_key_id": "k1", "private_key": pem, "client_email": EMAIL}
        path.write_text(json.dumps({**said, "client_id": "1", "token_uri": f"{self.origin}/token"}), "utf-8")
        path.chmod(0o600)
        return path

    def book(self, identity: str = "1AbC", *, tabs: Mapping[str, Sequence[Mapping[str, Any]]] | None = None, **tab: Any) -> Book:
        """A sheet that the account may edit, with rows under headers."""
        made = [Tab(number=number * 7, title=title, **tab) for number, title in enumerate(tabs or {"Sheet1": []})]
        for one, rows in zip(made, (tabs or {"Sheet1": []}).values(), strict=True):
            names = list(dict.fromkeys(name for row in rows for name in row))
            if names:
                one.put(1, 1, [names, *([row.get(name, "") for name in names] for row in rows)])
        self.books[identity] = Book("Spring", made, editors={EMAIL})
        return self.books[identity]

    def book_of(self, workbook: Path) -> Book:
        """A sheet that the account may edit, with the cells of a workbook: dates stay dates, formats are not kept."""
        sheets = openpyxl.load_workbook(workbook, data_only=True).worksheets
        made = [
            Tab(number * 7, one.title, one.max_row + 100, max(26, one.max_column), one.sheet_state != "visible") for number, one in enumerate(sheets)
        ]
        for tab, sheet in zip(made, sheets, strict=True):
            tab.cells = {(cell.row, cell.column): cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None}
        self.books["1AbC"] = Book("Spring", made, editors={EMAIL})
        return self.books["1AbC"]

    def fails(self, call: str, status: int, *, times: int = 1, retry_after: str = "", reason: str = "") -> None:
        """The next calls of that kind are refused."""
        headers = {"Retry-After": retry_after} if retry_after else {}
        self.faults += [(call, Refused(status, "The caller does not have permission, project 4711.", headers, reason))] * times

    def loses(self, call: str, *, times: int = 1) -> None:
        """The next calls of that kind are carried out, and their answers do not arrive."""
        self.lost += [call] * times

    def count(self, call: str) -> int:
        return self.calls.count(call)

    # -- the wire

    def _app(self) -> Starlette:
        return Starlette(routes=[Route("/{rest:path}", self._answer, methods=["GET", "POST"])])

    async def _answer(self, request: Request) -> Response:
        body = await request.body()
        try:
            call, identity = _call(request)
            self.calls.append(call)
            if call in self.before:
                self.before.pop(call)()
            fault = next((one for one in self.faults if one[0] == call), None)
            if fault is not None:
                self.faults.remove(fault)
                raise fault[1]
            if call == "token":
                return JSONResponse(self._token(body))
            if call == "link":
                return self._link(identity)
            said = self._call(call, identity, request, json.loads(body) if body else {})
            self._lose(call)
            return Response(self.garbled, media_type="application/json") if self.garbled else said
        except Refused as problem:
            details = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": problem.reason}] if problem.reason else []
            error = {"code": problem.status, "message": problem.message, "status": _WORDS.get(problem.status, "INTERNAL"), "details": details}
            return JSONResponse({"error": error}, problem.status, headers=dict(problem.headers))

    def _lose(self, call: str) -> None:
        if call in self.lost:
            self.lost.remove(call)
            raise Refused(503, "The service is currently unavailable.")

    def _token(self, body: bytes) -> dict[str, Any]:
        asked = parse_qs(body.decode())
        head, claims, signature = asked["assertion"][0].split(".")
        try:
            self.key.public_key().verify(_plain(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise Refused(400, "invalid_grant") from None
        said = json.loads(_plain(claims))
        if said["iss"] != EMAIL or "https://www.googleapis.com/auth/spreadsheets" not in said["scope"].split():
            raise Refused(400, "invalid_scope")
        return {"access_token": "ya29.token", "expires_in": 3600, "token_type": "Bearer"}

    def _link(self, identity: str) -> Response:
        book = self.books.get(identity)
        if book is None or not book.is_public:
            return Response(status_code=403)
        return Response(book.workbook(), headers={"Content-Disposition": f'attachment; filename="{book.title}.xlsx"'})

    def _call(self, call: str, identity: str, request: Request, body: Any) -> Response:
        if request.headers.get("authorization") != "Bearer ya29.token":
            raise Refused(401, "Request had invalid authentication credentials.")
        book = self.books.get(identity)
        if book is None:
            raise Refused(404, "Requested entity was not found.")
        if EMAIL not in (book.editors if "update" in call else book.viewers | book.editors):
            raise Refused(403, "The caller does not have permission")
        asked = parse_qs(request.url.query)
        if call == "export":
            if asked.get("mimeType") != ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"]:
                raise Refused(400, "The requested conversion is not supported.")
            return Response(book.workbook())
        if "update" in call:
            self.bodies.append(body)
        return JSONResponse({"get": _got, "values.get": _values, "values.update": _put, "update": _updated}[call](book, asked, body))


def _unformatted(value: Any) -> Any:
    """A value as Google gives it unformatted: dates as serial numbers."""
    return openpyxl.utils.datetime.to_excel(value) if isinstance(value, dt.date | dt.time) else value


def _call(request: Request) -> tuple[str, str]:
    path = unquote(request.url.path)
    for pattern, call in (
        (r"/token", "token"),
        (r"/link/([\w-]+)", "link"),
        (r"/drive/v3/files/([\w-]+)/export", "export"),
        (r"/v4/spreadsheets/([\w-]+)/values:batchGet", "values.get"),
        (r"/v4/spreadsheets/([\w-]+)/values:batchUpdate", "values.update"),
        (r"/v4/spreadsheets/([\w-]+):batchUpdate", "update"),
        (r"/v4/spreadsheets/([\w-]+)", "get"),
    ):
        if found := re.fullmatch(pattern, path):
            return call, found[1] if found.groups() else ""
    raise Refused(404, f"There is nothing at {path}")


def _plain(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _got(book: Book, asked: Mapping[str, list[str]], body: Any) -> Any:
    (fields,) = asked["fields"]
    if "data(" not in fields:
        return {"properties": {"title": book.title}, "sheets": [_properties(tab) for tab in book.tabs]}
    sheets = []
    for area in asked["ranges"]:
        tab = book.tab(_parsed(area)[0])
        last = max((row for row, _ in tab.colours), default=0)
        lines = []
        for row in range(1, last + 1):
            wide = max((column for line, column in tab.colours if line == row), default=0)
            cells = [tab.colours.get((row, column)) for column in range(1, wide + 1)]
            lines.append({"values": [{"userEnteredFormat": {"backgroundColor": cell}} if cell else {} for cell in cells]} if cells else {})
        sheets.append({"data": [{"rowData": lines}]})
    return {"sheets": sheets}


def _properties(tab: Tab) -> Any:
    said: dict[str, Any] = {"title": tab.title, "sheetType": "GRID", "gridProperties": {"rowCount": tab.rows, "columnCount": tab.columns}}
    return {"properties": {**said, **({"sheetId": tab.number} if tab.number else {})}}


def _values(book: Book, asked: Mapping[str, list[str]], body: Any) -> Any:
    assert asked["valueRenderOption"] == ["UNFORMATTED_VALUE"]
    found = []
    for area in asked["ranges"]:
        tab = book.tab(_parsed(area)[0])
        values = tab.values()
        found.append({"range": area, "majorDimension": "ROWS", **({"values": values} if values else {})})
    return {"valueRanges": found}


def _put(book: Book, asked: Mapping[str, list[str]], body: Any) -> Any:
    if body["valueInputOption"] != "RAW":
        raise Refused(400, "Invalid valueInputOption")
    for part in body["data"]:
        title, first_row, first_column, last_row, last_column = _parsed(part["range"])
        if len(part["values"]) > last_row - first_row + 1 or any(len(row) > last_column - first_column + 1 for row in part["values"]):
            raise Refused(400, f"Requested writing within range [{part['range']}], but tried writing outside")
        book.tab(title).put(first_row, first_column, part["values"])
    return {"totalUpdatedCells": sum(len(row) for part in body["data"] for row in part["values"])}


def _updated(book: Book, asked: Mapping[str, list[str]], body: Any) -> Any:
    if not body["requests"]:
        raise Refused(400, "Must specify at least one request.")
    for request in body["requests"]:
        ((kind, said),) = request.items()
        {"addSheet": _add, "deleteSheet": _delete, "updateSheetProperties": _change, "repeatCell": _colour}[kind](book, said)
    return {"replies": [{}] * len(body["requests"])}


def _add(book: Book, said: Any) -> None:
    properties = said["properties"]
    size = properties["gridProperties"]
    if any(tab.title == properties["title"] or tab.number == properties["sheetId"] for tab in book.tabs):
        raise Refused(400, f"A sheet with the name {properties['title']} already exists")
    if size.get("frozenRowCount", 0) >= size["rowCount"]:
        raise Refused(400, "You can't freeze all visible rows on the sheet.")
    made = Tab(properties["sheetId"], properties["title"], size["rowCount"], size["columnCount"], properties.get("hidden", False))
    book.tabs.insert(properties.get("index", len(book.tabs)), made)


def _delete(book: Book, said: Any) -> None:
    book.tabs.remove(book.numbered(said["sheetId"]))
    if all(tab.is_hidden for tab in book.tabs):
        raise Refused(400, "You can't remove all the visible sheets in a document.")


def _change(book: Book, said: Any) -> None:
    tab = book.numbered(said["properties"].get("sheetId", 0))
    if said["fields"] == "title":
        if any(other.title == said["properties"]["title"] for other in book.tabs):
            raise Refused(400, "A sheet of this name already exists")
        tab.title = said["properties"]["title"]
    elif said["fields"] == "gridProperties.columnCount":
        tab.columns = said["properties"]["gridProperties"]["columnCount"]
    else:
        raise Refused(400, "Invalid field mask")


def _colour(book: Book, said: Any) -> None:
    area, look = said["range"], said["cell"].get("userEnteredFormat", {}).get("backgroundColor")
    tab = book.numbered(area["sheetId"])
    if said["fields"] != "userEnteredFormat.backgroundColor" or area["endRowIndex"] > tab.rows or area["endColumnIndex"] > tab.columns:
        raise Refused(400, "Invalid requests: repeatCell")
    for row in range(area["startRowIndex"], area["endRowIndex"]):
        for column in range(area["startColumnIndex"], area["endColumnIndex"]):
            if look is None:
                tab.colours.pop((row + 1, column + 1), None)
            else:  # as eight bits each; what is nought is not said
                tab.colours[row + 1, column + 1] = {name: round(value, 8) for name, value in look.items() if value}


def _parsed(area: str) -> tuple[str, int, int, int, int]:
    found = _AREA.fullmatch(area)
    if found is None:
        raise Refused(400, f"Unable to parse range: {area}")
    title, column, row, last_column, last_row = found.groups()
    first = (int(row or 1), _number(column or "A"))
    return title.replace("''", "'"), *first, int(last_row or row or 10_000_000), _number(last_column or column or "ZZZ")


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class ToHere(HTTPAdapter):
    """Carries what is meant for Google to the one on this machine."""

    def __init__(self, google: Google) -> None:
        super().__init__()
        self.google = google

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        url = request.url or ""
        for host in HOSTS:
            url = url.replace(host, self.google.origin, 1) if url.startswith(host) else url
        assert url.startswith(self.google.origin), f"{url} is not on this machine"
        request.url = url
        return super().send(request, *args, **kwargs)
