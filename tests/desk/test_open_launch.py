"""What is edited on the desk is what a file with those cells would be: for the check, for the corrected copy, and after a crash."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bulkportal.check.findings import Finding
from bulkportal.desk import open_launch
from bulkportal.desk.open_launch import OpenLaunch, WantedCell
from bulkportal.pipeline import Job, check
from bulkportal.pipeline.editing import Editing
from tests.conftest import PATIENCE, SAMPLES, Desk, bundle, video
from tests.desk import broken
from tests.desk.conftest import OURS, Page
from tests.desk.parts import parts_of

Enter = Callable[..., Page]
TEXTS = (
    "",
    "  ",
    "2030-05-06",
    "03/04/2030",
    "tiktok",
    "TikTok",
    "spring-01",
    "=1+1",
    "'",
    '"quoted"',
    "two\nlines",
    "ünï 🌞",
    "  blank ends ",
    "yes",
    "7",
)


@pytest.fixture
def opened(launch: Path) -> Iterator[OpenLaunch]:
    found = put_on_desk(launch)
    yield found
    found.close()


def put_on_desk(source: Path) -> OpenLaunch:
    return OpenLaunch(source, lambda: Job(command="check", inputs=(source,)))


def told(findings: tuple[Finding, ...]) -> list[tuple[object, ...]]:
    """What findings say, without which file holds them."""
    where = ("media_not_found",)  # its words name the folder, and the copy lies in another one
    return sorted((f.code, f.sheet or "", f.cell or "", f.value or "", "" if f.code in where else f.message, f.proposal or "") for f in findings)


def reread(opened: OpenLaunch) -> list[tuple[object, ...]]:
    """What a check of the corrected copy says."""
    return told(check(Job(command="check", inputs=(opened.save(),), media_root=opened.source.parent)).findings)


@pytest.mark.parametrize("kind", ["xlsx", "csv", "folder"])
def test_the_check_of_edited_cells_is_the_check_of_the_corrected_copy(kind: str, launch: Path, desk: Desk) -> None:
    """Whatever is written into whatever cell, below the last row and right of the last column too; and taken back, it is as before."""
    if kind == "folder":
        launch = desk.sheets("launch", bundles=broken.BUNDLES, videos=broken.VIDEOS)
    elif kind == "csv":
        launch = desk.sheets("one", videos=[{**row, "description": "x"} for row in broken.VIDEOS]) / "videos.csv"
    opened = put_on_desk(launch)
    first = told(opened.marks.checked.result.findings)
    dice, far = random.Random(7), ["Z"] if kind == "xlsx" else []  # a text file that is written has one width
    for _ in range(12):
        wanted = []
        for _ in range(dice.randint(1, 4)):
            number = dice.randrange(len(opened.now.tables))
            table = opened.now.tables[number]
            row = dice.choice([*table.frame["_row"].to_list(), table.frame["_row"].max() + 1])
            wanted.append(WantedCell(table=number, row=row, column=dice.choice([*table.headers, *far]), text=dice.choice(TEXTS)))
        opened.change(wanted, "edit")
    assert opened.wait(60)
    assert told(opened.marks.checked.result.findings) == reread(opened)
    while opened.undo().cells:
        pass
    assert opened.wait(60)
    assert told(opened.marks.checked.result.findings) == first
    assert opened.save() == opened.source


def test_the_rows_of_a_change_are_judged_at_once_as_everything_is_later(opened: OpenLaunch, monkeypatch: pytest.MonkeyPatch) -> None:
    """The marks of the changed rows are there as soon as they are asked for; the check of everything says the same of them."""
    monkeypatch.setattr(open_launch, "QUIET", 3600.0)
    held = opened.marks.version
    opened.change([WantedCell(table=1, row=1, column="F", text="description")], "header")
    opened.change([WantedCell(table=0, row=3, column="F", text="2"), WantedCell(table=0, row=4, column="C", text="tictok")], "edit")
    opened.judge()
    at_once = {cell: found for cell, found in opened.marks.at[0].items() if cell[0] in (3, 4)}
    assert opened.marks.version == held
    assert {cell for cell, found in at_once.items() if any(f.code == "choice_invalid" for f in found)} == {(4, "C")}
    assert told(tuple(f for found in at_once.values() for f in found)) == told(
        tuple(f for f in opened.now.check().result.findings if f.sheet == "Bundles" and f.row in (3, 4))
    )


def test_a_change_is_answered_before_anything_is_checked(enter: Enter, launch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is written down and shown while every check is held; the marks come once the checks go on."""
    page = enter()
    address = page.open(launch)

    def codes() -> set[str]:
        return {mark[-1] for mark in page.get(f"{address}/marks?table=0&rows=3").json()["marks"] if mark[1] == "F"}

    assert codes() == {"integer_invalid"}
    goes_on = threading.Event()
    checks = {name: getattr(Editing, name) for name in ("check", "findings")}
    for name, check_ in checks.items():
        monkeypatch.setattr(Editing, name, lambda now, check_=check_: goes_on.wait(120) and check_(now))
    done = page.post(f"{address}/cells", {"table": 0, "cells": [[3, "F", "2"]]}).json()
    assert done["cells"] == [[0, 3, "F", "2"]] and done["rows"] == [[0, 3]] and done["undo"] == 1
    assert (launch.parent / "launch.bulkportal" / "launch.xlsx.edits.jsonl").read_text("utf-8").count('"cells"') == 1
    goes_on.set()
    assert "integer_invalid" not in codes()


