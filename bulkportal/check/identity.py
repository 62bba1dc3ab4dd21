"""Which bundle a row is about: the one with its id, else the one with its name.

Names change, in the sheet and by other people on the platform; an id stays. So the id of a row decides, and
every name that its bundle has or had is another word for it: what the Bundles sheet calls it now, what it
was called when it was exported, and what the platform calls it. A row whose name is none of these says two
things at once; that is a finding, never a guess.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import polars as pl

from bulkportal.check.base import Base
from bulkportal.check.known import Known
from bulkportal.sheets.sifting import is_blank

_NAMELESS = "a bundle without a name"


class Names:
    """The bundles with an id: the key of each, all its names, and whom a name alone means."""

    def __init__(self, bundles: pl.DataFrame, known: Known, base: Base) -> None:
        self._online = known.online
        self._keys: dict[str, str] = {}
        self._names: dict[str, set[str]] = defaultdict(set)
        self._owners: dict[str, str] = {}
        self._ids = {bundle.id for bundle in known.bundles} | {identity for identity, _ in base}
        exported = [(identity, str(values["bundle"])) for (identity, _), values in base.items() if values["bundle"] is not None]
        listed = [(bundle.id, bundle.reference) for bundle in known.bundles if bundle.reference is not None]
        self._given = {name for _, name in (*exported, *listed)}
        # From the weakest to the strongest word for it: what the sheet says now is what its author means.
        said = [] if is_blank(bundles["bundle_id"]) else bundles.select("bundle_id", "bundle").drop_nulls().rows()
        for identity, name in (*exported, *listed, *said):
            self._names[identity].add(name)
            self._owners[name] = identity
            if not known.online:
                self._keys[identity] = name
        # A name that several bundles have means none of them; only ids do.
        for name in known.shared:
            self._owners.pop(name, None)
        for bundle in known.bundles:
            self._keys[bundle.id] = f"#{bundle.id}" if bundle.reference is None or bundle.reference in known.shared else bundle.reference

    def keyed(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows with `_bundle`, one key for a bundle however they refer to it.

        It is the platform's name, or ``#id`` where it has none of its own; what the platform is not known to have goes by the sheet's name.
        """
        if not self._owners and is_blank(rows["bundle_id"]):  # a name of which nobody has said more
            return rows.with_columns(_bundle="bundle")
        return rows.with_columns(self._of_each(rows, "_bundle", self._key))

    def contradicted(self, positions: pl.DataFrame) -> pl.DataFrame:
        """The rows of videos with `_named_otherwise`: what the bundle of the row's id is called, where the row calls it something else.

        A Bundles row gives its bundle the name it has there, and so contradicts nothing.
        """
        if positions["bundle_id"].null_count() == positions.height:
            return positions.with_columns(pl.lit(None, dtype=pl.String).alias("_named_otherwise"))
        return positions.with_columns(self._of_each(positions, "_named_otherwise", self._other))

    def unfamiliar(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows without the names and ids that the platform has given already, so that no rule judges them (law 5)."""
        if not self._given and not self._ids:
            return rows
        return rows.with_columns(
            pl.when(~pl.col(column).is_in(sorted(given))).then(pl.col(column))
            for column, given in (("bundle", self._given), ("bundle_id", self._ids))
        )

    def _of_each(self, rows: pl.DataFrame, name: str, told: Callable[[str | None, str | None], str | None]) -> pl.Series:
        """What is told of the name and the id of each row; rows of one bundle say the same."""
        # A bundle has many rows, and each pair of name and id is looked up once.
        different = rows.select("bundle", "bundle_id").unique()
        said = [told(*pair) for pair in different.iter_rows()]
        known = different.with_columns(pl.Series(name, said, dtype=pl.String))
        return rows.select("bundle", "bundle_id").join(known, on=["bundle", "bundle_id"], how="left", nulls_equal=True, maintain_order="left")[name]

    def _key(self, name: str | None, identity: str | None) -> str | None:
        if identity is None:
            owner = self._owners.get(name or "")
            return name if owner is None else self._keys.get(owner, f"#{owner}")
        unheard = None if self._online else name
        return self._keys.get(identity, unheard or f"#{identity}")

    def _other(self, name: str | None, identity: str | None) -> str | None:
        if name is None or identity is None or name in self._names[identity]:
            return None
        heard = self._names[identity] or identity in self._ids
        return (", ".join(sorted(self._names[identity])) or _NAMELESS) if heard else None
