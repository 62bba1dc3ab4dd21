"""Slots that are paid for and that nothing fills yet: which rows leave theirs as it is, decided here once for all rules.

An export has a row for each of them, to be filled in. As long as nobody has, the row asks for nothing: nothing is missing
from it, and it fills no slot where slots that nothing fills are counted.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from bulkportal.check.base import Base, is_filled
from bulkportal.check.casting import TABLE
from bulkportal.check.finding_list import Findings, numbered
from bulkportal.check.findings import Sheet
from bulkportal.check.known import Known
from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import beside, is_blank
from bulkportal.sheets.table import ROW

CONTENT = POSITIONS.of(Role.CONTENT)


def brings() -> pl.Expr:
    """Whether a row has something for its slot, or does something with it. What the slot is called fills nothing."""
    told = pl.any_horizontal(pl.col(name).is_not_null() for name in CONTENT)
    cleared = pl.col("_clear").list.set_intersection(list(CONTENT)).list.len() > 0
    return told | cleared | pl.col("_acts") | pl.col("_unread")


def with_empty(positions: pl.DataFrame, bundles: pl.DataFrame, sheets: Sequence[Sheet], base: Base, known: Known) -> pl.DataFrame:
    """The rows of videos (with `_unread`) with `_was_empty`: whether the export says so of the slot; and `_stays_empty`: whether it is left so.

    A row without an id means an empty slot only beside a bundle that is there already: in the launch that makes the bundle
    it is a video that lacks everything, on the first day and on the second.
    """
    exported = [(identity, position, is_filled(row)) for (identity, position), row in base.items() if position is not None]
    keyed = [(key, bundle) for bundle in known.bundles for key in known.keys(bundle)]
    here = [(key, position, position in bundle.empty) for key, bundle in keyed for position in (*bundle.empty, *bundle.slots)]
    if not exported and not here and is_blank(positions["bundle_id"]):  # a slot that nobody knows anything of
        return positions.with_columns(_was_empty=pl.lit(value=False), _stays_empty=pl.lit(value=False))
    was_filled, is_empty = _said(positions, exported, "bundle_id"), _said(positions, here, "_bundle")
    by_id, was_empty = pl.col("bundle_id").is_not_null(), (~was_filled).fill_null(value=False)
    unheard = pl.lit(not known.online) & was_filled.is_null() & by_id & pl.col("position").is_not_null()
    made = bundles.filter(pl.col("_makes") & pl.col("bundle_id").is_null())["_bundle"] if here else bundles["_bundle"].clear()
    stands = is_empty.fill_null(value=False) & (by_id | ~pl.col("_bundle").is_in(made.implode()).fill_null(value=False))
    left = was_empty & is_empty.fill_null(value=True)
    pending = pl.col(TABLE).is_in(sorted(_legible(sheets))) & (unheard | stands | left)
    return positions.with_columns(_was_empty=was_empty, _stays_empty=pending & ~brings() & ~pl.col("_emptied"))


def _said(positions: pl.DataFrame, places: Sequence[tuple[str, int, bool]], key: str) -> pl.Expr:
    """What is said of the slot of each row: `places` are whose slot, which, and what is known of it."""
    if not places:
        return pl.lit(None, dtype=pl.Boolean)
    said = {place[:2]: place for place in reversed(places)}  # of two about one slot the first
    frame = pl.DataFrame(list(said.values()), schema={key: pl.String, "position": pl.Int64, "said": pl.Boolean}, orient="row")
    return pl.lit(beside(positions.select(key, "position"), frame, [key, "position"])["said"])


def with_unread(positions: pl.DataFrame, sheets: Sequence[Sheet], findings: Findings) -> pl.DataFrame:
    """The rows with `_unread`: whether there is something in a cell of content that could not be understood, and so counts as blank."""
    wrong = findings.errors.frame.filter(pl.col("column").is_in(CONTENT))
    if wrong.is_empty():
        return positions.with_columns(pl.lit(value=False).alias("_unread"))
    rows = wrong.join(numbered(sheets), on=["file", "sheet"], how="inner").select(
        TABLE, pl.col("row").alias(ROW), pl.lit(value=True).alias("_unread")
    )
    joined = positions.join(rows.unique(), on=[TABLE, ROW], how="left", maintain_order="left")
    return joined.with_columns(pl.col("_unread").fill_null(value=False))


def _legible(sheets: Sequence[Sheet]) -> frozenset[int]:
    """The sheets in which a blank row is blank: not those whose contents may all stand under headers that are not understood."""
    return frozenset(
        number
        for number, sheet in enumerate(sheets)
        if sheet.letters.keys() & set(CONTENT) or sheet.table.headers.keys() <= set(sheet.letters.values())
    )
