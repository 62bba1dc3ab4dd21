"""The review clock: since when a video is in review, and by when the platform finalizes it by itself. Pure.

The platform may not state when a video entered review; then the first run that saw it there counts, so that the real deadline is
no later than the one that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

from bulkportal.exporting.fetched import FetchedBundle, words
from bulkportal.portal.remote import Json

REVIEW = timedelta(hours=72)
"""After this long in review the platform finalizes by itself (API reference 4.2)."""

ACCOUNT = 0
"""The place of a bundle's account; those of its videos are their positions."""

_BEGAN = ("in_review_at", "review_started_at", "submitted_for_review_at")

Place: TypeAlias = tuple[str, int]
"""The id of a bundle, and a position or the account."""

FirstSeen: TypeAlias = Mapping[Place, datetime]
"""When each place was first seen in review."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InReview:
    """A video in review, by the names people use. `is_told` says that the platform stated `since`; else it was first seen there then."""

    bundle: str
    client: str
    position: int
    since: datetime
    is_told: bool
    place: Place

    @property
    def finalizes_by(self) -> datetime:
        """When the platform finalizes it by itself; the latest possible moment, if the beginning is unknown."""
        return self.since + REVIEW

    def document(self) -> dict[str, Json]:
        """The review for scripts, without any id."""
        return {
            "bundle": self.bundle,
            "client": self.client,
            "position": self.position,
            "in_review_since": self.since.isoformat(timespec="seconds"),
            "finalizes_by": self.finalizes_by.isoformat(timespec="seconds"),
            "at_the_latest": not self.is_told,
        }

    def in_words(self) -> str:
        """The deadline, for people."""
        latest = "" if self.is_told else " at the latest"
        return f"{self.bundle} position {self.position}: finalized automatically by {self.finalizes_by:%Y-%m-%d %H:%M} UTC{latest}"


def places(fetched: Iterable[FetchedBundle]) -> tuple[frozenset[Place], frozenset[Place]]:
    """All places that were read, and those of them that are in review."""
    seen: set[Place] = set()
    inside: set[Place] = set()
    for one in fetched:
        bundle = one.bundle
        for slot in bundle.positions:
            seen.add((bundle.id, slot.position))
            if slot.status == "in_review":
                inside.add((bundle.id, slot.position))
        if bundle.account_status is not None:
            seen.add((bundle.id, ACCOUNT))
            if bundle.account_status == "in_review":
                inside.add((bundle.id, ACCOUNT))
    return frozenset(seen), frozenset(inside)


def reviews_of(fetched: Iterable[FetchedBundle], first_seen: FirstSeen, moment: datetime) -> tuple[InReview, ...]:
    """The videos in review, those that finalize themselves soonest first."""
    return tuple(sorted(_reviews(fetched, first_seen, moment), key=lambda one: (one.finalizes_by, one.bundle, one.position)))


def _reviews(fetched: Iterable[FetchedBundle], first_seen: FirstSeen, moment: datetime) -> Iterator[InReview]:
    for one in fetched:
        for slot in one.bundle.positions:
            if slot.status != "in_review":
                continue
            place = one.bundle.id, slot.position
            told = began(slot.values)
            since = told or first_seen.get(place) or moment
            yield InReview(bundle=one.name, client=one.client, position=slot.position, since=since, is_told=told is not None, place=place)


def began(values: Mapping[str, Json]) -> datetime | None:
    """When a review began (UTC), if the platform states it."""
    return next((moment for name in _BEGAN if (moment := _moment(values.get(name)))), None)


def _moment(value: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(words(value))
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
