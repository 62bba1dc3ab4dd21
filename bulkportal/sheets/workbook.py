"""Workbooks to grids: measured first, then read fast, and slowly where fast would not be safe."""

from __future__ import annotations

import datetime as dt
import io
import logging
import warnings
from array import array
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, cast

import fastexcel
import openpyxl
import polars as pl
from openpyxl.utils.escape import unescape

from bulkportal.errors import UnreadableInput
from bulkportal.sheets.formats import is_telling
from bulkportal.sheets.grid import LAST_COLUMN, LAST_ROW, MOST_CELLS, Grid, doubtful, in_order, overlay, refuse_wide, spread, tidy
from bulkportal.sheets.package import Package, SheetPart
from bulkportal.sheets.scan import Scan, scan
from bulkportal.sheets.table import ROW, letter

# The native reader warns about every chart sheet; without a handler that would land on the terminal.
logging.getLogger("calamine").addHandler(logging.NullHandler())

MOST_SLOW_CELLS = 8_000_000

_DAY_ZERO = r"^1899-12-3[01] (\d\d:\d\d:\d\d)"
_MIDNIGHT = r"^(\d{4}-\d\d-\d\d) 00:00:00$"


class _Cell(Protocol):
    row: int
    column: int
    value: object


class _Sheet(Protocol):
    """What openpyxl's read-only worksheet does; its type hints are those of the other kind."""

    title: str

    def reset_dimensions(self) -> None: ...
    def iter_rows(self) -> Iterator[tuple[_Cell, ...]]: ...


def read_workbook(package: Package) -> list[Grid]:
    """Every worksheet of an .xlsx or .xlsm, hidden ones too, as text with its own addresses.

    Dates are `YYYY-MM-DD`, moments `YYYY-MM-DD HH:MM:SS`, booleans `true` and `false`, whole numbers
    without a point. A marked cell holds what the file holds there.
    """
    sheets = package.sheets()
    package.verify(without=frozenset(sheet.part for sheet in sheets))
    formats = {number: code for number, code in package.number_formats().items() if is_telling(code)}
    scans = [_measured(package, sheet, formats) for sheet in sheets]
    slowly = [sheet for sheet, seen in zip(sheets, scans, strict=True) if seen.odd or seen.area > MOST_CELLS or package.from_1904]
    # The fast reader counts from 1900 whatever the workbook says, in some files that real programs wrote.
    quick = [sheet for sheet in sheets if sheet not in slowly]
    cells = _read_quickly(package.data, quick)
    slowly += [sheet for sheet in quick if sheet.name not in cells]
    if slowly:
        cells |= _read_slowly(slowly, package)
    for sheet in sheets:
        refuse_wide(cells[sheet.name], package.label)
    return [_grid(sheet, seen, cells[sheet.name]) for sheet, seen in zip(sheets, scans, strict=True)]


def _measured(package: Package, sheet: SheetPart, formats: Mapping[int, str]) -> Scan:
    seen = scan(package.blocks(sheet.part), formats)
    if seen.overlong or seen.last_row > LAST_ROW or seen.last_column > LAST_COLUMN:
        raise package.too_large(f"the sheet {sheet.name} has cells beyond XFD1048576, or far too many of them")
    return seen


def _grid(sheet: SheetPart, seen: Scan, cells: pl.DataFrame) -> Grid:
    held = [(mark.row, mark.column, mark.value) for mark in seen.marks]
    tidied = tidy(overlay(cells, [*held, *seen.shown]))
    return Grid(
        sheet=sheet.name,
        cells=tidied,
        marks=in_order([*seen.marks, *doubtful(tidied, typed=True)]),
        merges=tuple(seen.merges),
        hidden=tuple(seen.hidden),
        notes=("The sheet is hidden.",) if sheet.hidden else (),
    )


def _read_quickly(data: bytes, sheets: Sequence[SheetPart]) -> dict[str, pl.DataFrame]:
    """Cells by sheet name. A sheet that the fast reader cannot read is left out."""
    found: dict[str, pl.DataFrame] = {}
    try:
        book = fastexcel.read_excel(data)
        for sheet in sheets:
            found[sheet.name] = _quick_cells(book, sheet.name)
    except BaseException as error:  # a panic in the native reader is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError)):
            raise
    return found


def _quick_cells(book: fastexcel.ExcelReader, name: str) -> pl.DataFrame:
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    columns = [letter(column.absolute_index) for column in sheet.available_columns()]
    cells = sheet.to_polars()
    cells.columns = columns
    texts = pl.col(pl.String).str.replace(_MIDNIGHT, "$1").str.replace(_DAY_ZERO, "$1")
    return cells.with_columns(texts).with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))


def _read_slowly(sheets: Sequence[SheetPart], package: Package) -> dict[str, pl.DataFrame]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(io.BytesIO(package.data), read_only=True, data_only=True, keep_links=False)
            return {sheet.name: _slow_cells(cast(_Sheet, book[sheet.name]), package) for sheet in sheets}
        except UnreadableInput:
            raise
        except Exception as error:  # whatever the last reader stumbles over, the file is not readable
            raise package.damaged() from error


def _slow_cells(sheet: _Sheet, package: Package) -> pl.DataFrame:
    sheet.reset_dimensions()  # a wrong dimension would silently hide cells
    visited = 0
    rows, letters, texts = array("q"), [], []
    for row in sheet.iter_rows():
        visited += len(row)
        if visited > MOST_SLOW_CELLS:
            raise package.too_large(f"the sheet {sheet.title} spreads over too many cells")
        for cell in (cell for cell in row if cell.value is not None):
            rows.append(cell.row)
            letters.append(letter(cell.column - 1))
            texts.append(_text(cell.value))
    return spread(rows, letters, texts)


def _text(value: object) -> str:
    """A value as the fast reader would write it."""
    match value:
        case str():
            return unescape(value)
        case bool():
            return "true" if value else "false"
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case dt.datetime():
            return str(value).removesuffix(" 00:00:00")
        case _:
            return str(value)
