"""The values that imports of this home gave each row last: they override a file that was handed over earlier.

A launch may wait in its inbox for nights, or a failed run may be resumed, after somebody has imported the same rows from
another file. The values of that file are newer, whatever the files are called, and older ones must not be set, and paid, afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bulkportal.records.history import RunHistory
from bulkportal.records.said_rows import RowSaid

_KEPT_DAYS = 120
_A_DAY = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The values of a row in an import: its file, its run, the moment in seconds, and the values."""

    file: str
    run_id: str
    at: float
    values: Mapping[str, str]
    is_called_off: bool

    @property
    def moment(self) -> str:
        """When, for people."""
        return f"{datetime.fromtimestamp(self.at, UTC):%Y-%m-%d %H:%M} UTC"


def keep_spoken(diary: RunHistory, rows: Iterable[RowSaid], workspace: str, source: tuple[str, str, str], at: float) -> None:
    """Record the rows of an import into a workspace; `source` are the name and the path of its file, and its run; `at` is in seconds."""
    values = [(workspace, *row.key, *source, at, int(row.is_called_off), json.dumps(dict(row.values), ensure_ascii=False)) for row in rows]
    with diary.writing() as database:
        database.executemany("INSERT OR REPLACE INTO spoken VALUES (?,?,?,?,?,?,?,?,?)", values)
        database.execute("DELETE FROM spoken WHERE at < ?", (at - _KEPT_DAYS * _A_DAY,))


def spoken_since(diary: RunHistory, workspace: str, moment: float, path: str) -> dict[tuple[str, str], Spoken]:
    """The rows that imports of other files than the one at `path` gave the workspace since then, by sheet and subject."""
    found = diary.rows("SELECT * FROM spoken WHERE workspace=? AND at > ? AND path <> ?", workspace, moment, path)
    return {
        (row["sheet"], row["about"]): Spoken(
            file=row["file"], run_id=row["run_id"], at=row["at"], values=json.loads(row["said"]), is_called_off=bool(row["off"])
        )
        for row in found
    }
