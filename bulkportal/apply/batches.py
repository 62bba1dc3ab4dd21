"""Configures positions in batches. Each position has its own outcome; one that the answer does not mention never counts as set.

A batch that is refused as a whole is halved until the position at fault stands alone. A position that
was not mentioned, or whose answer was lost, is read back and compared (API reference 2.16).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from bulkportal.apply.entries import Completion, LedgerEntry
from bulkportal.apply.handlers import send
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import OperationState, Outcome, RowState, Verdict
from bulkportal.apply.references import Answers, resolve_slots
from bulkportal.apply.refused import explain, in_words, next_step, refusal
from bulkportal.check.comparison import is_same
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan.operations import Operation, Remembered
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Failure, Family, Refused, Unanswered
from bulkportal.portal.last_word import asking
from bulkportal.portal.remote import Credits, Json
from bulkportal.sheets.table import RowAddress

Body = dict[str, Json]

LATE = "Not sent: its date became too early while the run was under way."
TOO_LATE = Verdict(state=RowState.INVALID, problem=LATE, next_step="Move the date and run this again.")
_FIELDS = {known.wire: known for known in POSITIONS.fields}
_AGAIN = "Run this again: the position is compared with the sheet, and sent if it differs."


@dataclass(slots=True)
class _Batch:
    operation: Operation
    bundle_id: str
    portal: Portal
    ledger: Ledger
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    credits: Credits = 0
    request_id: str | None = None
    code: str | None = None
    problem: str = ""
    entry: LedgerEntry | None = None


async def configure(operation: Operation, answers: Answers, portal: Portal, ledger: Ledger, *, late: Collection[RowAddress] = ()) -> Outcome:
    """Configure the positions of one operation, except rows in `late`, whose dates have become too early.

    Raises `Failure`s that are not about these positions.
    """
    batch = _Batch(operation, answers.bundle_id(operation), portal, ledger)
    bodies, missing = resolve_slots(tuple(slot for slot in operation.slots if slot.row not in late), answers)
    for slot in operation.slots:
        if slot.row in late:
            batch.verdicts[slot.position] = TOO_LATE
    for position in missing:
        problem = "Not sent: its media was not uploaded."
        batch.verdicts[position] = Verdict(state=RowState.HELD, problem=problem, next_step="Settle the media first, then run this again.")
    if bodies:
        await _send(batch, bodies)
    # A missing verdict is a fault of ours and must not pass for success, so it is indexed and not asked for with a default.
    verdicts: dict[RowAddress, Verdict] = {slot.row: batch.verdicts[slot.position] for slot in operation.slots}
    # Before the end is written: a crash between the two must not lose the memory of the media, which the platform cannot tell again.
    _remember(batch, bodies)
    # The last part's entry: all parts share one identity, so each `begin` has overwritten the row of the part before.
    # Done even if positions were refused: the entry only says that the batch was answered, the verdicts say the rest.
    if batch.entry is not None:
        ledger.end(batch.entry, Completion(state="done", credits=batch.credits, request_id=batch.request_id, code=batch.code))
    return Outcome(
        operation=operation,
        state=_overall(list(verdicts.values())),
        bundle_id=batch.bundle_id,
        credits=batch.credits,
        request_id=batch.request_id,
        code=batch.code,
        problem=batch.problem or next((v.problem for v in verdicts.values() if v.problem), ""),
        verdicts=verdicts,
    )


async def _send(batch: _Batch, bodies: Sequence[Body]) -> None:
    # Each half of a batch is begun by itself, since it has a body of its own: one key under two bodies is a conflict (API reference
    # 1.7).
    batch.entry = entry = batch.ledger.begin(batch.operation, batch.bundle_id, {"videos": [dict(body) for body in bodies]})
    try:
        with asking(partial(batch.ledger.last_word, entry)):
            sent = await send(batch.portal, batch.operation, entry)
    # What is caught here is about these positions. Anything else, such as a refused key, concerns the whole run and is the runner's.
    except Refused as refused:
        await _refused(batch, bodies, refused)
        return
    except (Unanswered, Broken) as lost:
        batch.request_id = batch.request_id or lost.request_id
        await _read_back(batch, bodies, lost.message)
        return
    batch.request_id = sent.request_id
    batch.credits += sent.credits or 0
    # A success says that the batch was read, not that each position was set: of one that is not mentioned nothing is known (API
    # reference 2.16).
    silent: list[Body] = []
    for body in bodies:
        position = _position(body)
        answer = sent.positions.get(position)
        if answer is None:
            silent.append(body)
        elif answer.ok:
            batch.verdicts[position] = Verdict(state=RowState.DONE)
        else:
            words = in_words(answer.message, answer.details)
            batch.code, batch.problem = batch.code or answer.code, batch.problem or words
            step = next_step(answer.code, None, answer.details)
            batch.verdicts[position] = Verdict(state=RowState.REFUSED, problem=refusal(answer.code, words), next_step=step)
    if silent:
        await _read_back(batch, silent, "the platform's answer did not mention this position")


async def _refused(batch: _Batch, bodies: Sequence[Body], refused: Refused) -> None:
    """A whole batch was refused, so nothing of it was done: look for the position at fault by halves."""
    # Only for what a single position can be the cause of. A state or a missing bundle refuses every half as well, one request each.
    divisible = refused.status == 413 or refused.family in (Family.VALIDATION, Family.UPLOAD)
    if len(bodies) > 1 and divisible:
        middle = len(bodies) // 2
        await _send(batch, bodies[:middle])
        await _send(batch, bodies[middle:])
        return
    batch.code, batch.problem = batch.code or refused.code or None, batch.problem or explain(refused)
    batch.request_id = batch.request_id or refused.request_id
    words = refusal(refused.code or str(refused.status or ""), explain(refused))
    step = next_step(refused.code, refused.status, refused.details)
    for body in bodies:
        batch.verdicts[_position(body)] = Verdict(state=RowState.REFUSED, problem=words, next_step=step)


async def _read_back(batch: _Batch, bodies: Sequence[Body], why: str) -> None:
    for body in bodies:
        position = _position(body)
        # One request each: the list may leave out fields (API reference 2.13), and `_holds` would skip those.
        try:
            slot = await batch.portal.get_video(batch.bundle_id, position)
        except Failure:
            # A list that cannot be read proves nothing either way; unknown costs one more look, "refused" would be a lie.
            stands = False
        else:
            # An empty slot shows few fields, and would agree with any body in those.
            stands = slot.configured and _holds(slot.values, body)
        if stands:
            batch.verdicts[position] = Verdict(state=RowState.DONE)
        else:
            words = f"It is not known whether it was configured: {why}"
            batch.verdicts[position] = Verdict(state=RowState.UNKNOWN, problem=words, next_step=_AGAIN)


def _holds(there: Mapping[str, Json], body: Body) -> bool:
    """Whether a slot holds what was sent. Media is not compared, since the platform keeps copies under addresses of its own."""
    # Only what the slot shows: some editions leave fields out of what they tell (API reference 2.13), and a missing one is no
    # difference.
    compared = {name: value for name, value in body.items() if name in there and name not in ("position", "video_url", "carousel_images")}
    return all(is_same(_FIELDS[name], there[name], value) if name in _FIELDS else there[name] == value for name, value in compared.items())


def _remember(batch: _Batch, bodies: Sequence[Body]) -> None:
    sent = {_position(body): body for body in bodies}
    for slot in batch.operation.slots:
        if batch.verdicts[slot.position].state is RowState.DONE:
            batch.ledger.remember(batch.bundle_id, slot.position, Remembered(media=slot.media, sent=sent[slot.position]))


def _position(body: Body) -> int:
    return int(str(body["position"]))


def _overall(verdicts: Sequence[Verdict]) -> OperationState:
    states = {verdict.state for verdict in verdicts}
    # The worst first: one unknown position makes the operation unknown, whatever became of the others.
    for row_state, state in (
        (RowState.UNKNOWN, OperationState.UNKNOWN),
        (RowState.REFUSED, OperationState.REFUSED),
        (RowState.HELD, OperationState.HELD),
        # What is too late was not refused by anybody; its rows say so themselves.
        (RowState.INVALID, OperationState.HELD),
    ):
        if row_state in states:
            return state
    return OperationState.DONE
