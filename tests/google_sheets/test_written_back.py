"""An import of a Google Sheet writes its results back there, and nothing else; what is in the way is told and costs nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bulkportal.columns.field import STATUS_COLUMNS
from bulkportal.google_sheets import gspread_client
from bulkportal.sheets import styles
from tests.conftest import bundle, video
from tests.google_sheets.conftest import ADDRESS, Sheeted
from tests.google_sheets.google import EMAIL, Book, Google

Open = Callable[..., Sheeted]


def launch(google: Google, *videos: dict[str, object], **tab: Any) -> Book:
    rows = [bundle("spring", videos_quantity=2, publish="")]
    return google.book(tabs={"Bundles": rows, "Videos": list(videos or (video("spring", 1), video("spring", 2)))}, **tab)


def users_own(book: Book) -> dict[str, list[list[Any]]]:
    """Every cell outside the status columns."""
    found = {}
    for tab in book.tabs:
        ours = {column for (row, column), value in tab.cells.items() if row == 1 and value in STATUS_COLUMNS}
        held = [(place, value) for place, value in tab.cells.items() if place[1] not in ours]
        found[tab.title] = sorted(held)
    return found


def test_results_stand_beside_their_rows_in_few_calls(open_sheeted: Open, google: Google) -> None:
    """One request for values and one for formats a tab; the user's own cells are as they were."""
    book, sheeted = launch(google), open_sheeted()
    before = users_own(book)
    ended = sheeted.import_()
    assert (ended.code, ended.codes) == (0, []), ended.err
    videos = book.tab("Videos")
    assert [videos.row(row)["status"] for row in (2, 3)] == ["done", "done"]
    assert videos.row(2)["result"]
    assert book.tab("Bundles").row(2)["credits"] == ended.document["credits"]["charged"]
    assert [videos.row(1)[name] for name in STATUS_COLUMNS] == list(STATUS_COLUMNS)
    assert videos.colour(2, "status") == styles.DONE
    assert users_own(book) == before
    assert (google.count("values.update"), google.count("update")) == (2, 2)
    report = openpyxl.load_workbook(sheeted.report)
    assert "3 rows got their results in the Google Sheet." in str([cell.value for row in report["Summary"] for cell in row])
    assert report["Videos"].max_row == 3


def test_importing_it_again_sends_nothing_and_uses_the_same_columns(open_sheeted: Open, google: Google) -> None:
    """Twice is once, in the sheet as on the platform; a narrow tab gets columns once."""
    book, sheeted = launch(google, columns=11), open_sheeted()
    first = sheeted.import_()
    titles = list(book.tab("Videos").row(1))
    writes, columns = sheeted.desk.writes, [tab.columns for tab in book.tabs]
    again = sheeted.import_()
    assert (first.code, again.code, sheeted.desk.writes) == (0, 0, writes)
    assert (list(book.tab("Videos").row(1)), [tab.columns for tab in book.tabs]) == (titles, columns)
    assert book.tab("Videos").row(2)["status"] == "unchanged"


def test_problems_and_colours_come_and_go(open_sheeted: Open, google: Google) -> None:
    """A cell with a finding is red until it is corrected; a colour of the user's own stays."""
    book, sheeted = launch(google, video("spring", 1, target_publish_date="soon"), video("spring", 2)), open_sheeted()
    videos = book.tab("Videos")
    yellow = {"red": 1.0, "green": 1.0}
    videos.colours[videos.place(3, "name")] = yellow
    assert sheeted.import_().code == 4
    assert videos.row(2)["status"] == "invalid"
    assert "soon" in videos.row(2)["problem"]
    assert videos.colour(2, "target_publish_date") == styles.ERROR
    videos.cells[videos.place(2, "target_publish_date")] = "2030-03-02"
    assert sheeted.import_().code == 0
    assert (videos.row(2)["status"], videos.row(2).get("problem")) == ("done", None)
    assert videos.colour(2, "target_publish_date") is None
    assert videos.colours[videos.place(3, "name")] == yellow


