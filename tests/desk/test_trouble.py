"""What happens beside the desk: another window, a spreadsheet program, a range that does not fit, a full disk, a key that cannot be read."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import Route, expect

from bulkportal.desk import journal
from bulkportal.desk.server import faults_told
from bulkportal.desk.session import Session
from tests.conftest import KEY, Desk
from tests.desk import broken
from tests.desk.conftest import Page, TestClient
from tests.desk.walk import Person

Enter = Callable[..., Page]


def at_videos(person: Person) -> BrowserPage:
    """The page of the grid, with the six rows of Videos."""
    page = person.page
    page.goto(page.url.replace("/sheet", "/grid"))
    person.at_grid()
    page.get_by_role("button", name="Videos", exact=True).click()
    expect(page.locator("#shown")).to_have_text("6 of 6 rows")
    return page


def test_two_windows_and_a_spreadsheet_program_change_one_launch(person: Person, launch: Path) -> None:
    """Who comes back sees what the others have changed; who writes meanwhile is told so; no edit is lost."""
    page = person.page
    page.goto(page.url.replace("/sheet", "/grid"))
    person.at_grid()
    with page.context.expect_page() as opened:
        page.evaluate("() => window.open(location.href)")
    other = Person(opened.value, person.link, person.process)
    other.at_grid()
    other.cell(3, "F").click()
    other.types("2")
    person.cell(3, "G").click()
    person.types("spring.two")
    expect(page.locator("#told")).to_contain_text("Another window has changed this launch as well")
    expect(person.cell(3, "F")).to_have_text("2")
    other.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(other.cell(3, "G")).to_have_text("spring.two")
    book = load_workbook(launch)
    book["Bundles"]["C4"] = "instagram"
    book.save(launch)
    page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("has been saved by somebody since it was opened")).to_be_visible()
    page.get_by_role("button", name="Read it again, and keep my edits").click()
    expect(page.get_by_text("has been saved by somebody")).to_have_count(0)
    person.at_grid()
    for place, text in (("F", "2"), ("G", "spring.two")):
        expect(person.cell(3, place)).to_have_text(text)
    expect(person.cell(4, "C")).to_have_text("instagram")
    other.page.close()


@contextmanager
def scripts_on_their_way(page: BrowserPage, place: str) -> Iterator[list[str]]:
    """The page at that place, whose scripts come at the end; gives what has been sent."""
    coming: list[Route] = []
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.route("**/static/desk.js", lambda route: coming.append(route))  # noqa: PLW0108 - the browser marks what it is given
    page.goto(place, wait_until="commit")
    yield sent
    assert not sent and "?" not in page.url
    for route in coming:
        route.continue_()
    page.unroute("**/static/desk.js")


def test_a_button_that_is_pressed_before_the_scripts_are_there_does_its_work_once(person: Person, launch: Path) -> None:
    """The browser alone would have made an address of its form, and nothing of its work."""
    page = person.page
    book = load_workbook(launch)
    book["Bundles"]["C4"] = "instagram"
    book.save(launch)
    with scripts_on_their_way(page, page.url.replace("/sheet", "/grid")) as sent:
        again = page.get_by_role("button", name="Read it again, and keep my edits")
        again.click()
        again.click()
    expect(page.get_by_text("has been saved by somebody")).to_have_count(0)
    person.at_grid()
    expect(person.cell(4, "C")).to_have_text("instagram")
    assert len([url for url in sent if url.endswith("/reread")]) == 1


def test_what_is_chosen_before_the_scripts_are_there_is_sent(person: Person) -> None:
    """It would only look as if it were so."""
    page = person.page
    with scripts_on_their_way(page, page.url):
        page.get_by_label("Language").select_option("de")
    expect(page.locator("html")).to_have_attribute("lang", "de")


def test_on_paper_a_sheet_is_a_table_with_all_of_its_columns(person: Person, launch: Path) -> None:
    """What a screen scrolls to would be cut at the edge of a page; the grid is there again afterwards."""
    page = at_videos(person)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    table = page.locator("table.tabulator-print-table")
    headers = table.locator("th").all_inner_texts()
    assert headers[:3] == ["Row", "bundle", "position"] and "instagram_content_type" in headers
    assert table.locator("tbody tr").count() == 6
    assert table.evaluate("table => table.scrollWidth <= document.documentElement.clientWidth")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    expect(person.cell(6, "C")).to_be_visible()


def test_a_hostile_range_is_pasted_as_texts_and_what_does_not_fit_is_told(person: Person, launch: Path) -> None:
    """Ragged, with formulas and markup; never into rows that a filter hides; one that is too long changes nothing."""
    page = at_videos(person)
    before = person.version
    person.cell(6, "C").click()
    person.pastes('=1+1\n<b onclick="x">bold</b>\t"two\nlines"\n\n')
    person.settled(before)
    expect(person.cell(6, "C")).to_have_text("=1+1")
    expect(person.cell(7, "C")).to_have_text('<b onclick="x">bold</b>')
    assert page.locator("#grid b").count() == 0
    page.locator("#find").fill("sprng")
    expect(page.locator("#shown")).to_have_text("1 of 6 rows")
    before = person.version
    person.cell(5, "C").click()
    person.pastes("seen\nnot seen\nnot seen either")
    person.settled(before)
    expect(page.locator("#told")).to_contain_text("2 cells did not fit")
    page.locator("#find").fill("")
    expect(page.locator("#shown")).to_have_text("6 of 6 rows")
    expect(person.cell(5, "C")).to_have_text("seen")
    expect(person.cell(6, "C")).to_have_text("=1+1")
    person.cell(2, "C").click()
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData("text/plain", ("x".repeat(1000) + "\\n").repeat(5000));
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator("#told")).to_contain_text("more than is accepted at once")
    expect(person.cell(3, "C")).not_to_contain_text("xxx")
    person.complaints[:] = [words for words in person.complaints if "413" not in words]


def test_a_check_that_takes_longer_than_a_request_is_held_is_waited_for(person: Person) -> None:
    """The first answer says that not everything has been checked yet: the page asks again, and then shows what is so."""
    page, answers = person.page, 0

    def answered(route: Route) -> None:
        nonlocal answers
        answers += 1
        said = route.fetch()
        route.fulfill(response=said, json={**said.json(), "checked": answers > 1, "version": said.json()["version"] - (answers == 1)})

    page.goto(page.url.replace("/sheet", "/grid"))
    person.at_grid()
    page.route("**/findings", answered)
    person.cell(3, "F").click()
    person.types("2")
    assert answers == 2
    person.left(14)


def test_a_full_disk_is_told_and_nothing_counts_that_was_not_written_down(enter: Enter, launch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells stay as they were; once there is room, the same change is made."""
    page = enter()
    address = page.open(launch)

    def full(path: Path) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(journal, "open_to_append", full)
    change = {"table": 0, "cells": [[3, "F", "2"]]}
    said = page.post(f"{address}/cells", change)
    assert said.status_code == 503 and "Make room" in said.json()["hint"]
    assert said.json()["message"] == "launch.xlsx.edits.jsonl cannot be written or read: No space left on device."
    assert page.get(f"{address}/rows?table=0").json()["rows"][1][6] == broken.BUNDLES[1]["videos_quantity"]
    monkeypatch.undo()
    assert page.post(f"{address}/cells", change).json()["undo"] == 1


