"""Compares wanted and remote values, field by field.

A blank cell never differs. A PUT clears whatever is left out, so the bodies made here are
always complete: the sheet's values over the platform's (API reference 2.14).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

from bulkportal import names
from bulkportal.check.comparison import is_same
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.countries import is_same_country
from bulkportal.columns.field import Catalogue, Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan.desired import Wanted
from bulkportal.plan.operations import Remembered
from bulkportal.portal.remote import EMPTY, Json, RemoteBundle, RemotePosition

SLOT_FIELDS = POSITIONS.of(Role.CONTENT, Role.LABEL)
"""All that a PUT of a slot replaces (API reference 2.14)."""
LABELS = POSITIONS.of(Role.LABEL)
"""The fields that an empty slot has too, and that a PATCH changes in every status (API reference 2.15)."""
ACCOUNT_FIELDS = BUNDLES.of(Role.ACCOUNT)
ACCOUNT_CONTENT = tuple(field.name for field in BUNDLES.fields if field.role is Role.ACCOUNT or field.in_account)
"""All that a PUT of the account replaces (API reference 2.11)."""
CREATION = BUNDLES.of(Role.CREATION, Role.SLOTS, Role.SETTING)
"""The fields of a creation besides the name (API reference 2.1)."""
_OPTIONS = tuple(name for name in BUNDLES.of(Role.CREATION) if name not in ("bundle_type", "platform", "country") and not BUNDLES[name].in_account)
"""Options of the creation, which the platform need not return as ordered."""

_FIELDS = {field.name: field for field in (*BUNDLES.fields, *POSITIONS.fields)}
"""The fields by name; a name on both sheets means the same on both."""
_MEDIA = frozenset((*BUNDLES.media, *POSITIONS.media))
_OF_TYPE = {field.wire: field.only_for for field in POSITIONS.fields if field.only_for} | {name: (kind,) for name, kind in POSITIONS.untold if kind}


def applicable_fields(wanted: Wanted, catalogue: Catalogue, platform: str, kind: Json = None) -> Wanted:
    """The row without the cells that do not apply to its platform or type.

    The platform ignores them (API reference 2.14), so they would differ, and be sent, on every import;
    the check has warned about each. An unknown platform or type drops nothing. `kind` is the type on the platform.
    """
    own = str(wanted.values.get(catalogue.type_field, kind) or "")
    dropped = {field.name for field in catalogue.fields if not field.belongs(platform, own)}
    if not dropped.intersection(wanted.values) and not dropped.intersection(wanted.clear):
        return wanted
    values = {name: value for name, value in wanted.values.items() if name not in dropped}
    media = {name: media for name, media in wanted.media.items() if name not in dropped}
    return replace(wanted, values=values, media=media, clear=wanted.clear - dropped)


def conflicts(changed: tuple[str, ...], base: Mapping[str, object], wires: Mapping[str, str], there: Mapping[str, Json]) -> tuple[str, ...]:
    """The edited fields that somebody else has changed since the export: the platform no longer has the exported value."""
    # A change of a field that neither the export nor the platform shows cannot be noticed.
    told = (name for name in changed if wires[name] in there or base.get(name) is not None)
    return tuple(name for name in told if not is_same(_FIELDS[name], base.get(name), there.get(wires[name])))


def media_of(wanted: Wanted) -> str:
    """The fingerprint of all media of a row; for a carousel, in order."""
    return " ".join(item.fingerprint for name in (*POSITIONS.media, *BUNDLES.media) for item in wanted.media.get(name, ()))


def changed_slot_fields(wanted: Wanted, slot: RemotePosition, remembered: Remembered | None) -> tuple[str, ...]:
    """The fields in which a row differs from its slot; for an empty slot, everything that would fill it."""
    changed = set(_changed(SLOT_FIELDS if slot.configured else LABELS, POSITIONS_WIRE, wanted, _Remote(values=slot.values, remembered=remembered)))
    if not slot.configured:
        changed |= wanted.values.keys() - set(LABELS)
    # The platform calls an unnamed slot "Video 3": there is nothing to clear, or every later import would clear it again.
    if "name" in wanted.clear and "name" not in own_labels(slot):
        changed.discard("name")
    return tuple(name for name in SLOT_FIELDS if name in changed)


def own_labels(slot: RemotePosition) -> dict[str, Json]:
    """The labels of a slot by wire name, without the name that the platform gives to unnamed slots (seeds 003, 004)."""
    called = {POSITIONS_WIRE[name]: slot.values.get(POSITIONS_WIRE[name]) for name in LABELS}
    return {wire: value for wire, value in called.items() if value not in (None, "") and (wire, value) != ("name", f"Video {slot.position}")}


def changed_account_fields(wanted: Wanted, remote: RemoteBundle, remembered: Remembered | None) -> tuple[str, ...]:
    """The account fields in which a Bundles row differs from the platform."""
    # A launch sets instructions at the creation, and not every platform returns them: only an edited export can ask for other ones.
    names = ACCOUNT_CONTENT if wanted.edited else ACCOUNT_FIELDS
    return _changed(names, BUNDLES_WIRE, wanted, _Remote(values=remote.account, remembered=remembered))


def needs_detail(wanted: Wanted, slot: RemotePosition, remembered: Remembered | None) -> bool:
    """Whether a slot must be read in full: the list lacks a field that is needed, or a field will be changed."""
    said = [name for name in SLOT_FIELDS if name in wanted.values or name in wanted.clear]
    if not slot.configured:  # the PUT that fills it must repeat its labels
        return bool(said) and any(POSITIONS_WIRE[name] not in slot.values for name in LABELS)
    missing = any(POSITIONS_WIRE[name] not in slot.values for name in said)
    return missing or bool(changed_slot_fields(wanted, slot, remembered))


def slot_body(wanted: Wanted, slot: RemotePosition | None) -> dict[str, Json]:
    """The complete body for a slot, without the sheet's media: the sheet's values over the platform's."""
    body: dict[str, Json] = {}
    if slot is not None and not slot.configured:
        body |= {wire: value for wire, value in own_labels(slot).items() if wire not in {POSITIONS_WIRE[name] for name in wanted.clear}}
    elif slot is not None:
        # Also the fields that no column has: a PUT without them would clear them (API reference 2.14).
        body |= {wire: value for wire, _ in POSITIONS.untold if (value := slot.values.get(wire)) is not None}
        for name in SLOT_FIELDS:
            value = slot.values.get(POSITIONS_WIRE[name])
            if value is not None and name not in wanted.clear:
                # Some answers hold a timestamp (seed 004) and some a day (seed 001); the request takes days, and no time zone may shift them.
                body[POSITIONS_WIRE[name]] = _day(value) if name == "target_publish_date" else value
    for name in SLOT_FIELDS:
        if name in wanted.values and name not in _MEDIA:
            body[POSITIONS_WIRE[name]] = plain(wanted.values[name])
    kind = body.get("video_type")
    # If the sheet changes the type, the values of the old type are dropped: they do not apply to the new one.
    return {wire: value for wire, value in body.items() if kind is None or wire not in _OF_TYPE or kind in _OF_TYPE[wire]}


