"""Actions: what each does, where it is allowed, and what the platform shows afterwards.

An action is an event, not a state: it is done once for a row, and a later import of the same row finds
it done (product.md 3). Its identity holds all that makes it this event and no other: the place, the
action, and the words or media that go with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bulkportal.plan.operations import OperationKind
from bulkportal.portal.transitions import OF_ACCOUNTS, OF_BUNDLES, OF_VIDEOS


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One action.

    `allowed` are the statuses it starts from, `results` those it may lead to, and `settled` those of them that
    say by themselves that there is nothing left to do, whoever did it. `says` is what a person should know
    before it is sent; empty where there is nothing to warn of.
    """

    kind: OperationKind
    allowed: tuple[str, ...]
    results: tuple[str, ...]
    settled: tuple[str, ...] = ()
    irreversible: bool = False
    says: str = ""


VIDEO_ACTIONS: Mapping[str, Action] = {
    # seed 000, "Action Summary"; pending_corrections is what newer servers answer (API reference D6)
    "finalize": Action(
        kind=OperationKind.FINALIZE_VIDEO,
        allowed=OF_VIDEOS["finalize"],
        results=("finalized",),
        settled=("finalized",),
        irreversible=True,
        says="a finalized video cannot be changed any more",
    ),
    # A video is configured also where nobody has asked for corrections: its status proves nothing.
    "corrections": Action(kind=OperationKind.CORRECT_VIDEO, allowed=OF_VIDEOS["corrections"], results=("configured", "pending_corrections")),
    "unschedule": Action(
        kind=OperationKind.UNSCHEDULE_VIDEO,
        allowed=OF_VIDEOS["unschedule"],
        results=("pending",),
        settled=("pending",),
        irreversible=True,
        says="its content and settings are cleared",
    ),
    # seed 004: allowed where the flag is set, whatever the status
    "fix-download": Action(kind=OperationKind.FIX_DOWNLOAD, allowed=(), results=(), says="its publish date moves to tomorrow"),
}

BUNDLE_ACTIONS: Mapping[str, Action] = {
    "unpublish": Action(
        kind=OperationKind.UNPUBLISH,
        allowed=OF_BUNDLES["unpublish"],
        results=("pending_setup",),
        settled=("pending_setup",),
        says="credits are not refunded",
    ),
}
"""Actions judged by the bundle's status (seed 002)."""

ACCOUNT_ACTIONS: Mapping[str, Action] = {
    "finalize-account": Action(
        kind=OperationKind.FINALIZE_ACCOUNT,
        allowed=OF_ACCOUNTS["finalize-account"],
        results=("finalized",),
        settled=("finalized",),
        irreversible=True,
        says="a finalized account cannot be sent back",
    ),
    "account-corrections": Action(
        kind=OperationKind.CORRECT_ACCOUNT,
        allowed=OF_ACCOUNTS["account-corrections"],
        results=("pending_corrections", "configured", "pending"),
    ),
}
"""Actions judged by the account's status (API reference 2.12)."""

_OF = "@export-"
_HANDING_OVER = "publish-videos"


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


def handing_over(place: str, positions: Iterable[int], *, export: str = "") -> str:
    """The name of the event of publishing these positions of a live bundle."""
    return f"{_HANDING_OVER}:{place}:{','.join(str(number) for number in positions)}" + (f"@{export}" if export else "")


def handed_over(place: str, events: Mapping[str, str], *, export: str = "") -> Mapping[int, str]:
    """The positions of a bundle that were published so before, and when; of an export, only its own events count."""
    found: dict[int, str] = {}
    for name, moment in events.items():
        own, _, origin = name.partition(_OF)
        of, _, numbers = own.rpartition(":")
        if of == f"{_HANDING_OVER}:{place}" and (not export or _OF + origin == f"@{export}"):
            found.update((int(number), moment) for number in numbers.split(",") if number.isdecimal())
    return found


def when(moment: str) -> str:
    """An ISO 8601 moment in UTC, for people."""
    return f"on {moment[:16].replace('T', ' ')} UTC"
