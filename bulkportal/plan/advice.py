"""What can still be done with something that is locked: only what its status allows, or will allow later.

A sentence that sends somebody to an action which the platform refuses is worse than none.
"""

from __future__ import annotations

from collections.abc import Collection

from bulkportal.portal.remote import OVER, RemoteBundle, RemotePosition
from bulkportal.portal.transitions import OF_ACCOUNTS, OF_BUNDLES, OF_VIDEOS

_BACK = "ut back what the platform has."

_ORDER = {
    status: place
    for place, statuses in enumerate(
        (
            ("draft",),
            ("pending", "pending_setup"),
            ("configured", "pending_corrections"),
            ("published", "published_priority"),
            ("accepted",),
            ("in_review",),
            ("finalized", "cancelled", "archived"),
            ("completed",),
        )
    )
    for status in statuses
}
"""Statuses in the order in which they come (seeds 001 and 003); of equal place are those between which nothing decides."""


def for_account(bundle: RemoteBundle) -> str:
    """What else may be done about an account that cannot be changed."""
    if bundle.status in OF_BUNDLES["unpublish"]:
        return f"Write unpublish under action (credits are not refunded); otherwise p{_BACK}"
    if bundle.status not in OVER and bundle.account_status in OF_ACCOUNTS["account-corrections"]:
        return f"Ask for account-corrections under action; otherwise p{_BACK}"
    return f"P{_BACK}"


def for_slot(slot: RemotePosition, bundle: RemoteBundle | None) -> str:
    """What else may be done about a video that cannot be changed."""
    over = bundle is not None and bundle.status in OVER
    if not over and slot.status in OF_VIDEOS["corrections"]:
        return f"Ask for corrections under action; otherwise p{_BACK}"
    return f"P{_BACK}"


def may_come(status: str, allowed: Collection[str]) -> bool:
    """Whether a status may still become one of those allowed; of one that is not known it may."""
    return status not in _ORDER or any(_ORDER[each] > _ORDER[status] for each in allowed)
