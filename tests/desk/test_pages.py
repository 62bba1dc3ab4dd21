"""Every page of the desk, in the dark, in a narrow window and in another language: free of barriers, and as wide as its window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bulkportal.html.words import LANGUAGES
from tests.conftest import Desk
from tests.desk.walk import Person, at_desk


@pytest.fixture
def person(desk: Desk, browser: Browser, launch: Path) -> Iterator[Person]:
    with at_desk(desk, browser, launch, width=400, color_scheme="dark", locale="de-DE", TOKPORTAL_API_KEY="") as found:
        yield found


def test_every_page_fits_a_narrow_window_in_the_dark_and_in_german(person: Person) -> None:
    """From the first page without a key over a rehearsal to its report."""
    page = person.page
    page.get_by_role("switch", name="Proben").click()
    expect(page.locator(".banner")).to_contain_text("Probe")
    launch = page.url.removesuffix("/sheet")
    page.goto(f"{launch}/grid")
    person.at_grid()
    page.locator("#fixes .all").click()
    person.settled("1")
    page.goto(f"{launch}/sheet")
    page.get_by_role("button", name="Ja, das ist gemeint").click()
    expect(page.get_by_text("fast richtig")).to_have_count(0)
    page.goto(f"{launch}/plan")
    page.get_by_role("button", name="Plan machen").click()
    page.locator("#all").check()
    expect(page.locator("#send")).to_have_text("Für 25 Credits senden")
    _is_well(person)
    page.locator("#send").click()
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Beendet")
    for place in (
        f"{launch}/run",
        f"{launch}/report",
        f"{launch}/sheet",
        f"{launch}/grid",
        "/",
        "/settings?look=1",
        "/status?day=2030-03-15",
        "/runs",
        "/nowhere",
    ):
        page.goto(place if place.startswith("http") else person.origin + place)
        assert page.locator("html").get_attribute("lang") == "de"
        _is_well(person)
    person.complaints[:] = [words for words in person.complaints if "404" not in words]
    page.goto(f"{person.origin}/runs")
    page.locator("tbody a").first.click()
    _is_well(person)
    page.locator("a[href$='/undo']").click()
    expect(page.locator("h1")).to_have_text("Einen Lauf zurücknehmen")
    _is_well(person)
    for language in LANGUAGES:
        page.get_by_label("Sprache").or_(page.locator("select[name=language]")).first.select_option(language)
        expect(page.locator("html")).to_have_attribute("lang", language)
        page.wait_for_load_state()  # its script listens to the list from then on
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 400


def _is_well(person: Person) -> None:
    person.sees_no_barrier()
    assert person.page.evaluate("() => document.documentElement.scrollWidth") <= 400, person.page.url
