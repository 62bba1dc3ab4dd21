"""The door of the room: a plan, done through the ledger, as outcomes.

Bundles are worked on a few at a time, the operations of one bundle one after another. A failure stops
what depends on it and nothing else, unless it says that no request can succeed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bulkportal.apply.entries import Ending, Entry
from bulkportal.apply.happening import EVENTS, as_expected, has_happened, note_of, unexpected
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import Applied, Event, OperationState, Outcome, RowState, Stop
from bulkportal.apply.positions import configure
from bulkportal.apply.sending import Answers, Sent, Unresolved, send
from bulkportal.apply.settling import Found, look
from bulkportal.plan.operations import ACCOUNT_PLACE, BUNDLE_PLACE, Operation, OperationKind, Plan, Remembered
from bulkportal.plan.planner import in_order
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Busy, Failure, Family, Halted, PriceMoved, Refused, Unanswered, Unreachable
from bulkportal.sheets.table import RowAddress

AT_ONCE = 4
"""Bundles worked on at the same time."""

TRIES = 3
"""How often a paid request is sent when each time the platform shows that nothing happened."""

HEARTBEAT = 15.0
"""Seconds between two signs of life of the lease."""

_STOPPED = {
    Stop.KEY: ("The key was refused", "Check the key and its permissions, then run this again."),
    Stop.CREDITS: ("The credits ran out", "Buy credits, then run this again; what is done is not paid again."),
    Stop.TROUBLE: ("The platform could not be reached or was busy", "Run this again later; nothing is lost."),
    Stop.PRICE: ("A price is not the one that was planned", "Run this again: the plan will show the new price."),
    Stop.INTERRUPTED: ("The run was interrupted", "Run this again; it goes on where it stopped."),
}


@dataclass(slots=True)
class Brake:
    """Why the run, or a part of it, is not to go on. Shared by all that work."""

    stop: Stop = Stop.NONE
    message: str = ""
    capacity: bool = False

    def pull(self, stop: Stop, message: str) -> None:
        """Stop the run; the first reason stands."""
        if self.stop is Stop.NONE:
            self.stop, self.message = stop, message

    def allows(self, operation: Operation) -> bool:
        """Whether an operation may still be begun."""
        if self.stop is Stop.CREDITS or self.stop is Stop.PRICE:
            return not operation.paid
        if self.capacity and operation.kind in (OperationKind.CREATE_BUNDLE, OperationKind.PUBLISH):
            return False
        return self.stop is Stop.NONE


@dataclass(slots=True)
class Tools:
    """What applying works with. `tell` is called with every event, for progress only."""

    portal: Portal
    ledger: Ledger
    tell: Callable[[Event], None]
    brake: Brake = field(default_factory=Brake)


async def apply(plan: Plan, tools: Tools) -> Applied:
    """Do everything in the plan that can be done; every operation has an outcome at the end."""
    run = _Run(plan, tools)
    beating = asyncio.create_task(_beat(tools.ledger))
    try:
        slots = asyncio.Semaphore(AT_ONCE)
        await asyncio.gather(*(run.bundle(own, slots) for _, own in in_order(plan.operations)))
    finally:
        beating.cancel()
    brake = tools.brake
    words, hint = _STOPPED.get(brake.stop, ("", ""))
    return Applied(
        outcomes=tuple(run.outcomes[operation.identity] for operation in plan.operations),
        stop=brake.stop if brake.stop is not Stop.NONE or not brake.capacity else Stop.TROUBLE,
        message=f"{words}: {brake.message}" if words else brake.message,
        hint=hint or (_STOPPED[Stop.TROUBLE][1] if brake.capacity else ""),
    )


async def _beat(ledger: Ledger) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        ledger.beat()


class _Run:
    def __init__(self, plan: Plan, tools: Tools) -> None:
        self.tools = tools
        self.answers = Answers()
        self.outcomes: dict[str, Outcome] = {}
        self.total = len(plan.operations)

    async def bundle(self, operations: tuple[Operation, ...], slots: asyncio.Semaphore) -> None:
        async with slots:
            for operation in operations:
                outcome = await self._one(operation)
                self.outcomes[operation.identity] = outcome
                event = Event(text=f"{operation.kind.value.replace('_', ' ')} {operation.target}", done=len(self.outcomes), total=self.total)
                self.tools.tell(event)

    async def _one(self, operation: Operation) -> Outcome:
        blocked = self._blocked(operation)
        if blocked is not None:
            return blocked
        if not self.tools.brake.allows(operation):
            return self._waiting(operation)
        try:
            if operation.kind is OperationKind.CONFIGURE_POSITIONS:
                return await configure(operation, self.answers, self.tools.portal, self.tools.ledger)
            return await self._send(operation)
        except Unresolved as unresolved:
            return self._held_by(operation, unresolved.identity)
        except OSError as error:  # a file that was there at check time
            problem = f"The file cannot be read any more: {error.strerror or error}"
            return Outcome(operation=operation, state=OperationState.HELD, problem=problem, next_step="Put the file back and run this again.")
        except Failure as failure:
            return self._failed(operation, failure)

    async def _send(self, operation: Operation) -> Outcome:
        bundle_id = self.answers.bundle_id(operation) or None
        entry = self.tools.ledger.begin(operation, bundle_id, self.answers.body(operation.body))
        if operation.paid:
            return await self._pay(operation, entry)
        if operation.kind in EVENTS:
            return await self._act(operation, entry)
        return self._done(operation, entry, await send(self.tools.portal, operation, entry))

    # -- events

    async def _act(self, operation: Operation, entry: Entry) -> Outcome:
        """Send an event; when its answer is lost, look whether it happened before sending it again."""
        portal = self.tools.portal
        for attempt in range(TRIES):
            try:
                sent = await send(portal, operation, entry)
            except (Unanswered, Broken) as lost:
                await asyncio.sleep(0.5 * 2**attempt)
                if await has_happened(portal, operation, entry):
                    return self._done(operation, entry, Sent(answer={}, request_id=lost.request_id))
                if attempt == TRIES - 1:
                    raise
            except Refused as refused:
                if refused.family is Family.STATE and await has_happened(portal, operation, entry):
                    return self._done(operation, entry, Sent(answer={}, request_id=refused.request_id))
                raise
            else:
                done = self._done(operation, entry, sent)
                return replace(done, note=note_of(operation, sent)) if as_expected(operation, sent) else unexpected(done, sent)
        raise RuntimeError("an event ended without an outcome")

    # -- money

    async def _pay(self, operation: Operation, entry: Entry) -> Outcome:
        """Send a paid request; when its answer is lost, look before sending it again."""
        for attempt in range(TRIES):
            try:
                sent = await send(self.tools.portal, operation, entry)
            except (Unanswered, Broken) as lost:
                # Wait, look, and send at once: what lands during the wait is seen.
                await asyncio.sleep(0.5 * 2**attempt if lost.retry_after is None else lost.retry_after)
                found = await look(self.tools.portal, entry)
                if found is not None and not found.moved:
                    return self._found(operation, entry, found)
                if attempt == TRIES - 1 or found is not None:
                    raise
            except Refused as refused:
                return await self._was_there(operation, entry, refused, ours=attempt > 0 or entry.resumed)
            else:
                return self._paid(operation, entry, sent)
        raise RuntimeError("a paid request ended without an outcome")

    async def _was_there(self, operation: Operation, entry: Entry, refused: Refused, *, ours: bool) -> Outcome:
        """A refusal because it exists: then it is found. `ours` says that we may have made it, in this run or before."""
        if refused.family not in (Family.DUPLICATE, Family.STATE, Family.IDEMPOTENCY):
            raise refused
        found = await look(self.tools.portal, entry)
        if found is None or found.several or found.moved:
            raise refused
        if ours or refused.family is Family.IDEMPOTENCY:
            return self._found(operation, entry, found)
        return self._existed(self._found(operation, entry, replace(found, credits=0)))

    def _paid(self, operation: Operation, entry: Entry, sent: Sent) -> Outcome:
        charged = sent.credits or 0
        if operation.price is not None and charged > operation.price:
            self.tools.brake.pull(Stop.PRICE, f"{operation.target} was planned at {operation.price} credits and took {charged}.")
        existed = operation.kind is OperationKind.CREATE_BUNDLE and not charged and bool(operation.price)
        outcome = self._done(operation, entry, replace(sent, credits=charged))
        return self._existed(outcome) if existed else outcome

    def _found(self, operation: Operation, entry: Entry, found: Found) -> Outcome:
        if found.several:
            problem = f"The platform has several bundles under {operation.bundle}: {', '.join(found.several)}."
            return Outcome(
                operation=operation,
                state=OperationState.UNKNOWN,
                problem=problem,
                next_step="Give all but one another reference on the platform, then run this again.",
            )
        identifier = str(found.answer.get("id", entry.bundle_id or ""))
        return self._done(operation, entry, Sent(answer={"id": identifier}, credits=found.credits or 0))

    def _existed(self, outcome: Outcome) -> Outcome:
        """A creation that charged nothing found a bundle that was there: what it holds must be seen first."""
        next_step = "Run this again: it is then compared with the sheet."
        problem = f"A bundle named {outcome.operation.bundle} was there already; nothing was charged."
        return replace(outcome, state=OperationState.WAITING, problem=problem, next_step=next_step)

    # -- outcomes

    def _done(self, operation: Operation, entry: Entry, sent: Sent) -> Outcome:
        ledger = self.tools.ledger
        bundle_id = str(sent.answer.get("id") or entry.bundle_id or "")
        if operation.kind in EVENTS:  # what these answer with is a slot's id, or none
            bundle_id = entry.bundle_id or ""
        answer = {**sent.answer, "id": bundle_id}
        kept = {name: value for name, value in answer.items() if name in ("id", "public_url", "storage_path")}
        ledger.end(operation.identity, Ending(state="done", answer=kept, credits=sent.credits or 0, request_id=sent.request_id))
        self.answers.tell(operation.identity, answer)
        self._remember(operation, entry, bundle_id, answer)
        return Outcome(
            operation=operation,
            state=OperationState.DONE,
            bundle_id=bundle_id,
            credits=sent.credits or 0,
            request_id=sent.request_id,
        )

    def _remember(self, operation: Operation, entry: Entry, bundle_id: str, answer: Mapping[str, object]) -> None:
        ledger = self.tools.ledger
        match operation.kind:
            case OperationKind.UPLOAD_MEDIA if operation.upload is not None:
                addresses = {name: str(answer.get(name) or "") for name in ("public_url", "storage_path")}
                ledger.remember_upload(bundle_id, operation.upload.sha256, operation.upload.purpose, addresses)
            case OperationKind.CONFIGURE_ACCOUNT:
                ledger.remember(bundle_id, ACCOUNT_PLACE, Remembered(media=operation.slots[0].media, sent=entry.body))
            case OperationKind.FIX_DOWNLOAD:
                slot = operation.slots[0]
                ledger.remember(bundle_id, slot.position, Remembered(media=slot.media, sent={}))
            case OperationKind.CREATE_BUNDLE | OperationKind.UPDATE_BUNDLE:
                ledger.remember(bundle_id, BUNDLE_PLACE, Remembered(media="", sent=entry.body))
            case _:
                pass

    def _failed(self, operation: Operation, failure: Failure) -> Outcome:
        """The outcome of a failure, by what it means for the rest of the run (architecture 6)."""
        state, ending, next_step = _consequence(failure)
        brake = self.tools.brake
        match failure:
            case Halted():
                stop = Stop.CREDITS if failure.reason == "credits" else Stop.KEY
                brake.pull(stop, failure.message)
            case PriceMoved():
                brake.pull(Stop.PRICE, failure.message)
            case Busy() if failure.capacity:
                brake.capacity = True
                brake.message = brake.message or f"The platform takes no more new work for now: {failure.message}"
            case Busy() | Unreachable():
                brake.pull(Stop.TROUBLE, failure.message)
        known = self.tools.ledger.find(operation.identity)
        if known is not None and known.state == "sent":
            self.tools.ledger.end(operation.identity, Ending(state=ending, request_id=failure.request_id, code=failure.code or None))
        return Outcome(
            operation=operation,
            state=state,
            request_id=failure.request_id,
            code=failure.code or None,
            problem=failure.message,
            next_step=next_step,
        )

    def _blocked(self, operation: Operation) -> Outcome | None:
        for identity in operation.needs:
            needed = self.outcomes.get(identity)
            if needed is None or needed.state is OperationState.WAITING:
                return self._waiting(operation)
            if needed.state is not OperationState.DONE or any(v.state is not RowState.DONE for v in needed.verdicts.values()):
                return self._held_by(operation, identity)
        return None

    def _held_by(self, operation: Operation, identity: str) -> Outcome:
        needed = self.outcomes.get(identity)
        rows = sorted({str(row) for row in _troubled(needed)}) if needed else []
        what = f"{needed.operation.kind.value.replace('_', ' ')} of {needed.operation.target}" if needed else identity
        where = f" ({', '.join(rows)})" if rows else ""
        if needed is not None and needed.state is OperationState.WAITING:
            return self._waiting(operation)
        return Outcome(
            operation=operation,
            state=OperationState.HELD,
            problem=f"Not sent: it needs the {what}{where}, which did not succeed.",
            next_step="Settle that first, then run this again.",
        )

    def _waiting(self, operation: Operation) -> Outcome:
        brake = self.tools.brake
        words, hint = _STOPPED.get(brake.stop, ("Not sent yet", "Run this again later; nothing is lost."))
        return Outcome(operation=operation, state=OperationState.WAITING, problem=f"{words}.", next_step=hint)


def _troubled(outcome: Outcome | None) -> tuple[RowAddress, ...]:
    if outcome is None:
        return ()
    bad = tuple(row for row, verdict in outcome.verdicts.items() if verdict.state is not RowState.DONE)
    return bad or outcome.operation.rows


def _consequence(failure: Failure) -> tuple[OperationState, str, str]:
    """How a row ends after a failure, what the ledger keeps, and what to do next."""
    match failure:
        case Refused():
            return OperationState.REFUSED, "refused", "Correct the row and run this again."
        case Halted():
            # The platform answered: nothing was done. It may remember that answer by its key, so the next try needs another.
            stop = Stop.CREDITS if failure.reason == "credits" else Stop.KEY
            return OperationState.WAITING, "refused", _STOPPED[stop][1]
        case PriceMoved():
            return OperationState.WAITING, "refused", _STOPPED[Stop.PRICE][1]
        case Busy() | Unreachable():
            return OperationState.WAITING, "planned", _STOPPED[Stop.TROUBLE][1]
        case _:
            return OperationState.UNKNOWN, "unknown", "Run this again: the platform is asked what became of it, and nothing is paid twice."


__all__ = ["Applied", "Brake", "Tools", "apply"]
