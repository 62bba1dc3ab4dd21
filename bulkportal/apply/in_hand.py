"""A purchase in one hand: no two processes that live, or are merely stopped, pay for the same operation at one time."""

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
    """What is needed of a run: see `runner.RunContext`."""

    @property
    def ledger(self) -> Ledger:
        """Its books."""
        ...

    @property
    def brake(self) -> CircuitBreaker:
        """How it is stopped."""
        ...

    @property
    def patience(self) -> float:
        """For how many seconds it waits."""
        ...


@asynccontextmanager
async def alone(operation: Operation, context: Context) -> AsyncIterator[bool]:
    """Have it in hand from before its `begin` until after its `end`; gives whether another process had it meanwhile.

    Raises AnotherRun where that process lets go neither of it nor of its life: nobody knows what it has sent.
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
            raise AnotherRun(f"Stopped while {holder} was working on it.", hint="Run this again; nothing is paid twice.") from None
    try:
        yield contested
    finally:
        # Also after a failure: the ledger knows what became of it, and whoever is next looks there first.
        ledger.let_go(operation.identity)
