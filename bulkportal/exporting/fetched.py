"""A bundle as it was read: what both stories of this room begin with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bulkportal.portal.remote import OVER, Json, RemoteBundle, RemotePosition

NEXT_ACTIONS: Mapping[str, tuple[str, str, str]] = {
    "configure_account": ("configure_account", "Configure the account", "Username, visible name, biography and profile picture are needed."),
    "configure_videos": ("configure_videos", "Fill in the videos", "No video of it has been configured yet."),
    "publish_bundle": ("publish", "Publish it", "Everything it needs is there."),
}
"""The platform's next actions (seed 003): a word that stays, what to do, and why."""


def next_action_in_words(action: str | None) -> str:
    """The platform's next action as a sentence; one that is not known is shown as it came."""
    known = NEXT_ACTIONS.get(action or "")
    return f"{known[1]}: {known[2][:1].lower()}{known[2][1:]}" if known else action or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One bundle with account and slots.

    `view` holds the fields of the platform's list, of which some say more than `bundle` does. `hidden` is a
    sentence where the platform listed the bundle but did not show what is in it. `blockers` are what keeps
    it from being published, None where nobody asked. `aside` are empty slots that nobody asked for: they are counted, and no more.
    """

    bundle: RemoteBundle
    view: Mapping[str, Json] = field(default_factory=dict)
    hidden: str = ""
    blockers: tuple[str, ...] | None = None
    aside: frozenset[int] = frozenset()

    @property
    def flagged(self) -> tuple[RemotePosition, ...]:
        """The slots of which the account manager could not open the file (seed 004)."""
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
        return self.bundle.external_ref or self.bundle.title or "(no name)"


def is_fillable(slot: RemotePosition, bundle: RemoteBundle) -> bool:
    """Whether somebody can still fill an empty slot: not where nothing more is done with its bundle."""
    return slot.pending and bundle.status not in OVER


def words(value: Json) -> str:
    """A text of the platform, or nothing where it is none."""
    return value.strip() if isinstance(value, str) else ""


def comment_of(slot: RemotePosition) -> str:
    """What the account manager says is wrong with a flagged slot."""
    return words(slot.values.get("download_issue_comment")) or "The account manager cannot open the file."


def day_of(slot: RemotePosition) -> str:
    """The publish date as YYYY-MM-DD, never shifted by a time zone; empty where there is none (S10)."""
    return words(slot.values.get("target_publish_date"))[:10]
