"""The token bucket of a key as a row in PostgreSQL: one rate, and one pause after a 429, for all processes on all machines.

The row is locked while it is read and changed. Its times are on the server's clock, which all machines have in common; here they
are converted to this machine's clock, by what both show at the same moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from bulkportal.database import Schema, Statements
from bulkportal.errors import BulkportalError
from bulkportal.portal.rate_limit import Bucket, Level, as_text, level_of
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import PostgresBooks
from bulkportal.postgres.waiting import PATIENCE

BUCKETS = Schema(
    name="buckets",
    tables="CREATE TABLE buckets (name TEXT PRIMARY KEY, level TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID",
    version=1,
    if_damaged="",
    shared="bulkportal",
)

# An upsert instead of SELECT FOR UPDATE: it locks the row also where it does not exist yet.
_LOCKED = (
    "INSERT INTO buckets (name, level, at) VALUES (?, '', extract(epoch FROM clock_timestamp())::float8)"
    " ON CONFLICT (name) DO UPDATE SET at=excluded.at RETURNING level, extract(epoch FROM clock_timestamp())::float8 AS now"
)

_SHORT = 1.0
"""Seconds to wait for an unreachable server after a request has been answered: using the answer counts more."""


class ServerBucket(Bucket):
    """The bucket of all processes that use this key with this database."""

    def __init__(self, clock: Callable[[], float], address: PostgresAddress, name: str) -> None:
        super().__init__(clock)
        self._address, self._name = address, name
        self._books: PostgresBooks | None = None

    @contextmanager
    def level(self, *, must: bool = False) -> Iterator[Level]:
        """The shared level, locked meanwhile.

        Where it `must` be shared and the server is away, BooksAway is raised: nothing is sent that others do not count. Else our own
        is yielded, so that no answer is lost, and a pause that it learns of is passed on later.
        """
        given = False
        try:
            with self._opened(PATIENCE if must else _SHORT).writing() as database, self._theirs(database) as level:
                given = True
                yield level
        except BulkportalError:
            if must:
                raise
        # A context manager yields once: where only the writing back failed, the answer was used, and the count is let go.
        if not given:
            yield self._level

    def close(self) -> None:
        """Close the connection."""
        if self._books is not None:
            self._books.close()
            self._books = None

    @contextmanager
    def _theirs(self, database: Statements) -> Iterator[Level]:
        database.execute("SET LOCAL synchronous_commit TO off")  # losing a count of tokens is no loss
        row = database.execute(_LOCKED, (self._name,)).fetchone()
        ahead = self.clock() - float(row["now"])
        level = shifted(level_of(row["level"]), ahead) if row["level"] else Level(filled_at=self.clock())
        # A pause that was learnt while the server was away is passed on here.
        level.silent_until = max(level.silent_until, self._level.silent_until)
        yield level
        self._level = level
        database.execute("UPDATE buckets SET level=? WHERE name=?", (as_text(shifted(level, -ahead)), self._name))

    def _opened(self, patience: float) -> PostgresBooks:
        if self._books is None:
            self._books = PostgresBooks(self._address, BUCKETS, patience=patience)
        self._books.patience = patience
        return self._books


def shifted(level: Level, seconds: float) -> Level:
    """The same level on a clock that is `seconds` ahead."""
    return replace(
        level,
        filled_at=level.filled_at + seconds,
        learnt_at=level.learnt_at + seconds,
        silent_until=level.silent_until + seconds,
        silenced_at=level.silenced_at + seconds,
        flights={owner: (count, heard + seconds) for owner, (count, heard) in level.flights.items()},
    )


def levels(books: PostgresBooks) -> dict[str, Level]:
    """The level of each key's bucket, on the server's clock, by the name that does not reveal the key."""
    return {row["name"]: level_of(row["level"]) for row in books.rows("SELECT name, level FROM buckets WHERE level<>''")}
