"""The ledger: what was sent, before it was sent, and what came of it.

One file in the home folder, with a part for each workspace (see `store`): an operation is on disk before its
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
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from bulkportal import names
from bulkportal.apply.entries import Completion, LedgerEntry, RunRecord, entry_of, run_record_of
from bulkportal.apply.landing import LONG_AGO, moment, seconds_between, uptime
from bulkportal.apply.lease import LedgerHome, birth, is_held, ledger_home
from bulkportal.apply.ledger_file import Store, seal
from bulkportal.errors import AnotherRun
from bulkportal.plan.operations import Memory, Operation, Remembered
from bulkportal.portal.remote import Credits, Json

T = TypeVar("T")

OPEN = ("sent", "unknown")
"""The states of an operation whose end is not known."""


class Ledger(Store):
    """The memory of one workspace. Use as a context manager.

    Raises UsageProblem, with a sentence, where the file cannot be opened, is damaged, or was written by
    a newer bulkportal; TemporaryTrouble where the disk is full; AnotherRun where this run has lost its lease.
    """

    def __init__(
        self, folder: Path, workspace: str, run_id: str, *, clock: Callable[[], float] = time.time, up: Callable[[], float] = uptime
    ) -> None:
        self.workspace = workspace
        self.run_id = run_id
        self._clock, self._up = clock, up
        self._odd: dict[str, str] | None = None
        super().__init__(folder)
        self._read(_examined, self.rows("SELECT * FROM operations WHERE state NOT IN ('done','refused','planned')"))

    # -- one run at a time

    def acquire(self) -> None:
        """Take the workspace's lease; a holder that died or fell silent loses it. Raises AnotherRun."""
        with self.writing() as database:
            held = self._lease(database)
            if held is not None and held["run_id"] != self.run_id and is_held(held, self._clock()):
                raise AnotherRun(
                    f"Another run ({held['run_id']}, process {held['pid']} on {held['host']}) is working in this workspace.",
                    hint="Wait until it has ended, then run this again; nothing was sent.",
                )
            values = (self.workspace, self.run_id, socket.gethostname(), os.getpid(), self._clock(), birth())
            database.execute("INSERT OR REPLACE INTO lease (workspace, run_id, host, pid, beat_at, born) VALUES (?,?,?,?,?,?)", values)
            home = self._home()
            if home is None or (home != ledger_home(self.path) and not ledger_home(self.path).is_copy_of(home)):
                self._belong(database)  # new, of an older bulkportal, or moved as a whole

    def beat(self) -> None:
        """Say that this run is alive. Raises AnotherRun if it was taken for dead and another has the lease now."""
        with self.writing() as database:
            self._keep(database)
            database.execute("UPDATE lease SET beat_at=? WHERE workspace=? AND run_id=?", (self._clock(), self.workspace, self.run_id))

    def release(self) -> None:
        """Give the lease back."""
        with self.writing() as database:
            database.execute("DELETE FROM lease WHERE workspace=? AND run_id=?", (self.workspace, self.run_id))

    # -- where it belongs

    def copied_from(self) -> LedgerHome | None:
        """The place that this ledger belongs to, where it was copied from there; None where it is at home."""
        home = self._home()
        return home if home is not None and ledger_home(self.path).is_copy_of(home) else None

    def adopt(self) -> None:
        """Say that this ledger belongs here from now on: the one that it was copied from is not used any more."""
        with self.writing() as database:
            self._belong(database)

    def _home(self) -> LedgerHome | None:
        rows = self.rows("SELECT machine, host, folder, file FROM belonging")
        return LedgerHome(**dict(rows[0])) if rows else None

    def _belong(self, database: sqlite3.Connection) -> None:
        here = ledger_home(self.path)
        values = (here.machine, here.host, here.folder, here.file, _now())
        database.execute("INSERT OR REPLACE INTO belonging VALUES (1,?,?,?,?,?)", values)

    def _lease(self, database: sqlite3.Connection) -> sqlite3.Row | None:
        row: sqlite3.Row | None = database.execute("SELECT * FROM lease WHERE workspace=?", (self.workspace,)).fetchone()
        return row

    def _keep(self, database: sqlite3.Connection) -> None:
        """See, in the transaction that is to be written, that this run still has the lease. Raises AnotherRun."""
        held = self._lease(database)
        if held is None or held["run_id"] != self.run_id:
            raise self._lost(held)

    def _lost(self, held: sqlite3.Row | None) -> AnotherRun:
        who = "Another run" if held is None else f"Another run ({held['run_id']}, process {held['pid']} on {held['host']})"
        return AnotherRun(
            f"{who} has taken this workspace over.",
            hint="This one was silent for too long. Wait until the other has ended, then run this again; nothing is lost.",
        )

    def _read(self, make: Callable[[sqlite3.Row], T], rows: Iterable[sqlite3.Row]) -> tuple[T, ...]:
        """What the rows mean. Raises UsageProblem where the disk has altered them."""
        try:
            return tuple(make(row) for row in rows)
        except (ValueError, LookupError) as error:
            raise self.damaged(f"a row of it cannot be right: {error}") from None

    # -- operations

    def find(self, identity: str) -> LedgerEntry | None:
        """What is known of an operation."""
        rows = self.rows("SELECT * FROM operations WHERE workspace=? AND identity=?", self.workspace, self._written(identity))
        return next(iter(self._read(entry_of, rows)), None)

    def _written(self, identity: str) -> str:
        """The identity under which an operation stands here: one of an older version may hold characters that nobody sees."""
        if self._odd is None:
            odd = "SELECT identity FROM operations WHERE workspace=? AND (identity GLOB '*[^ -~]*' OR identity GLOB '*  *')"
            written = [row["identity"] for row in self.rows(odd, self.workspace)]
            self._odd = {plain: each for each in written if (plain := names.plain(each)) != each}
        other = self._odd.get(identity)
        if other is None or self.rows("SELECT 1 FROM operations WHERE workspace=? AND identity=?", self.workspace, identity):
            return identity
        return other

    def begin(self, operation: Operation, bundle_id: str | None, body: Mapping[str, Json]) -> LedgerEntry:
        """Write down that a request is about to leave; on return it is on disk. Raises AnotherRun for a run that has lost its lease.

        A paid operation that was begun before and whose end is not known keeps its key and its body. One
        that was refused, or done and gone since, starts a new generation with a new key.
        """
        with self.writing() as database:
            self._keep(database)
            before = self.find(operation.identity)
            if before is not None and operation.paid and before.state in OPEN:
                self._send_again(database, before)
                return replace(before, run_id=self.run_id, state="sent", resumed=True)
            values = self._values(operation, bundle_id, body, before)
            columns = ", ".join(values)
            marks = ", ".join("?" for _ in values)
            database.execute(f"INSERT OR REPLACE INTO operations ({columns}) VALUES ({marks})", tuple(values.values()))  # noqa: S608 - our own names
        found = self.find(operation.identity)
        if found is None:
            raise RuntimeError(f"the ledger lost {operation.identity}")
        return found

    def _values(self, operation: Operation, bundle_id: str | None, body: Mapping[str, Json], before: LedgerEntry | None) -> dict[str, object]:
        generation = 0 if before is None else before.generation + (1 if before.state in ("refused", "done") else 0)
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        key = _key(self.workspace, operation.identity, generation, "" if operation.paid else f"{self.run_id}|{text}")
        return {
            "workspace": self.workspace,
            "identity": operation.identity,
            "generation": generation,
            "kind": operation.kind.value,
            "bundle": operation.bundle,
            "bundle_id": bundle_id,
            "key": key,
            "body": text,
            "state": "sent",
            "paid": int(operation.paid),
            "price": operation.price,
            "total": operation.total,
            "before": operation.before,
            "run_id": self.run_id,
            "begun_at": _now(),
            "seal": seal(key, text),
            "sent_at": self._moment(),
        }

    def send_again(self, entry: LedgerEntry) -> None:
        """Write down that a request leaves once more. Raises AnotherRun for a run that has lost its lease: it may send nothing."""
        with self.writing() as database:
            self._keep(database)
            self._send_again(database, entry)

    def _send_again(self, database: sqlite3.Connection, entry: LedgerEntry) -> None:
        values = (self.run_id, self._moment(), self.workspace, entry.identity, entry.generation, entry.run_id)
        changed = database.execute(
            "UPDATE operations SET state='sent', run_id=?, sent_at=?"
            " WHERE workspace=? AND identity=? AND generation=? AND run_id=? AND state IN ('sent','unknown')",
            values,
        )
        if not changed.rowcount:
            raise self._lost(self._lease(database))

    def end(self, entry: LedgerEntry, ending: Completion) -> None:
        """Write down how an operation ended. A state of ``planned`` means it certainly did not happen.

        Only the run that has the lease may say so, and only of an operation that is as that run last saw it: still open, of the
        same generation, touched by nobody else since. Raises AnotherRun otherwise.
        """
        identity, answer = entry.identity, None if ending.answer is None else json.dumps(ending.answer, ensure_ascii=False)
        sent_at = LONG_AGO if ending.is_answered else entry.sent_at
        values = (ending.state, answer, ending.credits, ending.request_id, ending.code, _now(), sent_at)
        seen = (self.workspace, identity, entry.generation, entry.run_id, self.run_id)
        with self.writing() as database:
            ended = database.execute(
                "UPDATE operations SET state=?, answer=?, credits=?, request_id=?, code=?, ended_at=?, sent_at=?"
                " WHERE workspace=? AND identity=? AND generation=? AND run_id=? AND state IN ('sent','unknown')"
                " AND EXISTS (SELECT 1 FROM lease WHERE lease.workspace = operations.workspace AND lease.run_id=?)",
                (*values, *seen),
            )
            if ended.rowcount == 0:
                raise self._lost(self._lease(database))
            if ending.state == "done" and ending.credits:
                database.execute(
                    "INSERT OR REPLACE INTO charges SELECT workspace, identity, generation, credits, request_id, run_id, ended_at"
                    " FROM operations WHERE workspace=? AND identity=?",
                    (self.workspace, identity),
                )

    def since_sent(self, entry: LedgerEntry) -> float | None:
        """Seconds since a request was last sent; None where that cannot be told."""
        return seconds_between(entry.sent_at, self._moment())

    def wait_from_now(self, entry: LedgerEntry) -> None:
        """Count the time for which a request may still land from now, where the clocks do not tell when it was sent."""
        with self.writing() as database:
            self._keep(database)
            values = (self._moment(), self.workspace, entry.identity, entry.run_id)
            database.execute("UPDATE operations SET sent_at=? WHERE workspace=? AND identity=? AND run_id=?", values)

    def _moment(self) -> str:
        return moment(self._clock, self._up)

    def charge(self, identity: str, taken: Credits) -> None:
        """Write down what was taken without a request for it, such as a renewal of Coverage, so that it counts for the night."""
        with self.writing() as database:
            values = (self.workspace, identity, taken, self.run_id, _now())
            database.execute(
                "INSERT OR REPLACE INTO charges (workspace, identity, generation, credits, run_id, charged_at) VALUES (?,?,0,?,?,?)", values
            )

    def charged_since(self, moment: datetime) -> Credits:
        """The credits that this workspace is known to have paid since then, by the time at which that was learnt."""
        text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
        rows = self.rows("SELECT total(credits) AS sum FROM charges WHERE workspace=? AND charged_at>=?", self.workspace, text)
        return float(rows[0]["sum"])

    def finished(self, identities: Iterable[str]) -> Iterator[str]:
        """Those of these operations, or of these single positions, that are done."""
        done = {
            names.plain(row["identity"]) for row in self.rows("SELECT identity FROM operations WHERE workspace=? AND state='done'", self.workspace)
        }
        positions = {f"configure:{name}:{number}" for name, numbers in _batches(done) for number in numbers}
        yield from (identity for identity in identities if (plain := names.plain(identity)) in done or plain in positions)

    def unsettled(self) -> tuple[LedgerEntry, ...]:
        """The paid operations whose end is not known."""
        query = "SELECT * FROM operations WHERE workspace=? AND paid=1 AND state IN ('sent','unknown') ORDER BY begun_at"
        return self._read(entry_of, self.rows(query, self.workspace))

    def done_total(self, bundle: str, kind: str) -> int:
        """The largest number of slots that a finished operation of this kind has brought a bundle to."""
        query = "SELECT bundle, MAX(total) AS most FROM operations WHERE workspace=? AND kind=? AND state='done' GROUP BY bundle"
        return max((int(row["most"]) for row in self.rows(query, self.workspace, kind) if names.is_same(row["bundle"], bundle)), default=0)

    # -- what was set where

    def remember(self, bundle_id: str, position: int, remembered: Remembered) -> None:
        """Keep what was set on a slot, an account or a bundle (see `Memory`)."""
        sent = json.dumps(dict(remembered.sent), ensure_ascii=False)
        with self.writing() as database:
            self._keep(database)
            database.execute("INSERT OR REPLACE INTO places VALUES (?,?,?,?,?)", (self.workspace, bundle_id, position, remembered.media, sent))

    def remember_upload(self, bundle_id: str, sha256: str, purpose: str, addresses: Mapping[str, str]) -> None:
        """Keep where an uploaded file is; only addresses meant for use, never a presigned one."""
        values = (self.workspace, bundle_id, sha256, purpose, addresses.get("public_url", ""), addresses.get("storage_path", ""))
        with self.writing() as database:
            self._keep(database)
            database.execute("INSERT OR REPLACE INTO uploads VALUES (?,?,?,?,?,?)", values)

    def memory(self) -> Memory:
        """All that is remembered."""
        places = self.rows("SELECT * FROM places WHERE workspace=?", self.workspace)
        uploads = self.rows("SELECT * FROM uploads WHERE workspace=?", self.workspace)
        events = self.rows(
            "SELECT identity, state, ended_at FROM operations WHERE workspace=? AND paid=0 AND state IN ('done','sent','unknown')", self.workspace
        )
        bought = self.rows("SELECT bundle, answer FROM operations WHERE workspace=? AND kind='create_bundle' AND state='done'", self.workspace)
        return Memory(
            bought=dict(_bought(bought)),
            events={names.plain(row["identity"]): row["ended_at"] or "" for row in events if row["state"] == "done"},
            begun=frozenset(names.plain(row["identity"]) for row in events if row["state"] != "done"),
            places=dict(self._read(_place_of, places)),
            uploads={
                (u["bundle_id"], u["sha256"], u["purpose"]): {"public_url": u["public_url"], "storage_path": u["storage_path"]} for u in uploads
            },
        )

    # -- runs

    def runs(self) -> tuple[RunRecord, ...]:
        """Every run this home remembers, newest first, of all workspaces."""
        return self._read(run_record_of, self.rows("SELECT * FROM runs ORDER BY started_at DESC, run_id DESC"))

    def workspace_of_run(self, run_id: str) -> str:
        """The workspace that a run was about; empty for one that is not remembered."""
        rows = self.rows("SELECT workspace FROM runs WHERE run_id=?", run_id)
        return str(rows[0]["workspace"]) if rows else ""

    def operations_of(self, run_id: str) -> tuple[tuple[str, str, Credits, str], ...]:
        """The operations that a run was the last to touch: identity, state, credits, request id."""
        rows = self.rows("SELECT * FROM operations WHERE run_id=? ORDER BY begun_at", run_id)
        return tuple((row["identity"], row["state"], row["credits"] or 0, row["request_id"] or "") for row in rows)

    def start_run(self, command: str, files: Sequence[str], job: Mapping[str, Json]) -> None:
        """Write down that a run begins, and what is needed to run it again."""
        with self.writing() as database:
            database.execute(
                "INSERT INTO runs (run_id, workspace, command, files, job, started_at) VALUES (?,?,?,?,?,?)",
                (self.run_id, self.workspace, command, json.dumps(list(files)), json.dumps(dict(job)), _now()),
            )

    def finish_run(self, exit_code: int, totals: Mapping[str, int], charged: Credits) -> None:
        """Write down how the run ended."""
        with self.writing() as database:
            database.execute(
                "UPDATE runs SET finished_at=?, exit_code=?, totals=?, credits=? WHERE run_id=?",
                (_now(), exit_code, json.dumps(dict(totals)), charged, self.run_id),
            )


