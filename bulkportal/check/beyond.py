"""Cells under no header: a note beside the table, a column without a name, or the rest of a text that its commas have torn apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from bulkportal.a1 import column_number, letter
from bulkportal.check.findings import Address, Finding, Sheet, found
from bulkportal.check.wording import shortened
from bulkportal.columns.field import Catalogue, Field, Kind, Role
from bulkportal.columns.matcher import plain_header
from bulkportal.counting import counted, noun
from bulkportal.sheets.sifting import Sieve, sifted
from bulkportal.sheets.table import ROW, Table

_MOST = 0.5
"""A column that more of the rows have something in is a column, and one finding."""

_FEWEST_HEADERS = 2
"""Headers among the cells beyond the last one that show that another file's first line follows."""

_GOES_ON = re.compile(r"^[^\w\s]*[a-zß-öø-ÿ#@&]")
_ENDS = re.compile(r"[.!?…:;)\]\"'”»]\s*$")
_SIGNS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}

_TELLING = {Kind.CHOICE: "", Kind.INTEGER: r"\d{1,6}$", Kind.DATE: r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}", Kind.MEDIA: r"https?://"}
"""The columns by which a line is known to be one of the table."""
_FEWEST_FITTING = 3

_Row = tuple[int, list[tuple[str, str]]]


def beyond_headers(sheet: Sheet) -> Iterator[Finding]:
    """What stands under no header: an error where a text of the row was torn apart, or the line continues with headers; otherwise a warning."""
    table = sheet.table
    bare = [name for name in table.letters if name not in table.headers]
    end = _end(table)
    swallowed = list(_swallowed(sheet))
    yield from swallowed
    beyond = [name for name in bare if column_number(name) > end and (table.width is not None or not _is_column(table, name))]
    spoilt = {finding.row or 0 for finding in swallowed}
    for row, cells in _rows(table, beyond):
        finding = _glued(sheet, row, cells, end) or _torn(sheet, row, cells, end)
        if finding:
            spoilt.add(row)
            yield finding
    for others in (_parted, _wider):
        for finding in list(others(sheet, end, spoilt)):
            spoilt.add(finding.row or 0)
            yield finding
    yield from _notes_beside(sheet, bare, spoilt)


def _end(table: Table) -> int:
    """The last column that the line of the headers has, by name or at least as a cell."""
    return max(table.width or 0, *(column_number(name) for name in table.headers))


def _rows(table: Table, names: Sequence[str]) -> Iterator[_Row]:
    if not names:
        return
    some = table.frame.select(ROW, *names).filter(pl.any_horizontal(pl.col(name).is_not_null() for name in names))
    for row, *texts in some.iter_rows():
        yield row, [(name, text) for name, text in zip(names, texts, strict=True) if text is not None]


def _glued(sheet: Sheet, row: int, cells: Sequence[tuple[str, str]], end: int) -> Finding | None:
    """The line of another file's headers, behind a last line that no line break ended."""
    table = sheet.table
    headers = {plain_header(text) for text in table.headers.values()}
    again = [(name, text) for name, text in cells if plain_header(text) in headers]
    # One fewer than there are: the first header of the other file is stuck to the last cell of this row.
    if len(again) < min(_FEWEST_HEADERS, len(table.headers) - 1) or len(again) * 2 < len(cells):
        return None
    last = letter(end - 1)
    name = next((name for name, at in sheet.letters.items() if at == last), table.headers.get(last, last))
    cell = f"{last}{row}"
    value = _at(table, row, last)
    return found("headers_glued", {"row": row, "cell": cell}, file=table.file, sheet=table.sheet, row=row, column=name, cell=cell, value=value)


def _torn(sheet: Sheet, row: int, cells: Sequence[tuple[str, str]], end: int) -> Finding | None:
    """In a text file any cell beyond the last header; in a workbook one that plainly goes on with the text before it.

    What follows a comma begins with a blank; or it begins with a small letter, several times in a row.
    """
    table = sheet.table
    name, _ = cells[0]
    if table.width is None:
        last = letter(end - 1)
        before = _at(table, row, last) if any(sheet.letters.get(field) == last for field in _sentences(sheet.catalogue)) else None
        goes_on = (row, name) in table.indented or (len(cells) > 1 and all(_GOES_ON.search(one) for _, one in cells))
        if column_number(name) != end + 1 or before is None or _ENDS.search(before) or not goes_on:
            return None
    return _too_long(sheet, row, end, column_number(cells[-1][0]), cells)


def _sentences(catalogue: Catalogue) -> frozenset[str]:
    """The columns that hold sentences, which may have commas in them."""
    return frozenset(
        field.name for field in catalogue.fields if field.prose or field.is_caption or (field.kind is Kind.TEXT and field.role is Role.SETTING)
    )


