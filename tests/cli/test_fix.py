"""`bulkportal fix --safe`: a copy that is right where it can be, and the file as it was."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from bulkportal.columns.matcher import count_known
from bulkportal.sheets.reader import read
from bulkportal.sheets.writer import guarded
from tests.conftest import Desk, bundle, video
from tests.office import converted, needs_office


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
    ended = desk.said("fix", "--safe", source, "-o", target)
    assert ended.code == 0 and "1 cell corrected." in ended.out
    with target.open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.reader(stream, delimiter=";"))
    assert found[2:] == [header, ["a", "1", "'=)\nsecond line", "2030-03-15"], ["a", "2", "x", "03/04/2030"]]
    with (desk.folder / "fixed.changes.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert list(csv.reader(stream))[1][:3] == ["D4", "15/03/2030", "2030-03-15"]


def test_what_is_sure_is_said_by_check_and_done_by_fix(desk: Desk) -> None:
    """A finding with a sure answer is gone after the fix."""
    folder = desk.sheets("launch", bundles=[bundle("a", niche_warming="\u201cyes\u201d")], videos=[video("a", 1), video("a", 2)])
    said = desk.said("check", folder / "bundles.csv", folder / "videos.csv")
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


CAPTIONS = (
    *("=)", "+1 for you", "@brand hi", "-50% today", "'=quoted", "'tis", "=1+1", "#N/A"),
    *("1E5", "007", "TRUE", "2027-03-01", "two\nlines", 'a "b"; c, d'),
)


def messy(path: Path) -> Path:
    """Captions that a program could take for something else, and cells that can surely be corrected, as .xlsx or as CSV with semicolons."""
    sloppy = {"video_type": " Clip", "target_publish_date": "15 March 2030", "bundle": "a\u200b", "instagram_add_to_story": "\u201cyes\u201d"}
    rows = [video("a", number, description=caption, external_ref=f"{number:03}") | sloppy for number, caption in enumerate(CAPTIONS, start=1)]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-16", newline="") as stream:
            stream.write("sep=;\n")
            writer = csv.DictWriter(stream, list(rows[0]), delimiter=";")
            writer.writeheader()
            writer.writerows(row | {"description": guarded(str(row["description"]))} for row in rows)
        return path
    book = openpyxl.Workbook()
    found = book.worksheets[0]
    found.title = "Videos"
    for line, values in enumerate([list(rows[0]), *(list(row.values()) for row in rows)], start=1):
        for column, value in enumerate(values, start=1):
            cell = found.cell(line, column, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    book["Videos"]["H3"], book["Videos"]["H3"].number_format = 2, "000"
    book.save(path)
    return path


def cells(path: Path) -> list[tuple[int, str, str]]:
    """Every cell below the header as it is read."""
    (table,) = [table for table in read(path, label=path.name, recognise=count_known) if "description" in table.headers.values()]
    return [(row - table.header_row, table.headers[letter], text) for row, letter, text in table.cells() if row > table.header_row]


@pytest.mark.parametrize("name", ["messy.xlsx", "messy.csv"])
def test_what_fix_has_fixed_is_fixed_and_all_else_is_as_it_was(desk: Desk, name: str) -> None:
    """Nothing that it claims is found again, in workbooks and in text of any dialect; no other cell has changed."""
    source, target = messy(desk.folder / name), desk.folder / f"fixed{Path(name).suffix}"
    ended = desk.run("fix", "--safe", source, "-o", target)
    changed = {(change["column"], change["cell"]) for change in ended.document["changes"]}
    assert ended.code == 0 and len(changed) == 4 * len(CAPTIONS)
    before, after = cells(source), cells(target)
    fields = {field for field, _ in changed}
    assert [one for one in before if one[1] not in fields] == [one for one in after if one[1] not in fields]
    assert [text for _, field, text in after if field == "description"] == list(CAPTIONS)
    found = {(finding["column"], finding["cell"]) for finding in desk.run("check", target).document["findings"] if finding["severity"] == "error"}
    assert not changed & found
    assert desk.run("fix", "--safe", target, "-o", desk.folder / f"again{target.suffix}").document["changes"] == []


@needs_office
@pytest.mark.timeout(180)
def test_libreoffice_reads_a_fixed_workbook_as_we_do(desk: Desk) -> None:
    """Also captions that look like formulas, through OpenDocument."""
    target = desk.folder / "fixed.xlsx"
    assert desk.run("fix", "--safe", messy(desk.folder / "messy.xlsx"), "-o", target).code == 0
    assert cells(converted(target, "ods", desk.folder)) == cells(target)
