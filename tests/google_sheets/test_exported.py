"""An export into a Google Sheet: importing it back plans nothing, an edit is one change, and a change on both sides is a conflict."""

from __future__ import annotations

from collections.abc import Callable

from tests.exporting.launches import account, bundle, launches, video
from tests.google_sheets.conftest import ADDRESS, Sheeted
from tests.google_sheets.google import EMAIL, Google

Open = Callable[..., Sheeted]
TABS = ["Bundles", "Videos", "_base", "_base_bundles", "_base_videos"]


def test_it_comes_back_without_a_plan(open_sheeted: Open, google: Google) -> None:
    """Whatever the platform holds; the base copy is hidden, and the tab that was there stays."""
    book, sheeted = google.book(), open_sheeted(data=launches())
    ended = sheeted.run("export", "-o", ADDRESS)
    assert (ended.code, ended.document["files"]) == (0, ["https://docs.google.com/spreadsheets/d/1AbC"]), ended.err
    assert [tab.title for tab in book.tabs] == [*TABS, "Sheet1"]
    assert [tab.title for tab in book.tabs if tab.is_hidden] == TABS[2:]
    planned = sheeted.run("plan", ADDRESS)
    assert (planned.code, planned.document["operations"]) == (0, []), planned.out
    assert planned.rows["unchanged"] == planned.rows["total"] > 0


def test_an_edit_is_one_change_and_a_change_on_both_sides_a_conflict(open_sheeted: Open, google: Google) -> None:
    """As with a workbook."""
    book = google.book()
    sheeted = open_sheeted(data={"bundles": [bundle("nova-01", account=account(1), videos=[video(1), video(2, target_publish_date="2031-05-01")])]})
    assert sheeted.run("export", "-o", ADDRESS).code == 0
    videos = book.tab("Videos")
    place = videos.place(3, "description")
    videos.cells[place] = "A new caption"
    planned = sheeted.run("plan", ADDRESS)
    assert len(planned.document["operations"]) == 1, planned.out
    sheeted.desk.bundles["nova-01"].slots[1].content["description"] = "Their caption"
    assert sheeted.run("plan", ADDRESS).codes == ["conflict"]


def test_what_is_there_is_replaced_by_force_only(open_sheeted: Open, google: Google) -> None:
    """And before the platform is read."""
    book = google.book(tabs={"Videos": [{"mine": 1}]})
    sheeted = open_sheeted(data=launches())
    refused = sheeted.run("export", "-o", ADDRESS)
    assert refused.code == 2
    assert "has a tab Videos already" in refused.out
    assert book.tab("Videos").row(2) == {"mine": 1}
    assert sheeted.run("export", "-o", ADDRESS, "--force").code == 0
    assert [tab.title for tab in book.tabs] == TABS
    assert sheeted.run("plan", ADDRESS).document["operations"] == []


def test_a_sheet_that_cannot_be_written_ends_the_export(open_sheeted: Open, google: Google) -> None:
    """With the address to share it with."""
    book, sheeted = google.book(), open_sheeted()
    book.editors, book.viewers = set(), {EMAIL}
    ended = sheeted.run("export", "-o", ADDRESS)
    assert ended.code == 2
    assert EMAIL in ended.out
    for words in (("accounts", "-o", ADDRESS), ("-o", ADDRESS, "--csv"), ("-o", ADDRESS, "--download-issues")):
        assert sheeted.run("export", *words).code == 2
    assert sheeted.desk.run("export", "-o", ADDRESS).code == 2


def test_it_is_whole_after_quotas(open_sheeted: Open, google: Google) -> None:
    """A request whose answer was lost is sent again."""
    book, sheeted = google.book(), open_sheeted(data=launches())
    for call in ("get", "values.update", "update"):
        google.fails(call, 503, times=2)
    assert sheeted.run("export", "-o", ADDRESS).code == 0
    assert len(book.tabs) == 6
