"""Reads the platform for an export or a status, with as few requests as possible, several bundles at a time.

The list shows every bundle; the content is requested bundle by bundle, and a single slot only
if more is needed than the bundle's list of slots shows.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bulkportal.apply.outcomes import Event
from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.errors import BulkportalError
from bulkportal.exporting.export_rows import Sheets, issues_of, sheets_of
from bulkportal.exporting.fetched import FetchedBundle, client_name, is_fillable
from bulkportal.exporting.filters import Filters
from bulkportal.exporting.provenance import Provenance
from bulkportal.html.words import Sentence
from bulkportal.pipeline.portal_session import open_portal, requests_of, required
from bulkportal.portal import parsing
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Refused, Unanswered, Unreachable
from bulkportal.portal.remote import Credits, Json, RemoteBundle, RemotePosition
from bulkportal.portal.snapshot import if_told, with_account, with_whole
from bulkportal.portal.together import each
from bulkportal.records.history import FILE, RunHistory
from bulkportal.settings import Settings
from bulkportal.status_report.metrics import Metrics, metrics_of
from bulkportal.status_report.review_clock import FirstSeen, InReview, places, reviews_of
from bulkportal.status_report.tasks import blocker_sentences
from bulkportal.version import __version__

PAUSES = (5.0, 20.0, 60.0)
"""Seconds before a bundle that could not be read is retried: an export may take an hour, and must not fail for a minute's trouble."""

_ROW_FIELDS = frozenset(field.wire for field in POSITIONS.fields) - {"bundle", "bundle_id", "action", "message"}
"""What a row of Videos shows of a slot, by wire name."""
_LABELS = frozenset(POSITIONS[name].wire for name in POSITIONS.of(Role.LABEL))
"""What it shows of an empty slot."""

Tell = Callable[[Event], None]
T = TypeVar("T")
U = TypeVar("U")


class Depth(Enum):
    """How much of a bundle is read: everything, its flagged slots, or what a status counts."""

    WHOLE = auto()
    ISSUES = auto()
    STATUS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The rows of an export, their provenance, and the number of requests.

    `issues` says that it holds flagged videos only. `reviews` are the videos in review, those that finalize themselves soonest first.
    """

    sheets: Sheets
    stamp: Provenance
    requests: Mapping[str, int]
    issues: bool = False
    reviews: tuple[InReview, ...] = ()

    def write(self, path: str | Path, *, as_csv: bool | None = None) -> None:
        """Write a workbook to edit and import, or a folder of CSV files; by default a folder where the name does not end in ``.xlsx``."""
        from bulkportal.exporting import as_workbook, csv_folder  # openpyxl takes a while to load

        path = Path(path)
        if path.suffix.casefold() != ".xlsx" if as_csv is None else as_csv:
            csv_folder.write_folder(self.sheets, self.stamp, path, issues=self.issues)
        elif self.issues:
            as_workbook.write_issues(self.sheets, self.stamp, path)
        else:
            as_workbook.write_export(self.sheets, self.stamp, path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The saved accounts as received, and the number of requests."""

    items: tuple[Mapping[str, Json], ...]
    requests: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The status at one moment: the bundles, and figures about videos, credits and days, with what needs doing.

    `others` are clients that were filtered out.
    """

    fetched: tuple[FetchedBundle, ...]
    figures: Metrics
    requests: Mapping[str, int]
    others: frozenset[str] = frozenset()

    @property
    def balance(self) -> Credits | None:
        """The credits left; None if the platform does not say."""
        return self.figures.left


async def export(filters: Filters, settings: Settings, tell: Tell, *, issues: bool = False) -> Export:
    """The bundles that match the filters, as rows; with `issues` the flagged slots only. Raises the errors of `errors`."""
    # Before reading: whatever changes meanwhile counts as changed after the export.
    moment = datetime.now(UTC)
    async with open_portal(settings) as portal:
        fetched = await required(read(portal, filters, tell, Depth.ISSUES if issues else Depth.WHOLE))
        requests = requests_of(portal)
    stamp = Provenance(
        host=urlsplit(settings.base_url).hostname or "",
        taken_at=moment.isoformat(timespec="seconds"),
        # Unique even within a second: an action requested in a later export is another event (see `plan.event_names`).
        run_id=f"export-{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        version=__version__,
    )
    reviews = reviews_of(fetched, _first_seen(settings, fetched, moment), moment)
    return Export(sheets=issues_of(fetched) if issues else sheets_of(fetched), stamp=stamp, requests=requests, issues=issues, reviews=reviews)


async def read(portal: Portal, filters: Filters, tell: Tell, depth: Depth) -> list[FetchedBundle]:
    """The bundles that match, in the order of the platform's list. Raises `Failure`s of the portal."""
    return await _Reading(portal=portal, filters=filters, tell=tell, depth=depth).bundles()


async def accounts(settings: Settings, tell: Tell) -> Accounts:
    """All saved accounts. Raises the errors of `errors`."""
    tell(Event(text="reading the saved accounts"))
    async with open_portal(settings) as portal:
        items = await required(_listed(portal))
        return Accounts(items=tuple(items), requests=requests_of(portal))


async def status(filters: Filters, settings: Settings, tell: Tell) -> Status:
    """What a status counts: bundles, the lists of their slots, blockers, the balance. Raises the errors of `errors`."""
    async with open_portal(settings) as portal:
        reading = _Reading(portal=portal, filters=filters, tell=tell, depth=Depth.STATUS)
        fetched = tuple(await required(reading.bundles()))
        left = await required(if_told(portal.balance(), None))  # a key without that right must still get the rest
        requests, others = requests_of(portal), frozenset(reading.others)
    moment = datetime.now(UTC)
    figures = metrics_of(fetched, left=left, moment=moment, first_seen=_first_seen(settings, fetched, moment))
    return Status(fetched=fetched, figures=figures, requests=requests, others=others)


