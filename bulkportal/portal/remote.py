"""The platform's state as pure values: made by `snapshot`, read by `plan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from bulkportal.counting import noun
from bulkportal.remote_files.store_address import web_link

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"
EMPTY: tuple[Json, ...] = (None, "", [])
"""The values that the platform uses for "nothing"."""

Credits: TypeAlias = int | float


def in_figures(amount: Credits | None) -> str:
    """Credits for people: 45, 2.5 or 1000000; unknown where the platform does not state them."""
    # Twelve digits, since prices that are no whole numbers add up to 0.30000000000000004.
    return "unknown" if amount is None else f"{amount:.12g}"


def credits_in_words(amount: Credits | None) -> str:
    """The same with its noun: ``45 credits``."""
    return "an unknown number of credits" if amount is None else f"{in_figures(amount)} {noun(amount, 'credit')}"


_LIVE_LINKS = ("live_url", "post_url", "posted_url", "platform_url", "published_url")
"""The names under which editions of the platform return where a post can be seen."""


def live_link(values: Mapping[str, Json]) -> str:
    """Where a post can be seen, of the values of its slot; empty where the platform tells no address that may be followed."""
    texts = (value.strip() for name in _LIVE_LINKS if isinstance(value := values.get(name), str))
    return next((link for text in texts if (link := web_link(text))), "")


PUBLISHED = frozenset({"published", "published_priority", "accepted", "in_review", "finalized", "completed"})
"""Bundle statuses in which a bundle counts as published (seed 003; API reference 4.5 for the two it leaves out)."""

OVER = frozenset({"completed", "cancelled", "archived"})
"""Bundle statuses in which nothing more is done with a bundle (API reference 4.1)."""

CONFIGURED_SLOTS = frozenset({"configured", "in_review", "pending_corrections", "accepted", "published", "finalized"})
"""Slot statuses that count as configured (seed 003, videos_configured_count)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePosition:
    """One slot. `values` holds what the platform returned, by the platform's field names.

    `complete` says that the single view was read: then a field missing from `values` is empty on the
    platform, otherwise it is merely unknown.
    """

    position: int
    status: str
    values: Mapping[str, Json]
    complete: bool = False

    @property
    def configured(self) -> bool:
        """Whether content has been set."""
        return self.status in CONFIGURED_SLOTS

    @property
    def pending(self) -> bool:
        """Whether it is paid for and nothing fills it yet."""
        return self.status == "pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteBundle:
    """One bundle with its account and slots. `account` is empty where none is configured."""

    id: str
    external_ref: str | None
    bundle_type: str
    platform: str
    country: str | None
    status: str
    videos_quantity: int
    edits_quantity: int
    title: str | None = None
    title_known: bool = False
    auto_finalize_videos: bool | None = None
    account_status: str | None = None
    account_configured: bool = False
    delivered: bool = False
    is_published: bool = False
    credit_cost: Credits | None = None
    next_action: str | None = None
    created_at: str | None = None
    account: Mapping[str, Json] = field(default_factory=dict)
    account_id: str | None = None
    positions: tuple[RemotePosition, ...] = ()

    def slot(self, position: int) -> RemotePosition | None:
        """The slot at a position, if the platform listed it."""
        return next((slot for slot in self.positions if slot.position == position), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Prices in credits as `/credit-costs` gives them; None means unknown, never free.

    Keys are ours: account_creation, video_slot, edit_slot, niche_warming, deep_warming, moderation, sound_volume,
    instant_repost, coverage.
    """

    items: Mapping[str, Credits | None] = field(default_factory=dict)

    def of(self, item: str) -> Credits | None:
        """The price of one item, or None where the platform did not say."""
        return self.items.get(item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What the platform states about the Coverage of one delivered account.

    `fee` says whether it is subject to one, `on` whether it is covered now, `until` when the period ends, `credits` what the
    next one takes; None is unknown.
    """

    account: str
    fee: bool | None = None
    on: bool | None = None
    until: datetime | None = None
    credits: Credits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The platform's no to a question about one bundle: its code, its words and the request."""

    code: str
    message: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteState:
    """The platform at one moment, as far as the sheet refers to it.

    `bundles` are by id. `by_reference` maps a name that was asked for to the ids found under it: none, one, or, wrongly, several.
    `names` are those of all bundles that were listed, in their plain form, each with an id. `countries` are the codes open for new
    accounts (empty: unknown). `refused` are the ids asked for that the platform does not show. `covers` is the Coverage of delivered
    accounts by their ids, None where it was not asked for or the platform does not state it.
    """

    taken_at: datetime
    today: date
    bundles: Mapping[str, RemoteBundle]
    by_reference: Mapping[str, tuple[str, ...]]
    prices: PriceList
    balance: Credits | None
    countries: frozenset[str] = frozenset()
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    covers: Mapping[str, Cover] | None = None
