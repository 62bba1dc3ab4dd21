"""Lines of a text file that have another shape than the others, as where a text with a comma was not put in quotation marks."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bulkportal.a1 import letter


@dataclass(frozen=True, slots=True, kw_only=True)
class OddLines:
    """Of the rows that have more cells than most, how many; and by column the cells that begin with a blank behind another cell."""

    usual: int = 0
    wider: Mapping[int, int] = field(default_factory=dict)
    spaced: frozenset[tuple[int, str]] = frozenset()


def odd_lines(text: str, delimiter: str, taken: int) -> OddLines:
    """The odd lines of a text that was cut at `delimiter`, of which `taken` rows were taken off the top."""
    widths: Counter[int] = Counter()
    rows: dict[int, int] = {}
    spaced: set[tuple[int, str]] = set()
    mark = f"{delimiter} "
    try:
        for row, count, cells, written in _lines(text, delimiter, mark):
            if count > 1:
                widths[count] += 1
                rows[row + taken] = count
            for place in range(1, len(cells)):
                before, cell = cells[place - 1], cells[place]
                if cell.startswith(" ") and before.strip() and cell.strip() and f"{before}{delimiter}{cell}" in written:
                    spaced.add((row + taken, letter(place)))
    except csv.Error:  # reported where the cells are read
        return OddLines()
    usual = max(widths, key=lambda count: widths[count], default=0)
    return OddLines(usual=usual, wider={row: count for row, count in rows.items() if count > usual}, spaced=frozenset(spaced))


def _lines(text: str, delimiter: str, mark: str) -> Iterator[tuple[int, int, list[str], str]]:
    """Every line with its number and its count of cells, and as it is written; the cells only where one may begin with a blank."""
    if '"' in text or ("\r" in text and text.count("\r") != text.count("\r\n")):
        lines, taken = list(io.StringIO(text, newline="")), 0
        reader = csv.reader(lines, delimiter=delimiter)
        for row, record in enumerate(reader, 1):
            odd = any(cell.startswith(" ") for cell in record)
            yield row, len(record), record if odd else [], "".join(lines[taken : reader.line_num]) if odd else ""
            taken = reader.line_num
        return
    for row, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        yield row, line.count(delimiter) + 1, line.split(delimiter) if mark in line else [], line
