"""The ledger: written before, confirmed after, and never a second key for one purchase."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import pytest

from bulkportal.apply.entries import Completion
from bulkportal.apply.homes import Where
from bulkportal.apply.lease import STALE_AFTER
from bulkportal.apply.ledger import Ledger, workspace_of
from bulkportal.errors import AnotherRun, UsageProblem
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered
from tests.apply.homes import asked, process


def operation(kind: OperationKind = OperationKind.CREATE_BUNDLE, identity: str = "create:spring") -> Operation:
    """Something to do with the bundle `spring`."""
    return Operation(identity=identity, kind=kind, bundle="spring", bundle_id="", target="spring", rows=(), price=25)


def ledger(where: Where, run: str = "run-1", workspace: str = "w", **more: object) -> Ledger:
    """The ledger in that folder."""
    return Ledger(where, workspace, run, **more)  # type: ignore[arg-type]


class Working(Ledger):
    """A ledger whose run has the lease, for as long as it is open."""

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        super().__exit__()


def working(where: Where, run: str = "run-1", workspace: str = "w") -> Working:
    """The same, at work."""
    return Working(where, workspace, run)


def test_an_operation_is_on_disk_before_its_request_leaves(where: Where) -> None:
    """Another connection sees it as soon as `begin` returns."""
    with working(where) as own:
        entry = own.begin(operation(), None, {"title": "Spring"})
        assert asked(where, "SELECT state, key, body, paid FROM operations") == [("sent", entry.key, '{"title": "Spring"}', 1)]


@pytest.mark.parametrize("state", ["sent", "unknown"])
def test_a_purchase_whose_end_is_unknown_keeps_its_key_and_its_body(where: Where, state: str) -> None:
    """Whatever the sheet says by then."""
    with working(where) as own:
        first = own.begin(operation(), None, {"title": "Spring"})
        if state == "unknown":
            own.end(first, Completion(state="unknown"))
    with working(where, "run-2") as own:
        again = own.begin(operation(), None, {"title": "Edited"})
        assert (again.key, again.body, again.generation, again.resumed) == (first.key, {"title": "Spring"}, 0, True)
        assert [entry.identity for entry in own.unsettled()] == ["create:spring"]


@pytest.mark.parametrize(("state", "generation"), [("planned", 0), ("refused", 1), ("done", 1)])
def test_a_new_generation_only_after_a_definite_end(where: Where, state: str, generation: int) -> None:
    """After a refusal the corrected row gets a new key; after a request that never left, the old one."""
    with working(where) as own:
        first = own.begin(operation(), None, {"title": "Spring"})
        own.end(first, Completion(state=state))
        again = own.begin(operation(), None, {"title": "Edited"})
        assert (again.generation, again.body, again.resumed) == (generation, {"title": "Edited"}, False)
        assert (again.key == first.key) is (generation == 0)


def test_the_key_of_a_purchase_does_not_depend_on_its_content(where: Where, tmp_path: Path) -> None:
    """In another ledger the edited row has the same key: a platform that remembers it will not charge again."""
    keys = set()
    for home, body in ((where, {"title": "Spring"}), (tmp_path / "other", {"title": "Edited"})):
        with working(home) as own:
            keys.add(own.begin(operation(), None, body).key)
    assert len(keys) == 1


def test_what_is_free_gets_a_key_of_its_content(where: Where) -> None:
    """The same body may be sent again under its key; another body needs another."""
    free = operation(OperationKind.CONFIGURE_ACCOUNT, "account:spring")
    with working(where) as own:
        keys = [own.begin(free, "bnd-1", {"biography": text}).key for text in ("one", "two", "one")]
        assert keys[0] == keys[2] != keys[1]
        assert own.unsettled() == (), "what is free is planned afresh, not settled"


def test_two_workspaces_know_nothing_of_each_other(where: Where) -> None:
    """One file, two accounts: other keys, other memories, other locks."""
    assert workspace_of("https://a/api", "x@y") == workspace_of("https://a/api/", "x@y") != workspace_of("https://a/api", "z@y")
    with working(where, workspace="one") as one, working(where, "run-2", workspace="two") as two:
        first = one.begin(operation(), None, {})
        assert two.find("create:spring") is None
        assert two.begin(operation(), None, {}).key != first.key
        one.remember("bnd-1", 1, Remembered(media="m", sent={"a": 1}))
        assert two.memory().places == {}
        one.acquire()
        two.acquire()


def test_what_was_set_is_remembered(where: Where) -> None:
    """Places and uploads outlive the process."""
    with working(where) as own:
        own.remember("bnd-1", 1, Remembered(media="sha256:aa", sent={"description": "été 🍅"}))
        own.remember_upload("bnd-1", "aa", "video", {"public_url": "https://x/1", "storage_path": "p"})
    with working(where, "run-2") as own:
        memory = own.memory()
        assert memory.places["bnd-1", 1] == Remembered(media="sha256:aa", sent={"description": "été 🍅"})
        assert memory.uploads["bnd-1", "aa", "video"] == {"public_url": "https://x/1", "storage_path": "p"}


# -- one run at a time


def test_a_second_run_is_told_who_holds_the_lock(where: Where) -> None:
    """Until the first gives it back."""
    with ledger(where) as first, ledger(where, "run-2") as second:
        first.acquire()
        first.acquire()
        with pytest.raises(AnotherRun, match=rf"run-1, process {os.getpid()} on "):
            second.acquire()
        second.release()
        with pytest.raises(AnotherRun):
            second.acquire()
        first.release()
        second.acquire()


def test_a_dead_holder_loses_the_lock_at_once(where: Where) -> None:
    """A process that was killed cannot give it back."""
    holder = process(where, "opened('run-dead').acquire()\n")
    holder.communicate(timeout=250)
    assert holder.returncode == 0
    with ledger(where) as own:
        own.acquire()


def test_a_silent_holder_on_another_machine_loses_the_lock_after_a_while(tmp_path: Path) -> None:
    """Its process cannot be looked at, so its heartbeat decides."""
    now = [1000.0]
    with ledger(tmp_path) as first, ledger(tmp_path, "run-2", clock=lambda: now[0]) as second:
        first.acquire()
        asked(tmp_path, "UPDATE lease SET host='elsewhere', pid=1, beat_at=1000")
        now[0] = 1000 + STALE_AFTER - 1
        with pytest.raises(AnotherRun, match="elsewhere"):
            second.acquire()
        now[0] = 1000 + STALE_AFTER + 1
        second.acquire()


def test_what_was_paid_is_summed_over_generations(where: Where) -> None:
    """A second purchase under the same name is a charge of its own; a renewal of Coverage counts as well, and once."""
    with working(where) as own:
        for _ in range(2):
            own.end(own.begin(operation(), None, {}), Completion(state="done", credits=25, answer={"id": "bnd-1"}))
        own.charge("coverage:line-1", 10)
        own.charge("coverage:line-1", 10)
        assert own.charged_since(datetime(2020, 1, 1, tzinfo=UTC)) == 60
        assert own.charged_since(datetime(2199, 1, 1, tzinfo=UTC)) == 0
        assert own.memory().bought == {"spring": "bnd-1"}
        assert list(own.finished(["create:spring", "create:autumn"])) == ["create:spring"]


def test_an_identity_of_an_older_version_is_found_under_its_plain_name(where: Where) -> None:
    """It may hold characters that nobody sees."""
    with working(where) as own:
        own.end(own.begin(operation(identity="create:spring"), None, {}), Completion(state="done"))
        asked(where, "UPDATE operations SET identity=?", "create:spr\u200bing")
    with working(where, "run-2") as own:
        found = own.find("create:spring")
        assert found is not None and found.identity == "create:spr\u200bing"


@pytest.mark.parametrize(("column", "value"), [("body", '{"title": "Altered"}'), ("state", "sent "), ("key", "bp-0")])
def test_an_open_operation_that_was_altered_is_not_believed(where: Where, column: str, value: str) -> None:
    """Whatever altered it: nothing is sent from such books."""
    with working(where) as own:
        own.begin(operation(), None, {"title": "Spring"})
    asked(where, f"UPDATE operations SET {column}=?", value)
    with pytest.raises(UsageProblem, match="damaged"):
        ledger(where, "run-2")


def test_runs_are_written_down(where: Where) -> None:
    """When they began, how they ended, and what came of the rows."""
    with ledger(where) as own:
        own.start_run("import", ["launch.xlsx"], {"inputs": ["launch.xlsx"]})
        own.finish_run(4, {"total": 2, "done": 1, "invalid": 1}, 45)
        (run,) = own.runs()
    assert (run.command, run.files, run.exit_code, run.totals["invalid"], run.credits) == ("import", ("launch.xlsx",), 4, 1, 45)


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
