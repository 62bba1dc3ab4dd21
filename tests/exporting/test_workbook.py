"""The exported workbook: columns, drop-downs by status, the hidden base copy, the files it will not overwrite."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from tests.conftest import KEY, Desk, OpenDesk
from tests.exporting.all_kinds import of_all_kinds
from tests.exporting.launches import ISSUE, account, bundle, video
from tests.exporting.looking import named, offered, rows, table

BASES = {BUNDLES: "_base_bundles", POSITIONS: "_base_videos"}


@pytest.mark.parametrize("catalogue", [BUNDLES, POSITIONS], ids=lambda catalogue: catalogue.sheet)
def test_every_column_stands_in_order_with_the_status_columns_beside(book: Workbook, catalogue: Catalogue) -> None:
    """Text, so that nothing is rewritten by a spreadsheet program; but for whole numbers, which are to be sorted and summed as such."""
    sheet = book[catalogue.sheet]
    assert [cell.value for cell in sheet[1]] == [*catalogue.names, *STATUS_COLUMNS]
    for field, column in zip(catalogue.fields, sheet.iter_cols(min_row=2, max_col=len(catalogue.fields)), strict=True):
        assert {cell.data_type for cell in column if cell.value is not None} <= {"n" if field.kind is Kind.INTEGER else "s"}, field.name
    assert all(row["result"] is None and row["action"] is None and row["message"] is None for row in rows(sheet))


@pytest.mark.parametrize("catalogue", [BUNDLES, POSITIONS], ids=lambda catalogue: catalogue.sheet)
def test_the_base_copy_holds_the_same_texts_out_of_sight(book: Workbook, catalogue: Catalogue) -> None:
    """At the same addresses; more only where the cell was left blank for a reason."""
    sheet, base = book[catalogue.sheet], book[BASES[catalogue]]
    assert base.sheet_state == "veryHidden"
    for line in sheet.iter_rows(max_col=len(catalogue.fields)):
        for cell in line:
            copy = base[cell.coordinate].value
            assert copy == (None if cell.value is None else str(cell.value)) or (cell.value is None and cell.comment is not None)


def test_the_base_copy_says_where_it_comes_from_and_nothing_about_who_asked(book: Workbook) -> None:
    """Schema, host, moment, run, version."""
    facts = {str(name): str(text) for name, text in book["_base"].iter_rows(values_only=True)}
    assert book["_base"].sheet_state == "veryHidden"
    assert list(facts) == ["schema", "platform", "taken_at", "run_id", "bulkportal"]
    assert (facts["schema"], facts["platform"]) == ("bulkportal.base/1", "127.0.0.1")
    assert not any(KEY in text or "@" in text for text in facts.values())


def test_actions_of_a_video_are_those_its_status_allows(book: Workbook) -> None:
    """Seed 000; what is finalized takes none, and neither does what is empty."""
    sheet = book["Videos"]
    wanted = {
        "pending": ("textLength", "0"),
        "configured": ("list", '"unschedule"'),
        "published": ("list", '"corrections"'),
        "accepted": ("list", '"finalize,corrections"'),
        "in_review": ("list", '"finalize"'),
        "finalized": ("textLength", "0"),
    }
    letter = openpyxl.utils.get_column_letter(POSITIONS.names.index("action") + 1)
    for number, row in enumerate(rows(sheet), start=2):
        if not (row["problem"] and ISSUE in str(row["problem"])):
            assert offered(sheet, f"{letter}{number}") == [wanted[str(row["status"])]]
    flagged = [number for number, row in enumerate(rows(sheet), start=2) if row["bundle"] == "nova-flagged"]
    assert offered(sheet, f"{letter}{flagged[0]}") == [("list", '"unschedule,fix-download"')]
    assert offered(sheet, f"{letter}{sheet.max_row + 1}") == [("list", f'"{",".join(POSITIONS["action"].choices)}"')]


def test_actions_of_a_bundle_are_those_its_status_allows(book: Workbook) -> None:
    """Seed 002, and the account's status for what is done with accounts."""
    sheet = book["Bundles"]
    letter = openpyxl.utils.get_column_letter(BUNDLES.names.index("action") + 1)
    found = {row["bundle"]: offered(sheet, f"{letter}{number}") for number, row in enumerate(rows(sheet), start=2)}
    assert found["acme-pending_setup"] == [("list", '"publish"')]
    assert found["lumen/published"] == [("list", '"unpublish"')]
    assert found["acme-published"] == [("list", '"unpublish,publish-videos"')]
    assert found["lumen/accepted"] == [("list", '"finalize-account,account-corrections"')]
    assert found["lumen/completed"] == found["volta-completed"] == [("textLength", "0")]


def test_the_other_drop_downs_are_those_of_the_template(book: Workbook) -> None:
    """They reach as far as the rows do, and further."""
    sheet = book["Videos"]
    letter = openpyxl.utils.get_column_letter(POSITIONS.names.index("video_type") + 1)
    for number in (2, sheet.max_row, sheet.max_row + 900):
        assert offered(sheet, f"{letter}{number}") == [("list", '"video,carousel"')]


