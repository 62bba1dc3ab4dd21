"""The past nights of a home: when each ran, how it ended, which launches it took, and which rows wait for the next one. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bulkportal.records.history import FILE, RunHistory, Taken
from bulkportal.records.retries import RowRetry, every_retry


@dataclass(frozen=True, slots=True, kw_only=True)
class PastNight:
    """One night of an inbox, and the launches it took. `finished_at` and `exit_code` are None if it did not end (times in UTC)."""

    night_id: str
    inbox: str
    started_at: str
    finished_at: str | None
    exit_code: int | None
    launches: tuple[Taken, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """The last nights, the newest first, and the rows that the next one retries."""

    last: tuple[PastNight, ...] = ()
    retries: tuple[RowRetry, ...] = ()


def nights_of(home: Path, most: int) -> Nights:
    """The last `most` nights of a home; none if it has no diary yet. Raises as `Database` does."""
    # Opening it would make one.
    if not (home / FILE).exists():
        return Nights()
    with RunHistory(home) as diary:
        last = diary.rows("SELECT * FROM nights ORDER BY started_at DESC, rowid DESC LIMIT ?", most)
        return Nights(last=tuple(PastNight(**dict(row), launches=diary.taken_in(row["night_id"])) for row in last), retries=every_retry(diary))