def test_a_row_that_was_edited_meanwhile_is_told_and_left_alone(open_sheeted: Open, google: Google) -> None:
    """The others get their results; the exit code is that of the import."""
    book, sheeted = launch(google), open_sheeted()
    videos = book.tab("Videos")

    def edit() -> None:
        videos.cells[videos.place(2, "description")] = "Somebody else's words"

    with sheeted.desk.while_paying(edit):
        ended = sheeted.import_()
    assert (ended.code, ended.codes) == (0, ["edited_meanwhile"])
    assert "1 row of the Google Sheet changed" in ended.document["findings"][0]["message"]
    assert videos.row(2)["description"] == "Somebody else's words"
    assert (videos.row(2)["status"], videos.row(3)["status"]) == (None, "done")
    assert videos.colour(2, "status") is None


def test_an_edit_between_remembering_and_reading_is_seen_too(open_sheeted: Open, google: Google) -> None:
    """What was imported then is not what was remembered, so that its row is left alone."""
    book, sheeted = launch(google), open_sheeted()
    videos = book.tab("Videos")
    google.before["export"] = lambda: videos.cells.update({videos.place(2, "name"): "Later"})
    ended = sheeted.import_()
    assert (ended.code, ended.codes, videos.row(2)["status"]) == (0, ["edited_meanwhile"], None)


@pytest.mark.parametrize("change", ["insert", "rename", "beside"])
def test_a_moved_column_takes_no_results(open_sheeted: Open, google: Google, change: str) -> None:
    """Headers that changed, or cells that somebody filled where the results would have gone."""
    book, sheeted = launch(google), open_sheeted()
    videos = book.tab("Videos")
    before = dict(videos.cells)

    def move() -> None:
        if change == "insert":
            cells = {(row, column + (column > 2)): value for (row, column), value in videos.cells.items()}
            videos.cells = {**cells, (1, 3): "Our notes"}
        elif change == "rename":
            videos.cells[1, 3] = "Working title"
        else:
            videos.cells[3, 9] = "ours"

    with sheeted.desk.while_paying(move):
        ended = sheeted.import_()
    assert ended.code == 0
    if change == "beside":
        assert ended.codes == ["edited_meanwhile"]
        assert (videos.cells[3, 9], videos.row(2)["status"], videos.row(3)["status"]) == ("ours", "done", None)
    else:
        assert ended.codes == ["sheet_not_written"]
        assert len(videos.cells) in (len(before), len(before) + 1)
    assert book.tab("Bundles").row(2)["status"] == "done"


def test_a_sheet_that_may_only_be_read_is_told_and_everything_else_happens(open_sheeted: Open, google: Google) -> None:
    """The advice names the address to share it with; nothing of Google's own words is in it."""
    book, sheeted = launch(google), open_sheeted()
    book.editors, book.viewers = set(), {EMAIL}
    before = users_own(book)
    ended = sheeted.import_()
    assert (ended.code, ended.codes) == (0, ["sheet_not_written"] * 2)
    assert EMAIL in ended.document["findings"][0]["hint"]
    assert "4711" not in ended.out + ended.err
    assert users_own(book) == before
    assert sheeted.report.exists() and len(sheeted.desk.bundles) == 1
    assert "sheet_not_written" in str([cell.value for row in openpyxl.load_workbook(sheeted.report)["Findings"] for cell in row])


def test_a_link_that_everybody_may_read_still_serves(open_sheeted: Open, google: Google) -> None:
    """Not shared with the account: it is read by its link, and where it cannot, both reasons are told."""
    book, sheeted = launch(google), open_sheeted()
    book.editors = set()
    refused = sheeted.import_()
    assert refused.code == 6
    assert EMAIL in refused.out
    book.is_public = True
    ended = sheeted.import_()
    assert (ended.code, set(ended.codes)) == (0, {"sheet_not_written"})


def test_a_workbook_too_large_for_drive_is_read_by_its_link(open_sheeted: Open, google: Google) -> None:
    book, sheeted = launch(google), open_sheeted()
    book.is_public = True
    google.fails("export", 403, reason="exportSizeLimitExceeded")
    assert (sheeted.import_().code, book.tab("Videos").row(2)["status"]) == (0, "done")


