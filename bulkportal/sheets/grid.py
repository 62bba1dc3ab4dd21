"""A sheet as cells, before anyone has said which row is its header."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from bulkportal.errors import UnreadableInput
from bulkportal.sheets.table import ROW, Mark, Merge, Table, Trouble, column_number

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

ERROR_TEXTS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!")
_LOST_DIGITS = r"^[+-]?\d(?:[.,]\d+)?E\+\d{2,}$"
EXACT_UP_TO = 10**15
"""A spreadsheet keeps fifteen digits; a whole number from here on may have lost its last ones."""

_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)

_EXAMPLE = r"^\W*(?:example|sample|exemple|ejemplo|beispiel|exemplo|muster)(?: row| line)?\W*\d*\W*$"
"""What the one cell of a row says that announces how to fill the table in."""

_TOTAL = r"^\W*(?:(?:grand|sub|sous)[- ]?)?(?:totals?|totale|totaux|summe|gesamt|gesamtsumme)\W*$"
_NUMBER = r"^[\d.,'\s€$£%+-]+$"
"""What the first cell of a row of totals says, and what all others of it are: a row of the table has words in them."""

_FEWEST_COLUMNS = 3
"""A table narrower than this may well have rows of one cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """All cells of one sheet that hold text: `_row` and one String column per letter."""

    sheet: str
    cells: pl.DataFrame
    marks: tuple[Mark, ...] = ()
    merges: tuple[Merge, ...] = ()
    hidden: tuple[tuple[int, int], ...] = ()
    notes: tuple[str, ...] = ()
    delimiter: str = ","


def refuse_wide(cells: pl.DataFrame, label: str) -> None:
    """Raise UnreadableInput for more columns that hold something than any sheet of ours has."""
    filled = sum(count < len(cells) for count in cells.select(pl.exclude(ROW).null_count()).row(0)) if cells.width > MOST_COLUMNS else 0
    if filled > MOST_COLUMNS:
        raise UnreadableInput(
            f"The sheet has {filled:,} columns that hold something; up to {MOST_COLUMNS:,} are read.",
            file=label,
            code="file_too_large",
            hint="Delete the columns that do not belong to it.",
        )


def tidy(cells: pl.DataFrame) -> pl.DataFrame:
    """Strip every text, write line ends as a newline, blank cells as null; leave out what is blank."""
    columns = [_stripped(cells[name]) for name in cells.columns if name != ROW]
    kept = sorted((c for c in columns if c.null_count() < len(c)), key=lambda c: column_number(c.name))
    frame = pl.DataFrame([cells[ROW].cast(pl.Int64), *kept])
    if not kept:
        return frame.clear()
    return frame.filter(~pl.all_horizontal(pl.exclude(ROW).is_null())).sort(ROW)


def overlay(cells: pl.DataFrame, texts: Iterable[tuple[int, str, str]]) -> pl.DataFrame:
    """Put other texts into cells, given by row and letter: what a marked one holds, so that its row is never taken for blank."""
    given = list(texts)
    if not given:
        return cells
    wide = spread(*zip(*given, strict=True))
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
    below, aside = _without_notes(below, columns=sum(text is not None for text in header.values())) if known[place] else (below, below.clear())
    columns = [name for name in names if header[name] is not None or below[name].null_count() < below.height]
    return Table(
        file=file,
        path=path,
        sheet=grid.sheet,
        header_row=header_row,
        headers={name: text for name, text in header.items() if text is not None},
        frame=below.select(ROW, *columns),
        above=_texts(cells.head(place)),
        aside=_texts(aside),
        marks=grid.marks,
        merges=grid.merges,
        hidden=grid.hidden,
        notes=grid.notes,
        delimiter=grid.delimiter,
    )


def _texts(cells: pl.DataFrame) -> tuple[tuple[int, str, str], ...]:
    """Every cell with text as (row, letter, text)."""
    names = cells.columns[1:]
    return tuple((row, name, text) for row, *texts in cells.iter_rows() for name, text in zip(names, texts, strict=True) if text is not None)


