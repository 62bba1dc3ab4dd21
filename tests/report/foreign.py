"""Two packages compared by strict eyes: parts, XML in canonical form, and the values that other readers see."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import fastexcel
import openpyxl
import polars as pl

from bulkportal.a1 import column_number
from bulkportal.check.findings import Finding, Severity, Sheet, ValidationResult
from bulkportal.sheets.table import ROW, Table

from .rich import parts

Values = Mapping[str, Mapping[tuple[int, int], str]]
"""What a reader sees: by sheet, by row and column."""

_ANY = re.compile(
    r"\[content_types\]\.xml|(.*/)?_rels/workbook[^/]*\.rels|(.*/)?workbook[^/]*\.xml|(.*/)?styles[^/]*\.xml|"
    r"(.*/)?worksheets/(_rels/)?[^/]*|(.*/)?comments?[^/]*\.xml|(.*/)?vmldrawing[^/]*\.vml",
    re.IGNORECASE,
)
"""The parts that an edit of cells may touch; what may change within a worksheet is looked at apart."""

EDITED = {"sheetViews", "dimension", "cols", "sheetData", "hyperlinks", "legacyDrawing"}


def local(tag: str) -> str:
    """A name without its namespace."""
    return tag.rpartition("}")[2]


def plain_name(part: str) -> str:
    """A part's name as packages compare it."""
    return unquote(part).replace("\\", "/").lstrip("/")


def seen(tables: Collection[Table]) -> ValidationResult:
    """The tables of any workbook as if they had been checked: no header need be known."""
    sheets = tuple(Sheet(table=table, kind="position", letters={}) for table in tables)
    return ValidationResult(sheets=sheets, bundles=pl.DataFrame(), positions=pl.DataFrame(), findings=(), invalid=frozenset())


def blamed(source: ValidationResult) -> tuple[Finding, ...]:
    """A red cell in the first row of each table, and an amber one in its last."""
    found = []
    for table in (sheet.table for sheet in source.sheets):
        name = next((name for name in table.frame.columns if name != ROW), None)
        for row, severity in zip(sorted({*table.frame[ROW].head(1), *table.frame[ROW].tail(1)}), Severity, strict=False):
            cell = None if name is None else f"{name}{row}"
            found.append(
                Finding(code="odd", severity=severity, message="Odd.", hint="Mend it.", file=table.file, sheet=table.sheet, row=row, cell=cell)
            )
    return tuple(found)


def is_anew(path: Path) -> bool:
    """Whether a report is a new workbook, and not the user's own: its summary says so."""
    return any(b"the file itself could not be kept" in data for data in parts(path.read_bytes()).values())


def lost(before: bytes, after: bytes, *, columns: Mapping[str, Collection[int]]) -> list[str]:
    """What of a package is other than it was, beyond an edit of cells. `columns` are those of each sheet that may differ."""
    old, new = parts(before), parts(after)
    found = [f"{name} is gone" for name in old if name not in new]
    changed = [name for name in old if name in new and old[name] != new[name]]
    found += [f"{name} was changed" for name in changed if not _ANY.fullmatch(plain_name(name))]
    allowed = {number for numbers in columns.values() for number in numbers}
    for name in changed:
        if "worksheets/" in plain_name(name).lower() and not name.endswith(".rels"):
            found += [f"{name}: {what}" for what in _lost_in_sheet(old[name], new[name], allowed)]
        if re.search(r"styles[^/]*\.xml$", plain_name(name)):
            found += [f"{name}: {what}" for what in _lost_in_styles(old[name], new[name])]
    with zipfile.ZipFile(io.BytesIO(after)) as zipped:
        bad = zipped.testzip()
    return [*found, *([f"{bad} is damaged"] if bad else [])]


