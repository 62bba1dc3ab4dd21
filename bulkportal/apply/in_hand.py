"""Locks a purchase: no two processes, running or suspended, pay for the same operation at the same time."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol

from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.apply.ledger import Ledger
from bulkportal.errors import AnotherRun
from bulkportal.plan.operations import Operation
from bulkportal.portal.failures import Stopped

_PAUSE = 1.0


class Context(Protocol):
    """What locking needs of a run (see `runner.RunContext`)."""

    @property
    def ledger(self) -> Ledger:
        """The ledger of the run."""
        ...

    @property
    def brake(self) -> CircuitBreaker:
        """The circuit breaker of the run."""
        ...

    @property
    def patience(self) -> float:
        """How many seconds to wait for the lock."""
        ...


@asynccontextmanager
async def alone(operation: Operation, context: Context) -> AsyncIterator[bool]:
    """Hold the lock from before `begin` until after `end`. Yields whether another process held it meanwhile.

    Raises AnotherRun where that process neither releases the lock nor dies: it is not known what it has sent.
    """
    ledger, until, contested = context.ledger, time.monotonic() + context.patience, False
    while (holder := ledger.try_alone(operation.identity)) is not None:
        contested = True
        if time.monotonic() >= until:
            raise AnotherRun(
                f"A suspended process is working on {operation.target} ({operation.kind.words}; {holder}).",
                hint="End that process, or let it go on; then run this again. Until then this is not paid for, so that it is not paid twice.",
            )
        try:
            await context.brake.sleep(_PAUSE)
        except Stopped:
            # Not passed on as Stopped: the runner would record that nothing was sent, and the other process may have sent it.
            raise AnotherRun(f"Stopped while {holder} was working on it.", hint="Run this again; nothing is paid twice.") from None
    try:
        yield contested
    finally:
        # Also after a failure: the ledger says how far it got, and the next process looks there first.
        ledger.let_go(operation.identity)
