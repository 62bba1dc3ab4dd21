"""Workbooks of Excel 97 to 2003 (.xls) to grids.

Read by xlrd, which keeps rows as long as they are: other readers lay out a rectangle from the first
cell to the last, which two cells in opposite corners of a few sheets can make gigabytes of.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator
from typing import TYPE_CHECKING

from bulkportal.errors import UnreadableInput
from bulkportal.sheets.formats import as_shown, is_telling
from bulkportal.sheets.grid import Grid, doubtful, in_order, number_text, spread, tidy
from bulkportal.sheets.table import Mark, Merge, Tab, Trouble, letter

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet

MOST_BYTES = 64 << 20


def read_old_excel(data: bytes, *, label: str) -> list[Grid]:
    """Every worksheet as text with its own addresses, spelled like those of a newer workbook.

    Raises UnreadableInput for what is encrypted, damaged, too large, or an old document of another kind.
    """
    import xlrd  # only an .xls pays for the import

    if len(data) > MOST_BYTES:
        raise UnreadableInput(
            f"The old workbook is larger than {MOST_BYTES >> 20} MB.",
            file=label,
            code="file_too_large",
            hint="Open it in your spreadsheet program and save it as .xlsx.",
        )
    try:
        book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True, formatting_info=True, ragged_rows=True)
        return [_grid(book, number) for number in range(book.nsheets)]
    except UnreadableInput:
        raise
    except Exception as error:  # a damaged file makes the reader stumble in any way there is
        raise _refusal(str(error), label) from error


def _refusal(words: str, label: str) -> UnreadableInput:
    if "encrypted" in words:
        return UnreadableInput(
            "The workbook is protected with a password.", file=label, code="file_encrypted", hint="Remove the password and save it again."
        )
    if "Can't find workbook" in words:
        return UnreadableInput(
            "The file is an old Office document, but no workbook.",
            file=label,
            code="file_not_spreadsheet",
            hint="Save the sheet as .xlsx or as CSV.",
        )
    return UnreadableInput(
        "The old workbook (.xls) is damaged or was not copied completely.",
        file=label,
        code="file_truncated",
        hint="Copy it again, or open it in your spreadsheet program and save it as .xlsx.",
    )


def _grid(book: Book, number: int) -> Grid:
    sheet = book.sheet_by_index(number)
    rows, letters, texts, marks = array("q"), [], [], []
    for row, column, text, trouble in _cells(book, sheet):
        rows.append(row)
        letters.append(letter(column))
        texts.append(text)
        if trouble:
            marks.append(Mark(row=row, column=letter(column), trouble=trouble, value=text))
    raw = spread(rows, letters, texts)
    cells = tidy(raw)
    merges = tuple(Merge(first_row=top + 1, last_row=end, first_column=left + 1, last_column=right) for top, end, left, right in sheet.merged_cells)
    hidden = tuple((row + 1, row + 1) for row, info in sorted(sheet.rowinfo_map.items()) if info.hidden or info.height == 0)
    narrow = tuple((column + 1, column + 1) for column, info in sorted(sheet.colinfo_map.items()) if info.hidden or info.width == 0)
    book.unload_sheet(number)
    return Grid(
        sheet=sheet.name,
        cells=cells,
        raw=raw,
        marks=in_order([*marks, *doubtful(cells, typed=True)]),
        merges=merges,
        hidden=hidden,
        hidden_columns=narrow,
        tab={0: Tab.SHOWN, 2: Tab.VERY_HIDDEN}.get(sheet.visibility, Tab.HIDDEN),
    )


def _cells(book: Book, sheet: Sheet) -> Iterator[tuple[int, int, str, Trouble | None]]:
    import xlrd

    for row in range(sheet.nrows):
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            text, trouble = _text(book, kind, value)
            if kind == xlrd.XL_CELL_NUMBER and not trouble:
                code = book.format_map[book.xf_list[sheet.cell_xf_index(row, column)].format_key].format_str
                text, trouble = as_shown(code, text) if is_telling(code) else (text, None)
            if text:
                yield row + 1, column, text, trouble


def _text(book: Book, kind: int, value: object) -> tuple[str, Trouble | None]:
    """A cell as the other readers would write it, and why it must not be believed, if so."""
    import xlrd

    match kind:
        case xlrd.XL_CELL_NUMBER:
            return number_text(str(value))
        case xlrd.XL_CELL_DATE if isinstance(value, float):
            return _date(book, value), None
        case xlrd.XL_CELL_BOOLEAN:
            return "true" if value else "false", None
        case xlrd.XL_CELL_ERROR if isinstance(value, int):
            return xlrd.error_text_from_code.get(value, "#VALUE!"), Trouble.ERROR_VALUE
        case _:
            return str(value), None


def _date(book: Book, value: float) -> str:
    """A day or a moment; what lies outside of the calendar stays the number it is."""
    import xlrd

    try:
        moment = xlrd.xldate.xldate_as_datetime(value, book.datemode)
    except (ValueError, OverflowError):
        return number_text(str(value))[0]
    if 0 <= value < 1:
        return moment.strftime("%H:%M:%S")
    return str(moment.replace(microsecond=0)).removesuffix(" 00:00:00")
