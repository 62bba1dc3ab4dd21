"""A copy of the user's file with some cells corrected: the original is only read."""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.utils import column_index_from_string

from bulkportal.errors import UsageProblem
from bulkportal.sheets import styles
from bulkportal.sheets.table import ROW, Table
from bulkportal.sheets.writer import save_atomically, text_cell, write_csv

AUTHOR = "bulkportal"
_NOTE_WIDTH, _NOTE_HEIGHT = 320, 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A corrected cell of one sheet: its row and column letter, both texts, and why."""

    row: int
    column: str
    before: str
    after: str
    why: str


def write_corrected(source: Path, target: Path, edits: Sequence[tuple[Table, Sequence[Edit]]]) -> tuple[Path, ...]:
    """Write the corrected copy; for text also the list of what was changed. Gives the files written.

    A workbook keeps its other cells and sheets, and each corrected cell says in a note what it held. A cell
    with a formula is left alone. Raises UsageProblem for a kind of file that is read only.
    """
    with source.open("rb") as file:
        data = file.read()
    if data.startswith(b"PK") and b"xl/workbook" in data:
        _write_workbook(data, target, edits)
        return (target,)
    if data.startswith((b"PK", b"\xd0\xcf")):
        raise UsageProblem(f"{source.name} can be read, but not be written.", hint="Save it as .xlsx in your spreadsheet program, and fix that.")
    ((table, changed),) = edits
    listed = target.with_name(f"{target.stem}.changes.csv")
    write_csv(target, _rows(table, changed), delimiter=table.delimiter)
    write_csv(listed, [("cell", "before", "after", "why"), *((f"{edit.column}{edit.row}", edit.before, edit.after, edit.why) for edit in changed)])
    return target, listed


def _write_workbook(data: bytes, target: Path, edits: Sequence[tuple[Table, Sequence[Edit]]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), keep_vba=target.suffix.casefold() == ".xlsm", rich_text=True)
    for table, changed in edits:
        sheet = book[table.sheet]
        for edit in changed:
            cell = sheet.cell(edit.row, column_index_from_string(edit.column))
            if not isinstance(cell, Cell) or cell.data_type == "f":
                continue
            noted = f"{cell.comment.text}\n\n" if cell.comment else ""
            text_cell(sheet, edit.row, cell.column, edit.after)
            cell.number_format = "@"
            cell.fill = styles.DONE_FILL
            cell.comment = Comment(f"{noted}{edit.why}\nBefore: {edit.before}", AUTHOR, width=_NOTE_WIDTH, height=_NOTE_HEIGHT)
    save_atomically(book, target)


def _rows(table: Table, edits: Sequence[Edit]) -> list[list[str]]:
    """All rows of a text file, each in its place, with the corrections."""
    aside = [*table.above, *table.aside, *((table.header_row, name, text) for name, text in table.headers.items())]
    cells: dict[int, dict[int, str]] = {}
    for row, name, text in aside:
        cells.setdefault(row, {})[column_index_from_string(name)] = text
    names = [name for name in table.frame.columns if name != ROW]
    for row, *texts in table.frame.iter_rows():
        cells[row] = {column_index_from_string(name): text for name, text in zip(names, texts, strict=True) if text is not None}
    for edit in edits:
        cells[edit.row][column_index_from_string(edit.column)] = edit.after
    width = max(column for row in cells.values() for column in row)
    return [_line(cells.get(row, {}), width) for row in range(1, max(cells) + 1)]


def _line(cells: Mapping[int, str], width: int) -> list[str]:
    return [cells.get(column, "") for column in range(1, width + 1)]
