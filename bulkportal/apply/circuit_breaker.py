"""The circuit breaker: why a run, or a part of it, must not go on, and the words for it."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bulkportal.apply.outcomes import OperationState, Outcome, Stop
from bulkportal.apply.refused import explain, next_step
from bulkportal.errors import AnotherRun, BulkportalError, Interrupted
from bulkportal.plan.operations import Operation
from bulkportal.portal.failures import Busy, Failure, FailureFacts, Family, Halted, PriceMoved, Refused, Stopped, Unreachable, Unverified
from bulkportal.portal.remote import in_figures

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")

STOPPED = {
    Stop.KEY: ("The key was refused", "Check the key and its permissions, then run this again."),
    Stop.CREDITS: ("The credits ran out", "Buy credits, then run this again; what is done is not paid again."),
    Stop.TROUBLE: ("The platform could not be reached or was busy", "Run this again later; nothing is lost."),
    Stop.PRICE: ("A price is not the one that was planned", "Run this again: the plan will show the new price."),
    Stop.CHARGED: ("A step took credits that should be free", "Ask the platform's support about that request before running this again."),
    Stop.LEDGER: ("The ledger cannot be written", "Fix that, then run this again; nothing is lost."),
    Stop.LOCKED: ("Another run has taken this workspace over", "Wait until it has ended, then run this again; nothing is lost."),
    Stop.INTERRUPTED: ("The run was interrupted", "Run this again; it goes on where it stopped."),
}
"""For each reason: what happened, and what to do next."""

_PAID_ONLY = (Stop.NONE, Stop.CREDITS, Stop.PRICE)
"""Reasons that end the spending and let what is free go on. Any other reason takes their place."""


@dataclass(slots=True)
class CircuitBreaker:
    """Why the run, or a part of it, must not go on. All bundles of a run share one."""

    stop: Stop = Stop.NONE
    message: str = ""
    capacity: bool = False
    _waiting: asyncio.Event | None = None

    @property
    def _interrupted(self) -> asyncio.Event:
        import asyncio  # takes 40 ms to load, and an offline check does not need it

        self._waiting = self._waiting or asyncio.Event()
        return self._waiting

    @property
    def is_interrupted(self) -> bool:
        """Whether somebody has interrupted the run."""
        return self.stop is Stop.INTERRUPTED

    def interrupt(self, message: str) -> None:
        """Stop everything at somebody's request. This reason replaces any other, and whatever only waits is woken."""
        self.stop, self.message = Stop.INTERRUPTED, message
        self._interrupted.set()

    async def sleep(self, seconds: float) -> None:
        """Wait. Raises Stopped as soon as the run is interrupted: nothing is in flight then."""
        import asyncio

        if seconds > 0:
            # An event and not a plain sleep: the platform may ask for a pause of minutes, and Ctrl-C must not wait for its end.
            with suppress(TimeoutError):
                await asyncio.wait_for(self._interrupted.wait(), seconds)
        if self._interrupted.is_set():
            raise Stopped(FailureFacts(message="the run was stopped before it was sent", family=Family.NETWORK))

    async def heed(self) -> None:
        """Let a signal take effect that arrived while the event loop was blocked. Raises Interrupted."""
        import asyncio

        for _ in range(3):  # one turn of the loop reads the signal, the next runs its handler; the third is margin
            await asyncio.sleep(0)
        if self._interrupted.is_set():
            raise Interrupted("Stopped; nothing was in flight.", hint=STOPPED[Stop.INTERRUPTED][1])

    async def unless_stopped(self, work: Awaitable[T]) -> T:
        """The result of work that only reads; it is cancelled as soon as the run is interrupted. Raises Interrupted."""
        import asyncio

        task, stopped = asyncio.ensure_future(work), asyncio.ensure_future(self._interrupted.wait())
        try:
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
            # Also where both are done at once: a run that somebody has stopped must not go on to its next step.
            if not task.done() or self._interrupted.is_set():
                raise Interrupted("Stopped; nothing was in flight.", hint=STOPPED[Stop.INTERRUPTED][1])
            return task.result()
        finally:
            stopped.cancel()
            if not task.done():
                task.cancel()
                with suppress(asyncio.CancelledError, Failure, BulkportalError):
                    await task

    def trip(self, stop: Stop, message: str) -> None:
        """Stop the run. The first reason stands, unless a later one stops more."""
        # The first reason is the cause; what follows it, such as requests that fail because of it, would only hide it.
        if self.stop is Stop.NONE or (self.stop in _PAID_ONLY and stop not in _PAID_ONLY):
            self.stop, self.message = stop, message
            if stop is Stop.INTERRUPTED:
                self._interrupted.set()

    def trip_for(self, failure: Failure) -> None:
        """Stop whatever cannot succeed after this failure (docs/explanation/paying-once.md)."""
        match failure:
            case Halted():
                self.trip(Stop.CREDITS if failure.reason == "credits" else Stop.KEY, explain(failure))
            case PriceMoved():
                self.trip(Stop.PRICE, failure.message)
            case Busy() if failure.capacity:
                # Closed for creation and publication only, and for minutes (API reference 1.6): what needs neither goes on, so this is no `stop`.
                self.capacity = True
                self.message = self.message or f"The platform takes no new work for now: {failure.message}"
            # The requests were repeated below (see `portal.retrying`) before this came up: asking on for every other row would end in the
            # same way.
            case Busy() | Unreachable() | Unverified():
                self.trip(Stop.TROUBLE, failure.message)

    def trip_for_ledger(self, problem: BulkportalError) -> None:
        """Stop everything: the ledger could not record what is sent from now on."""
        self.trip(Stop.LOCKED if isinstance(problem, AnotherRun) else Stop.LEDGER, problem.message)

    def observe(self, outcome: Outcome) -> None:
        """Compare the charge with the planned price, and stop where it is higher (API reference 5.4)."""
        operation = outcome.operation
        # Less than planned is no reason to stop: an allowance of a contract may lower a price (API reference 2.22).
        if operation.price is None or outcome.credits <= operation.price:
            return
        words = f"{operation.target} was planned at {in_figures(operation.price)} credits and took {in_figures(outcome.credits)}"
        quoted = f" (request {outcome.request_id})" if outcome.request_id else ""
        self.trip(Stop.PRICE if operation.paid else Stop.CHARGED, f"{words}{quoted}.")

    def allows(self, operation: Operation) -> bool:
        """Whether an operation may still be begun."""
        # What is bought already is still configured and published: it is paid for, and would be worth nothing otherwise.
        if self.stop is Stop.CREDITS or self.stop is Stop.PRICE:
            return not operation.paid
        if self.capacity and operation.kind.traits.new_work:
            return False
        return self.stop is Stop.NONE


