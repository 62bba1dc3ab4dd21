"""What the layout of a sheet does to its values: merged cells, hidden rows, notes under the table, cells under no header."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from bulkportal.a1 import column_number, letter
from bulkportal.check.beyond import beyond_headers
from bulkportal.check.example import examples_aside
from bulkportal.check.findings import Address, Finding, Place, Sheet, found
from bulkportal.sheets.table import ROW, Merge


def layout_findings(sheet: Sheet, *, is_export: bool) -> Iterator[Finding]:
    """Findings about how the sheet is laid out, each at the first cell it concerns. An export hides its own `bundle_id`."""
    rows: list[int] = sheet.table.frame[ROW].to_list()
    yield from _doubted(sheet)
    yield from _merged(sheet, rows)
    yield from _hidden(sheet, rows)
    yield from _hidden_columns(sheet, is_export=is_export)
    yield from _repeated(sheet)
    yield from _notes(sheet)
    yield from beyond_headers(sheet)


def _doubted(sheet: Sheet) -> Iterator[Finding]:
    """What is doubtful of the text as a whole, at a cell that shows it."""
    table, doubt = sheet.table, sheet.table.doubt
    if doubt is not None:
        row, column = (doubt.row, doubt.column) if doubt.row else (table.header_row, next(iter(table.headers)))
        names = {at: name for name, at in sheet.letters.items()}
        field = names.get(column, table.headers.get(column, column))
        where: Address = {"sheet": table.sheet, "row": row, "column": field, "cell": f"{column}{row}", "value": doubt.value or None}
        yield found(doubt.code, doubt.words, file=table.file, **where)


def _merged(sheet: Sheet, rows: list[int]) -> Iterator[Finding]:
    names = {column_number(at): name for name, at in sheet.letters.items()}
    for merge in sheet.table.merges:
        # A merged title above the table, or a note beside it, takes nothing away from any row.
        value = _first_of(sheet, merge, rows)
        if value is None:
            continue
        for row in rows[bisect_left(rows, merge.first_row) : bisect_right(rows, merge.last_row)]:
            for column in range(merge.first_column, merge.last_column + 1):
                if column in names:
                    yield Place(sheet=sheet, row=row, field=names[column]).found("cells_merged", {"cells": merge}, value=value)


def _first_of(sheet: Sheet, merge: Merge, rows: list[int]) -> str | None:
    """The text of merged cells that are part of the table, if there is any."""
    name, place = letter(merge.first_column - 1), bisect_left(rows, merge.first_row)
    if name not in sheet.table.frame.columns or rows[place : place + 1] != [merge.first_row]:
        return None
    text: str | None = sheet.table.frame[name][place]
    return text


def _hidden(sheet: Sheet, rows: list[int]) -> Iterator[Finding]:
    for first, last in sheet.table.hidden:
        inside = rows[bisect_left(rows, first) : bisect_right(rows, last)]
        if inside:
            shown = f"Row {inside[0]} is" if len(inside) == 1 else f"Rows {inside[0]} to {inside[-1]} are"
            yield Place(sheet=sheet, row=inside[0], field="").found("rows_hidden", {"rows": shown}, value=None)


def _hidden_columns(sheet: Sheet, *, is_export: bool) -> Iterator[Finding]:
    table = sheet.table
    for name, at in sheet.letters.items():
        number = column_number(at)
        is_hidden = any(first <= number <= last for first, last in table.hidden_columns)
        if not is_hidden or (is_export and name == "bundle_id") or at not in table.frame.columns:
            continue
        value = next(iter(table.frame[at].drop_nulls().head(1)), None)
        if value is not None:
            yield Place(sheet=sheet, row=table.header_row, field=name).found("column_hidden", {"column": at, "field": name}, value=value)


def _repeated(sheet: Sheet) -> Iterator[Finding]:
    """Rows that hold headers once more: the same ones, or others, under which the rows below would mean something else."""
    table = sheet.table
    for repeat in table.repeats:
        name, text = next((name, text) for row, name, text in repeat.cells if row == repeat.row)
        title = f" (with {repeat.title!r} above it)" if repeat.title else ""
        words = {"row": repeat.row, "title": title, "header_row": table.header_row}
        yield found(
            "header_repeated" if repeat.is_same else "header_changes",
            words,
            file=table.file,
            sheet=table.sheet,
            row=repeat.row,
            column=table.headers.get(name, name),
            cell=f"{name}{repeat.row}",
            value=text,
        )


def _notes(sheet: Sheet) -> Iterator[Finding]:
    table = sheet.table
    examples = examples_aside(sheet)
    numbers = sorted({row for row, _, _ in table.aside if row not in examples})
    ends = {row: next(end for end in numbers if end >= row and end + 1 not in numbers) for row in numbers if row - 1 not in numbers}
    last = 0
    for row, name, text in table.aside:
        if row > last + 1 and row not in examples:
            end = ends.get(row, row)
            which = f"Row {row} was" if end == row else f"Rows {row} to {end} were"
            place: Address = {"sheet": table.sheet, "row": row, "column": table.headers.get(name, name), "cell": f"{name}{row}", "value": text}
            yield found("note_not_read", {"rows": which}, file=table.file, **place)
        last = row
