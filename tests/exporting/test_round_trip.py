"""Importing an export plans nothing, whatever the platform holds (law 5)."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, Ended, OpenDesk
from tests.exporting.launches import BUNDLE_STATUSES, HOSTILE, SLOT_STATUSES, account, bundle, launches, video
from tests.exporting.looking import named, rows


def assert_nothing_planned(ended: Ended) -> None:
    errors = [finding for finding in ended.document["findings"] if finding["severity"] == "error"]
    assert (ended.code, ended.document["operations"], errors) == (0, [], []), ended.err
    assert ended.rows["unchanged"] == ended.rows["total"] > 0


def test_a_workbook_comes_back_without_a_plan(full: Desk, exported: Path) -> None:
    """Every type and status, past dates, flags, accounts in review, hostile words."""
    assert_nothing_planned(full.run("plan", exported, "--detailed-exitcode"))


def test_a_folder_comes_back_without_a_plan(full: Desk) -> None:
    """CSV too, with its base copy and without: then every cell must read back as what the platform has."""
    ended = full.run("export", "-o", full.folder / "launch", "--csv")
    assert ended.code == 0
    names = [Path(file).name for file in ended.document["files"]]
    assert names == ["bundles.csv", "videos.csv", "_base.csv", "_base_bundles.csv", "_base_videos.csv"]
    folder = full.folder / "launch"
    planned = full.run("plan", folder, "--detailed-exitcode")
    assert_nothing_planned(planned)
    assert planned.document["files"] == ["bundles.csv", "videos.csv"]
    assert_nothing_planned(full.run("plan", folder / "bundles.csv", folder / "videos.csv", "--detailed-exitcode"))


@pytest.mark.parametrize("option", [(), ("--csv",)], ids=["workbook", "csv"])
def test_the_download_issues_come_back_without_a_plan(full: Desk, option: tuple[str, ...]) -> None:
    """Until someone has filled in a link, nothing is asked for."""
    target = full.folder / ("fixes" if option else "fixes.xlsx")
    assert full.run("export", "-o", target, "--download-issues", *option).document["videos"] == 2
    assert_nothing_planned(full.run("plan", target, "--detailed-exitcode"))


def test_a_truly_imported_export_sends_no_write(open_desk: OpenDesk) -> None:
    """Not only the plan: the import itself."""
    desk = open_desk(data=launches())
    desk.run("export", "-o", desk.folder / "launch.xlsx")
    ended = desk.import_(desk.folder / "launch.xlsx")
    assert (ended.code, desk.writes) == (0, 0)


def test_a_left_out_value_is_in_the_base_copy(open_desk: OpenDesk) -> None:
    """A picture that the platform keeps under its own path is blank and told; a later edit of it is no conflict."""
    desk = open_desk(data={"bundles": [bundle("nova-01", account=account(1, profile_picture_url="images/own.jpg"), videos=[video(1)])]})
    path = desk.folder / "launch.xlsx"
    assert desk.run("export", "-o", path).code == 0
    book = openpyxl.load_workbook(path)
    (place,) = [cell.coordinate for cell in book["Bundles"][1] if cell.value == "profile_picture"]
    place = place.replace("1", "2")
    cell = book["Bundles"][place]
    assert (cell.value, book["_base_bundles"][place].value) == (None, "images/own.jpg")
    assert cell.comment is not None
    assert "file of its own" in cell.comment.text
    cell.value = "https://cdn.example.com/other.jpg"
    book.save(path)
    assert desk.run("plan", path).codes == []


def test_an_edited_caption_is_one_operation(open_desk: OpenDesk) -> None:
    """What the round trip is for."""
    desk = open_desk(data={"bundles": [bundle("nova-01", account=account(1), videos=[video(1), video(2, target_publish_date="2031-05-01")])]})
    path = desk.folder / "launch.xlsx"
    desk.run("export", "-o", path)
    book = openpyxl.load_workbook(path)
    columns = {cell.value: cell.column for cell in book["Videos"][1]}
    book["Videos"].cell(3, columns["description"], "A new caption")
    book.save(path)
    assert desk.import_(path).code == 0
    assert desk.bundles["nova-01"].slots[1].content["description"] == "A new caption"


def test_hostile_words_are_whole_or_left_out_and_told(book: openpyxl.Workbook) -> None:
    """A cell holds the caption exactly or not at all; in the end every caption is accounted for."""
    found = named(book, "Videos", "nova-hostile")
    assert len(found) == len(HOSTILE)
    for row, words in zip(found, HOSTILE, strict=True):
        if row["description"] is None:
            assert "description" in str(row["problem"])
        else:
            assert row["description"] == words.replace("\r\n", "\n")
    whole = {row["description"] for row in found}
    assert {"=1+1", "@handle and #tag", "007", "'=quoted", "'tis the season"} <= whole
    left = {words for row, words in zip(found, HOSTILE, strict=True) if row["description"] is None}
    assert left == {"#N/A", "1E+15", "(clear)", "_x0041_ coded", "x" * 40_000}


def test_no_cell_is_a_formula(book: openpyxl.Workbook) -> None:
    """Whatever a caption begins with."""
    kinds = {cell.data_type for sheet in book for line in sheet.iter_rows() for cell in line}
    assert "f" not in kinds


def test_both_names_of_a_bundle_are_filled_in(book: openpyxl.Workbook) -> None:
    """A nameless bundle goes by its id alone."""
    for row in rows(book["Bundles"]):
        assert row["bundle_id"]
        assert row["bundle"] or row["bundle_id"] == "bnd_nameless"
    assert all(row["bundle_id"] and row["position"] for row in rows(book["Videos"]))


def test_every_status_is_there_and_pending_slots_are_rows_to_fill_in(book: openpyxl.Workbook) -> None:
    """With no content; their bundle says how many there are."""
    assert {row["status"] for row in rows(book["Bundles"])} == set(BUNDLE_STATUSES)
    assert {row["status"] for row in rows(book["Videos"])} == {"pending", *SLOT_STATUSES}
    assert [(row["position"], row["name"], row["video_type"]) for row in named(book, "Videos", "nova-empty")] == [
        (number, f"Video {number}", None) for number in (1, 2, 3)
    ]
    (empty,) = named(book, "Bundles", "nova-empty")
    assert "3 of 3 video slots are empty." in str(empty["next_step"])
    assert "Configure the account" in str(empty["next_step"])


def test_twins_under_one_reference_are_told_apart_by_their_ids(open_desk: OpenDesk) -> None:
    """An edit of one goes to that one."""
    date = {"target_publish_date": "2031-05-01"}
    desk = open_desk(data={"bundles": [bundle(name, account=account(1), videos=[video(1, **date)]) for name in ("twin-1", "twin-2")]})
    for one in desk.state.books.bundles.values():
        one.external_ref = "twin"
    desk.run("export", "-o", desk.folder / "launch", "--csv")
    videos = desk.folder / "launch" / "videos.csv"
    lines = videos.read_text("utf-8").splitlines()
    edited = [line.replace("Dish 1 #food", "Another dish") if "bnd_twin-2" in line else line for line in lines]
    videos.write_text("\n".join(edited), "utf-8")
    ended = desk.import_(desk.folder / "launch")
    assert (ended.code, ended.rows) == (0, {"total": 4, "done": 1, "unchanged": 3}), ended.err
    captions = {one.id: one.slots[0].content["description"] for one in desk.state.books.bundles.values()}
    assert captions == {"bnd_twin-1": "Dish 1 #food", "bnd_twin-2": "Another dish"}


@pytest.mark.parametrize("files", [[""], ["bundles.csv", "videos.csv"]], ids=["with base copy", "without"])
def test_only_what_was_edited_is_judged(open_desk: OpenDesk, files: list[str]) -> None:
    """The platform holds a biography that our rules forbid: not blamed where it stands, blamed where somebody wrote it."""
    data = [bundle(f"nova-{number}", account=account(number, biography=f"{number}" * 100), videos=[video(1)]) for number in (1, 2)]
    desk = open_desk(data={"bundles": data})
    folder = desk.folder / "launch"
    desk.run("export", "-o", folder, "--csv")
    bundles = folder / "bundles.csv"
    bundles.write_text(bundles.read_text("utf-8").replace("2" * 100, "3" * 100), "utf-8")
    ended = desk.run("plan", *(folder / file for file in files))
    assert [(f["code"], f["value"]) for f in ended.document["findings"] if f["severity"] == "error"] == [("text_too_long", "3" * 100)]


def test_a_link_on_another_host_is_an_edit_in_an_exported_sheet(open_desk: OpenDesk) -> None:
    """Without any memory, and without the base copy, as when a sheet was saved as CSV."""
    desk = open_desk(data={"bundles": [bundle("nova-1", account=account(1), videos=[video(1, target_publish_date="2031-05-01")])]})
    desk.run("export", "-o", desk.folder / "launch", "--csv")
    videos = desk.folder / "launch" / "videos.csv"
    videos.write_text(videos.read_text("utf-8").replace("https://cdn.example.com/1.mp4", "https://other.example.org/1.mp4"), "utf-8")
    ended = desk.import_(videos)
    assert (ended.code, ended.rows) == (0, {"total": 1, "done": 1}), ended.err
    assert "/_storage/" in str(desk.bundles["nova-1"].slots[0].content["video_url"])  # the copy that the platform made of it
    assert desk.import_(videos).rows == {"total": 1, "unchanged": 1}