def test_who_waits_for_a_check_is_answered_when_the_desk_ends(opened: OpenLaunch, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or the desk would stay until the longest that a request is held."""
    monkeypatch.setattr(open_launch, "QUIET", 3600.0)
    opened.change([WantedCell(table=0, row=3, column="F", text="2")], "edit")
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(opened.wait, 2 * PATIENCE)
        opened.close()
        assert waiting.result(PATIENCE) is False


def test_a_desk_that_was_killed_goes_on_with_its_edits(opened: OpenLaunch, launch: Path) -> None:
    """Also behind a line that was cut off."""
    opened.change([WantedCell(table=0, row=3, column="F", text="2")], "edit")
    opened.change([WantedCell(table=0, row=3, column="G", text="spring.two")], "edit")
    opened.undo()
    with opened.journal.path.open("ab") as file:
        file.write(b'{"what": "edit", "cells": [[0, 3, "G", "spri')
    again = put_on_desk(launch)
    assert again.text(0, 3, "F") == "2"
    assert again.text(0, 3, "G") == "spring two!"
    again.redo()
    assert put_on_desk(launch).text(0, 3, "G") == "spring.two"


def test_a_file_that_was_saved_meanwhile_keeps_the_edits_that_fit(opened: OpenLaunch, launch: Path, tmp_path: Path) -> None:
    """Somebody mends in Excel what another has mended on the desk: what is there counts, and the copy is not written over it."""
    from openpyxl import load_workbook

    opened.change([WantedCell(table=0, row=3, column="F", text="2"), WantedCell(table=0, row=3, column="G", text="spring.two")], "paste")
    book = load_workbook(launch)
    book["Bundles"]["G3"] = "spring.zwei"
    book.save(launch)
    assert opened.is_stale()
    with pytest.raises(Exception, match="saved by somebody"):
        opened.save()
    opened.read()
    assert (opened.dropped, opened.text(0, 3, "F"), opened.text(0, 3, "G")) == (1, "2", "spring.zwei")


def test_a_formula_is_left_alone_and_the_rest_is_done(opened: OpenLaunch) -> None:
    done = opened.change([WantedCell(table=2, row=3, column="A", text="9"), WantedCell(table=0, row=3, column="F", text="2")], "paste")
    assert [one.column for one in done.cells] == ["F"]
    assert [(one.table, one.row) for one in done.refused] == [(2, 3)]


def test_safe_fixes_are_those_of_the_command(desk: Desk, opened: OpenLaunch, launch: Path) -> None:
    """The same cells, the same texts, the same notes: byte for byte but for what a workbook says of its making."""
    opened.fix()
    by_command = desk.folder / "fixed.xlsx"
    assert desk.run("fix", "--safe", launch, "-o", by_command).code == 0
    assert parts_of(opened.save()) == parts_of(by_command)


def test_the_original_is_never_written_to(desk: Desk, launch: Path) -> None:
    """Nor a corrected copy that is opened itself."""
    opened = put_on_desk(launch)
    opened.change([WantedCell(table=0, row=3, column="F", text="2")], "edit")
    copy = opened.save()
    before = copy.read_bytes()
    second = put_on_desk(copy)
    second.change([WantedCell(table=0, row=3, column="G", text="spring.two")], "edit")
    assert second.save().name == "launch.corrected.xlsx"
    assert copy.read_bytes() == before
    assert second.folder == opened.folder


def test_every_sample_can_be_opened_and_edited(tmp_path: Path) -> None:
    """A change in each table of each story, and the copy reads as the desk showed it."""
    for source in sorted(SAMPLES.glob("*/launch.xlsx")):
        copy = shutil.copytree(source.parent, tmp_path / source.parent.name) / source.name
        opened = put_on_desk(copy)
        wanted = [
            WantedCell(table=number, row=table.frame["_row"][0], column=next(iter(table.headers)), text="renamed-01")
            for number, table in enumerate(opened.now.tables)
            if table.frame.height
        ]
        opened.change(wanted, "paste")
        assert opened.wait(120)
        assert told(opened.marks.checked.result.findings) == reread(opened), source


def test_pages_of_rows_never_hold_more_than_a_page(enter: Enter, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only rows with findings first, and the next mistake is found on whatever page it is."""
    from bulkportal.desk import grid_views

    monkeypatch.setattr(grid_views, "PAGE", 2)
    page = enter()
    address = page.open(broken.write(desk.folder / "launch.xlsx"))
    first = page.get(f"{address}/rows?table=1").json()
    assert (first["total"], first["pages"], [row[0] for row in first["rows"]]) == (6, 3, [2, 3])
    third = page.get(f"{address}/rows?table=1&page=3").json()
    assert [row[0] for row in third["rows"]] == [6, 7]
    assert 'data-large="1"' in page.get(f"{address}/grid").text
    found = page.get(f"{address}/next?table=1&row=5&column=Z&only=all").json()
    assert (found["cell"][:2], found["page"]) == ([1, 6], 3)


def test_a_search_finds_whatever_the_case(enter: Enter, desk: Desk) -> None:
    """Also letters of which upper case has two."""
    rows = [video("spring-01", 1, description="Straße"), video("spring-01", 2, description="ÉTÉ")]
    page = enter()
    address = page.open(desk.sheets("launch", bundles=[bundle("spring-01")], videos=rows))
    for text, count in (("STRAßE", 1), ("été", 1), ("nowhere", 0)):
        totals = [page.client.get(f"{address}/rows", params={"table": table, "find": text}).json()["total"] for table in (0, 1)]
        assert sum(totals) == count, text


def test_hostile_texts_are_texts_in_every_answer(enter: Enter, desk: Desk, launch: Path) -> None:
    evil = launch.rename(desk.folder / "<img src=x onerror=alert(1)> & \u202e.xlsx")
    page = enter()
    address = page.open(evil)
    for step in ("sheet", "grid", "plan", "run", "report"):
        text = page.get(f"{address}/{step}").text
        assert "<img" not in text and "\u202e" not in text
    assert page.get(f"{address}/rows?table=1").headers["content-type"] == "application/json"
    assert "<img" not in page.get("/").text


def test_media_that_are_dropped_lie_beside_the_sheet(enter: Enter, desk: Desk) -> None:
    """And the mark of the cell that names them is gone."""
    launch = desk.sheets("launch", bundles=[bundle("spring-01")], videos=[video("spring-01", 1, video="clip.mp4"), video("spring-01", 2)])
    page = enter()
    address = page.open(launch)

    def codes() -> set[str]:
        return {cause["code"] for cause in page.get(f"{address}/findings").json()["causes"]}

    assert "media_not_found" in codes()
    data = (SAMPLES / "media" / "clip-1.mp4").read_bytes()
    ident = address.rsplit("/", 1)[1]
    dropped = page.client.post("/drop", params={"name": "clip.mp4", "launch": ident}, content=data, headers=OURS)
    assert dropped.json() == {"name": "clip.mp4"}
    assert (launch / "clip.mp4").read_bytes() == data
    assert "media_not_found" not in codes()
    assert page.post(f"{address}/plan").status_code == 200, "the sheets are as they were read: only a film was laid beside them"


def test_by_products_of_commands_lie_in_one_folder_where_the_profile_says_so(desk: Desk) -> None:
    """The report of a report stays in it, under the launch's own name, and media beside the sheet are found from there."""
    launch = desk.sheets("launch", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 9)])
    (desk.folder / "bulkportal.toml").write_text("[profiles.main]\none_folder = true\n", "utf-8")
    assert desk.said("import", launch, "--yes").code == 4
    report = desk.folder / "launch.bulkportal" / "launch.report.xlsx"
    assert report.exists()
    desk.said("import", report, "--yes")
    names = sorted(path.name for path in report.parent.iterdir())
    assert {"launch.report.xlsx", "launch.next.report.xlsx"} <= set(names)
    desk.said("import", report.with_name("launch.next.report.xlsx"), "--yes")
    assert sorted(path.name for path in report.parent.iterdir()) == names
    assert not [path for path in desk.folder.iterdir() if "report" in path.name]
