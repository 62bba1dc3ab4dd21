"""The ledger's tables, and its file: created atomically, verified when it is opened, and migrated from older formats.

SQLite with a write-ahead log and full sync.
"""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from datetime import datetime
from pathlib import Path

from bulkportal import private
from bulkportal.database import Database, Schema, Statements, connect, run_script, transaction
from bulkportal.errors import UsageProblem

FILE = "ledger.sqlite3"
"""The name of the file, in the home folder."""

_SMALLEST = 512
"""Bytes of the smallest page of SQLite; a smaller file is damaged."""

_TABLES = """
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
"""

_LEASE = """
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

_CHANGES = """
CREATE TABLE changes (
    workspace TEXT NOT NULL, run_id TEXT NOT NULL, line INTEGER NOT NULL, identity TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL,
    bundle TEXT NOT NULL, bundle_id TEXT NOT NULL, place INTEGER NOT NULL, facts TEXT NOT NULL, state TEXT NOT NULL, credits REAL NOT NULL,
    PRIMARY KEY (run_id, line)
) WITHOUT ROWID;
"""


def _from_1(database: Statements) -> None:
    """Version 2: charges in a table of their own, since an operation's row holds its last generation only; seals; the lease holder's start time."""
    database.execute("ALTER TABLE operations ADD COLUMN seal TEXT NOT NULL DEFAULT ''")
    database.execute("ALTER TABLE lease ADD COLUMN born TEXT NOT NULL DEFAULT ''")
    run_script(database, _CHARGES)
    database.execute(
        "INSERT INTO charges SELECT workspace, identity, generation, credits, request_id, run_id, coalesce(ended_at, begun_at)"
        " FROM operations WHERE state='done' AND credits > 0"
    )
    rows = database.execute("SELECT workspace, identity, key, body FROM operations").fetchall()
    sealed = [(seal(key, body), workspace, identity) for workspace, identity, key, body in rows]
    database.executemany("UPDATE operations SET seal=? WHERE workspace=? AND identity=?", sealed)


def _from_2(database: Statements) -> None:
    """Version 3: when each request was last sent, on a clock that survives restarts; where this ledger belongs."""
    database.execute("ALTER TABLE operations ADD COLUMN sent_at TEXT NOT NULL DEFAULT ''")
    rows = database.execute("SELECT workspace, identity, begun_at FROM operations").fetchall()
    # Without a boot id, so that only the time of day is compared (see `landing.seconds_between`).
    sent = [(f"{datetime.fromisoformat(begun).timestamp():.3f} 0 ", workspace, identity) for workspace, identity, begun in rows]
    database.executemany("UPDATE operations SET sent_at=? WHERE workspace=? AND identity=?", sent)
    run_script(database, _BELONGING)


def _from_3(database: Statements) -> None:
    """Version 4: what each run changed, and what stood there before."""
    run_script(database, _CHANGES)


SCHEMA = Schema(
    name="ledger",
    tables=_TABLES + _CHARGES + _CHANGES,
    local=_LEASE + _BELONGING,
    shared="bulkportal",
    version=4,
    if_damaged="Move the file away and run again: bundles are then found again by their names, and are not paid twice.",
    migrations={1: _from_1, 2: _from_2, 3: _from_3},
)


class Store(Database):
    """The open ledger file. Raises as `Database` does."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / FILE, SCHEMA)

    def _create(self) -> None:
        """Put a new ledger in its place in one step, so that an empty or incomplete file always means damage."""
        path = self.path
        private.folder(path.parent)
        if path.is_dir():
            raise UsageProblem(f"The ledger {path} is a folder.", hint="Move it away, or set BULKPORTAL_HOME to another folder.")
        if path.exists():
            if path.stat().st_size < _SMALLEST:
                raise self.damaged("it is empty")  # SQLite would take it for a new database, and what was paid would be forgotten
            return
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
        try:
            with contextlib.closing(connect(draft)) as database:
                with transaction(database):
                    SCHEMA.build(database)
                # While the file is still private: two processes that switch one file to WAL fail with "locked" instead of waiting.
                database.execute("PRAGMA journal_mode=WAL")
            with contextlib.suppress(FileExistsError):  # another process was quicker
                _place(draft, path)
        finally:
            # After a hard link the draft is a second name of the ledger itself; after a rename it is gone.
            draft.unlink(missing_ok=True)

    def _examine(self) -> None:
        # The mode is stored in the file, and an older bulkportal or a restored backup may have left another one.
        self._db.execute("PRAGMA journal_mode=WAL")
        # Not `integrity_check`, which also holds every index against its table and takes far longer on a large ledger.
        if self._db.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise self.damaged("its pages do not fit together")


def seal(key: str, body: str) -> str:
    """A fingerprint of a request's key and body, which reveals a row that the disk has altered."""
    return hashlib.sha256(f"{key}\x1f{body}".encode()).hexdigest()[:16]


def _place(draft: Path, path: Path) -> None:
    """Give the draft its final name, unless that is taken. A file system without hard links can only rename it."""
    try:
        # A link fails where the name is taken; a rename would silently replace the ledger of a process that was quicker.
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        draft.rename(path)
