"""The ledger: each operation is recorded before its request leaves, and again when its outcome is known.

It is one file in the home folder, or one schema in PostgreSQL, with a part for each workspace (see `homes`). Since the record is on
disk first, it is known after any crash what may have happened (docs/explanation/paying-once.md). A paid
operation is identified by its natural name and a generation that rises only once its outcome is known,
never by its content: an edited title must not look like a new bundle.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Self, TypeVar

from bulkportal import names
from bulkportal.apply.claim import Holder
from bulkportal.apply.entries import Completion, LedgerEntry, RunRecord, bought_of, entry_of, place_of, run_record_of
from bulkportal.apply.homes import Where, opened
from bulkportal.apply.landing import LONG_AGO, moment, now_text, seconds_between
from bulkportal.apply.lease import LedgerHome
from bulkportal.apply.ledger_file import seal
from bulkportal.database import Row, Statements, upsert
from bulkportal.errors import BooksAway
from bulkportal.plan.operations import Memory, Operation, Remembered
from bulkportal.portal.remote import Credits, Json

T = TypeVar("T")

OPEN = ("sent", "unknown")
"""The states of an operation whose outcome is not known."""

_CHARGE = ("workspace", "identity", "generation")

_NOT_ENDED: dict[str, object] = dict.fromkeys(("answer", "credits", "request_id", "code", "ended_at"))
"""The columns of an outcome, emptied when an operation begins again."""


FRESH = 2.0
"""Seconds for which the check made by `begin` stays valid; after that `last_word` repeats it."""


class Ledger:
    """The memory of one workspace, in a file or in PostgreSQL. Use as a context manager.

    Raises UsageProblem, with a sentence, where the books cannot be opened, are damaged, or were written by a newer bulkportal;
    TemporaryTrouble where the disk is full or the server away; AnotherRun where this run has lost its claim on the workspace.
    """

    def __init__(self, where: Where, workspace: str, run_id: str, *, clock: Callable[[], float] = time.time) -> None:
        self.workspace = workspace
        self.run_id = run_id
        self._clock = clock
        # Plain names to identities as an older version wrote them, read when first needed: almost every ledger has none.
        self._odd: dict[str, str] | None = None
        self.books, self._claim = opened(where, Holder(workspace, run_id), clock)
        try:
            # All open operations are verified on opening: an identity or key that the disk has
            # altered would find nothing on the platform, and lead to a second purchase.
            self._read(_examined, self.books.rows("SELECT * FROM operations WHERE state NOT IN ('done','refused','planned')"))
        except BaseException:
            self.books.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._claim.close()
        self.books.close()

    # -- one run at a time

    def acquire(self) -> None:
        """Take the workspace, also from a holder that has died or gone silent. Raises AnotherRun while another run holds it."""
        self._claim.take()

    def beat(self) -> None:
        """Record a heartbeat. Raises AnotherRun if this run was taken for dead and another has the workspace now."""
        self._claim.beat()

    def release(self) -> None:
        """Release the workspace."""
        self._claim.release()

    def try_alone(self, identity: str) -> str | None:
        """Lock the payment of this operation. None on success, else who holds the lock. It is released when the process dies."""
        return self._claim.try_alone(identity)

    def let_go(self, identity: str) -> None:
        """Unlock its payment."""
        self._claim.let_go(identity)

    def last_word(self, entry: LedgerEntry) -> None:
        """Check again, just before a request leaves, that it may, unless `begin` has just done so.

        Time in which this process was suspended, or the machine asleep, counts. Raises AnotherRun.
        """
        passed = self.since_sent(entry)
        # None where the clocks do not say: then the check is repeated too.
        if passed is not None and passed <= FRESH:
            return
        if entry.is_paid and not self._claim.is_alone(entry.identity):
            with self.books.writing() as database:
                raise self._claim.lost(database)
        self.send_again(entry)

    @contextmanager
    def alone_at_work(self) -> Iterator[Statements]:
        """One transaction in which no run holds any workspace, and none can take one. Raises AnotherRun."""
        with self.books.writing() as database:
            self._claim.need_nobody(database)
            yield database

    # -- where it belongs

    def copied_from(self) -> LedgerHome | None:
        """The place that this ledger was copied from; None where it is at home."""
        return self._claim.copied_from()

    def adopt(self) -> None:
        """Record that this ledger belongs here from now on; the original must not be used any more."""
        self._claim.adopt()

    def moved_to(self, database: Statements, place: str) -> None:
        """Record that its content has moved to another place: nothing is paid from here without a question."""
        self._claim.moved_to(database, place)

    def _read(self, make: Callable[[Row], T], rows: Iterable[Row]) -> tuple[T, ...]:
        """The values that the rows hold. Raises UsageProblem where the disk has altered them."""
        try:
            return tuple(make(row) for row in rows)
        except (ValueError, LookupError) as error:
            raise self.books.damaged(f"a row of it cannot be right: {error}") from None

    # -- operations

    def find(self, identity: str) -> LedgerEntry | None:
        """The entry of an operation, if it has one."""
        return next(iter(self._found(identity)), None)

    def _found(self, identity: str) -> Sequence[LedgerEntry]:
        rows = self.books.rows("SELECT * FROM operations WHERE workspace=? AND identity=?", self.workspace, self._written(identity))
        return self._read(entry_of, rows)

    def _written(self, identity: str) -> str:
        """The identity under which an operation is stored: an older version may have written invisible characters into it."""
        if self._odd is None:
            odd = f"SELECT identity FROM operations WHERE workspace=? AND {self.books.odd('identity')}"  # noqa: S608 - our own names
            written = [row["identity"] for row in self.books.rows(odd, self.workspace)]
            self._odd = {plain: each for each in written if (plain := names.plain(each)) != each}
        other = self._odd.get(identity)
        if other is None or self.books.rows("SELECT 1 FROM operations WHERE workspace=? AND identity=?", self.workspace, identity):
            return identity
        return other

    def begin(self, operation: Operation, bundle_id: str | None, body: Mapping[str, Json]) -> LedgerEntry:
        """Record that a request is about to leave; on return the record is on disk. Raises AnotherRun for a run that has lost its lease.

        A paid operation whose earlier outcome is unknown keeps its key and its body. One
        that was refused, or done and gone since, starts a new generation with a new key.
        """
        with self.books.writing() as database:
            self._claim.keep(database)
            # Even if the sheet has been edited: the platform may be working on what was sent, so the
            # stored body goes out again under its key, and the edit is an ordinary change afterwards.
            before = self.find(operation.identity)
            if before is not None and operation.paid and before.state in OPEN:
                return replace(self._send_again(database, before), resumed=True)
            values = _NOT_ENDED | self._values(operation, bundle_id, body, before)
            database.execute(*upsert("operations", values, ("workspace", "identity")))
        (found,) = self._found(operation.identity)
        return found

    def _values(self, operation: Operation, bundle_id: str | None, body: Mapping[str, Json], before: LedgerEntry | None) -> dict[str, object]:
        # `planned` means that nothing has happened under this key, so it is used again:
        # should that be wrong after all, the platform can still recognise the request.
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
            "begun_at": now_text(),
            "seal": seal(key, text),
            "sent_at": self._moment(),
        }

    def send_again(self, entry: LedgerEntry) -> None:
        """Record that a request is sent again. Raises AnotherRun for a run that has lost its lease: it may send nothing."""
        with self.books.writing() as database:
            self._claim.keep(database)
            self._send_again(database, entry)

    def _send_again(self, database: Statements, entry: LedgerEntry) -> LedgerEntry:
        sent_at = self._moment()
        values = (self.run_id, sent_at, self.workspace, entry.identity, entry.generation, entry.run_id)
        changed = database.execute(
            "UPDATE operations SET state='sent', run_id=?, sent_at=?"
            " WHERE workspace=? AND identity=? AND generation=? AND run_id=? AND state IN ('sent','unknown')",
            values,
        )
        # The condition is the fence. Reading first and writing afterwards would leave a gap in which another run takes over.
        if not changed.rowcount:
            raise self._claim.lost(database)
        return replace(entry, run_id=self.run_id, state="sent", sent_at=sent_at)

    def end(self, entry: LedgerEntry, ending: Completion) -> None:
        """Record how an operation ended. The state ``planned`` means that it certainly did not happen.

        Only the run that holds the lease may do so, and only for an operation as that run last saw it: still open, of the
        same generation, touched by nobody else since. Raises AnotherRun otherwise.
        """
        try:
            self._end(entry, ending)
        except BooksAway:
            # The connection was lost in the middle, so COMMIT may have succeeded: written again blindly, its fence would refuse our own record.
            if not self._stands(entry, ending):
                self._end(entry, ending)

    def _end(self, entry: LedgerEntry, ending: Completion) -> None:
        identity, answer = entry.identity, None if ending.answer is None else json.dumps(ending.answer, ensure_ascii=False)
        # What has been answered is no longer on its way: no later run needs to wait for it to land.
        sent_at, ended_at = LONG_AGO if ending.is_answered else entry.sent_at, now_text()
        values = (ending.state, answer, ending.credits, ending.request_id, ending.code, ended_at, sent_at)
        with self.books.writing() as database:
            self._claim.keep(database)
            ended = database.execute(
                "UPDATE operations SET state=?, answer=?, credits=?, request_id=?, code=?, ended_at=?, sent_at=?"
                " WHERE workspace=? AND identity=? AND generation=? AND run_id=? AND state IN ('sent','unknown')",
                (*values, self.workspace, identity, entry.generation, entry.run_id),
            )
            if ended.rowcount == 0:
                raise self._claim.lost(database)
            if ending.state == "done" and ending.credits:
                # In a table of its own: the next generation overwrites the row of the
                # operation, and what this one took counts for the night all the same.
                charged = {"workspace": self.workspace, "identity": identity, "generation": entry.generation, "credits": ending.credits}
                charged |= {"request_id": ending.request_id, "run_id": self.run_id, "charged_at": ended_at}
                database.execute(*upsert("charges", charged, _CHARGE))

    def _stands(self, entry: LedgerEntry, ending: Completion) -> bool:
        """Whether exactly this end is recorded already."""
        found = self.find(entry.identity)
        if found is None or (found.generation, found.run_id, found.state) != (entry.generation, entry.run_id, ending.state):
            return False
        return ending.state not in OPEN and found.credits == ending.credits

    def since_sent(self, entry: LedgerEntry) -> float | None:
        """Seconds since the request was last sent; None where that is not known."""
        return seconds_between(entry.sent_at, self._moment())

    def wait_from_now(self, entry: LedgerEntry) -> None:
        """Start the time for which a request may still land now, where the clocks do not say when it was sent."""
        with self.books.writing() as database:
            self._claim.keep(database)
            values = (self._moment(), self.workspace, entry.identity, entry.run_id)
            database.execute("UPDATE operations SET sent_at=? WHERE workspace=? AND identity=? AND run_id=?", values)

    def _moment(self) -> str:
        return moment(self._clock)

    def charge(self, identity: str, taken: Credits) -> None:
        """Record a charge that no request asked for, such as a renewal of Coverage, so that it counts for the night."""
        with self.books.writing() as database:
            # By identity and generation 0: `identity` names the line of the platform's history, so a line booked twice counts once.
            charged = {"workspace": self.workspace, "identity": identity, "generation": 0, "credits": taken}
            database.execute(*upsert("charges", {**charged, "request_id": None, "run_id": self.run_id, "charged_at": now_text()}, _CHARGE))

    def charged_since(self, moment: datetime) -> Credits:
        """The credits that this workspace is known to have paid since then, by the time at which each charge was recorded."""
        text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
        rows = self.books.rows("SELECT coalesce(sum(credits), 0) AS sum FROM charges WHERE workspace=? AND charged_at>=?", self.workspace, text)
        return float(rows[0]["sum"])

    def finished(self, identities: Iterable[str]) -> Iterator[str]:
        """Those of these operations, or single positions, that are done."""
        rows = self.books.rows("SELECT identity FROM operations WHERE workspace=? AND state='done'", self.workspace)
        done = {names.plain(row["identity"]) for row in rows}
        # By single positions: the next run may divide its batches differently.
        positions = {f"configure:{name}:{number}" for name, numbers in _batches(done) for number in numbers}
        yield from (identity for identity in identities if (plain := names.plain(identity)) in done or plain in positions)

    def unsettled(self) -> tuple[LedgerEntry, ...]:
        """The paid operations whose outcome is not known."""
        return self._open(paid=1)

    def unheard(self) -> tuple[LedgerEntry, ...]:
        """The free operations whose outcome is not known: those of a run that was killed before the answer came."""
        return self._open(paid=0)

    def _open(self, *, paid: int) -> tuple[LedgerEntry, ...]:
        query = "SELECT * FROM operations WHERE workspace=? AND paid=? AND state IN ('sent','unknown') ORDER BY begun_at"
        return self._read(entry_of, self.books.rows(query, self.workspace, paid))

    def done_total(self, bundle: str, kind: str) -> int:
        """The largest total of slots that a completed operation of this kind has given a bundle."""
        query = "SELECT bundle, MAX(total) AS most FROM operations WHERE workspace=? AND kind=? AND state='done' GROUP BY bundle"
        # Compared here and not in SQL, since no database knows when two names are the same (see `names`).
        return max((int(row["most"]) for row in self.books.rows(query, self.workspace, kind) if names.is_same(row["bundle"], bundle)), default=0)

    # -- what was set where

    def remember(self, bundle_id: str, position: int, remembered: Remembered) -> None:
        """Store what was set on a slot, an account or a bundle (see `Memory`)."""
        sent = json.dumps(dict(remembered.sent), ensure_ascii=False)
        with self.books.writing() as database:
            self._claim.keep(database)
            place = {"workspace": self.workspace, "bundle_id": bundle_id, "position": position, "media": remembered.media, "sent": sent}
            database.execute(*upsert("places", place, ("workspace", "bundle_id", "position")))

    def remember_upload(self, bundle_id: str, sha256: str, purpose: str, addresses: Mapping[str, str]) -> None:
        """Store the addresses of an uploaded file; never a presigned one, by which anybody could write there."""
        upload = {"workspace": self.workspace, "bundle_id": bundle_id, "sha256": sha256, "purpose": purpose}
        upload |= {name: addresses.get(name, "") for name in ("public_url", "storage_path")}
        with self.books.writing() as database:
            self._claim.keep(database)
            database.execute(*upsert("uploads", upload, ("workspace", "bundle_id", "sha256", "purpose")))

    def memory(self) -> Memory:
        """Everything that this workspace remembers."""
        places = self.books.rows("SELECT * FROM places WHERE workspace=?", self.workspace)
        uploads = self.books.rows("SELECT * FROM uploads WHERE workspace=?", self.workspace)
        events = self.books.rows(
            "SELECT identity, state, ended_at FROM operations WHERE workspace=? AND paid=0 AND state IN ('done','sent','unknown')", self.workspace
        )
        bought = self.books.rows("SELECT bundle, answer FROM operations WHERE workspace=? AND kind='create_bundle' AND state='done'", self.workspace)
        return Memory(
            bought=dict(bought_of(bought)),
            events={names.plain(row["identity"]): row["ended_at"] or "" for row in events if row["state"] == "done"},
            begun=frozenset(names.plain(row["identity"]) for row in events if row["state"] != "done"),
            places=dict(self._read(place_of, places)),
            uploads={
                (u["bundle_id"], u["sha256"], u["purpose"]): {"public_url": u["public_url"], "storage_path": u["storage_path"]} for u in uploads
            },
        )

    # -- runs

    def runs(self) -> tuple[RunRecord, ...]:
        """All runs in this home, of every workspace, newest first."""
        return self._read(run_record_of, self.books.rows("SELECT * FROM runs ORDER BY started_at DESC, run_id DESC"))

    def workspace_of_run(self, run_id: str) -> str:
        """The workspace of a run; empty for an unknown run."""
        rows = self.books.rows("SELECT workspace FROM runs WHERE run_id=?", run_id)
        return str(rows[0]["workspace"]) if rows else ""

    def operations_of(self, run_id: str) -> tuple[tuple[str, str, Credits, str], ...]:
        """The operations that this run was the last to touch: identity, state, credits, request id."""
        rows = self.books.rows("SELECT * FROM operations WHERE run_id=? ORDER BY begun_at", run_id)
        return tuple((row["identity"], row["state"], row["credits"] or 0, row["request_id"] or "") for row in rows)

    def start_run(self, command: str, files: Sequence[str], job: Mapping[str, Json]) -> None:
        """Record the start of a run, and what is needed to resume it."""
        with self.books.writing() as database:
            database.execute(
                "INSERT INTO runs (run_id, workspace, command, files, job, started_at) VALUES (?,?,?,?,?,?)",
                (self.run_id, self.workspace, command, json.dumps(list(files)), json.dumps(dict(job)), now_text()),
            )

    def finish_run(self, exit_code: int, totals: Mapping[str, int], charged: Credits) -> None:
        """Record how the run ended."""
        # Without the claim: the row is this run's own, and a run that has lost its workspace still records its end.
        with self.books.writing() as database:
            database.execute(
                "UPDATE runs SET finished_at=?, exit_code=?, totals=?, credits=? WHERE run_id=?",
                (now_text(), exit_code, json.dumps(dict(totals)), charged, self.run_id),
            )


def _batches(identities: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    for identity in identities:
        if identity.startswith("configure:"):
            name, _, numbers = identity.removeprefix("configure:").rpartition(":")
            yield name, numbers.split(",")


def workspace_of(base_url: str, account: str) -> str:
    """The name of a workspace: one account on one platform, whichever key is used and wherever the sheet is."""
    # The address with a slash at its end and without one is the same platform (API reference 1.1).
    return hashlib.sha256(f"{base_url.rstrip('/')}|{account}".encode()).hexdigest()[:16]


def _key(workspace: str, identity: str, generation: int, content: str) -> str:
    """The key of a request. `content` is empty for one that costs money.

    Every run plans free requests afresh. If their keys outlived the run, the platform could replay the answer to an earlier
    one: only what costs money keeps its key across runs and machines.
    """
    # For what costs money no clock and no random part: a second machine must compute the same key, and so must a new ledger after a loss.
    parts = (workspace, identity, str(generation), content)
    return "bp-" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:48]


def _examined(row: Row) -> LedgerEntry:
    """An open operation, verified by its key. Raises ValueError where the disk has altered what identifies it."""
    entry = entry_of(row)
    content = "" if row["paid"] else f"{row['run_id']}|{row['body']}"
    if entry.state not in OPEN or entry.key != _key(row["workspace"], entry.identity, entry.generation, content):
        raise ValueError(f"{entry.identity} was altered")
    return entry
