"""What needs doing now, the most urgent first: broken files, accounts under review, empty slots, then each bundle's next step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bulkportal.columns import bundles
from bulkportal.exporting.fetched import NEXT_ACTIONS, Fetched, comment_of, words
from bulkportal.portal.remote import OVER, Json

REVIEW = timedelta(hours=72)
"""After this long in review the platform finalizes an account by itself (API reference 4.2)."""

_REVIEW_BEGAN = ("in_review_at", "review_started_at", "submitted_for_review_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """One thing to do. `kind` is a stable word, `due` the moment (UTC) by which it must be done, where there is one."""

    kind: str
    bundle: str
    client: str
    what: str
    detail: str
    position: int | None = None
    due: datetime | None = None


def todo_of(fetched: Iterable[Fetched]) -> tuple[Todo, ...]:
    """Everything to do, in the order in which it should be done."""
    every = list(fetched)
    issues = [todo for one in every for todo in _issues(one)]
    reviews = sorted((todo for one in every for todo in _review(one)), key=lambda todo: todo.due or datetime.max.replace(tzinfo=UTC))
    steps = [todo for one in every for todo in _next(one)]
    empty = [todo for one in every for todo in _empty(one)]
    return (*issues, *reviews, *empty, *steps)


def client_of(fetched: Fetched) -> str:
    """Whom a bundle is for: its reference up to the first - or /, else its title."""
    return client_name(fetched.bundle.external_ref, fetched.bundle.title)


def client_name(reference: str | None, title: str | None) -> str:
    """The same of a reference and a title."""
    return bundles.client_of(reference) if reference else title or "(no name)"


def blocker_sentences(readiness: Mapping[str, Json]) -> tuple[str, ...]:
    """What a readiness answer (seed 003) holds against publishing, as sentences; unknown codes as they came."""
    blockers = readiness.get("blockers")
    listed = [each for each in blockers if isinstance(each, dict)] if isinstance(blockers, list) else []
    if not listed and readiness.get("ready") is False:
        return ("The platform does not say what is missing.",)
    return tuple(_sentence(blocker) for blocker in listed)


def _sentence(blocker: Mapping[str, Json]) -> str:
    details = blocker.get("details")
    fields = details.get("missing_fields") if isinstance(details, dict) else None
    names = ", ".join(str(name).removesuffix("_url").replace("_", " ") for name in fields) if isinstance(fields, list) else ""
    message = words(blocker.get("message")) or words(blocker.get("code")) or "Something is missing."
    return f"{message.rstrip('.')}: {names}." if names else f"{message.rstrip('.')}."


def _issues(fetched: Fetched) -> Iterator[Todo]:
    for slot in fetched.flagged:
        yield Todo(
            kind="download_issue",
            bundle=fetched.name,
            client=client_of(fetched),
            position=slot.position,
            what=f"Replace the file of video {slot.position}",
            detail=comment_of(slot),
        )


def _review(fetched: Fetched) -> Iterator[Todo]:
    bundle = fetched.bundle
    if bundle.account_status != "in_review" or bundle.bundle_type == "videos_only":
        return
    began = next((moment for name in _REVIEW_BEGAN if (moment := _moment(bundle.account.get(name)))), None)
    detail = "Finalize it or ask for corrections. After 72 hours the platform finalizes it."
    if began is None:
        detail = f"{detail} When the review began is not told."
    yield Todo(
        kind="account_review",
        bundle=fetched.name,
        client=client_of(fetched),
        what="Review the account",
        detail=detail,
        due=began + REVIEW if began else None,
    )


def _next(fetched: Fetched) -> Iterator[Todo]:
    bundle = fetched.bundle
    kind, what, detail = NEXT_ACTIONS.get(bundle.next_action or "", ("next_action", bundle.next_action or "", ""))
    if fetched.blockers:
        kind, what, detail = "blocked", "Clear what keeps it from being published", " ".join(fetched.blockers)
    elif fetched.blockers is not None:
        kind, what, detail = NEXT_ACTIONS["publish_bundle"]
    if what:
        yield Todo(kind=kind, bundle=fetched.name, client=client_of(fetched), what=what, detail=detail)


def _empty(fetched: Fetched) -> Iterator[Todo]:
    """Slots that are paid for and hold nothing; where no video is configured at all, the next step says so already."""
    bundle = fetched.bundle
    begun = bundle.next_action not in ("configure_videos", "configure_account") or any(slot.configured for slot in bundle.positions)
    if not fetched.empty or bundle.status in OVER or not begun:
        return
    one = fetched.empty == 1
    numbers = ", ".join(str(slot.position) for slot in bundle.positions if slot.pending)
    yield Todo(
        kind="empty_slots",
        bundle=fetched.name,
        client=client_of(fetched),
        what="Fill the empty video slot" if one else f"Fill the {fetched.empty} empty video slots",
        detail=f"Paid for, and nothing fills {'it: position' if one else 'them: positions'} {numbers}.",
    )


def _moment(value: Json) -> datetime | None:
    try:
        moment = datetime.fromisoformat(words(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