def account_body(wanted: Wanted, remote: RemoteBundle | None) -> dict[str, Json]:
    """The complete body for an account, without the sheet's picture: the sheet's values over the platform's."""
    there: Mapping[str, Json] = {} if remote is None else remote.account
    body: dict[str, Json] = {}
    for name in ACCOUNT_CONTENT:
        wire = BUNDLES_WIRE[name]
        value = there.get(wire)
        if value is not None and name not in wanted.clear:
            body[wire] = value
        if name in wanted.values and name not in _MEDIA:
            body[wire] = plain(wanted.values[name])
    return body


def fixed_differences(wanted: Wanted, remote: RemoteBundle, base: Mapping[str, object] | None) -> tuple[tuple[str, object], ...]:
    """Fields that cannot change after the creation but differ, with the platform's values.

    Options need not be returned as ordered (API reference 6.2, D9), so only an exported row, whose `base` is
    known, can ask for other ones: it contains nothing but edits.
    """
    there = {"bundle_type": remote.bundle_type, "platform": remote.platform, "country": remote.country or ""}
    found: list[tuple[str, object]] = []
    for name, value in there.items():
        asked = str(wanted.values.get(name, ""))
        # US and USA are one country, and answers use either (API reference 6.2, D7).
        if asked and value and not is_same_country(asked, value):
            found.append((name, value))
    if base is not None:
        found += [(name, base.get(name)) for name in _OPTIONS if name in wanted.values]
    return tuple(found)


