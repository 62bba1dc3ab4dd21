"""What the platform holds already, and a sheet merely repeats: it is not asked for, so no rule judges it.

The platform holds much that our rules would not let pass, such as a biography that is too long. A
sheet that repeats it, an export above all, must not be blamed for it (law 5). So a cell
that equals what the platform has is taken for blank, which leaves things as they are; only a row with
an action keeps its cells, since an action may mean them all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from bulkportal.check.casting import dtype_of
from bulkportal.check.comparison import same_cells, typed_value
from bulkportal.check.known import Known
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue
from bulkportal.columns.positions import POSITIONS


def without_unchanged(bundles: pl.DataFrame, positions: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both frames (with their keys in `_bundle`), every cell blank that repeats what the platform has."""
    keyed = [(key, bundle) for bundle in known.bundles for key in known.keys(bundle)]
    own = [({"_bundle": key}, bundle.values) for key, bundle in keyed]
    slots = [({"_bundle": key, "position": place}, slot.values) for key, bundle in keyed for place, slot in bundle.slots.items()]
    slots += [({"_bundle": key, "position": place}, called) for key, bundle in keyed for place, called in bundle.empty.items()]
    return _blanked(bundles, own, BUNDLES, ["_bundle"]), _blanked(positions, slots, POSITIONS, ["_bundle", "position"])


def _blanked(
    typed: pl.DataFrame, held: Iterable[tuple[Mapping[str, object], Mapping[str, object]]], catalogue: Catalogue, keys: list[str]
) -> pl.DataFrame:
    fields = [field for field in catalogue.fields if field.name not in catalogue.always_speaking and field.name not in keys]
    rows = [{**key, **{f"held.{f.name}": typed_value(f, values.get(f.name)) for f in fields}} for key, values in held]
    if not rows or typed.is_empty():
        return typed
    schema = {name: typed.schema[name] for name in keys} | {f"held.{f.name}": dtype_of(f) for f in fields}
    frame = pl.DataFrame(rows, schema=schema).unique(keys, keep="first")
    joined = typed.join(frame, on=keys, how="left", maintain_order="left")
    # An action may need a cell that the platform has already, such as the video of a fix.
    acts = pl.col("action").is_not_null()
    repeats = {f.name: same_cells(f, pl.col(f.name), pl.col(f"held.{f.name}")) & ~acts for f in fields}
    return joined.with_columns(pl.when(~same).then(name).alias(name) for name, same in repeats.items()).select(typed.columns)