def _first_seen(settings: Settings, fetched: Sequence[FetchedBundle], moment: datetime) -> FirstSeen:
    """Record what is in review in the diary; returns since when each has been there. If the diary cannot be written, the status goes on."""
    looked_at, inside = places([one for one in fetched if one.hidden is None])
    if not inside and not (settings.home / FILE).exists():
        return {}
    try:
        with RunHistory(settings.home) as diary:
            return diary.in_review(settings.base_url, looked_at, inside, moment)
    except BulkportalError:
        return {}


async def _listed(portal: Portal) -> list[Mapping[str, Json]]:
    return [account async for account in portal.list_accounts()]


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One pass over the platform."""

    portal: Portal
    filters: Filters
    tell: Tell
    depth: Depth
    done: int = 0
    views: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)

    async def bundles(self) -> list[FetchedBundle]:
        """The wanted bundles, in the order of the platform's list."""
        self.tell(Event(text="reading the list of bundles"))
        wanted = await self._wanted(self.filters.query)
        if not wanted and self.filters.external_ref:  # the platform may spell it with another kind of blank or accent
            wanted = await self._wanted({name: value for name, value in self.filters.query.items() if name != "external_ref"})
        read = await each(wanted, lambda bundle: self._counted(bundle, len(wanted)))
        narrowed = (self.filters.narrowed(one) for one in read)
        return [one for one in narrowed if one is not None]

    async def _wanted(self, query: Mapping[str, str]) -> list[RemoteBundle]:
        wanted: list[RemoteBundle] = []
        async for view in self.portal.list_views(**query):
            bundle = parsing.bundle_from(view)
            if bundle is None:
                continue
            if self.filters.wants(bundle):
                wanted.append(bundle)
                self.views[bundle.id] = view
            else:
                self.others.add(client_name(bundle.external_ref, bundle.title))
        return wanted

    async def _counted(self, bundle: RemoteBundle, total: int) -> FetchedBundle:
        read = await self._read_patiently(bundle, total)
        self.done += 1
        self.tell(Event(text=f"read {bundle.external_ref or bundle.id}", done=self.done, total=total))
        return read

    async def _read_patiently(self, bundle: RemoteBundle, total: int) -> FetchedBundle:
        # One attempt more than there are pauses; the last one raises its failure.
        for pause in PAUSES:
            try:
                return await self._read(bundle)
            except (Unreachable, Unanswered, Broken):
                self.tell(Event(text="the platform gives no usable answer", done=self.done, total=total, seconds=pause))
                await asyncio.sleep(pause)
        return await self._read(bundle)

    async def _read(self, bundle: RemoteBundle) -> FetchedBundle:
        view = self.views[bundle.id]
        try:
            slots = await self._slots(bundle)
        except Refused as refusal:
            # The list shows the bundles of the whole organisation, but only its owner may read one (API reference 6.1, S18).
            return FetchedBundle(bundle=bundle, view=view, hidden=Sentence(key="hidden", facts={"reason": refusal.code or refusal.message}))
        read = replace(with_account(bundle, await self._account(bundle)), positions=slots)
        return FetchedBundle(bundle=read, view=view, blockers=await self._blockers(bundle))

    async def _slots(self, bundle: RemoteBundle) -> tuple[RemotePosition, ...]:
        if bundle.bundle_type == "account_only" and not bundle.videos_quantity:
            return ()
        slots = await self.portal.get_videos(bundle.id)
        return tuple([await self._whole(bundle, slot) if self._needs_whole(bundle, slot) else slot for slot in slots])

    def _needs_whole(self, bundle: RemoteBundle, slot: RemotePosition) -> bool:
        """Whether the list of slots says too little about this one. Only slots that get a row are read in full."""
        fields = _ROW_FIELDS if slot.configured else _LABELS if is_fillable(slot, bundle) else frozenset()
        said_all = slot.values.keys() >= fields  # some servers put everything into the list
        gets_row = {Depth.WHOLE: not said_all, Depth.ISSUES: slot.values.get("download_issue") is True, Depth.STATUS: False}
        return gets_row[self.depth] and self.filters.wants_day(slot)

    async def _whole(self, bundle: RemoteBundle, slot: RemotePosition) -> RemotePosition:
        return with_whole(slot, await self.portal.get_video(bundle.id, slot.position))

    async def _account(self, bundle: RemoteBundle) -> Mapping[str, Json]:
        """The account's own view, if it is needed: for an export all of it, for a status when its review began."""
        nothing: Mapping[str, Json] = {}
        # A list that does not tell the account's status says nothing of a review (S13).
        perhaps = bundle.account_status == "in_review" or (bundle.account_status is None and bundle.is_published)
        of_use = self.depth is Depth.WHOLE or (self.depth is Depth.STATUS and perhaps)
        unset = bundle.account_status == "pending" and not bundle.account_configured
        if not of_use or unset or bundle.bundle_type == "videos_only":
            return nothing
        try:
            return await self.portal.get_account(bundle.id)
        except Refused:
            return nothing

    async def _blockers(self, bundle: RemoteBundle) -> tuple[Sentence, ...] | None:
        """What prevents its publication; asked only if publishing comes next."""
        due = bundle.status == "pending_setup" and bundle.next_action in (None, "publish_bundle")
        if self.depth is not Depth.STATUS or not due:
            return None
        try:
            return blocker_sentences(await self.portal.readiness(bundle.id))
        except Refused:
            return None
