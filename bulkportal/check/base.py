"""The hidden base copy of an export: what each cell held when the sheet left the platform.

A cell that still holds it says nothing: it was not edited, and what the platform has by now stands. So
only the edited cells of an exported sheet are checked and sent, and an edit can be distinguished from a change
that somebody else made meanwhile (law 5).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from bulkportal.check.comparison import same_cells
from bulkportal.check.findings import Finding, found
from bulkportal.check.known import Known
from bulkportal.columns.field import Catalogue, Field, Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.sifting import beside
from bulkportal.sheets.table import Table

PREFIX = "_base"
"""How the sheets of the base copy are named."""

SEALED = ", sealed "
"""What stands in the facts between the version and the seals of the sheets as they were written."""

Base: TypeAlias = Mapping[tuple[str, int | None], Mapping[str, object]]
"""What the export held, by (bundle id, position); for a Bundles row the position is None."""


def split(tables: Sequence[Table]) -> tuple[list[Table], list[Table]]:
    """The sheets to read, and those of the base copy."""
    own = [table for table in tables if not table.sheet.startswith((PREFIX, "_plan"))]
    return own, [table for table in tables if table.sheet.startswith(PREFIX)]


def copied(copies: Sequence[Table]) -> list[Table]:
    """The sheets of the base copy that hold rows; the other one holds facts about the export."""
    return [table for table in copies if table.sheet.startswith(f"{PREFIX}_")]


def export_run(copies: Sequence[Table]) -> str:
    """The run that wrote the export; empty where it is not recorded, or where there are several."""
    facts = [{(row, letter): text for row, letter, text in table.cells()} for table in copies if table not in copied(copies)]
    found = {cells.get((row, "B"), "") for cells in facts for (row, _), text in cells.items() if text == "run_id"}
    # Two exports in one import: neither is the one that an action was asked for in.
    return found.pop() if len(found) == 1 else ""


def seal_of(rows: Iterable[Mapping[str, str]]) -> str:
    """A fingerprint of what the rows of a base copy hold, by column; the order of rows and columns does not count."""
    held = sorted(json.dumps(sorted(_held(row)), ensure_ascii=False) for row in rows)
    return hashlib.sha256("\x1f".join(held).encode("utf-8", "replace")).hexdigest()[:32]


def _held(row: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in row.items():
        # A workbook, a CSV file and what a person saves of either differ in line ends and blanks, and in nothing that was edited.
        plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if plain:
            yield name, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Seals:
    """Whether the base copy is what the export wrote: its sheets that are not, and those of which nobody can say."""

    changed: tuple[Table, ...] = ()
    missing: tuple[Table, ...] = ()

    @classmethod
    def of(cls, copies: Sequence[Table]) -> Seals:
        """Hold each sheet of the copy against the seals beside it."""
        held = copied(copies)
        facts = [text for table in copies if table not in held for _, _, text in table.cells()]
        seals = {seal for text in facts for seal in text.partition(SEALED)[2].split()}
        if not seals:
            return cls(missing=tuple(held))
        return cls(changed=tuple(table for table in held if seal_of(_rows(table)) not in seals))

    def doubted(self) -> frozenset[str]:
        """The kinds of rows whose copy is not believed where it would make an edit unseen."""
        return frozenset("position" if "position" in table.headers.values() else "bundle" for table in self.changed)

    def findings(self) -> Iterator[Finding]:
        """A finding for each export whose copy was changed, or has no seal."""
        for code, tables in (("base_changed", self.changed), ("base_unsealed", self.missing)):
            for table in {table.file: table for table in tables}.values():
                yield found(code, file=table.file, sheet=table.sheet)


def _rows(table: Table) -> Iterator[Mapping[str, str]]:
    rows: dict[int, dict[str, str]] = {}
    for row, letter, text in table.cells():
        if row != table.header_row:
            rows.setdefault(row, {})[table.headers.get(letter, letter)] = text
    return iter(rows.values())


def base_of(typed: pl.DataFrame, kind: str) -> Base:
    """The values of a typed base frame by row."""
    found: dict[tuple[str, int | None], Mapping[str, object]] = {}
    for row in typed.iter_rows(named=True):
        position = row["position"] if kind == "position" else None
        if row["bundle_id"] is not None and (kind == "bundle" or position is not None):
            found[row["bundle_id"], position] = row
    return found


def is_filled(copied: Mapping[str, object]) -> bool:
    """Whether the export held content for a slot, and not merely what it is called."""
    return any(copied[name] is not None for name in POSITIONS.of(Role.CONTENT))


def with_exported(bundles: pl.DataFrame, base: Base) -> pl.DataFrame:
    """The rows of bundles with what an export says of them for good, `x.type` and `x.platform`, and `x.videos`: whether it holds any."""
    filled = {identity for (identity, position), row in base.items() if position is not None and is_filled(row)}
    said = [(i, row["bundle_type"], row["platform"], i in filled) for (i, position), row in base.items() if position is None]
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "bundle_id": pl.String,
        "x.type": pl.String,
        "x.platform": pl.String,
        "x.videos": pl.Boolean,
    }
    return beside(bundles, pl.DataFrame(said, schema=schema, orient="row"), "bundle_id")


def emptied(positions: pl.DataFrame, base: Base, known: Known) -> pl.DataFrame:
    """The rows with `_emptied`: whether the export held content for a slot in which the platform has nothing by now."""
    filled = {bundle.id: bundle.slots for bundle in known.bundles}
    gone = [
        (bundle, position)
        for (bundle, position), row in base.items()
        if position is not None and bundle in filled and position not in filled[bundle] and is_filled(row)
    ]
    if not gone:
        return positions.with_columns(pl.lit(value=False).alias("_emptied"))
    places = pl.DataFrame(gone, schema={"bundle_id": pl.String, "position": pl.Int64}, orient="row").with_columns(
        pl.lit(value=True).alias("_emptied")
    )
    joined = beside(positions, places, ["bundle_id", "position"])
    return joined.with_columns(pl.col("_emptied").fill_null(value=False) & ~pl.col("_acts"))


def edited_only(typed: pl.DataFrame, base: pl.DataFrame, catalogue: Catalogue, keys: Sequence[str]) -> pl.DataFrame:
    """The rows, with every cell blank that holds what the base copy holds for the same row.

    An action that the export had chosen already speaks as soon as something else of its row is edited.
    """
    fields = [field for field in catalogue.fields if field.name not in catalogue.always_speaking]
    # Each row once: one that somebody has copied in the hidden sheet would multiply the rows that it is joined to.
    before = base.unique(list(keys), keep="first").select(
        *keys, *(pl.col(name).alias(f"base.{name}") for name in (*[f.name for f in fields], "action"))
    )
    joined = typed.join(before, on=list(keys), how="left", maintain_order="left")
    edited = joined.with_columns(pl.when(~_repeats(field)).then(field.name).alias(field.name) for field in fields)
    # A sheet of download issues comes with its action chosen: imported unread, it must not send a fix for every row.
    waits = _repeats(catalogue["action"]) & pl.all_horizontal(pl.col(field.name).is_null() for field in fields)
    return edited.with_columns(pl.when(~waits).then("action").alias("action")).select(typed.columns)


def _repeats(field: Field) -> pl.Expr:
    return same_cells(field, pl.col(field.name), pl.col(f"base.{field.name}"))
