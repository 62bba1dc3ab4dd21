"""Workbooks as ops people have them, with all that a careless copy loses; and how two packages are compared."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import xlsxwriter

HEADERS = ("bundle", "position", "video_type", "video", "description", "target_publish_date", "My notes")
BUNDLES = (("bundle", "bundle_type", "platform", "country", "videos_quantity"), ("spring-01", "account_and_videos", "tiktok", "US", 2))
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
Make = Callable[[Path], Path]

MACROS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 8
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
)


def by_xlsxwriter(path: Path, *, macros: bool = False) -> Path:
    """Charts, a picture, sparklines, new and old conditional formats, a table, notes, rich text, macros, print set-up."""
    book = xlsxwriter.Workbook(path)
    bold, red = book.add_format({"bold": True}), book.add_format({"bg_color": "#FFC7CE", "num_format": "yyyy-mm-dd"})
    bundles, videos, notes = book.add_worksheet("Bundles"), book.add_worksheet("Videos"), book.add_worksheet("Notes")
    for row, values in enumerate(BUNDLES):
        bundles.write_row(row, 0, values)
    bundles.add_table(0, 0, 1, 4, {"columns": [{"header": name} for name in BUNDLES[0]], "name": "Bundles"})
    videos.merge_range("A1:G1", "Spring launch", bold)
    videos.write_row(2, 0, HEADERS, bold)
    for row in (3, 4):
        videos.write_row(row, 0, ("spring-01", row - 2, "video", "https://cdn.example.com/1.mp4"))
        videos.write_datetime(row, 5, dt.datetime(2030, 1, row), red)
    videos.write_rich_string("E4", "Spring ", bold, "is", " here")
    videos.write_formula("E5", '="Day "&B5', None, "Day 2")
    videos.write_comment("D4", "The cut of Monday", {"author": "Ana"})
    videos.data_validation("C4:C50", {"validate": "list", "source": ["video", "carousel"]})
    videos.conditional_format("B4:B50", {"type": "data_bar", "data_bar_2010": True})
    videos.conditional_format("E4:E50", {"type": "blanks", "format": red})
    videos.add_sparkline("H4", {"range": "Videos!B4:B5"})
    videos.set_header("&CSpring")
    videos.set_landscape()
    videos.print_area("A1:G5")
    videos.repeat_rows(2)
    videos.freeze_panes(3, 1)
    videos.set_column("A:A", 20)
    videos.set_column("H:XFD", None, None, {"hidden": True})
    videos.activate()
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Videos!$B$4:$B$5"})
    notes.insert_chart("B2", chart)
    notes.insert_image("B20", "dot.png", {"image_data": io.BytesIO(PIXEL)})
    notes.write("A1", "Call Ana on Friday")
    book.define_name("Fee", "=Bundles!$E$2")
    if macros:
        project = path.with_suffix(".bin")
        project.write_bytes(MACROS)
        book.add_vba_project(str(project))
    book.close()
    return path


def enriched(path: Path, edits: Mapping[str, Callable[[str], str]], parts: Mapping[str, str]) -> Path:
    """The workbook with parts edited as text, and parts added."""
    with zipfile.ZipFile(path) as zipped:
        held = {info.filename: zipped.read(info) for info in zipped.infolist()}
    for name, edit in edits.items():
        before = held[name].decode()
        held[name] = edit(before).encode()
        assert held[name].decode() != before, f"{name} was not edited"
    held |= {name: text.encode() for name, text in parts.items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in held.items():
            zipped.writestr(name, data)
    return path


RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office/spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_X14_RULE = (
    f'<ext uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}" xmlns:x14="{_MS}/2009/9/main"><x14:dataValidations count="1" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list" allowBlank="1"><x14:formula1>'
    "<xm:f>Notes!$A$1:$A$9</xm:f></x14:formula1><xm:sqref>G4:G50</xm:sqref></x14:dataValidation></x14:dataValidations></ext>"
)


def modern(path: Path) -> Path:
    """On top of that: a drop-down of the extension block, threads, a slicer, a pivot table and a part nobody knows."""
    by_xlsxwriter(path)
    sheet, book = "xl/worksheets/sheet2.xml", "xl/workbook.xml"

    def related(kind: str, target: str, identity: str) -> Callable[[str], str]:
        return lambda text: text.replace("</Relationships>", f'<Relationship Id="{identity}" Type="{kind}" Target="{target}"/></Relationships>')

    def both(text: str) -> str:
        text = related(f"{_MS}/2017/10/relationships/threadedComment".replace("spreadsheetml/", ""), "../threadedComments/t1.xml", "rIdT")(text)
        return related(f"{RELATED}/pivotTable", "../pivotTables/pivotTable1.xml", "rIdP")(text)

    types = {
        "/xl/threadedComments/t1.xml": "application/vnd.ms-excel.threadedcomments+xml",
        "/xl/slicers/slicer1.xml": "application/vnd.ms-excel.slicer+xml",
        "/xl/pivotTables/pivotTable1.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.pivotTable+xml",
        "/customXml/item1.xml": "application/xml",
    }
    declared = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in types.items())
    thread = f'<ThreadedComments xmlns="{_MS}/2018/threadedcomments"><threadedComment ref="D4" id="{{1}}"><text>Done?</text></threadedComment>'
    return enriched(
        path,
        {
            sheet: lambda text: re.sub(r"(<extLst>)", rf"\1{_X14_RULE}", text, count=1),
            "xl/worksheets/_rels/sheet2.xml.rels": both,
            book: lambda text: text.replace("<sheets>", '<!-- kept --><sheets xmlns:mc="urn:kept">'),
            "[Content_Types].xml": lambda text: text.replace("</Types>", f"{declared}</Types>"),
        },
        {
            "xl/threadedComments/t1.xml": f"{_HEAD}{thread}</ThreadedComments>",
            "xl/slicers/slicer1.xml": f'{_HEAD}<slicers xmlns="{_MS}/2009/9/main"><slicer name="a" cache="b"/></slicers>',
            "xl/pivotTables/pivotTable1.xml": f'{_HEAD}<pivotTableDefinition xmlns="{MAIN}" name="P" cacheId="1"/>',
            "customXml/item1.xml": "<kept  by='nobody' />",
        },
    )


def parts(data: bytes) -> dict[str, bytes]:
    """Every part of a package."""
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        return {info.filename: zipped.read(info) for info in zipped.infolist()}


def children(data: bytes) -> dict[str, list[str]]:
    """The children of an XML root in canonical form, by name."""
    found: dict[str, list[str]] = {}
    for child in ET.fromstring(data):
        found.setdefault(child.tag.rpartition("}")[2], []).append(ET.canonicalize(ET.tostring(child)))
    return found


def cells(data: bytes) -> dict[str, str]:
    """The cells of a worksheet without their formats, in canonical form, by address."""
    found = {}
    for cell in ET.fromstring(data).iter(f"{{{MAIN}}}c"):
        cell.attrib.pop("s", None)
        cell.tail = None
        found[cell.get("r", "")] = ET.canonicalize(ET.tostring(cell))
    return found


def opened(path: Path) -> openpyxl.Workbook:
    """The workbook by openpyxl, which warns of everything that it would lose, and takes no pivot without its cache."""
    seen = io.BytesIO()
    with zipfile.ZipFile(seen, "w") as zipped:
        for name, data in parts(path.read_bytes()).items():
            zipped.writestr(name, re.sub(rb"<Relationship [^>]*/pivotTable\"[^>]*/>", b"", data) if name.endswith(".rels") else data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(seen)
