"""Text files to grids: encoding, delimiter, records with their numbers."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from bulkportal.a1 import letter
from bulkportal.errors import UnreadableInput
from bulkportal.sheets.breaks import LineEnds
from bulkportal.sheets.encoding import decode
from bulkportal.sheets.grid import LAST_COLUMN, LAST_ROW, MOST_CELLS, Grid, Recognise, doubtful, normalize, refuse_wide
from bulkportal.sheets.guard import unguarded
from bulkportal.sheets.table import ROW, Doubt
from bulkportal.sheets.torn import odd_lines

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
SAMPLE = 30
LONGEST_CELL = 131_072
"""The limit of Python's csv module; a longer cell is a quotation mark that was never closed."""

_SEPARATOR_LINE = re.compile(r"sep=(.)(\r\n|\n|\r|$)", re.IGNORECASE)
_MOST_LINES = 16 * LAST_ROW
"""Of all cells together: a cell in quotation marks may have several."""

MOST_ROWS = 4 * LAST_ROW
"""A text file may be longer than a worksheet: it can be checked, and only a report has no room for it (see `reader.refuse_longer_than_worksheet`)."""

_END = "\x1d"
_ONE_END = re.compile(r"[^\r\n]\r?\n\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """How a text is to be cut: its delimiter, the rows already taken off its top, its width, and the lines that it has."""

    text: str
    delimiter: str
    taken: int
    width: int
    ends: LineEnds


def read_csv(data: bytes, *, label: str, sheet: str, recognise: Recognise, encoding: str | None = None) -> Grid:
    """A CSV or other delimited file as text, in the `encoding` that the user names. Records are counted as a spreadsheet program shows them.

    An apostrophe that `writer.write_csv` put before a formula sign is taken off again.
    """
    decoded = decode(data, label=label, encoding=encoding)
    layout, notes = _layout(decoded.text, recognise, label)
    cells = _cut_fast(layout)
    most = layout.width if cells is not None else None  # the fast reader takes no wider line
    if cells is None:
        cells = _cut_carefully(layout, label)
    refuse_wide(cells, label)
    odd, widths = odd_lines(layout.text, layout.delimiter, layout.taken, ends=layout.ends, most=most), _widths(layout)
    cells = _unguarded(normalize(cells))
    return Grid(
        sheet=sheet,
        cells=cells,
        marks=doubtful(cells, typed=False),
        notes=(*decoded.notes, *notes),
        delimiter=layout.delimiter,
        widths=widths,
        odd=odd,
        doubt=_shown(decoded.doubt, cells),
    )


def _shown(doubt: Doubt | None, cells: pl.DataFrame) -> Doubt | None:
    """The doubt with a cell that shows it: the first below the first row that has a letter beyond ASCII, else one of that row."""
    if doubt is None:
        return None
    found = [
        (row, name, text) for name in cells.columns if name != ROW for row, text in cells.select(ROW, name).filter(_foreign(name)).head(2).iter_rows()
    ]
    below = [place for place in found if place[0] > cells[ROW][0]]
    row, column, value = min(below or found, default=(0, "", ""))
    return replace(doubt, row=row, column=column, value=value)


def _foreign(name: str) -> pl.Expr:
    return pl.col(name).str.contains(r"[^\x00-\x7F]")


def _layout(text: str, recognise: Recognise, label: str) -> tuple[_Layout, tuple[str, ...]]:
    stated = _SEPARATOR_LINE.match(text)
    taken = 0
    if stated:
        text, taken = text[stated.end() :], 1
    below = text.lstrip("\r\n")
    if len(below) < len(text):
        text, taken = below, taken + LineEnds.of(text[: len(text) - len(below)]).lines
    if not _ONE_END.search(text[-3:]):
        text = text.rstrip("\r\n") + "\n"  # a file may end in millions of blank lines
    ends = LineEnds.of(text)
    lines = taken + ends.lines
    if lines > (_MOST_LINES if '"' in text else MOST_ROWS):
        raise _too_large(label)
    delimiter = stated.group(1) if stated else _sniffed(text, recognise)
    width = max((len(record) for record in _sample(text, delimiter)), default=1)
    # Before anything is laid out: 64 MB of line breaks once took 3.9 GB.
    if width > LAST_COLUMN or width * min(lines, MOST_ROWS) > 2 * MOST_CELLS:
        raise _too_large(label)
    notes = (f"Cells are separated by: {DELIMITERS.get(delimiter, delimiter)}.",) if delimiter != "," else ()
    return _Layout(text=text, delimiter=delimiter, taken=taken, width=max(width, 1), ends=ends), notes


def _sample(text: str, delimiter: str) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(text[: 1 << 18], newline=""), delimiter=delimiter):
            if any(record):
                records.append(record)
            if len(records) >= SAMPLE:
                break
    except csv.Error:
        pass
    return records


def _widths(layout: _Layout) -> dict[int, int]:
    """How many cells each of the first lines has: what stands beyond the line of the headers belongs under none of them."""
    found: dict[int, int] = {}
    with contextlib.suppress(csv.Error):
        for number, record in enumerate(csv.reader(io.StringIO(layout.text[: 1 << 18], newline=""), delimiter=layout.delimiter), layout.taken + 1):
            found[number] = len(record)
            if len(found) > 2 * SAMPLE:
                break
    return found


def _sniffed(text: str, recognise: Recognise) -> str:
    """The delimiter under which the first records show most known headers, else agree most."""

    def score(delimiter: str) -> tuple[int, int]:
        records = _sample(text, delimiter)
        widths = Counter(len(record) for record in records if len(record) > 1)
        usual, times = max(widths.items(), key=lambda item: item[1] * (item[0] - 1), default=(1, 0))
        return max((recognise(record) for record in records), default=0), times * (usual - 1)

    # Captions are full of commas and semicolons of their own, so known headers count before any regularity of the rows.
    return max(DELIMITERS, key=score)


def _cut_fast(layout: _Layout) -> pl.DataFrame | None:
    """All records at once, or None where the fast reader would disagree with a spreadsheet program."""
    text = layout.text
    if len(layout.delimiter.encode()) > 1 or layout.ends.lines > MOST_ROWS or not _is_regular(layout):
        return None
    schema = {letter(index): pl.String for index in range(layout.width)}
    try:
        cells = pl.read_csv(
            text.encode(),
            has_header=False,
            separator=layout.delimiter,
            schema=schema,
            # Inferred, 00123 would be 123, and an id of 19 digits a rounded number that looks right.
            infer_schema=False,
            # Short rows are usual at the end of a spreadsheet's lines. polars fills them with nulls either way, and says nothing.
            missing_columns="insert",
        )
    except (pl.exceptions.PolarsError, UnicodeError):
        return None
    # One quotation mark that is never closed makes one cell of all that follows; csv.reader would refuse it, polars takes it.
    longest = cells.select(pl.max_horizontal(pl.all().str.len_bytes().max())).item()
    if (longest or 0) > LONGEST_CELL or cells.height > MOST_ROWS:
        return None
    return cells.with_row_index(ROW, offset=1 + layout.taken)


def _is_regular(layout: _Layout) -> bool:
    """Every quotation mark belongs to a cell that is quoted as a whole, and lines end in the usual way.

    The fast reader takes some other cells too, and reads them in its own way.
    """
    # polars makes one line of a file with the line ends of old Macs, without an error.
    if layout.ends.lone_returns:
        return False
    if '"' not in layout.text:
        return True
    mark = re.escape(layout.delimiter)
    return '"' not in re.sub(rf'(?:^|(?<=[{mark}\n]))"[^"]*+(?:""[^"]*+)*+"(?=[{mark}\r\n])', "", layout.text)


def _cut_carefully(layout: _Layout, label: str) -> pl.DataFrame:
    """Record by record, as forgiving as a spreadsheet program, naming the line that cannot be read."""
    numbers: list[int] = []
    records: list[list[str]] = []
    width = 1
    for number, record in _records(layout, label):
        if number > MOST_ROWS or len(record) > LAST_COLUMN:
            raise _too_large(label)
        if any(record):
            numbers.append(number)
            records.append(record)
            width = max(width, len(record))
    if width * len(records) > MOST_CELLS:
        raise _too_large(label)
    columns = itertools.zip_longest(*records)
    texts = [pl.Series(letter(index), column, dtype=pl.String) for index, column in enumerate(columns)]
    return pl.DataFrame([pl.Series(ROW, numbers, dtype=pl.Int64), *texts])


def _records(layout: _Layout, label: str) -> Iterator[tuple[int, list[str]]]:
    # A last line that no file has shows whether a quotation mark is still open at the end.
    lines = itertools.chain(_narrow_lines(layout, label), [_END])
    reader = csv.reader(lines, delimiter=layout.delimiter)
    number, begins = layout.taken, 1
    try:
        for record in reader:
            number += 1
            if reader.line_num > begins and record and record[-1].endswith(_END):
                raise _broken(label, number, layout.taken + begins)
            if record == [_END]:
                return
            yield number, record
            begins = reader.line_num + 1
    except csv.Error as error:
        raise _broken(label, number + 1, layout.taken + begins) from error


def _narrow_lines(layout: _Layout, label: str) -> Iterator[str]:
    """The lines, refusing one that is nothing but delimiters before it becomes millions of cells."""
    for line in io.StringIO(layout.text, newline=""):
        if len(line) > LAST_COLUMN and line.count(layout.delimiter) > LAST_COLUMN and '"' not in line:
            raise _too_large(label)
        yield line


def _broken(label: str, row: int, line: int) -> UnreadableInput:
    return UnreadableInput.of("csv_broken", file=label, row=row, line=line)


def _too_large(label: str) -> UnreadableInput:
    return UnreadableInput.of("file_too_large", "rows", file=label, most=f"{MOST_ROWS:,}")


def _unguarded(cells: pl.DataFrame) -> pl.DataFrame:
    perhaps = cells.select(pl.exclude(ROW).str.starts_with("'").any())
    names = [name for name in perhaps.columns if perhaps[name].item()]
    return normalize(cells.with_columns(unguarded(pl.col(names)).str.strip_chars())) if names else cells
