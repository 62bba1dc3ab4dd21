"""Texts that a spreadsheet program would take for a formula when it opens a CSV file, and the apostrophe that keeps it from that.

One apostrophe is put before such a text, and before one that begins with apostrophes and then such a sign; reading takes
exactly one off again. So every text comes back as it was.
"""

from __future__ import annotations

import re

import polars as pl

from bulkportal.sheets.sifting import Sieve

_SIGNS = r"=+\-@|\t\r\n"
_OPEN = re.compile(f"'*[{_SIGNS}]")
_GUARDED = f"^'('*[{_SIGNS}])"
_ANY_GUARDS = f"^'+([{_SIGNS}])"
_GUARDS = re.compile(f"\\A'+([{_SIGNS}])")


def guarded(text: str) -> str:
    """The text as it goes into a CSV cell."""
    return "'" + text if _OPEN.match(text) else text


def unguarded(texts: pl.Expr) -> pl.Expr:
    """Texts of CSV cells as they were before."""
    return texts.str.replace(_GUARDED, "$1")


def is_guarded(texts: pl.Expr) -> Sieve:
    """Whether a text looks as if it still had its guard."""
    return Sieve(coarse=texts.str.starts_with("'"), fine=texts.str.contains(_ANY_GUARDS))


def without_guard(text: str) -> str:
    """A text without any number of guards, for comparing: whoever wrote a file, reading it has taken one off."""
    return _GUARDS.sub(r"\1", text)


def without_guards(texts: pl.Expr) -> pl.Expr:
    """The same for a column."""
    return texts.str.replace(_ANY_GUARDS, "$1")
