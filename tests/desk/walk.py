"""A person at the desk: a real browser on a desk of its own process, and what may never happen meanwhile."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import Desk
from tests.desk.starting import begin, link_of
from tests.forked import Forked

PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


_AT_HOME = """() => {
    const folder = document.querySelector(".launch .quiet").textContent.trim();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(folder, "~/Launches");
}"""
"""Shows a folder as a reader has one, in the place of the test's."""


@dataclass(slots=True)
class Person:
    """Somebody with a browser; `requests` are all that left it, `complaints` what it said to nobody."""

    page: Page
    link: str
    process: Forked
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return self.link.split("/?")[0]

    def picture(self, name: str) -> None:
        """A picture for the guide, where BULKPORTAL_PICTURES names a folder: ``BULKPORTAL_PICTURES=docs/images pytest tests/desk -k keyboard``."""
        if folder := os.environ.get("BULKPORTAL_PICTURES"):
            self.page.evaluate(_AT_HOME)
            self.page.screenshot(path=Path(folder) / f"{name}.png")

    def sees_no_barrier(self) -> None:
        """Axe finds nothing on the page."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()

    def is_left_alone(self) -> None:
        """No request left for another place, and nothing was complained of."""
        assert all(url.startswith((self.origin, "blob:", "data:")) for url in self.requests), self.requests
        assert self.complaints == []

    # -- the grid

    def at_grid(self) -> None:
        expect(self.page.locator("#grid[data-ready]")).to_be_visible()
        expect(self.page.locator("#left")).to_have_attribute("data-version", re.compile(r"\d+"))

    @property
    def version(self) -> str:
        """Which version of the cells the list beside the grid is about."""
        return self.page.locator("#left").get_attribute("data-version") or ""

    def settled(self, before: str = "") -> None:
        """Everything has been checked as it stands now, which is not as it was."""
        expect(self.page.locator("#left")).not_to_have_attribute("data-version", before)
        expect(self.page.locator("#left")).not_to_contain_text("once more")

    def left(self, mistakes: int) -> None:
        """So many mistakes are left, once everything has been checked."""
        words = "Nothing is left to correct." if not mistakes else f"{mistakes} mistake{'s' if mistakes > 1 else ''} to correct."
        expect(self.page.locator("#left")).to_contain_text(words)

    def types(self, text: str) -> None:
        """Write into the cell that is chosen."""
        before = self.version
        self.page.keyboard.press("F2")
        expect(self.page.locator("#grid textarea.editor")).to_be_focused()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.settled(before)

    def next_mistake(self, place: str) -> None:
        """F8, until it stands at a cell."""
        self.page.keyboard.press("F8")
        expect(self.page.locator("#cell")).to_contain_text(f"{place}:")

    def pastes(self, text: str) -> None:
        """What is in the clipboard, into the chosen cell."""
        self.page.evaluate(
            """text => {
                const data = new DataTransfer();
                data.setData("text/plain", text);
                document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }""",
            text,
        )

    def cell(self, row: int, column: str) -> Any:
        """A cell of the grid."""
        name = f'.tabulator-cell[tabulator-field="{column}"]'
        return self.page.locator(".tabulator-row").filter(has=self.page.locator(".rownumber", has_text=f"{row}")).first.locator(name)


@contextmanager
def at_desk(desk: Desk, browser: Browser, *arguments: object, width: int = 1280, **more: Any) -> Iterator[Person]:
    """A desk that is started, and whose link is opened; at the end it is seen that nothing left it, and all is closed."""
    process = begin(desk, *arguments, **{name: more.pop(name) for name in list(more) if name.isupper()})
    person = open_page(browser, process, link_of(process), width=width, **more)
    try:
        yield person
        person.is_left_alone()
    finally:
        person.page.context.close()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def open_page(browser: Browser, process: Forked, link: str, *, width: int = 1280, height: int = 900, **more: Any) -> Person:
    """Open the link of a desk that runs."""
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": height}, locale=more.pop("locale", "en-US"), **more)
    context.set_default_timeout(PATIENCE)
    person = Person(context.new_page(), link, process)
    person.page.on("request", lambda request: person.requests.append(request.url))
    person.page.on("console", lambda message: person.complaints.append(message.text))
    person.page.on("pageerror", lambda error: person.complaints.append(str(error)))
    person.page.on("dialog", lambda dialog: person.complaints.append(dialog.message))
    person.page.goto(link)
    return person
