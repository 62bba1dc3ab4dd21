"""How a sentence quotes what a cell holds."""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import polars as pl

_MOST = 80
"""Letters of a value that a sentence quotes."""


def shortened(text: str, most: int = _MOST) -> str:
    """A text as a sentence quotes it."""
    return text if len(text) <= most else f"{text[: most - 3]}..."


_MOST_LISTED = 20


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: the first twenty, and how many more there are."""
    return ", ".join(names[:_MOST_LISTED]) + (f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else "")


_WHOLE = ("_refused", "_meant")
"""The platform's own words, and a name to be written: quoted whole, however long."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A sentence with words in braces, taken apart once and filled in for many rows. A name such as ``{e.platform}`` is one name."""

    parts: tuple[tuple[str, str | None], ...]

    @classmethod
    @cache
    def of(cls, text: str) -> Wording:
        """The sentence taken apart."""
        return cls(tuple((literal, name) for literal, name, _, _ in string.Formatter().parse(text)))

    @property
    def names(self) -> tuple[str, ...]:
        """What stands in braces."""
        return tuple(name for _, name in self.parts if name)

    def filled(self, words: Mapping[str, object]) -> str:
        """The sentence with these words in it. Raises KeyError for one that is missing."""
        return "".join(literal + (_quoted(name, words[name]) if name else "") for literal, name in self.parts)

    def filled_all(self, words: Mapping[str, pl.Expr]) -> pl.Expr:
        """The same for many rows, with words that are quoted already (see `quoted_all`)."""
        parts = [part for literal, name in self.parts for part in (pl.lit(literal) if literal else None, words[name] if name else None)]
        return pl.concat_str([part for part in parts if part is not None]) if self.parts else pl.lit("")


def _quoted(name: str, value: object) -> str:
    if name in _WHOLE:
        return shown(value)
    return "nothing" if value is None else shortened(shown(value))


def quoted_all(name: str, column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The values of a column as a sentence quotes them, under a name in braces."""
    text = shown_all(column, dtype)
    if name in _WHOLE:
        return text.fill_null(shown(None))
    short = pl.when(text.str.len_chars() > _MOST).then(text.str.slice(0, _MOST - 3) + "...").otherwise(text)
    return short.fill_null("nothing")


def shown_all(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """The values of a column as findings quote them; null where there is none."""
    match dtype:
        case pl.String():
            return column
        case pl.List():
            return column.list.join("; ")
        case pl.Boolean():
            return pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
        case pl.Date():
            return column.dt.to_string("%Y-%m-%d")
        case _:
            return column.cast(pl.String)


def shown(value: object) -> str:
    """A cell's value as a finding quotes it."""
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
