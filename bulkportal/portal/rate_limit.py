"""The token bucket: how many requests may leave, by what the platform's headers say (API reference 1.6).

Ours starts small, takes its size from the first answer's headers and is afterwards only lowered by them, so that it
never believes in more tokens than the platform does. The platform keeps one bucket per key, so all processes of this
machine that use a key share one as well: a small SQLite file in the home folder, under a name that does not reveal the
key. A process that dies leaves nothing locked; at worst its few requests under way count for a minute more. Where the
file cannot be used, each process keeps a bucket of its own.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, fields
from pathlib import Path

from bulkportal.database import connect
from bulkportal.portal.secret import Secret

# A full bucket and its refill let 239 requests into one window of 120 where that was measured: a new process starts small and
# believes the first answer's header.
_FIRST_BURST = 10
_FIRST_LIMIT = 120
# Slightly slower than the platform refills, since its clock is not ours.
_SHARE = 0.98
_LONGEST_PAUSE = 120.0
_FRESH = 10.0
"""Seconds for which a count of tokens is trusted without an answer that confirms it."""
_FORGOTTEN = 60.0
"""Seconds after which the requests under way of a process that shows no sign of life no longer count."""
_LONG_AGO = -1e9


@dataclass(slots=True)
class Level:
    """How full the bucket is. All times are seconds of the system's monotonic clock, which its processes share.

    `flights` holds, for each process, its requests under way and when it was last heard of.
    """

    tokens: float = _FIRST_BURST
    most: float = _FIRST_BURST
    rate: float = _FIRST_LIMIT / 60 * _SHARE
    filled_at: float = 0.0
    learnt_at: float = _LONG_AGO
    silent_until: float = 0.0
    silenced_at: float = _LONG_AGO
    refusals: int = 0
    flights: dict[str, tuple[int, float]] = field(default_factory=dict)

    def take(self, now: float, owner: str) -> float:
        """Take a token for a request that leaves now: 0, or the seconds to wait before asking again."""
        self.refill(now)
        if now < self.silent_until:
            return self.silent_until - now
        missing = 1 - self.tokens
        if missing > 0:
            # A millisecond more than needed, or rounding could leave the bucket just short for ever.
            return missing / self.rate + 1e-3
        self.tokens -= 1
        self._count(owner, 1, now)
        return 0.0

    def refill(self, now: float) -> None:
        """Add the tokens for the time that has passed."""
        if now < self.filled_at - _FRESH:  # the machine was restarted, and its monotonic clock with it
            self.tokens, self.learnt_at, self.silent_until, self.silenced_at, self.flights = (
                min(self.tokens, _FIRST_BURST),
                _LONG_AGO,
                0.0,
                _LONG_AGO,
                {},
            )
            self.filled_at = now
        # Another process may have looked at the clock a little later and been here a little earlier.
        now = max(now, self.filled_at)
        self.tokens = min(self.most, self.tokens + (now - self.filled_at) * self.rate)
        # Unconfirmed for so long, a large count may have been spent by another machine with the same key.
        if now - self.learnt_at > _FRESH:
            self.tokens = min(self.tokens, float(_FIRST_BURST))
        self.filled_at = now

    def complete(self, now: float, owner: str) -> None:
        """A request has ended, with an answer or without."""
        self._count(owner, -1, now)

    def learn(self, now: float, limit: int | None, remaining: int | None) -> None:
        """Take the limit (a minute) and the remaining tokens from an answer.

        Requests still under way may or may not be counted in `remaining`; they are taken as not counted.
        """
        if limit:
            self.rate = limit / 60 * _SHARE
        if remaining is None:
            return
        self.refill(now)
        limit = limit or _FIRST_LIMIT
        # A reserve for what another program sends with the same key between this answer and our next request.
        margin = min(2, limit // 10)
        safe = float(remaining - self._in_flight(now) - margin)
        # Only after a gap may an answer raise our count: answers arrive out of order, and an older one shows more than is left.
        if now - self.learnt_at > _FRESH:
            self.tokens = safe
        self.learnt_at = now
        self.most = float(max(1, limit - margin))
        self.tokens = min(self.tokens, safe, self.most)

    def back_off(self, now: float, sent_at: float, wait: float, jitter: float) -> None:
        """Pause after a refusal for `wait` seconds, longer for each one in a row."""
        self.refill(now)
        self.tokens = min(self.tokens, 0.0)
        # Several requests sent before one pause count as one refusal, not as several in a row.
        if sent_at > self.silenced_at:
            self.refusals += 1
        self.silenced_at = now
        # Our doubling is capped; what the platform itself asks for is not.
        longer = max(min(wait * 2 ** max(0, self.refusals - 1), _LONGEST_PAUSE), wait)
        self.silent_until = max(self.silent_until, now + longer + jitter)

    def _count(self, owner: str, change: int, now: float) -> None:
        count, _ = self.flights.get(owner, (0, now))
        self.flights[owner] = (max(0, count + change), now)

    def _in_flight(self, now: float) -> int:
        self.flights = {owner: (count, heard) for owner, (count, heard) in self.flights.items() if count and now - heard < _FORGOTTEN}
        return sum(count for count, _ in self.flights.values())


_PARTS = tuple(part.name for part in fields(Level))


class Bucket:
    """The bucket of one process."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.owner = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._level = Level(filled_at=clock())

    @contextmanager
    def level(self, *, must: bool = False) -> Iterator[Level]:  # noqa: ARG002 - one that is shared with other machines asks
        """The level, to read and to change. `must` says that a request is to be sent on it."""
        yield self._level

    def close(self) -> None:
        """Nothing is held open."""


