"""A run that lost its lease neither begins nor ends anything: what it had in flight is the other run's to settle."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from bulkportal.apply.entries import Completion
from bulkportal.apply.homes import Where
from bulkportal.apply.ledger import Ledger
from bulkportal.errors import AnotherRun
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered
from tests.apply.homes import process, silent, state
from tests.conftest import Desk, bundle

SLOTS = Operation(
    identity="slots:winter:6",
    kind=OperationKind.ADD_VIDEO_SLOTS,
    bundle="winter",
    bundle_id="bnd-1",
    target="winter",
    rows=(),
    price=30,
    total=6,
    before=3,
)
DONE = Completion(state="done", answer={"id": "bnd-1"}, credits=30)


def settled(second: Ledger) -> None:
    """The second run asks, finds it paid, and says so."""
    (entry,) = second.unsettled()
    second.end(entry, DONE)


def sent_again(second: Ledger) -> None:
    """The second run sends it again, and is still at it."""
    assert second.begin(SLOTS, "bnd-1", {"quantity": 3}).resumed


def left_open(_: Ledger) -> None:
    """The second run has not come to it."""


@pytest.mark.parametrize("released", [False, True], ids=["at work", "ended"])
@pytest.mark.parametrize(("meanwhile", "ends"), [(settled, ("done", 30)), (sent_again, ("sent", 0)), (left_open, ("sent", 0))])
@pytest.mark.parametrize("ending", [Completion(state="planned"), Completion(state="refused", code="X"), DONE], ids=["planned", "refused", "done"])
def test_a_run_that_lost_its_lease_turns_nothing_back(
    where: Where, ending: Completion, meanwhile: Callable[[Ledger], None], ends: tuple[str, float], released: bool
) -> None:
    """Whatever the other run has done with its purchase, and whether that run has ended by now."""
    with Ledger(where, "w", "run-1") as first, Ledger(where, "w", "run-2") as second:
        first.acquire()
        entry = first.begin(SLOTS, "bnd-1", {"quantity": 3})
        silent(where)
        second.acquire()
        meanwhile(second)
        if released:
            second.release()
        acts: tuple[Callable[[], object], ...] = (
            lambda: first.end(entry, ending),
            lambda: first.send_again(entry),
            lambda: first.begin(SLOTS, "bnd-1", {"quantity": 3}),
            lambda: first.remember("bnd-1", 1, Remembered(media="", sent={})),
            first.beat,
        )
        for act in acts:
            with pytest.raises(AnotherRun):
                act()
    assert state(where) == ends


def test_what_is_ended_is_not_ended_again(where: Where) -> None:
    """Done stays done: a late word of the same run does not take it back."""
    with Ledger(where, "w", "run-1") as own:
        own.acquire()
        entry = own.begin(SLOTS, "bnd-1", {"quantity": 3})
        own.end(entry, DONE)
        with pytest.raises(AnotherRun):
            own.end(entry, Completion(state="planned"))
    assert state(where) == ("done", 30)


def test_two_processes_and_one_purchase(where: Where) -> None:
    """A process that slept wakes when another has paid: its `planned` is refused, on disk as well."""
    own = process(
        where,
        "from bulkportal.apply.entries import Completion\nfrom bulkportal.errors import AnotherRun\nfrom tests.apply.test_fencing import SLOTS\n"
        "own = opened('run-1')\nown.acquire()\nentry = own.begin(SLOTS, 'bnd-1', {'quantity': 3})\n"
        "print('sent', flush=True)\nsys.stdin.readline()\n"
        "try:\n    own.end(entry, Completion(state='planned'))\nexcept AnotherRun as lost:\n    sys.exit(int(lost.exit_code))\n",
    )
    assert own.stdout is not None and own.stdout.readline() == "sent\n"
    silent(where)
    with Ledger(where, "w", "run-2") as second:
        second.acquire()
        settled(second)
    own.communicate("go on\n", timeout=250)
    assert own.returncode == 12
    assert state(where) == ("done", 30)


def test_a_run_that_is_taken_over_while_it_pays_ends_with_12_and_the_next_one_settles_it(desk: Desk) -> None:
    """Its purchase was carried out and its lease is gone: nothing more is sent, and what was paid is found."""
    launch = desk.sheets("launch", bundles=[bundle("winter", bundle_type="account_only", videos_quantity=None, publish=None)])

    def taken() -> None:
        with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as database:
            database.execute("DELETE FROM lease")
            database.commit()

    with desk.while_paying(taken):
        ended = desk.import_(launch)
    assert (ended.code, len(desk.bundles)) == (12, 1), ended.err
    writes = desk.writes
    again = desk.import_(launch)
    assert again.code == 0, again.err
    assert not [write for write in desk.state.journal.writes[writes:] if f"{write.method} {write.route}" == "POST /bundles"]
    assert 5000 - desk.balance == 5
