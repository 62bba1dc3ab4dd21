"""A launch that lies at an address goes the same way at the desk, and its results go back into a Google Sheet."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, expect

from bulkportal.desk.addresses import bring, elsewhere
from bulkportal.desk.running import RunFolder
from bulkportal.pipeline import Job
from bulkportal.sheets import download, styles
from tests.conftest import Desk, bundle, video
from tests.desk.conftest import Page
from tests.desk.test_runs import until
from tests.desk.walk import Person, at_desk
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
    with at_desk(desk, browser, desk.folder, **here(google, desk.folder / "google")) as found:
        yield found


def test_a_google_sheet_is_opened_approved_sent_and_written_back(person: Person, book: Book, google: Google, desk: Desk) -> None:
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

    def edited() -> None:
        videos.cells[videos.place(3, "description")] = "Somebody else's words"

    # The export is what the desk looks at once more before it sends; what Google is asked next is asked by the run.
    google.before["export"] = lambda: google.before.update(get=edited)
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
    videos.cells[videos.place(3, "description")] = "Their second thoughts"
    page.locator("#send").click()
    expect(page.get_by_text("has been saved since it was read here")).to_be_visible()
    assert all("409" in one for one in person.complaints)
    person.complaints.clear()  # the browser's own, of the refusal
    videos.cells[videos.place(3, "description")] = "Somebody else's words"
    page.locator("#send").click()
    page.wait_for_url("**/run")
    expect(page.locator("#state")).to_have_text("Ended")
    assert (5000 - desk.balance, [videos.row(row)["status"] for row in (2, 3)]) == (25, ["unchanged", "done"])


def test_the_command_line_takes_an_address_too(desk: Desk, browser: Browser, google: Google, book: Book) -> None:
    """It is fetched into the folder, opened, and its results would go back there."""
    before = {tab.title: dict(tab.cells) for tab in book.tabs}
    with at_desk(desk, browser, ADDRESS, **here(google, desk.folder / "google")) as person:
        expect(person.page.get_by_text("The results are written into this Google Sheet")).to_be_visible()
        expect(person.page.locator(".launch")).to_contain_text(str(desk.folder.resolve()))
        assert len(list(desk.folder.glob("*.xlsx"))) == 1
        assert {tab.title: tab.cells for tab in book.tabs} == before


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


class _Shelf(BaseHTTPRequestHandler):
    """Serves what `data` holds at every address; nothing where there is none."""

    data: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        self.send_response(200 if self.data else 404)
        self.end_headers()
        self.wfile.write(self.data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shelf() -> Iterator[str]:
    """An address on this machine, with a signature that nobody may keep."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Shelf)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}/launch.xlsx?signature=s3cret-sheet"
    server.shutdown()
    serving.join()
    server.server_close()
    _Shelf.data = b""


def _workbook(caption: str, made: int) -> bytes:
    """A launch of 25 credits, written by somebody else each time: the same cells are other bytes."""
    book = Workbook()
    book.properties.creator = f"Number {made}"
    for name, row in (("Bundles", bundle("spring", videos_quantity=1)), ("Videos", video("spring", 1, description=caption))):
        sheet = book.create_sheet(name)
        sheet.append(list(row))
        sheet.append(list(row.values()))
    book.remove(book["Sheet"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_what_changed_at_its_address_is_not_sent(enter: Enter, desk: Desk, shelf: str) -> None:
    """It is fetched again at the yes: other cells, and nothing to fetch, are refused; the same cells in another file are sent."""
    page = enter()
    _Shelf.data = _workbook("As it was", 1)
    address = page.post("/open", {"path": shelf}).json()["go"].removesuffix("/sheet")
    page.post(f"{address}/plan")
    text = page.get(f"{address}/plan").text
    lines = [part.split('"')[0] for part in text.split('name="line" value="')[1:]]
    price = page.post(f"{address}/price", {"approved": lines}).json()["credits"]
    yes = {"digest": text.split('data-digest="')[1].split('"')[0], "approved": lines, "credits": price}

    _Shelf.data = _workbook("As somebody wants it now", 1)
    refused = page.post(f"{address}/send", yes)
    assert (refused.status_code, refused.json()["message"]) == (409, "launch.xlsx has been saved since it was read here.")
    _Shelf.data = b"<html>moved</html>"
    assert page.post(f"{address}/send", yes).status_code == 409
    _Shelf.data = b""
    gone = page.post(f"{address}/send", yes)
    assert gone.status_code == 409 and gone.json()["message"].startswith("Nothing was sent: launch.xlsx may have changed where it lies.")
    _Shelf.data = same = _workbook("As it was", 2)
    later = enter()
    later.session.plans.update(page.session.plans)
    forgotten = later.post(f"{address}/send", yes)
    assert forgotten.status_code == 409 and "not known any more where it was fetched from" in forgotten.json()["message"]
    assert "s3cret" not in refused.text + gone.text + forgotten.text
    assert desk.writes == 0 and not list(desk.folder.glob("*.bulkportal/runs"))

    assert same != (desk.folder / "launch.xlsx").read_bytes()
    assert page.post(f"{address}/send", yes).status_code == 200
    run = RunFolder(path=desk.folder / "launch.bulkportal" / "runs" / "1")
    until(lambda: run.summary and not run.is_running)
    assert (len(desk.bundles), run.summary["exit_code"]) == (1, 0)

    page.post(f"{address}/plan")
    _Shelf.data = _workbook("As somebody wants it now", 2)
    assert page.post(f"{address}/fetch").status_code == 200
    page.post(f"{address}/plan")
    assert "As somebody wants it now" in page.get(f"{address}/plan").text


def test_an_address_that_leads_nowhere_is_told_as_a_command_tells_it(enter: Enter, desk: Desk) -> None:
    page = enter()
    said = page.post("/open", {"path": "ftp://a.example/launch.xlsx"})
    by_command = desk.run("check", "ftp://a.example/launch.xlsx")
    assert said.status_code == 422 and said.json()["message"] in by_command.out + by_command.err
    on_the_way = desk.said("desk", "ftp://a.example/launch.xlsx", "--no-browser")
    assert (on_the_way.code, on_the_way.out) == (by_command.code, "") and said.json()["message"] in on_the_way.err
    assert not list(desk.folder.glob("*.bulkportal"))
