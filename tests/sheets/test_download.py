"""Sheets that lie elsewhere, fetched from a real server on this machine."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from bulkportal.errors import TemporaryTrouble, UnreadableInput, UsageProblem
from bulkportal.remote_files import export_address, holds_secret, is_elsewhere
from bulkportal.sheets import download
from bulkportal.sheets.download import fetch
from tests.conftest import SAMPLES, Desk
from tests.media.buckets import S3

SHEET = (SAMPLES / "csv_launch" / "videos.csv").read_bytes()


class Shelf(BaseHTTPRequestHandler):
    """Serves one sheet in every way a server may."""

    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        path = self.path.partition("?")[0]
        if path.startswith("/status/"):
            self.send_response(int(path.rpartition("/")[2]))
            self.end_headers()
        elif path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/videos.csv")
            self.end_headers()
        elif path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://example.invalid/videos.csv")
            self.end_headers()
        else:
            self.send_response(200)
            if path == "/named":
                self.send_header("Content-Disposition", "attachment; filename*=UTF-8''..%2FLanc%C3%A9.csv")
            self.end_headers()
            with contextlib.suppress(OSError):  # whoever asked may have had enough
                for _ in range(64 if path == "/endless" else 1):
                    self.wfile.write(SHEET if path != "/endless" else bytes(1 << 20))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """The address of the shelf."""
    shelf = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=shelf.serve_forever, args=(0.01,), daemon=True).start()
    Shelf.seen.clear()
    yield f"http://127.0.0.1:{shelf.server_port}"
    shelf.shutdown()
    shelf.server_close()


def test_a_sheet_at_an_address_is_checked_like_any_other(desk: Desk, server: str) -> None:
    """With a file beside it; no key goes out."""
    ended = desk.run("check", SAMPLES / "csv_launch" / "bundles.csv", f"{server}/videos.csv?signature=SECRET")
    assert (ended.code, ended.document["files"]) == (0, ["bundles.csv", "videos.csv"])
    assert "SECRET" not in ended.out + ended.err
    assert desk.key not in str(Shelf.seen) and not {"authorization", "x-api-key", "cookie"} & set(Shelf.seen[0])


def test_the_server_may_move_it_and_name_it(server: str) -> None:
    """The name that the server gives is only a name."""
    assert fetch(f"{server}/moved").data == SHEET
    assert fetch(f"{server}/named").label == "Lancé.csv"


@pytest.mark.parametrize(
    ("status", "kind"), [(401, UnreadableInput), (403, UnreadableInput), (404, UnreadableInput), (429, TemporaryTrouble), (503, TemporaryTrouble)]
)
def test_what_cannot_be_had_is_told_in_a_sentence(server: str, status: int, kind: type[Exception]) -> None:
    """What is gone is an error; what is busy may be tried again."""
    with pytest.raises(kind) as caught:
        fetch(f"{server}/status/{status}?key=SECRET")
    assert "SECRET" not in str(caught.value)


def test_an_answer_without_end_is_cut(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is bounded in bytes and in time."""
    monkeypatch.setattr(download, "MOST_BYTES", 8 << 20)
    with pytest.raises(UnreadableInput, match="larger than 8 MB"):
        fetch(f"{server}/endless")
    monkeypatch.setattr(download, "MOST_BYTES", 1 << 30)
    monkeypatch.setattr(download, "MOST_SECONDS", 0.0)
    with pytest.raises(TemporaryTrouble, match="longer than 0 seconds"):
        fetch(f"{server}/endless")


def test_plain_http_is_refused_elsewhere(server: str) -> None:
    """Also where a server leads to it."""
    for text in ("http://example.invalid/videos.csv", f"{server}/away"):
        with pytest.raises(UsageProblem, match="not encrypted"):
            fetch(text)


def test_a_server_that_is_not_there_is_temporary_trouble() -> None:
    """The network may be back later."""
    with pytest.raises(TemporaryTrouble):
        fetch("http://127.0.0.1:9/videos.csv")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_store_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails is told without the store's own words; a kind of address that nobody knows is not tried."""
    with S3("sheets") as server:
        server.client.put_object(Bucket="sheets", Key="launches/videos.csv", Body=SHEET)
        keys = {"AWS_ENDPOINT_URL": server.address, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
        for name, value in keys.items():
            monkeypatch.setenv(name, value)
        found = fetch("s3://sheets/launches/videos.csv")
        assert (found.data, found.label) == (SHEET, "videos.csv")
        with pytest.raises(UnreadableInput, match="nothing at this address"):
            fetch("s3://sheets/launches/none.csv")
    for unknown in ("nowhere://launches/videos.csv", "memory://launches/videos.csv", "file:///etc/hosts"):
        with pytest.raises(UsageProblem):
            fetch(unknown)


def test_a_google_sheet_becomes_its_export() -> None:
    """All tabs, as a workbook."""
    assert (
        export_address("https://docs.google.com/spreadsheets/d/1AbC_d-E/edit#gid=7")
        == "https://docs.google.com/spreadsheets/d/1AbC_d-E/export?format=xlsx"
    )
    assert (
        export_address("https://docs.google.com/spreadsheets/d/e/2PACX-x/pubhtml")
        == "https://docs.google.com/spreadsheets/d/e/2PACX-x/pub?output=xlsx"
    )
    assert export_address("https://example.com/a.xlsx") == "https://example.com/a.xlsx"
    assert is_elsewhere("s3://bucket/a.xlsx") and not is_elsewhere("C:\\launch.xlsx") and not is_elsewhere("a.xlsx")
    assert holds_secret("https://me:pw@example.com/a") and holds_secret("https://example.com/a?sig=1") and not holds_secret("https://example.com/a")
