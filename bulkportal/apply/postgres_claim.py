"""The claim on a workspace in PostgreSQL, and the lock that protects a paid request.

The claim has an epoch, which rises each time the workspace is taken: a run that was suspended for too long finds another
epoch there and writes nothing. No row can stop a request that has already left; so a paid request is made under a session-level
advisory lock, held on a connection of its own. The server releases it when the process dies; a suspended process keeps it.
"""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bulkportal.apply.claim import Holder, busy, taken_over
from bulkportal.apply.lease import STALE_AFTER, LedgerHome, birth, lives
from bulkportal.database import Row, Schema, Statements
from bulkportal.errors import AnotherRun
from bulkportal.postgres.books import PostgresBooks, connect, lock_number

if TYPE_CHECKING:
    import psycopg

CLAIMS = Schema(
    name="claims",
    tables="""
CREATE TABLE claims (
    workspace TEXT NOT NULL, bundle TEXT NOT NULL DEFAULT '', epoch INTEGER NOT NULL, holder TEXT NOT NULL,
    host TEXT NOT NULL, pid INTEGER NOT NULL, born TEXT NOT NULL, backend_pid INTEGER NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (workspace, bundle)
) WITHOUT ROWID;
""",
    version=1,
    if_damaged="",
    shared="bulkportal",
)
"""What only books shared by several machines need. Times are seconds of the server's clock."""

# Not now(), which stands still at the start of the transaction: a heartbeat that waited for a lock would be written too old.
_NOW = "extract(epoch FROM clock_timestamp())::float8"

_HELD = (
    f"SELECT workspace, holder AS run_id, host, pid, born, epoch, at, {_NOW} AS now,"  # noqa: S608 - our own names
    " extract(epoch FROM pg_postmaster_start_time())::float8 AS up_since,"
    " EXISTS (SELECT 1 FROM pg_stat_activity WHERE pg_stat_activity.pid = claims.backend_pid) AS connected"
    " FROM claims WHERE bundle=''"
)

# OF claims: the view of the server's sessions in the query cannot be locked.
_HELD_HERE = f"{_HELD} AND workspace=? FOR UPDATE OF claims"

_WHO = (
    "SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid"
    " WHERE l.locktype='advisory' AND l.granted AND l.objsubid=1 AND l.classid::bigint=%s AND l.objid::bigint=%s"
)


