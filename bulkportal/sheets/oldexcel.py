"""Workbooks of Excel 97 to 2003 (.xls) to grids.

Read by xlrd, which keeps rows as long as they are: other readers lay out a rectangle from the first
cell to the last, which two cells in opposite corners of a few sheets can make gigabytes of.
"""

from __future__ import annotations

import io
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bulkportal.a1 import letter
from bulkportal.errors import UnreadableInput
from bulkportal.lossless.package import Visibility
from bulkportal.sheets.formats import GENERAL, read_number
from bulkportal.sheets.grid import MOST_FILLED, MOST_TEXT, Grid, doubtful, in_order, normalize, pivot
from bulkportal.sheets.shown import hides_number, hides_text
from bulkportal.sheets.table import CellProblem, CellSet, CellWarning, Merge

if TYPE_CHECKING:
    from xlrd.book import Book
    from xlrd.sheet import Sheet

MOST_BYTES = 64 << 20

_NUMBER, _DATE = 2, 3
"""The kinds of cells that hold numbers (xlrd)."""

_WHITE = (1, 9)
_LEAST_HEIGHT = 60
"""Twentieths of a point: letters that are smaller are dots."""
_THIN, _NARROW = 60, 256
"""Three points, and the width of a digit: nothing can be read in what is smaller."""

