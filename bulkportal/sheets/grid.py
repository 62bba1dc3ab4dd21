"""A sheet as cells, before anyone has said which row is its header."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bulkportal.sheets.table import ROW, Mark, Table

Recognise = Callable[[Sequence[str]], int]
"""How many of a row's texts are known headers."""

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384
MOST_CELLS = 16 * LAST_ROW
"""The largest area that is held in memory: sixteen full columns, or the same elsewhere."""

HEADER_WITHIN = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All cells of one sheet that hold text: `_row` and one String column per letter."""

    sheet: str
    cells: pl.DataFrame
    marks: tuple[Mark, ...] = ()
    notes: tuple[str, ...] = ()


def letter(index: int) -> str:
    """The name of a column counted from 0: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """The inverse of `letter`, counted from 1: A is 1, AA is 27."""
    number = 0
    for character in name.upper():
        number = number * 26 + ord(character) - 64
    return number


def tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """Strip every text, write line ends as a newline, blank cells as null; leave out what is blank."""
    columns = [_stripped(cells[name]) for name in cells.columns if name != ROW]
    kept = sorted((c for c in columns if c.null_count() < len(c)), key=lambda c: column_number(c.name))
    frame = pl.DataFrame([cells[ROW].cast(pl.Int64), *kept])
    if not kept:
        return frame.clear()
    return frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null())).sort(ROW)


def overlay(cells: pl.DataFrame, marks: Iterable[Mark]) -> pl.DataFrame:
    """Put what the file holds into the marked cells, so that a marked row is never taken for blank."""
    places = [(mark.row, mark.column, mark.value) for mark in marks]
    if not places:
        return cells
    long = pl.DataFrame(places, schema={ROW: pl.Int64, "letter": pl.String, "text": pl.String}, orient="row")
    wide = long.pivot(on="letter", index=ROW, values="text", aggregate_function="first")
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
    place = known.index(max(known))
    header_row, header = first[place]
    below = cells.filter(pl.col(ROW) > header_row)
    columns = [name for name in names if header[name] is not None or below[name].null_count() < below.height]
    above = tuple((row, name, text) for row, texts in first[:place] for name, text in texts.items() if text is not None)
    return Table(
        file=file,
        path=path,
        sheet=grid.sheet,
        header_row=header_row,
        headers={name: text for name, text in header.items() if text is not None},
        frame=below.select(ROW, *columns),
        above=above,
        marks=grid.marks,
        notes=grid.notes,
    )


def _stripped(column: pl.Series) -> pl.Series:
    if column.str.contains("\r", literal=True).any():
        column = column.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    column = column.str.strip_chars()
    return column.set(column == "", None)
