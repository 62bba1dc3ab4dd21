"""The base copy of an export in the report of its import, out of sight as it was.

Without it the report would speak in every cell when it is imported in the place of its source, and no
edit could be told from what somebody else changed meanwhile.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.utils import column_index_from_string

from bulkportal.check.findings import Checked
from bulkportal.sheets.writer import text_cell


def keep_copies(book: Workbook, checked: Checked) -> None:
    """Add the sheets of the base copy, each cell where it was. Several exports have several sheets of one name."""
    for table in checked.copies:
        sheet = book.create_sheet(table.sheet)  # openpyxl numbers a name that is taken
        sheet.sheet_state = "veryHidden"
        for row, letter, text in table.cells():
            text_cell(sheet, row, column_index_from_string(letter), text)