def consequence(failure: Failure) -> tuple[OperationState, str, str]:
    """How a row ends after a failure, what the ledger keeps, and what to do next."""
    match failure:
        case Refused():
            return OperationState.REFUSED, "refused", next_step(failure.code, failure.status, failure.details)
        case Halted():
            # The platform answered: nothing was done. It may replay that answer for the same key, so the next try needs another:
            # "refused" raises the generation, from which the key is made.
            stop = Stop.CREDITS if failure.reason == "credits" else Stop.KEY
            return OperationState.WAITING, "refused", STOPPED[stop][1]
        case PriceMoved():
            return OperationState.WAITING, "refused", STOPPED[Stop.PRICE][1]
        case Stopped():
            return OperationState.WAITING, "planned", STOPPED[Stop.INTERRUPTED][1]
        # Certainly not carried out, so the same generation, and with it the same key, serves the next try.
        case Busy() | Unreachable():
            return OperationState.WAITING, "planned", STOPPED[Stop.TROUBLE][1]
        case Unverified():  # by the platform's word nothing was done; the next run looks, since its books may say otherwise
            return OperationState.WAITING, "unknown", STOPPED[Stop.TROUBLE][1]
        case _:
            return OperationState.UNKNOWN, "unknown", "Run this again: the platform is asked what became of it, and nothing is paid twice."
