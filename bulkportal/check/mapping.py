"""Which column each header means: surely, perhaps, or not at all, with the values of the column as a witness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bulkportal.check.casting import readable
from bulkportal.columns.field import Catalogue
from bulkportal.columns.matcher import NO_MAPPING, catalogue_of, likeness, match
from bulkportal.sheets.table import Table

SURE = 1.0
_NAME_ALONE = 0.78
"""How alike a header must be where any text would fit the column (see `columns.matcher`)."""
_NAME_WITH_VALUES = 0.6
_FITS = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """A header: the column it means (empty where none is near), how sure that is (0 to 1), and how many of its values fit."""

    sheet: str
    cell: str
    header: str
    column: str
    confidence: float
    fitting: int
    values: int

    @property
    def is_sure(self) -> bool:
        """It is read as that column."""
        return bool(self.column) and self.confidence >= SURE


def meanings(tables: Sequence[Table], mapping: Mapping[str, str] = NO_MAPPING) -> Iterator[Meaning]:
    """The meaning of every header of the sheets that are read."""
    for table in tables:
        catalogue = catalogue_of(table.sheet, list(table.headers.values()), mapping)
        if catalogue is not None:
            yield from _of_table(table, catalogue, mapping)


def _of_table(table: Table, catalogue: Catalogue, mapping: Mapping[str, str]) -> Iterator[Meaning]:
    found = match(table.headers, catalogue, mapping)
    by_letter = {letter: name for name, letter in found.found.items()}
    free = [name for name in catalogue.names if name not in found.found]
    for letter, header in table.headers.items():
        values = table.frame[letter].drop_nulls() if letter in table.frame.columns else pl.Series([], dtype=pl.String)
        if letter in by_letter:
            column, confidence = by_letter[letter], SURE
        elif letter in found.unknown:
            column, confidence = _nearest(header, values, catalogue, free)
        else:
            continue  # a status column of ours
        fitting = readable(values, catalogue[column]) if column else 0
        cell = f"{letter}{table.header_row}"
        yield Meaning(sheet=table.sheet, cell=cell, header=header, column=column, confidence=confidence, fitting=fitting, values=len(values))


def _nearest(header: str, values: pl.Series, catalogue: Catalogue, free: Sequence[str]) -> tuple[str, float]:
    """The free column that the header is most like, if its values do not speak against it."""
    for name, alike in likeness(header, catalogue, free):
        share = readable(values, catalogue[name]) / len(values) if len(values) else 1.0
        any_text = catalogue[name].kind in ("text", "media", "list", "media_list")
        if share >= _FITS and alike >= (_NAME_ALONE if any_text or not len(values) else _NAME_WITH_VALUES):
            return name, min(alike, 0.99)
    return "", 0.0
