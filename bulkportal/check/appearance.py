"""What a person sees of a cell besides its text: that it is struck out, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from bulkportal.a1 import column_number, split_address
from bulkportal.check.findings import Address, Finding, Place, Sheet, found
from bulkportal.check.wording import shortened
from bulkportal.counting import counted
from bulkportal.sheets.table import ROW, Table

_UNSHOWN = "by a number format such as ;;;, white on white, or since zeros are not shown"


def looks_findings(sheet: Sheet) -> Iterator[Finding]:
    """Rows and headers that are struck out, and cells whose values are not shown."""
    if sheet.table.struck.runs:
        yield from _struck_headers(sheet)
        yield from _struck_rows(sheet)
    if sheet.table.unshown.runs:
        yield from _unshown(sheet)
    yield from _struck_by_rules(sheet)


def _struck_headers(sheet: Sheet) -> Iterator[Finding]:
    """A column that is struck out by its header; its cells may be as well, and are reported with their rows."""
    table = sheet.table
    for name, letter in _columns(sheet):
        cell = (table.header_row, letter)
        if cell in table.struck and any((row, letter) not in table.struck for row in _filled(table, letter)):
            words = {"what": f"The header {table.headers.get(letter, name)!r} is", "held": "the rows of the sheet are"}
            yield Place(sheet=sheet, row=table.header_row, field=name).found("struck_out", words, value=table.headers.get(letter))


def _struck_rows(sheet: Sheet) -> Iterator[Finding]:
    """Rows of which a cell that is read is struck out; one finding for each."""
    table = sheet.table
    known = dict(_columns(sheet))
    letters = [letter for letter in table.letters if letter in table.struck.runs]
    fields = {letter: name for name, letter in known.items() if letter in letters}
    for row, *texts in table.frame.select(ROW, *table.letters).iter_rows() if fields else ():
        filled = {letter: text for letter, text in zip(table.letters, texts, strict=True) if text is not None}
        struck = [letter for letter in filled if (row, letter) in table.struck]
        first = next((letter for letter in struck if letter in fields), None)
        if first is not None:
            named = f"{struck[0]}{row}" + (f" and {counted(len(struck) - 1, 'more cell')}" if len(struck) > 1 else "")
            what = f"Row {row} is" if len(struck) == len(filled) else f"{named} {'is' if len(struck) == 1 else 'are'}"
            words = {"what": what, "held": "the row is" if len(struck) < len(filled) else "it is"}
            yield Place(sheet=sheet, row=row, field=fields[first]).found("struck_out", words, value=filled[first])


def _struck_by_rules(sheet: Sheet) -> Iterator[Finding]:
    """Conditional formats that strike cells of the rows out; whether one does so now is for the spreadsheet program to say."""
    table, read = sheet.table, {column_number(letter) for letter in sheet.letters.values()}
    for area, condition in dict.fromkeys(table.struck_by):
        if table.frame.height and any(not read.isdisjoint(columns) for columns in _columns_of(area)):
            words = {"area": shortened(area, 40), "when": f" where {shortened(condition, 60)}" if condition else ""}
            corner, row = split_address(area.split(":")[0].split()[0])
            place: Address = {"sheet": table.sheet, "row": row or 1, "cell": f"{corner or 'A'}{row or 1}", "value": condition or None}
            yield found("struck_by_rule", words, file=table.file, **place)


def _columns_of(area: str) -> Iterator[range]:
    """The columns of an area such as ``A2:F20 H2``, as numbers; of whole rows, all."""
    for part in area.replace(";", " ").split():
        first, last = (split_address(corner)[0] for corner in (part.split(":")[0], part.split(":")[-1]))
        yield range(column_number(first or "A"), column_number(last or "XFD") + 1)


def _unshown(sheet: Sheet) -> Iterator[Finding]:
    """Cells whose values nobody sees, reported once for each column."""
    table = sheet.table
    for name, letter in _columns(sheet):
        rows = [row for row in _filled(table, letter) if (row, letter) in table.unshown]
        if rows:
            what = f"{letter}{rows[0]}" if len(rows) == 1 else f"{letter}{rows[0]} and {len(rows) - 1} more of its column"
            words = {"what": what, "why": _UNSHOWN, "read": "is" if len(rows) == 1 else "are"}
            text = table.frame.filter(table.frame[ROW] == rows[0])[letter][0]
            yield Place(sheet=sheet, row=rows[0], field=name).found("cell_unshown", words, value=text)


def _columns(sheet: Sheet) -> list[tuple[str, str]]:
    """The fields that are read and their letters, from the left."""
    return sorted(sheet.letters.items(), key=lambda item: column_number(item[1]))


def _filled(table: Table, letter: str) -> list[int]:
    """The rows that have something in a column."""
    rows: list[int] = table.frame.filter(table.frame[letter].is_not_null())[ROW].to_list() if letter in table.frame.columns else []
    return rows
