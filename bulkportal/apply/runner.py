"""The door of the room: applies a plan through the ledger, and returns an outcome for every operation.

A few bundles are worked on at a time, the operations of one bundle one after another. A failure stops
what depends on it and nothing else, unless it means that no request can succeed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import groupby

from bulkportal.apply.batches import LATE, TOO_LATE, configure
from bulkportal.apply.circuit_breaker import STOPPED, CircuitBreaker, consequence
from bulkportal.apply.entries import Completion, LedgerEntry
from bulkportal.apply.handlers import Effect, find_effect, send
from bulkportal.apply.in_hand import alone
from bulkportal.apply.landing import LANDING, later
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import Applied, Event, OperationState, Outcome, RowState, Stop
from bulkportal.apply.purchase import Purchase, Tries, wait
from bulkportal.apply.references import Answers, Sent, Unresolved
from bulkportal.apply.refused import explain
from bulkportal.apply.transfers import MEDIA_AGAIN, Transfers, not_uploaded
from bulkportal.apply.verification import as_expected, find_event, find_refused, note_of, unexpected
from bulkportal.errors import BulkportalError
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import BUNDLE_PLACE, Operation, Plan, Remembered
from bulkportal.plan.planner import in_order
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Busy, Failure, Refused, Unanswered, Unverified
from bulkportal.portal.last_word import asking
from bulkportal.sheets.table import RowAddress

AT_ONCE = 4
"""Bundles worked on at the same time. More gain little: all of them share two requests a second (API reference 1.6)."""

HEARTBEAT = 15.0
"""Seconds between two heartbeats of the lease; a silence of 90 loses it (`lease.STALE_AFTER`)."""

PATIENCE = 180.0
"""Seconds for which a purchase waits for a suspended process that holds its lock; then a person must look."""

WAIT_TOLD = 3.0
"""Seconds of a pause from which on it is reported."""


@dataclass(slots=True)
class RunContext:
    """What applying works with. `tell` is called with every event, for progress only.

    `late` returns, at the moment of sending, the rows whose dates have become too early since the plan was made;
    `urgent` are those whose dates will be too early tomorrow. `landing` is for how many seconds a purchase may still land, `patience`
    how long to wait for one that a suspended process has locked.
    """

    portal: Portal
    ledger: Ledger
    tell: Callable[[Event], None]
    brake: CircuitBreaker = field(default_factory=CircuitBreaker)
    transfers: Transfers = field(default_factory=Transfers)
    late: Callable[[], Collection[RowAddress]] = frozenset
    urgent: Collection[RowAddress] = frozenset()
    landing: float = LANDING
    patience: float = PATIENCE


async def apply(plan: Plan, context: RunContext) -> Applied:
    """Apply everything in the plan that can be applied; every operation has an outcome at the end."""
    run = _Run(plan, context)
    context.transfers.expect(plan.operations)
    # Beside the work and not between requests: a single call may take minutes
    # (API reference 1.9), longer than a lease lasts without a heartbeat.
    beside = [asyncio.create_task(_beat(context)), asyncio.create_task(run.tell_waits())]
    try:
        slots = asyncio.Semaphore(AT_ONCE)
        # What would be too early tomorrow goes first: a run that crosses midnight (UTC) must not have paid for videos that it can no
        # longer date.
        bundles = sorted((own for _, own in in_order(plan.operations)), key=lambda own: not _is_urgent(own, context.urgent))
        await asyncio.gather(*(run.bundle(own, slots) for own in bundles))
    finally:
        for task in beside:
            task.cancel()
    brake = context.brake
    words, hint = STOPPED.get(brake.stop, ("", ""))
    return Applied(
        outcomes=tuple(run.outcomes[operation.identity] for operation in plan.operations),
        # Closed capacity stops no other work, so it is no `stop` while the run lasts; at its end there is something to run again for.
        stop=brake.stop if brake.stop is not Stop.NONE or not brake.capacity else Stop.TROUBLE,
        message=f"{words}: {brake.message}" if words else brake.message,
        hint=hint or (STOPPED[Stop.TROUBLE][1] if brake.capacity else ""),
    )


async def _beat(context: RunContext) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        try:
            context.ledger.beat()
        except BulkportalError as problem:
            # Raised here it would be lost, since nobody awaits this task.
            context.brake.trip_for_ledger(problem)


def _is_urgent(operations: tuple[Operation, ...], urgent: Collection[RowAddress]) -> bool:
    return any(row in urgent for operation in operations for row in operation.rows)


class _Run:
    def __init__(self, plan: Plan, context: RunContext) -> None:
        self.context = context
        self.plan = plan
        self.answers = Answers()
        self.outcomes: dict[str, Outcome] = {}
        self.total = len(plan.operations)

    async def bundle(self, operations: tuple[Operation, ...], slots: asyncio.Semaphore) -> None:
        async with slots:
            for uploads, group in groupby(operations, key=lambda operation: operation.kind is OperationKind.UPLOAD_MEDIA):
                if uploads:  # nothing among them needs another
                    await asyncio.gather(*(self._finish(operation) for operation in group))
                    continue
                for operation in group:
                    await self._finish(operation)

    async def _finish(self, operation: Operation) -> None:
        outcome = await self._one(operation)
        self.outcomes[operation.identity] = outcome
        self.context.brake.observe(outcome)
        self._tell(f"{operation.kind.words} {operation.target}", outcome=outcome)

    async def tell_waits(self) -> None:
        """Report a pause that the platform has asked for, while it lasts."""
        while True:
            await asyncio.sleep(WAIT_TOLD)
            paused = self.context.portal.allowance.paused
            if paused > WAIT_TOLD:
                self._tell("waiting, as the platform asked", seconds=paused)

    def _tell(self, text: str, *, seconds: float = 0.0, outcome: Outcome | None = None) -> None:
        allowance = self.context.portal.allowance.tokens
        event = Event(text=text, done=len(self.outcomes), total=self.total, seconds=seconds, allowance=allowance, outcome=outcome)
        self.context.tell(event)

    async def _one(self, operation: Operation) -> Outcome:
        late = self._late(operation)
        if late is not None:
            return late
        blocked = self._blocked(operation)
        if blocked is not None:
            return blocked
        # Last, so that a row whose date has passed gets that as its reason even where the run has stopped: running again would not help it.
        if not self.context.brake.allows(operation):
            return self._waiting(operation)
        try:
            return await self._tried(operation)
        except BulkportalError as problem:  # the ledger's: the disk is full, or another run has taken over
            self.context.brake.trip_for_ledger(problem)
            words = f"{problem.message} Whether this was done is not known."
            return Outcome(operation=operation, state=OperationState.UNKNOWN, problem=words, next_step=problem.hint)

    async def _tried(self, operation: Operation) -> Outcome:
        """The outcome of sending it. Raises BulkportalError where the ledger cannot be written."""
        try:
            if operation.kind is OperationKind.CONFIGURE_POSITIONS:
                return await configure(operation, self.answers, self.context.portal, self.context.ledger, late=self.context.late())
            return await self._send(operation)
        except Unresolved as unresolved:
            return self._held_by(operation, unresolved.identity)
        except Failure as failure:
            return self._failed(operation, failure)

    def _late(self, operation: Operation) -> Outcome | None:
        """The outcome of what has become pointless since planning: positions whose dates are too early now, and purchases only for such."""
        is_batch = operation.kind is OperationKind.CONFIGURE_POSITIONS
        rows = operation.rows if is_batch else self.plan.bought_for(operation) if operation.paid else ()
        late = self.context.late() if rows else ()
        if not rows or any(row not in late for row in rows):
            return None
        if is_batch:
            return Outcome(operation=operation, state=OperationState.HELD, problem=LATE, verdicts=dict.fromkeys(rows, TOO_LATE))
        # Only where all of its videos are too late: a purchase for one that is in time is worth its price.
        where = ", ".join(sorted(map(str, rows)))
        problem = f"Not bought: the dates of all videos that it is for ({where}) became too early while the run was under way."
        return Outcome(operation=operation, state=OperationState.HELD, problem=problem, next_step=TOO_LATE.next_step)

    async def _send(self, operation: Operation) -> Outcome:
        if operation.paid:
            async with alone(operation, self.context) as contested:
                return await self._begun(operation, contested=contested)
        return await self._begun(operation)

    async def _begun(self, operation: Operation, *, contested: bool = False) -> Outcome:
        ledger, bundle_id = self.context.ledger, self.answers.bundle_id(operation) or None
        # From here on the request is on disk. Whatever happens next, the following run knows that it may have left.
        entry = ledger.begin(operation, bundle_id, self.answers.body(operation.body))
        if operation.paid or operation.irreversible:
            self.context.tell(Event(text="", begun=operation))
        with asking(partial(ledger.last_word, entry)):
            if operation.paid:
                return await self._pay(operation, entry, contested=contested)
            if operation.kind.is_event:
                return await self._act(operation, entry)
            if operation.kind is OperationKind.UPLOAD_MEDIA:
                return self._done(operation, entry, await self.context.transfers.send(self.context.portal, operation, entry))
            return self._done(operation, entry, await send(self.context.portal, operation, entry))

    # -- events

    async def _act(self, operation: Operation, entry: LedgerEntry) -> Outcome:
        """Send an event. Whatever its answer was, check whether it happened before sending it again."""
        portal, tries = self.context.portal, Tries()
        while True:
            try:
                sent = await send(portal, operation, entry)
            except (Unanswered, Broken, Busy) as failure:
                outcome = await self._looked_for(operation, entry, failure, tries)
                if outcome is not None:
                    return outcome
            except Refused as refused:
                ours = tries.any or refused.is_strange
                found = await find_refused(portal, operation, entry, refused, ours=ours)
                if found is None:
                    raise
                return self._done(operation, entry, Sent(answer=found.answer, request_id=refused.request_id), ours=ours)
            else:
                done = self._done(operation, entry, sent)
                return done if as_expected(operation, sent) else unexpected(done, sent)

    async def _looked_for(self, operation: Operation, entry: LedgerEntry, failure: Failure, tries: Tries) -> Outcome | None:
        """The outcome of an event that happened although no answer said so; None to retry it. Raises the failure that ends it."""
        if isinstance(failure, Busy) and failure.capacity:
            raise failure
        await wait(self.context.brake, tries.count(failure), failure)
        # `ours`, because this process has sent it: a status that others could have caused counts as its effect.
        found = await find_event(self.context.portal, operation, entry, ours=True)
        if found is not None:
            return self._done(operation, entry, Sent(answer=found.answer, request_id=failure.request_id))
        if tries.are_over:
            raise failure
        self.context.ledger.send_again(entry)
        return None

    # -- money

    async def _pay(self, operation: Operation, entry: LedgerEntry, *, contested: bool) -> Outcome:
        """Buy it, and record the result."""
        context, was_held = self.context, contested and entry.resumed
        purchase = Purchase(operation=operation, entry=entry, portal=context.portal, ledger=context.ledger, brake=context.brake, was_held=was_held)
        bought = await purchase.pay()
        if bought.found is None:
            return await self._paid(operation, entry, bought.sent or Sent(answer={}))
        outcome = self._found(operation, entry, bought.found)
        return self._existed(outcome) if bought.existed else outcome

    async def _paid(self, operation: Operation, entry: LedgerEntry, sent: Sent) -> Outcome:
        """The outcome of a success. Where the answer states no charge, the platform is asked, and else the planned price counts."""
        # Not every edition states a charge (API reference 2.1). Zero would be wrong in the books, so the bundle's own cost is asked
        # for, and else the planned price is taken.
        if sent.credits is None:
            found = await find_effect(self.context.portal, entry)
            sent = replace(sent, credits=entry.price if found is None or found.credits is None else found.credits)
            how = "made or found; the platform does not say which"
        else:
            # A creation that charges nothing has met a bundle that was there before (API reference 3.6).
            how = "" if sent.credits or not operation.price else "there already; nothing was charged"
        outcome = self._done(operation, entry, sent)
        return self._existed(outcome, how) if how and operation.kind is OperationKind.CREATE_BUNDLE else outcome

    def _found(self, operation: Operation, entry: LedgerEntry, found: Effect) -> Outcome:
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

    def _existed(self, outcome: Outcome, how: str = "there already; nothing was charged") -> Outcome:
        """The outcome of a creation that charged nothing: it met an existing bundle, whose content must be compared first."""
        next_step = "Run this again: it is then compared with the sheet."
        problem = f"A bundle named {outcome.operation.bundle} was {how}."
        return replace(outcome, state=OperationState.WAITING, problem=problem, next_step=next_step)

    # -- outcomes

    def _done(self, operation: Operation, entry: LedgerEntry, sent: Sent, *, ours: bool = True) -> Outcome:
        """The outcome of a success. What somebody else did meanwhile (not `ours`) is not remembered as set from this row."""
        ledger = self.context.ledger
        bundle_id = str(sent.answer.get("id") or entry.bundle_id or "")
        if operation.kind.is_event:  # the id in its answer, if any, is that of a slot
            bundle_id = entry.bundle_id or ""
        answer = {**sent.answer, "id": bundle_id}
        # Nothing else of an answer goes to disk: it may hold a presigned address,
        # by which anybody could write to the store (API reference 7, 8).
        kept = {name: value for name, value in answer.items() if name in ("id", "public_url", "storage_path")}
        self.answers.tell(operation.identity, answer)
        try:
            ledger.end(entry, Completion(state="done", answer=kept, credits=sent.credits or 0, request_id=sent.request_id))
            if ours:
                self._remember(operation, entry, bundle_id, answer)
        except BulkportalError as problem:  # what was done and paid is reported all the same; the next run asks about it
            self.context.brake.trip_for_ledger(problem)
        return Outcome(
            operation=operation,
            state=OperationState.DONE,
            bundle_id=bundle_id,
            credits=sent.credits or 0,
            request_id=sent.request_id,
            note=note_of(operation, sent, ours=ours) if operation.kind.is_event else "",
            moment=datetime.now(UTC).isoformat(timespec="minutes") if operation.kind.is_event and ours else "",
        )

    def _remember(self, operation: Operation, entry: LedgerEntry, bundle_id: str, answer: Mapping[str, object]) -> None:
        ledger = self.context.ledger
        what = operation.kind.traits.remembered
        if what == "addresses" and operation.upload is not None:
            addresses = {name: str(answer.get(name) or "") for name in ("public_url", "storage_path")}
            ledger.remember_upload(bundle_id, operation.upload.sha256, operation.upload.purpose, addresses)
        elif what in ("body", "media"):
            place, media = (operation.slots[0].position, operation.slots[0].media) if operation.slots else (BUNDLE_PLACE, "")
            ledger.remember(bundle_id, place, Remembered(media=media, sent=entry.body if what == "body" else {}))

    def _failed(self, operation: Operation, failure: Failure) -> Outcome:
        """The outcome of a failure, by what it means for the rest of the run (docs/explanation/paying-once.md)."""
        state, ending, next_step = consequence(failure)
        problem, passing = explain(failure), False
        if operation.kind is OperationKind.UPLOAD_MEDIA and state is not OperationState.WAITING:
            passing = isinstance(failure, Unanswered | Broken)  # a store that did not take it by now may do so by tomorrow
            state, problem, next_step = OperationState.HELD, not_uploaded(operation, failure.message), MEDIA_AGAIN
        self.context.brake.trip_for(failure)
        if state is OperationState.UNKNOWN and operation.kind.traits.adds_slots and failure.may_still_land:
            next_step = later(self.context.landing)
        try:
            known = self.context.ledger.find(operation.identity)
            if known is not None and known.state == "sent":
                # In words that nobody knows somebody in between may have spoken, and the request may be on its way yet.
                answered = isinstance(failure, Unverified) and not failure.is_strange
                ended = Completion(state=ending, request_id=failure.request_id, code=failure.code or None, is_answered=answered)
                self.context.ledger.end(known, ended)
        except BulkportalError as trouble:  # what was in flight is settled by the run that has the workspace now, or by the next one
            self.context.brake.trip_for_ledger(trouble)
            state, next_step = OperationState.UNKNOWN, trouble.hint
        return Outcome(
            operation=operation,
            state=state,
            request_id=failure.request_id,
            code=failure.code or None,
            problem=problem,
            next_step=next_step,
            passing=passing,
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
        what = f"{needed.operation.kind.words} of {needed.operation.target}" if needed else identity
        where = f" ({', '.join(rows)})" if rows else ""
        if needed is not None and needed.state is OperationState.WAITING:
            # Not held: nobody has to do anything about a row that only waits for the next run.
            return self._waiting(operation)
        return Outcome(
            operation=operation,
            state=OperationState.HELD,
            problem=f"Not sent: it needs the {what}{where}, which did not succeed.",
            next_step="Settle that first, then run this again.",
        )

    def _waiting(self, operation: Operation) -> Outcome:
        brake = self.context.brake
        words, hint = STOPPED.get(brake.stop, ("Not sent yet", "Run this again later; nothing is lost."))
        return Outcome(operation=operation, state=OperationState.WAITING, problem=f"{words}.", next_step=hint)


def _troubled(outcome: Outcome) -> tuple[RowAddress, ...]:
    bad = tuple(row for row, verdict in outcome.verdicts.items() if verdict.state is not RowState.DONE)
    return bad or outcome.operation.rows