def test_a_flag_is_a_problem_with_a_next_step(book: Workbook) -> None:
    """In the video's row with the manager's words, in the bundle's row with the positions."""
    first, second, _ = named(book, "Videos", "nova-flagged")
    assert (first["problem"], second["problem"]) == (ISSUE, None)
    assert "fix-download" in str(first["next_step"])
    (whole,) = named(book, "Bundles", "nova-flagged")
    assert "position 1, 3" in str(whole["problem"])
    assert whole["credits"] == 40


def test_download_issues_are_the_flagged_rows_with_a_blank_to_fill(full: Desk) -> None:
    """The manager's words, an empty link, and fix-download, chosen already, as the only offer."""
    path = full.folder / "fixes.xlsx"
    assert full.run("export", "-o", path, "--download-issues").code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["Videos"]
    found = rows(sheet)
    assert [(row["bundle"], row["position"], row["problem"]) for row in found] == [("nova-flagged", 1, ISSUE), ("nova-flagged", 3, ISSUE)]
    assert all(row["video"] is None and row["carousel_images"] is None and row["action"] == "fix-download" for row in found)
    letter = openpyxl.utils.get_column_letter(POSITIONS.names.index("action") + 1)
    assert offered(sheet, f"{letter}2") == [("list", '"fix-download"')]
    assert "Bundles" not in book.sheetnames


@pytest.mark.parametrize("how", [("fixes.xlsx",), ("fixes", "--csv")])
def test_without_a_flag_there_is_no_sheet_to_fill_in(desk: Desk, how: tuple[str, ...]) -> None:
    """A kind word, and no file that looks as if there were something to do."""
    ended = desk.run("export", "--download-issues", "-o", desk.folder / how[0], *how[1:])
    assert (ended.code, ended.document["files"], ended.document["videos"]) == (0, [], 0)
    assert "No video is flagged" in ended.err
    assert not (desk.folder / how[0]).exists()


def test_a_file_that_is_there_is_not_overwritten(full: Desk) -> None:
    """Someone may have edited it; nothing is asked of the platform before that is clear."""
    path = full.folder / "launch.xlsx"
    path.write_text("mine")
    before = len(full.state.journal.writes)
    ended = full.run("export", "-o", path)
    assert (ended.code, path.read_text(), len(full.state.journal.writes)) == (2, "mine", before)
    assert "--force" in ended.err
    assert full.run("export", "-o", path, "--force", "--ref", "nova-empty").code == 0


@pytest.mark.parametrize("name", ["launch.html", "launch", "launch.csv"])
def test_another_ending_is_refused(full: Desk, name: str) -> None:
    """With the endings that there are."""
    ended = full.run("export", "-o", full.folder / name)
    assert ended.code == 2
    assert ".xlsx" in ended.err


def test_csv_guards_formulas(full: Desk) -> None:
    """Reading takes the guard off again, as the round trip shows."""
    full.run("export", "-o", full.folder / "launch", "--csv", "--ref", "nova-hostile")
    captions = [row["description"] for row in table(full.folder / "launch" / "videos.csv")]
    assert captions[0] == "'=1+1"
    assert not any(caption.startswith(("=", "+", "-", "@")) for caption in captions)


def test_a_reference_of_several_bundles_names_none_of_them(open_desk: OpenDesk) -> None:
    """Each row goes by its id and says why."""
    desk = open_desk(data={"bundles": [bundle(name, account=account(1), videos=[video(1)]) for name in ("twin-1", "twin-2")]})
    for one in desk.state.books.bundles.values():
        one.external_ref = "twin"
    path = desk.folder / "launch.xlsx"
    assert desk.run("export", "-o", path).code == 0
    found = rows(openpyxl.load_workbook(path)["Bundles"])
    assert [(row["bundle"], row["bundle_id"]) for row in found] == [(None, "bnd_twin-2"), (None, "bnd_twin-1")]
    comment = openpyxl.load_workbook(path)["Bundles"]["A2"].comment
    assert comment is not None
    assert "Several bundles have the reference twin" in comment.text


def test_nothing_at_all_is_still_a_workbook(desk: Desk) -> None:
    """Headers and drop-downs, no rows."""
    path = desk.folder / "launch.xlsx"
    assert desk.run("export", "-o", path).document["bundles"] == 0
    assert desk.run("check", path).rows == {}


def test_an_export_asks_for_nothing_twice(open_desk: OpenDesk) -> None:
    """A page for each hundred, and for each bundle its slots, its account if one is set, and each slot with content."""
    desk = open_desk(data=of_all_kinds(120))
    ended = desk.run("export", "-o", desk.folder / "all.xlsx")
    bundles = list(desk.state.books.bundles.values())
    accounts = sum(one.account is not None for one in bundles)
    slots = sum(bool(one.slots) for one in bundles)
    assert ended.document["requests"]["total"] == 2 + accounts + slots + ended.document["videos"]
    assert "120 of 120 steps" in ended.err


def test_the_export_of_many_reads_all_pages(open_desk: OpenDesk) -> None:
    """150 bundles are two pages; each is asked for its account and its slots once, and for nothing else."""
    many = [bundle(f"many-{number:03}", account=account(number), videos_quantity=1) for number in range(150)]
    desk = open_desk(data={"bundles": many})
    ended = desk.run("export", "-o", desk.folder / "all", "--csv")
    assert ended.document["bundles"] == 150
    assert ended.document["empty_slots"] == 150
    assert ended.document["requests"]["total"] == 2 + 2 * 150
    assert len({row["bundle"] for row in table(Path(ended.document["files"][0]))}) == 150
