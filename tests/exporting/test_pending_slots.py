"""A slot that is paid for and empty is a row of an export: left alone it asks for nothing, filled in it is filled."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest

from bulkportal.plan import diff
from bulkportal.plan.desired import Wanted
from bulkportal.portal.remote import RemotePosition
from bulkportal.sheets.table import RowAddress
from bulkportal.simulator.records import VideoSlot
from tests.conftest import NOBODY, SAMPLES, Desk, Ended, OpenDesk
from tests.conftest import bundle as new_bundle
from tests.conftest import video as new_video
from tests.exporting.launches import account, bundle, video
from tests.exporting.looking import rows, table

CONTENT: Mapping[str, str] = {
    "video_type": "video",
    "video": "https://cdn.example.com/new.mp4",
    "description": "The last dish",
    "target_publish_date": "2031-06-01",
}
ENCORE = {**CONTENT, "name": "Encore", "video": "https://cdn.example.com/encore.mp4", "description": "One more"}
MISSING = {"video_type": "video_type_missing", "description": "description_missing", "target_publish_date": "publish_date_missing"}
FORMS = pytest.mark.parametrize("form", ["workbook", "folder"])
CALLED = {"name": "Finale", "external_ref": "ref-2"}


@pytest.fixture
def spring(open_desk: OpenDesk) -> Desk:
    """A bundle of four slots: one filled, one called something, of a type that nobody has chosen, and two as they were bought."""
    called = {"position": 2, "status": "pending", "video_type": "carousel", **CALLED}
    slots = [video(1, target_publish_date="2031-05-01"), called]
    return open_desk(data={"bundles": [bundle("spring", account=account(1), videos=slots, videos_quantity=4)]})


@pytest.fixture
def bare(open_desk: OpenDesk) -> Desk:
    """A bundle of three slots that nothing fills."""
    return open_desk(data={"bundles": [bundle("spring", account=account(1), videos_quantity=3)]})


def exported(desk: Desk, form: str, *options: str) -> Path:
    """The platform as a workbook or as a folder of CSV files."""
    path = desk.folder / ("mine" if form == "folder" else "mine.xlsx")
    ended = desk.run("export", "-o", path, *options, *(["--csv"] if form == "folder" else []))
    assert ended.code == 0, ended.err
    return path


def edit(path: Path, position: int, *, sheet: str = "Videos", **cells: str) -> Path:
    """Write into cells of the row of a position (of a line, on another sheet), by their headers."""
    if path.is_dir():
        file = path / f"{sheet.lower()}.csv"
        lines = table(file)
        line = next(line for line in lines if line["position"] == str(position)) if sheet == "Videos" else lines[position - 1]
        line.update(cells)
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(line))
            writer.writeheader()
            writer.writerows(lines)
        return path
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    columns = {str(cell.value): cell.column for cell in page[1]}
    number = next(n for n, row in enumerate(rows(page), 2) if row["position"] == position) if sheet == "Videos" else position + 1
    for name, text in cells.items():
        page.cell(number, columns[name]).value = text
    book.save(path)
    return path


def slots(desk: Desk) -> list[VideoSlot]:
    """The slots of the one bundle."""
    return desk.bundles["spring"].slots


def told(ended: Ended) -> list[tuple[int, str, str]]:
    """Where a finding is and what it is: the row, the column, the code."""
    return [(finding["row"], finding["column"], finding["code"]) for finding in ended.document["findings"]]


def videos(path: Path) -> list[dict[str, object]]:
    """The rows of videos of a workbook, without what is blank."""
    return [{name: value for name, value in row.items() if value is not None} for row in rows(openpyxl.load_workbook(path)["Videos"])]


def test_an_empty_slot_is_a_row_with_what_it_is_called(spring: Desk) -> None:
    """In its place among the others; no type, since nobody has chosen one, and nothing that would have to be explained."""
    found = videos(exported(spring, "workbook"))
    assert [(row["position"], row["status"]) for row in found] == [(1, "configured"), (2, "pending"), (3, "pending"), (4, "pending")]
    key = {"bundle": "spring", "bundle_id": "bnd_spring"}
    step = {"status": "pending", "next_step": "Fill in this row: its slot is paid for, and empty."}
    assert found[1:3] == [{**key, "position": 2, **CALLED, **step}, {**key, "position": 3, "name": "Video 3", **step}]


@FORMS
def test_left_alone_it_asks_for_nothing(spring: Desk, form: str) -> None:
    """Offline, in a plan and in an import, with the base copy and without; in an import with nothing remembered as well."""
    path = exported(spring, form)
    ways = [(path,)] if form == "workbook" else [(path,), (path / "bundles.csv", path / "videos.csv"), (path / "videos.csv",)]
    for files in ways:
        checked = spring.run("check", *files)
        assert (checked.code, [code for code in checked.codes if code != "bundle_not_checked"]) == (0, [])
        ended = spring.import_(*files)
        assert (ended.code, ended.codes, ended.document["operations"], spring.writes) == (0, [], [], 0)
        assert ended.rows == {"total": 5 if len(files) == 2 or files[0] == path else 4, "unchanged": ended.rows["total"]}


@FORMS
def test_filled_in_it_is_filled_and_keeps_what_it_is_called(spring: Desk, form: str) -> None:
    """Those slots and no other, for no credits; once, also where another workplace imports the same file."""
    path = edit(edit(exported(spring, form), 2, **CONTENT), 4, **ENCORE)
    before = spring.balance
    ended = spring.import_(path)
    assert (ended.code, ended.codes, ended.rows) == (0, [], {"total": 5, "done": 2, "unchanged": 3})
    assert [operation["kind"] for operation in ended.document["operations"]] == ["configure_positions"]
    assert ended.document["credits"]["charged"] == 0 and spring.balance == before
    there = [(slot.status, slot.name, slot.external_ref, slot.content.get("description")) for slot in slots(spring)]
    assert there[1:] == [
        ("configured", "Finale", "ref-2", "The last dish"),
        ("pending", "Video 3", None, None),
        ("configured", "Encore", None, "One more"),
    ]
    sent = spring.writes
    for more in ({}, {"BULKPORTAL_HOME": str(spring.folder / "another")}):
        again = spring.import_(path, **more)
        assert (again.code, again.codes, again.rows, spring.writes) == (0, [], {"total": 5, "unchanged": 5}, sent)


def test_a_name_that_no_cell_can_hold_is_kept_too(open_desk: OpenDesk) -> None:
    """The cell is blank and says why; what fills the slot leaves the name."""
    desk = open_desk(data={"bundles": [bundle("spring", account=account(1), videos=[{"position": 1, "status": "pending", "name": "(clear)"}])]})
    path = exported(desk, "workbook")
    (row,) = videos(path)
    assert "name" not in row and "name" in str(row["problem"])
    assert desk.import_(path).rows == {"total": 2, "unchanged": 2}
    assert desk.import_(edit(path, 1, **CONTENT)).code == 0
    assert (slots(desk)[0].status, slots(desk)[0].name) == ("configured", "(clear)")


def test_a_name_that_is_taken_off_goes_while_the_slot_is_filled(spring: Desk) -> None:
    """Then the platform's own stands; the reference stays."""
    assert spring.import_(edit(exported(spring, "workbook"), 2, **CONTENT, name="(clear)")).code == 0
    assert (slots(spring)[1].name, slots(spring)[1].external_ref) == ("Video 2", "ref-2")


