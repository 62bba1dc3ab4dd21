"""The package by itself: what its README says, and that it knows nothing of launches."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

import bulkportal.lossless
from bulkportal.lossless import CannotKeep, Editor, Marks
from bulkportal.lossless.cell_formats import Formats

HERE = Path(bulkportal.lossless.__file__).parent
MARKS = Marks(author="price check", sheet="price_check_sheet", tints=("FDE2E1",))


def workbook(path: Path) -> Path:
    """Prices with a formula, a chart, and a part that no library knows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Prices"
    for row in [("thing", "price"), ("tea", "12,50"), ("all", "=B2")]:
        sheet.append(row)
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3))
    sheet.add_chart(chart, "D5")
    book.save(path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("customXml/item9.xml", b"<nobody knows='this'/>")
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture
def readme(tmp_path: Path) -> Path:
    """A folder in which the examples of the README were run, one after the other, as a stranger would."""
    workbook(tmp_path / "prices.xlsx")
    code = "\n".join(re.findall(r"```python\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.DOTALL))
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=tmp_path, check=True, capture_output=True, text=True)
    return tmp_path


def test_a_correction_changes_its_cell_and_copies_the_rest(readme: Path) -> None:
    """The chart and the unknown part byte for byte; the note says what was there."""
    before, after = parts(readme / "prices.xlsx"), parts(readme / "corrected.xlsx")
    same = {name for name in before if before[name] == after[name]}
    assert {"customXml/item9.xml", "xl/charts/chart1.xml", "docProps/app.xml"} <= same
    sheet = openpyxl.load_workbook(readme / "corrected.xlsx")["Prices"]
    assert (sheet["B2"].value, sheet["B3"].value, sheet["A2"].value) == ("12.50", "=B2", "tea")
    assert "was 12,50" in sheet["B2"].comment.text


def test_an_annotation_brings_its_column_and_sheet_and_twice_is_once(readme: Path) -> None:
    """The same again over its own result: the same sheets, the same note, the user's cells untouched."""
    code = "\n".join(re.findall(r"```python\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.DOTALL))
    first = openpyxl.load_workbook(readme / "annotated.xlsx")
    again = code.replace('Path("prices.xlsx").read_bytes()', 'Path("annotated.xlsx").read_bytes()')
    again = re.sub(r"column = .*", f"column = {first['Prices'].max_column}", again).replace("widths={column: 24.0}", "widths={}")
    subprocess.run([sys.executable, "-c", again], cwd=readme, check=True, capture_output=True, text=True)
    second = openpyxl.load_workbook(readme / "annotated.xlsx")
    for book in (first, second):
        assert book.sheetnames == ["Summary", "Prices"]
        rows = [[cell.value for cell in row] for row in book["Prices"].iter_rows()]
        assert [row[:2] for row in rows] == [["thing", "price"], ["tea", "12,50"], ["all", "=B2"]]
        assert [row[-1] for row in rows] == ["status", "look at this", None]
        assert book["Prices"]["B2"].comment.text == "Dearer than last year."
    assert parts(readme / "annotated.xlsx")["customXml/item9.xml"] == b"<nobody knows='this'/>"


def test_what_is_not_understood_is_refused_with_a_reason(tmp_path: Path) -> None:
    """A shared workbook keeps a history of changes that would no longer be true."""
    path = workbook(tmp_path / "prices.xlsx")
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/revisions/revisionHeaders.xml", b"<headers/>")
    with pytest.raises(CannotKeep, match="history of changes"):
        Editor(path.read_bytes(), path.name, MARKS)


def test_a_number_format_that_is_used_and_not_there_does_not_become_one_of_ours() -> None:
    """Some programs lose their formats: cells with one of them must not turn into days."""
    sheet = (
        '<styleSheet><numFmts count="0"/><fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>'
        '<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf numFmtId="170"/></cellXfs></styleSheet>'
    )
    formats = Formats(sheet.encode())
    formats.add(replace(formats.format(0), number="yyyy-mm-dd"))
    assert re.findall(rb'<numFmt numFmtId="(\d+)"', formats.data()) == [b"171"]


def test_it_knows_nothing_of_launches() -> None:
    """It imports nothing of the product but errors and A1 notation, and names none of its words."""
    allowed = {"bulkportal.errors", "bulkportal.a1"}
    for path in HERE.glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        ours = {name for name in imported if name.startswith("bulkportal") and not name.startswith("bulkportal.lossless")}
        assert ours <= allowed, path.name
        assert not re.search(r"\b(launch|bundle|tokportal|findings?)\b", path.read_text("utf-8"), re.IGNORECASE), path.name
