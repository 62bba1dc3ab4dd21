"""What ends a line of a text, whichever program wrote it."""

from __future__ import annotations

import re

import polars as pl

ODD = r"[\r\x0B\x0C\x{85}\x{2028}\x{2029}]"
"""Signs that end a line where they stand, besides a newline: of old Macs, of Word, of mainframes, and Unicode's own two."""

_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def with_newlines(text: str) -> str:
    """The text with a newline for every break of a line."""
    return _BREAK.sub("\n", text)


def newlines(texts: pl.Expr) -> pl.Expr:
    """The same for a column."""
    return texts.str.replace_all(rf"\r\n|{ODD}", "\n")