@FORMS
def test_filled_in_half_it_lacks_the_rest_at_its_cells(spring: Desk, form: str) -> None:
    """Offline as well: the export says that nothing is there. The row beside it lacks nothing, and nothing is sent."""
    path = edit(exported(spring, form), 3, description="Words alone")
    wanted = [(4, name, code) for name, code in MISSING.items() if name != "description"]
    assert told(spring.run("check", path)) == wanted
    ended = spring.import_(path)
    assert (ended.code, told(ended), ended.rows, spring.writes) == (4, wanted, {"total": 5, "invalid": 1, "unchanged": 4}, 0)


def test_what_the_network_needs_is_missing_offline_too(open_desk: OpenDesk) -> None:
    """The export knows on which platform the bundle is, and that cannot change."""
    desk = open_desk(data={"bundles": [bundle("spring", platform="instagram", account=account(1), videos_quantity=2)]})
    path = edit(exported(desk, "workbook"), 2, **CONTENT)
    for command in ("check", "plan"):
        assert told(desk.run(command, path)) == [(3, "instagram_content_type", "instagram_content_type_missing")]


def test_a_cell_that_cannot_be_read_is_no_blank_one(spring: Desk) -> None:
    """All that is wrong with the row is told at once."""
    ended = spring.import_(edit(exported(spring, "workbook"), 3, target_publish_date="some day"))
    assert {(row, column) for row, column, _ in told(ended)} == {(4, "target_publish_date"), (4, "video_type"), (4, "description")}
    assert spring.writes == 0


