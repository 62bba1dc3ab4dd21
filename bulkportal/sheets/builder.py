"""A new workbook while it is made: its sheets as openpyxl writes them, and the rows of the long ones beside them."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.lossless.row_stream import RowStream, assembled
from bulkportal.sheets.styles import OUR_MARKS, register
from bulkportal.sheets.writer import save, write_bytes


class WorkbookBuilder:
    """The one writer of new workbooks. `shell` holds every sheet, of the long ones without their rows; `lines` are those, by sheet."""

    def __init__(self, title: str = "") -> None:
        self.shell = Workbook()
        self.shell.remove(self.shell.worksheets[0])
        self.shell.properties.creator, self.shell.properties.title = "bulkportal", title or None
        self.lines: dict[str, RowStream] = {}
        register(self.shell)

    def add(self, title: str, lines: RowStream | None = None) -> Worksheet:
        """A new sheet behind the others, with its rows if it is a long one."""
        sheet: Worksheet = self.shell.create_sheet(title)
        if lines is not None:
            self.lines[sheet.title] = lines
        return sheet

    def sheet(self, title: str) -> Worksheet:
        """A sheet that was added."""
        found: Worksheet = self.shell[title]
        return found

    def saved(self) -> bytes:
        """The sheets without their long rows."""
        out = io.BytesIO()
        save(self.shell, out)
        return out.getvalue()

    def data(self) -> bytes:
        """The whole workbook."""
        return assembled(self.saved(), self.lines) if self.lines else self.saved()

    def write(self, path: Path) -> None:
        """Write it, whole or not at all. Raises UsageProblem."""
        write_bytes(path, self.data())


def mark_ours(sheet: Worksheet) -> None:
    """Mark a sheet as part of a report: the next report takes it away."""
    sheet.defined_names.add(DefinedName(OUR_MARKS.sheet, attr_text=f'"{sheet.title}"', hidden=True))
