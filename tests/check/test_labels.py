"""A cell shows a label and leads to an address: the address is named where the label is nothing by itself, and offered by fix."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import A, P
from openpyxl import load_workbook

from tests.conftest import Desk, bundle, video

ADDRESS = "https://media.example.org/a/spring.mp4?v=1&w=2"
ROW = video("spring-01", 1, video="Spring film (final)")
BUNDLE = bundle("spring-01", videos_quantity=1, publish="no")


def workbook(path: Path, rows: Mapping[str, Mapping[str, object]], link: str) -> Path:
    """A launch whose video is a label; `link` says how it leads to its address."""
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    for name, row in rows.items():
        sheet = book.add_worksheet(name)
        for column, (header, value) in enumerate(row.items()):
            sheet.write_string(0, column, header)
            if header != "video":
                sheet.write(1, column, value)
            elif link == "formula":
                sheet.write_formula(1, column, f'=HYPERLINK("{ADDRESS}","{value}")', None, str(value))
            elif link == "hyperlink":
                sheet.write_url(1, column, ADDRESS, None, str(value))
            else:
                sheet.write_string(1, column, str(value))
    book.close()
    path.write_bytes(made.getvalue())
    return path


def document(path: Path, rows: Mapping[str, Mapping[str, object]]) -> Path:
    """The same as an OpenDocument spreadsheet."""
    made = OpenDocumentSpreadsheet()
    for name, row in rows.items():
        table = Table(name=name)
        header, values = TableRow(), TableRow()
        for title, value in row.items():
            top, cell, text = TableCell(valuetype="string"), TableCell(valuetype="string"), P()
            top.addElement(P(text=title))
            if title == "video":
                text.addElement(A(href=ADDRESS, text=str(value)))
            else:
                text.addText(str(value))
            cell.addElement(text)
            header.addElement(top)
            values.addElement(cell)
        table.addElement(header)
        table.addElement(values)
        made.spreadsheet.addElement(table)
    made.save(str(path))
    return path


@pytest.mark.parametrize("link", ["hyperlink", "formula", "document"])
def test_the_address_behind_a_label_is_named(desk: Desk, link: str) -> None:
    """In workbooks, by a formula, and in OpenDocument; the row is not sent as it stands."""
    rows = {"Bundles": BUNDLE, "Videos": ROW}
    path = document(desk.folder / "launch.ods", rows) if link == "document" else workbook(desk.folder / "launch.xlsx", rows, link)
    ended = desk.run("check", path)
    (finding,) = [one for one in ended.document["findings"] if one["column"] == "video"]
    assert (ended.code, finding["code"]) == (6, "media_not_found")
    assert ADDRESS in finding["hint"]


@pytest.mark.parametrize("link", ["hyperlink", "formula"])
def test_fix_writes_the_address_into_the_cell(desk: Desk, link: str) -> None:
    """Also in the place of a formula that does nothing else; and then the launch is in order."""
    path = workbook(desk.folder / "launch.xlsx", {"Bundles": BUNDLE, "Videos": ROW}, link)
    fixed = desk.folder / "fixed.xlsx"
    assert desk.run("fix", "--safe", path, "-o", fixed).document["left"] == 0
    assert ADDRESS in {cell.value for cell in load_workbook(fixed)["Videos"][2]}
    assert desk.run("check", fixed).code == 0


def test_a_label_that_can_be_used_needs_no_word(desk: Desk) -> None:
    """A link that shows itself, or none at all."""
    for link in ("hyperlink", "formula"):
        path = workbook(desk.folder / "launch.xlsx", {"Bundles": BUNDLE, "Videos": {**ROW, "video": ADDRESS}}, link)
        assert desk.run("check", path).document["findings"] == []
    path = workbook(desk.folder / "launch.xlsx", {"Bundles": BUNDLE, "Videos": ROW}, "none")
    (finding,) = desk.run("check", path).document["findings"]
    assert (finding["code"], "Behind the label" in finding["hint"]) == ("media_not_found", False)


@pytest.mark.parametrize(
    ("column", "value", "hint"),
    [
        ("video", "www.media.example.org/a.mp4", "Did you mean https://www.media.example.org/a.mp4?"),
        ("video", "D:\\Films\\a.mp4", "path of one machine"),
        ("video", "\\\\server\\films\\a.mp4", "path of one machine"),
        ("video", "/Volumes/Films/a.mp4", "path of one machine"),
        ("video", "file:///{}/ines/a.mp4".format("home"), "path of one machine"),
        ("username", "@daily.bites", "Did you mean daily.bites?"),
        ("username", "https://www.tiktok.com/@daily.bites", "Did you mean daily.bites?"),
    ],
)
def test_what_was_probably_meant_is_said(desk: Desk, column: str, value: str, hint: str) -> None:
    """Of a link without its beginning, a path of another machine, and a user name with its sign."""
    rows = {name: {**row, column: value} if column in row else row for name, row in {"bundles": BUNDLE, "videos": ROW | {"video": ADDRESS}}.items()}
    ended = desk.run("check", desk.sheets("launch", bundles=[rows["bundles"]], videos=[rows["videos"]]))
    (finding,) = [one for one in ended.document["findings"] if one["severity"] == "error"]
    assert hint in finding["hint"]
