"""The door for reading: a workbook of any kind, delimited text, a zip or a folder of it, or standard input."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polars as pl

from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import Package
from bulkportal.regular import open_to_read
from bulkportal.sheets.archive import TEXT_SUFFIXES, text_files
from bulkportal.sheets.csvfile import LONGEST_CELL, read_csv
from bulkportal.sheets.file_names import shown
from bulkportal.sheets.grid import LAST_ROW, Grid, Recognise, tabulate
from bulkportal.sheets.signature import Container, container
from bulkportal.sheets.table import ROW, Table

MOST_FILE_BYTES = 512 << 20


def read(path: Path, *, label: str, recognise: Recognise, encoding: str | None = None) -> tuple[Table, ...]:
    """Every sheet with text in a file, or in a folder of CSV files, as tables of text.

    `label` is the name to show. `recognise` says how many texts of a row are known headers; it
    decides which row is the header; `encoding` is the one of text files, where the user names one.
    Raises `UnreadableInput`, and nothing else, for what cannot be read, whatever the file holds.
    """
    if _is_folder(path, label):
        return _read_folder(path, label, recognise, encoding)
    grids = _grids(_content(path, label), label=label, sheet=shown(path.stem), recognise=recognise, encoding=encoding)
    return _named(_tables(grids, label, path, recognise))


def read_stream(data: bytes, *, label: str, recognise: Recognise, encoding: str | None = None) -> tuple[Table, ...]:
    """The same for bytes that have no file: CSV, or a workbook, from standard input."""
    _bound(data, label)
    sheet = Path(label).stem.strip("<>- ") or "stdin"
    return _named(_tables(_grids(data, label=label, sheet=sheet, recognise=recognise, encoding=encoding), label, None, recognise))


def _grids(data: bytes, *, label: str, sheet: str, recognise: Recognise, encoding: str | None) -> list[Grid]:
    match container(data, label=label):
        case Container.ZIP:
            return _unpacked(Package(data, label=label), recognise, encoding)
        case Container.OLE:
            from bulkportal.sheets.oldexcel import read_old_excel  # late, like each reader of workbooks: a text file needs none of them

            return _read_only(read_old_excel(data, label=label))
        case Container.TEXT:
            return [read_csv(data, label=label, sheet=sheet, recognise=recognise, encoding=encoding)]


def _unpacked(package: Package, recognise: Recognise, encoding: str | None) -> list[Grid]:
    """What a zip is: a workbook of one of two kinds, or an archive of text files."""
    if package.is_opendocument:
        from bulkportal.sheets.opendocument import read_opendocument

        return _read_only(read_opendocument(package))
    if package.is_workbook:
        from bulkportal.sheets.workbook import read_workbook

        return read_workbook(package)
    found: list[Grid] = []
    for sheet, data in text_files(package).items():
        if data.strip():
            # For its refusals alone: a text file in an archive may be a renamed workbook, or a page.
            container(data, label=package.label)
            found.append(read_csv(data, label=package.label, sheet=sheet, recognise=recognise, encoding=encoding))
    return _read_only(found)


def _read_only(grids: Iterable[Grid]) -> list[Grid]:
    return [replace(grid, is_writable=False) for grid in grids]


def _tables(grids: list[Grid], label: str, path: Path | None, recognise: Recognise) -> tuple[Table, ...]:
    for grid in grids:
        _refuse_endless_cells(grid, label)
    tables = [tabulate(grid, file=label, path=path, recognise=recognise) for grid in grids]
    found = tuple(table for table in tables if table is not None)
    if not found:
        raise _empty(label)
    return found


def _named(tables: Iterable[Table], *, yes: bool = True) -> tuple[Table, ...]:
    return tuple(replace(table, is_named=yes) for table in tables)


def _refuse_endless_cells(grid: Grid, label: str) -> None:
    longest = grid.cells.select(pl.exclude(ROW).str.len_bytes().max())
    name = next((name for name, length in zip(longest.columns, next(iter(longest.rows()), ()), strict=True) if (length or 0) > LONGEST_CELL), None)
    if name is not None:
        raise UnreadableInput.of("file_too_large", "cell", file=label, column=name, tab=grid.sheet)


def _read_folder(folder: Path, label: str, recognise: Recognise, encoding: str | None) -> tuple[Table, ...]:
    try:
        files = sorted(
            file for file in folder.iterdir() if file.suffix.casefold() in TEXT_SUFFIXES and not file.name.startswith(".") and file.is_file()
        )
    except OSError as error:
        raise _unreadable(label, error) from error
    if not files:
        raise UnreadableInput.of("file_missing", "folder", file=label)
    found: list[Table] = []
    for file in files:
        try:
            found += _named(read(file, label=shown(file.name), recognise=recognise, encoding=encoding), yes=False)
        except UnreadableInput as problem:
            # An empty file among others is a leftover; as the only one it would be the launch.
            if problem.code != "file_empty":
                raise
    if not found:
        raise _empty(label)
    return tuple(found)


def _is_folder(path: Path, label: str) -> bool:
    try:
        mode = path.stat().st_mode
    except FileNotFoundError as error:
        raise UnreadableInput.of("file_missing", file=label) from error
    except (OSError, ValueError) as error:
        raise _unreadable(label, error) from error
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise UnreadableInput.of("file_unreadable", "device", file=label)
    return stat.S_ISDIR(mode)


def _content(path: Path, label: str) -> bytes:
    try:
        with open_to_read(path) as file:
            # One byte more than is allowed shows that there is more, whatever size the system states: a file may grow while it is read.
            data = file.read(MOST_FILE_BYTES + 1)
    except OSError as error:
        raise _unreadable(label, error) from error
    _bound(data, label)
    return data


def _bound(data: bytes, label: str) -> None:
    if len(data) > MOST_FILE_BYTES:
        raise UnreadableInput.of("file_too_large", "bytes", file=label, most=MOST_FILE_BYTES >> 20)


def _unreadable(label: str, error: Exception) -> UnreadableInput:
    reason = getattr(error, "strerror", None) or "its name is not valid"
    return UnreadableInput.of("file_unreadable", file=label, reason=reason)


def _empty(label: str) -> UnreadableInput:
    return UnreadableInput.of("file_empty", "blank", file=label)


def refuse_longer_than_worksheet(tables: Iterable[Table]) -> None:
    """Raise UnreadableInput for a table of a text file that no workbook has room for, as a report would need it."""
    for table in tables:
        last = table.frame[ROW].max() if table.frame.height else 0
        if isinstance(last, int) and last > LAST_ROW:
            raise UnreadableInput.of("file_too_large", "worksheet", file=table.file, last=f"{last:,}", most=f"{LAST_ROW:,}")
