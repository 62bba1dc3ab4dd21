"""What a worksheet's XML says that its values do not: how far it reaches, and which cells to doubt.

The reader of values knows neither hidden rows nor merged cells. It turns an error into a blank, a formula without a stored value too, and a number
of nineteen digits into another number of nineteen digits. This pass over the raw XML finds them, with
their addresses, and says whether the sheet is small enough to be read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from types import MappingProxyType

from bulkportal.sheets.formats import as_shown
from bulkportal.sheets.grid import number_text
from bulkportal.sheets.table import Mark, Merge, Trouble, column_number, letter

NO_FORMATS: Mapping[int, str] = MappingProxyType({})
LONGEST_ROW = 64 << 20
MOST_MARKS = 200_000
MOST_MERGES = 100_000

_PREFIX = rb"(?:[^\s<>/!?=\"']+:)?"
_PREFIXED = re.compile(rb"<" + _PREFIX + rb"(?<=:)(?:c|row)(?=[\s/>])")
_BARE = re.compile(rb"<(?:c|row)[^\s\w:.-]|<(?:c|row)[\t\r\n]")
_COLUMN = re.compile(rb'<c r="([A-Z]+)')
_CELL_ROW = re.compile(rb'<c r="[A-Z]+(\d+)"')
_ROW = re.compile(rb'<row r="(\d+)"')
_EMPTY = re.compile(rb'<c r="[A-Z]+\d+"(?: s="\d+")? ?(?:/>|></c>)')
_LONG = re.compile(rb"<v>-?(?:\d{16}|\d[\d.]*[eE]\+?\d\d)")
_STEP = re.compile(rb"<" + _PREFIX + rb"(?:row(?=[\s/>])([^>]*)>|c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</" + _PREFIX + rb"c\s*>))", re.DOTALL)
_ROW_END = re.compile(rb"row\s*>")
_REFERENCE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]{0,3})(\d{0,9})[\"']")
_TYPE = re.compile(rb"(?:^|\s)t\s*=\s*[\"'](\w+)[\"']")
_STYLE = re.compile(rb"(?:^|\s)s\s*=\s*[\"'](\d{1,6})[\"']")
_FORMULA = re.compile(rb"<" + _PREFIX + rb"f(?=[\s/>])[^>]*?(?:/>|>(.*?)</)", re.DOTALL)
_VALUE = re.compile(rb"<" + _PREFIX + rb"v(?=[\s>])[^>]*>(.*?)</", re.DOTALL)


_HIDDEN = re.compile(rb"<" + _PREFIX + rb"row(?=\s)[^>]*?\shidden\s*=\s*[\"'](?:1|true)[\"'][^>]*>")
_ROW_NUMBER = re.compile(rb"\sr\s*=\s*[\"'](\d{1,9})[\"']")
_MERGE = re.compile(rb"<" + _PREFIX + rb"mergeCell\s[^>]*?ref\s*=\s*[\"']\$?([A-Z]{1,3})\$?(\d{1,9}):\$?([A-Z]{1,3})\$?(\d{1,9})[\"']")


@dataclass(slots=True, kw_only=True)
class Scan:
    """The findings of one pass. `odd` means: spelled in a way that only a real XML parser should read."""

    last_row: int = 0
    last_column: int = 0
    odd: bool = False
    overlong: bool = False
    marks: list[Mark] = field(default_factory=list)
    shown: list[tuple[int, str, str]] = field(default_factory=list)
    """Cells by row and letter that are read as their number format shows them."""

    merges: list[Merge] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)

    @property
    def area(self) -> int:
        """The cells of the rectangle that a reader would allocate."""
        return self.last_row * self.last_column


def scan(blocks: Iterable[bytes], formats: Mapping[int, str] = NO_FORMATS) -> Scan:
    """Go through a worksheet's XML once. Stops early, with `overlong`, when there is no end to it.

    `formats` are the number formats that show more than a number, by the number of the cell style.
    """
    found = Scan()
    styled = re.compile(rb"\ss\s*=\s*[\"'](?:" + "|".join(map(str, formats)).encode() + rb")[\"']") if formats else None
    row = 0
    for rows in _whole_rows(blocks):
        if len(rows) > LONGEST_ROW or len(found.marks) > MOST_MARKS or len(found.merges) > MOST_MERGES:
            found.overlong = True
            return found
        _look_aside(rows, found)
        if _is_plain(rows) and not (styled and styled.search(rows)):
            # A million cells that have a colour and nothing else are no larger than none.
            filled = _EMPTY.sub(b"", rows) if b"/>" in rows or b"></c" in rows else rows
            found.last_row = max(found.last_row, *(int(number) for number in set(_CELL_ROW.findall(filled))), 0)
            found.last_column = max(found.last_column, *(column_number(name.decode()) for name in set(_COLUMN.findall(filled))), 0)
            last = _ROW.match(rows, rows.rfind(b'<row r="'))
            row = int(last.group(1)) if last else row
        else:
            row = _walk(rows, row, found, formats)
    return found


def _look_aside(rows: bytes, found: Scan) -> None:
    """Hidden rows and merged cells, where there are any."""
    if b"hidden" in rows:
        numbers = (_ROW_NUMBER.search(tag) for tag in _HIDDEN.findall(rows))
        for row in (int(number.group(1)) for number in numbers if number):
            if found.hidden and found.hidden[-1][1] == row - 1:
                found.hidden[-1] = (found.hidden[-1][0], row)
            else:
                found.hidden.append((row, row))
    if b"mergeCell" in rows:
        for left, top, right, bottom in _MERGE.findall(rows):
            first, last = column_number(left.decode()), column_number(right.decode())
            found.merges.append(Merge(first_row=int(top), last_row=int(bottom), first_column=first, last_column=last))


def _is_plain(rows: bytes) -> bool:
    """Every cell and row states its address in the usual spelling, and none is doubtful."""
    tags, addressed = rows.count(b"<c ") + rows.count(b"<row "), rows.count(b'<c r="') + rows.count(b'<row r="')
    doubtful = b"<f" in rows or b":f" in rows or b't="e"' in rows or b"='" in rows or _LONG.search(rows)
    if tags != addressed or doubtful or _BARE.search(rows):
        return False
    return not ((b":c" in rows or b":row" in rows) and _PREFIXED.search(rows))


def _whole_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML cut only where a row ends, so that no cell is ever seen in two halves."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        end = max((match.end() for match in _ROW_END.finditer(waiting, max(0, len(waiting) - len(block) - 8))), default=0)
        if end or len(waiting) > LONGEST_ROW:
            cut = end or len(waiting)
            yield bytes(waiting[:cut])
            del waiting[:cut]
    yield bytes(waiting)


def _walk(rows: bytes, row: int, found: Scan, formats: Mapping[int, str]) -> int:
    """Visit each cell, counting where addresses are left out. Returns the last row's number."""
    column = 0
    for step in _STEP.finditer(rows):
        row_attributes, attributes, body = step.groups()
        written = attributes if row_attributes is None else row_attributes
        found.odd |= bool(written.count(b'"') % 2 or written.count(b"'") % 2)
        reference = _REFERENCE.search(written)
        name, number = reference.groups() if reference else (b"", b"")
        if row_attributes is not None:
            row, column = int(number) if number else row + 1, 0
        else:
            column = column_number(name.decode()) if name else column + 1
            row = int(number) if number else row
            found.last_column = max(found.last_column, column)
            instead = _instead(attributes, body or b"", formats)
            if instead:
                _keep(found, row, letter(column - 1), *instead)
        found.last_row = max(found.last_row, row)
    return row


