"""A run that lost its lease neither begins nor ends anything: what it had in flight is the other run's to settle."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bulkportal.apply.entries import Completion
from bulkportal.apply.ledger import Ledger
from bulkportal.errors import AnotherRun
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered
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


def silent(folder: Path) -> None:
    """The holder of the lease has not been heard of for long, as a laptop that sleeps."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        database.execute("UPDATE lease SET host='elsewhere', born='', beat_at=0")
        database.commit()


def state(folder: Path) -> tuple[str, float]:
    """The state of the purchase, and the credits that the ledger knows of."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        found: tuple[str] = database.execute("SELECT state FROM operations").fetchone()
        charged: tuple[float] = database.execute("SELECT total(credits) FROM charges").fetchone()
    return found[0], charged[0]


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
    tmp_path: Path, ending: Completion, meanwhile: Callable[[Ledger], None], ends: tuple[str, float], released: bool
) -> None:
    """Whatever the other run has done with its purchase, and whether that run has ended by now."""
    with Ledger(tmp_path, "w", "run-1") as first, Ledger(tmp_path, "w", "run-2") as second:
        first.acquire()
        entry = first.begin(SLOTS, "bnd-1", {"quantity": 3})
        silent(tmp_path)
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
    assert state(tmp_path) == ends


def test_what_is_ended_is_not_ended_again(tmp_path: Path) -> None:
    """Done stays done: a late word of the same run does not take it back."""
    with Ledger(tmp_path, "w", "run-1") as own:
        own.acquire()
        entry = own.begin(SLOTS, "bnd-1", {"quantity": 3})
        own.end(entry, DONE)
        with pytest.raises(AnotherRun):
            own.end(entry, Completion(state="planned"))
    assert state(tmp_path) == ("done", 30)


def test_two_processes_and_one_purchase(tmp_path: Path) -> None:
    """A process that slept wakes when another has paid: its `planned` is refused, on disk as well."""
    script = (
        "import pathlib, sys\nfrom bulkportal.apply.entries import Completion\nfrom bulkportal.apply.ledger import Ledger\n"
        "from bulkportal.errors import AnotherRun\nfrom tests.apply.test_fencing import SLOTS\n"
        f"own = Ledger(pathlib.Path({str(tmp_path)!r}), 'w', 'run-1')\nown.acquire()\nentry = own.begin(SLOTS, 'bnd-1', {{'quantity': 3}})\n"
        "print('sent', flush=True)\nsys.stdin.readline()\n"
        "try:\n    own.end(entry, Completion(state='planned'))\nexcept AnotherRun as lost:\n    sys.exit(int(lost.exit_code))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None and process.stdout.readline() == "sent\n"
    silent(tmp_path)
    with Ledger(tmp_path, "w", "run-2") as second:
        second.acquire()
        settled(second)
    process.communicate("go on\n", timeout=250)
    assert process.returncode == 12
    assert state(tmp_path) == ("done", 30)


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
