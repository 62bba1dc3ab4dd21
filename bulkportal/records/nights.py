"""The nights of a home as they are told afterwards: when each ran, how it ended, what it took, and which rows wait for the next one. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkportal.records.history import FILE, RunHistory, Taken
from bulkportal.records.retries import RowRetry, every_retry


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNight:
    """One night of an inbox, and what it took from it. `finished_at` and `exit_code` are empty of one that did not end (times in UTC)."""

    night_id: str
    inbox: str
    started_at: str
    finished_at: str | None
    exit_code: int | None
    launches: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """The last nights, the newest first, and the rows that are tried again by the next one."""

    last: tuple[PastNight, ...] = ()
    retries: tuple[RowRetry, ...] = ()


def nights_of(home: Path, most: int) -> Nights:
    """The last `most` nights of a home; none where nothing is remembered yet. Raises as a `Database`."""
    if not (home / FILE).exists():
        return Nights()
    with RunHistory(home) as diary:
        last = diary.rows("SELECT * FROM nights ORDER BY started_at DESC, rowid DESC LIMIT ?", most)
        return Nights(last=tuple(PastNight(**dict(row), launches=diary.taken_in(row["night_id"])) for row in last), retries=every_retry(diary))
