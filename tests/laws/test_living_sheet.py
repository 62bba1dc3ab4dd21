"""The laws of a launch hold for one that stands in a Google Sheet: twice is once, paid once, round trip, sums, and nobody's edit is overwritten."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulkportal.columns.field import STATUS_COLUMNS
from tests.conftest import SAMPLES, Desk, Ended, bundle, video
from tests.exporting.launches import launches
from tests.google_sheets.conftest import ADDRESS, Sheeted, google, open_sheeted  # noqa: F401 - fixtures
from tests.google_sheets.google import Book, Google, Tab

Open = Callable[..., Sheeted]
LAUNCH = {"bundles": [bundle("spring"), bundle("autumn")], "videos": [video(name, n) for name in ("spring", "autumn") for n in (1, 2)]}
SMALL = {"bundles": [bundle("spring")], "videos": [video("spring", 1), video("spring", 2)]}


def launch(google: Google, rows: Mapping[str, Sequence[Mapping[str, object]]] = LAUNCH) -> Book:  # noqa: F811
    """Two bundles of two videos, or other rows, in a sheet."""
    return google.book(tabs={"Bundles": rows["bundles"], "Videos": rows["videos"]})


def users_own(book: Book) -> dict[str, dict[tuple[int, int], Any]]:
    """Every cell outside the status columns, by tab."""
    found = {}
    for tab in book.tabs:
        ours = {column for (_, column), value in tab.cells.items() if value in STATUS_COLUMNS}
        found[tab.title] = {place: value for place, value in tab.cells.items() if place[1] not in ours}
    return found


def column(book: Book, title: str) -> list[Any]:
    """The cells of one status column, of all tabs, from below its header."""
    found = []
    for tab in book.tabs:
        for (row, place), value in tab.cells.items():
            if value == title:
                found += [cell for (line, other), cell in sorted(tab.cells.items()) if other == place and line > row]
    return found


def counted(ended: Ended) -> dict[str, int]:
    """How many rows ended in each state, as the command says."""
    return {state: count for state, count in ended.rows.items() if state != "total"}


def money(desk: Desk, report: Path) -> dict[str, float]:
    """What was paid, as the platform, the ledger and the report have it."""
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as ledger:
        (charged,) = ledger.execute("SELECT coalesce(SUM(credits), 0) FROM charges").fetchone()
        (of_runs,) = ledger.execute("SELECT coalesce(SUM(credits), 0) FROM runs").fetchone()
    lines = 0.0
    for sheet in openpyxl.load_workbook(report, data_only=True).worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        header = next((place for place, row in enumerate(rows) if "credits" in row and "live_url" in row), None)
        if header is not None:
            lines += sum(row[rows[header].index("credits")] or 0 for row in rows[header + 1 :])
    return {"platform": 5000 - desk.balance, "ledger": charged, "runs": of_runs, "report": lines}


@pytest.mark.parametrize("story", ["good_launch", "half_there"])
def test_imported_twice_it_costs_once_and_writes_nothing_the_second_time(open_sheeted: Open, google: Google, story: str) -> None:  # noqa: F811
    """Neither from the sheet as its results stand in it, nor with a new home, nor from its report; the third time Google is only read."""
    sheeted = open_sheeted(data=SAMPLES / story / "remote.json")
    book = google.book_of(SAMPLES / story / "launch.xlsx")
    desk, before = sheeted.desk, users_own(book)
    first = sheeted.import_()
    assert first.code == 0, first.out
    sent, left = desk.writes, desk.balance
    assert sent > 0
    report = Path(first.document["report"]).rename(desk.folder / "kept.xlsx")
    for again in (sheeted.import_(), desk.import_(report), sheeted.import_(BULKPORTAL_HOME=str(desk.folder / "new"))):
        assert (again.code, desk.state.journal.writes[sent:]) == (0, []), again.out
        assert again.rows == {"total": first.rows["total"], "unchanged": first.rows["total"]}
    assert (desk.balance, users_own(book)) == (left, before)
    assert set(column(book, "status")) == {"unchanged"}
    asked = google.count("values.update"), google.count("update")
    assert sheeted.import_().code == 0
    assert (google.count("values.update"), google.count("update")) == asked, "what stands there already is not written again"
    assert desk.state.journal.violations == []


@pytest.mark.parametrize("fault", ["drop_after", "503_before"])
def test_whatever_answer_is_lost_it_is_paid_once(open_sheeted: Open, google: Google, fault: str) -> None:  # noqa: F811
    """Each write of the launch in turn loses its answer; imported again until all is done, the sheet says so and the price is the same."""
    whole = open_sheeted()
    launch(google, SMALL)
    assert whole.import_().code == 0
    writes, price = whole.desk.writes, 5000 - whole.desk.balance
    for number in range(writes):
        book, sheeted = launch(google, SMALL), open_sheeted()
        desk = sheeted.desk
        desk.trouble(fault, skip=number)
        ended = sheeted.import_()
        for _ in range(3):
            if ended.code == 0:
                break
            ended = sheeted.import_()
        assert (ended.code, 5000 - desk.balance) == (0, price), (number, ended.out)
        assert set(column(book, "status")) <= {"done", "unchanged"}, number
        sent = desk.writes
        assert sheeted.import_().code == 0
        assert (desk.writes, desk.state.journal.violations) == (sent, []), number


def test_an_interrupted_import_is_told_in_the_sheet_and_paid_once(open_sheeted: Open, google: Google) -> None:  # noqa: F811
    """The platform goes away in the middle: the sheet says of every row what became of it, and the next import does what is left."""
    book, sheeted = launch(google), open_sheeted()
    desk = sheeted.desk
    desk.trouble("503_before", skip=2, times=None)
    first = sheeted.import_()
    assert first.code == 5, first.out
    assert Counter(column(book, "status")) == counted(first)
    assert counted(first).keys() & {"waiting", "unknown"}
    desk.operate("DELETE", "/faults")
    paid = 5000 - desk.balance
    again = sheeted.import_()
    assert (again.code, set(column(book, "status")) <= {"done", "unchanged"}) == (0, True), again.out
    assert paid + again.document["credits"]["charged"] == 5000 - desk.balance


def test_a_sheet_that_took_an_export_comes_back_without_a_change(open_sheeted: Open, google: Google) -> None:  # noqa: F811
    """Whatever the platform holds: importing it sends nothing, and neither do the results that stand in it then."""
    book, sheeted = google.book(), open_sheeted(data=launches())
    assert sheeted.run("export", "-o", ADDRESS).code == 0
    exported = users_own(book)
    for _ in range(2):
        ended = sheeted.import_()
        assert (ended.code, sheeted.desk.writes) == (0, 0), ended.out
        assert ended.rows == {"total": ended.rows["total"], "unchanged": ended.rows["total"]}
    assert users_own(book) == exported
    assert sheeted.run("export", "-o", ADDRESS, "--force").code == 0
    again = users_own(book)
    for title in ("Bundles", "Videos"):
        assert again[title] == exported[title]


def test_an_edit_of_an_export_is_sent_once(open_sheeted: Open, google: Google) -> None:  # noqa: F811
    """One cell is one write; imported again, and exported anew, there is nothing left to do."""
    sheeted = open_sheeted()
    desk = sheeted.desk
    assert desk.import_(desk.sheets("launch", **LAUNCH)).code == 0
    book = google.book()
    assert sheeted.run("export", "-o", ADDRESS).code == 0
    videos = book.tab("Videos")
    videos.cells[videos.place(2, "description")] = "A new caption"
    sent = desk.writes
    assert sheeted.import_().rows == {"total": 6, "done": 1, "unchanged": 5}
    assert desk.writes == sent + 1
    assert (sheeted.import_().code, desk.writes) == (0, sent + 1)
    assert sheeted.run("export", "-o", ADDRESS, "--force").code == 0
    assert (sheeted.import_().code, desk.writes) == (0, sent + 1)


@pytest.mark.parametrize("story", ["good_launch", "every_mistake"])
def test_the_money_is_the_same_in_sheet_report_ledger_and_platform(open_sheeted: Open, google: Google, story: str) -> None:  # noqa: F811
    """Also where half of the rows are wrong; and the states in the sheet add up to its rows."""
    sheeted = open_sheeted(data=SAMPLES / "good_launch" / "remote.json")
    book = google.book_of(SAMPLES / story / "launch.xlsx")
    ended = sheeted.import_()
    paid = ended.document["credits"]["charged"]
    assert paid > 0
    assert money(sheeted.desk, sheeted.report) == dict.fromkeys(("platform", "ledger", "runs", "report"), paid)
    assert sum(cell for cell in column(book, "credits") if cell != "") == paid
    assert Counter(column(book, "status")) == counted(ended)


def edit_cell(tab: Tab) -> None:
    """Two cells of a row get other words."""
    tab.cells.update({tab.place(2, "name"): "Theirs", tab.place(2, "description"): "Theirs as well"})


def empty_cell(tab: Tab) -> None:
    """A date is taken away."""
    del tab.cells[tab.place(3, "target_publish_date")]


def write_beside(tab: Tab) -> None:
    """Somebody writes where the results would have gone."""
    tab.cells[4, 9] = "call them first"


def delete_row(tab: Tab) -> None:
    """The last row but one goes, and the last one moves up."""
    tab.cells = {(row - (row > 4), column): value for (row, column), value in tab.cells.items() if row != 4}


EDITS: Sequence[tuple[Callable[[Tab], None], set[int], str]] = [
    (edit_cell, {2}, "1 row of the Google Sheet changed since it was read, and got no results. Edited: C2, F2."),
    (empty_cell, {3}, "Edited: G3."),
    (write_beside, {4}, "Edited: I4."),
    (delete_row, {4, 5}, "2 rows of the Google Sheet changed since it was read, and got no results. Edited: B4, C4, E4, F4, G4, A5, B5"),
]


@pytest.mark.parametrize(("edit", "rows", "told"), EDITS, ids=[edit.__name__ for edit, _, _ in EDITS])
def test_what_somebody_edits_meanwhile_is_refused_and_named_by_cell(
    open_sheeted: Open,  # noqa: F811
    google: Google,  # noqa: F811
    edit: Callable[[Tab], None],
    rows: set[int],
    told: str,
) -> None:
    """Their words stay, the row gets no result of another one, all others do; the next import does what the edit asks for and pays nothing more."""
    book, sheeted = launch(google), open_sheeted()
    videos = book.tab("Videos")
    wanted: dict[tuple[int, int], Any] = {}

    def happens() -> None:
        edit(videos)
        wanted.update(videos.cells)

    with sheeted.desk.while_paying(happens):
        ended = sheeted.import_()
    assert (ended.code, ended.codes) == (0, ["edited_meanwhile"]), ended.out
    (finding,) = ended.document["findings"]
    assert told in finding["message"]
    assert finding["cell"] == told.partition("Edited: ")[2].split(",")[0].rstrip(".")
    assert {place: value for place, value in videos.cells.items() if place in wanted} == wanted
    for row in range(2, 6):
        assert (videos.row(row).get("status") == "done") is (row not in rows), row
    left = sheeted.desk.balance
    again = sheeted.import_()
    assert sheeted.desk.balance == left, again.out
    assert "edited_meanwhile" not in again.codes


def test_quotas_and_lost_answers_of_google_change_nothing(open_sheeted: Open, google: Google) -> None:  # noqa: F811
    """Each kind of call is turned away twice for its quota, and one that was carried out loses its answer; sheet and platform are as without."""
    plain, calm = launch(google), open_sheeted()
    assert calm.import_().code == 0
    wanted = users_own(plain), column(plain, "status"), column(plain, "credits"), [tab.colours for tab in plain.tabs]
    book, sheeted = launch(google), open_sheeted()
    for call in ("get", "values.get", "export", "values.update", "update"):
        google.fails(call, 429, times=2)
        google.loses(call, times=2)
    ended = sheeted.import_()
    assert (ended.code, ended.codes, google.faults, google.lost) == (0, [], [], [])
    assert (users_own(book), column(book, "status"), column(book, "credits"), [tab.colours for tab in book.tabs]) == wanted
    assert sheeted.desk.balance == calm.desk.balance
