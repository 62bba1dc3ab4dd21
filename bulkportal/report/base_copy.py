"""The base copy of an export, kept hidden in the report of its import.

Without it every cell of the report would count as edited when it is imported in place of its source, and edits
could not be distinguished from changes that others made in the meantime.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from bulkportal.a1 import column_number
from bulkportal.check.findings import ValidationResult
from bulkportal.lossless.row_stream import RowStream, StreamRow
from bulkportal.report.own_sheets import last_row
from bulkportal.report.sheet_names import SheetNames
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.table import Table


def add_base_copies(book: WorkbookBuilder, checked: ValidationResult, places: SheetNames) -> None:
    """Add the sheets of the base copy, each cell where it was. Several exports have several sheets of one name.

    A workbook that the report is written into already has its own copy.
    """
    given = {file for file, _ in places.annotated}
    for table in checked.copies:
        if table.file in given:
            continue
        taken = {*places.taken, *(name.casefold() for name in book.shell.sheetnames)}
        sheet = book.add(_free(table.sheet, taken), RowStream(rows=_lines(table), last=_last(table)))
        # Not in the menu for hidden sheets either: somebody who unhides it would tidy it up.
        sheet.sheet_state = "veryHidden"


def _lines(table: Table) -> Iterator[StreamRow]:
    for row, cells in groupby(table.cells(), key=itemgetter(0)):
        yield StreamRow(row, [(column_number(letter), text, "") for _, letter, text in cells])


def _last(table: Table) -> tuple[int, int]:
    return last_row(table), max(map(column_number, (*table.headers, *table.letters)), default=1)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        free, number = f"{name}{number}", number + 1
    return free
