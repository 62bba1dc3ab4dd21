"""By the Tab key alone, at twice the size; and what the browser's back and reload show at every step."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.conftest import Desk, bundle, video
from tests.desk.test_runs import until
from tests.desk.walk import Person, at_desk

_MOST_STOPS = 40
_IS_SEEN = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + Math.min(box.width, 20) / 2, Math.max(box.top, 0) + Math.min(box.height, 20) / 2);
    return Boolean(top && (element.contains(top) || top.contains(element) || element.labels?.[0]?.contains(top)));
}"""
"""Whether nothing lies over what has the focus."""


@pytest.fixture
def zoomed(desk: Desk, browser: Browser, launch: Path) -> Iterator[Person]:
    """A window of 1280 by 900, at 200 %."""
    with at_desk(desk, browser, launch, width=640, height=450, device_scale_factor=2) as found:
        yield found


def _tabs_to(person: Person, wanted: Locator, key: str = "Tab") -> None:
    """Press Tab until it has the focus; nothing holds the focus on the way, nothing that gets it is hidden, and no page is too wide."""
    for _ in range(_MOST_STOPS):
        person.page.keyboard.press(key)
        assert person.page.evaluate(_IS_SEEN), person.page.evaluate("() => document.activeElement.outerHTML.slice(0, 200)")
        if wanted.evaluate("wanted => wanted === document.activeElement"):
            assert person.page.evaluate("() => document.documentElement.scrollWidth") <= 640
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


