"""What ends a line of a text, whichever program wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

import polars as pl

ODD = r"[\r\x0B\x0C\x{85}\x{2028}\x{2029}]"
"""Signs that end a line where they stand, besides a newline: of old Macs, of Word, of mainframes, and Unicode's own two."""

_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEnds:
    """How often the lines of a text end in a newline (alone or behind a return), and in a return alone."""

    newlines: int
    lone_returns: int

    @classmethod
    def of(cls, text: str) -> Self:
        """Count them: once for each text, since a text may be long."""
        returns = text.count("\r")
        return cls(newlines=text.count("\n"), lone_returns=returns - text.count("\r\n") if returns else 0)

    @property
    def lines(self) -> int:
        """How many lines end."""
        return self.newlines + self.lone_returns


def with_newlines(text: str) -> str:
    """The text with a newline for every break of a line."""
    return _BREAK.sub("\n", text)


def newlines(texts: pl.Expr) -> pl.Expr:
    """The same for a column."""
    return texts.str.replace_all(rf"\r\n|{ODD}", "\n")
