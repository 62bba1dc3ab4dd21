"""A corrected copy of a rich workbook: some cells are other ones, and everything else is as it was."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bulkportal.errors import UsageProblem
from bulkportal.sheets import styles
from bulkportal.sheets.correcting import Corrected, Edit, write_corrected

from . import rich, samples

CHANGED = {
    *("xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/workbook.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"),
    *("[Content_Types].xml", "xl/worksheets/_rels/sheet2.xml.rels"),
}


def edit(column: str, row: int, before: str, after: str) -> Edit:
    return Edit(row=row, column=column, before=before, after=after, why="The same word in its usual spelling.")


EDITS = (edit("C", 4, "video", "carousel"), edit("D", 4, "a link", "https://a.example/1.mp4"), edit("E", 5, "Day 2", "Day two"))
"""A plain cell, one with somebody's note, and one with a formula."""


def corrected(source: Path, target: Path) -> Corrected:
    """The copy with these cells of the sheet Videos corrected."""
    return write_corrected(source, target, [(table, EDITS if table.sheet == "Videos" else ()) for table in samples.tables(source)])


@pytest.mark.parametrize("make", [rich.by_xlsxwriter, rich.modern], ids=lambda make: make.__name__)
def test_everything_but_the_corrected_cells_is_kept(make: rich.Make, tmp_path: Path) -> None:
    """Charts, pictures, slicers, pivots, threads and validations byte for byte; a formula and its value; the notes of others."""
    source = make(tmp_path / "launch.xlsx")
    done = corrected(source, tmp_path / "fixed.xlsx")
    assert done.notice == "" and done.edits["Videos"] == list(EDITS[:2])
    before, after = rich.parts(source.read_bytes()), rich.parts(done.written[0].read_bytes())
    assert set(before) <= set(after)
    assert {name for name in before if before[name] != after[name]} <= CHANGED
    old, new = rich.cells(before["xl/worksheets/sheet2.xml"]), rich.cells(after["xl/worksheets/sheet2.xml"])
    assert {place for place in old if old[place] != new[place]} == {"C4", "D4"}
    sheet = rich.opened(done.written[0])["Videos"]
    assert (sheet["C4"].value, sheet["C4"].number_format, sheet["C4"].fill.fgColor.rgb[-6:]) == ("carousel", "@", styles.DONE)
    assert "Before: video" in sheet["C4"].comment.text
    assert sheet["D4"].comment.text == "The cut of Monday\n\nThe same word in its usual spelling.\nBefore: a link"


def test_what_cannot_be_patched_is_written_anew_and_that_is_said(tmp_path: Path) -> None:
    """At the end, and in the first note of the copy."""
    source = rich.by_xlsxwriter(tmp_path / "launch.xlsx")
    with zipfile.ZipFile(source, "a") as zipped:
        zipped.writestr("xl/revisions/revisionHeaders.xml", "<headers/>")
    done = corrected(source, tmp_path / "fixed.xlsx")
    assert "may be missing" in done.notice and "shared" in done.notice
    assert done.notice in openpyxl.load_workbook(done.written[0])["Videos"]["C4"].comment.text


def test_a_copy_is_of_the_same_kind(tmp_path: Path) -> None:
    """A workbook with macros under another ending does not open."""
    source = rich.by_xlsxwriter(tmp_path / "launch.xlsm", macros=True)
    with pytest.raises(UsageProblem, match=r"must end in \.xlsm"):
        corrected(source, tmp_path / "fixed.xlsx")
    done = corrected(source, tmp_path / "fixed.xlsm")
    assert rich.parts(done.written[0].read_bytes())["xl/vbaProject.bin"] == rich.MACROS


def test_a_link_takes_the_place_of_its_formula_and_the_order_of_reckoning_goes(tmp_path: Path) -> None:
    """A program makes that list anew, and takes one that names a cell without a formula for damage."""
    kind = "spreadsheetml.calcChain+xml"
    formula = 'HYPERLINK("https://a.example/1.mp4?b=1&amp;c=2","Film")'
    source = rich.enriched(
        rich.by_xlsxwriter(tmp_path / "launch.xlsx"),
        {
            "xl/worksheets/sheet2.xml": lambda text: re.sub(r"<f>[^<]*</f>", f"<f>{formula}</f>", text, count=1),
            "xl/_rels/workbook.xml.rels": lambda text: text.replace(
                "</Relationships>", f'<Relationship Id="rIdC" Type="{rich.RELATED}/calcChain" Target="calcChain.xml"/></Relationships>'
            ),
            "[Content_Types].xml": lambda text: text.replace("</Types>", f'<Override PartName="/xl/calcChain.xml" ContentType="x/{kind}"/></Types>'),
        },
        {"xl/calcChain.xml": f'<calcChain xmlns="{rich.MAIN}"><c r="E5" i="2"/></calcChain>'},
    )
    address = "https://a.example/1.mp4?b=1&c=2"
    (table,) = [table for table in samples.tables(source) if table.sheet == "Videos"]
    assert (table.takes(address, 5, "E"), table.takes("Day two", 5, "E")) == (True, False)
    done = write_corrected(source, tmp_path / "fixed.xlsx", [(table, [edit("E", 5, "Day 2", address)])])
    before, after = rich.parts(source.read_bytes()), rich.parts(done.written[0].read_bytes())
    assert set(before) - set(after) == {"xl/calcChain.xml"}
    assert not any(b"calcChain" in data for data in after.values())
    assert {name for name in after if name in before and before[name] != after[name]} <= CHANGED | {"xl/_rels/workbook.xml.rels"}
    assert rich.opened(done.written[0])["Videos"]["E5"].value == address
