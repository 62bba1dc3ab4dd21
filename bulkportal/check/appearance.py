"""What a person sees of a cell besides its text: that it is struck out, or nothing at all."""

from __future__ import annotations

from collections.abc import Iterator

from bulkportal.a1 import column_number
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.strike_rules import areas, is_struck, rows_within
from bulkportal.check.wording import shortened
from bulkportal.counting import counted
from bulkportal.sheets.table import ROW, StrikeRule, Table

_MOST_RULES = 20
"""Conditional formats of a sheet that are worked out; a sheet that strikes out in more ways is looked at by a person."""

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
    """Rows of which a conditional format strikes a cell out that is read, or may do so: the first such cell of each."""
    table, told = sheet.table, set[int]()
    if not table.struck_by:
        return
    letters = table.letters
    cells = {row: dict(zip(letters, texts, strict=True)) for row, *texts in table.frame.select(ROW, *letters).iter_rows()}
    fields = {letter: name for name, letter in _columns(sheet) if letter in letters}
    for number, (area, condition) in enumerate(dict.fromkeys(table.struck_by)):
        parts = areas(area)
        for row, part in rows_within(parts, cells):
            for letter, name in fields.items() if row not in told else ():
                column = column_number(letter)
                if cells[row][letter] is None or not part.first_column <= column <= part.last_column:
                    continue
                struck = is_struck(condition, parts, row, column, cells) if number < _MOST_RULES else None
                if struck is not False:
                    told.add(row)
                    yield _struck_by_rule(Place(sheet=sheet, row=row, field=name), cells[row][letter], (area, condition), is_known=struck is True)
                    break


def _struck_by_rule(place: Place, text: str | None, rule: StrikeRule, *, is_known: bool) -> Finding:
    area, condition = rule
    words = {"cell": place.cell, "area": shortened(area, 40), "when": f" where {shortened(condition, 60)}" if condition else ""}
    return place.found("struck_by_rule", words, variant="" if is_known else "unknown", value=text)


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