def _lost_in_sheet(before: bytes, after: bytes, allowed: Collection[int]) -> list[str]:
    old, new = _parsed(before), _parsed(after)
    kept, again = ([ET.canonicalize(ET.tostring(child), strip_text=True) for child in root if local(child.tag) not in EDITED] for root in (old, new))
    found = [] if kept == again else ["something beside the cells was changed"]
    cells, written = _cells(old), _cells(new)
    found += [
        f"{place} was {xml!r}, is {written.get(place)!r}" for place, xml in cells.items() if place[1] not in allowed and written.get(place) != xml
    ]
    return found + [f"{place} is new" for place in written.keys() - cells.keys() if place[1] not in allowed and "<" in _inside(written[place])]


def _parsed(data: bytes) -> ET.Element:
    """A part; one that names another encoding than it has is read as spreadsheet programs read it."""
    try:
        return ET.fromstring(data)
    except ET.ParseError:
        return ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", data.decode("utf-8-sig")))


def _inside(xml: str) -> str:
    return xml.partition(">")[2].rpartition("</")[0]


def _cells(root: ET.Element) -> dict[tuple[int, int], str]:
    """Every cell without its format, in canonical form. Where addresses are left out, cells and rows are counted."""
    found: dict[tuple[int, int], str] = {}
    number = 0
    for row in (element for element in root.iter() if local(element.tag) == "row"):
        number = int(row.get("r", number + 1))
        column = 0
        for cell in (element for element in row if local(element.tag) == "c"):
            address = cell.attrib.pop("r", "").replace("$", "")
            column = column_number(address.rstrip("0123456789")) if address else column + 1
            cell.attrib.pop("s", None)
            cell.tail = None
            found[number, column] = ET.canonicalize(ET.tostring(cell))
    return found


def _lost_in_styles(before: bytes, after: bytes) -> list[str]:
    """Formats are only added: those that were there keep their numbers."""
    found = []
    lists = {local(child.tag): [ET.canonicalize(ET.tostring(item)) for item in child] for child in ET.fromstring(after)}
    for child in ET.fromstring(before):
        was = [ET.canonicalize(ET.tostring(item)) for item in child]
        if lists.get(local(child.tag), [])[: len(was)] != was:
            found.append(f"{local(child.tag)} were not only added to")
    return found


def by_openpyxl(path: Path) -> Values | str:
    """Every cell as openpyxl reads it; or why it cannot."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for sheet in openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True).worksheets:
                cells = ((cell.row, cell.column, cell.value) for row in sheet.iter_rows() for cell in row)
                found[sheet.title] = {(row, column): str(value) for row, column, value in cells if value is not None}
    except Exception as problem:  # noqa: BLE001 - it raises a dozen kinds for what it does not know
        return repr(problem)
    return found


def by_calamine(path: Path) -> Values | str:
    """Every cell as calamine reads it; or why it cannot."""
    found: dict[str, dict[tuple[int, int], str]] = {}
    try:
        book = fastexcel.read_excel(path)
        for name in book.sheet_names:
            sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            columns = [column.absolute_index + 1 for column in sheet.available_columns()]
            rows = enumerate(sheet.to_polars().iter_rows(), start=1)
            found[name] = {(row, column): text for row, texts in rows for column, text in zip(columns, texts, strict=True) if text is not None}
    except Exception as problem:  # noqa: BLE001 - nor does this one say beforehand what it raises
        return repr(problem)
    return found


def differing(before: Values | str, after: Values | str, columns: Mapping[str, Collection[int]]) -> list[str]:
    """The cells that a reader sees otherwise than before, the columns that may differ apart. Nothing if it could not read the file before."""
    if isinstance(before, str):
        return []
    if isinstance(after, str):
        return [f"it can no longer be read: {after}"]
    allowed = {number for numbers in columns.values() for number in numbers}
    return [
        f"{sheet} {place}: {text!r} is now {after.get(sheet, {}).get(place)!r}"
        for sheet, cells in before.items()
        for place, text in cells.items()
        if place[1] not in allowed and after.get(sheet, {}).get(place) != text
    ]