def test_quotas_are_waited_for(open_sheeted: Open, google: Google) -> None:
    """Of every kind of request, however Google says it."""
    book, sheeted = launch(google), open_sheeted()
    for call in ("get", "values.get", "export", "values.update", "update"):
        google.fails(call, 429, times=2)
        google.fails(call, 503)
    ended = sheeted.import_()
    assert (ended.code, ended.codes, google.faults) == (0, [], [])
    assert book.tab("Videos").row(3)["status"] == "done"


def test_waiting_has_an_end(open_sheeted: Open, google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    """And then it is told."""
    monkeypatch.setattr(gspread_client, "PATIENCE", 0.2)
    launch(google)
    sheeted = open_sheeted()
    google.fails("values.update", 429, times=1000)
    ended = sheeted.import_()
    assert (ended.code, ended.codes) == (0, ["sheet_not_written"] * 2)
    assert "429" in ended.document["findings"][0]["message"]
    google.faults.clear()
    google.fails("values.update", 429, retry_after="3600")
    assert sheeted.import_().codes == ["sheet_not_written"]


def test_nothing_is_written_where_nothing_was_agreed(open_sheeted: Open, google: Google) -> None:
    """Neither by a dry run, nor by check and plan, nor without a yes."""
    book, sheeted = launch(google), open_sheeted()
    before = {tab.title: dict(tab.cells) for tab in book.tabs}
    sheeted.import_("--dry-run")
    sheeted.run("import", ADDRESS)
    sheeted.run("plan", ADDRESS)
    sheeted.run("check", ADDRESS)
    assert {tab.title: tab.cells for tab in book.tabs} == before
    assert google.count("values.update") + google.count("update") == 0


def test_large_tabs_are_written_in_parts(open_sheeted: Open, google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    """Values as many cells at a time as a request may hold."""
    from bulkportal.google_sheets import spreadsheet

    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 30)
    monkeypatch.setattr(spreadsheet, "MOST_FORMATS", 2)
    days = [video("spring", n, target_publish_date="never") for n in range(1, 21)]
    book, sheeted = launch(google, *days), open_sheeted()
    sheeted.import_()
    assert [book.tab("Videos").row(row)["status"] for row in range(2, 22)] == ["invalid"] * 20
    assert google.count("values.update") == 1 + 5
    assert all(sum(len(row) for part in body["data"] for row in part["values"]) <= 30 for body in google.bodies if "data" in body)


def test_what_a_cell_says_is_never_a_formula(open_sheeted: Open, google: Google) -> None:
    """A problem quotes the cell at fault."""
    book, sheeted = launch(google, video("spring", 1, target_publish_date='=HYPERLINK("http://x")'), video("spring", 2)), open_sheeted()
    sheeted.import_()
    assert all(body["valueInputOption"] == "RAW" for body in google.bodies if "data" in body)
    assert book.tab("Videos").row(2)["status"] == "invalid"


def test_the_account_is_a_secret(open_sheeted: Open, google: Google) -> None:
    """Its file is named, and nothing in it is said: not by config, not where it is broken, and no report takes its place."""
    launch(google)
    sheeted = open_sheeted()
    shown = sheeted.run("config", "show")
    place = next(row for row in shown.document["settings"] if row["name"] == "google_service_account")
    assert (place["value"], place["from"]) == (str(sheeted.account), "BULKPORTAL_GOOGLE_SERVICE_ACCOUNT")
    assert sheeted.desk.run("import", ADDRESS, "--yes", "--report", sheeted.account, BULKPORTAL_GOOGLE_SERVICE_ACCOUNT=str(sheeted.account)).code == 2
    said = json.loads(sheeted.account.read_text("utf-8"))
    for broken in ("{", "[]", json.dumps({**said, "private_key": "-----BEGIN s3cret"}), json.dumps({**said, "client_email": None})):
        sheeted.account.write_text(broken, "utf-8")
        ended = sheeted.import_()
        assert (ended.code, sheeted.desk.writes) == (2, 0), broken
        assert "s3cret" not in ended.out + ended.err
        assert str(sheeted.account) in ended.out
    sheeted.account.unlink()
    assert sheeted.import_().code == 2


def test_a_key_that_google_does_not_know_costs_nothing(open_sheeted: Open, google: Google) -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    launch(google)
    sheeted = open_sheeted()
    google.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    ended = sheeted.import_()
    assert (ended.code, sheeted.desk.writes) == (6, 0)
    assert "does not let the service account in" in ended.out


def test_without_the_extra_a_sentence_says_how_to_get_it(open_sheeted: Open, google: Google, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is sent."""
    import sys

    launch(google)
    sheeted = open_sheeted()
    monkeypatch.delitem(sys.modules, "bulkportal.google_sheets.spreadsheet", raising=False)
    monkeypatch.delitem(sys.modules, "bulkportal.google_sheets.gspread_client", raising=False)
    monkeypatch.setitem(sys.modules, "gspread", None)
    ended = sheeted.import_()
    assert (ended.code, sheeted.desk.writes) == (2, 0)
    assert "pip install '.[gsheets]'" in ended.out


def test_a_profile_names_the_account(open_sheeted: Open, google: Google) -> None:
    """From the folder of its own file."""
    book, sheeted = launch(google), open_sheeted()
    config = sheeted.desk.folder / "bulkportal.toml"
    config.write_text('[profiles.a]\ngoogle_service_account = "google.json"\n', "utf-8")
    told = {"BULKPORTAL_CONFIG": str(config), "BULKPORTAL_PROFILE": "a"}
    assert sheeted.desk.run("import", ADDRESS, "--yes", "--report", sheeted.report, **told).code == 0
    assert book.tab("Videos").row(2)["status"] == "done"


def test_an_interrupt_ends_the_waiting(google: Google, tmp_path: Path) -> None:
    """Nobody who stops a run waits for a quota: the request is not sent again."""
    from bulkportal.google_sheets import NotDone
    from bulkportal.google_sheets.spreadsheet import Spreadsheet

    launch(google)
    google.fails("get", 429, times=2, retry_after="100")
    with pytest.raises(NotDone, match="429"):
        Spreadsheet("1AbC", google.account(tmp_path / "a.json"), lambda: True).titles()
    assert google.count("get") == 1


@pytest.mark.parametrize("body", ["<html>", "{}", "[]"])
def test_an_answer_that_is_none_is_told_in_our_words(google: Google, tmp_path: Path, body: str) -> None:
    """A portal page of a hotel, say."""
    from bulkportal.google_sheets import NotDone
    from bulkportal.google_sheets.spreadsheet import Spreadsheet

    launch(google)
    google.garbled = body
    with pytest.raises(NotDone, match="could not be understood"):
        Spreadsheet("1AbC", google.account(tmp_path / "a.json")).read()


def approved(plan: Path) -> Path:
    """A plan workbook in which somebody has approved everything at once."""
    book = openpyxl.load_workbook(plan)
    book["Plan"]["B2"] = "yes"
    book.save(plan)
    return plan


def test_an_approved_plan_writes_back_too(open_sheeted: Open, google: Google) -> None:
    """The plan remembers how the sheet stood: a row that was edited since gets nothing; the results stand where an import puts them."""
    book, sheeted = launch(google), open_sheeted()
    plan, videos = sheeted.desk.folder / "plan.xlsx", book.tab("Videos")
    assert sheeted.desk.run("plan", ADDRESS, "-o", plan, BULKPORTAL_GOOGLE_SERVICE_ACCOUNT=str(sheeted.account)).code == 0
    assert google.count("values.update") == 0
    videos.cells[videos.place(2, "description")] = "Somebody else's words"
    width = len(videos.row(1))
    ended = sheeted.run("apply", approved(plan), "--yes")
    assert (ended.code, ended.codes) == (0, ["edited_meanwhile"]), ended.out
    assert (videos.row(2)["status"], videos.row(3)["status"]) == (None, "done")
    assert videos.place(1, "status") == (1, width + 1)
    assert book.tab("Bundles").row(2)["credits"] == ended.document["credits"]["charged"]
    again = sheeted.run("apply", plan, "--yes")
    assert (again.code, again.codes, videos.row(2)["status"], videos.place(1, "status")) == (0, ["edited_meanwhile"], None, (1, width + 1)), again.out
