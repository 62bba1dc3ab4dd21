"""Who may write in a workspace: one run at a time, wherever the books are.

A claim in a file is a lease (see `lease`); a claim in PostgreSQL has a number that rises each time the workspace is taken, and is
kept by the server's clock (see `postgres_claim`). Both are looked at in the transaction that is to be written.
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
        """Take it; a holder that died or fell silent loses it. Raises AnotherRun."""
        ...

    def keep(self, database: Statements) -> None:
        """See, in the transaction that is to be written, that this run still has it. Raises AnotherRun."""
        ...

    def beat(self) -> None:
        """Say that this run is alive. Raises AnotherRun if it was taken for dead and another has taken over."""
        ...

    def release(self) -> None:
        """Give it back."""
        ...

    def lost(self, database: Statements) -> AnotherRun:
        """What to say where another run has touched what this one began."""
        ...

    def need_nobody(self, database: Statements) -> None:
        """See, in the transaction that is open, that no run is at work in any workspace, and keep it so. Raises AnotherRun."""
        ...

    def moved_to(self, database: Statements, place: str, /) -> None:
        """Say that these books belong to another place from now on."""
        ...

    def try_alone(self, identity: str, /) -> str | None:
        """Keep everybody else from paying for this operation: None, or who keeps us from it. A process that dies lets go of it."""
        ...

    def let_go(self, identity: str, /) -> None:
        """Let others pay for it."""
        ...

    def is_alone(self, identity: str, /) -> bool:
        """Whether nobody else can have begun to pay for it since."""
        ...

    def close(self) -> None:
        """Let go of everything that only a connection of its own holds."""
        ...

    def copied_from(self) -> LedgerHome | None:
        """The place that these books belong to, where they were copied from there; None where they are at home."""
        ...

    def adopt(self) -> None:
        """Say that they belong here from now on."""
        ...


def busy(held: Row) -> AnotherRun:
    """What to say of a workspace in which another run is at work."""
    return AnotherRun(
        f"Another run ({held['run_id']}, process {held['pid']} on {held['host']}) is working in this workspace.",
        hint="Wait until it has ended, then run this again; nothing was sent.",
    )


def taken_over(held: Row | None) -> AnotherRun:
    """What to say to a run that has lost its workspace."""
    who = "Another run" if held is None else f"Another run ({held['run_id']}, process {held['pid']} on {held['host']})"
    return AnotherRun(
        f"{who} has taken this workspace over.",
        hint="This one was silent for too long. Wait until the other has ended, then run this again; nothing is lost.",
    )


class FileClaim:
    """The lease of a ledger in a file. On one machine its holder's process is looked at, so nobody needs to be kept off a purchase."""

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
        """As `Claim.need_nobody`; nobody else writes into a file meanwhile."""
        for held in database.execute("SELECT * FROM lease").fetchall():
            if is_held(held, self._clock()):
                raise busy(held)

    def moved_to(self, database: Statements, place: str, /) -> None:
        """As `Claim.moved_to`: the file is known as a copy from then on."""
        elsewhere = LedgerHome(machine="", host="its server" if "://" in place else socket.gethostname(), folder=place, file="")
        self._belong(database, elsewhere)

    def lost(self, database: Statements) -> AnotherRun:
        """As `Claim.lost`."""
        return taken_over(self._lease(database))

    def try_alone(self, _: str, /) -> str | None:
        """As `Claim.try_alone`: the lease does it."""
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
