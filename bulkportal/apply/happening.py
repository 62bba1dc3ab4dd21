"""Whether an event has happened: what the platform shows after it, and what its answer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bulkportal.apply.entries import Entry
from bulkportal.apply.outcomes import OperationState, Outcome
from bulkportal.apply.sending import Sent
from bulkportal.counting import counted, noun
from bulkportal.plan.actions import ACCOUNT_ACTIONS, BUNDLE_ACTIONS, action_of
from bulkportal.plan.operations import Operation, OperationKind
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure
from bulkportal.portal.remote import Json

EVENTS = frozenset(
    {
        OperationKind.PUBLISH,
        OperationKind.PUBLISH_VIDEOS,
        OperationKind.UNPUBLISH,
        OperationKind.FINALIZE_VIDEO,
        OperationKind.CORRECT_VIDEO,
        OperationKind.UNSCHEDULE_VIDEO,
        OperationKind.FIX_DOWNLOAD,
        OperationKind.FINALIZE_ACCOUNT,
        OperationKind.CORRECT_ACCOUNT,
    }
)
"""Operations that happen once; all others set something, so that twice is once."""

_OF_BUNDLE = {action.kind for action in BUNDLE_ACTIONS.values()}
_OF_ACCOUNT = {action.kind for action in ACCOUNT_ACTIONS.values()}


async def shown(portal: Portal, operation: Operation, entry: Entry, *, ours: bool) -> Mapping[str, Json] | None:
    """What the platform shows of an event that has happened; None if it has not, or cannot be asked.

    `ours` says that we may have made it happen. If we have not, only a state that speaks for itself counts: a video
    is configured also where nobody has asked for corrections.
    """
    try:
        return await _look(portal, operation, entry, ours=ours)
    except Failure:
        return None


async def _look(portal: Portal, operation: Operation, entry: Entry, *, ours: bool) -> Mapping[str, Json] | None:
    kind, bundle_id = operation.kind, entry.bundle_id or ""
    if kind is OperationKind.PUBLISH:
        return {} if (await portal.get_bundle(bundle_id)).is_published else None
    if kind is OperationKind.PUBLISH_VIDEOS:
        wanted = entry.body["positions"]
        waits = [slot for slot in await portal.get_videos(bundle_id) if isinstance(wanted, list) and slot.position in wanted]
        return {} if waits and all(slot.status != "configured" for slot in waits) else None
    action = action_of(kind)
    settled = () if action is None else action.results if ours else action.settled
    if kind in _OF_BUNDLE:
        return {} if (await portal.get_bundle(bundle_id)).status in settled else None
    if kind in _OF_ACCOUNT:
        return {} if (await portal.get_account(bundle_id)).get("status") in settled else None
    slot = await portal.get_video(bundle_id, operation.slots[0].position)
    happened = slot.values.get("download_issue") is not True if kind is OperationKind.FIX_DOWNLOAD else slot.status in settled
    return slot.values if happened else None


def as_expected(operation: Operation, sent: Sent) -> bool:
    """Whether the answer's status is one that the event leads to; True where it names none."""
    action = action_of(operation.kind)
    status = _status(sent.answer)
    return action is None or not action.results or status is None or status in action.results


def unexpected(outcome: Outcome, sent: Sent) -> Outcome:
    """The outcome where the platform took the event and then shows another status than it should."""
    return replace(
        outcome,
        state=OperationState.UNKNOWN,
        problem=f"The platform took it, but answered with the status {_status(sent.answer)}.",
        next_step="Look at it on the platform before doing anything else.",
    )


def note_of(operation: Operation, sent: Sent, *, ours: bool = True) -> str:
    """What is worth telling of a success: dates that the platform set by itself (seed 004; API reference 2.7), cells that stayed behind."""
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