_MOMENT = "yyyy-mm-dd h:mm:ss"
_UNSEEN = "The old workbook could be read in part only: hidden rows, merged cells and number formats are not known."


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of asking the reader, and the notes for where it was needed."""

    options: Mapping[str, Any]  # as open_workbook takes them
    notes: tuple[str, ...] = ()


_WAYS = (
    _Way({"formatting_info": True}),
    _Way({"formatting_info": False}, (_UNSEEN,)),
    _Way(
        {"formatting_info": False, "ignore_workbook_corruption": True},
        (_UNSEEN, "Its parts overlap, as in a file that was repaired: check the rows."),
    ),
    _Way(
        {"formatting_info": False, "ignore_workbook_corruption": True, "encoding_override": "cp1252"},
        (_UNSEEN, "It does not say how its letters are written: read as Windows text (cp1252). Check the accents."),
    ),
)
"""From the best to the least: what a workbook leaves out makes the reader stumble, while other programs read it."""


def read_old_excel(data: bytes, *, label: str) -> list[Grid]:
    """Every worksheet as text with its own addresses, spelled like those of a newer workbook.

    Raises UnreadableInput for what is encrypted, damaged, too large, or an old document of another kind.
    """
    import xlrd  # only an .xls pays for the import

    if len(data) > MOST_BYTES:
        raise UnreadableInput.of("file_too_large", "old", file=label, most=MOST_BYTES >> 20)
    first: Exception | None = None
    for way in _WAYS:
        try:
            # xlrd reports what it does not like on standard output otherwise, between the lines of a JSON document.
            book = xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True, **way.options)
            reading = _Reading(book, label, way)
            return [reading.grid(number) for number in range(book.nsheets)]
        except UnreadableInput:
            raise
        except Exception as error:  # noqa: BLE001 - a damaged file makes the reader stumble in any way there is
            first = first or error
            if _is_final(str(error)):
                break
    raise _refusal(str(first), label) from first


def _is_final(words: str) -> bool:
    """Whether another way of reading cannot help."""
    return "encrypted" in words or "Can't find workbook" in words


def _refusal(words: str, label: str) -> UnreadableInput:
    if "encrypted" in words:
        return UnreadableInput.of("file_encrypted", "old", file=label)
    if "Can't find workbook" in words:
        return UnreadableInput.of("file_not_spreadsheet", file=label, what="an old Office document, but no workbook")
    return UnreadableInput.of("file_truncated", "old", file=label)


class _Reading:
    """The sheets of one workbook, in one way of reading it."""

    def __init__(self, book: Book, label: str, way: _Way) -> None:
        self._book = book
        self._label = label
        self._way = way
        self._room = MOST_TEXT

    def grid(self, number: int) -> Grid:
        """A sheet as text."""
        sheet = self._book.sheet_by_index(number)
        rows, letters, texts, marks = array("q"), list[str](), list[str](), list[CellWarning]()
        struck, unshown = list[tuple[int, str]](), list[tuple[int, str]]()
        for row, column, text, trouble in self._cells(sheet):
            rows.append(row)
            letters.append(letter(column))
            texts.append(text)
            self._room -= len(text)
            if trouble:
                marks.append(CellWarning(row=row, column=letter(column), trouble=trouble, value=text))
            if self._is_struck(sheet, (row - 1, column)):
                struck.append((row, letter(column)))
            if self._is_unshown(sheet, (row - 1, column)):
                unshown.append((row, letter(column)))
            if self._room < 0 or len(rows) > MOST_FILLED:
                raise UnreadableInput.of("file_too_large", "old_cells", file=self._label, most=MOST_TEXT >> 20)
        raw = pivot(rows, letters, texts)
        cells = normalize(raw)
        merges = (Merge(first_row=top + 1, last_row=end, first_column=left + 1, last_column=right) for top, end, left, right in sheet.merged_cells)
        hidden = ((row + 1, row + 1) for row, info in sorted(sheet.rowinfo_map.items()) if _is_thin(info.hidden, info.height, _THIN))
        narrow = ((column + 1, column + 1) for column, info in sorted(sheet.colinfo_map.items()) if _is_thin(info.hidden, info.width, _NARROW))
        notes = ((row + 1, letter(column), note.text) for (row, column), note in sorted(sheet.cell_note_map.items()))
        grid = Grid(
            sheet=sheet.name,
            cells=cells,
            raw=raw,
            marks=in_order([*marks, *doubtful(cells, typed=True)]),
            merges=tuple(merges),
            struck=CellSet.at(struck),
            unshown=CellSet.at(unshown),
            cell_notes=tuple(notes),
            hidden=tuple(hidden),
            hidden_columns=tuple(narrow),
            visibility={0: Visibility.SHOWN, 2: Visibility.VERY_HIDDEN}.get(sheet.visibility, Visibility.HIDDEN),
            notes=self._way.notes,
        )
        self._book.unload_sheet(number)
        return grid

    def _cells(self, sheet: Sheet) -> Iterator[tuple[int, int, str, CellProblem | None]]:
        for row in range(sheet.nrows):
            for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
                text, trouble = self._text(sheet, (row, column), kind, value)
                if text:
                    yield row + 1, column, text, trouble

    def _text(self, sheet: Sheet, place: tuple[int, int], kind: int, value: object) -> tuple[str, CellProblem | None]:
        """A cell as the other readers would write it, and why it must not be believed, if so."""
        import xlrd

        match kind:
            case xlrd.XL_CELL_NUMBER | xlrd.XL_CELL_DATE:
                code = self._code(sheet, place, is_date=kind == xlrd.XL_CELL_DATE)
                return read_number(str(value), code, from_1904=bool(self._book.datemode))
            case xlrd.XL_CELL_BOOLEAN:
                return "true" if value else "false", None
            case xlrd.XL_CELL_ERROR if isinstance(value, int):
                return xlrd.error_text_from_code.get(value, "#VALUE!"), CellProblem.ERROR_VALUE
            case _:
                return str(value), None

    def _is_struck(self, sheet: Sheet, place: tuple[int, int]) -> bool:
        if not self._is_formatted:
            return False
        runs = sheet.rich_text_runlist_map.get(place, ())
        fonts = [self._xf(sheet, place).font_index, *(font for _, font in runs)]
        return any(font < len(self._book.font_list) and self._book.font_list[font].struck_out for font in fonts)

    def _is_unshown(self, sheet: Sheet, place: tuple[int, int]) -> bool:
        if not self._is_formatted:
            return False
        kind, code = sheet.cell_type(*place), self._code(sheet, place, is_date=False)
        is_number = kind in (_NUMBER, _DATE)
        if is_number and not getattr(sheet, "show_zero_values", 1) and str(sheet.cell_value(*place)) in ("0", "0.0"):
            return True
        font, ground = self._book.font_list[self._xf(sheet, place).font_index], self._xf(sheet, place).background
        white_on_white = font.colour_index in _WHITE and ground.fill_pattern == 0
        is_unseen = white_on_white or (ground.fill_pattern == 1 and font.colour_index == ground.pattern_colour_index) or font.height < _LEAST_HEIGHT
        return is_unseen or (hides_number(code, str(sheet.cell_value(*place))) if is_number else hides_text(code))

    @property
    def _is_formatted(self) -> bool:
        return bool(self._way.options.get("formatting_info"))

    def _xf(self, sheet: Sheet, place: tuple[int, int]) -> Any:  # xlrd has no types
        return self._book.xf_list[sheet.cell_xf_index(*place)]

    def _code(self, sheet: Sheet, place: tuple[int, int], *, is_date: bool) -> str:
        if not self._is_formatted:
            return _MOMENT if is_date else GENERAL
        return self._book.format_map[self._xf(sheet, place).format_key].format_str or GENERAL


def _is_thin(hidden: object, extent: int | None, least: int) -> bool:
    """Whether a row or a column cannot be seen; one without a stated size has the usual one."""
    return bool(hidden) or (extent is not None and extent < least)