def _place_of(row: sqlite3.Row) -> tuple[tuple[str, int], Remembered]:
    return (row["bundle_id"], row["position"]), Remembered(media=row["media"], sent=json.loads(row["sent"]))


def _bought(rows: Iterable[sqlite3.Row]) -> Iterator[tuple[str, str]]:
    """The plain name and the id of each bundle whose id the platform told."""
    for row in rows:
        identity = json.loads(row["answer"] or "{}").get("id")
        if isinstance(identity, str) and identity:
            yield names.plain(row["bundle"]), identity


def _batches(identities: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    for identity in identities:
        if identity.startswith("configure:"):
            name, _, numbers = identity.removeprefix("configure:").rpartition(":")
            yield name, numbers.split(",")


def workspace_of(base_url: str, account: str) -> str:
    """A workspace's name: one account on one platform, whichever key is used and wherever the sheet lies."""
    return hashlib.sha256(f"{base_url.rstrip('/')}|{account}".encode()).hexdigest()[:16]


def _key(workspace: str, identity: str, generation: int, content: str) -> str:
    """The key of a request. `content` is empty for one that costs money.

    A free request is planned afresh by every run, and a key that outlived its run could be answered with what an earlier
    one did: only what costs money keeps its key across runs and machines.
    """
    parts = (workspace, identity, str(generation), content)
    return "bp-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:48]


def _examined(row: sqlite3.Row) -> LedgerEntry:
    """An open operation, believed. Raises ValueError where the disk has altered what decides whether it is asked about."""
    entry = entry_of(row)
    content = "" if row["paid"] else f"{row['run_id']}|{row['body']}"
    if entry.state not in OPEN or entry.key != _key(row["workspace"], entry.identity, entry.generation, content):
        raise ValueError(f"{entry.identity} was altered")
    return entry


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
