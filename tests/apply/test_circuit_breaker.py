"""Why a run, or a part of it, does not go on: the first reason stands, but for one that stops more."""

from __future__ import annotations

import asyncio

import pytest

from bulkportal.apply.circuit_breaker import STOPPED, CircuitBreaker, consequence
from bulkportal.apply.outcomes import OperationState, Outcome, Stop
from bulkportal.errors import AnotherRun, Interrupted, UsageProblem
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation
from bulkportal.portal.failures import (
    Busy,
    Failure,
    FailureFacts,
    Family,
    Halted,
    PriceMoved,
    Refused,
    Stopped,
    Unanswered,
    Unreachable,
    Unverified,
)

FACTS = FailureFacts(message="The platform said no.", family=Family.NETWORK)
KEY = FailureFacts(message="No such key.", family=Family.AUTH, status=401)
CREDITS = FailureFacts(message="Too few credits.", family=Family.CREDITS, status=402)


def operation(kind: OperationKind, price: float | None = 0) -> Operation:
    """One of that kind."""
    return Operation(identity=f"{kind}:spring", kind=kind, bundle="spring", bundle_id="bnd-1", target="spring", rows=(), price=price)


BUY, NAME, PUBLISH = operation(OperationKind.CREATE_BUNDLE, 25), operation(OperationKind.UPDATE_POSITION), operation(OperationKind.PUBLISH)


@pytest.mark.parametrize(
    ("failure", "stop", "state", "kept"),
    [
        (Refused(FACTS), Stop.NONE, OperationState.REFUSED, "refused"),
        (Halted(KEY), Stop.KEY, OperationState.WAITING, "refused"),
        (Halted(CREDITS), Stop.CREDITS, OperationState.WAITING, "refused"),
        (PriceMoved(FACTS), Stop.PRICE, OperationState.WAITING, "refused"),
        (Stopped(FACTS), Stop.NONE, OperationState.WAITING, "planned"),
        (Busy(FACTS), Stop.TROUBLE, OperationState.WAITING, "planned"),
        (Unreachable(FACTS), Stop.TROUBLE, OperationState.WAITING, "planned"),
        (Unverified(FACTS), Stop.TROUBLE, OperationState.WAITING, "unknown"),
        (Unanswered(FACTS), Stop.NONE, OperationState.UNKNOWN, "unknown"),
    ],
)
def test_a_failure_has_one_consequence(failure: Failure, stop: Stop, state: OperationState, kept: str) -> None:
    """For the run, for its row, and for the ledger; and a row that waits says what to do."""
    brake = CircuitBreaker()
    brake.trip_for(failure)
    ended, ending, step = consequence(failure)
    assert (brake.stop, ended, ending) == (stop, state, kept)
    assert stop is Stop.NONE or step == STOPPED[stop][1]


def test_what_ends_the_spending_lets_go_on_what_is_free() -> None:
    """What is bought already would be worth nothing otherwise."""
    for failure in (Halted(CREDITS), PriceMoved(FACTS)):
        brake = CircuitBreaker()
        brake.trip_for(failure)
        assert [brake.allows(one) for one in (BUY, NAME, PUBLISH)] == [False, True, True]
    brake.trip_for(Halted(KEY))
    assert (brake.stop, brake.allows(NAME)) == (Stop.KEY, False)
    brake.trip_for(Unreachable(FACTS))
    assert brake.stop is Stop.KEY, "the first reason is the cause"


def test_the_ledger_stops_everything() -> None:
    """What is sent from now on could not be remembered."""
    full, lost = CircuitBreaker(), CircuitBreaker()
    full.trip_for_ledger(UsageProblem("The disk is full.", hint="Make room."))
    lost.trip_for_ledger(AnotherRun("Another run has it.", hint="Wait."))
    assert (full.stop, lost.stop, full.message) == (Stop.LEDGER, Stop.LOCKED, "The disk is full.")


@pytest.mark.parametrize(
    ("planned", "taken", "stop"),
    [
        (BUY, 25, Stop.NONE),
        (BUY, 20, Stop.NONE),
        (BUY, 26, Stop.PRICE),
        (NAME, 25, Stop.CHARGED),
        (operation(OperationKind.CREATE_BUNDLE, None), 99, Stop.NONE),
    ],
)
def test_what_was_charged_is_held_against_the_plan(planned: Operation, taken: float, stop: Stop) -> None:
    """Less is an allowance; more stops the spending, and what should be free stops everything."""
    brake = CircuitBreaker()
    brake.observe(Outcome(operation=planned, state=OperationState.DONE, credits=taken, request_id="req-1"))
    assert brake.stop is stop and (stop is Stop.NONE or "(request req-1)" in brake.message)
    brake = CircuitBreaker()
    brake.observe(Outcome(operation=planned, state=OperationState.DONE, credits=taken))
    assert "(request" not in brake.message


def test_an_interruption_takes_the_place_of_any_reason_and_wakes_who_waits() -> None:
    """Nothing is in flight then."""

    async def played() -> None:
        brake = CircuitBreaker()
        await brake.sleep(0)
        await brake.sleep(0.001)
        await brake.heed()
        assert await brake.unless_stopped(asyncio.sleep(0, "done")) == "done"
        brake.trip(Stop.TROUBLE, "away")
        waits = asyncio.ensure_future(brake.unless_stopped(asyncio.sleep(100)))
        sleeps = asyncio.ensure_future(brake.sleep(100))
        await asyncio.sleep(0)
        brake.interrupt("Ctrl-C")
        for each, expected in ((waits, Interrupted), (sleeps, Stopped)):
            with pytest.raises(expected):
                await each
        assert brake.is_interrupted and brake.message == "Ctrl-C"
        with pytest.raises(Interrupted):
            await brake.heed()
        with pytest.raises(Interrupted):
            await brake.unless_stopped(asyncio.sleep(0))
        tripped = CircuitBreaker()
        tripped.trip(Stop.INTERRUPTED, "told")
        with pytest.raises(Stopped):
            await tripped.sleep(100)

    asyncio.run(played())
