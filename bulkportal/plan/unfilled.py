"""Slots that are paid for and that nothing fills: told with what they cost, and nothing is kept back for them."""

from __future__ import annotations

from collections.abc import Iterator

from bulkportal.check.findings import Finding
from bulkportal.plan import pricing
from bulkportal.plan.draft import BundleDraft
from bulkportal.plan.kinds import OperationKind
from bulkportal.portal.remote import OVER, credits_in_words


def unfilled(bundle: BundleDraft) -> Iterator[Finding]:
    """A warning where a bundle that is bought, enlarged or published has slots that neither the sheet nor the platform fills."""
    row = bundle.wanted.bundle
    if row is None or not ("videos_quantity" in row.values or bundle.wanted.publish):
        return
    if bundle.remote is not None and bundle.remote.status in OVER:
        return
    slots = _slots(bundle)
    there = () if bundle.remote is None else bundle.remote.positions
    filled = {slot.position for slot in there if slot.configured} | bundle.wanted.claimed
    filled -= {slot.position for operation in bundle.operations if operation.kind is OperationKind.UNSCHEDULE_VIDEO for slot in operation.slots}
    empty = slots - len([position for position in filled if 1 <= position <= slots])
    if empty <= 0:
        return
    cost = pricing.slots("video_slot", empty, bundle.basis.remote.prices)
    price = "" if cost is None else f" ({credits_in_words(cost)})"
    words = {"bundle": bundle.name, "slots": slots, "filled": slots - empty, "empty": empty, "price": price}
    yield bundle.basis.checked.place(row.row, "videos_quantity").found("slots_unfilled", words, value=str(slots))


def _slots(bundle: BundleDraft) -> int:
    """How many video slots the bundle has once the plan is done."""
    counts = [0 if bundle.remote is None else bundle.remote.videos_quantity]
    for operation in bundle.operations:
        if operation.kind is OperationKind.ADD_VIDEO_SLOTS:
            counts.append(operation.total)
        quantity = operation.body.get("videos_quantity")
        if operation.kind is OperationKind.CREATE_BUNDLE and isinstance(quantity, int):
            counts.append(quantity)
    return max(counts)
