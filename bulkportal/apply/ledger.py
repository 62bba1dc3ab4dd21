"""The ledger: what was sent, before it was sent, and what came of it.

One SQLite file per workspace, written ahead with full sync (WAL): an operation is on disk before its
request leaves, so that after any crash it is known what may have happened (architecture 6). A paid
operation is identified by its natural name and a generation that rises only after a definite refusal,
never by its content: an edited title must not look like a new bundle.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from bulkportal.apply.entries import Ending, Entry, Run, entry_of, run_of
from bulkportal.errors import AnotherRun, UsageProblem
from bulkportal.plan.operations import Memory, Operation, Remembered
from bulkportal.portal.remote import Credits, Json

SCHEMA_VERSION = 1

STALE_AFTER = 90.0
"""Seconds without a heartbeat after which a lease counts as abandoned."""

_SCHEMA = """
CREATE TABLE operations (
    workspace TEXT NOT NULL, identity TEXT NOT NULL, generation INTEGER NOT NULL, kind TEXT NOT NULL,
    bundle TEXT NOT NULL, bundle_id TEXT, key TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
    paid INTEGER NOT NULL, price REAL, total INTEGER NOT NULL, before INTEGER NOT NULL,
    answer TEXT, credits REAL, request_id TEXT, code TEXT, run_id TEXT NOT NULL,
    begun_at TEXT NOT NULL, ended_at TEXT,
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
    workspace TEXT PRIMARY KEY, run_id TEXT NOT NULL, host TEXT NOT NULL, pid INTEGER NOT NULL, beat_at REAL NOT NULL
);
"""


class Ledger:
    """The memory of one workspace. Use as a context manager.

    Raises UsageProblem, with a sentence, where the file cannot be opened, is damaged, or was written by
    a newer bulkportal.
    """

    def __init__(self, folder: Path, workspace: str, run_id: str, *, clock: Callable[[], float] = time.time) -> None:
        self.path = folder / "ledger.sqlite3"
        self.workspace = workspace
        self.run_id = run_id
        self._clock = clock
        with _said(self.path):
            folder.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(self.path, isolation_level=None, timeout=20)
            self._db.row_factory = sqlite3.Row
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._migrate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._db.close()

    def _migrate(self) -> None:
        with self._writing():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise UsageProblem(
                    f"The ledger {self.path} was written by a newer bulkportal (format {version}; this one knows {SCHEMA_VERSION}).",
                    hint="Update bulkportal, or set BULKPORTAL_HOME to another folder.",
                )
            if version == 0:
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with _said(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _rows(self, query: str, *values: str) -> list[sqlite3.Row]:
        with _said(self.path):
            return self._db.execute(query, values).fetchall()

    # -- one run at a time

    def acquire(self) -> None:
        """Take the workspace's lease; a holder that died or fell silent loses it. Raises AnotherRun."""
        with self._writing():
            held = self._db.execute("SELECT * FROM lease WHERE workspace=?", (self.workspace,)).fetchone()
            if held is not None and held["run_id"] != self.run_id and self._alive(held):
                raise AnotherRun(
                    f"Another run ({held['run_id']}, process {held['pid']} on {held['host']}) is working in this workspace.",
                    hint="Wait until it has ended, then run this again; nothing was sent.",
                )
            self._beat()

    def beat(self) -> None:
        """Say that this run is alive."""
        with self._writing():
            self._beat()

    def release(self) -> None:
        """Give the lease back."""
        with self._writing():
            self._db.execute("DELETE FROM lease WHERE workspace=? AND run_id=?", (self.workspace, self.run_id))

    def _beat(self) -> None:
        values = (self.workspace, self.run_id, socket.gethostname(), os.getpid(), self._clock())
        self._db.execute("INSERT OR REPLACE INTO lease VALUES (?,?,?,?,?)", values)

    def _alive(self, held: sqlite3.Row) -> bool:
        if self._clock() - held["beat_at"] > STALE_AFTER:
            return False
        if held["host"] != socket.gethostname():
            return True
        try:
            os.kill(held["pid"], 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True

    # -- operations

    def find(self, identity: str) -> Entry | None:
        """What is known of an operation."""
        rows = self._rows("SELECT * FROM operations WHERE workspace=? AND identity=?", self.workspace, identity)
        return entry_of(rows[0]) if rows else None

    def begin(self, operation: Operation, bundle_id: str | None, body: Mapping[str, Json]) -> Entry:
        """Write down that a request is about to leave; on return it is on disk.

        A paid operation that was begun before and whose end is not known keeps its key and its body. One
        that was refused, or done and gone since, starts a new generation with a new key.
        """
        before = self.find(operation.identity)
        if before is not None and operation.paid and before.state in ("sent", "unknown"):
            with self._writing():
                self._db.execute(
                    "UPDATE operations SET state='sent', run_id=? WHERE workspace=? AND identity=?",
                    (self.run_id, self.workspace, operation.identity),
                )
            return replace(before, resumed=True)
        generation = 0 if before is None else before.generation + (1 if before.state in ("refused", "done") else 0)
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        # A free request is planned afresh by every run, and a key that outlived its run could be answered
        # with what an earlier one did: only what costs money keeps its key across runs and machines.
        content = "" if operation.paid else f"{self.run_id}|{text}"
        values = {
            "workspace": self.workspace,
            "identity": operation.identity,
            "generation": generation,
            "kind": operation.kind.value,
            "bundle": operation.bundle,
            "bundle_id": bundle_id,
            "key": _key(self.workspace, operation.identity, str(generation), content),
            "body": text,
            "state": "sent",
            "paid": int(operation.paid),
            "price": operation.price,
            "total": operation.total,
            "before": operation.before,
            "run_id": self.run_id,
            "begun_at": _now(),
        }
        columns = ", ".join(values)
        marks = ", ".join("?" for _ in values)
        with self._writing():
            self._db.execute(f"INSERT OR REPLACE INTO operations ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608 - our own names
        found = self.find(operation.identity)
        if found is None:
            raise RuntimeError(f"the ledger lost {operation.identity}")
        return found

    def end(self, identity: str, ending: Ending) -> None:
        """Write down how an operation ended. A state of ``planned`` means it certainly did not happen."""
        answer = None if ending.answer is None else json.dumps(ending.answer, ensure_ascii=False)
        values = (ending.state, answer, ending.credits, ending.request_id, ending.code, _now(), self.workspace, identity)
        with self._writing():
            self._db.execute(
                "UPDATE operations SET state=?, answer=?, credits=?, request_id=?, code=?, ended_at=? WHERE workspace=? AND identity=?",
                values,
            )

    def finished(self, identities: Iterable[str]) -> Iterator[str]:
        """Those of these operations, or of these single positions, that are done."""
        done = {row["identity"] for row in self._rows("SELECT identity FROM operations WHERE workspace=? AND state='done'", self.workspace)}
        positions = {f"configure:{name}:{number}" for name, numbers in _batches(done) for number in numbers}
        yield from (identity for identity in identities if identity in done or identity in positions)

    def unsettled(self) -> tuple[Entry, ...]:
        """The paid operations whose end is not known."""
        query = "SELECT * FROM operations WHERE workspace=? AND paid=1 AND state IN ('sent','unknown') ORDER BY begun_at"
        return tuple(entry_of(row) for row in self._rows(query, self.workspace))

    def done_total(self, bundle: str, kind: str) -> int:
        """The largest number of slots that a finished operation of this kind has brought a bundle to."""
        query = "SELECT MAX(total) AS most FROM operations WHERE workspace=? AND bundle=? AND kind=? AND state='done'"
        return int(self._rows(query, self.workspace, bundle, kind)[0]["most"] or 0)

    # -- what was set where

    def remember(self, bundle_id: str, position: int, remembered: Remembered) -> None:
        """Keep what was set on a slot, an account or a bundle (see `Memory`)."""
        sent = json.dumps(dict(remembered.sent), ensure_ascii=False)
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO places VALUES (?,?,?,?,?)", (self.workspace, bundle_id, position, remembered.media, sent))

    def remember_upload(self, bundle_id: str, sha256: str, purpose: str, addresses: Mapping[str, str]) -> None:
        """Keep where an uploaded file is; only addresses meant for use, never a presigned one."""
        values = (self.workspace, bundle_id, sha256, purpose, addresses.get("public_url", ""), addresses.get("storage_path", ""))
        with self._writing():
            self._db.execute("INSERT OR REPLACE INTO uploads VALUES (?,?,?,?,?,?)", values)

    def memory(self) -> Memory:
        """All that is remembered."""
        places = self._rows("SELECT * FROM places WHERE workspace=?", self.workspace)
        uploads = self._rows("SELECT * FROM uploads WHERE workspace=?", self.workspace)
        events = self._rows(
            "SELECT identity, state, ended_at FROM operations WHERE workspace=? AND paid=0 AND state IN ('done','sent','unknown')", self.workspace
        )
        return Memory(
            events={row["identity"]: row["ended_at"] or "" for row in events if row["state"] == "done"},
            begun=frozenset(row["identity"] for row in events if row["state"] != "done"),
            places={(p["bundle_id"], p["position"]): Remembered(media=p["media"], sent=json.loads(p["sent"])) for p in places},
            uploads={
                (u["bundle_id"], u["sha256"], u["purpose"]): {"public_url": u["public_url"], "storage_path": u["storage_path"]} for u in uploads
            },
        )

    # -- runs

    def runs(self) -> tuple[Run, ...]:
        """Every run this home remembers, newest first, of all workspaces."""
        return tuple(run_of(row) for row in self._rows("SELECT * FROM runs ORDER BY started_at DESC, run_id DESC"))

    def operations_of(self, run_id: str) -> tuple[tuple[str, str, Credits, str], ...]:
        """The operations that a run was the last to touch: identity, state, credits, request id."""
        rows = self._rows("SELECT * FROM operations WHERE run_id=? ORDER BY begun_at", run_id)
        return tuple((row["identity"], row["state"], row["credits"] or 0, row["request_id"] or "") for row in rows)

    def start_run(self, command: str, files: Sequence[str], job: Mapping[str, Json]) -> None:
        """Write down that a run begins, and what is needed to run it again."""
        with self._writing():
            self._db.execute(
                "INSERT INTO runs (run_id, workspace, command, files, job, started_at) VALUES (?,?,?,?,?,?)",
                (self.run_id, self.workspace, command, json.dumps(list(files)), json.dumps(dict(job)), _now()),
            )

    def finish_run(self, exit_code: int, totals: Mapping[str, int], charged: Credits) -> None:
        """Write down how the run ended."""
        with self._writing():
            self._db.execute(
                "UPDATE runs SET finished_at=?, exit_code=?, totals=?, credits=? WHERE run_id=?",
                (_now(), exit_code, json.dumps(dict(totals)), charged, self.run_id),
            )


def _batches(identities: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    for identity in identities:
        if identity.startswith("configure:"):
            name, _, numbers = identity.removeprefix("configure:").rpartition(":")
            yield name, numbers.split(",")


def workspace_of(base_url: str, account: str) -> str:
    """A workspace's name: one account on one platform, whichever key is used and wherever the sheet lies."""
    return hashlib.sha256(f"{base_url.rstrip('/')}|{account}".encode()).hexdigest()[:16]


def _key(*parts: str) -> str:
    return "bp-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:48]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """SQLite's and the system's complaints as sentences."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        text = str(error)
        if "locked" in text:
            raise AnotherRun(f"The ledger {path} is in use by another process.", hint="Wait until it has ended, then run this again.") from error
        if "full" in text:
            raise UsageProblem(f"The disk of {path.parent} is full.", hint="Make room and run this again; nothing is lost.") from error
        if "malformed" in text or "not a database" in text:
            raise UsageProblem(
                f"The ledger {path} is damaged ({text}).",
                hint="Move the file away and run again: bundles are then found again by their names, and are not paid twice.",
            ) from error
        raise UsageProblem(f"The ledger {path} cannot be written ({text}).", hint="Set BULKPORTAL_HOME to a folder you may write to.") from error
    except OSError as error:
        raise UsageProblem(
            f"The folder {path.parent} cannot be used ({error.strerror}).", hint="Set BULKPORTAL_HOME to a folder you may write to."
        ) from error
