"""Every row ends in exactly one state, and the states add up to the rows of the file (docs/how-to/read-the-report.md)."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest

from bulkportal.codes import REGISTER
from tests.conftest import SAMPLES, Desk, OpenDesk

STORIES = ("good_launch", "csv_launch", "local_media", "half_there", "every_mistake")
STATES = {"done", "unchanged", "invalid", "held", "refused", "waiting", "unknown"}


def lines(place: Path) -> int:
    """The rows below the headers, counted without any of our code."""
    if place.is_dir():
        return sum(len(list(csv.DictReader(file.read_text("utf-8-sig").splitlines(keepends=True), delimiter=";"))) for file in place.glob("*.csv"))
    total = 0
    for sheet in openpyxl.load_workbook(place):
        filled = [row for row in sheet.iter_rows(values_only=True) if any(cell is not None for cell in row)]
        header = next(number for number, row in enumerate(filled) if str(row[0]).casefold() == "bundle")
        total += len(filled) - header - 1
    return total


def planted(name: str) -> list[tuple[str, str | None, str]]:
    """The findings that were planted: sheet, cell, code."""
    with (SAMPLES / "every_mistake" / name).open(encoding="utf-8", newline="") as stream:
        return sorted((row["sheet"], row["cell"] or "", row["code"]) for row in csv.DictReader(stream))


@pytest.mark.parametrize("story", STORIES)
def test_the_rows_add_up(open_desk: OpenDesk, story: str) -> None:
    """For check, import, and a plan after it: all states are named, and they add up to the lines of the file."""
    start = SAMPLES / story / "remote.json"
    desk = open_desk(data=start if start.exists() else None)
    place = desk.story(story)
    expected = lines(place)
    for ended in (desk.run("check", place), desk.import_(place), desk.run("plan", place)):
        rows = dict(ended.document["rows"])
        assert rows.pop("total") == expected
        assert set(rows) == STATES
        assert sum(rows.values()) == expected


def test_every_planted_mistake_is_found_and_nothing_else(desk: Desk) -> None:
    """Sheet, cell and code, once each, exactly as planted."""
    ended = desk.run("check", desk.story("every_mistake"))
    assert ended.code == 6
    assert sorted((f["sheet"], f["cell"], f["code"]) for f in ended.document["findings"]) == planted("planted.csv")


def test_every_planted_mistake_of_the_layout_is_found(desk: Desk) -> None:
    """Merged cells, hidden rows, lost zeros, notes, and columns that were sorted, moved or swapped: each where it is."""
    ended = desk.run("check", desk.story("every_mistake").parent / "layout.xlsx")
    assert ended.code == 6
    assert sorted((f["sheet"], f["cell"] or "", f["code"]) for f in ended.document["findings"]) == planted("planted_layout.csv")


def test_every_planted_mistake_of_headers_is_found(desk: Desk) -> None:
    """An unknown column with its near miss, and a sheet that is none of ours: two warnings."""
    ended = desk.run("check", desk.story("every_mistake").parent / "headers.xlsx")
    assert ended.code == 0
    found = sorted((f["sheet"], f["cell"] or "", f["code"]) for f in ended.document["findings"])
    assert found == planted("planted_headers.csv")
    hint = next(f["hint"] for f in ended.document["findings"] if f["code"] == "column_unknown")
    assert "editing_instructions" in hint


def test_a_guessed_encoding_is_found_where_it_shows(desk: Desk) -> None:
    """A file of a program that writes no UTF-8 and tears texts: each finding where it shows, the guess at the first letter of its own."""
    ended = desk.run("check", desk.story("every_mistake").parent / "legacy.csv")
    assert ended.code == 6
    assert sorted((f["sheet"], f["cell"], f["code"]) for f in ended.document["findings"]) == planted("planted_legacy.csv")


def test_the_good_rows_among_the_mistakes_are_done(open_desk: OpenDesk) -> None:
    """Exit 4: what has no error is created, configured and published; what has one leaves no trace."""
    desk = open_desk(data=SAMPLES / "good_launch" / "remote.json")
    launch = desk.story("every_mistake")
    ended = desk.import_(launch)
    assert ended.code == 4, ended.err
    made = desk.bundles
    for name in ("good-tiktok", "good-instagram", "good-followup"):
        assert {slot.status for slot in made[name].slots} == {"configured"}, name
    assert made["good-tiktok"].status == made["good-instagram"].status == "published"
    assert made["good-followup"].status == "pending_setup", "nobody asked for it"
    account = made["good-account"]
    assert account.status == "pending_setup", "a row of the Videos sheet that names it has an error"
    assert account.account is not None
    holding = {code.code for code in REGISTER.values() if code.holds}
    errors = {(f["sheet"], f["row"]) for f in ended.document["findings"] if f["severity"] == "error" and f["code"] not in holding}
    rows = ended.document["rows"]
    assert rows["invalid"] + rows["refused"] == len(errors)
    refused_by_us = {"twice", "no-type", "no-platform", "no-country", "two-warmings", "zero-videos", "cell-error", "cell-integer"}
    assert not refused_by_us & set(made)
    assert desk.state.journal.violations == []
    assert 5000 - desk.balance == ended.document["credits"]["charged"] == ended.document["credits"]["planned"]


def test_fixing_what_was_found_leaves_nothing_to_find(desk: Desk) -> None:
    """Law 2: with the red cells taken out row by row, a second check finds no error."""
    launch = desk.story("every_mistake")
    found = desk.run("check", launch).document["findings"]
    wrong = {(f["sheet"], f["row"]) for f in found if f["severity"] == "error"}
    book = openpyxl.load_workbook(launch)
    names = {}
    for sheet, row in sorted(wrong, key=lambda place: -place[1]):
        names.setdefault(sheet, []).append(row)
        book[sheet].delete_rows(row)
    book.save(launch)
    again = desk.run("check", launch)
    assert [f for f in again.document["findings"] if f["severity"] == "error"] == []
    assert again.code == 0
