"""The ledger's file: made whole or not at all, examined when it is opened, brought up from older formats.

SQLite with a write-ahead log and full sync. Whatever is wrong with the file or its folder is said in a sentence: a
ledger that cannot be read must never be taken for an empty one, since that would forget what has been paid.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from bulkportal import private
from bulkportal.errors import AnotherRun, BulkportalError, TemporaryTrouble, UsageProblem, unwritten

FILE = "ledger.sqlite3"
"""The name of the file, in the home folder."""

SCHEMA_VERSION = 3

_SMALLEST = 512
"""Bytes: no database is smaller than the smallest page."""

_SCHEMA = """
CREATE TABLE operations (
    workspace TEXT NOT NULL, identity TEXT NOT NULL, generation INTEGER NOT NULL, kind TEXT NOT NULL,
    bundle TEXT NOT NULL, bundle_id TEXT, key TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
    paid INTEGER NOT NULL, price REAL, total INTEGER NOT NULL, before INTEGER NOT NULL,
    answer TEXT, credits REAL, request_id TEXT, code TEXT, run_id TEXT NOT NULL,
    begun_at TEXT NOT NULL, ended_at TEXT, seal TEXT NOT NULL DEFAULT '', sent_at TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (workspace, identity)
) WITHOUT ROWID;
CREATE TABLE places (
    workspace TEXT NOT NULL, bundle_id TEXT NOT NULL, position INTEGER NOT NULL,
    media TEXT NOT NULL, sent TEXT NOT NULL,
    PRIMARY KEY (workspace, bundle_id, position)
) WITHOUT ROWID;
CREATE TABLE uploads (
    workspace TEXT NOT NULL, bundle_id TEXT NOT NULL, sha256 TEXT NOT NULL, purpose TEXT NOT NULL,
    public_url TEXT NOT NULL, storage_path TEXT NOT NULL,
    PRIMARY KEY (workspace, bundle_id, sha256, purpose)
) WITHOUT ROWID;
CREATE TABLE runs (
    run_id TEXT PRIMARY KEY, workspace TEXT NOT NULL, command TEXT NOT NULL, files TEXT NOT NULL,
    job TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, exit_code INTEGER, totals TEXT, credits REAL
);
CREATE TABLE lease (
    workspace TEXT PRIMARY KEY, run_id TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, beat_at REAL NOT NULL,
    born TEXT NOT NULL DEFAULT ''
);
"""

_CHARGES = """
CREATE TABLE charges (
    workspace TEXT NOT NULL, identity TEXT NOT NULL, generation INTEGER NOT NULL, credits REAL NOT NULL,
    request_id TEXT, run_id TEXT NOT NULL, charged_at TEXT NOT NULL,
    PRIMARY KEY (workspace, identity, generation)
) WITHOUT ROWID;
CREATE INDEX charges_by_time ON charges (workspace, charged_at);
"""


_BELONGING = """
CREATE TABLE belonging (
    one INTEGER PRIMARY KEY CHECK (one = 1), machine TEXT NOT NULL, host TEXT NOT NULL, folder TEXT NOT NULL, file TEXT NOT NULL, since TEXT NOT NULL
);
"""


def _from_1(database: sqlite3.Connection) -> None:
    """Version 2: charges of their own, since an operation's row holds its last generation only; seals; who holds the lease."""
    database.execute("ALTER TABLE operations ADD COLUMN seal TEXT NOT NULL DEFAULT ''")
    database.execute("ALTER TABLE lease ADD COLUMN born TEXT NOT NULL DEFAULT ''")
    _run(database, _CHARGES)
    database.execute(
        "INSERT INTO charges SELECT workspace, identity, generation, credits, request_id, run_id, coalesce(ended_at, begun_at)"
        " FROM operations WHERE state='done' AND credits > 0"
    )
    rows = database.execute("SELECT workspace, identity, key, body FROM operations").fetchall()
    sealed = [(seal(key, body), workspace, identity) for workspace, identity, key, body in rows]
    database.executemany("UPDATE operations SET seal=? WHERE workspace=? AND identity=?", sealed)


def _from_2(database: sqlite3.Connection) -> None:
    """Version 3: when each request was last sent, on a clock that survives restarts; where this ledger belongs."""
    database.execute("ALTER TABLE operations ADD COLUMN sent_at TEXT NOT NULL DEFAULT ''")
    rows = database.execute("SELECT workspace, identity, begun_at FROM operations").fetchall()
    sent = [(f"{datetime.fromisoformat(begun).timestamp():.3f} 0 ", workspace, identity) for workspace, identity, begun in rows]
    database.executemany("UPDATE operations SET sent_at=? WHERE workspace=? AND identity=?", sent)
    _run(database, _BELONGING)