def test_a_key_file_that_cannot_be_read_is_told_on_the_pages_that_need_it(enter: Enter, desk: Desk, launch: Path) -> None:
    """The sheet can be looked at and corrected without it; nothing is planned."""
    (desk.folder / "keys").mkdir()
    (desk.folder / "bulkportal.toml").write_text('[profiles.main]\nkey_file = "keys"\n', "utf-8")
    page = enter(TOKPORTAL_API_KEY="", BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml"))
    address = page.open(launch)
    for place in ("/", "/settings", "/status", f"{address}/plan"):
        assert "cannot be read" in page.get(place).text, place
    for step in ("sheet", "grid", "run", "report"):
        assert page.get(f"{address}/{step}").status_code == 200
    assert page.post(f"{address}/plan").status_code in (403, 422)


def test_a_fault_of_ours_is_told_in_words_and_its_details_are_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a page and as a document, with what is kept beside; nothing of it stands on the page but the place."""

    def broken_page(self: Session) -> list[Path]:
        raise ZeroDivisionError(KEY)

    kept: list[Exception] = []
    monkeypatch.setattr(Session, "recent", broken_page)
    session = Session(folder=desk.folder, environment=desk.environment(), keep_fault=lambda fault: kept.append(fault) or "The details are in a file.")
    page = Page(session)
    page.client = TestClient(faults_told(page.app), base_url=page.pass_.origin, follow_redirects=False)
    page.enter()
    shown = page.get("/")
    assert shown.status_code == 500 and "This is a fault in bulkportal itself" in shown.text and "The details are in a file." in shown.text
    assert KEY not in shown.text and "Traceback" not in shown.text
    assert page.post("/open", {"path": str(broken.write(desk.folder / "launch.xlsx"))}).json()["code"] == 7
    assert [type(fault) for fault in kept] == [ZeroDivisionError] * 2
    session.close()
