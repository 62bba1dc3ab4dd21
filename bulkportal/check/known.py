"""What is already known of the platform when a sheet is checked; empty when checking offline.

Kept apart from the portal so that checking stays pure: the pipeline fills it from a snapshot.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

DAYS_NEW = 3
"""Days ahead for an account that is not delivered yet (seed 001)."""
DAYS_DELIVERED = 1
"""Days ahead for a delivered account (seed 001)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSlot:
    """A slot with content: the fields (by our names) that it has, its publish date, and what is in them."""

    has: frozenset[str]
    publish_date: date | None = None
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownBundle:
    """A bundle that exists on the platform, as far as rules ask. `account_has` and `values` use our field names.

    `empty` are the slots that nothing fills yet, each with what it is called.
    """

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
    empty: Mapping[int, Mapping[str, object]] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All bundles the sheet refers to that exist. `online` False: nobody has asked the platform.

    `countries` are the codes that it has open for new accounts; empty means unknown. `refused` are the ids
    that it does not show, each with its words in brackets. `references` are the names of all bundles that the platform
    showed while it was asked, also of those that the sheet does not refer to, each with an id; `bought` the names under which
    this workspace has bought bundles that are still there. All names are plain (see `names`).
    """

    online: bool = False
    bundles: tuple[KnownBundle, ...] = ()
    countries: frozenset[str] = frozenset()
    refused: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)
    bought: Mapping[str, str] = field(default_factory=dict)

    @property
    def shared(self) -> frozenset[str]:
        """The references under which there are several bundles, so that they name none of them."""
        counts = Counter(bundle.reference for bundle in self.bundles)
        return frozenset(reference for reference, count in counts.items() if reference and count > 1)

    def keys(self, bundle: KnownBundle) -> tuple[str, ...]:
        """The keys under which rows may refer to a bundle: its name, if it has one, and its id."""
        # No name of a bundle can be the same: an id stands behind a # in keys only.
        by_id = f"#{bundle.id}"
        return (by_id,) if bundle.reference is None else (bundle.reference, by_id)


OFFLINE = Known()
