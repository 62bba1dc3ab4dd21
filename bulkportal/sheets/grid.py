"""A sheet as cells, before anyone has said which row is its header."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from bulkportal.a1 import column_number
from bulkportal.errors import UnreadableInput
from bulkportal.sheets.breaks import ODD, newlines
from bulkportal.sheets.error_words import BEGINNING, is_error_word
from bulkportal.sheets.excluded_rows import split_rows, texts_of
from bulkportal.sheets.sifting import Sieve, sifted
from bulkportal.sheets.table import ROW, CellProblem, CellWarning, SheetFacts, Table
from bulkportal.sheets.torn import OddLines

Recognise = Callable[[Sequence[str]], int]
"""How many of a row's texts are known headers."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_CELLS = 16 * LAST_ROW
"""The largest area that is held in memory: sixteen full columns, or the same elsewhere."""

MOST_FILLED = 4_000_000
"""Cells of one sheet that hold something."""

MOST_TEXT = 256 << 20
"""Bytes of text in all cells of a workbook, also where one text stands in many cells."""

MOST_COLUMNS = 1000
"""More columns that hold something are no sheet of bundles or videos, and each costs time in every step."""

HEADER_WITHIN = 30

_LOST_DIGITS = r"^[+-]?\d(?:[.,]\d+)?E\+\d{2,}$"
EXACT_UP_TO = 10**15
"""A spreadsheet keeps fifteen digits; a whole number from here on may have lost its last ones."""

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(SheetFacts):
    """All cells of one sheet that hold text: `_row` and one String column per letter; `raw` are the same with blanks around them.

    `widths` says of the first lines of a text file how many cells each has, blank ones too; it is empty for a workbook,
    and so is `odd`, the lines that have another shape than most.
    """

    sheet: str
    cells: pl.DataFrame
    widths: Mapping[int, int] = field(default_factory=dict)
    odd: OddLines = field(default_factory=OddLines)
    raw: pl.DataFrame | None = None


def refuse_wide(cells: pl.DataFrame, label: str) -> None:
    """Raise UnreadableInput for more columns that hold something than any sheet of ours has."""
    filled = sum(count < len(cells) for count in cells.select(pl.exclude(ROW).null_count()).row(0)) if cells.width > MOST_COLUMNS else 0
    refuse_columns(filled, label)


def refuse_columns(filled: int, label: str) -> None:
    """The same, where so many columns hold something."""
    if filled > MOST_COLUMNS:
        raise UnreadableInput.of("file_too_large", "columns", file=label, filled=f"{filled:,}", most=f"{MOST_COLUMNS:,}")


def normalize(cells: pl.DataFrame) -> pl.DataFrame:
    """Strip every text, write line ends as a newline, blank cells as null; leave out what is blank."""
    texts = pl.exclude(ROW)
    odd = {column.name for column in cells.select(texts.str.contains(ODD).any()) if column.item()}
    if odd:
        cells = cells.with_columns(newlines(pl.col(name)).alias(name) for name in odd)
    plain = cells.select(pl.col(ROW).cast(pl.Int64), texts.str.strip_chars()).with_columns(pl.when(texts != "").then(texts))
    kept = sorted((c.name for c in plain if c.name != ROW and c.null_count() < len(c)), key=column_number)
    frame = plain[[ROW, *kept]]
    if not kept:
        return frame.clear()
    return frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null())).sort(ROW)


def overlay(cells: pl.DataFrame, texts: Iterable[tuple[int, str, str]]) -> pl.DataFrame:
    """Put other texts into cells, given by row and letter: what a marked one holds, so that its row is never taken for blank."""
    given = list(texts)
    if not given:
        return cells
    wide = pivot(*zip(*given, strict=True))
    joined = cells.join(wide, on=ROW, how="full", coalesce=True, suffix="!")
    doubled = [name for name in joined.columns if name.endswith("!")]
    return joined.with_columns(pl.coalesce(name, name[:-1]).alias(name[:-1]) for name in doubled).drop(doubled)


def tabulate(grid: Grid, *, file: str, path: Path | None, recognise: Recognise) -> Table | None:
    """The grid as a table under its header row; None when no cell holds text.

    The header row is the one among the first thirty with text that has the most known headers. When
    none has any, it is the first row with text, so that someone can say which headers are unknown.
    """
    cells = grid.cells
    if cells.is_empty():
        return None
    names = [name for name in cells.columns if name != ROW]
    first = [(row, dict(zip(names, texts, strict=True))) for row, *texts in cells.head(HEADER_WITHIN).iter_rows()]
    known = [recognise([text for text in texts.values() if text is not None]) for _, texts in first]
    # The first of equals: data rows below may repeat the headers, and what stands above is a title.
    place = known.index(max(known))
    header_row, header = first[place]
    below = cells.filter(pl.col(ROW) > header_row)
    headers = {name: text for name, text in header.items() if text is not None}
    found = split_rows(below, headers, recognise if known[place] else None)
    below = found.rows
    columns = [name for name in names if name in headers or below[name].null_count() < below.height]
    width = grid.widths.get(header_row, len(header)) if grid.widths else None
    return Table(
        file=file,
        path=path,
        sheet=grid.sheet,
        header_row=header_row,
        headers=headers,
        frame=below.select(ROW, *columns),
        above=texts_of(cells.head(place)),
        aside=texts_of(found.aside),
        repeats=found.repeats,
        width=width,
        wider=_wider(grid.odd, width, found.rows) if width is not None else {},
        indented=_indented(grid.raw, [name for name in columns if name not in headers]) | _unusually_spaced(grid.odd, header_row, found.rows),
        **grid.facts(),
    )