def settings_changes(wanted: Wanted, remote: RemoteBundle, remembered: Remembered | None) -> dict[str, Json]:
    """The settings to PATCH, by our names: only what differs (seed 003); for the name see `is_renamed`."""
    changes: dict[str, Json] = {}
    auto = wanted.values.get("auto_finalize_videos")
    if isinstance(auto, bool) and remote.auto_finalize_videos is not None and auto != remote.auto_finalize_videos:
        changes["auto_finalize_videos"] = auto
    title = wanted.values.get("title")
    there: Json = remote.title
    if not remote.title_known:
        # Not every answer of the platform tells the title (seed 003 shows it only for PATCH). Without
        # a memory of what was sent it cannot be compared, and is taken to be as wanted.
        there = remembered.sent.get("title") if remembered else plain(title)
    if title is not None and title != there:
        changes["title"] = plain(title)
    elif "title" in wanted.clear and there:
        changes["title"] = None
    if "bundle" in wanted.clear and remote.external_ref:
        changes["bundle"] = None
    return changes


def is_renamed(wanted: Wanted, remote: RemoteBundle, base: Mapping[str, object] | None) -> bool:
    """Whether the sheet renames the bundle. An exported name that was not edited asks for nothing, whatever the bundle is called now."""
    name = wanted.values.get("bundle")
    if name is None or names.is_same(str(name), remote.external_ref or ""):
        return False
    return base is None or name != base.get("bundle")


def plain(value: object) -> Json:
    """A typed value as it is sent: a date as YYYY-MM-DD, which no time zone shifts."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [str(item) for item in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    raise TypeError(f"no plain form for {type(value).__name__}")


POSITIONS_WIRE = {field.name: field.wire for field in POSITIONS.fields}
BUNDLES_WIRE = {field.name: field.wire for field in BUNDLES.fields}


class _Remote:
    """The platform's values of one place, with what earlier runs sent there."""

    def __init__(self, *, values: Mapping[str, Json], remembered: Remembered | None) -> None:
        self.values = values
        self.remembered = remembered

    def value(self, wire: str) -> Json:
        # A field that this view lacks is assumed to be as it was sent last (API reference 2.13).
        if wire not in self.values and self.remembered is not None:
            return self.remembered.sent.get(wire)
        return self.values.get(wire)


def _changed(names: tuple[str, ...], wires: Mapping[str, str], wanted: Wanted, remote: _Remote) -> tuple[str, ...]:
    changed: list[str] = []
    for name in names:
        there = remote.value(wires[name])
        if name in wanted.clear:
            differs = there not in EMPTY
        elif name not in wanted.values:
            differs = False
        elif name in _MEDIA:
            differs = _media_differs(wanted, name, there, remote.remembered)
        else:
            differs = not is_same(_FIELDS[name], wanted.values[name], there)
        if differs:
            changed.append(name)
    return tuple(changed)


def _media_differs(wanted: Wanted, name: str, there: Json, remembered: Remembered | None) -> bool:
    media = wanted.media.get(name, ())
    if there in EMPTY:
        return True
    addresses = [str(item) for item in there] if isinstance(there, list) else [str(there)]
    # An export contains the platform's own addresses, so an unedited cell names what is there.
    if [item.text for item in media] == addresses:
        return False
    if remembered is not None and remembered.media:
        return " ".join(item.fingerprint for item in media) != remembered.media
    if wanted.edited and not wanted.was_empty:
        return True
    # Nothing is remembered, no address was exported. The platform keeps a copy under its own address, with which a link cannot
    # be compared. Only two links to one host are known to differ.
    hosts = {urlsplit(item.text).hostname for item in media if item.facts is None}
    return bool(hosts) and hosts == {urlsplit(address).hostname for address in addresses}


def _day(value: Json) -> Json:
    return value[:10] if isinstance(value, str) else value
