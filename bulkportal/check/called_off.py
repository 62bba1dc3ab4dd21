"""Names that say that their row is not meant: "(cancelled) spring", "DRAFT: Summer menu", and rows that are commented out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.columns.progress_words import CALLED_OFF_WORDS, is_called_off
from bulkportal.names import plain
from bulkportal.sheets.sifting import is_blank, sifted
from bulkportal.sheets.table import ROW

_NAMES = {"bundle": ("bundle", "title"), "position": ("name",)}
_COMMENTED = r"^(?:#\s\D|//|/\*|<!--|--|;|(?i:rem\s))"
_HASH = r"^#\D"


def called_off(rows: pl.DataFrame, kind: str, sheets: Sequence[Sheet], meant: Sequence[str] = ()) -> Iterator[Finding]:
    """Rows that are new, and whose own name says so. What the platform has already under such a name is named there, and meant.

    Words alone do not tell "On hold: spring", a row, from "On hold: the musical", a title: `meant` are the names of which somebody has said so.
    """
    new = rows if is_blank(rows["bundle_id"]) else rows.filter(pl.col("bundle_id").is_null())
    said = frozenset(map(plain, meant))
    told = set[tuple[int, int]]()
    for name, found in sifted(new, _masks(kind)):
        for table, row, text in found.select(TABLE, ROW, name).iter_rows():
            if is_called_off(text) and plain(text) not in said and (table, row) not in told:
                told.add((table, row))
                place = Place(sheet=sheets[table], row=row, field=name)
                yield place.found("row_on_hold", {"cell": place.cell, "value": text}, variant="name", value=text)
    for name, commented in sifted(new, {"bundle": _is_comment()} if kind == "bundle" else {}):
        for table, row, text in commented.select(TABLE, ROW, name).iter_rows():
            if text not in said:
                yield Place(sheet=sheets[table], row=row, field=name).found("row_on_hold", {"value": text}, variant="comment", value=text)


@cache
def _is_comment() -> pl.Expr:
    """A name may well be a hashtag; where only some of the names of a sheet begin so, they are rows that somebody took out."""
    hashed = pl.col("bundle").str.contains(_HASH)
    return pl.col("bundle").str.contains(_COMMENTED) | (hashed & ~hashed.all().over(TABLE))


@cache
def _masks(kind: str) -> dict[str, pl.Expr]:
    words = "|".join(map(re.escape, CALLED_OFF_WORDS))
    return {name: pl.col(name).str.contains(rf"(?i)(?:{words}|\bdo not\b|\bdon.?t\b|\bnever\b|\bnicht\b|\bne\b.*\bpas\b)") for name in _NAMES[kind]}
