"""The prices of operations, from the platform's own price list; a price that it does not state is unknown, and never zero."""

from __future__ import annotations

from collections.abc import Mapping

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from bulkportal.portal.remote import Credits, Json, PriceList

_OPTIONS = {field.wire: field.price_item for field in BUNDLES.fields if field.price_item}
"""The options of a new bundle, by wire name."""


def creation(body: Mapping[str, Json], prices: PriceList) -> Credits | None:
    """The credits for creating a bundle with this body (API reference 5.1)."""
    # A videos_only bundle posts on an account that exists, so no account is paid for (API reference 2.1).
    items: list[tuple[str, int]] = [] if body.get("bundle_type") == "videos_only" else [("account_creation", 1)]
    items += [("video_slot", _count(body, "videos_quantity")), ("edit_slot", _count(body, "edits_quantity"))]
    items += [(item, 1) for wire, item in _OPTIONS.items() if body.get(wire) is True]
    return _sum(items, prices)


def slots(item: str, quantity: int, prices: PriceList) -> Credits | None:
    """The credits for adding slots; `item` is ``video_slot`` or ``edit_slot``."""
    return _sum([(item, quantity)], prices)


def settings(body: Mapping[str, object], there: Mapping[str, Json], prices: PriceList) -> Credits | None:
    """The credits for options that a slot's body sets for the first time: a volume, a repost (API reference 2.14, 5.1)."""
    asked = {field.price_item for field in POSITIONS.fields if field.price_item and _is_set(body.get(field.wire))}
    had = {field.price_item for field in POSITIONS.fields if field.price_item and _is_set(there.get(field.wire))}
    # Two volumes, or a volume that is changed, are one charge: by item, not by field.
    return _sum([(item, 1) for item in sorted(asked - had)], prices)


def _is_set(value: object) -> bool:
    return value is not None and value is not False


def _count(body: Mapping[str, Json], name: str) -> int:
    value = body.get(name)
    return value if isinstance(value, int) else 0


def _sum(items: list[tuple[str, int]], prices: PriceList) -> Credits | None:
    total: Credits = 0
    for item, quantity in items:
        price = prices.of(item)
        # An item without a price makes the sum unknown only if it is ordered.
        if quantity == 0:
            continue
        if price is None:
            return None
        total += price * quantity
    return total
