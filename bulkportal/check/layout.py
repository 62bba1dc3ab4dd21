"""What the layout of a sheet does to its values: merged cells, hidden rows, notes under the table, cells under no header."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from bulkportal.check.example import examples_aside
from bulkportal.check.findings import Finding, Place, Severity, Sheet
from bulkportal.sheets.table import ROW, Merge, column_number, letter

_MOST = 0.5
"""A column that more of the rows have something in is a column, and one finding."""


def layout_findings(sheet: Sheet) -> Iterator[Finding]:
    """Findings about how the sheet is laid out, each at the first cell it concerns."""
    rows: list[int] = sheet.table.frame[ROW].to_list()
    yield from _merged(sheet, rows)
    yield from _hidden(sheet, rows)
    yield from _notes(sheet)
    yield from _headless(sheet)


def _merged(sheet: Sheet, rows: list[int]) -> Iterator[Finding]:
    names = {column_number(at): name for name, at in sheet.letters.items()}
    for merge in sheet.table.merges:
        value = _first_of(sheet, merge, rows)
        if value is None:
            continue
        for row in rows[bisect_left(rows, merge.first_row) : bisect_right(rows, merge.last_row)]:
            for column in range(merge.first_column, merge.last_column + 1):
                if column in names:
                    yield Place(sheet=sheet, row=row, field=names[column]).finding(
                        code="cells_merged",
                        message=f"The cells {merge} are merged, so only the first of them has a value.",
                        hint="Unmerge them, and write the value into each cell that should have it.",
                        value=value,
                    )


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
            yield Place(sheet=sheet, row=inside[0], field="").finding(
                code="rows_hidden",
                message=f"{shown} hidden in the sheet (by a filter, perhaps), and read all the same.",
                hint="Delete the rows if they are not meant.",
                value=None,
                severity=Severity.WARNING,
            )


def _notes(sheet: Sheet) -> Iterator[Finding]:
    table = sheet.table
    examples = examples_aside(sheet)
    last = 0
    for row, name, text in table.aside:
        if row > last + 1 and row not in examples:
            yield Finding(
                code="note_not_read",
                severity=Severity.WARNING,
                message=f"Row {row} was taken for totals or for a note under the table, and not read.",
                hint="If it is a row of the table, move it up to the others, and fill in its cells.",
                file=table.file,
                sheet=table.sheet,
                row=row,
                column=table.headers.get(name, name),
                cell=f"{name}{row}",
                value=text,
            )
        last = row


def _headless(sheet: Sheet) -> Iterator[Finding]:
    """Text under no header: the rest of a text that its commas have torn apart, or a column of notes."""
    table = sheet.table
    seen: set[int] = set()
    for name in (name for name in table.letters if name not in table.headers):
        cells = table.frame.select(ROW, name).drop_nulls(name).rows()
        if len(cells) > max(table.frame.height * _MOST, 1):
            yield _unread(sheet, name, table.header_row, f"Column {name} has no header, so its {len(cells)} cells were not read.", None)
            continue
        for row, text in cells:
            if row not in seen:
                yield _unread(sheet, name, row, "The cell stands under no header, so it was not read.", text)
            seen.add(row)


def _unread(sheet: Sheet, name: str, row: int, message: str, text: str | None) -> Finding:
    return Finding(
        code="cell_without_header",
        severity=Severity.WARNING,
        message=message,
        hint="If a text was torn apart at its commas, put it in quotation marks; otherwise give the column a header.",
        file=sheet.table.file,
        sheet=sheet.table.sheet,
        row=row,
        column=name,
        cell=f"{name}{row}",
        value=text,
    )