def doubtful(cells: pl.DataFrame, *, typed: bool) -> tuple[Mark, ...]:
    """What a spreadsheet program left of a long number, and of an error, when it wrote them as text.

    A `typed` cell tells an error from a text that merely reads like one.
    """
    found: list[Mark] = []
    for name in (name for name in cells.columns if name != ROW):
        column = pl.col(name)
        error, digits = pl.lit(value=False) if typed else column.is_in(ERROR_TEXTS), column.str.contains(_LOST_DIGITS)
        rows = cells.lazy().select(ROW, text=name, error=error, digits=digits).filter(pl.col("error") | pl.col("digits")).collect()
        found += [
            Mark(row=row, column=name, trouble=Trouble.ERROR_VALUE if error else Trouble.NUMBER_TOO_LONG, value=text)
            for row, text, error, _ in rows.iter_rows()
        ]
    return in_order(found)


def number_text(written: str) -> tuple[str, Trouble | None]:
    """A number as it is read everywhere: whole ones without a point; and whether its digits can be trusted."""
    if not _DECIMAL.fullmatch(written):
        return written, None
    value = float(written)
    if abs(value) >= EXACT_UP_TO:
        return written, Trouble.NUMBER_TOO_LONG
    return (str(int(value)) if value.is_integer() else repr(value)), None


def in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Marks by row, then by column, each cell once."""
    first: dict[tuple[int, str], Mark] = {}
    for mark in marks:
        first.setdefault((mark.row, mark.column), mark)
    return tuple(sorted(first.values(), key=lambda mark: (mark.row, len(mark.column), mark.column)))


def spread(rows: Sequence[int] | array[int], letters: Sequence[str], texts: Sequence[str]) -> pl.DataFrame:
    """Cells given one by one, as `_row` and one column per letter."""
    return widened(pl.DataFrame({ROW: rows, "letter": letters, "text": texts}, schema={ROW: pl.Int64, "letter": pl.String, "text": pl.String}))


def widened(long: pl.DataFrame) -> pl.DataFrame:
    """Cells as `_row`, `letter` and `text`, as `_row` and one column per letter."""
    if long.is_empty():
        return long.select(ROW)
    return long.pivot(on="letter", index=ROW, values="text", aggregate_function="first")


def _without_notes(below: pl.DataFrame, *, columns: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the table, and what stands among them or under them for people only."""
    first = pl.coalesce(pl.exclude(ROW)).str.to_lowercase()
    single = pl.sum_horizontal(pl.exclude(ROW).is_not_null()) == 1
    heads = first.str.contains(_EXAMPLE).fill_null(value=False) & single & pl.lit(columns >= _FEWEST_COLUMNS)
    for_people = below.select(heads | pl.col(ROW).is_in(_totals(below, first))).to_series()
    rows = below.filter(~for_people)
    end = _notes_from(rows, columns)
    return rows.head(end), pl.concat([below.filter(for_people), rows.slice(end)]).sort(ROW)


def _totals(below: pl.DataFrame, first: pl.Expr) -> list[int]:
    """The numbers of the rows that only add up others."""
    called = below.filter(first.str.contains(_TOTAL))
    words = pl.sum_horizontal(pl.exclude(ROW).is_not_null()) - pl.sum_horizontal(pl.exclude(ROW).str.contains(_NUMBER))
    return called.filter(words == 1)[ROW].to_list() if not called.is_empty() else []


def _notes_from(below: pl.DataFrame, columns: int) -> int:
    """The place from which all rows are notes: apart from the table, and of one cell each."""
    if columns < _FEWEST_COLUMNS or below.is_empty():
        return below.height
    single = below.select(pl.sum_horizontal(pl.exclude(ROW).is_not_null()) == 1).to_series().to_list()
    rows = below[ROW].to_list()
    place = below.height
    while place and single[place - 1]:
        place -= 1
    # Only what a blank row sets apart: a row of the table may have one cell as well.
    return next((at for at in range(place, below.height) if at and rows[at] - rows[at - 1] > 1), below.height)


def _stripped(column: pl.Series) -> pl.Series:
    if column.str.contains("\r", literal=True).any():
        column = column.str.replace_all("\r\n", "\n", literal=True).str.replace_all("\r", "\n", literal=True)
    column = column.str.strip_chars()
    return column.set(column == "", None)