class SharedBucket(Bucket):
    """The bucket of all processes that use this key with this home folder; `alone` once its file cannot be used."""

    def __init__(self, clock: Callable[[], float], folder: Path, name: str) -> None:
        super().__init__(clock)
        self._path = folder / "rate.sqlite3"
        self._name = name
        self._database: sqlite3.Connection | None = None
        self.alone = False

    @contextmanager
    def level(self, *, must: bool = False) -> Iterator[Level]:  # noqa: ARG002 - as above
        """The shared level, locked meanwhile; our own where the file cannot be used, since the rate limiter must never stop the work."""
        shared = None if self.alone else self._begin()
        yield self._level if shared is None else shared
        if shared is not None:
            self._level = shared
            self._commit(shared)

    def close(self) -> None:
        """Close the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _begin(self) -> Level | None:
        try:
            database = self._database = self._database or self._opened()
            # The write lock before the read: of two that had read first, SQLite would refuse one at once instead of letting it wait.
            database.execute("BEGIN IMMEDIATE")
            row = database.execute("SELECT level FROM buckets WHERE name=?", (self._name,)).fetchone()
            return level_of(row[0]) if row else self._level
        except (sqlite3.Error, OSError, ValueError, TypeError) as error:
            self._give_up(error)
            return None

    def _commit(self, level: Level) -> None:
        if self._database is None:
            return
        try:
            self._database.execute("INSERT OR REPLACE INTO buckets VALUES (?,?)", (self._name, as_text(level)))
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            self._give_up(error)

    def _opened(self) -> sqlite3.Connection:
        database = connect(self._path, synchronous="OFF", timeout=2)  # losing a count of tokens is no loss
        # Not WAL: two processes that turn a new file to it at the same moment do not wait for each other, one is refused.
        database.execute("PRAGMA journal_mode=MEMORY")
        database.execute("CREATE TABLE IF NOT EXISTS buckets (name TEXT PRIMARY KEY, level TEXT NOT NULL)")
        return database

    def _give_up(self, error: Exception) -> None:
        """Go on alone. A damaged file is deleted, since it holds nothing that anybody needs."""
        self.alone = True
        self.close()
        # Those two are a locked file or a full disk: the file itself is sound, and other processes use it.
        if not isinstance(error, sqlite3.OperationalError | OSError):
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def as_text(level: Level) -> str:
    """A level as text, to be stored."""
    return json.dumps({name: getattr(level, name) for name in _PARTS})


def level_of(text: str) -> Level:
    """A stored level. Raises ValueError, TypeError."""
    said = json.loads(text)
    return Level(**{**said, "flights": {owner: tuple(flight) for owner, flight in said["flights"].items()}})


def name_of(base_url: str, key: Secret) -> str:
    """The name of a key's bucket: the same for the same key, without revealing it."""
    return hashlib.sha256(f"bulkportal rate|{base_url}|{key.reveal()}".encode()).hexdigest()[:16]