def _too_long(sheet: Sheet, row: int, end: int, count: int, cells: Sequence[tuple[str, str]]) -> Finding:
    table = sheet.table
    beyond = ", ".join(repr(text) for _, text in cells) or f"{count - end} blank, which"
    words = {
        "row": row,
        "cells": counted(count, "cell"),
        "headers": counted(end, "header"),
        "beyond": shortened(beyond),
        "delimiter": f"{_SIGNS[table.delimiter]}s" if table.delimiter in _SIGNS else table.delimiter,
    }
    name, text = cells[0] if cells else (letter(end), None)
    return found("row_too_long", words, file=table.file, sheet=table.sheet, row=row, column=name, cell=f"{name}{row}", value=text)


def _wider(sheet: Sheet, end: int, spoilt: set[int]) -> Iterator[Finding]:
    """Rows of a text file with more cells than all others, of which the last are blank: a text before them was torn apart."""
    for row, count in sheet.table.wider.items():
        if row not in spoilt:
            yield _too_long(sheet, row, end, count, ())


def _parted(sheet: Sheet, _end: int, spoilt: set[int]) -> Iterator[Finding]:
    """Cells of a text file that begin with a blank right behind a text, though nothing stands beyond the headers: the last ones were left blank."""
    table = sheet.table
    if table.width is None:
        return
    fields = {at: name for name, at in sheet.letters.items()}
    sentences = _sentences(sheet.catalogue)
    for row, name in sorted(table.indented):
        before = letter(column_number(name) - 2)
        ours = fields.get(name)
        if row in spoilt or fields.get(before) not in sentences or (ours and sheet.catalogue[ours].kind not in (Kind.TEXT, Kind.LIST)):
            continue
        text, start = _at(table, row, name) or "", _at(table, row, before) or ""
        words = {
            "cell": f"{name}{row}",
            "before": f"{before}{row}",
            "text": _cut(f"{start}{table.delimiter} {text}"),
            "delimiter": _SIGNS[table.delimiter],
        }
        place: Address = {"sheet": table.sheet, "row": row, "column": ours or table.headers.get(name, name), "cell": f"{name}{row}", "value": text}
        yield found("text_parted", words, file=table.file, **place)


def _swallowed(sheet: Sheet) -> Iterator[Finding]:
    """Cells that hold whole lines of the table: a quotation mark was opened and closed further down."""
    table = sheet.table
    if table.width is None:
        return
    kinds = [(column_number(at) - 1, known) for name, at in sheet.letters.items() if (known := sheet.catalogue[name]).kind in _TELLING]
    several = {
        name: Sieve(coarse=pl.col(name).str.contains("\n", literal=True), fine=pl.col(name).str.contains(table.delimiter, literal=True))
        for name in table.letters
    }
    for name, rows in sifted(table.frame, several):
        for row, text in rows.select(ROW, name).iter_rows():
            lines = [line for line in text.split("\n")[1:] if _is_line(line.split(table.delimiter), kinds)]
            if lines:
                words = {"cell": f"{name}{row}", "count": counted(len(lines), "row"), "line": _cut(lines[0])}
                place: Address = {"sheet": table.sheet, "row": row, "column": table.headers.get(name, name), "cell": f"{name}{row}", "value": text}
                yield found("rows_swallowed", words, file=table.file, **place)


def _is_line(cells: Sequence[str], kinds: Sequence[tuple[int, Field]]) -> bool:
    """Whether a line of a text is one of the table: at least three of its cells are what their columns hold."""
    fitting = 0
    for place, known in kinds:
        text = cells[place].strip().strip('"') if place < len(cells) else ""
        fitting += text.casefold() in known.choices if known.kind is Kind.CHOICE else re.match(_TELLING[known.kind], text) is not None
    return fitting >= _FEWEST_FITTING


def _cut(text: str) -> str:
    return shortened(" ".join(text.split()))


def _at(table: Table, row: int, name: str) -> str | None:
    if name not in table.frame.columns:
        return None
    found: str | None = next(iter(table.frame.filter(pl.col(ROW) == row)[name]), None)
    return found


def _notes_beside(sheet: Sheet, names: Sequence[str], spoilt: set[int]) -> Iterator[Finding]:
    table = sheet.table
    seen = set(spoilt)
    for name in names:
        cells = [(row, text) for row, text in table.frame.select(ROW, name).drop_nulls(name).iter_rows() if row not in spoilt]
        if len(cells) > max(table.frame.height * _MOST, 1):
            under = f"{counted(len(cells), 'cell')} under it {noun(len(cells), 'was', 'were')} not read"
            yield _unread(sheet, name, table.header_row, None, under)
            continue
        for row, text in cells:
            if row not in seen:
                yield _unread(sheet, name, row, text)
            seen.add(row)


def _is_column(table: Table, name: str) -> bool:
    """Whether so many rows have something in it that it is a column of its own."""
    return table.frame.height - table.frame[name].null_count() > max(table.frame.height * _MOST, 1)


def _unread(sheet: Sheet, name: str, row: int, text: str | None, under: str = "") -> Finding:
    table, variant = sheet.table, "column" if under else ""
    place: Address = {"sheet": table.sheet, "row": row, "column": name, "cell": f"{name}{row}", "value": text}
    return found("cell_without_header", {"column": name, "under": under}, file=table.file, variant=variant, **place)
