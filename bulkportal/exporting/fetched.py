"""A bundle as it was read: the input of an export and of a status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bulkportal.columns.bundles import client_of
from bulkportal.html.words import NAMELESS, Sentence, said
from bulkportal.portal.remote import OVER, Json, RemoteBundle, RemotePosition

_NEXT_ACTIONS = {"configure_account": "configure_account", "configure_videos": "configure_videos", "publish_bundle": "publish"}
"""The platform's next actions (seed 003), and the kind of thing to do that each is."""


def next_step(action: str | None) -> tuple[str, Sentence, tuple[Sentence, ...]]:
    """The platform's next action: its kind, what to do, and why. An unknown one is shown unchanged."""
    kind = _NEXT_ACTIONS.get(action or "")
    if kind is None:
        return "next_action", Sentence(text=action or ""), ()
    return kind, Sentence(key=f"todo.{kind}"), (Sentence(key=f"todo.{kind}.why"),)


def next_action_in_words(action: str | None) -> str:
    """The platform's next action as a sentence."""
    _, what, why = next_step(action)
    return f"{what.said()}: {said(why)[:1].lower()}{said(why)[1:]}" if why else what.said()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBundle:
    """One bundle with account and slots.

    `view` holds the fields of the platform's list, some of which are more detailed than `bundle`. `hidden` is the
    reason why the platform listed the bundle but did not show its contents. `blockers` are what keeps it from
    being published, None if this was not requested. `aside` are empty slots that were not requested: they are only counted.
    """

    bundle: RemoteBundle
    view: Mapping[str, Json] = field(default_factory=dict)
    hidden: Sentence | None = None
    blockers: tuple[Sentence, ...] | None = None
    aside: frozenset[int] = frozenset()

    @property
    def flagged(self) -> tuple[RemotePosition, ...]:
        """The slots whose file the account manager could not open (seed 004)."""
        return tuple(slot for slot in self.bundle.positions if slot.values.get("download_issue") is True)

    @property
    def empty(self) -> int:
        """How many video slots hold nothing yet."""
        return sum(slot.pending for slot in self.bundle.positions)

    @property
    def shown(self) -> tuple[RemotePosition, ...]:
        """The slots that get a row of their own: those with content, and those that were asked for and can be filled."""
        slots = self.bundle.positions
        return tuple(slot for slot in slots if slot.configured or (is_fillable(slot, self.bundle) and slot.position not in self.aside))

    @property
    def name(self) -> str:
        """What people call it: its reference, else its title; never an id."""
        return self.bundle.external_ref or self.bundle.title or NAMELESS

    @property
    def client(self) -> str:
        """Whom it is for."""
        return client_name(self.bundle.external_ref, self.bundle.title)


def client_name(reference: str | None, title: str | None) -> str:
    """Whom a bundle is for: its reference up to the first - or /, else its title."""
    return client_of(reference) if reference else title or NAMELESS


def is_fillable(slot: RemotePosition, bundle: RemoteBundle) -> bool:
    """Whether an empty slot can still be filled: not if its bundle is over."""
    return slot.pending and bundle.status not in OVER


def words(value: Json) -> str:
    """A text of the platform, or nothing where it is none."""
    return value.strip() if isinstance(value, str) else ""


def comment_of(slot: RemotePosition) -> Sentence:
    """The account manager's comment on a flagged slot."""
    comment = words(slot.values.get("download_issue_comment"))
    return Sentence(text=comment) if comment else Sentence(key="todo.download_issue.why")


def day_of(slot: RemotePosition) -> str:
    """The publish date as YYYY-MM-DD, never shifted by a time zone; empty where there is none (S10)."""
    return words(slot.values.get("target_publish_date"))[:10]
