"""The hidden copy of an export is sealed: whoever changes it along with the cells is told, and no edit or conflict is hidden by it."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from tests.conftest import Desk, bundle, video

WORDS = ["Noodles, every day.\nAnd more", "  =1+1", "_x0041_ is no A", "ünïcode 🍜 \u00a0 é", "'quoted", "00123"]


@pytest.fixture(params=["workbook", "folder"])
def exported(desk: Desk, request: pytest.FixtureRequest) -> Path:
    """An export of a bundle with captions of all kinds."""
    rows = [video("copy-1", n, description=words) for n, words in enumerate(WORDS, start=1)]
    first = desk.sheets("first", bundles=[bundle("copy-1", videos_quantity=len(WORDS), publish=None)], videos=rows)
    ended = desk.import_(first)
    assert ended.code == 0, ended.err
    place = desk.folder / ("export.xlsx" if request.param == "workbook" else "export")
    form = [] if request.param == "workbook" else ["--csv"]
    ended = desk.run("export", *form, "-o", place)
    assert ended.code == 0, ended.err
    return place


def replaced(place: Path, old: str, new: str, *, only_copy: bool = False) -> None:
    """Search and replace, in all sheets or files, also in those that nobody sees."""
    if place.is_dir():
        for file in place.glob("_base_*.csv" if only_copy else "*.csv"):
            file.write_bytes(file.read_bytes().replace(old.encode(), new.encode()))
        return
    book = openpyxl.load_workbook(place)
    for sheet in book.worksheets:
        if only_copy and not sheet.title.startswith("_base_"):
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and old in cell.value:
                    cell.value = cell.value.replace(old, new)
    book.save(place)


def captions(desk: Desk) -> list[object]:
    """What the platform has."""
    return [slot.content["description"] for slot in desk.bundles["copy-1"].slots]


def test_an_export_that_nobody_has_touched_is_silent(desk: Desk, exported: Path) -> None:
    """Whatever its texts are; also saved by another program, and as a report that is imported again."""
    replaced(exported, "nothing of the kind", "")
    for source in (exported, None):
        report = exported.with_name("export.report.xlsx")
        ended = desk.import_(source or report)
        assert (ended.code, ended.codes, ended.rows) == (0, [], {"total": 7, "unchanged": 7}), ended.err


def test_an_edit_of_the_cells_alone_is_sent(desk: Desk, exported: Path) -> None:
    """Nothing has touched the copy."""
    if exported.is_dir():
        file = exported / "videos.csv"
        file.write_bytes(file.read_bytes().replace(b"Noodles", b"Rice"))
    else:
        edit_cell(exported)
    ended = desk.import_(exported)
    assert (ended.code, ended.codes) == (0, []), ended.err
    assert captions(desk)[0] == "Rice, every day.\nAnd more"


def edit_cell(place: Path) -> None:
    """In the sheet that people see."""
    book = openpyxl.load_workbook(place)
    for row in book["Videos"].iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "Noodles" in cell.value:
                cell.value = cell.value.replace("Noodles", "Rice")
    book.save(place)


def test_an_edit_that_was_made_in_the_copy_as_well_is_not_unchanged(desk: Desk, exported: Path) -> None:
    """It is told, the row waits for a person, and nothing is sent that nobody is sure of."""
    replaced(exported, "Noodles", "Rice")
    writes, before = desk.writes, captions(desk)
    ended = desk.import_(exported)
    assert ended.code == 4, ended.err
    assert "base_changed" in ended.codes and len(ended.codes) == 2
    assert ended.rows["unchanged"] == 6
    assert (desk.writes, captions(desk)) == (writes, before)


def test_a_conflict_is_not_hidden_by_a_changed_copy(desk: Desk, exported: Path) -> None:
    """A colleague has changed a caption meanwhile; the copy is made to say what the sheet says."""
    slot = desk.bundles["copy-1"].slots[5]
    slot.content["description"] = "by a colleague"
    replaced(exported, "Noodles", "Rice", only_copy=True)
    ended = desk.import_(exported)
    assert "base_changed" in ended.codes
    assert slot.content["description"] == "by a colleague"
    assert ended.code == 4


@pytest.mark.parametrize("how", ["the seals", "all facts"])
def test_an_export_without_a_seal_works_and_is_told(desk: Desk, exported: Path, how: str) -> None:
    """As one of an older bulkportal."""
    strip(exported, facts=how == "all facts")
    ended = desk.import_(exported)
    assert (ended.code, ended.codes, ended.rows) == (0, ["base_unsealed"] * (2 if exported.is_dir() else 1), {"total": 7, "unchanged": 7}), ended.err


def strip(place: Path, *, facts: bool) -> None:
    """Take the seals out, or all facts with them."""
    if place.is_dir():
        file = place / "_base.csv"
        text = file.read_text("utf-8-sig")
        file.unlink() if facts else file.write_text(re.sub(r", sealed [0-9a-f ]+", "", text), "utf-8")
        return
    book = openpyxl.load_workbook(place)
    for _, cell in book["_base"].iter_rows():
        cell.value = str(cell.value).partition(", sealed")[0]
    if facts:
        del book["_base"]
    book.save(place)
