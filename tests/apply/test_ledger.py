"""The ledger: written before, confirmed after, and never a second key for one purchase."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest

from bulkportal.apply.entries import Completion
from bulkportal.apply.lease import STALE_AFTER
from bulkportal.apply.ledger import Ledger, workspace_of
from bulkportal.errors import AnotherRun, UsageProblem
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered


def operation(kind: OperationKind = OperationKind.CREATE_BUNDLE, identity: str = "create:spring") -> Operation:
    """Something to do with the bundle `spring`."""
    return Operation(identity=identity, kind=kind, bundle="spring", bundle_id="", target="spring", rows=(), price=25)


def ledger(folder: Path, run: str = "run-1", workspace: str = "w", **more: object) -> Ledger:
    """The ledger in that folder."""
    return Ledger(folder, workspace, run, **more)  # type: ignore[arg-type]


class Working(Ledger):
    """A ledger whose run has the lease, for as long as it is open."""

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        super().__exit__()


def working(folder: Path, run: str = "run-1", workspace: str = "w") -> Working:
    """The same, at work."""
    return Working(folder, workspace, run)


def test_an_operation_is_on_disk_before_its_request_leaves(tmp_path: Path) -> None:
    """Another connection sees it as soon as `begin` returns."""
    with working(tmp_path) as own:
        entry = own.begin(operation(), None, {"title": "Spring"})
        seen = sqlite3.connect(tmp_path / "ledger.sqlite3")
        assert seen.execute("SELECT state, key, body, paid FROM operations").fetchall() == [("sent", entry.key, '{"title": "Spring"}', 1)]
        assert seen.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        seen.close()


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_a_purchase_whose_end_is_unknown_keeps_its_key_and_its_body(tmp_path: Path, state: str) -> None:
    """Whatever the sheet says by then."""
    with working(tmp_path) as own:
        first = own.begin(operation(), None, {"title": "Spring"})
        if state == "unknown":
            own.end(first, Completion(state="unknown"))
    with working(tmp_path, "run-2") as own:
        again = own.begin(operation(), None, {"title": "Edited"})
        assert (again.key, again.body, again.generation, again.resumed) == (first.key, {"title": "Spring"}, 0, True)
        assert [entry.identity for entry in own.unsettled()] == ["create:spring"]


@pytest.mark.parametrize(("state", "generation"), [("planned", 0), ("refused", 1), ("done", 1)])
def test_a_new_generation_only_after_a_definite_end(tmp_path: Path, state: str, generation: int) -> None:
    """After a refusal the corrected row gets a new key; after a request that never left, the old one."""
    with working(tmp_path) as own:
        first = own.begin(operation(), None, {"title": "Spring"})
        own.end(first, Completion(state=state))
        again = own.begin(operation(), None, {"title": "Edited"})
        assert (again.generation, again.body, again.resumed) == (generation, {"title": "Edited"}, False)
        assert (again.key == first.key) is (generation == 0)


def test_the_key_of_a_purchase_does_not_depend_on_its_content(tmp_path: Path) -> None:
    """In another ledger the edited row has the same key: a platform that remembers it will not charge again."""
    keys = set()
    for number, body in enumerate([{"title": "Spring"}, {"title": "Edited"}]):
        with working(tmp_path / str(number)) as own:
            keys.add(own.begin(operation(), None, body).key)
    assert len(keys) == 1


def test_what_is_free_gets_a_key_of_its_content(tmp_path: Path) -> None:
    """The same body may be sent again under its key; another body needs another."""
    free = operation(OperationKind.CONFIGURE_ACCOUNT, "account:spring")
    with working(tmp_path) as own:
        keys = [own.begin(free, "bnd-1", {"biography": text}).key for text in ("one", "two", "one")]
        assert keys[0] == keys[2] != keys[1]
        assert own.unsettled() == (), "what is free is planned afresh, not settled"


def test_two_workspaces_know_nothing_of_each_other(tmp_path: Path) -> None:
    """One file, two accounts: other keys, other memories, other locks."""
    assert workspace_of("https://a/api", "x@y") == workspace_of("https://a/api/", "x@y") != workspace_of("https://a/api", "z@y")
    with working(tmp_path, workspace="one") as one, working(tmp_path, "run-2", workspace="two") as two:
        first = one.begin(operation(), None, {})
        assert two.find("create:spring") is None
        assert two.begin(operation(), None, {}).key != first.key
        one.remember("bnd-1", 1, Remembered(media="m", sent={"a": 1}))
        assert two.memory().places == {}
        one.acquire()
        two.acquire()


def test_what_was_set_is_remembered(tmp_path: Path) -> None:
    """Places and uploads outlive the process."""
    with working(tmp_path) as own:
        own.remember("bnd-1", 1, Remembered(media="sha256:aa", sent={"description": "été 🍅"}))
        own.remember_upload("bnd-1", "aa", "video", {"public_url": "https://x/1", "storage_path": "p"})
    with working(tmp_path, "run-2") as own:
        memory = own.memory()
        assert memory.places["bnd-1", 1] == Remembered(media="sha256:aa", sent={"description": "été 🍅"})
        assert memory.uploads["bnd-1", "aa", "video"] == {"public_url": "https://x/1", "storage_path": "p"}


# -- one run at a time


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    """Until the first gives it back."""
    with ledger(tmp_path) as first, ledger(tmp_path, "run-2") as second:
        first.acquire()
        first.acquire()
        with pytest.raises(AnotherRun, match=rf"run-1, process {os.getpid()} on "):
            second.acquire()
        second.release()
        with pytest.raises(AnotherRun):
            second.acquire()
        first.release()
        second.acquire()


def test_a_dead_holder_loses_the_lock_at_once(tmp_path: Path) -> None:
    """A process that was killed cannot give it back."""
    script = f"import pathlib; from bulkportal.apply.ledger import Ledger; Ledger(pathlib.Path({str(tmp_path)!r}), 'w', 'run-dead').acquire()"
    subprocess.run([sys.executable, "-c", script], check=True)
    with ledger(tmp_path) as own:
        own.acquire()


def test_a_silent_holder_on_another_machine_loses_the_lock_after_a_while(tmp_path: Path) -> None:
    """Its process cannot be looked at, so its heartbeat decides."""
    now = [1000.0]
    with ledger(tmp_path) as first, ledger(tmp_path, "run-2", clock=lambda: now[0]) as second:
        first.acquire()
        with sqlite3.connect(tmp_path / "ledger.sqlite3") as database:
            database.execute("UPDATE lease SET host='elsewhere', pid=1, beat_at=1000")
        database.close()
        now[0] = 1000 + STALE_AFTER - 1
        with pytest.raises(AnotherRun, match="elsewhere"):
            second.acquire()
        now[0] = 1000 + STALE_AFTER + 1
        second.acquire()


# -- files that cannot be used


def test_a_newer_ledger_is_refused_with_a_sentence(tmp_path: Path) -> None:
    """It is left as it is."""
    with working(tmp_path) as own:
        own.begin(operation(), None, {})
    with sqlite3.connect(tmp_path / "ledger.sqlite3") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(UsageProblem, match="newer bulkportal") as told:
        ledger(tmp_path)
    assert "Update" in told.value.hint
    seen = sqlite3.connect(tmp_path / "ledger.sqlite3")
    assert seen.execute("PRAGMA user_version").fetchone() == (99,)
    assert seen.execute("SELECT count(*) FROM operations").fetchone() == (1,)
    seen.close()


@pytest.mark.parametrize("content", [b"this is no database " * 300, b"SQLite format 3\x00" + b"\xff" * 8000])
def test_a_damaged_ledger_is_said_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    """Losing it in silence could pay twice: a person moves it away."""
    path = tmp_path / "ledger.sqlite3"
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match="damaged") as told:
        ledger(tmp_path)
    assert str(path) in told.value.message and "not paid twice" in told.value.hint
    assert path.read_bytes() == content


def test_a_ledger_that_is_damaged_in_its_middle_is_said(tmp_path: Path) -> None:
    """All pages are looked at when it is opened, not only the first."""
    with working(tmp_path) as own:
        for number in range(300):
            own.begin(operation(identity=f"create:{number}"), None, {"title": "x" * 200})
    path = tmp_path / "ledger.sqlite3"
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * (len(content) - 8192)
    path.write_bytes(content)
    with pytest.raises(UsageProblem, match="damaged"):
        ledger(tmp_path, "run-2")


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    """With the variable that names another."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(UsageProblem, match="cannot be used") as told:
        ledger(tmp_path / "file" / "home")
    assert "BULKPORTAL_HOME" in told.value.hint


def test_runs_are_written_down(tmp_path: Path) -> None:
    """When they began, how they ended, and what came of the rows."""
    with ledger(tmp_path) as own:
        own.start_run("import", ["launch.xlsx"], {"inputs": ["launch.xlsx"]})
        own.finish_run(4, {"total": 2, "done": 1, "invalid": 1}, 45)
    seen = sqlite3.connect(tmp_path / "ledger.sqlite3")
    command, files, code, totals, charged = seen.execute("SELECT command, files, exit_code, totals, credits FROM runs").fetchone()
    seen.close()
    assert (command, json.loads(files), code, json.loads(totals)["invalid"], charged) == ("import", ["launch.xlsx"], 4, 1, 45)
