"""What became of a paid request whose answer never came: ask, and believe only what is there.

A bundle is looked up by its external reference, slots by their number. Only when the platform shows
that nothing happened is the stored request sent again, with the same key and the same bytes
(architecture 6, rule 3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bulkportal.apply.entries import Ending, Entry
from bulkportal.apply.handlers import Found, find_effect
from bulkportal.apply.landing import LANDING
from bulkportal.apply.ledger import Ledger
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Family, Refused
from bulkportal.portal.remote import Credits, Json
from bulkportal.sheets.table import RowAddress

MOST_PAGES = 50
"""Pages of history that are read at most: far more than one run can fill."""


def may_land(ledger: Ledger, entry: Entry, landing: float) -> float:
    """For how many seconds yet slots that were asked for may still be added; 0 where they no longer can.

    A bundle's reference keeps the platform from making it twice, so that it need not be waited for.
    """
    if not OperationKind(entry.kind).traits.adds_slots:
        return 0.0
    passed = ledger.since_sent(entry)
    return landing if passed is None else max(0.0, landing - passed)


async def settle(portal: Portal, ledger: Ledger, landing: float = LANDING) -> tuple[tuple[Entry, Found], ...]:
    """Ask about every paid operation an earlier run left open; returns those that have happened.

    The others keep their state, so that `begin` sends the stored request again if the sheet still asks for it. So does
    one whose reference names `several` bundles, which is returned too: it must not be sent again. What may still land
    within `landing` seconds of its sending is not judged by what others have done meanwhile.
    """
    settled: list[tuple[Entry, Found]] = []
    for entry in ledger.unsettled():
        found = None if _is_superseded(ledger, entry) else await _looked(portal, entry)
        if _is_superseded(ledger, entry) or (found is not None and found.moved and not may_land(ledger, entry, landing)):
            ledger.end(entry, Ending(state="refused", code="superseded"))
        elif found is not None and not found.moved:
            settled.append((entry, found))
            if not found.several:
                ledger.end(entry, Ending(state="done", answer=found.answer, credits=found.credits or 0))
        elif ledger.since_sent(entry) is None:
            ledger.wait_from_now(entry)
    return tuple(settled)


def _is_superseded(ledger: Ledger, entry: Entry) -> bool:
    """Whether a later request has brought the slots there: this one never arrived, or there would be more."""
    return bool(entry.total) and ledger.done_total(entry.bundle, entry.kind) >= entry.total


async def _looked(portal: Portal, entry: Entry) -> Found | None:
    """As `find_effect`; a bundle that is gone shows nothing."""
    try:
        return await find_effect(portal, entry)
    except Refused as refused:
        if refused.family is not Family.NOT_FOUND:
            raise
        return None


def as_operation(entry: Entry, rows: tuple[RowAddress, ...]) -> Operation:
    """An open entry as the operation it was, so that it can be sent again with its own key and bytes."""
    return Operation(
        identity=entry.identity,
        kind=OperationKind(entry.kind),
        bundle=entry.bundle,
        bundle_id=entry.bundle_id or "",
        target=entry.bundle,
        rows=rows,
        price=entry.price,
        body=entry.body,
        total=entry.total,
        before=entry.before,
    )


async def vanished(portal: Portal, ledger: Ledger, plan: Plan) -> Mapping[str, str]:
    """Bundles to create that this workspace has created before: identity → id, where that id still exists.

    Such a bundle has lost its reference on the platform (a person changed it). Creating it again would
    pay twice for one row.
    """
    known: dict[str, str] = {}
    for operation in plan.operations:
        if operation.kind is not OperationKind.CREATE_BUNDLE:
            continue
        identifier = await _still_there(portal, ledger, operation)
        if identifier is not None:
            known[operation.identity] = identifier
    return known


async def _still_there(portal: Portal, ledger: Ledger, operation: Operation) -> str | None:
    entry = ledger.find(operation.identity)
    identifier = entry.answer.get("id") if entry is not None and entry.state == "done" else None
    if not isinstance(identifier, str):
        return None
    try:
        bundle = await portal.get_bundle(identifier)
    except Refused as refused:
        if refused.family is Family.NOT_FOUND:
            return None
        raise
    return bundle.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """A line of the credit history by which credits left."""

    id: str
    credits: Credits
    line: Mapping[str, Json]


async def debits_since(portal: Portal, known: frozenset[str]) -> tuple[Debit, ...]:
    """The debits that came since the history held only `known`, however many pages that is."""
    found: list[Debit] = []
    seen = set(known)
    for page in range(1, MOST_PAGES + 1):
        items = await portal.history(page)
        fresh = [item for item in items if str(item.get("id")) not in seen]
        seen.update(str(item.get("id")) for item in fresh)
        found += [Debit(id=str(item.get("id")), credits=-amount, line=item) for item in fresh if (amount := _amount(item)) < 0]
        if len(fresh) < len(items) or not items:
            break
    return tuple(found)


def _amount(item: Mapping[str, Json]) -> Credits:
    amount = item.get("amount")
    return amount if isinstance(amount, int | float) else 0
