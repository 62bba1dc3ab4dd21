"""The cells of a worksheet as its XML holds them, with their addresses, and what it says besides: merged cells, hidden rows.

Nearly every worksheet spells its cells in one usual way; those are taken apart by one pattern, many at a time. A worksheet
that spells a single one otherwise is read by an XML parser, cell by cell: slower, and whatever XML allows.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from xml.parsers import expat

import polars as pl

from bulkportal.a1 import column_number, letter, split_address
from bulkportal.sheets.conditional import MOST_CONDITIONS, Condition, conditions
from bulkportal.sheets.grid import LAST_COLUMN, LAST_ROW, MOST_FILLED
from bulkportal.sheets.hyperlinks import MOST_LINKS, Related, of_formula, related
from bulkportal.sheets.table import ROW, Merge

LONGEST_ROW = 64 << 20
MOST_MERGES = 100_000
MOST_SLOW_CELLS = 8_000_000

_ODD = re.compile(rb"<(?:[\w.-]{1,40}:)?c[\s/>]|<!|<[\w.-]{1,40}:row[\s/>]|<row>")
# Possessive quantifiers (`++`, `*+`) here and below: a file made for it must not have a pattern try every way of cutting it.
_EMPTY = re.compile(rb'<c r="[A-Z]{1,3}+[0-9]{1,7}+"(?: s="[0-9]++")?(?: t="n")? ?(?:/>|></c>)')
_HIDDEN = re.compile(rb"<row(?=\s)[^<>]*?\s(?:hidden=[\"'](?:1|true)|ht=[\"'][0-2](?:\.[0-9]*+)?)[\"'][^<>]*+>")
"""A row of less than three points is a line, and nothing in it can be read."""

_NO_ZEROS = re.compile(rb"<sheetView(?=\s)[^<>]*?\sshowZeros=[\"'](?:0|false)[\"']")
_UNSIZED = re.compile(rb"<row(?=\s)(?![^<>]*?\s(?:ht|hidden)=)[^<>]*+>")
_FLAT = re.compile(rb"<sheetFormatPr(?=\s)[^<>]*?\s(?:zeroHeight=[\"'](?:1|true)|defaultRowHeight=[\"'][0-2](?:\.[0-9]*+)?)[\"']")
"""A sheet whose rows are not shown unless they have a height of their own."""

_THIN = re.compile(rb"\sht=[\"'][0-2][.\"']")
_COLUMNS = re.compile(rb"<col(?=\s)[^<>]*+>")
_COLUMN_HIDDEN = re.compile(rb"\s(?:hidden=[\"'](?:1|true)|width=[\"']0(?:\.[0-9]*+)?)[\"']")
"""So is a column that is narrower than a digit."""

_COLUMN_SPAN = re.compile(rb"\s(min|max)=[\"'](\d{1,5})[\"']")
_NOTHING = {"ht": re.compile(r"[0-2](?:\.\d*)?"), "width": re.compile(r"0(?:\.\d*)?")}
_ROW_NUMBER = re.compile(rb"\sr\s{0,9}=\s{0,9}[\"'](\d{1,9})[\"']")
_MERGE = re.compile(rb"<mergeCell\s[^<>]*?ref=[\"']([^\"'<>]{1,40})[\"']")
_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,9}):\$?([A-Z]{1,3})\$?(\d{1,9})")
_ENTITY = re.compile(r"&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));")
_SHARED = re.compile(r"\st\s*=")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_KINDS = ("n", "s", "str", "inlineStr", "b", "e", "d")

_CELL = (
    r'^r="(?P<column>[A-Z]{1,3})(?P<row>[0-9]{1,7})"'
    r'(?: s="(?P<style>[0-9]{1,6})")?(?: t="(?P<kind>' + "|".join(_KINDS) + r')")?(?: s="(?P<late>[0-9]{1,6})")?(?: (?:cm|vm|ph)="[0-9]+")*'
    r"(?: ?/>| ?>(?:(?P<formula><f(?: [^<>]*)?>)(?:(?P<written>[^<]*)</f>)?)?"
    r'(?:(?P<tag><v(?: xml:space="preserve")? ?/?>)(?:(?P<value>[^<]*)</v>)?|<is><t(?: xml:space="preserve")?>(?P<inline>[^<]*)</t></is>)?</c>)'
    r"\s*(?:</row>\s*(?:<row [^<>]*>\s*(?:</row>\s*)?)*(?:</sheetData>(?s:.)*)?)?$"
)
"""All that may follow ``<c `` up to the next cell where cells are spelled in the usual way: whatever else stands there is not overlooked."""

_PLACES = {ROW: pl.Int64, "column": pl.String}
_SCHEMA = {**_PLACES, "style": pl.Int32, "kind": pl.String, "value": pl.String}

Formula = tuple[int, str, str]
"""A formula without a value: row, letter, what it says."""


@dataclass(slots=True, kw_only=True)
class Scan:
    """What one worksheet holds. `cells` are those with a value: `_row`, `column`, `style`, `kind` (the ``t`` of the format) and `value`.

    `reckoned` are all cells with a formula, with or without a value. `related` are links of cells by their ids, `links` those of formulas, and
    `leading` the cells whose formula stands for them alone and does nothing but lead there.
    `struck` are cells with a text of their own of which a part is struck out; `conditions` are conditional formats: the id of the look, the
    area, and the first formula.
    `overlong` says that there was no end to them, and that they are not all here.
    """

    cells: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_SCHEMA))
    formulas: list[Formula] = field(default_factory=list)
    reckoned: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_PLACES))
    related: list[Related] = field(default_factory=list)
    links: dict[tuple[int, str], str] = field(default_factory=dict)
    leading: set[tuple[int, str]] = field(default_factory=set)
    merges: list[Merge] = field(default_factory=list)
    struck: list[tuple[int, str]] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    shows_zeros: bool = True
    is_flat: bool = False
    hidden: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    overlong: bool = False


def scan(blocks: Callable[[], Iterable[bytes]]) -> Scan:
    """Go through a worksheet's XML, which `blocks` gives as often as it is asked for. Stops early, with `overlong`, when there is no end to it.

    Raises ExpatError or ValueError for what is no sound XML.
    """
    found = _scan_quickly(blocks())
    return _Walk().scan(blocks()) if found is None else found


def unescaped(text: str) -> str:
    """A text between two tags, with the characters that its entities stand for."""

    def character(match: re.Match[str]) -> str:
        decimal, hexadecimal, name = match.groups()
        return _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))

    return _ENTITY.sub(character, text)


def with_entities(texts: pl.Series) -> pl.Series:
    """The same for many."""
    escaped = texts.str.contains("&", literal=True).fill_null(value=False)
    if not escaped.any():
        return texts
    places = escaped.arg_true()
    return texts.scatter(places, [unescaped(text) for text in texts.gather(places)])


def _scan_quickly(blocks: Iterable[bytes]) -> Scan | None:
    """The worksheet, or None where something in it is spelled in another way than usual."""
    found = Scan()
    frames, reckoned = list[pl.DataFrame](), list[pl.DataFrame]()
    filled, end = 0, b""
    for rows in _whole_rows(blocks):
        if len(rows) > LONGEST_ROW or len(found.merges) > MOST_MERGES:
            found.overlong = True
            return found
        cells = _taken_apart(rows)
        if cells is None:
            return None
        _look_aside(rows, found)
        if b"<f" in rows:
            reckoned.append(cells.filter(pl.col("formula").is_not_null()).select(*_PLACES))
            found.formulas += _without_value(cells)
            _keep_links(rows, cells, found)
        frames.append(cells.filter(pl.col("value") != "").select(*_SCHEMA))
        filled += frames[-1].height
        if filled + len(found.formulas) > MOST_FILLED or _is_beyond(frames[-1]):
            found.overlong = True
            return found
        # Kept over several pieces, since the last one may be shorter than the tag that ends the part.
        end = end[-64:] + rows[-64:]
    # A pattern takes half a worksheet for a whole one; the parser then says where it breaks off.
    if not re.search(rb"</worksheet\s{0,9}>\s*$", end[-128:]):
        return None
    found.cells, found.reckoned = pl.concat([found.cells, *frames]), pl.concat([found.reckoned, *reckoned])
    return found


def _taken_apart(rows: bytes) -> pl.DataFrame | None:
    """The cells of some rows, those with a formula and no value among them; None where one is spelled in another way."""
    # A million cells that have a colour and nothing else are no larger than none.
    told = _EMPTY.sub(b"", rows) if 4 * rows.count(b"/>") > rows.count(b"<c ") else rows
    before, *texts = told.decode().split("<c ")
    if _ODD.search(before.encode()):
        return None
    parts = pl.Series("cell", texts, dtype=pl.String)
    cells = parts.str.extract_groups(_CELL).struct.unnest()
    if cells["row"].has_nulls():
        return None
    value = pl.coalesce("value", "inline", pl.when(pl.col("tag").is_not_null()).then(pl.lit("")))
    cells = cells.select(
        pl.col("row").cast(pl.Int64).alias(ROW),
        "column",
        pl.coalesce("style", "late").cast(pl.Int32).alias("style"),
        pl.col("kind").fill_null("n"),
        value.alias("value"),
        "formula",
        "written",
    )
    return cells.with_columns(with_entities(cells["value"])) if b"&" in rows else cells


def _without_value(cells: pl.DataFrame) -> Iterator[Formula]:
    """Formulas without a computed value. One whose result is an empty text is none of them: it is marked as a text, and its value is there."""
    unknown = pl.col("value").is_null() | ((pl.col("value") == "") & (pl.col("kind") != "str"))
    found = cells.filter(pl.col("formula").is_not_null() & unknown).select(ROW, "column", pl.col("written").fill_null(""))
    return ((row, column, "=" + unescaped(written)) for row, column, written in found.iter_rows())


def _keep_links(rows: bytes, cells: pl.DataFrame, found: Scan) -> None:
    """The addresses that formulas lead to."""
    if b"HYPERLINK(" in rows:
        links = cells.filter(pl.col("written").str.contains("HYPERLINK(", literal=True))
        for row, column, tag, written in links.select(ROW, "column", "formula", "written").iter_rows():
            _link(found, row, column, unescaped(written), is_own=_SHARED.search(tag) is None)


def _link(found: Scan, row: int, column: str, formula: str, *, is_own: bool) -> None:
    """Keep the address of a formula; one that is not the cell's own stands for others as well, or for an area."""
    address = of_formula(formula)
    if address and len(found.links) < MOST_LINKS:
        found.links[row, column] = address
        if is_own:
            found.leading.add((row, column))