def test_tab_alone_leads_the_whole_way_at_twice_the_size(zoomed: Person, desk: Desk) -> None:
    """Into the grid and out of it again; what was pressed leads to the content of the next page, and F8 to a cell that is in sight."""
    page = zoomed.page
    _tabs_to(zoomed, page.get_by_role("button", name="Yes, it means that"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("nearly right")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()
    _tabs_to(zoomed, page.get_by_role("link", name="To the cells"))
    page.keyboard.press("Enter")
    zoomed.at_grid()
    expect(page.locator("#grid .tabulator-tableholder")).to_be_focused()
    _tabs_to(zoomed, page.get_by_role("button", name="Correct 3 cells"))
    page.keyboard.press("Enter")
    zoomed.left(8)
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    zoomed.next_mistake("F3")
    expect(zoomed.cell(3, "F")).to_be_in_viewport()
    before = zoomed.version
    page.keyboard.press("F2")
    page.keyboard.press("Control+a")
    page.keyboard.type("2")
    page.keyboard.press("Tab")
    expect(page.locator("#cell")).to_contain_text("G3:")
    zoomed.settled(before)
    page.keyboard.type("spring.two")
    page.keyboard.press("Shift+Tab")
    zoomed.left(6)
    expect(zoomed.cell(3, "F")).to_have_text("2")
    _tabs_to(zoomed, page.get_by_role("button", name="Videos", exact=True), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#shown")).to_have_text("6 of 6 rows")
    expect(page.get_by_role("button", name="Videos", exact=True)).to_be_focused()
    _tabs_to(zoomed, page.get_by_role("link", name="See the plan"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan")
    _tabs_to(zoomed, page.get_by_role("button", name="Make the plan"))
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    _tabs_to(zoomed, page.locator("#all"))
    page.keyboard.press("Space")
    expect(page.locator("#send")).to_have_text("Send for 50 credits")
    _tabs_to(zoomed, page.locator("#send"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    _tabs_to(zoomed, page.locator("main .next").get_by_role("link", name="Report"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/report")
    _tabs_to(zoomed, page.get_by_role("link", name="Download the report"))
    assert 5000 - desk.balance == 50


def test_of_several_suggestions_the_next_one_has_the_focus(desk: Desk, browser: Browser) -> None:
    """One after the other is accepted by Enter; the switch in the head keeps the focus as well."""
    sheets = desk.folder / "launch"
    sheets.mkdir()
    (sheets / "videos.csv").write_text("bundle,positon,nmae,video_tpye,video\nspring,1,One,video,https://cdn.example.com/1.mp4\n", "utf-8")
    with at_desk(desk, browser, sheets) as person:
        page, accept = person.page, person.page.get_by_role("button", name="Yes, it means that")
        many = accept.count()
        assert many > 1
        accept.first.focus()
        for left in range(many - 1, -1, -1):
            page.keyboard.press("Enter")
            expect(accept).to_have_count(left)
            if left:
                expect(accept.first).to_be_focused()
        expect(page.locator("#main")).to_be_focused()
        page.get_by_role("switch").press("Enter")
        expect(page.locator(".banner")).to_be_visible()
        expect(page.get_by_role("switch")).to_be_focused()


def test_who_types_slowly_into_find_types_into_find(person: Person) -> None:
    """The rows are drawn anew meanwhile, and neither the focus nor a letter goes to a cell; a filter and a tab keep the focus too."""
    page = person.page
    page.goto(page.url.replace("/sheet", "/grid"))
    person.at_grid()
    page.locator("#find").click()
    for typed, rows in (("s", 3), ("u", 1), ("m", 1)):
        page.keyboard.type(typed)
        expect(page.locator("#shown")).to_have_text(f"{rows} of 3 rows")
        expect(page.locator("#find")).to_be_focused()
    expect(page.locator("#find")).to_have_value("sum")
    assert page.locator("#grid textarea").count() == 0
    page.locator("#only").press("Space")
    expect(page.locator("#only")).to_be_focused()
    assert page.locator("#undo").is_disabled()
    person.cell(4, "C").click()
    person.types("instagram")


def test_back_and_reload_show_the_same_rows_of_the_grid(person: Person) -> None:
    """The sheet, the filter, the text and the cell; a link to another cell goes there."""
    page = person.page
    page.goto(page.url.replace("/sheet", "/grid"))
    person.at_grid()
    page.get_by_role("button", name="Videos", exact=True).click()
    page.locator("#only").check()
    page.locator("#find").fill("02")
    expect(page.locator("#shown")).to_have_text("2 of 6 rows")
    person.cell(5, "B").click()
    expect(page.locator("#cell")).to_be_empty()
    _is_there(person)
    page.reload()
    _is_there(person)
    page.get_by_role("link", name="See the plan").click()
    page.wait_for_url("**/plan")
    page.go_back()
    _is_there(person)
    page.goto(page.url + "#Bundles!3")
    page.reload()
    person.at_grid()
    expect(page.locator(".tab[aria-pressed=true]")).to_have_text("Bundles")
    assert page.evaluate("() => location.hash") == ""
    before = person.version
    page.keyboard.press("ArrowRight")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    person.settled(before)
    expect(person.cell(3, "B")).to_have_text("x")


def _is_there(person: Person) -> None:
    page = person.page
    person.at_grid()
    expect(page.locator(".tab[aria-pressed=true]")).to_have_text("Videos")
    expect(page.locator("#only")).to_be_checked()
    expect(page.locator("#find")).to_have_value("02")
    expect(page.locator("#shown")).to_have_text("2 of 6 rows")
    page.keyboard.press("F2")
    expect(page.locator("#grid textarea.editor")).to_have_attribute("aria-label", "position 5")
    page.keyboard.press("Escape")


@pytest.fixture
def ready(desk: Desk, browser: Browser) -> Iterator[Person]:
    """A launch without a mistake."""
    sheets = desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", place) for place in (1, 2)])
    with at_desk(desk, browser, sheets) as found:
        yield found
        desk.operate("DELETE", "/faults")


def test_back_and_reload_tell_what_is_so_while_a_run_is_under_way_and_after_it(ready: Person, desk: Desk) -> None:
    """A plan that has been sent is not offered again, a run that was told to stop says so, and a page that the browser kept is loaded anew."""
    page, state = ready.page, ready.page.locator("#state")
    page.goto(page.url.replace("/sheet", "/plan"))
    page.get_by_role("button", name="Make the plan").click()
    page.locator("#all").check()
    expect(page.locator("#send")).to_have_text("Send for 25 credits")
    page.reload()
    expect(page.locator("#send")).to_have_text("Nothing is approved")
    page.locator("#all").check()
    desk.trouble("slow", "*write", times=None, seconds=600)
    page.locator("#send").click()
    page.wait_for_url("**/run")
    page.reload()
    expect(state).to_have_text("At work")
    page.go_back()
    expect(page.get_by_text("is being sent right now")).to_be_visible()
    expect(page.get_by_role("button", name="Make the plan")).to_be_disabled()
    assert page.locator("#send").count() == 0
    page.go_forward()
    until(lambda: desk.writes >= 1)
    page.get_by_role("button", name="Stop").click()
    expect(state).to_have_text("Stopping after what is in flight")
    page.reload()
    expect(state).to_have_text("Stopping after what is in flight")
    assert page.get_by_role("button", name="Stop").count() == 0
    desk.operate("DELETE", "/faults")
    expect(state).to_have_text("Ended")
    page.reload()
    expect(state).to_have_text("Ended")
    page.go_back()
    expect(page.get_by_role("button", name="Make the plan")).to_be_enabled()
    page.evaluate("() => { document.body.dataset.kept = 'yes'; dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })); }")
    expect(page.locator("body")).not_to_have_attribute("data-kept", "yes")
