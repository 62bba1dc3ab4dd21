"""Rows picked out by many masks in one pass: most sheets hold little that any of them is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl


def sifted(frame: pl.DataFrame, masks: Mapping[str, pl.Expr]) -> Iterator[tuple[str, pl.DataFrame]]:
    """Of each mask that holds somewhere, in order: its name, and the rows where it holds."""
    held = frame.select(mask.alias(name) for name, mask in masks.items())
    for column in held.get_columns():
        if column.any():
            yield column.name, frame.filter(column)
