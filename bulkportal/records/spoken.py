"""What the imports of this home have last said of each row: a file that was handed over before says it no more.

A launch may wait in its inbox for nights, or a run that did not end well may be gone on with, while somebody has imported the same rows from
another file. What that file says is newer, whatever the two are called, and what the older one says otherwise must not be done, and paid, afterwards.
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
    """What an import has said of a row: of which file, in which run, at which moment in seconds, and what."""

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
    """Write down what an import into a workspace has said; `source` are the name and the path of its file, and its run; `at` is in seconds."""
    values = [(workspace, *row.key, *source, at, int(row.is_called_off), json.dumps(dict(row.values), ensure_ascii=False)) for row in rows]
    with diary.writing() as database:
        database.executemany("INSERT OR REPLACE INTO spoken VALUES (?,?,?,?,?,?,?,?,?)", values)
        database.execute("DELETE FROM spoken WHERE at < ?", (at - _KEPT_DAYS * _A_DAY,))


def spoken_since(diary: RunHistory, workspace: str, moment: float, path: str) -> dict[tuple[str, str], Spoken]:
    """What imports of other files into the workspace than the one at that path have said since, by what it is about."""
    found = diary.rows("SELECT * FROM spoken WHERE workspace=? AND at > ? AND path <> ?", workspace, moment, path)
    return {
        (row["sheet"], row["about"]): Spoken(
            file=row["file"], run_id=row["run_id"], at=row["at"], values=json.loads(row["said"]), is_called_off=bool(row["off"])
        )
        for row in found
    }
