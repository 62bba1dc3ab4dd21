"""The base copy of an export in the report of its import, out of sight as it was.

Without it the report would speak in every cell when it is imported in the place of its source, and no
edit could be told from what somebody else changed meanwhile.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string

from bulkportal.check.findings import Checked
from bulkportal.report.places import Places
from bulkportal.sheets.writer import text_cell


def keep_copies(book: Workbook, checked: Checked, places: Places) -> None:
    """Add the sheets of the base copy, each cell where it was. Several exports have several sheets of one name.

    A workbook that is given back has its own copy already.
    """
    given = {file for file, _ in places.kept}
    for table in checked.copies:
        if table.file in given:
            continue
        sheet = book.create_sheet(_free(table.sheet, {*places.taken, *(name.casefold() for name in book.sheetnames)}))
        sheet.sheet_state = "veryHidden"
        for row, letter, text in table.cells():
            text_cell(sheet, row, column_index_from_string(letter), text)


def _free(name: str, taken: set[str]) -> str:
    free, number = name, 1
    while free.casefold() in taken:
        free, number = f"{name}{number}", number + 1
    return free
