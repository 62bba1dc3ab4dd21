"""The cells of a worksheet, changed in place: a value, a style, or both."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from html import unescape
from operator import itemgetter
from typing import NamedTuple

from bulkportal.a1 import column_number, letter
from bulkportal.lossless.cell_values import CellContent, cell_xml
from bulkportal.lossless.xml_spans import INSIDE, ByteEdit, CannotKeep, in_order, with_attribute

Restyle = Callable[[int], int]
"""Maps the number of a cell's format to that of its new one."""


class Keep(Enum):
    """Given instead of a value: the cell keeps what it holds."""

    VALUE = auto()


Value = CellContent | Keep


class CellChange(NamedTuple):
    """The change of one cell. The value None empties it. A formula is overwritten only if that is intended."""

    value: Value
    style: Restyle
    instead_of_formula: bool = False


RowChanges = Iterable[tuple[int, Mapping[int, CellChange]]]
"""The changes of each row, by column; the rows in their order."""


@dataclass(frozen=True, slots=True)
class _RowSpan:
    """One row: its start tag is `start` to `inner`, its end tag begins at `close`."""

    number: int
    start: int
    inner: int
    close: int
    end: int


@dataclass(frozen=True, slots=True)
class _CellSpan:
    column: int
    start: int
    inner: int
    end: int
    addressed: bool


_STYLE = re.compile(rb"\ss\s*=\s*[\"'](\d+)[\"']")
_NUMBER = re.compile(rb"\sr\s*=\s*[\"']\s*(\d+)")
_ADDRESS = re.compile(rb"\sr\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?\d")
_SPANS = re.compile(rb"\sspans\s*=\s*[\"'](\d+):(\d+)[\"']")
_CUSTOM = re.compile(rb"\scustomFormat\s*=\s*[\"'](?:1|true)[\"']")
_LAST_ADDRESS = re.compile(rb"\s+r\s*=\s*[\"']\$?([A-Za-z]{1,3})\$?\d")
_SHARED = re.compile(rb"\st\s*=")
_AFTER_A_NAME = frozenset((b" ", b"/", b">", b"\t", b"\n", b"\r"))
_UNUSUAL = (b"<![CDATA[", b"<!--", b"<?", b"AlternateContent")
# Behind every row, so that the end of the changes needs no test of its own.
_END = 1 << 62
_NO_MORE: tuple[int, Mapping[int, CellChange]] = (_END, {})


