"""The undo workbook: both sheets with the base copy of an export, and behind them the list of what cannot be undone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.as_workbook import export_book
from bulkportal.exporting.export_rows import ExportRow, Sheets
from bulkportal.exporting.provenance import Provenance
from bulkportal.portal.remote import in_figures
from bulkportal.sheets.layout import begin_list, end_list, fit, put
from bulkportal.sheets.styles import Style
from bulkportal.undoing.not_undone import NotUndone

TITLE = "Cannot be undone"
_COLUMNS = {"operation": 26, "why": 62, "credits": 10, "what": 34, "columns": 30, "before": 46}


def write_undo(sheets: Sheets, lines: Sequence[NotUndone], stamp: Provenance, path: Path) -> None:
    """Write it, whole or not at all. Raises UsageProblem."""
    book = export_book(sheets, stamp)
    for catalogue, rows in ((BUNDLES, sheets.bundles), (POSITIONS, sheets.videos)):
        _fold(book.sheet(catalogue.sheet), catalogue, rows)
    sheet = book.add(TITLE)
    book.shell.move_sheet(sheet, offset=2 - book.shell.index(sheet))
    begin_list(sheet, _COLUMNS.items())
    for row, line in enumerate(lines, start=2):
        texts = (line.operation, line.why, line.credits or None, line.target, ", ".join(line.columns), line.before)
        for column, text in enumerate(texts, start=1):
            style = Style.ERROR if column == 3 and line.credits else Style.QUIET_NUMBER if column == 3 else Style.BODY
            put(sheet, row, column, text, style)
        fit(sheet, row, *((str(text or ""), width) for text, width in zip(texts, _COLUMNS.values(), strict=True)))
    told = "Everything that this run changed is put back by the other sheets." if sheets.bundles or sheets.videos else "This run changed nothing."
    end_list(sheet, columns=len(_COLUMNS), rows=len(lines), empty=told)
    total = sum(line.credits for line in lines)
    book.shell.properties.title = f"Undo, {in_figures(total)} credits stay spent"
    book.write(path)


def _fold(sheet: Worksheet, catalogue: Catalogue, rows: Sequence[ExportRow]) -> None:
    """Fold away the columns in which no row puts anything back."""
    used = {"bundle", "position", "action", *(name for row in rows for name in row.cells)}
    for column, name in enumerate(catalogue.names, start=1):
        if name not in used:
            sheet.column_dimensions[get_column_letter(column)].hidden = True
