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

from bulkportal.a1 import column_number
from bulkportal.errors import UsageProblem
from bulkportal.lossless.editor import CannotKeep, Correction, Editor
from bulkportal.sheets import styles
from bulkportal.sheets.cell_notes import BEFORE
from bulkportal.sheets.hyperlinks import of_formula
from bulkportal.sheets.signature import Container, container
from bulkportal.sheets.table import Table
from bulkportal.sheets.writer import save_atomically, text_cell, write_bytes, write_csv

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

    @property
    def place(self) -> tuple[int, int]:
        """Row and column, counted from 1."""
        return self.row, column_number(self.column)

    def may_replace(self, formula: str | None) -> bool:
        """Whether it may stand in the place of a formula: one that does nothing but lead to the address that is written."""
        return formula is None or of_formula(formula) == self.after

    @property
    def note(self) -> str:
        """What stands at the corrected cell."""
        return f"{self.why}\n{BEFORE}{self.before}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """The files written, the corrected cells of each sheet, and what could not be kept (empty: nothing was lost)."""

    written: tuple[Path, ...]
    edits: Mapping[str, Sequence[Edit]]
    notice: str = ""


def write_corrected(source: Path, target: Path, edits: Sequence[tuple[Table, Sequence[Edit]]]) -> Corrected:
    """Write the corrected copy; for text also the list of what was changed.

    A workbook keeps everything else as it was, and each corrected cell says in a note what it held. A formula is
    replaced only by the address it leads to, where it does nothing else. What cannot be patched is rewritten, which is stated in the notice
    and in the first note. Raises UsageProblem for a kind of file that is read only.
    """
    if not all(table.is_writable for table, _ in edits):
        raise UsageProblem(f"{source.name} can be read, but not be written.", hint="Save it as .xlsx in your spreadsheet program, and fix that.")
    data = source.read_bytes()
    if container(data, label=source.name) is Container.ZIP:
        return _write_workbook(data, source, target, {table.sheet: changed for table, changed in edits})
    ((table, changed),) = edits
    listed = target.with_name(f"{target.stem}.changes.csv")
    write_csv(target, _rows(table, changed), delimiter=table.delimiter)
    write_csv(listed, [("cell", "before", "after", "why"), *((f"{edit.column}{edit.row}", edit.before, edit.after, edit.why) for edit in changed)])
    return Corrected(written=(target, listed), edits={table.sheet: changed})


def _write_workbook(data: bytes, source: Path, target: Path, edits: Mapping[str, Sequence[Edit]]) -> Corrected:
    try:
        opened = Editor(data, source.name, styles.OUR_MARKS)
        _same_kind(opened, target)
        cells: dict[str, dict[tuple[int, int], Correction]] = {}
        for sheet, changed in edits.items():
            formulas = opened.formulas(sheet, {edit.place for edit in changed})
            cells[sheet] = {
                edit.place: Correction(text=edit.after, note=edit.note, tint=styles.DONE, instead_of_formula=edit.place in formulas)
                for edit in changed
                if edit.may_replace(formulas.get(edit.place))
            }
        done = {sheet: [edit for edit in changed if edit.place in cells[sheet]] for sheet, changed in edits.items()}
        # No copy of a workbook in which nothing could be corrected: two equal files would make somebody look for the difference.
        if not any(done.values()):
            return Corrected(written=(), edits={})
        write_bytes(target, opened.correct({sheet: corrections for sheet, corrections in cells.items() if corrections}, AUTHOR))
        return Corrected(written=(target,), edits=done, notice=" ".join(opened.losses))
    except CannotKeep as reason:
        notice = f"Rewritten, so pictures, charts and the like may be missing: the workbook could not be kept as it is, because {reason}."
        return _write_anew(data, target, edits, notice)


def _same_kind(opened: Editor, target: Path) -> None:
    """A workbook with macros that is called .xlsx does not open."""
    if target.suffix.casefold() != opened.suffix:
        raise UsageProblem(f"The copy must end in {opened.suffix}, as the kind of the workbook does.", hint=f"-o {target.stem}{opened.suffix}")


def _write_anew(data: bytes, target: Path, edits: Mapping[str, Sequence[Edit]], notice: str) -> Corrected:
    try:
        # openpyxl warns of each thing that it leaves out; the notice says so once, in words.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), keep_vba=target.suffix.casefold() == ".xlsm", rich_text=True)
    except Exception as error:  # openpyxl raises a dozen kinds for what it does not know
        raise UsageProblem(
            "The workbook can be read, but no copy of it can be written: it is spelled in a way that would get lost.",
            hint="Open it in your spreadsheet program, save it as .xlsx, and fix that.",
        ) from error
    done: dict[str, list[Edit]] = {}
    for name, changed in edits.items():
        for edit in changed:
            cell = book[name].cell(*edit.place)
            if not isinstance(cell, Cell) or not edit.may_replace(_formula_of(cell)):
                continue
            noted = f"{cell.comment.text}\n\n" if cell.comment else ""
            said = "" if done else f"\n\n{notice}"
            done.setdefault(name, []).append(edit)
            text_cell(book[name], edit.row, cell.column, edit.after)
            # Text, or a spreadsheet program makes a number or a date of it again as soon as somebody clicks into the cell.
            cell.number_format = "@"
            cell.fill = styles.DONE_FILL
            cell.comment = Comment(f"{noted}{edit.note}{said}", AUTHOR, width=_NOTE_WIDTH, height=_NOTE_HEIGHT)
    if not done:
        return Corrected(written=(), edits={})
    save_atomically(book, target)
    return Corrected(written=(target,), edits=done, notice=notice)


def _formula_of(cell: Cell) -> str | None:
    """What a formula says, and nothing where it stands for more than its cell; None where there is none."""
    if cell.data_type != "f":
        return None
    return cell.value if isinstance(cell.value, str) else ""


def _rows(table: Table, edits: Sequence[Edit]) -> list[list[str]]:
    """All rows of a text file, each in its place, with the corrections."""
    cells: dict[int, dict[int, str]] = {}
    for row, name, text in (*table.cells(), *table.aside, *(cell for repeat in table.repeats for cell in repeat.cells)):
        cells.setdefault(row, {})[column_number(name)] = text
    for edit in edits:
        cells.setdefault(edit.row, {})[column_number(edit.column)] = edit.after
    width = max(column for row in cells.values() for column in row)
    return [_line(cells.get(row, {}), width) for row in range(1, max(cells) + 1)]


def _line(cells: Mapping[int, str], width: int) -> list[str]:
    return [cells.get(column, "") for column in range(1, width + 1)]
