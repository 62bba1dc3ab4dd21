"""What needs doing now, the most urgent first: broken files, accounts under review, empty slots, then each bundle's next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from bulkportal.exporting.fetched import FetchedBundle, comment_of, next_step, words
from bulkportal.html.words import Sentence, said
from bulkportal.portal.remote import OVER, Json
from bulkportal.status_report.review_clock import ACCOUNT, REVIEW, FirstSeen, InReview, began

_BLOCKERS = ("bundle_already_published", "bundle_not_in_setup", "account_missing", "account_not_configured", "no_videos_configured")
"""The platform's codes that need no further details (seed 003), in lower case; one more comes with the missing fields."""

_FIELDS = ("username", "visible_name", "profile_picture", "biography")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One thing to do. `kind` is a stable word, `due` the moment (UTC) by which it must be done, where there is one."""

    kind: str
    bundle: str
    client: str
    task: Sentence
    reasons: tuple[Sentence, ...] = ()
    position: int | None = None
    due: datetime | None = None

    @property
    def what(self) -> str:
        """What to do, in English."""
        return self.task.said()

    @property
    def detail(self) -> str:
        """The reasons, in English."""
        return said(self.reasons)


def tasks_of(fetched: Iterable[FetchedBundle], in_review: Iterable[InReview] = (), first_seen: FirstSeen = MappingProxyType({})) -> tuple[Task, ...]:
    """Everything to do, in the order in which it should be done. `first_seen` is when accounts were first seen in review."""
    every = list(fetched)
    issues = [todo for one in every for todo in _issues(one)]
    own = (*(todo for one in every for todo in _review(one, first_seen)), *map(_video_review, in_review))
    # Those of which no deadline is known come last: they may wait longest, for all that is known.
    reviews = sorted(own, key=lambda todo: todo.due or datetime.max.replace(tzinfo=UTC))
    steps = [todo for one in every for todo in _next(one)]
    empty = [todo for one in every for todo in _empty(one)]
    return (*issues, *reviews, *empty, *steps)


def blocker_sentences(readiness: Mapping[str, Json]) -> tuple[Sentence, ...]:
    """What blocks publishing according to a readiness answer (seed 003), as sentences; unknown codes unchanged."""
    blockers = readiness.get("blockers")
    listed = [each for each in blockers if isinstance(each, dict)] if isinstance(blockers, list) else []
    if not listed and readiness.get("ready") is False:
        return (Sentence(key="blocker.untold"),)
    return tuple(_sentence(blocker) for blocker in listed)


def _sentence(blocker: Mapping[str, Json]) -> Sentence:
    details = blocker.get("details")
    fields = details.get("missing_fields") if isinstance(details, dict) else None
    names = [str(name).removesuffix("_url") for name in fields] if isinstance(fields, list) else []
    written, message = words(blocker.get("code")), words(blocker.get("message")).rstrip(".")
    code = written.lower()
    if code == "account_missing_fields" and names:
        named = tuple(Sentence(key=f"field.{name}") if name in _FIELDS else Sentence(text=name.replace("_", " ")) for name in names)
        return Sentence(key=f"blocker.{code}", facts={"fields": named})
    if code in _BLOCKERS:
        return Sentence(key=f"blocker.{code}")
    if not (message or written):
        return Sentence(key="blocker.unknown")
    return Sentence(text=f"{message or written}: {', '.join(names).replace('_', ' ')}." if names else f"{message or written}.")


def _issues(fetched: FetchedBundle) -> Iterator[Task]:
    for slot in fetched.flagged:
        yield Task(
            kind="download_issue",
            bundle=fetched.name,
            client=fetched.client,
            position=slot.position,
            task=Sentence(key="todo.download_issue", facts={"position": slot.position}),
            reasons=(comment_of(slot),),
        )


def _review(fetched: FetchedBundle, first_seen: FirstSeen) -> Iterator[Task]:
    bundle = fetched.bundle
    if bundle.account_status != "in_review" or bundle.bundle_type == "videos_only":
        return
    told = began(bundle.account)
    # Not `moment` as for videos: without a first sight of it there is no deadline to show.
    since = told or first_seen.get((bundle.id, ACCOUNT))
    untold = () if told else (_first_seen(since) if since else Sentence(key="todo.account_review.untold"),)
    yield Task(
        kind="account_review",
        bundle=fetched.name,
        client=fetched.client,
        task=Sentence(key="todo.account_review"),
        reasons=(Sentence(key="todo.account_review.why"), *untold),
        due=since + REVIEW if since else None,
    )


def _video_review(one: InReview) -> Task:
    untold = () if one.is_told else (_first_seen(one.since),)
    return Task(
        kind="video_review",
        bundle=one.bundle,
        client=one.client,
        position=one.position,
        task=Sentence(key="todo.video_review", facts={"position": one.position}),
        reasons=(Sentence(key="todo.video_review.why"), *untold),
        due=one.finalizes_by,
    )


def _first_seen(moment: datetime) -> Sentence:
    return Sentence(key="todo.review.seen", facts={"moment": f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"})


def _next(fetched: FetchedBundle) -> Iterator[Task]:
    bundle = fetched.bundle
    kind, task, reasons = next_step(bundle.next_action)
    if fetched.blockers:
        kind, task, reasons = "blocked", Sentence(key="todo.blocked"), fetched.blockers
    # Nothing stands in the way, whatever the list calls the next action: its field is a hint only (API reference 4.4).
    elif fetched.blockers is not None:
        kind, task, reasons = next_step("publish_bundle")
    if task.said():
        yield Task(kind=kind, bundle=fetched.name, client=fetched.client, task=task, reasons=reasons)


def _empty(fetched: FetchedBundle) -> Iterator[Task]:
    """Slots that are paid for and hold nothing; where no video is configured at all, the next step covers it."""
    bundle = fetched.bundle
    begun = bundle.next_action not in ("configure_videos", "configure_account") or any(slot.configured for slot in bundle.positions)
    if not fetched.empty or bundle.status in OVER or not begun:
        return
    numbers = ", ".join(str(slot.position) for slot in bundle.positions if slot.pending)
    yield Task(
        kind="empty_slots",
        bundle=fetched.name,
        client=fetched.client,
        task=Sentence(key="todo.empty_slots", count=fetched.empty),
        reasons=(Sentence(key="todo.empty_slots.why", count=fetched.empty, facts={"positions": numbers}),),
    )
