"""What is already known of the platform when a sheet is checked; empty when checking offline.

Kept apart from the portal so that checking stays pure: the pipeline fills it from a snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSlot:
    """A slot with content: the fields (by our names) that it has, and its publish date."""

    has: frozenset[str]
    publish_date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBundle:
    """A bundle that exists on the platform, as far as rules ask. `account_has` uses our field names."""

    id: str
    reference: str | None
    bundle_type: str
    platform: str
    videos_quantity: int
    edits_quantity: int
    delivered: bool
    published: bool
    account_has: frozenset[str] = frozenset()
    slots: Mapping[int, KnownSlot] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All bundles the sheet speaks of that exist. `online` False: nobody has asked the platform.

    `countries` are the codes that it has open for new accounts; empty means unknown.
    """

    online: bool = False
    bundles: tuple[KnownBundle, ...] = ()
    countries: frozenset[str] = frozenset()


OFFLINE = Known()