_MIGRATIONS: Mapping[int, Callable[[sqlite3.Connection], None]] = {1: _from_1, 2: _from_2}
"""How a ledger of each older version becomes one of the next."""


class Store:
    """The open file. Raises UsageProblem or TemporaryTrouble, with a sentence, where it cannot be used."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        with said(self.path):
            private.folder(folder)
            _made(self.path)
            self._db = private.database(self.path, isolation_level=None, timeout=20)
            try:
                self._open()
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):  # what is written is written; a full disk may refuse the tidying up
            self._db.close()

    def _open(self) -> None:
        self._db.row_factory = sqlite3.Row
        self._refuse_newer()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        found = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise damaged(self.path, "its pages do not fit together")
        if self._version() < SCHEMA_VERSION:
            self._migrate()

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _refuse_newer(self) -> None:
        version = self._version()
        if version > SCHEMA_VERSION:
            raise UsageProblem(
                f"The ledger {self.path} was written by a newer bulkportal (format {version}; this one knows {SCHEMA_VERSION}).",
                hint="Update bulkportal, or set BULKPORTAL_HOME to another folder.",
            )

    def _migrate(self) -> None:
        with self.writing() as database:
            while (version := self._version()) < SCHEMA_VERSION:
                if version == 0:
                    _build(database)
                else:
                    _MIGRATIONS[version](database)
                    database.execute(f"PRAGMA user_version={version + 1}")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, synced to the disk before it returns."""
        with said(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back by itself
                    self._db.execute("ROLLBACK")
                raise

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a question."""
        with said(self.path):
            return self._db.execute(query, values).fetchall()


def seal(key: str, body: str) -> str:
    """A fingerprint of what a paid request consists of, by which a row that the disk has altered is found out."""
    return hashlib.sha256(f"{key}\x1f{body}".encode()).hexdigest()[:16]


def damaged(path: Path, what: str) -> UsageProblem:
    """What to say of a ledger that cannot be believed."""
    return UsageProblem(
        f"The ledger {path} is damaged ({what}).",
        hint="Move the file away and run again: bundles are then found again by their names, and are not paid twice.",
    )


def _run(database: sqlite3.Connection, script: str) -> None:
    """Statement by statement: `executescript` would commit what is open."""
    for statement in script.split(";"):
        database.execute(statement)


def _build(database: sqlite3.Connection) -> None:
    _run(database, _SCHEMA + _CHARGES + _BELONGING)
    database.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _made(path: Path) -> None:
    """Put a new ledger in its place in one step, so that an empty or half-made file is always damage."""
    if path.is_dir():
        raise UsageProblem(f"The ledger {path} is a folder.", hint="Move it away, or set BULKPORTAL_HOME to another folder.")
    if path.exists():
        if path.stat().st_size < _SMALLEST:
            raise damaged(path, "it is empty")  # SQLite would take it for a new one
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    try:
        with contextlib.closing(private.database(draft)) as database:
            _build(database)
            database.commit()
            # Here, where nobody else is: two processes that turn one file to it do not wait for each other.
            database.execute("PRAGMA journal_mode=WAL")
        with contextlib.suppress(FileExistsError):  # another process was quicker
            _place(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _place(draft: Path, path: Path) -> None:
    """As `path`, unless there is one already. A file system without hard links can only move it."""
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        draft.rename(path)


@contextmanager
def said(path: Path) -> Iterator[None]:
    """SQLite's and the system's complaints as sentences."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise _sentence(path, str(error)) from error
    except OSError as error:
        words = f"The folder {path.parent} cannot be used ({error.strerror})."
        raise unwritten(error, words, hint="Set BULKPORTAL_HOME to a folder you may write to.") from error


def _sentence(path: Path, text: str) -> BulkportalError:
    if "locked" in text:
        return AnotherRun(f"The ledger {path} is in use by another process.", hint="Wait until it has ended, then run this again.")
    if "full" in text:
        return TemporaryTrouble(f"The disk of {path.parent} is full.", hint="Make room and run this again; nothing is lost.")
    if "disk I/O" in text:
        return TemporaryTrouble(
            f"The disk of {path.parent} refuses to be written ({text}).",
            hint="Make room, or raise its quota, then run this again; nothing is lost.",
        )
    if any(words in text for words in ("malformed", "not a database", "no such", "already exists", "decode")):
        return damaged(path, text)
    return UsageProblem(f"The ledger {path} cannot be written ({text}).", hint="Set BULKPORTAL_HOME to a folder you may write to.")
