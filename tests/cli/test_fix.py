"""`bulkportal fix --safe`: a copy that is right where it can be, and the file as it was."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
from openpyxl.comments import Comment

from tests.conftest import Desk, bundle, video


def sheet(path: Path) -> Path:
    """A workbook with a title, sloppy cells, a note, a formula and a sheet of notes."""
    book = openpyxl.Workbook()
    found = book.worksheets[0]
    found.title = "Videos"
    found.append(["Spring launch"])
    rows = [video("a", 1, video_type="Clip", target_publish_date="15 March 2030"), video("a", 2, video_type="tikvideo")]
    found.append(list(rows[0]))
    for row in rows:
        found.append(list(row.values()))
    found["D3"].comment = Comment("Ask Ines", "Ines")
    found["G4"] = "=TODAY()"
    book.create_sheet("Notes")["A1"] = "15 March 2030"
    book.save(path)
    return path


def test_a_workbook_is_corrected_in_a_copy_and_each_cell_says_what_it_held(desk: Desk) -> None:
    """The file itself is only read; other cells, notes and sheets stay."""
    source, target = sheet(desk.folder / "launch.xlsx"), desk.folder / "fixed.xlsx"
    before = source.read_bytes()
    ended = desk.run("fix", "--safe", source, "-o", target)
    assert ended.code == 0 and source.read_bytes() == before
    assert [(change["cell"], change["before"], change["after"]) for change in ended.document["changes"]] == [
        ("D3", "Clip", "video"),
        ("G3", "15 March 2030", "2030-03-15"),
    ]
    book = openpyxl.load_workbook(target)
    found = book["Videos"]
    assert (found["A1"].value, found["D3"].value, found["G3"].value, found["D4"].value) == ("Spring launch", "video", "2030-03-15", "tikvideo")
    assert found["D3"].comment and "Ask Ines" in found["D3"].comment.text and "Before: Clip" in found["D3"].comment.text
    assert book["Notes"]["A1"].value == "15 March 2030"
    again = desk.run("fix", "--safe", target, "-o", desk.folder / "again.xlsx")
    assert again.document["changes"] == [] and not (desk.folder / "again.xlsx").exists()


def test_a_text_file_is_corrected_with_a_list_of_what_changed(desk: Desk) -> None:
    """The separator, the rows and their places stay."""
    source, target = desk.folder / "videos.csv", desk.folder / "fixed.csv"
    header = ["bundle", "position", "description", "target_publish_date"]
    rows = f'{";".join(header)}\na;1;"=)\nsecond line";15/03/2030\na;2;x;03/04/2030\n'
    source.write_text(f"Spring\n\n{rows}", encoding="utf-8")
    ended = desk.command("fix", "--safe", source, "-o", target)
    assert ended.code == 0 and "1 cell corrected." in ended.out
    with target.open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.reader(stream, delimiter=";"))
    assert found[2:] == [header, ["a", "1", "'=)\nsecond line", "2030-03-15"], ["a", "2", "x", "03/04/2030"]]
    with (desk.folder / "fixed.changes.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1][:3] == ["D4", "15/03/2030", "2030-03-15"]


def test_what_is_sure_is_said_by_check_and_done_by_fix(desk: Desk) -> None:
    """A finding with a sure answer is gone after the fix."""
    folder = desk.sheets("launch", bundles=[bundle("a", niche_warming="\u201cyes\u201d")], videos=[video("a", 1), video("a", 2)])
    said = desk.command("check", folder / "bundles.csv", folder / "videos.csv")
    assert "Sure: yes." in said.out and said.code == 6
    assert desk.run("fix", "--safe", folder / "bundles.csv", "-o", desk.folder / "fixed.csv").code == 0
    assert desk.run("check", desk.folder / "fixed.csv", folder / "videos.csv").code == 0


def test_nothing_is_written_over_and_nothing_unasked(desk: Desk) -> None:
    """Over the file itself, over another, without --safe, and for a kind that is only read."""
    source = sheet(desk.folder / "launch.xlsx")
    assert desk.run("fix", source, "-o", desk.folder / "out.xlsx").code == 2
    assert desk.run("fix", "--safe", source, "-o", source).code == 2
    (desk.folder / "there.xlsx").write_bytes(b"mine")
    assert desk.run("fix", "--safe", source, "-o", desk.folder / "there.xlsx").code == 2
    assert (desk.folder / "there.xlsx").read_bytes() == b"mine"
