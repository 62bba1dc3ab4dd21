"""Names of bundles that are two and look like one, and the name that was probably meant where none is there.

Compared within the sheets, with what this workspace has bought, and with the platform. What the platform or an export has given is
nobody's mistake: it exists under exactly that name, and is found by it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bulkportal import names
from bulkportal.check.base import Base
from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.check.known import Known
from bulkportal.sheets.table import ROW

_MOST = 200
"""So many names that are not there are looked for among those that are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a name is used: in a row, or elsewhere in words; and the id of its bundle as far as it is known."""

    name: str
    identity: str | None
    place: Place | None = None
    where: str = ""


class Lookalikes:
    """The names of bundles that are known, by what people see of them."""

    def __init__(self, bundles: pl.DataFrame, known: Known, base: Base, sheets: Sequence[Sheet]) -> None:
        self._sheets = sheets
        self._given = _given(known, base)
        self._seen: dict[str, dict[str, _Spot]] = defaultdict(dict)
        self._alike: list[tuple[int, int, str]] = []
        self._rows = bundles.select(TABLE, ROW, "bundle", "bundle_id").drop_nulls("bundle").rows() if bundles.height else []
        for table, row, name, identity in self._rows:
            self._put(_Spot(name=name, identity=identity, place=Place(sheet=sheets[table], row=row, field="bundle")))
        for name, identities in self._given.items():
            self._put(_Spot(name=name, identity=min(identities), where=f"on the platform, {min(identities)}"))
        for name, identity in known.bought.items():
            self._put(_Spot(name=name, identity=identity, where=f"bought before, {identity}"))

    def _put(self, spot: _Spot) -> None:
        self._seen[names.likeness(spot.name)].setdefault(spot.name, spot)

    def findings(self) -> Iterator[Finding]:
        """Every row whose bundle's name looks like another one; those of Videos are known from `told_of`."""
        for table, row, name, identity in self._rows:
            if not self._is_given(name, identity):
                yield from self._told(table, row, name, identity)
        for table, row, name in self._alike:
            yield from self._told(table, row, name, None)

    def told_of(self, positions: pl.DataFrame) -> pl.DataFrame:
        """The rows of Videos with `_alike`, for a name that is nowhere and looks like one that is somewhere, and with `_meant`, for a suggestion."""
        unheard = self._unheard(positions)
        alike = [name for name in unheard if self._others(name, None)] if self._seen else []
        taken = frozenset(alike)
        meant = self._meant([name for name in unheard if name not in taken][:_MOST]) if self._seen else {}
        by_name = pl.col("bundle_id").is_null() & pl.col("bundle").is_in(alike) if alike else pl.lit(value=False)
        self._alike = positions.filter(by_name).select(TABLE, ROW, "bundle").rows() if alike else []
        words = pl.col("bundle").replace_strict(meant, default="", return_dtype=pl.String) if meant else pl.lit("")
        return positions.with_columns(by_name.fill_null(value=False).alias("_alike"), words.fill_null("").alias("_meant"))

    def _meant(self, unheard: Sequence[str]) -> Mapping[str, str]:
        """For names that are nowhere, the one that was probably meant, as the beginning of a hint."""
        if not unheard:
            return {}
        nearest = names.Nearest(name for spots in self._seen.values() for name in spots)
        return {name: f"Did you mean {near}? " for name in unheard if (near := nearest.of(name))}

    def _unheard(self, positions: pl.DataFrame) -> list[str]:
        used = positions["bundle"].drop_nulls().unique(maintain_order=True).to_list()
        if not self._seen:  # there is nothing that a name could look like
            return used
        return [name for name in used if name not in self._seen.get(names.likeness(name), {})]

    def _is_given(self, name: str, identity: str | None) -> bool:
        """Whether the platform has this name already: of the bundle of the row, where that is known."""
        owners = self._given.get(name, set())
        return bool(owners) and (identity is None or identity in owners)

    def _others(self, name: str, identity: str | None) -> list[_Spot]:
        spots = self._seen.get(names.likeness(name), {}).values()
        return [spot for spot in spots if spot.name != name and (identity is None or spot.identity != identity)]

    def _told(self, table: int, row: int, name: str, identity: str | None) -> Iterator[Finding]:
        # One is enough to hold the row, and a list of all of them would hide which character it is about.
        for other in self._others(name, identity)[:1]:
            place = Place(sheet=self._sheets[table], row=row, field="bundle")
            words = {"name": name, "other": other.name, "where": _where(other, place), "difference": names.told_apart(name, other.name)}
            yield place.found("names_alike", words, value=name)


def _where(spot: _Spot, seen_from: Place) -> str:
    if spot.place is None:
        return spot.where
    file = spot.place.sheet.table.file
    cell = f"{spot.place.sheet.table.sheet}!{spot.place.cell}"
    return cell if file == seen_from.sheet.table.file else f"{file} {cell}"


def _given(known: Known, base: Base) -> Mapping[str, set[str]]:
    """The names that the platform or an export has given, each with the ids of its bundles."""
    given: dict[str, set[str]] = defaultdict(set)
    exported = ((str(values["bundle"]), identity) for (identity, _), values in base.items() if values["bundle"] is not None)
    read = ((bundle.reference, bundle.id) for bundle in known.bundles if bundle.reference is not None)
    for name, identity in (*known.references.items(), *read, *exported):
        given[name].add(identity)
    return given
