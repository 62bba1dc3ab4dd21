"""The lease: holders that live, holders that died, clocks that were set, and a run that was taken for dead."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bulkportal.apply import lease, postgres_claim
from bulkportal.apply.entries import Completion
from bulkportal.apply.homes import Where
from bulkportal.apply.lease import STALE_AFTER, birth, is_held, lives
from bulkportal.apply.ledger import Ledger
from bulkportal.errors import AnotherRun
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered
from tests.apply.homes import silent
from tests.conftest import Desk, bundle, video

DAY = 86400.0
LINUX = pytest.mark.skipif(not birth(), reason="this system does not say when a process was born")
BUY = Operation(identity="create:spring", kind=OperationKind.CREATE_BUNDLE, bundle="spring", bundle_id="", target="spring", rows=(), price=25)


class Clock:
    """A clock that can be set."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def change(folder: Path, **values: object) -> None:
    """Write into the lease, as another process would."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as database:
        for name, value in values.items():
            database.execute(f"UPDATE lease SET {name}=?", (value,))
        database.commit()


def holding(folder: Path) -> subprocess.Popen[str]:
    """Another process that has the lease and lives."""
    script = (
        "import pathlib, sys\nfrom bulkportal.apply.ledger import Ledger\n"
        f"own = Ledger(pathlib.Path({str(folder)!r}), 'w', 'run-1')\nown.acquire()\nprint('held', flush=True)\nsys.stdin.read()\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


@LINUX
@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_was_set_takes_no_lease_from_a_living_holder(tmp_path: Path, jump: float) -> None:
    """On one machine the holder itself is looked at; and the moment it is killed, its lease is free, whatever the clock says."""
    process = holding(tmp_path)
    clock = Clock()
    with closing(sqlite3.connect(tmp_path / "ledger.sqlite3")) as database:
        clock.now = database.execute("SELECT beat_at FROM lease").fetchone()[0] + jump
    with Ledger(tmp_path, "w", "run-2", clock=clock) as own:
        with pytest.raises(AnotherRun, match=str(process.pid)):
            own.acquire()
        process.kill()
        process.communicate()
        own.acquire()


@LINUX
def test_another_process_under_the_number_of_a_dead_holder_is_not_taken_for_it(tmp_path: Path) -> None:
    """Numbers of processes are used again."""
    with Ledger(tmp_path, "w", "run-1") as first, Ledger(tmp_path, "w", "run-2") as second:
        first.acquire()
        change(tmp_path, born=f"{birth().rpartition(' ')[0]} 1")
        second.acquire()


@LINUX
def test_a_holder_in_another_container_is_judged_by_its_heartbeat(tmp_path: Path) -> None:
    """The same name of a machine and the same number of a process mean nothing there."""
    clock = Clock()
    with Ledger(tmp_path, "w", "run-1", clock=clock) as first, Ledger(tmp_path, "w", "run-2", clock=clock) as second:
        first.acquire()
        system, _, started = birth().split(" ")
        change(tmp_path, born=f"{system} pid:[1] {started}", pid=os.getpid())
        with pytest.raises(AnotherRun):
            second.acquire()
        clock.now += STALE_AFTER + 1
        second.acquire()


def test_a_run_that_was_taken_for_dead_sends_nothing_more(where: Where) -> None:
    """As a laptop that slept: it neither begins a request nor takes the lease back nor gives away the other's."""
    with Ledger(where, "w", "run-1") as first, Ledger(where, "w", "run-2") as second:
        first.acquire()
        silent(where)
        second.acquire()
        for act in (first.beat, lambda: first.begin(BUY, None, {})):
            with pytest.raises(AnotherRun, match="run-2"):
                act()
        first.release()
        second.beat()
        assert second.begin(BUY, None, {}).generation == 0


