"""Rows picked out by many masks in one pass, and facts put beside them: most sheets hold little that any of them is about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

NameT = TypeVar("NameT", bound=str | tuple[str, str])
MaskT = TypeVar("MaskT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """A mask in two steps, where what it asks costs much: `fine` is asked only of the rows where `coarse` holds.

    Wherever `fine` holds, `coarse` must hold as well. `fine` looks at one row alone, never at those beside it.
    """

    coarse: pl.Expr
    fine: pl.Expr

    @property
    def whole(self) -> pl.Expr:
        """The mask in one step."""
        return self.coarse & self.fine


def is_blank(column: pl.Series) -> bool:
    """Whether a column holds nothing, as most columns of most sheets do."""
    return column.null_count() == len(column)


def is_beyond_ascii(texts: pl.Expr) -> pl.Expr:
    """Whether a text has a character that ASCII does not have; a pattern takes four times as long to say so."""
    return texts.str.len_bytes() != texts.str.len_chars()


def sifted(frame: pl.DataFrame, masks: Mapping[NameT, pl.Expr | Sieve]) -> Iterator[tuple[NameT, pl.DataFrame]]:
    """Of each mask that holds somewhere, in order: its name, and the rows where it holds.

    A mask that is called like a column, or by a pair that ends with one, asks what that column holds, and holds nowhere where it is blank.
    """
    if frame.is_empty():
        return
    blank = {column.name for column in frame.get_columns() if is_blank(column)}
    asked = [(name, mask) for name, mask in masks.items() if (name if isinstance(name, str) else name[1]) not in blank]
    first = [(mask.coarse if isinstance(mask, Sieve) else mask).alias(str(number)) for number, (_, mask) in enumerate(asked)]
    held = frame.select(first).get_columns() if first else []
    for (name, mask), column in zip(asked, held, strict=True):
        if not column.any():
            continue
        rows = frame.filter(column)
        if isinstance(mask, Sieve):
            rows = rows.filter(mask.fine)
            if rows.is_empty():
                continue
        yield name, rows


def beside(rows: pl.DataFrame, facts: pl.DataFrame, on: str | list[str]) -> pl.DataFrame:
    """The rows in their order, each with the `facts` that agree with it in the columns `on`; where there are no facts, all is blank."""
    if facts.is_empty():  # a join takes as long for none
        return rows.with_columns(pl.lit(None, dtype=dtype).alias(name) for name, dtype in facts.schema.items() if name not in on and name != on)
    return rows.join(facts, on=on, how="left", maintain_order="left")


def others(masks: Mapping[NameT, MaskT], names: Collection[NameT]) -> dict[NameT, MaskT]:
    """The masks but those of these names, of which it is known already that nothing is found there."""
    return {name: mask for name, mask in masks.items() if name not in names}


def repeating(frame: pl.DataFrame, keys: Mapping[NameT, pl.Expr]) -> list[NameT]:
    """The keys that may stand in several rows, blanks aside: hashes alone show of most that they do not, in a tenth of the time."""
    if len(frame) < 2:
        return []
    fewer = [(key.drop_nulls().hash().n_unique() < key.count()).alias(str(number)) for number, key in enumerate(keys.values())]
    return [name for name, is_so in zip(keys, frame.select(fewer).row(0), strict=True) if is_so]


def repeated(values: pl.Series) -> pl.Series:
    """Which of these values stand there more than once."""
    # Hashes alone show that none does, in a tenth of the time; that two of them agree by chance only costs the rest of it.
    if values.hash().n_unique() == len(values):
        return pl.repeat(value=False, n=len(values), eager=True)
    return values.is_duplicated()