@FORMS
def test_another_name_alone_is_a_patch_and_fills_nothing(spring: Desk, form: str) -> None:
    """Whatever is said of empty slots is said all the same."""
    path = edit(exported(spring, form), 2, name="Prologue", external_ref="(clear)")
    path = edit(path, 1, sheet="Bundles", publish="yes")
    checked = spring.run("check", path)
    assert (checked.code, checked.codes) == (0, [])
    ended = spring.run("plan", path)
    assert [operation["kind"] for operation in ended.document["operations"]] == ["update_position", "publish"]
    assert ended.codes == ["slots_unfilled"] and "1 filled, 3 left empty (30 credits)" in ended.document["findings"][0]["message"]
    assert spring.import_(path).code == 0
    assert spring.executed("PATCH /bundles/{id}/videos/{position}") and not spring.executed("PUT /bundles/{id}/videos/batch")
    assert (slots(spring)[1].status, slots(spring)[1].name, slots(spring)[1].external_ref) == ("pending", "Prologue", None)
    assert spring.import_(path).rows == {"total": 5, "unchanged": 5}


@FORMS
def test_rows_that_are_empty_hide_nothing_that_money_hangs_on(bare: Desk, form: str) -> None:
    """Publishing with nothing in it is an error, offline and online, also where the base copy is not there or only names were written."""
    path = edit(exported(bare, form), 1, sheet="Bundles", publish="yes")
    for more in ({}, {"name": "Prologue"}):
        edit(path, 1, **more)
        for files in [(path,)] if form == "workbook" else [(path,), (path / "bundles.csv", path / "videos.csv")]:
            assert told(bare.run("check", *files)) == [(2, "publish", "publish_without_videos")]
            ended = bare.import_(*files)
            assert (ended.code, bare.writes) == (4, 0)
            assert "publish_without_videos" in ended.codes


@FORMS
def test_what_stays_empty_beside_a_slot_that_is_filled_is_told_with_its_price(bare: Desk, form: str) -> None:
    """And keeps nothing back."""
    path = edit(edit(exported(bare, form), 1, sheet="Bundles", publish="yes"), 2, **CONTENT)
    assert bare.run("check", path).code == 0
    ended = bare.import_(path)
    assert (ended.code, ended.codes, bare.bundles["spring"].status) == (0, ["slots_unfilled"], "published")
    assert "1 filled, 2 left empty (20 credits)" in ended.document["findings"][0]["message"]


def test_an_empty_row_that_waits_fills_nothing_either(bare: Desk) -> None:
    """Its team holds it; the slot is as empty as the others."""
    path = edit(edit(exported(bare, "folder"), 1, sheet="Bundles", publish="yes"), 2, **CONTENT)
    (doubt,) = [f for f in bare.run("plan", edit(path, 3, status="on hold")).document["findings"] if f["code"] == "slots_unfilled"]
    assert "1 filled, 2 left empty" in doubt["message"]


