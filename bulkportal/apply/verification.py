"""Verification of events: whether one has happened, by the platform's state and by its answer."""

from __future__ import annotations

from dataclasses import replace

from bulkportal.apply.entries import LedgerEntry
from bulkportal.apply.handlers import Effect, find_effect
from bulkportal.apply.outcomes import OperationState, Outcome
from bulkportal.apply.references import Sent
from bulkportal.counting import counted, noun
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure, Family, Refused, Unverified
from bulkportal.portal.remote import Json


async def find_event(portal: Portal, operation: Operation, entry: LedgerEntry, *, ours: bool) -> Effect | None:
    """The effect of an event that has happened; None if it has not, or the platform cannot be asked. `ours` says that we may have sent it."""
    try:
        return await find_effect(portal, entry, operation, ours=ours)
    except Failure:
        return None


async def find_refused(portal: Portal, operation: Operation, entry: LedgerEntry, refused: Refused, *, ours: bool) -> Effect | None:
    """The effect of an event that was refused, where it may have happened all the same.

    A status that refuses the event may be its result already: after a lost answer, or through a person on the website. Raises
    Unverified after an undocumented refusal if the platform cannot be asked: closed as refused, the event would be sent twice.
    """
    if not refused.is_strange:
        return await find_event(portal, operation, entry, ours=ours) if refused.family is Family.STATE else None
    try:
        return await find_effect(portal, entry, operation, ours=ours)
    except Failure:
        raise Unverified(refused.facts) from None


def as_expected(operation: Operation, sent: Sent) -> bool:
    """Whether the status in the answer is one that the event leads to; True for an answer without a status."""
    action = operation.kind.traits.action
    status = _status(sent.answer)
    # Two editions differ in what an action leads to (API reference 6.2, D6), so several results may be expected ones.
    return action is None or not action.results or status is None or status in action.results


def unexpected(outcome: Outcome, sent: Sent) -> Outcome:
    """The outcome where the platform accepted the event but shows another status than expected."""
    return replace(
        outcome,
        state=OperationState.UNKNOWN,
        problem=f"The platform took it, but answered with the status {_status(sent.answer)}.",
        next_step="Look at it on the platform before doing anything else.",
    )


def note_of(operation: Operation, sent: Sent, *, ours: bool = True) -> str:
    """Remarks on a success: dates that the platform has set by itself (seed 004; API reference 2.7), and cells that were not sent."""
    left = f"not sent with it: {', '.join(operation.unsent)}" if operation.unsent else ""
    whose = "" if ours else "by somebody else meanwhile"
    return "; ".join(filter(None, (whose, _dates(operation, sent), left)))


def _dates(operation: Operation, sent: Sent) -> str:
    if operation.kind is OperationKind.FIX_DOWNLOAD:
        start, end = (str(sent.answer.get(name) or "")[:10] for name in ("target_publish_date", "target_publish_end_date"))
        return f"now due {start} to {end}" if start and end else f"now due {start}" if start else ""
    moved = sent.answer.get("adjusted_videos")
    if isinstance(moved, list) and moved:
        return f"the platform moved the {noun(len(moved), 'date')} of {counted(len(moved), 'video')}"
    return ""


def _status(answer: object) -> Json:
    if not isinstance(answer, dict):
        return None
    account = answer.get("account")
    if isinstance(account, dict) and "status" in account:
        status: Json = account["status"]
        return status
    found: Json = answer.get("status")
    return found
