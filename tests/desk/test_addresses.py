"""A launch that lies at an address goes the same way at the desk, and its results go back into a Google Sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from bulkportal.desk.addresses import bring, elsewhere
from bulkportal.pipeline import Job
from bulkportal.sheets import download, styles
from tests.conftest import Desk, bundle, video
from tests.desk.conftest import Page
from tests.desk.walk import Person, sit_down, stand_up
from tests.google_sheets.conftest import ADDRESS
from tests.google_sheets.google import Book, Google
from tests.google_sheets.to_here import here

Enter = Callable[..., Page]


@pytest.fixture
def google() -> Iterator[Google]:
    with Google() as running:
        yield running


@pytest.fixture
def book(google: Google) -> Book:
    """Two positions, of which one has a day that is none."""
    rows = [video("spring", 1, target_publish_date="soon"), video("spring", 2)]
    return google.book(tabs={"Bundles": [bundle("spring", videos_quantity=2, publish="")], "Videos": rows})


@pytest.fixture
def person(desk: Desk, browser: Browser, google: Google) -> Iterator[Person]:
    found = sit_down(desk, browser, desk.folder, **here(google, desk.folder / "google"))
    try:
        yield found
        found.is_left_alone()
    finally:
        stand_up(found)


def test_a_google_sheet_is_opened_approved_sent_and_written_back(person: Person, book: Book, desk: Desk) -> None:
    """What is corrected here is paid, and its row gets its result; a row that somebody edits there meanwhile gets none."""
    page, videos = person.page, book.tab("Videos")
    before = {tab.title: dict(tab.cells) for tab in book.tabs}
    page.locator("[name=path]").fill(ADDRESS)
    page.get_by_role("button", name="Open", exact=True).click()
    expect(page.get_by_text("The results are written into this Google Sheet")).to_be_visible()
    person.sees_no_barrier()
    page.get_by_role("link", name="To the cells").click()
    person.at_grid()
    person.left(1)
    page.keyboard.press("F8")
    expect(page.locator("#cell")).to_contain_text("2:")
    person.types("2030-03-20")
    person.left(0)
    page.get_by_role("link", name="See the plan").click()
    page.get_by_role("button", name="Make the plan").click()
    page.locator("#all").check()
    expect(page.locator("#sum")).to_contain_text("they take at most 25 credits")
    assert {tab.title: tab.cells for tab in book.tabs} == before, "nothing is written before somebody has said yes"
    videos.cells[videos.place(3, "description")] = "Somebody else's words"
    page.locator("#send").click()
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    page.get_by_role("link", name="Report").last.click()
    expect(page.get_by_text("1 row of the Google Sheet changed since it was read")).to_be_visible()
    person.sees_no_barrier()
    assert (5000 - desk.balance, videos.row(2)["status"], videos.row(3)["status"]) == (25, "done", None)
    assert (videos.row(2)["target_publish_date"], videos.colour(2, "status")) == ("soon", styles.DONE)
    assert book.tab("Bundles").row(2)["status"] == "done"

    page.get_by_label("The steps of this launch").get_by_role("link", name="Sheet").click()
    videos.cells[videos.place(2, "target_publish_date")] = "2030-03-20"
    page.get_by_role("button", name="Fetch it again").click()
    expect(page.get_by_text("1 edit no longer fits the saved file")).to_be_visible()
    page.goto(page.url.replace("/sheet", "/plan"))
    page.get_by_role("button", name="Make the plan").click()
    expect(page.get_by_text("Somebody else's words")).to_be_visible()
    page.locator("#all").check()
    page.locator("#send").click()
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    assert (5000 - desk.balance, [videos.row(row)["status"] for row in (2, 3)]) == (25, ["unchanged", "done"])


def test_the_command_line_takes_an_address_too(desk: Desk, browser: Browser, google: Google, book: Book) -> None:
    """It is fetched into the folder, opened, and its results would go back there."""
    before = {tab.title: dict(tab.cells) for tab in book.tabs}
    person = sit_down(desk, browser, ADDRESS, **here(google, desk.folder / "google"))
    try:
        expect(person.page.get_by_text("The results are written into this Google Sheet")).to_be_visible()
        expect(person.page.locator(".launch")).to_contain_text(str(desk.folder.resolve()))
        assert len(list(desk.folder.glob("*.xlsx"))) == 1
        assert {tab.title: tab.cells for tab in book.tabs} == before
        person.is_left_alone()
    finally:
        stand_up(person)


@pytest.fixture
def lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A workbook that lies at every address."""
    place = tmp_path / "there.xlsx"
    monkeypatch.setattr(download, "fetch", lambda address: download.Download(data=place.read_bytes(), label=f"a/{address[-5:]}.xlsx"))
    return place


def test_what_was_fetched_takes_nobodys_place_and_counts_while_it_is_as_it_was(lies: Path, launch: Path, tmp_path: Path) -> None:
    """The same address again replaces its own file; another one, and a file that somebody has saved since, stay. No secret is kept."""
    folder = tmp_path / "folder"
    folder.mkdir()
    lies.write_bytes(launch.read_bytes())
    job = Job(command="check")
    first = bring("https://a.example/sheet", folder, job)
    assert (bring("https://a.example/sheet", folder, job), first.name) == (first, "a_sheet.xlsx")
    assert (came := elsewhere(first)) is not None and came.address == "https://a.example/sheet" and not came.is_written_back
    other = bring("https://b.example/sheet?signature=s3cret-sheet", folder, job)
    assert other != first and (came := elsewhere(other)) is not None and came.address == ""
    assert "s3cret" not in "".join(path.read_text("utf-8", "ignore") for path in folder.rglob("*") if path.is_file())
    saved = load_workbook(first)
    saved["Videos"]["A2"] = "mine"
    saved.save(first)
    assert elsewhere(first) is None
    again = bring("https://a.example/sheet", folder, job)
    assert again not in (first, other) and load_workbook(first)["Videos"]["A2"].value == "mine"


def test_an_address_that_leads_nowhere_is_told_as_a_command_tells_it(enter: Enter, desk: Desk) -> None:
    page = enter()
    said = page.post("/open", {"path": "ftp://a.example/launch.xlsx"})
    by_command = desk.run("check", "ftp://a.example/launch.xlsx")
    assert said.status_code == 422 and said.json()["message"] in by_command.out + by_command.err
    on_the_way = desk.said("desk", "ftp://a.example/launch.xlsx", "--no-browser")
    assert (on_the_way.code, on_the_way.out) == (by_command.code, "") and said.json()["message"] in on_the_way.err
    assert not list(desk.folder.glob("*.bulkportal"))
