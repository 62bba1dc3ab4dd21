"""Why the headers of a sheet are not known, in the words of somebody who looks at it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue
from bulkportal.columns.matcher import count_known
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.table import Table

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}
_FEWEST = 2
"""Headers that are known, from which on a line or a row is taken for the one of the headers."""

_LOOKED_AT = 2_000
_FIRST_CELLS = 60
_MOST_SHOWN = 6
_VALUE = re.compile(r"^(?:[\d.,:/\-\s]+|\S+://\S+|\S+\.(?:mp4|mov|jpe?g|png|webp)|yes|no|true|false|tiktok|instagram|youtube)$", re.IGNORECASE)
_NEEDED = {
    BUNDLES.sheet: "bundle, bundle_type, platform, country, videos_quantity",
    POSITIONS.sheet: "bundle, position, video_type, video, description, target_publish_date",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a sheet is not understood, and what to do. `is_telling`: it holds a launch all the same, by the look of it."""

    sentence: str
    mend: str
    is_telling: bool = True


def reason_of(table: Table, kind: Catalogue | None, mapping: Mapping[str, str]) -> Reason:
    """The first of the usual causes that the sheet shows. `kind` is what it is called."""
    header = list(table.headers.values())
    for _, _, text in islice(table.cells(), _FIRST_CELLS):
        separator = next((mark for mark in _SEPARATORS if count_known(text.split(mark), mapping) >= _FEWEST), None)
        if separator:
            return _in_one_cell(text, separator)
    if is_turned(table, mapping):
        return Reason(
            sentence=f"the headers stand below one another in column {next(iter(table.headers))}",
            mend="Transpose the table, so that the headers are side by side in one row (Paste special, Transpose).",
        )
    row = _row_of_headers(table, mapping)
    if row:
        return Reason(
            sentence=f"row {table.header_row} was taken for its headers, but they are in row {row}",
            mend="Delete the rows above the headers, or move them to another sheet.",
        )
    needed = _NEEDED[kind.sheet] if kind else f"{_NEEDED[BUNDLES.sheet]}; or {_NEEDED[POSITIONS.sheet]}"
    if sum(_VALUE.match(text) is not None for text in header) >= max(_FEWEST, len(header) // 3):
        sentence = f"it has no row of headers: row {table.header_row} holds values ({_shown(header)})"
        return Reason(sentence=sentence, mend=f"Write headers above them: {needed}.")
    mend = f"Start from `bulkportal template launch.xlsx`, or rename the headers: {needed} ..."
    if count_known(header, mapping):
        sentence = f"its first row says {_shown(header)}, which other lists have too; what is missing is one of: {needed}"
        return Reason(sentence=sentence, mend=mend)
    return Reason(sentence=f"its first row says {_shown(header)}, and none of these is a header that is known", mend=mend, is_telling=False)


def is_turned(table: Table, mapping: Mapping[str, str]) -> bool:
    """Whether the first column holds the headers, one below the other, rather than the row that was taken for theirs."""
    if table.frame.height > _FIRST_CELLS:
        return False
    first = next(iter(table.headers), "")
    column = [text for _, letter, text in table.cells() if letter == first]
    return count_known(column, mapping) > max(_FEWEST, count_known(list(table.headers.values()), mapping))


def _in_one_cell(text: str, separator: str) -> Reason:
    start = text if len(text) <= 60 else f"{text[:57]}..."
    return Reason(
        sentence=f"each of its lines is in a single cell, with {_SEPARATORS[separator]} inside ({start!r})",
        mend=(
            "In a text file, remove the quotation marks around whole lines. In a workbook, split the column into several "
            "(Data, Text to Columns), or import the CSV file that it was made from."
        ),
    )


def _row_of_headers(table: Table, mapping: Mapping[str, str]) -> int:
    """The row further down that holds headers; nought where there is none."""
    cells: dict[int, list[str]] = {}
    for row, _, text in islice(table.cells(), _LOOKED_AT * 10):
        cells.setdefault(row, []).append(text)
    known = {row: count_known(texts, mapping) for row, texts in islice(cells.items(), _LOOKED_AT) if row != table.header_row}
    best = max(known, key=lambda row: known[row], default=0)
    return best if best and known[best] > _FEWEST else 0


def _shown(texts: Sequence[str]) -> str:
    words = [text if len(text) <= 30 else f"{text[:27]}..." for text in texts[:_MOST_SHOWN]]
    return ", ".join(" ".join(word.split()) for word in words) + (" ..." if len(texts) > _MOST_SHOWN else "")
