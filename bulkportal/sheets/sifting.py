"""Rows picked out by many masks in one pass: most sheets hold little that any of them is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl


def is_blank(column: pl.Series) -> bool:
    """Whether a column holds nothing, as most columns of most sheets do."""
    return column.null_count() == len(column)


def sifted(frame: pl.DataFrame, masks: Mapping[str, pl.Expr]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Of each mask that holds somewhere, in order: its name, and the rows where it holds.

    A mask that is called like a column asks what that column holds, and holds nowhere where the column is blank.
    """
    if frame.is_empty():
        return
    columns = set(frame.columns)
    asked = [mask.alias(name) for name, mask in masks.items() if not (name in columns and is_blank(frame[name]))]
    held = frame.select(asked) if asked else pl.DataFrame()
    for column in held.get_columns():
        if column.any():
            yield column.name, frame.filter(column)
