"""Real spreadsheets that others wrote: no traceback, no hang, bounded memory, and the values that another reader sees.

A few of them on every run, where the package registry can be reached; all of them with BULKPORTAL_LONG=1.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import fastexcel
import openpyxl
import pytest

from bulkportal.a1 import column_number
from bulkportal.columns.matcher import count_known
from bulkportal.errors import UnreadableInput
from bulkportal.sheets.reader import read
from bulkportal.sheets.table import ROW, Table
from tests.sheets.corpus import gathered

Cells = dict[tuple[int, int], str]


@pytest.fixture(scope="module")
def corpus(pytestconfig: pytest.Config) -> list[Path]:
    """The files that others wrote."""
    return gathered(pytestconfig)


def test_no_file_brings_the_reader_down(corpus: list[Path]) -> None:
    """In a process of its own: each is read or refused in words, within 10 s of work and 700 MB in all."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.sheets.corpus", *map(str, corpus)],
        capture_output=True,
        text=True,
        check=False,
        timeout=110,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == len(corpus)
    assert [one for one in told if one["seconds"] > 10 or one["peak_mb"] > 700 or "without" in one["ended"]] == []
    assert sum("tables" in one["ended"] for one in told) > len(told) // 2


def test_another_reader_sees_the_same_values(corpus: list[Path]) -> None:
    """Openpyxl for .xlsx, calamine for .xls and .ods, the csv module for text."""
    differing: list[str] = []
    compared = 0
    for path in corpus:
        try:
            tables = read(path, label=path.name, recognise=count_known)
        except UnreadableInput:
            continue
        for table in tables:
            theirs = other_reader(path, table)
            if theirs is None:
                continue
            ours, doubted = own(table), {(mark.row, column_number(mark.column)) for mark in table.marks}
            doubted |= unseen(path, ours)
            differing += [
                f"{path.name} {table.sheet} {place}: {ours.get(place)!r} is not {theirs.get(place)!r}"
                for place in sorted(ours.keys() | theirs.keys())
                if place not in doubted and same(ours.get(place, "")) != same(theirs.get(place, ""))
            ]
            compared += len(ours)
    assert differing == []
    assert compared > 100


def unseen(path: Path, ours: Cells) -> set[tuple[int, int]]:
    """What calamine leaves blank in an OpenDocument: times of day and durations."""
    return {place for place, text in ours.items() if path.suffix.casefold() == ".ods" and re.fullmatch(r"\d+:\d\d:\d\d.*", text)}


def own(table: Table) -> Cells:
    """Every cell of a table as bulkportal reads it."""
    cells = {(table.header_row, column_number(name)): text for name, text in table.headers.items()}
    cells |= {(row, column_number(name)): text for row, name, text in (*table.above, *table.aside)}
    names = [name for name in table.frame.columns if name != ROW]
    for row, *texts in table.frame.iter_rows():
        cells |= {(row, column_number(name)): text for name, text in zip(names, texts, strict=True) if text is not None}
    return cells


def other_reader(path: Path, table: Table) -> Cells | None:
    """The same sheet as another library reads it; None where it cannot."""
    try:
        match path.suffix.casefold():
            case ".xlsx" | ".xlsm":
                return dict(by_openpyxl(path, table.sheet))
            case ".xls" | ".ods":
                return dict(by_calamine(path, table.sheet))
            case _:
                return dict(by_csv(path, table.delimiter))
    except Exception:  # noqa: BLE001 - what the other cannot read cannot be compared
        return None


def by_openpyxl(path: Path, sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, data_only=True)
    for row in book[sheet].iter_rows():
        for cell in row:
            if cell.value is not None:
                yield (cell.row, cell.column), plain(cell.value)


def by_calamine(path: Path, sheet: str) -> Iterator[tuple[tuple[int, int], str]]:
    loaded = fastexcel.read_excel(path).load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string")
    columns = [column.absolute_index for column in loaded.available_columns()]
    for number, texts in enumerate(loaded.to_polars().iter_rows(), start=1):
        for column, text in zip(columns, texts, strict=True):
            if text is not None:
                yield (number, column + 1), text


def by_csv(path: Path, delimiter: str) -> Iterator[tuple[tuple[int, int], str]]:
    data = path.read_bytes()
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for number, record in enumerate(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter), start=1):
        for column, text in enumerate(record, start=1):
            yield (number, column), text


def plain(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case dt.timedelta():
            return str(dt.datetime(1899, 12, 30) + value)
        case _:
            return str(value)


def same(text: str) -> str:
    """A value without what merely differs in writing: blanks, a midnight, the day before the first, a trailing .0."""
    text = re.sub(r"^1899-12-3[01] ", "", " ".join(text.replace("T", " ").split()))
    text = text.removesuffix(" 00:00:00").replace(" ", "")
    try:
        return f"{round(float(text), 9):.12g}"  # the fast reader leaves out what is smaller
    except ValueError:
        return text