def _is_beyond(cells: pl.DataFrame) -> bool:
    """Whether a cell stands outside of any spreadsheet."""
    return bool((cells[ROW] > LAST_ROW).any()) or any(column_number(name) > LAST_COLUMN for name in cells["column"].unique())


def _look_aside(rows: bytes, found: Scan) -> None:
    """Hidden rows and columns, and merged cells, where there are any."""
    found.shows_zeros &= _NO_ZEROS.search(rows) is None
    found.is_flat |= _FLAT.search(rows) is not None
    if b"col " in rows:
        found.hidden_columns += _hidden_columns(rows)
    tags = _HIDDEN.findall(rows) if b"hidden" in rows or (b"ht=" in rows and _THIN.search(rows)) else []
    tags += _UNSIZED.findall(rows) if found.is_flat else []
    for number in sorted(int(match[1]) for match in map(_ROW_NUMBER.search, tags) if match):
        _hide(found, number)
    if b"hyperlink" in rows:
        found.related += islice(related(rows), MOST_LINKS - len(found.related))
    if b"<cfRule" in rows:
        found.conditions += islice(conditions(rows), MOST_CONDITIONS - len(found.conditions))
    if b"mergeCell" in rows:
        for area in _MERGE.findall(rows):
            _merge(found, area.decode())


