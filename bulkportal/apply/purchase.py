"""A purchase: a paid request, and what happens when its answer is lost, strange, or missing.

Whatever the answer was, the platform is checked before the request is retried. Slots have no name by which the
platform could refuse a duplicate order, so a request that may still land is not retried (see `landing`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.entries import LedgerEntry
from bulkportal.apply.handlers import Effect, find_effect, send
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.references import Sent
from bulkportal.plan.operations import Operation
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import (
    Broken,
    Busy,
    Failure,
    FailureFacts,
    Family,
    Halted,
    PriceMoved,
    Refused,
    Stopped,
    Unanswered,
    Unverified,
)
from bulkportal.portal.retrying import BUSY_SECONDS, BUSY_TIMES

TRIES = 3
"""How often a paid request is sent while the platform keeps showing that nothing happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A successful purchase, by its answer or by what the platform shows. `existed` says that it was there before us."""

    sent: Sent | None = None
    found: Effect | None = None
    existed: bool = False


@dataclass(slots=True)
class Tries:
    """How often a request was sent, by kind of failure, and since when."""

    lost: int = 0
    busy: int = 0
    began: float = field(default_factory=time.monotonic)

    def count(self, failure: Failure) -> float:
        """Count a failure. Returns the seconds to wait before the platform is checked."""
        if isinstance(failure, Busy):
            self.busy += 1
            # Closed capacity lasts for minutes (API reference 1.6); the look that follows need not wait for its end.
            return 0.0 if failure.capacity else failure.wait_seconds
        self.lost += 1
        return 0.5 * 2 ** (self.lost - 1) if failure.retry_after is None else failure.retry_after

    @property
    def any(self) -> bool:
        """Whether it was sent before."""
        return self.lost + self.busy > 0

    @property
    def are_over(self) -> bool:
        """Whether the limit of attempts or of time is reached."""
        return self.lost == TRIES or self.busy > BUSY_TIMES or time.monotonic() - self.began > BUSY_SECONDS


@dataclass(slots=True, kw_only=True)
class Purchase:
    """One purchase in progress. `was_held` says that another process was working on it until now: it is not known what that has sent."""

    operation: Operation
    entry: LedgerEntry
    portal: Portal
    ledger: Ledger
    brake: CircuitBreaker
    was_held: bool = False
    tries: Tries = field(default_factory=Tries)

    async def pay(self) -> Bought:
        """Send it until its outcome is known. Raises the last failure where it stays unknown, or where it was refused."""
        if self.was_held and (found := await self._after_another()) is not None:
            return Bought(found=found)
        while True:
            try:
                return Bought(sent=await send(self.portal, self.operation, self.entry))
            except (Unanswered, Broken) as lost:
                found = await self._after_silence(lost)
            except Busy as busy:
                found = await self._after_busy(busy)
            except (Refused, Halted, PriceMoved) as refused:
                return await self._after_refusal(refused)
            if found is not None:
                return Bought(found=found)
            self.ledger.send_again(self.entry)

    async def _after_another(self) -> Effect | None:
        """The effect of a purchase that another process has released; None to send it.

        The last request of that process may still be on its way: slots stay open for as long as they may land.
        """
        words = "another process was working on it until now, and it is not known yet what became of its request"
        lost = Unanswered(FailureFacts(message=words, family=Family.NETWORK))
        found = await self._look(lost)
        if found is None and self.operation.kind.traits.adds_slots:
            self.ledger.wait_from_now(self.entry)
            raise lost
        return found

    async def _after_silence(self, lost: Failure) -> Effect | None:
        """The effect of a purchase that got no answer; None to retry it."""
        # Wait, look, and send at once: what lands during the wait is seen.
        await wait(self.brake, self.tries.count(lost), lost)
        found = await self._look(lost)
        # Not in the books yet is not the same as never. On a server that forgets keys, slots that were committed after our timeout and
        # sent again half a second later were charged twice in one run.
        if found is None and (self.tries.lost == TRIES or (self.operation.kind.traits.adds_slots and lost.may_still_land)):
            raise lost
        return found

    async def _after_busy(self, busy: Busy) -> Effect | None:
        """The effect after a "busy" answer, which claims that nothing was done. With money at stake the platform's state counts, not its claim."""
        seconds = self.tries.count(busy)
        # A bundle is found by its reference before the next run buys it; slots have none, so the books are asked now.
        if busy.capacity and not self.operation.kind.traits.adds_slots:
            raise busy
        try:
            await wait(self.brake, seconds, busy)
            found = await self._look(busy)
        except Busy:  # without a look, what it may have taken would be in no book
            raise Unverified(busy.facts) from None
        # Some servers answer 429 after they have committed, so even this word is checked against the books before it is believed.
        if found is None and (busy.capacity or self.tries.are_over):
            raise busy
        return found

    async def _after_refusal(self, refused: Failure) -> Bought:
        """A refusal after which it may exist all the same: as a duplicate, or with a code that the documents do not list."""
        exists = isinstance(refused, Refused) and refused.family in (Family.DUPLICATE, Family.STATE, Family.IDEMPOTENCY)
        if not exists and not refused.is_strange:
            raise refused
        # A duplicate of something that we have never sent was there before us: its price was somebody else's, and its content is not
        # ours.
        ours = refused.is_strange or self.tries.any or self.entry.resumed or refused.family is Family.IDEMPOTENCY
        try:
            found = await self._look(refused)
        except Failure:
            if ours:  # closed as refused, what it may have taken would be in no book, and the next run might buy it again
                raise Unverified(refused.facts) from None
            raise
        # Not there after all, or nobody can say which: the platform's own refusal is the better explanation.
        if found is None or found.several:
            raise refused
        return Bought(found=found) if ours else Bought(found=replace(found, credits=0), existed=True)

    async def _look(self, failure: Failure) -> Effect | None:
        """What the platform shows. Raises the failure where it cannot be asked, or where others have changed the number of slots meanwhile."""
        try:
            found = await find_effect(self.portal, self.entry)
        except Failure:
            raise failure from None  # a question without an answer makes nothing certain
        if found is not None and found.moved:
            raise failure
        return found


async def wait(brake: CircuitBreaker, seconds: float, failure: Failure) -> None:
    """Wait before a retry. If the run is stopped meanwhile, nothing is in flight, and the failure is raised."""
    try:
        await brake.sleep(seconds)
    except Stopped:
        raise failure from None
