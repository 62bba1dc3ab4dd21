"""A table as it would be read if some of its cells held other texts: what a corrected copy will say, before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

import polars as pl

from bulkportal.a1 import column_number
from bulkportal.lossless.cell_values import safe_text
from bulkportal.sheets.grid import doubtful, in_order
from bulkportal.sheets.table import ROW, CellSet, CellWarning, Table

Cells: TypeAlias = Mapping[tuple[int, str], str]
"""Texts by row and column letter; an empty one leaves the cell blank."""


def as_read(text: str) -> str:
    """A text as it is read again once it has been written into a cell."""
    return safe_text(text).strip()


def may_be_edited(table: Table, row: int, column: str) -> bool:
    """Whether a cell can get another text: its file can be written, it is no formula, and it stands in the header row or below."""
    return table.is_writable and (row, column) not in table.formulas and row >= table.header_row


def edited(table: Table, cells: Cells) -> Table:
    """The table with these cells. What was known of a cell that has another text now (its marks, what its format hid) is gone with the old one."""
    if not cells:
        return table
    headers = dict(table.headers)
    for (row, letter), text in cells.items():
        if row == table.header_row:
            headers.pop(letter, None)
            headers |= {letter: text} if text.strip() else {}
    frame = _frame(table.frame, {place: text for place, text in cells.items() if place[0] > table.header_row})
    return replace(
        table,
        headers=dict(sorted(headers.items(), key=lambda one: column_number(one[0]))),
        frame=frame,
        marks=in_order([*(mark for mark in table.marks if (mark.row, mark.column) not in cells), *_doubtful(table, frame, cells)]),
        unshown=_without(table.unshown, cells),
        links={place: link for place, link in table.links.items() if place not in cells},
        indented=table.indented - cells.keys(),
    )


def _doubtful(table: Table, frame: pl.DataFrame, cells: Cells) -> list[CellWarning]:
    """Which of the new texts must not be believed either."""
    found = doubtful(frame.filter(pl.col(ROW).is_in(list({row for row, _ in cells}))), typed=table.width is None)
    return [mark for mark in found if (mark.row, mark.column) in cells]


def _frame(frame: pl.DataFrame, cells: Cells) -> pl.DataFrame:
    by_column: dict[str, dict[int, str | None]] = {}
    for (row, letter), text in cells.items():
        by_column.setdefault(letter, {})[row] = as_read(text) or None
    if not by_column:
        return frame
    wanted = pl.Series(ROW, sorted({row for row, _ in cells}), dtype=frame.schema[ROW])
    new = wanted.filter(~wanted.is_in(frame[ROW].implode()))
    if len(new):
        frame = pl.concat([frame, new.to_frame()], how="diagonal").sort(ROW)
    for letter, texts in by_column.items():
        before = frame[letter].clone() if letter in frame.columns else pl.Series([None] * frame.height, dtype=pl.String)
        places = frame[ROW].search_sorted(pl.Series(list(texts), dtype=frame.schema[ROW]))
        frame = frame.with_columns(before.scatter(places, pl.Series(list(texts.values()), dtype=pl.String)).alias(letter))
    letters = sorted((name for name in frame.columns if name != ROW), key=column_number)
    letters = [name for name in letters if name not in by_column or frame[name].null_count() < frame.height]
    return frame.select(*[name for name in frame.columns if name == ROW], *letters).filter(pl.any_horizontal(pl.col(*letters).is_not_null()))


def _without(cells: CellSet, gone: Cells) -> CellSet:
    """The same cells but for those that are gone."""
    hit = {letter for row, letter in gone if (row, letter) in cells}
    if not hit:
        return cells
    runs = dict(cells.runs)
    for letter in hit:
        rows = [row for first, last in runs[letter] for row in range(first, last + 1) if (row, letter) not in gone]
        runs[letter] = CellSet.at([(row, letter) for row in rows]).runs.get(letter, ())
    return CellSet(runs)
