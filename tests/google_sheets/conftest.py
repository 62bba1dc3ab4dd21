"""A Google of our own for each test, reached by the library's own client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.conftest import Desk, Ended, OpenDesk
from tests.google_sheets.google import Google, ToHere

ADDRESS = "https://docs.google.com/spreadsheets/d/1AbC/edit#gid=0"


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Google]:
    from bulkportal.google_sheets import gspread_client
    from bulkportal.sheets import download

    monkeypatch.setattr(gspread_client, "FIRST_WAIT", 0.01)
    with Google() as running:
        there = ToHere(running)
        monkeypatch.setattr(requests.Session, "get_adapter", lambda self, url: there)
        monkeypatch.setattr(download, "export_address", lambda address: f"{running.origin}/link/1AbC")
        yield running


class Sheeted:
    """A workplace with a service account."""

    def __init__(self, desk: Desk, google: Google) -> None:
        self.desk, self.google = desk, google
        self.account = google.account(desk.folder / "google.json")

    def run(self, *words: object, **more: str) -> Ended:
        report = () if words[0] in ("export", "config", "check") else ("--report", self.desk.folder / "out.report.xlsx")
        return self.desk.run(*words, *report, BULKPORTAL_GOOGLE_SERVICE_ACCOUNT=str(self.account), **more)

    def import_(self, *words: object, **more: str) -> Ended:
        return self.run("import", ADDRESS, "--yes", *words, **more)

    @property
    def report(self) -> Path:
        return self.desk.folder / "out.report.xlsx"


@pytest.fixture
def open_sheeted(open_desk: OpenDesk, google: Google) -> Callable[..., Sheeted]:
    def opened(**how: Any) -> Sheeted:
        return Sheeted(open_desk(**how), google)

    return opened