def test_rows_that_are_empty_do_not_thin_out_what_would_change(open_desk: OpenDesk) -> None:
    """A column that was moved by itself is doubted as it is without them."""
    there = [video(number, target_publish_date=f"2031-05-{number:02}") for number in range(1, 25)]
    desk = open_desk(data={"bundles": [bundle("spring", account=account(1), videos=there, videos_quantity=48)]})
    path = exported(desk, "workbook")
    book = openpyxl.load_workbook(path)
    page = book["Videos"]
    column = next(cell.column for cell in page[1] if cell.value == "description")
    for number in range(2, 26):
        page.cell(number, column).value = f"Dish {number} #food"
    book.save(path)
    (doubt,) = [f for f in desk.run("plan", path).document["findings"] if f["code"] == "nearly_all_rows_change"]
    assert "24 of the 25 rows" in doubt["message"]


def test_a_slot_is_read_by_itself_where_the_list_does_not_say_what_it_is_called() -> None:
    """Or what fills it would take its name and its reference away; a row that asks for nothing needs neither."""
    row = Wanted(row=RowAddress(file="a.csv", sheet="Videos", row=2), values={}, clear=frozenset(), media={})
    filled = replace(row, values={"description": "Words"})
    untold, said = (RemotePosition(position=2, status="pending", values=values) for values in ({"name": "Finale"}, CALLED))
    assert (diff.needs_detail(filled, untold, None), diff.needs_detail(filled, said, None), diff.needs_detail(row, untold, None)) == (
        True,
        False,
        False,
    )
    assert diff.slot_body(filled, said) == {**CALLED, "description": "Words"}


def test_rows_of_videos_and_of_empty_slots_are_counted_apart(spring: Desk) -> None:
    """Together they are the rows of the sheet."""
    ended = spring.run("export", "-o", spring.folder / "one.xlsx")
    assert (ended.document["bundles"], ended.document["videos"], ended.document["empty_slots"]) == (1, 1, 3)
    assert ended.document["requests"]["total"] == 4, "an empty slot was read by itself"
    assert "1 bundle, 1 video, 3 empty slots." in ended.err


@pytest.mark.parametrize(
    ("options", "positions"),
    [
        (("--from", "2031-01-01"), [1]),
        (("--text", "title of spring"), [1, 2, 3, 4]),
        (("--text", "#food"), [1]),
        (("--text", "REF-2"), [2]),
        (("--text", "title", "--to", "2031-12-31"), [1]),
    ],
)
def test_a_filter_wants_an_empty_slot_by_what_it_is_called(spring: Desk, options: tuple[str, ...], positions: list[int]) -> None:
    """It has no day; the bundle tells all that are empty in any case."""
    folder = exported(spring, "folder", *options)
    assert [row["position"] for row in table(folder / "videos.csv")] == [str(position) for position in positions]
    assert "3 of 4 video slots are empty." in table(folder / "bundles.csv")[0]["next_step"]
    assert spring.import_(folder).rows == {"total": 1 + len(positions), "unchanged": 1 + len(positions)}


@pytest.mark.parametrize("status", ["completed", "cancelled", "archived"])
def test_what_nobody_can_fill_any_more_has_no_row(open_desk: OpenDesk, status: str) -> None:
    """Its bundle says that it is empty."""
    desk = open_desk(data={"bundles": [bundle("spring", status=status, account=account(1), videos=[video(1)], videos_quantity=2)]})
    folder = exported(desk, "folder")
    assert [row["position"] for row in table(folder / "videos.csv")] == ["1"]
    assert "1 of 2 video slots is empty." in table(folder / "bundles.csv")[0]["next_step"]


def by_hand(desk: Desk, method: str, place: int | str, **body: Any) -> None:
    """Somebody else changes a slot on the platform."""
    url = f"{desk.base_url}/bundles/bnd_spring/videos/{place}"
    httpx.request(method, url, json=body, headers={"X-API-Key": "tok_live_by_hand"}, trust_env=False, verify=NOBODY).raise_for_status()


FILLED = {"video_type": "video", "video_url": "https://cdn.example.com/theirs.mp4", "description": "Theirs", "target_publish_date": "2031-07-01"}