def test_a_run_that_was_taken_for_dead_ends_nothing_either(where: Where) -> None:
    """The run that took over has paid and written it down: the first one's late word about its own request changes nothing."""
    with Ledger(where, "w", "run-1") as first, Ledger(where, "w", "run-2") as second:
        first.acquire()
        begun = first.begin(BUY, None, {})
        silent(where)
        second.acquire()
        again = second.begin(BUY, None, {})
        assert (again.resumed, again.key) == (True, begun.key)
        with pytest.raises(AnotherRun, match="run-2"):
            first.end(begun, Completion(state="planned"))
        second.end(again, Completion(state="done", answer={"id": "bnd-1"}, credits=25))
        second.release()
        for state in ("planned", "refused", "unknown", "done"):
            with pytest.raises(AnotherRun):
                first.end(begun, Completion(state=state, credits=25))
        for act in (lambda: first.begin(BUY, None, {}), lambda: first.remember("bnd-1", 1, Remembered(media="", sent={}))):
            with pytest.raises(AnotherRun, match="taken this workspace over"):
                act()
        ended = second.find(BUY.identity)
        assert ended is not None
        assert (ended.state, ended.credits, ended.generation) == ("done", 25, 0)
        assert second.charged_since(datetime(2020, 1, 1, tzinfo=UTC)) == 25


def test_an_operation_ends_once(where: Where) -> None:
    """A second word about one that has ended is refused: its end is what the next run plans by."""
    with Ledger(where, "w", "run-1") as own:
        own.acquire()
        entry = own.begin(BUY, None, {})
        own.end(entry, Completion(state="unknown"))
        own.end(entry, Completion(state="done", credits=25))
        with pytest.raises(AnotherRun):
            own.end(entry, Completion(state="planned"))


def test_a_heartbeat_keeps_the_lease(tmp_path: Path) -> None:
    """For as long as it beats."""
    clock = Clock()
    with Ledger(tmp_path, "w", "run-1", clock=clock) as first, Ledger(tmp_path, "w", "run-2", clock=clock) as second:
        first.acquire()
        change(tmp_path, host="elsewhere")
        for _ in range(5):
            clock.now += STALE_AFTER - 1
            first.beat()
            with pytest.raises(AnotherRun):
                second.acquire()


def test_a_run_whose_lease_is_taken_in_the_middle_ends_with_12(desk: Desk) -> None:
    """What was under way is told; nothing more is bought; the next run finds everything and pays for the rest once."""
    rows = [bundle(f"spring-{number:02}", bundle_type="account_only", videos_quantity=None) for number in range(12)]
    launch = desk.sheets("launch", bundles=rows)
    desk.trouble("slow", "POST /bundles", times=None, seconds=300)
    process = desk.start("import", launch, "--yes", "--json")
    desk.wait(process, lambda: desk.writes)
    change(desk.home, run_id="run-other")
    desk.operate("DELETE", "/faults")
    _, err = process.communicate(timeout=250)
    assert process.returncode == 12, err
    assert "has taken this workspace over" in err and "Traceback" not in err
    assert len(desk.bundles) <= 8
    change(desk.home, born="", host="elsewhere", beat_at=0)
    assert desk.until_done(launch).code == 0
    assert 5000 - desk.balance == 60


def test_after_a_kill_the_next_run_begins_at_once(desk: Desk) -> None:
    """The lease of a process that is gone is nobody's."""
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1)])
    desk.trouble("slow", "PUT /bundles/{id}/videos/batch", seconds=1)
    assert desk.killed_at(3, "import", launch, "--yes")
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM lease").fetchone() == (1,), "it was not given back"
    assert desk.until_done(launch).code == 0
    assert 5000 - desk.balance == 15


@LINUX
def test_a_holder_whose_process_is_hidden_from_us_lives_as_long_as_its_heart_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another user's process under a hidden /proc: it is there, and nobody may take its workspace, in a file or in PostgreSQL."""
    ours = birth()
    monkeypatch.setattr(lease, "birth", lambda pid="self": ours if pid == "self" else "")
    holder = {"host": socket.gethostname(), "pid": os.getpid(), "born": ours}
    assert lives(holder) is None
    assert is_held({**holder, "beat_at": 100.0}, 100.0 + STALE_AFTER) and not is_held({**holder, "beat_at": 100.0}, 101.0 + STALE_AFTER)
    claim = {**holder, "connected": True, "up_since": 0.0, "at": 100.0}
    assert postgres_claim._is_held({**claim, "now": 100.0 + STALE_AFTER}) and not postgres_claim._is_held({**claim, "now": 101.0 + STALE_AFTER})
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert lives({**holder, "pid": gone.pid}) is False
