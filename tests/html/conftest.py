"""A real browser without a network, and a page as it looks in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium without a window; only for a module, since no other loop runs beside it (a command in this process has one)."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM)
        yield started
        started.close()


@dataclass(slots=True)
class Opened:
    """An opened page, with everything that it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[str]:
        """The names of the rows of the list that are seen, from top to bottom."""
        return self.page.locator("#list tbody tr:visible > th").all_text_contents()

    @property
    def shown(self) -> str:
        """What is told of how many rows are seen."""
        return self.page.locator("#list .shown").inner_text()


Open = Callable[..., Opened]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Opens a file from disk, with `dark` colours, on a screen of a `width`, or without scripts; it must stay silent."""
    opened: list[Opened] = []

    def open_(path: Path, *, dark: bool = False, width: int = 1280, script: bool = True) -> Opened:
        context = browser.new_context(
            offline=True, color_scheme="dark" if dark else "light", viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        context.set_default_timeout(15_000)
        one = Opened(context.new_page())
        one.page.on("request", lambda request: one.requests.append(request.url))
        one.page.on("console", lambda message: one.complaints.append(message.text))
        one.page.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.page.on("dialog", lambda dialog: one.complaints.append(dialog.message))
        one.page.goto(path.resolve().as_uri())
        opened.append(one)
        return one

    yield open_
    for one in opened:
        one.page.context.close()
        assert one.complaints == []
        assert len(one.requests) == 1, "it asked for more than itself"
