"""A report while it is made: its sheets as openpyxl writes them, and the rows of the long ones beside them."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.lossless.row_stream import RowStream, assembled
from bulkportal.report.looks import register_looks
from bulkportal.sheets.writer import save


@dataclass(slots=True, kw_only=True)
class WorkbookBuilder:
    """`shell` holds every sheet, of the long ones without their rows; `lines` are those, by sheet."""

    shell: Workbook = field(default_factory=Workbook)
    lines: dict[str, RowStream] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shell.remove(self.shell.worksheets[0])
        register_looks(self.shell)

    def add(self, title: str, lines: RowStream | None = None) -> Worksheet:
        """A new sheet behind the others, with its rows if it is a long one."""
        sheet: Worksheet = self.shell.create_sheet(title)
        if lines is not None:
            self.lines[sheet.title] = lines
        return sheet

    def saved(self) -> bytes:
        """The sheets without their long rows."""
        out = io.BytesIO()
        save(self.shell, out)
        return out.getvalue()

    def data(self) -> bytes:
        """The whole workbook."""
        return assembled(self.saved(), self.lines)
