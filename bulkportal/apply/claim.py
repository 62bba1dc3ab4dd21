"""The claim on a workspace: one run at a time may write, wherever the books are.

A claim in a file is a lease (see `lease`). A claim in PostgreSQL has an epoch that rises each time the workspace is taken, and is
judged by the server's clock (see `postgres_claim`). Both are checked in the transaction that they protect.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bulkportal.apply.landing import now_text
from bulkportal.apply.lease import LedgerHome, birth, is_held, ledger_home
from bulkportal.apply.ledger_file import Store
from bulkportal.database import Row, Statements, upsert
from bulkportal.errors import AnotherRun


@dataclass(frozen=True, slots=True)
class Holder:
    """Who wants the workspace."""

    workspace: str
    run_id: str


class Claim(Protocol):
    """The right of one run to write in its workspace."""

    def take(self) -> None:
        """Take the claim, also from a holder that has died or gone silent. Raises AnotherRun while another holds it."""
        ...

    def keep(self, database: Statements) -> None:
        """Check, in the transaction about to be written, that this run still holds the claim. Raises AnotherRun."""
        ...

    def beat(self) -> None:
        """Record a heartbeat. Raises AnotherRun if this run was taken for dead and another has taken over."""
        ...

    def release(self) -> None:
        """Release the claim."""
        ...

    def lost(self, database: Statements) -> AnotherRun:
        """The error to raise where another run has touched what this one began."""
        ...

    def need_nobody(self, database: Statements) -> None:
        """Check that no run holds any workspace, and prevent it until the open transaction ends. Raises AnotherRun."""
        ...

    def moved_to(self, database: Statements, place: str, /) -> None:
        """Record that these books belong to another place from now on."""
        ...

    def try_alone(self, identity: str, /) -> str | None:
        """Lock the payment of this operation. None on success, else who holds the lock. It is released when the process dies."""
        ...

    def let_go(self, identity: str, /) -> None:
        """Unlock its payment."""
        ...

    def is_alone(self, identity: str, /) -> bool:
        """Whether the lock has been held without a break, so that nobody else can have begun to pay."""
        ...

    def close(self) -> None:
        """Release everything that is held by a connection of the claim's own."""
        ...

    def copied_from(self) -> LedgerHome | None:
        """The place that these books were copied from; None where they are at home."""
        ...

    def adopt(self) -> None:
        """Record that they belong here from now on."""
        ...


def busy(held: Row) -> AnotherRun:
    """The error for a workspace that another run holds."""
    return AnotherRun(
        f"Another run ({held['run_id']}, process {held['pid']} on {held['host']}) is working in this workspace.",
        hint="Wait until it has ended, then run this again; nothing was sent.",
    )


def taken_over(held: Row | None) -> AnotherRun:
    """The error for a run that has lost its workspace."""
    who = "Another run" if held is None else f"Another run ({held['run_id']}, process {held['pid']} on {held['host']})"
    return AnotherRun(
        f"{who} has taken this workspace over.",
        hint="This one was silent for too long. Wait until the other has ended, then run this again; nothing is lost.",
    )


class FileClaim:
    """The lease of a ledger in a file.

    On one machine the holder's process is examined, and a suspended run still has one: no lock for each purchase is needed.
    """

    def __init__(self, store: Store, holder: Holder, clock: Callable[[], float]) -> None:
        self._store, self._holder, self._clock = store, holder, clock

    def take(self) -> None:
        """As `Claim.take`."""
        workspace, run_id = self._holder.workspace, self._holder.run_id
        with self._store.writing() as database:
            held = self._lease(database)
            # Read and taken in one transaction: two runs that start together cannot both find it free.
            if held is not None and held["run_id"] != run_id and is_held(held, self._clock()):
                raise busy(held)
            values = {"workspace": workspace, "run_id": run_id, "host": socket.gethostname(), "pid": os.getpid()}
            database.execute(*upsert("lease", {**values, "beat_at": self._clock(), "born": birth()}, ("workspace",)))
            home = self._home()
            # A copy keeps the place that it came from until somebody adopts it: only so is it recognised as a copy.
            if home is None or (home != ledger_home(self._store.path) and not ledger_home(self._store.path).is_copy_of(home)):
                self._belong(database, ledger_home(self._store.path))  # new, of an older bulkportal, or moved as a whole

    def keep(self, database: Statements) -> None:
        """As `Claim.keep`."""
        held = self._lease(database)
        if held is None or held["run_id"] != self._holder.run_id:
            raise taken_over(held)

    def beat(self) -> None:
        """As `Claim.beat`."""
        with self._store.writing() as database:
            self.keep(database)
            values = (self._clock(), self._holder.workspace, self._holder.run_id)
            database.execute("UPDATE lease SET beat_at=? WHERE workspace=? AND run_id=?", values)

    def release(self) -> None:
        """As `Claim.release`."""
        # With the run in the condition: a run that was taken for dead must not free what another one holds by now.
        self._store.write("DELETE FROM lease WHERE workspace=? AND run_id=?", self._holder.workspace, self._holder.run_id)

    def need_nobody(self, database: Statements) -> None:
        """As `Claim.need_nobody`; the open transaction of SQLite locks out every other writer."""
        for held in database.execute("SELECT * FROM lease").fetchall():
            if is_held(held, self._clock()):
                raise busy(held)

    def moved_to(self, database: Statements, place: str, /) -> None:
        """As `Claim.moved_to`. From then on the file counts as a copy, and nothing is bought from it unasked."""
        elsewhere = LedgerHome(machine="", host="its server" if "://" in place else socket.gethostname(), folder=place, file="")
        self._belong(database, elsewhere)

    def lost(self, database: Statements) -> AnotherRun:
        """As `Claim.lost`."""
        return taken_over(self._lease(database))

    def try_alone(self, _: str, /) -> str | None:
        """As `Claim.try_alone`; the lease is enough."""
        return None

    def let_go(self, _: str, /) -> None:
        """Nothing is held."""

    def is_alone(self, _: str, /) -> bool:
        """The lease says so."""
        return True

    def close(self) -> None:
        """Nothing is held."""

    def copied_from(self) -> LedgerHome | None:
        """As `Claim.copied_from`."""
        home = self._home()
        return home if home is not None and ledger_home(self._store.path).is_copy_of(home) else None

    def adopt(self) -> None:
        """As `Claim.adopt`."""
        with self._store.writing() as database:
            self._belong(database, ledger_home(self._store.path))

    def _home(self) -> LedgerHome | None:
        rows = self._store.rows("SELECT machine, host, folder, file FROM belonging")
        return LedgerHome(**dict(rows[0])) if rows else None

    def _belong(self, database: Statements, here: LedgerHome) -> None:
        values = {"one": 1, "machine": here.machine, "host": here.host, "folder": here.folder, "file": here.file, "since": now_text()}
        database.execute(*upsert("belonging", values, ("one",)))

    def _lease(self, database: Statements) -> Row | None:
        row: Row | None = database.execute("SELECT * FROM lease WHERE workspace=?", (self._holder.workspace,)).fetchone()
        return row
