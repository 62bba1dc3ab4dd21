"""Books in PostgreSQL: claims by the server's clock, locks that outlive a stop and not a death, a server that goes away, formats, copies."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bulkportal.apply import copying
from bulkportal.apply.entries import Completion
from bulkportal.apply.homes import Where
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.ledger_file import SCHEMA
from bulkportal.database import Books, Database, Schema
from bulkportal.errors import AnotherRun, BooksAway, UsageProblem
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import PostgresBooks, translated
from tests.apply.homes import asked, process
from tests.postgres import PASSWORD, Server

BUY = Operation(identity="create:spring", kind=OperationKind.CREATE_BUNDLE, bundle="spring", bundle_id="", target="spring", rows=(), price=25)
DONE = Completion(state="done", answer={"id": "bnd-1"}, credits=25, request_id="req-1")


@pytest.fixture
def shared(postgres: Server) -> PostgresAddress:
    """An empty database."""
    return PostgresAddress.of(postgres.database())


@contextmanager
def at_work(where: Where, run: str = "run-1") -> Iterator[Ledger]:
    """A run that has the workspace."""
    with Ledger(where, "w", run) as own:
        own.acquire()
        yield own


# -- claims and locks


def test_a_workspace_that_is_taken_has_a_new_number_each_time(shared: PostgresAddress) -> None:
    """Also by the same run, so that a twin of it, or an earlier connection, writes nothing any more."""
    with at_work(shared) as own, Ledger(shared, "w", "run-1") as twin:
        twin.acquire()
        for act in (lambda: own.begin(BUY, None, {}), own.beat):
            with pytest.raises(AnotherRun, match="taken this workspace over"):
                act()
        assert twin.begin(BUY, None, {}).generation == 0
        twin.release()
    with at_work(shared, "run-2"):
        assert asked(shared, "SELECT epoch, holder FROM claims") == [(3, "run-2")]


def test_of_many_that_want_a_workspace_one_gets_it(shared: PostgresAddress) -> None:
    """Even where they come at the same moment, and the tables are not made yet."""
    start, gets = threading.Barrier(5), []

    def one(number: int) -> None:
        start.wait()
        with Ledger(shared, "w", f"run-{number}") as own:
            try:
                own.acquire()
            except AnotherRun:
                pass
            else:
                gets.append(number)
            start.wait()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(one, range(5)))
    assert len(gets) == 1


def test_a_process_that_is_stopped_keeps_its_purchase_and_one_that_dies_lets_go(shared: PostgresAddress) -> None:
    """Its claim is taken over all the same: nothing is written by it any more."""
    holder = process(shared, "own = opened('run-1')\nown.acquire()\nprint(own.try_alone('create:spring'), flush=True)\nsys.stdin.read()\n")
    assert holder.stdout is not None and holder.stdout.readline() == "None\n"
    try:
        holder.send_signal(signal.SIGSTOP)
        with Ledger(shared, "w", "run-2") as second:
            with pytest.raises(AnotherRun, match="run-1"):
                second.acquire()
            asked(shared, "UPDATE claims SET at=at-1000")
            second.acquire()
            told = second.try_alone("create:spring")
            assert told is not None and f"run-1, process {holder.pid} on " in told
            assert second.try_alone("create:autumn") is None
            holder.kill()
            holder.communicate()
            while second.try_alone("create:spring") is not None:  # as soon as the server has noticed
                pass
    finally:
        holder.kill()
        holder.communicate()


# -- the server goes away


def test_a_server_that_was_started_anew_is_found_again_and_its_locks_are_taken_again(shared: PostgresAddress, postgres: Server) -> None:
    """What was begun ends; a lock that another run got meanwhile is not ours any more."""
    with at_work(shared) as own:
        entry = own.begin(BUY, None, {})
        assert own.try_alone("one") is own.try_alone("two") is None
        postgres.stop(signal.SIGQUIT)
        postgres.start()
        with Ledger(shared, "w", "run-2") as second:
            assert second.try_alone("two") is None
            own.end(entry, DONE)
            assert (own._claim.is_alone("one"), own._claim.is_alone("two")) == (True, False)
            with pytest.raises(AnotherRun, match="run-1"):
                second.acquire()


def test_what_is_paid_is_written_once_though_the_server_went_away_in_the_middle(shared: PostgresAddress, postgres: Server) -> None:
    """Whether the words of an end had arrived is seen when it is back."""
    with at_work(shared) as own:
        entry = own.begin(BUY, None, {})
        own._end(entry, DONE)  # it arrived, and nobody heard so
        real, own._end = own._end, lambda *_: _away()  # type: ignore[method-assign]
        own.end(entry, DONE)
        with pytest.raises(BooksAway):
            own.end(entry, replace(DONE, state="refused"))
        own._end = real  # type: ignore[method-assign]
        assert own.charged_since(datetime(2020, 1, 1, tzinfo=UTC)) == 25


def _away() -> None:
    raise BooksAway("away")


def test_a_server_that_stays_away_is_trouble_that_passes(shared: PostgresAddress, postgres: Server) -> None:
    """Exit code 5, and no password in the words."""
    postgres.stop()
    try:
        with pytest.raises(BooksAway, match="cannot be reached") as told:
            PostgresBooks(shared, SCHEMA, patience=0.5)
    finally:
        postgres.start()
    assert "every@one" not in told.value.message + told.value.hint


# -- formats

NOTES = Schema(name="notes", tables="CREATE TABLE notes (text TEXT)", version=1, if_damaged="", shared="notes")
LATER = replace(
    NOTES,
    tables="CREATE TABLE notes (text TEXT, day TEXT)",
    version=2,
    migrations={1: lambda database: database.execute("ALTER TABLE notes ADD COLUMN day TEXT")},
)


def notebook(where: Where, schema: Schema) -> Books:
    """The same notebook in either home."""
    return Database(where / "notes.sqlite3", schema) if isinstance(where, Path) else PostgresBooks(where, schema)


def test_books_of_an_older_format_become_those_of_today(where: Where) -> None:
    """With all that they held; those of a newer one are refused and left as they are."""
    first = notebook(where, NOTES)
    first.write("INSERT INTO notes VALUES (?)", "100% kept?")
    first.close()
    second = notebook(where, LATER)
    assert [(row["text"], row["day"]) for row in second.rows("SELECT text, day FROM notes")] == [("100% kept?", None)]
    second.close()
    with pytest.raises(UsageProblem, match="newer bulkportal"):
        notebook(where, NOTES)


def test_a_step_that_fails_leaves_the_older_format(where: Where) -> None:
    """All of it or nothing."""
    notebook(where, NOTES).close()
    broken = replace(LATER, migrations={1: lambda database: [database.execute("DROP TABLE notes"), database.execute("nonsense")]})
    with pytest.raises(UsageProblem):
        notebook(where, broken)
    again = notebook(where, NOTES)
    assert again.rows("SELECT text FROM notes") == []
    again.close()


def test_a_statement_of_ours_is_put_as_the_server_wants_it() -> None:
    """Marks, signs of percent, and the kinds of columns."""
    assert translated("SELECT a FROM t WHERE a LIKE '%  %' AND b=?") == "SELECT a FROM t WHERE a LIKE '%%  %%' AND b=%s"
    made = translated("CREATE TABLE t (a TEXT, b REAL, c INTEGER, PRIMARY KEY (a)) WITHOUT ROWID")
    assert made == 'CREATE TABLE t (a TEXT COLLATE "C", b DOUBLE PRECISION, c BIGINT, PRIMARY KEY (a))'


# -- copies


def filled(where: Where) -> None:
    """Books with something of everything in them."""
    with at_work(where) as own:
        own.start_run("import", ["launch.xlsx"], {"inputs": ["été.xlsx"]})
        own.end(own.begin(BUY, None, {"title": "Été 🍅 100%"}), DONE)
        own.begin(replace(BUY, identity="create:autumn", bundle="autumn"), None, {"title": "?"})
        own.remember("bnd-1", 1, Remembered(media="sha256:aa", sent={"description": "été"}))
        own.remember_upload("bnd-1", "aa", "video", {"public_url": "https://x/1"})
        own.charge("coverage:1", 12.5)
        own.finish_run(0, {"total": 1}, 25)
        own.release()


def test_books_go_from_a_file_to_a_server_and_back_and_are_the_same(shared: PostgresAddress, tmp_path: Path) -> None:
    """Counts, contents, sums and seals; the run after it goes on where the one before stopped."""
    filled(tmp_path / "a")
    there = copying.copy(tmp_path / "a", shared)
    assert (there.rows["operations"], there.rows["runs"], there.credits, there.sealed) == (2, 1, 37.5, 2)
    back = copying.copy(shared, tmp_path / "b")
    assert back == there
    with at_work(tmp_path / "b", "run-2") as own:
        assert own.begin(replace(BUY, identity="create:autumn", bundle="autumn"), None, {"title": "new"}).resumed
        assert own.copied_from() is None
    with Ledger(tmp_path / "a", "w", "run-2") as old:
        home = old.copied_from()
        assert home is not None and shared.shown in str(home), "whoever pays from the old file is asked"


def test_a_copy_that_is_not_the_same_is_not_kept(shared: PostgresAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One credit that is lost on the way is seen, and the empty place stays empty."""
    filled(tmp_path)
    real = copying._write
    monkeypatch.setattr(copying, "_write", lambda database, table, rows: real(database, table, rows if table != "charges" else rows[1:]))
    with pytest.raises(UsageProblem, match="is not what was read"):
        copying.copy(tmp_path, shared)
    assert asked(shared, "SELECT count(*) FROM operations") == [(0,)]