def _keep(found: Scan, row: int, column: str, text: str, trouble: Trouble | None) -> None:
    if trouble:
        found.marks.append(Mark(row=row, column=column, trouble=trouble, value=text))
    else:
        found.shown.append((row, column, text))


def _instead(attributes: bytes, body: bytes, formats: Mapping[int, str]) -> tuple[str, Trouble | None] | None:
    """What a cell is read as other than its value, and why it must not be believed, if so; None for an honest one."""
    kind = _TYPE.search(attributes)
    written = kind.group(1) if kind else b"n"
    value = _VALUE.search(body)
    text = unescape(value.group(1).decode(errors="replace")).strip() if value else ""
    formula = _FORMULA.search(body)
    if written == b"e":
        return text or "#VALUE!", Trouble.ERROR_VALUE
    if formula and not text and not (written == b"str" and value):
        return "=" + unescape((formula.group(1) or b"").decode(errors="replace")), Trouble.FORMULA_WITHOUT_VALUE
    if written != b"n" or not text:
        return None
    number, trouble = number_text(text)
    if trouble:
        return text, trouble
    style = _STYLE.search(attributes)
    code = formats.get(int(style.group(1))) if style else None
    shown = as_shown(code, number) if code else (number, None)
    return None if shown == (number, None) else shown
