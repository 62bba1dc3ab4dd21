"""Turns checked rows into the bundles that the sheet asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bulkportal.check.findings import ValidationResult
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.media import Facts
from bulkportal.sheets.table import ROW, RowAddress

Files: TypeAlias = Mapping[tuple[int, str], Facts]
"""The local files that can be used, by (table, text of the cell)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One piece of media that a cell names: a link, or a local file with its facts."""

    text: str
    facts: Facts | None

    @property
    def fingerprint(self) -> str:
        """What distinguishes two pieces of media: the content of a file, the address of a link."""
        return f"sha256:{self.facts.sha256}" if self.facts else f"url:{self.text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one row asks for. `values` holds the filled cells, `clear` the fields to empty.

    `media` holds the media cells by field, a single one as a list of one. `edited` says that the
    row comes from an export: unchanged cells were removed before, so every value left is an edit. A video is recognised as exported
    by its base copy, or by an id in its row, which only an export writes.
    `was_empty` says that its slot was empty at the export.
    """

    row: RowAddress
    values: Mapping[str, object]
    clear: frozenset[str]
    media: Mapping[str, tuple[Media, ...]]
    edited: bool = False
    was_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedBundle:
    """A bundle as the sheet wants it.

    `key` is its name, or ``#id``. `bundle` is its row on the Bundles sheet, None if it has none.
    `invalid_rows` are its rows with errors; `broken` is its own row on the Bundles sheet, if that has errors. `claimed` are the
    positions that some row fills, or would fill without its errors.
    """

    key: str
    reference: str | None
    bundle_id: str | None
    bundle: Wanted | None
    positions: Mapping[int, Wanted]
    invalid_rows: tuple[RowAddress, ...]
    broken: RowAddress | None
    publish: bool
    action: str
    claimed: frozenset[int] = frozenset()

    @property
    def rows(self) -> tuple[RowAddress, ...]:
        """The valid rows of this bundle."""
        own = () if self.bundle is None else (self.bundle.row,)
        return own + tuple(wanted.row for wanted in self.positions.values())


@dataclass(slots=True)
class _Gathered:
    bundle: Wanted | None = None
    positions: dict[int, Wanted] = field(default_factory=dict)
    invalid: list[RowAddress] = field(default_factory=list)
    broken: RowAddress | None = None
    bundle_id: str | None = None
    claimed: set[int] = field(default_factory=set)


def desired(checked: ValidationResult, files: Files, *, publish: bool = False) -> tuple[WantedBundle, ...]:
    """The bundles that the valid rows ask for, in the order of the sheet.

    A row without a bundle is invalid and belongs to none. `publish` asks to publish all of them.
    """
    gathered: dict[str, _Gathered] = defaultdict(_Gathered)
    for row, values in _rows(checked, "bundle"):
        if values["_bundle"] is None:
            continue
        one = gathered[str(values["_bundle"])]
        one.bundle_id = _maybe(values["bundle_id"]) or one.bundle_id
        if row in checked.invalid:
            one.broken = one.broken or row
            one.invalid.append(row)
        else:
            one.bundle = _asking(one.bundle, _wanted(row, values, checked, files))
    for row, values in _rows(checked, "position"):
        if values["_bundle"] is None:
            continue
        one = gathered[str(values["_bundle"])]
        # The id in the row of Bundles takes precedence; a row of Videos only fills it in if that one has none.
        one.bundle_id = one.bundle_id or _maybe(values["bundle_id"])
        # A row with an error also claims its slot: the warning about empty slots is for slots without any video.
        if isinstance(values["position"], int) and (_fills(values) or (row in checked.invalid and not values["_stays_empty"])):
            one.claimed.add(values["position"])
        if row in checked.invalid or values["position"] is None:
            one.invalid.append(row)
        else:
            position = int(str(values["position"]))
            one.positions[position] = _asking(one.positions.get(position), _wanted(row, values, checked, files))
    return tuple(_bundle(key, one, publish=publish) for key, one in gathered.items())


def _bundle(key: str, one: _Gathered, *, publish: bool) -> WantedBundle:
    values = {} if one.bundle is None else one.bundle.values
    action = str(values.get("action", ""))
    # Any other action takes precedence: publishing beside an unpublishing would be a contradiction.
    asked = action == "publish" or (not action and (publish or values.get("publish") is True))
    return WantedBundle(
        key=key,
        reference=None if key.startswith("#") else key,
        bundle_id=one.bundle_id,
        bundle=one.bundle,
        positions=dict(sorted(one.positions.items())),
        invalid_rows=tuple(one.invalid),
        broken=one.broken,
        publish=asked,
        action=action,
        claimed=frozenset(one.claimed),
    )


def _fills(values: Mapping[str, object]) -> bool:
    """Whether a row has content for its slot, and not only labels or an action."""
    return values["action"] is None and any(values[name] is not None for name in POSITIONS.of(Role.CONTENT))


def _asking(before: Wanted | None, wanted: Wanted) -> Wanted:
    """Of two valid rows about the same thing, the one that asks for something; the check allows only one such row."""
    asks = wanted.clear or "action" in wanted.values or wanted.values.keys() - set(BUNDLES.always_speaking) - set(POSITIONS.always_speaking)
    return wanted if before is None or asks else before


def _rows(checked: ValidationResult, kind: str) -> Iterator[tuple[RowAddress, Mapping[str, object]]]:
    frame = checked.bundles if kind == "bundle" else checked.positions
    for values in frame.iter_rows(named=True):
        yield checked.sheets[values["_table"]].table.address(values[ROW]), values


def _wanted(row: RowAddress, values: Mapping[str, object], checked: ValidationResult, files: Files) -> Wanted:
    media: dict[str, tuple[Media, ...]] = {}
    for name in (*POSITIONS.media, *BUNDLES.media):
        texts = values.get(name)
        if texts is not None:
            listed = [str(text) for text in texts] if isinstance(texts, list) else [str(texts)]
            # By table as well as by text: the same relative name means another file beside another sheet.
            media[name] = tuple(Media(text=t, facts=files.get((int(str(values["_table"])), t))) for t in listed)
    said = {name: value for name, value in values.items() if value is not None and not name.startswith("_")}
    cleared = values["_clear"]
    position = values.get("position")
    return Wanted(
        row=row,
        values=said,
        media=media,
        clear=frozenset(cleared if isinstance(cleared, list) else ()),
        edited=(str(values["bundle_id"]), position if isinstance(position, int) else None) in checked.base
        or (isinstance(position, int) and values["bundle_id"] is not None),
        was_empty=values.get("_was_empty") is True,
    )


def _maybe(value: object) -> str | None:
    return None if value is None else str(value)