def test_nothing_is_copied_over_books_from_under_a_run_or_from_nowhere(shared: PostgresAddress, tmp_path: Path) -> None:
    """Each refusal is a sentence."""
    filled(tmp_path / "a")
    filled(shared)
    with pytest.raises(UsageProblem, match="holds something already"):
        copying.copy(tmp_path / "a", shared)
    with pytest.raises(UsageProblem, match="There is no ledger"):
        copying.copy(tmp_path / "none", shared)
    with pytest.raises(UsageProblem, match="onto itself"):
        copying.copy(tmp_path / "a", tmp_path / "a")
    for source in (shared, tmp_path / "a"):
        with at_work(source, "run-7"), pytest.raises(AnotherRun, match="run-7"):
            copying.copy(source, tmp_path / "c")


# -- addresses


@pytest.mark.parametrize(
    "text",
    [
        "mysql://books:Secret4you@host/db",
        "postgresql://books:Secret4you/more@host/db",
        "postgresql://books:Secret4you#x@host/db",
        "postgresql://books:Secret 4you@host/db",
        "postgresql://host:99999/db",
    ],
)
def test_an_address_that_cannot_be_read_is_not_quoted(text: str) -> None:
    """What stands in it may be a password."""
    with pytest.raises(ValueError, match=r"it (cannot be read|is not an address)") as told:
        PostgresAddress.of(text)
    assert "Secret" not in str(told.value)


def test_an_address_shows_neither_password_nor_options(shared: PostgresAddress) -> None:
    """Printed, formatted, as it represents itself; and where the password stands among the options."""
    other = PostgresAddress.of("postgresql://books@db.example.com/books?password=Secret4you&sslmode=verify-full")
    for shown in (str(shared), repr(shared), f"{shared}", str(other), repr(other)):
        assert "every" not in shown and PASSWORD not in shown and "Secret4you" not in shown
    assert str(other) == "postgresql://books@db.example.com/books"
    assert (shared.is_local, other.is_local, PostgresAddress.of("postgresql:///books?host=/run/postgresql").is_local) == (True, False, True)


def test_a_wrong_password_is_a_sentence_without_it(postgres: Server) -> None:
    """Exit code 2: coming again does not help."""
    address = PostgresAddress.of(postgres.database().replace("Books%2F4", "Wrong%2F4"))
    with pytest.raises(UsageProblem, match="refuses the connection") as told:
        Ledger(address, "w", "run-1")
    assert "Wrong" not in told.value.message + told.value.hint and told.value.__suppress_context__