def test_a_slot_that_somebody_else_has_filled_is_not_filled_over(spring: Desk) -> None:
    """Left alone, the row asks for nothing; filled in, it is a conflict."""
    path = exported(spring, "workbook")
    by_hand(spring, "PUT", 2, **FILLED)
    sent = spring.writes
    assert spring.import_(path).rows == {"total": 5, "unchanged": 5}
    ended = spring.import_(edit(path, 2, **CONTENT))
    assert (ended.code, set(ended.codes), spring.writes) == (4, {"conflict"}, sent)
    assert slots(spring)[1].content["description"] == "Theirs"


def test_of_an_empty_slot_only_its_names_can_be_in_conflict(spring: Desk) -> None:
    """The name that somebody else gave it stays; where both gave one, that is the conflict, and no other cell is."""
    path = edit(exported(spring, "workbook"), 2, **CONTENT)
    by_hand(spring, "PATCH", 2, name="Their name")
    ended = spring.run("plan", edit(path, 2, name="My name"))
    assert told(ended) == [(3, "name", "conflict")]
    assert all(words in ended.document["findings"][0]["message"] for words in ("Base: Finale", "Yours: My name", "Theirs: Their name"))
    assert spring.import_(edit(path, 2, name="Finale")).code == 0
    assert (slots(spring)[1].status, slots(spring)[1].name, slots(spring)[1].external_ref) == ("configured", "Their name", "ref-2")


def test_a_slot_that_was_emptied_is_filled_in_a_new_export(spring: Desk) -> None:
    """The row of the old one waits, as before; that of the new one is blank, and filled in like any other."""
    old = exported(spring, "workbook")
    by_hand(spring, "POST", "1/unschedule")
    assert "slot_emptied" in spring.import_(old).codes
    new = exported(spring, "folder")
    assert spring.import_(new).rows == {"total": 5, "unchanged": 5}
    ended = spring.import_(edit(new, 1, **CONTENT))
    assert (ended.code, ended.rows) == (0, {"total": 5, "done": 1, "unchanged": 4})


def test_its_file_may_lie_in_its_place(bare: Desk) -> None:
    """As for a video of a new launch, none is named."""
    place = bare.folder / "mine" / "media" / "spring" / "2.mp4"
    path = edit(exported(bare, "folder"), 2, **{name: text for name, text in CONTENT.items() if name != "video"})
    place.parent.mkdir(parents=True)
    shutil.copy(SAMPLES / "media" / "clip-1.mp4", place)
    ended = bare.import_(path)
    assert (ended.code, [code for code in ended.codes if code.endswith("missing")]) == (0, []), ended.err
    assert slots(bare)[1].content["video_url"]


def test_a_row_of_a_launch_that_lacks_everything_stays_wrong(desk: Desk) -> None:
    """On the second day the slot is there and empty; the row is the same, and the bundle is not published without it."""
    launch = desk.sheets("launch", bundles=[new_bundle("spring")], videos=[new_video("spring", 1), {"bundle": "spring", "position": 2}])
    for _ in range(2):
        ended = desk.import_(launch)
        assert ended.code == 4 and set(MISSING.values()) <= set(ended.codes)
        assert desk.bundles["spring"].status == "pending_setup"


def test_a_sheet_whose_contents_are_not_understood_is_not_taken_for_empty(bare: Desk) -> None:
    """Silence would be the worst answer to headers in a language that is not known here."""
    row = {"bundle": "spring", "bundle_id": "bnd_spring", "position": 1, "Fayl": "https://cdn.example.com/1.mp4", "Matn": "Palov"}
    ended = bare.import_(bare.sheets("own", videos=[row]))
    assert ended.code == 4 and set(MISSING.values()) <= set(ended.codes)
    named = bare.sheets("names", videos=[{"bundle": "spring", "position": 1, "name": "Prologue"}])
    assert bare.import_(named).rows == {"total": 1, "done": 1}
    assert (slots(bare)[0].status, slots(bare)[0].name) == ("pending", "Prologue")
