"""The numbers of a status: counted once, shown in many ways. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from bulkportal.exporting.fetched import FetchedBundle, day_of, next_step
from bulkportal.html.words import Sentence
from bulkportal.portal.remote import Credits
from bulkportal.status_report.review_clock import FirstSeen, InReview, reviews_of
from bulkportal.status_report.tasks import Task, tasks_of

NOT_SHOWN = "not shown"
"""The status of slots that a bundle is supposed to have and that the platform does not list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleLine:
    """One bundle of the status, by the name people use; no ids. `days` are the publish dates of its videos."""

    bundle: str
    client: str
    bundle_type: str
    platform: str
    country: str
    status: str
    account_status: str
    videos: Mapping[str, int]
    flagged: int
    days: tuple[date, ...]
    credits: Credits | None
    step: Sentence

    @property
    def next_step(self) -> str:
        """What is to be done with it next, in English."""
        return self.step.said()

    @property
    def slots(self) -> int:
        """All its video slots."""
        return sum(self.videos.values())

    @property
    def filled(self) -> int:
        """The slots that hold something."""
        return self.slots - self.videos.get("pending", 0) - self.videos.get(NOT_SHOWN, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishDay:
    """One day of the calendar: how many videos are to be published, and of which bundles."""

    day: date
    bundles: Mapping[str, int]

    @property
    def videos(self) -> int:
        """All videos of the day."""
        return sum(self.bundles.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """A status at one moment (UTC). `left` is None where the platform does not report the balance.

    `reviews` are the videos in review, those that finalize themselves soonest first.
    """

    moment: datetime
    lines: tuple[BundleLine, ...]
    todo: tuple[Task, ...]
    calendar: tuple[PublishDay, ...]
    left: Credits | None
    reviews: tuple[InReview, ...] = ()

    @property
    def spent(self) -> Credits:
        """What the bundles cost, as far as the platform reports it."""
        return sum(line.credits or 0 for line in self.lines)

    @property
    def untold(self) -> int:
        """How many bundles' cost the platform does not report."""
        return sum(line.credits is None for line in self.lines)

    @property
    def slots(self) -> int:
        """All video slots."""
        return sum(line.slots for line in self.lines)

    @property
    def flagged(self) -> int:
        """All videos with a broken file."""
        return sum(line.flagged for line in self.lines)

    def bundles_by(self, name: str) -> dict[str, int]:
        """How many bundles there are of each: status, platform, country, client, bundle_type. The most first."""
        return _ranked(Counter(str(getattr(line, name)) for line in self.lines))

    @property
    def videos_by_status(self) -> dict[str, int]:
        """How many video slots are in each status."""
        counted: Counter[str] = Counter()
        for line in self.lines:
            counted.update(line.videos)
        return _ranked(counted)

    def amounts_by(self, name: str) -> dict[str, tuple[int, int, Credits]]:
        """Bundles, video slots and credits of each, in the order of `bundles_by`."""
        found: dict[str, tuple[int, int, Credits]] = {}
        for key, count in self.bundles_by(name).items():
            own = [line for line in self.lines if getattr(line, name) == key]
            found[key] = (count, sum(line.slots for line in own), sum(line.credits or 0 for line in own))
        return found


def metrics_of(fetched: Sequence[FetchedBundle], *, left: Credits | None, moment: datetime, first_seen: FirstSeen = MappingProxyType({})) -> Metrics:
    """Count everything. `moment` must have a time zone; `first_seen` is what earlier runs, and this one, have seen in review."""
    lines = tuple(_line(one) for one in fetched)
    reviews = reviews_of(fetched, first_seen, moment)
    todo = tasks_of(fetched, reviews, first_seen)
    return Metrics(moment=moment, lines=lines, todo=todo, calendar=_calendar(lines), left=left, reviews=reviews)


def _line(fetched: FetchedBundle) -> BundleLine:
    bundle = fetched.bundle
    videos = Counter(slot.status or "unknown" for slot in bundle.positions)
    # A colleague's bundle is listed but may not be readable (API reference S18): its slots exist, and are not "empty".
    if fetched.hidden and bundle.videos_quantity > len(bundle.positions):
        videos[NOT_SHOWN] = bundle.videos_quantity - len(bundle.positions)
    return BundleLine(
        bundle=fetched.name,
        client=fetched.client,
        bundle_type=bundle.bundle_type,
        platform=bundle.platform,
        country=bundle.country or "",
        status=bundle.status,
        account_status=bundle.account_status or "",
        videos=dict(videos),
        flagged=len(fetched.flagged),
        days=_days(fetched),
        credits=bundle.credit_cost,
        step=fetched.hidden or next_step(bundle.next_action)[1],
    )


def _days(fetched: FetchedBundle) -> tuple[date, ...]:
    found: list[date] = []
    for slot in fetched.bundle.positions:
        try:
            # A text that is no date is left out: a status must not fail on what one slot holds.
            found.append(date.fromisoformat(day_of(slot)))
        except ValueError:
            continue
    return tuple(sorted(found))


def _calendar(lines: Iterable[BundleLine]) -> tuple[PublishDay, ...]:
    days: dict[date, Counter[str]] = {}
    for line in lines:
        for day in line.days:
            days.setdefault(day, Counter())[line.bundle] += 1
    return tuple(PublishDay(day=day, bundles=dict(bundles)) for day, bundles in sorted(days.items()))


def _ranked(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