@dataclass(slots=True, kw_only=True)
class SheetCells:
    """The rows of one worksheet: `data` from `start` to `end`, their tags with `prefix`.

    `column_style` gives the format of a column, which a new cell inherits.
    """

    data: bytes
    start: int
    end: int
    prefix: bytes
    column_style: Callable[[int], int]

    def __post_init__(self) -> None:
        if any(self.data.find(word, self.start, self.end) >= 0 for word in _UNUSUAL):
            raise CannotKeep("its cells are spelled in an unusual way")
        tag = re.escape(self.prefix)
        self._row = re.compile(rb"<" + tag + rb"row(?=[\s/>])" + INSIDE + rb">", re.DOTALL)
        self._cell = re.compile(rb"<" + tag + rb"c(?=[\s/>])" + INSIDE + rb">", re.DOTALL)
        self._formula = re.compile(rb"<" + tag + rb"f(?=[\s/>])(?P<given>" + INSIDE + rb")>(?P<written>[^<]*+)", re.DOTALL)

    _row: re.Pattern[bytes] = re.compile(rb"")
    _cell: re.Pattern[bytes] = re.compile(rb"")
    _formula: re.Pattern[bytes] = re.compile(rb"")

    def formulas(self, places: Collection[tuple[int, int]]) -> dict[tuple[int, int], str]:
        """The formulas among these cells (row, column), by cell; the text is empty for a formula that is shared with other cells."""
        wanted = {row for row, _ in places}
        cells = ((row.number, cell) for row in self._rows() if row.number in wanted for cell in self._cells(row))
        found = ((row, cell.column, self._formula.search(self.data, cell.inner, cell.end)) for row, cell in cells if (row, cell.column) in places)
        return {(row, column): "" if _SHARED.search(one["given"]) else unescape(one["written"].decode()) for row, column, one in found if one}

    def edits(self, changes: RowChanges, *, restyled: Mapping[int, Restyle], spared: frozenset[int]) -> Iterator[ByteEdit]:
        """The edits that make the changes, in order.

        Cells whose format is one of `restyled` get the new one, but for the columns `spared`.
        """
        waiting = iter(changes)
        number, wanted = next(waiting, _NO_MORE)
        stale = re.compile(rb"\ss\s*=\s*[\"'](?:" + b"|".join(b"%d" % number for number in restyled) + rb")[\"']") if restyled else None
        for row in self._rows():
            # Rows that the sheet leaves out because they are empty are put in where they belong.
            while number < row.number:
                yield (row.start, row.start, self._new_row(number, wanted))
                number, wanted = next(waiting, _NO_MORE)
            here: Mapping[int, CellChange] = {}
            if number == row.number:
                here = wanted
                number, wanted = next(waiting, _NO_MORE)
            if stale and stale.search(self.data, row.inner, row.close):
                # Ours over the restyling: a cell that is written anew gets its own format anyway.
                here = {**self._restyle(row, restyled, spared), **here}
            if here:
                yield from self._row_edits(row, here)
        while number < _END:
            yield (self.end, self.end, self._new_row(number, wanted))
            number, wanted = next(waiting, _NO_MORE)

    def _rows(self) -> Iterator[_RowSpan]:
        place, last = self.start, 0
        closing = b"</" + self.prefix + b"row"
        while found := self._row.search(self.data, place, self.end):
            start, inner = found.span()
            stated = _NUMBER.search(self.data, start, inner)
            number = int(stated.group(1)) if stated else last + 1
            # A reader that takes rows as they come shows other values than one that sorts them; which is right is not ours to say.
            if number <= last:
                raise CannotKeep("its rows are not in order")
            last = number
            if self.data[inner - 2 : inner] == b"/>":
                close = place = inner
            else:
                close = self.data.index(closing, inner)
                place = self.data.index(b">", close) + 1
            yield _RowSpan(number, start, inner, close, place)

    def _cells(self, row: _RowSpan) -> list[_CellSpan]:
        found: list[_CellSpan] = []
        place, column = row.inner, 0
        closing = b"</" + self.prefix + b"c>"
        while match := self._cell.search(self.data, place, row.close):
            address = _ADDRESS.search(match.group())
            column = column_number(address.group(1).decode()) if address else column + 1
            if self.data[match.end() - 2 : match.end()] == b"/>":
                place = match.end()
            else:
                place = self.data.find(closing, match.end(), row.close) + len(closing)
                # `find` gave -1: no end tag within the row.
                if place < match.end():
                    raise CannotKeep("its cells are spelled in an unusual way")
            found.append(_CellSpan(column, match.start(), match.end(), place, bool(address)))
        return found

    def _restyle(self, row: _RowSpan, restyled: Mapping[int, Restyle], spared: frozenset[int]) -> dict[int, CellChange]:
        cells = ((cell, self._style(cell)) for cell in self._cells(row) if cell.column not in spared)
        return {cell.column: CellChange(Keep.VALUE, restyled[style]) for cell, style in cells if style in restyled}

    def _style(self, cell: _CellSpan) -> int:
        found = _STYLE.search(self.data, cell.start, cell.inner)
        return int(found.group(1)) if found else 0

    def _row_edits(self, row: _RowSpan, wanted: Mapping[int, CellChange]) -> Iterator[ByteEdit]:
        new = {column: change for column, change in wanted.items() if change.value is not None}
        # The usual case by far, new columns right of all cells: then a row of a hundred cells is not taken apart.
        if row.inner < row.end and self._ends_before(row, min(wanted)):
            return self._appended(row, new)
        return iter(in_order(self._rewritten(row, wanted, new)))

    def _ends_before(self, row: _RowSpan, column: int) -> bool:
        """Whether the last cell of a row is left of a column: then the others need not be examined."""
        tag = b"<" + self.prefix + b"c"
        place = self.data.rfind(tag, row.inner, row.close)
        while place >= 0 and self.data[place + len(tag) : place + len(tag) + 1] not in _AFTER_A_NAME:
            place = self.data.rfind(tag, row.inner, place)
        address = _LAST_ADDRESS.match(self.data, place + len(tag)) if place >= 0 else None
        return address is not None and column_number(address.group(1).decode()) < column

    def _appended(self, row: _RowSpan, new: Mapping[int, CellChange]) -> Iterator[ByteEdit]:
        if not new:
            return
        tag = self.data[row.start : row.inner]
        if (widened := _widened(tag, new)) != tag:
            yield (row.start, row.inner, widened)
        yield (row.close, row.close, self._new_cells(row.number, new, self._row_style(tag)))

    def _rewritten(self, row: _RowSpan, wanted: Mapping[int, CellChange], new: Mapping[int, CellChange]) -> Iterator[ByteEdit]:
        cells = self._cells(row)
        there = {cell.column: cell for cell in cells}
        missing = {column: change for column, change in sorted(new.items()) if column not in there}
        for column, change in wanted.items():
            if column in there:
                yield self._changed(row.number, there[column], change)
        tag = self.data[row.start : row.inner]
        new_tag = _widened(tag, missing) if missing else tag
        style = self._row_style(tag)
        if row.inner == row.end and missing:  # written as <row/>
            body = self._new_cells(row.number, missing, style)
            yield (row.start, row.end, new_tag.removesuffix(b"/>").rstrip() + b">" + body + b"</" + self.prefix + b"row>")
            return
        if new_tag != tag:
            yield (row.start, row.inner, new_tag)
        for column, change in missing.items():
            later = next((cell for cell in cells if cell.column > column), None)
            # A cell without `r` stands right of the one before it: a new cell between them would move it.
            if later is not None and not later.addressed:
                raise CannotKeep("its cells do not say where they stand")
            place = row.close if later is None else later.start
            yield (place, place, self._new_cells(row.number, {column: change}, style))

    def _changed(self, row: int, cell: _CellSpan, change: CellChange) -> ByteEdit:
        tag = self.data[cell.start : cell.inner]
        base = self._style(cell)
        if change.value is Keep.VALUE:
            return (cell.start, cell.inner, with_attribute(tag, "s", change.style(base)))
        if not change.instead_of_formula and self._formula.search(self.data, cell.inner, cell.end):
            # A formula of the user's is worth more than a remark of ours; the caller then writes a workbook of its own.
            raise CannotKeep(f"the cell {letter(cell.column - 1)}{row}, in a column that is to be written, holds a formula")
        return (cell.start, cell.end, self._new_cell(row, cell.column, change, base).encode())

    def _row_style(self, tag: bytes) -> int | None:
        """The format of a whole row, which its new cells inherit."""
        # A row's style counts only with customFormat (ECMA-376, 18.3.1.73); without it programs ignore the number.
        found = _STYLE.search(tag) if b"customFormat" in tag and _CUSTOM.search(tag) else None
        return int(found.group(1)) if found else None

    def _new_row(self, number: int, changes: Mapping[int, CellChange]) -> bytes:
        new = {column: change for column, change in changes.items() if change.value is not None}
        body = self._new_cells(number, new, None)
        return b'<%srow r="%d">%s</%srow>' % (self.prefix, number, body, self.prefix) if body else b""

    def _new_cells(self, row: int, changes: Mapping[int, CellChange], row_style: int | None) -> bytes:
        cells = (
            self._new_cell(row, column, change, self.column_style(column) if row_style is None else row_style)
            for column, change in sorted(changes.items(), key=itemgetter(0))
        )
        return "".join(cells).encode()

    def _new_cell(self, row: int, column: int, change: CellChange, base: int) -> str:
        value = None if change.value is Keep.VALUE else change.value
        return cell_xml(f"{letter(column - 1)}{row}", value, change.style(base), self.prefix.decode())


def _widened(tag: bytes, columns: Mapping[int, CellChange]) -> bytes:
    """A row's start tag whose `spans` take in these columns too."""
    found = _SPANS.search(tag)
    if not found:
        return tag
    first, last = int(found.group(1)), int(found.group(2))
    low, high = min(first, *columns), max(last, *columns)
    return tag if (low, high) == (first, last) else with_attribute(tag, "spans", f"{low}:{high}")
