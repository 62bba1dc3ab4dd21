"""What the platform holds already, and a sheet merely repeats: it is not asked for, so no rule judges it.

The platform holds much that our rules would not let pass, such as a biography that is too long. A
sheet that repeats it, an export above all, must not be blamed for it (product.md 5, law 5). So a cell
that equals what the platform has is taken for blank, which leaves things as they are; only a row with
an action keeps its cells, since an action may mean them all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

import polars as pl

from bulkportal import names
from bulkportal.check.casting import dtype_of
from bulkportal.check.known import Known
from bulkportal.check.unseen import trimmed
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets.breaks import newlines
from bulkportal.sheets.guard import without_guards


def without_held(bundles: pl.DataFrame, positions: pl.DataFrame, known: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
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
    rows = [{**key, **{f"held.{f.name}": _reader(f)(values.get(f.name)) for f in fields}} for key, values in held]
    if not rows or typed.is_empty():
        return typed
    schema = {name: typed.schema[name] for name in keys} | {f"held.{f.name}": dtype_of(f) for f in fields}
    frame = pl.DataFrame(rows, schema=schema).unique(keys, keep="first")
    joined = typed.join(frame, on=keys, how="left", maintain_order="left")
    acts = pl.col("action").is_not_null()
    return joined.with_columns(pl.when(_same(f.name, f.kind) & ~acts).then(None).otherwise(pl.col(f.name)).alias(f.name) for f in fields).select(
        typed.columns
    )


def _same(name: str, kind: Kind) -> pl.Expr:
    here, there = pl.col(name), pl.col(f"held.{name}")
    if kind in (Kind.LIST, Kind.MEDIA_LIST):
        here, there = here.list.join("\n"), there.list.join("\n")
    elif kind not in (Kind.BOOLEAN, Kind.INTEGER, Kind.DATE):
        here, there = _plain(here), _plain(there)
    return (here == there).fill_null(value=False)


def _plain(text: pl.Expr) -> pl.Expr:
    return without_guards(trimmed(newlines(text).str.strip_chars()))


def _reader(field: Field) -> Callable[[object], object]:
    return _name if field.is_name else _READ.get(field.kind, _text)


def _name(value: object) -> str | None:
    """In the form in which a sheet's names are read."""
    return names.plain(value) if isinstance(value, str) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _list(value: object) -> list[str] | None:
    return [str(item) for item in value] if isinstance(value, list) else None


_READ: Mapping[Kind, Callable[[object], object]] = {
    Kind.BOOLEAN: _flag,
    Kind.INTEGER: _whole,
    Kind.DATE: _day,
    Kind.LIST: _list,
    Kind.MEDIA_LIST: _list,
}