def _hidden_columns(rows: bytes) -> Iterator[tuple[int, int]]:
    for tag in _COLUMNS.findall(rows):
        span = dict(_COLUMN_SPAN.findall(tag))
        if _COLUMN_HIDDEN.search(tag) and {b"min", b"max"} <= set(span):
            yield int(span[b"min"]), int(span[b"max"])


def _hide(found: Scan, row: int) -> None:
    if found.hidden and found.hidden[-1][1] == row - 1:
        found.hidden[-1] = (found.hidden[-1][0], row)
    else:
        found.hidden.append((row, row))


def _merge(found: Scan, area: str) -> None:
    match = _AREA.fullmatch(area)
    if match:
        left, top, right, bottom = match.groups()
        first, last = column_number(left), column_number(right)
        found.merges.append(Merge(first_row=int(top), last_row=int(bottom), first_column=first, last_column=last))


def _whole_rows(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The XML cut only where a row ends, or at least an element, so that no cell is ever seen in two halves."""
    waiting = bytearray()
    for block in blocks:
        # A few bytes back: the end of a row may lie across two blocks.
        searched = max(0, len(waiting) - 8)
        waiting += block
        end = waiting.rfind(b"</row>", searched) + 6
        if end < 6:
            end = waiting.rfind(b"/>", searched) + 2 if len(waiting) > LONGEST_ROW // 4 else 0
        if end > 2 or len(waiting) > LONGEST_ROW:
            cut = end if end > 2 else len(waiting)
            yield bytes(waiting[:cut])
            del waiting[:cut]
    yield bytes(waiting)


class _Walk:
    """A pass over a worksheet by an XML parser, cell by cell. Names are compared without their prefix."""

    def __init__(self) -> None:
        self._found = Scan()
        self._path: list[str] = []
        self._row = self._column = self._visited = 0
        self._given: dict[str, str] = {}
        self._value: list[str] | None = None
        self._formula: list[str] | None = None
        self._into: list[str] | None = None
        self._is_own = True
        self._area = ""
        self._rows, self._columns, self._kinds, self._values = array("q"), list[str](), list[str](), list[str]()
        self._reckoned = (array("q"), list[str]())
        self._styles = list[int | None]()

    def scan(self, blocks: Iterable[bytes]) -> Scan:
        """Read all of it. Raises ExpatError or ValueError for what is no sound XML."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = self._start, self._end, self._text
        for block in blocks:
            parser.Parse(block)
            if self._found.overlong:
                return self._found
        parser.Parse(b"", True)  # noqa: FBT003 - the parser takes no names
        columns = [self._rows, self._columns, self._styles, self._kinds, self._values]
        self._found.cells = pl.DataFrame(dict(zip(_SCHEMA, columns, strict=True)), schema=_SCHEMA)
        self._found.reckoned = pl.DataFrame(dict(zip(_PLACES, self._reckoned, strict=True)), schema=_PLACES)
        return self._found

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        self._path.append(name)
        if name == "c" and self._stands_in(("sheetData", "row")):
            self._open_cell(given)
        elif name == "row" and self._stands_in(("sheetData",)):
            self._row, self._column = _number(given.get("r", "")) or self._row + 1, 0
            if _is_hidden(given, "ht") or (self._found.is_flat and "ht" not in given):
                _hide(self._found, self._row)
        elif name == "col" and _is_hidden(given, "width"):
            self._found.hidden_columns.append((_number(given.get("min", "")), _number(given.get("max", ""))))
        elif name == "mergeCell":
            _merge(self._found, given.get("ref", ""))
        elif name == "hyperlink" and len(self._found.related) < MOST_LINKS:
            identity = next((value for key, value in given.items() if key.rpartition(":")[2] == "id"), "")
            self._found.related.append((given.get("ref", ""), identity))
        else:
            self._open_part(name, given)

    def _open_part(self, name: str, given: Mapping[str, str]) -> None:
        if self._stands_in(("c",)) and name in ("v", "f", "is"):
            kept = self._formula if name == "f" else self._value
            kept = [] if kept is None else kept
            self._value, self._formula = (self._value, kept) if name == "f" else (kept, self._formula)
            self._into = None if name == "is" else kept
            self._is_own = self._is_own if name != "f" else "t" not in given
        elif name == "t" and (self._stands_in(("c", "is")) or self._stands_in(("c", "is", "r"))):
            self._into = self._value
        elif name == "sheetFormatPr":
            self._found.is_flat = given.get("zeroHeight") in ("1", "true") or _NOTHING["ht"].fullmatch(given.get("defaultRowHeight", "")) is not None
        elif name == "conditionalFormatting":
            self._area = given.get("sqref", "")
        elif name == "cfRule" and "dxfId" in given and len(self._found.conditions) < MOST_CONDITIONS:
            self._found.conditions.append((given["dxfId"], self._area, ""))
        elif name == "sheetView":
            self._found.shows_zeros &= given.get("showZeros") not in ("0", "false")
        elif name == "strike" and self._stands_in(("c", "is", "r", "rPr")) and given.get("val") not in ("0", "false"):
            self._found.struck.append((self._row, letter(self._column - 1)))

    def _end(self, _: str) -> None:
        name = self._path.pop()
        self._into = None
        if name == "c" and self._path[-1:] == ["row"]:
            self._close_cell()

    def _text(self, text: str) -> None:
        if self._into is not None:
            self._into.append(text)

    def _stands_in(self, parents: Sequence[str]) -> bool:
        return self._path[-1 - len(parents) : -1] == list(parents)

    def _open_cell(self, given: dict[str, str]) -> None:
        # Cells and rows may leave their address out, as streaming writers do: then they follow the one before (ECMA-376 18.3.1.4).
        name, number = split_address(given.get("r", ""))
        self._column = column_number(name) if name else self._column + 1
        self._row = number or self._row
        self._given, self._value, self._formula, self._into = given, None, None, None
        self._visited += 1
        too_many = self._visited > MOST_SLOW_CELLS or len(self._rows) >= MOST_FILLED or len(self._found.merges) > MOST_MERGES
        self._found.overlong |= too_many

    def _close_cell(self) -> None:
        kind = self._given.get("t", "n")
        value = None if self._value is None else "".join(self._value)
        if self._formula is not None:
            self._reckoned[0].append(self._row)
            self._reckoned[1].append(letter(self._column - 1))
            _link(self._found, self._row, letter(self._column - 1), "".join(self._formula), is_own=self._is_own)
        if self._formula is not None and (value is None or (not value and kind != "str")):
            self._found.formulas.append((self._row, letter(self._column - 1), "=" + "".join(self._formula)))
        elif value:
            self._rows.append(self._row)
            self._columns.append(letter(self._column - 1))
            self._styles.append(_number(self._given.get("s", "")))
            self._kinds.append(kind if kind in _KINDS else "str")
            self._values.append(value)
        else:
            return
        self._found.overlong |= self._row > LAST_ROW or self._column > LAST_COLUMN


def _is_hidden(given: dict[str, str], extent: str) -> bool:
    """Whether a row or a column is not shown, or has no height or width."""
    return given.get("hidden") in ("1", "true") or _NOTHING[extent].fullmatch(given.get(extent, "")) is not None


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