class PostgresClaim:
    """A claim in PostgreSQL (see `claim.Claim`)."""

    def __init__(self, books: PostgresBooks, holder: Holder) -> None:
        self._books, self._holder = books, holder
        self._epoch: int | None = None
        self._locks: psycopg.Connection[Any] | None = None
        self._alone: set[str] = set()

    def take(self) -> None:
        """As `Claim.take`."""
        backend = self._backend()
        workspace, run_id = self._holder.workspace, self._holder.run_id
        with self._books.writing() as database:
            database.execute(
                # First a row without a holder, so that there is something to lock: two runs that find no row would both insert one.
                "INSERT INTO claims (workspace, bundle, epoch, holder, host, pid, born, backend_pid, at) VALUES (?,'',0,'','',0,'',0,0)"
                " ON CONFLICT DO NOTHING",
                (workspace,),
            )
            held: Row = database.execute(_HELD_HERE, (workspace,)).fetchone()
            # The row is locked from the SELECT on (FOR UPDATE), so nobody takes it between this look and the update.
            if held["run_id"] not in ("", run_id) and _is_held(held):
                raise busy(held)
            epoch = int(held["epoch"]) + 1
            values = (epoch, run_id, socket.gethostname(), os.getpid(), birth(), backend, workspace)
            database.execute(
                f"UPDATE claims SET epoch=?, holder=?, host=?, pid=?, born=?, backend_pid=?, at={_NOW} WHERE workspace=? AND bundle=''",  # noqa: S608 - our own names
                values,
            )
        self._epoch = epoch

    def keep(self, database: Statements) -> None:
        """As `Claim.keep`; the row stays locked until the transaction ends, so that nobody takes over in its middle."""
        held = self._held(database)
        if held is None or held["run_id"] != self._holder.run_id or held["epoch"] != self._epoch:
            raise taken_over(held)

    def beat(self) -> None:
        """As `Claim.beat`."""
        backend = self._backend()
        with self._books.writing() as database:
            self.keep(database)
            statement = f"UPDATE claims SET at={_NOW}, backend_pid=? WHERE workspace=? AND bundle=''"  # noqa: S608 - our own names
            database.execute(statement, (backend, self._holder.workspace))

    def release(self) -> None:
        """As `Claim.release`; the row stays with its epoch, so that no epoch is used twice."""
        self.close()
        with self._books.writing() as database:
            values = (self._holder.workspace, self._holder.run_id, self._epoch)
            database.execute("UPDATE claims SET holder='' WHERE workspace=? AND bundle='' AND holder=? AND epoch=?", values)

    def lost(self, database: Statements) -> AnotherRun:
        """As `Claim.lost`."""
        return taken_over(self._held(database))

    def need_nobody(self, database: Statements) -> None:
        """As `Claim.need_nobody`."""
        # The whole table: a workspace that has no row yet could be taken for the first time meanwhile.
        database.execute("LOCK TABLE claims IN EXCLUSIVE MODE")
        for held in database.execute(_HELD).fetchall():
            if held["run_id"] and _is_held(held):
                raise busy(held)

    def moved_to(self, _: Statements, __: str, /) -> None:
        """Nothing: books in a server have no place by which a copy could be recognised. The command that copies says not to use them any more."""

    def copied_from(self) -> LedgerHome | None:
        """None: a copy of a server's books is not recognised."""
        return None

    def adopt(self) -> None:
        """Nothing: the books of a server belong to whoever has its address."""

    # -- nobody else pays meanwhile

    def try_alone(self, identity: str, /) -> str | None:
        """As `Claim.try_alone`."""
        number = self._number(identity)
        found = self._ask("SELECT pg_try_advisory_lock(%s) AS got", number)
        if found and found[0]["got"]:
            self._alone.add(identity)
            return None
        # `pg_locks` shows the number of a lock as two unsigned halves, and the function takes it as one signed number.
        unsigned = number % (1 << 64)
        who = self._ask(_WHO, unsigned >> 32, unsigned & 0xFFFFFFFF)
        return str(who[0]["name"]) if who and who[0]["name"] else "another process"

    def let_go(self, identity: str, /) -> None:
        """As `Claim.let_go`. A server that has gone away has released the lock."""
        self._alone.discard(identity)
        with suppress(Exception):
            if self._locks is not None:
                self._locks.execute("SELECT pg_advisory_unlock(%s)", (self._number(identity),))

    def is_alone(self, identity: str, /) -> bool:
        """As `Claim.is_alone`. A restarted server has forgotten its locks: they are taken again, unless another process has them by now."""
        # The question itself notices a lost connection, and `_connected` then takes the locks again.
        self._backend()
        return identity in self._alone

    def close(self) -> None:
        """Release every lock."""
        self._alone.clear()
        if self._locks is not None:
            with suppress(Exception):
                self._locks.close()
            self._locks = None

    def _held(self, database: Statements) -> Row | None:
        row: Row | None = database.execute(_HELD_HERE, (self._holder.workspace,)).fetchone()
        return None if row is None or not row["run_id"] else row

    def _number(self, identity: str) -> int:
        return lock_number("paying", self._holder.workspace, identity)

    def _backend(self) -> int:
        """The server process that holds our locks; after a restart a new one, for which they are taken again where possible."""
        found = self._ask("SELECT pg_backend_pid() AS pid")
        return int(found[0]["pid"])

    def _ask(self, question: str, *values: object) -> list[Any]:
        def ask() -> list[Any]:
            return self._connected().execute(question, values).fetchall()

        return self._books.patiently(ask, self._lost_connection)

    def _lost_connection(self) -> None:
        locks, self._locks = self._locks, None
        if locks is not None:
            with suppress(Exception):
                locks.close()

    def _connected(self) -> psycopg.Connection[Any]:
        if self._locks is None or self._locks.closed:
            name = f"bulkportal {self._holder.run_id}, process {os.getpid()} on {socket.gethostname()}"
            self._locks = connect(self._books.address, schema="bulkportal", application=name)
            # A lock ends with its connection. Where another process has taken
            # it since, `is_alone` must say so before the next request leaves.
            for identity in tuple(self._alone):
                row = self._locks.execute("SELECT pg_try_advisory_lock(%s) AS got", (self._number(identity),)).fetchone()
                if row is None or not row["got"]:
                    self._alone.discard(identity)
        return self._locks


def _is_held(held: Row) -> bool:
    """Whether the holder of a claim is still active, by the server's clock.

    A holder that is silent for too long is not, even if merely suspended; nor is one whose connection has ended, unless the
    server itself was away, nor one on this machine whose process is gone.
    """
    if held["now"] - held["at"] > STALE_AFTER:
        return False
    # A server that started after the last heartbeat has closed every connection itself: that says nothing about the holder.
    if not held["connected"] and held["up_since"] <= held["at"]:
        return False
    return lives(held) is not False
