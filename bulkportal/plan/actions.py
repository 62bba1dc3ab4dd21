"""Actions: what each does, where it is allowed, and what the platform shows afterwards.

An action is an event, not a state: it is done once for a row, and a later import of the same row finds
it done (product.md 3). Its identity holds all that makes it this event and no other: the place, the
action, and the words or media that go with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from bulkportal.plan.operations import OperationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action. `allowed` are the statuses it starts from, `results` those it may lead to.

    `says` is what a person should know before it is sent; empty where there is nothing to warn of.
    """

    kind: OperationKind
    allowed: tuple[str, ...]
    results: tuple[str, ...]
    irreversible: bool = False
    says: str = ""


VIDEO_ACTIONS: Mapping[str, Action] = {
    # seed 000, "Action Summary"; pending_corrections is what newer servers answer (API reference D6)
    "finalize": Action(
        kind=OperationKind.FINALIZE_VIDEO,
        allowed=("accepted", "in_review"),
        results=("finalized",),
        irreversible=True,
        says="a finalized video cannot be changed any more",
    ),
    "corrections": Action(kind=OperationKind.CORRECT_VIDEO, allowed=("published", "accepted"), results=("configured", "pending_corrections")),
    "unschedule": Action(
        kind=OperationKind.UNSCHEDULE_VIDEO,
        allowed=("configured",),
        results=("pending",),
        irreversible=True,
        says="its content and settings are cleared",
    ),
    # seed 004: allowed where the flag is set, whatever the status
    "fix-download": Action(kind=OperationKind.FIX_DOWNLOAD, allowed=(), results=()),
}

BUNDLE_ACTIONS: Mapping[str, Action] = {
    "unpublish": Action(
        kind=OperationKind.UNPUBLISH,
        allowed=("published", "published_priority"),
        results=("pending_setup",),
        says="credits are not refunded",
    ),
}
"""Actions judged by the bundle's status (seed 002)."""

ACCOUNT_ACTIONS: Mapping[str, Action] = {
    "finalize-account": Action(
        kind=OperationKind.FINALIZE_ACCOUNT,
        allowed=("in_review",),
        results=("finalized",),
        irreversible=True,
        says="a finalized account cannot be sent back",
    ),
    "account-corrections": Action(
        kind=OperationKind.CORRECT_ACCOUNT, allowed=("in_review",), results=("pending_corrections", "configured", "pending")
    ),
}
"""Actions judged by the account's status (API reference 2.12)."""

LIVE = ("published", "published_priority", "accepted", "in_review")
"""Bundle statuses in which slots can be handed over one by one (API reference 2.18)."""

_OF = "@export-"
_ACCOUNT_WORDS = ("username", "visible_name", "biography", "profile_picture")


def action_of(kind: OperationKind) -> Action | None:
    """The action that an operation carries out, if it is one with a status of its own."""
    every = (*VIDEO_ACTIONS.values(), *BUNDLE_ACTIONS.values(), *ACCOUNT_ACTIONS.values())
    return next((action for action in every if action.kind is kind), None)


def identity(action: str, place: str, *words: str, export: str = "") -> str:
    """The name of one event: the same place, action and words are the same event, in whatever file.

    Only in a later export they are another one: who asks for it there has seen what came of the first.
    """
    stamp = hashlib.sha256("\x1f".join(words).encode()).hexdigest()[:12] if any(words) else ""
    return f"{action}:{place}" + (f":{stamp}" if stamp else "") + (f"@{export}" if export else "")


def done_on(identity: str, events: Mapping[str, str]) -> str | None:
    """When an event was done; None if it was not. Without an export to tell it by, any event of that name is it."""
    if identity in events or _OF in identity:
        return events.get(identity)
    return next((moment for name, moment in events.items() if name.startswith(identity + _OF)), None)


def account_fields(message: str) -> dict[str, str]:
    """The feedback on single fields in a message: lines such as ``biography: too formal``."""
    found: dict[str, str] = {}
    for line in message.splitlines():
        name, colon, words = line.partition(":")
        plain = name.strip().casefold().replace(" ", "_")
        if colon and plain in _ACCOUNT_WORDS and words.strip():
            found[plain] = words.strip()
    return found
