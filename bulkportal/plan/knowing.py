"""Converts the remote state into what the rules of a check need, so that checking stays pure."""

from __future__ import annotations

from datetime import date

from bulkportal import names
from bulkportal.check.known import Known, KnownBundle, KnownSlot
from bulkportal.plan.diff import ACCOUNT_CONTENT, ACCOUNT_FIELDS, BUNDLES_WIRE, LABELS, POSITIONS_WIRE, SLOT_FIELDS
from bulkportal.plan.operations import Memory
from bulkportal.portal.remote import EMPTY, Json, Refusal, RemoteBundle, RemotePosition, RemoteState

NOTHING = Memory()
"""Nothing is remembered."""


def known_of(remote: RemoteState, memory: Memory = NOTHING) -> Known:
    """What the platform has, in the terms of the rules, and what this workspace remembers."""
    bundles = tuple(_bundle(bundle) for bundle in remote.bundles.values())
    bought = {name: identity for name, identity in memory.bought.items() if identity in remote.bundles}
    refused = {identity: _words(no) for identity, no in remote.refused.items()}
    return Known(online=True, countries=remote.countries, bundles=bundles, refused=refused, references=remote.names, bought=bought)


def _words(no: Refusal) -> str:
    request = f", request {no.request_id}" if no.request_id else ""
    return f" ({no.code}: {no.message.rstrip('.')}{request})"


def _bundle(bundle: RemoteBundle) -> KnownBundle:
    return KnownBundle(
        id=bundle.id,
        reference=names.plain(bundle.external_ref or "") or None,
        bundle_type=bundle.bundle_type,
        platform=bundle.platform,
        videos_quantity=bundle.videos_quantity,
        edits_quantity=bundle.edits_quantity,
        delivered=bundle.delivered,
        published=bundle.is_published,
        account_has=frozenset(name for name in ACCOUNT_FIELDS if bundle.account.get(BUNDLES_WIRE[name])),
        slots={slot.position: _slot(slot) for slot in bundle.positions if slot.configured},
        empty={slot.position: {name: slot.values.get(POSITIONS_WIRE[name]) for name in LABELS} for slot in bundle.positions if slot.pending},
        values=_values(bundle),
    )


def _values(bundle: RemoteBundle) -> dict[str, object]:
    """The values of a bundle that a Bundles row may repeat. A title that was not returned cannot be compared."""
    names = ("bundle_type", "platform", "country", "videos_quantity", "edits_quantity", "auto_finalize_videos", "title")
    account = {name: bundle.account.get(BUNDLES_WIRE[name]) for name in ACCOUNT_CONTENT}
    return {name: getattr(bundle, name) for name in names} | account


def _slot(slot: RemotePosition) -> KnownSlot:
    # The list may leave fields out (API reference 2.13): a field that it does not show may well be set.
    has = frozenset(name for name in SLOT_FIELDS if not slot.complete or slot.values.get(POSITIONS_WIRE[name]) not in EMPTY)
    values = {name: slot.values.get(POSITIONS_WIRE[name]) for name in SLOT_FIELDS}
    return KnownSlot(has=has, publish_date=_date(slot.values.get("target_publish_date")), values=values)


def _date(value: Json) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None