def _wider(odd: OddLines, width: int, rows: pl.DataFrame) -> Mapping[int, int]:
    """The rows that have more cells than the line of the headers, and than most."""
    wider = {row: count for row, count in odd.wider.items() if count > width}
    if odd.usual > width or not wider:
        return {}
    return {row: wider[row] for row in rows.filter(pl.col(ROW).is_in(list(wider)))[ROW].to_list()}


def _unusually_spaced(odd: OddLines, header_row: int, rows: pl.DataFrame) -> frozenset[tuple[int, str]]:
    """The cells that begin with a blank, in columns where that is nobody's habit."""
    if not odd.spaced:
        return frozenset()
    there = set(rows[ROW].to_list())
    spaced = {(row, name) for row, name in odd.spaced if row in there}
    often = Counter(name for _, name in spaced)
    filled = {name: rows.height - rows[name].null_count() for name in often if name in rows.columns}
    return frozenset(
        (row, name)
        for row, name in spaced
        if (header_row, name) not in odd.spaced and (often[name] * 2 <= filled.get(name, 0) or filled.get(name) == 1)
    )


def _indented(raw: pl.DataFrame | None, names: Sequence[str]) -> frozenset[tuple[int, str]]:
    """The cells of these columns that begin with a blank."""
    if raw is None:
        return frozenset()
    there = [name for name in names if name in raw.columns]
    return frozenset((row, name) for name in there for row in raw.filter(pl.col(name).str.starts_with(" "))[ROW].to_list())


def doubtful(cells: pl.DataFrame, *, typed: bool) -> tuple[CellWarning, ...]:
    """What a spreadsheet program left of a long number, and of an error, when it wrote them as text.

    A `typed` cell tells an error from a text that merely reads like one.
    """
    found: list[CellWarning] = []
    for name, rows in sifted(cells, {name: _is_doubtful(name, typed=typed) for name in cells.columns if name != ROW}):
        for row, text, digits in rows.select(ROW, name, digits=pl.col(name).str.contains(_LOST_DIGITS)).iter_rows():
            found.append(CellWarning(row=row, column=name, trouble=CellProblem.NUMBER_TOO_LONG if digits else CellProblem.ERROR_VALUE, value=text))
    return in_order(found)


def _is_doubtful(name: str, *, typed: bool) -> pl.Expr | Sieve:
    digits = pl.col(name).str.contains(_LOST_DIGITS)
    if typed:
        return digits
    return Sieve(coarse=pl.col(name).str.contains(f"{_LOST_DIGITS}|{BEGINNING}"), fine=digits | is_error_word(pl.col(name)))


def number_text(written: str) -> tuple[str, CellProblem | None]:
    """A number as it is read everywhere: whole ones without a point; and whether its digits can be trusted."""
    if not _DECIMAL.fullmatch(written):
        return written, None
    value = float(written)
    # A reader that gives it as text makes "7301234567890123776" of it: an id that looks valid, and is another account's.
    if abs(value) >= EXACT_UP_TO:
        return written, CellProblem.NUMBER_TOO_LONG
    return (str(int(value)) if value.is_integer() else repr(value)), None


def in_order(marks: Iterable[CellWarning]) -> tuple[CellWarning, ...]:
    """Marks by row, then by column, each cell once."""
    first: dict[tuple[int, str], CellWarning] = {}
    for mark in marks:
        first.setdefault((mark.row, mark.column), mark)
    return tuple(sorted(first.values(), key=lambda mark: (mark.row, len(mark.column), mark.column)))


def pivot(rows: Sequence[int] | array[int], letters: Sequence[str], texts: Sequence[str]) -> pl.DataFrame:
    """Cells given one by one, as `_row` and one column per letter."""
    return widened(pl.DataFrame({ROW: rows, "letter": letters, "text": texts}, schema={ROW: pl.Int64, "letter": pl.String, "text": pl.String}))


def widened(long: pl.DataFrame) -> pl.DataFrame:
    """Cells as `_row`, `letter` and `text`, as `_row` and one column per letter."""
    if long.is_empty():
        return long.select(ROW)
    return long.pivot(on="letter", index=ROW, values="text", aggregate_function="first")
