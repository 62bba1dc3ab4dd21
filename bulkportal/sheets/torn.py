"""Lines of a text file that have another shape than the others, as where a text with a comma was not put in quotation marks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from bulkportal.a1 import letter
from bulkportal.sheets.breaks import LineEnds


@dataclass(frozen=True, slots=True, kw_only=True)
class OddLines:
    """Of the rows that have more cells than most, how many; and by column the cells that begin with a blank behind another cell."""

    usual: int = 0
    wider: Mapping[int, int] = field(default_factory=dict)
    spaced: frozenset[tuple[int, str]] = frozenset()


def odd_lines(text: str, delimiter: str, taken: int, *, ends: LineEnds, most: int | None = None) -> OddLines:
    """The odd lines of a text that was cut at `delimiter`, of which `taken` rows were taken off the top.

    `most` is the number of cells that no line exceeds, where that is known.
    """
    if '"' not in text and not ends.lone_returns:
        if most is not None and text.count(delimiter) == ends.lines * (most - 1) and f"{delimiter} " not in text:
            return OddLines(usual=most if most > 1 else 0)  # every line has just so many cells
        return _of_plain_lines(text, delimiter, taken)
    widths: Counter[int] = Counter()
    rows: dict[int, int] = {}
    spaced: set[tuple[int, str]] = set()
    try:
        for row, count, cells, written in _lines(text, delimiter):
            if count > 1:
                widths[count] += 1
                rows[row + taken] = count
            for place in _spaced(cells):
                # As it is written: a cell in quotation marks that begins with a blank was kept together, and nothing was torn.
                if f"{cells[place - 1]}{delimiter}{cells[place]}" in written:
                    spaced.add((row + taken, letter(place)))
    except csv.Error:  # reported where the cells are read
        return OddLines()
    usual = max(widths, key=lambda count: widths[count], default=0)
    return OddLines(usual=usual, wider={row: count for row, count in rows.items() if count > usual}, spaced=frozenset(spaced))


def _of_plain_lines(text: str, delimiter: str, taken: int) -> OddLines:
    """The same of a text without quotation marks, in which a line is a row: all at once."""
    lines = pl.Series("line", text.replace("\r\n", "\n").split("\n"), dtype=pl.String).to_frame().with_row_index("row", offset=1 + taken)
    lines = lines.with_columns(count=pl.col("line").str.count_matches(delimiter, literal=True).cast(pl.Int64) + 1)
    several = lines.filter(pl.col("count") > 1)
    if several.is_empty():
        return OddLines()
    widths = several.group_by("count", maintain_order=True).len()
    usual = int(widths["count"][int(widths["len"].arg_max() or 0)])
    wider = dict(several.filter(pl.col("count") > usual).select("row", "count").iter_rows())
    spaced: set[tuple[int, str]] = set()
    for row, line in lines.filter(pl.col("line").str.contains(f"{delimiter} ", literal=True)).select("row", "line").iter_rows():
        spaced.update((row, letter(place)) for place in _spaced(line.split(delimiter)))
    return OddLines(usual=usual, wider=wider, spaced=frozenset(spaced))


def _spaced(cells: Sequence[str]) -> Iterator[int]:
    """The places of the cells that begin with a blank behind another cell."""
    return (place for place in range(1, len(cells)) if cells[place].startswith(" ") and cells[place - 1].strip() and cells[place].strip())


def _lines(text: str, delimiter: str) -> Iterator[tuple[int, int, list[str], str]]:
    """Every line with its number and its count of cells, and as it is written; the cells only where one may begin with a blank."""
    lines, taken = list(io.StringIO(text, newline="")), 0
    reader = csv.reader(lines, delimiter=delimiter)
    for row, record in enumerate(reader, 1):
        odd = any(cell.startswith(" ") for cell in record)
        yield row, len(record), record if odd else [], "".join(lines[taken : reader.line_num]) if odd else ""
        taken = reader.line_num
