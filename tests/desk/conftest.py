"""The desk: in this process for what it answers, in one of its own with a real browser for the way of a person."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bulkportal.desk.app import make_app
from bulkportal.desk.running import RunCommand
from bulkportal.desk.safety import Guard, Pass
from bulkportal.desk.session import Session
from tests.conftest import Desk
from tests.desk import broken
from tests.desk.walk import Person, at_desk
from tests.forked import Forked
from tests.html.conftest import browser

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2, which nothing else here uses
    from starlette.testclient import TestClient

__all__ = ["TestClient", "browser"]  # a fixture of the tests of pages

PORT = 8123
OURS = {"X-Bulkportal": "desk", "Sec-Fetch-Site": "same-origin", "Origin": f"http://127.0.0.1:{PORT}"}


def forked(words: Sequence[str], order: RunCommand, out: Path, log: Path) -> Forked:
    """A process of its own for a run, with everything loaded."""
    return Forked(words, order.environment, order.cwd, (out, log))


class Page:
    """A browser without a window and without scripts: it asks and sends, as the pages of the desk do."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.pass_ = Pass(port=PORT)
        self.seen = 0
        self.app = Guard(make_app(session), self.pass_, self._count)
        self.client = TestClient(self.app, base_url=self.pass_.origin, follow_redirects=False, raise_server_exceptions=True)

    def _count(self) -> None:
        self.seen += 1

    def enter(self) -> Page:
        """Open the first link."""
        assert self.client.get(self.pass_.link).status_code == 303
        return self

    def get(self, place: str, **headers: str) -> Any:
        return self.client.get(place, headers=headers)

    def post(self, place: str, body: object = None) -> Any:
        return self.client.post(place, json=body or {}, headers=OURS)

    def open(self, path: Path) -> str:
        """Put a launch on the desk; gives its address."""
        return self.post("/open", {"path": str(path)}).json()["go"].removesuffix("/sheet")


@pytest.fixture
def enter(desk: Desk) -> Iterator[Callable[..., Page]]:
    """Opens a desk of this process on the platform and the home of the workplace."""
    opened: list[Session] = []

    def entered(**more: str) -> Page:
        session = Session(folder=desk.folder, environment=desk.environment(**more), begin=forked)
        opened.append(session)
        return Page(session).enter()

    yield entered
    for session in opened:
        session.close()


@pytest.fixture
def person(desk: Desk, browser: Browser, launch: Path) -> Iterator[Person]:
    """Somebody with a browser at a desk on which that launch is open."""
    with at_desk(desk, browser, launch) as found:
        yield found


@pytest.fixture
def launch(desk: Desk) -> Path:
    """The launch with ten kinds of mistake."""
    return broken.write(desk.folder / "launch.xlsx")
