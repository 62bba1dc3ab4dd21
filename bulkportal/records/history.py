"""The diary: the launches of each night, their results, and which rows fail since when.

One SQLite file of its own in BULKPORTAL_HOME. A launch is recorded before anything is sent, and its target before it
is moved, so that after any crash the next start knows what is left to do. The diary holds nothing about
money: what was sent and paid is in the ledger.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import astuple, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TypeAlias

from bulkportal.database import Database, Schema, Statements, run_script
from bulkportal.records.failing_rows import Problem, SeenRows

FILE = "nights.sqlite3"

Place: TypeAlias = tuple[str, int]
"""The id of a bundle, and a position or 0 for its account."""

_TABLES = """
CREATE TABLE nights (
    night_id TEXT PRIMARY KEY, inbox TEXT NOT NULL, started_at TEXT NOT NULL, finished_at TEXT, exit_code INTEGER
);
CREATE TABLE taken (
    run_id TEXT PRIMARY KEY, night_id TEXT NOT NULL, inbox TEXT NOT NULL, workspace TEXT NOT NULL, name TEXT NOT NULL, plain TEXT NOT NULL,
    digest TEXT NOT NULL, state TEXT NOT NULL, exit_code INTEGER, target TEXT, taken_at TEXT NOT NULL
);
CREATE INDEX taken_by_content ON taken (workspace, digest);
CREATE TABLE sightings (path TEXT PRIMARY KEY, size INTEGER NOT NULL, newest INTEGER NOT NULL, seen_at REAL NOT NULL);
CREATE TABLE problems (
    inbox TEXT NOT NULL, item TEXT NOT NULL, sheet TEXT NOT NULL, key TEXT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL,
    message TEXT NOT NULL, since TEXT NOT NULL, run_id TEXT NOT NULL, opened INTEGER NOT NULL, open INTEGER NOT NULL,
    PRIMARY KEY (inbox, item, sheet, key)
) WITHOUT ROWID;
CREATE TABLE runs (run_id TEXT PRIMARY KEY, at TEXT NOT NULL, rows INTEGER NOT NULL);
CREATE TABLE failing (
    run TEXT NOT NULL, item TEXT NOT NULL, sheet TEXT NOT NULL, key TEXT NOT NULL, place TEXT NOT NULL, state TEXT NOT NULL,
    message TEXT NOT NULL, since TEXT NOT NULL, run_id TEXT NOT NULL, opened INTEGER NOT NULL, open INTEGER NOT NULL
);
CREATE INDEX failing_by_run ON failing (run);
"""

_REVIEWS = """
CREATE TABLE reviews (
    platform TEXT NOT NULL, bundle_id TEXT NOT NULL, position INTEGER NOT NULL, since TEXT NOT NULL, reminded INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (platform, bundle_id, position)
) WITHOUT ROWID;
"""


_RETRIES = """
CREATE TABLE retries (
    inbox TEXT NOT NULL, item TEXT NOT NULL, sheet TEXT NOT NULL, key TEXT NOT NULL, about TEXT NOT NULL, since TEXT NOT NULL, run_id TEXT NOT NULL,
    name TEXT NOT NULL, tab TEXT NOT NULL, row INTEGER NOT NULL, message TEXT NOT NULL,
    PRIMARY KEY (inbox, item, sheet, key)
) WITHOUT ROWID;
"""


_SPOKEN = """
CREATE TABLE spoken (
    workspace TEXT NOT NULL, sheet TEXT NOT NULL, about TEXT NOT NULL, file TEXT NOT NULL, path TEXT NOT NULL, run_id TEXT NOT NULL, at REAL NOT NULL,
    off INTEGER NOT NULL, said TEXT NOT NULL, PRIMARY KEY (workspace, sheet, about)
) WITHOUT ROWID;
"""


_WHOSE = "ALTER TABLE retries ADD COLUMN workspace TEXT NOT NULL DEFAULT ''"


def _from_1(database: Statements) -> None:
    """Version 2: when each video was first seen in review."""
    run_script(database, _REVIEWS)


def _from_2(database: Statements) -> None:
    """Version 3: rows that nights retry."""
    run_script(database, _RETRIES)


def _from_3(database: Statements) -> None:
    """Version 4: the values that imports gave each row last; and the workspace of each retry."""
    run_script(database, _SPOKEN + _WHOSE)


_SCHEMA = Schema(
    name="diary",
    tables=_TABLES + _REVIEWS + _RETRIES + _SPOKEN + _WHOSE,
    version=4,
    if_damaged="Move the file away and run again: only the memory of nights is lost, nothing is paid twice.",
    migrations={1: _from_1, 2: _from_2, 3: _from_3},
)

_RUN_IN_NAME = re.compile(r"\.run-\d{8}-\d{6}-[0-9a-f]{6}(?=\.|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMark:
    """What shows that a file has changed: its size and its newest time, in nanoseconds.

    For a remote file, `newest` is a number made from the store's version of it.
    """

    size: int
    newest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One launch taken from an inbox, with its workspace and the hash of its content.

    `state` is taken, left (it stays in the inbox for a retry), ended (its target is decided) or moved.
    """

    run_id: str
    night_id: str
    inbox: str
    workspace: str
    name: str
    plain: str
    digest: str
    state: str = "taken"
    exit_code: int | None = None
    target: Path | None = None
    taken_at: str = ""


def plain_name(name: str) -> str:
    """A file's name without run ids and the ``.report`` of a report."""
    # A report of a report is called launch.next.report.xlsx, so that neither overwrites the other.
    stem, dot, ending = _RUN_IN_NAME.sub("", name).rpartition(".")
    return f"{stem.removesuffix('.next').removesuffix('.report')}{dot}{ending}" if dot else ending


class RunHistory(Database):
    """The open diary. Raises as `Database` does."""

    def __init__(self, home: Path) -> None:
        super().__init__(home / FILE, _SCHEMA)

    # -- nights

    def start_night(self, night_id: str, inbox: str) -> None:
        """Record the start of a night."""
        self.write("INSERT INTO nights (night_id, inbox, started_at) VALUES (?,?,?)", night_id, inbox, _now())

    def finish_night(self, night_id: str, exit_code: int) -> None:
        """Record how a night ended."""
        self.write("UPDATE nights SET finished_at=?, exit_code=? WHERE night_id=?", _now(), int(exit_code), night_id)

    def nights(self, inbox: str) -> tuple[tuple[str, int | None], ...]:
        """The nights of an inbox, newest first, with their exit codes; None for one that did not end."""
        rows = self.rows("SELECT night_id, exit_code FROM nights WHERE inbox=? ORDER BY started_at DESC, rowid DESC", inbox)
        return tuple((row["night_id"], row["exit_code"]) for row in rows)

    # -- launches

    def sighted(self, path: str, mark: FileMark, now: float) -> float:
        """For how many seconds the file at a path or address has been seen unchanged; 0 the first time."""
        rows = self.rows("SELECT seen_at FROM sightings WHERE path=?", path)
        if rows and self.last_mark(path) == mark:
            # A clock that was set back must not give a negative age, and the row keeps its first moment.
            return max(now - float(rows[0]["seen_at"]), 0.0)
        self.write("INSERT OR REPLACE INTO sightings VALUES (?,?,?,?)", path, mark.size, mark.newest, now)
        return 0.0

    def last_mark(self, path: str) -> FileMark | None:
        """The mark with which it was seen last; None for a file that was never seen."""
        rows = self.rows("SELECT size, newest FROM sightings WHERE path=?", path)
        return FileMark(size=rows[0]["size"], newest=rows[0]["newest"]) if rows else None

    def take(self, taken: Taken) -> None:
        """Record that a launch is about to be imported."""
        values = (taken.run_id, taken.night_id, taken.inbox, taken.workspace, taken.name, taken.plain, taken.digest, _now())
        self.write(
            "INSERT INTO taken (run_id, night_id, inbox, workspace, name, plain, digest, taken_at, state) VALUES (?,?,?,?,?,?,?,?,'taken')", *values
        )

    def decide(self, run_id: str, exit_code: int, target: Path | None) -> None:
        """Record how its import ended, and where it will be moved; a target of None leaves it in the inbox."""
        state = "ended" if target else "left"
        self.write("UPDATE taken SET state=?, exit_code=?, target=? WHERE run_id=?", state, int(exit_code), str(target) if target else None, run_id)

    def mark_moved(self, run_id: str) -> None:
        """Record that it has been moved."""
        self.write("UPDATE taken SET state='moved' WHERE run_id=?", run_id)

    def unmoved(self, inbox: str) -> tuple[Taken, ...]:
        """Launches with a decided target that a crash may have left behind."""
        return tuple(_taken(row) for row in self.rows("SELECT * FROM taken WHERE inbox=? AND state='ended' ORDER BY taken_at", inbox))

    def taken_to(self, target: Path) -> Taken | None:
        """The launch with this target."""
        rows = self.rows("SELECT * FROM taken WHERE target=?", str(target))
        return _taken(rows[0]) if rows else None

    def taken_in(self, night_id: str) -> tuple[Taken, ...]:
        """The launches of a night, in order."""
        return tuple(_taken(row) for row in self.rows("SELECT * FROM taken WHERE night_id=? ORDER BY taken_at, rowid", night_id))

    def lying_since(self, inbox: str, name: str, content: str) -> float | None:
        """When the night began that first left exactly this content in the inbox, in seconds; None if no night has."""
        query = (
            "SELECT min(nights.started_at) AS since FROM taken JOIN nights USING (night_id)"
            " WHERE taken.inbox=? AND name=? AND digest=? AND state='left'"
        )
        since = self.rows(query, inbox, name, content)[0]["since"]
        return datetime.fromisoformat(since).timestamp() if since else None

    def done_before(self, workspace: str, content: str) -> Taken | None:
        """The run that has done exactly this content, if one has."""
        # Only successes: a file whose rows were refused may be put in again unchanged, once the cause is removed on the platform.
        query = "SELECT * FROM taken WHERE workspace=? AND digest=? AND exit_code=0 AND state IN ('ended','moved') ORDER BY taken_at LIMIT 1"
        rows = self.rows(query, workspace, content)
        return _taken(rows[0]) if rows else None

    # -- reviews

    def in_review(self, platform: str, looked_at: Collection[Place], inside: Collection[Place], moment: datetime) -> dict[Place, datetime]:
        """When each place in review was first seen there, this time included; places that have left review are deleted."""
        known = self._reviews(platform)
        gone = [(platform, *place) for place in known if place in looked_at and place not in inside]
        new = [(platform, *place, moment.astimezone(UTC).isoformat(timespec="seconds")) for place in inside if place not in known]
        if gone or new:
            with self.writing() as database:
                database.executemany("DELETE FROM reviews WHERE platform=? AND bundle_id=? AND position=?", gone)
                database.executemany("INSERT OR IGNORE INTO reviews (platform, bundle_id, position, since) VALUES (?,?,?,?)", new)
        # Read again: another process may have recorded an earlier moment, and then the insert was ignored.
        return {place: since for place, since in self._reviews(platform).items() if place in inside}

    def remind(self, platform: str, places: Iterable[Place]) -> frozenset[Place]:
        """The places for which no reminder was given yet; they are marked as reminded."""
        # The condition decides: two nights at once would otherwise both remind.
        marks = "UPDATE reviews SET reminded=1 WHERE platform=? AND bundle_id=? AND position=? AND reminded=0"
        with self.writing() as database:
            return frozenset(place for place in places if database.execute(marks, (platform, *place)).rowcount)

    def _reviews(self, platform: str) -> dict[Place, datetime]:
        rows = self.rows("SELECT bundle_id, position, since FROM reviews WHERE platform=?", platform)
        return {(row["bundle_id"], row["position"]): datetime.fromisoformat(row["since"]) for row in rows}

    # -- rows

    def remember(self, seen: SeenRows, today: date) -> None:
        """Record which rows of a run fail, so that runs can be compared."""
        failing = [(seen.run_id, *_values(problem)) for problem in seen.problems(today)]
        with self.writing():
            self._db.execute("INSERT OR REPLACE INTO runs VALUES (?,?,?)", (seen.run_id, _now(), len(seen.rows)))
            self._db.execute("DELETE FROM failing WHERE run=?", (seen.run_id,))
            self._db.executemany("INSERT INTO failing VALUES (?,?,?,?,?,?,?,?,?,?,?)", failing)

    def failing_in(self, run_id: str) -> tuple[Problem, ...] | None:
        """The rows that failed in a run; None for an unknown run."""
        if not self.rows("SELECT 1 FROM runs WHERE run_id=?", run_id):
            return None
        return tuple(map(_problem, self.rows("SELECT * FROM failing WHERE run=? ORDER BY item, sheet, rowid", run_id)))

    def problems(self, inbox: str) -> tuple[Problem, ...]:
        """All problems that an inbox ever had, oldest first, open or not."""
        return tuple(map(_problem, self.rows("SELECT * FROM problems WHERE inbox=? ORDER BY since, item, sheet, key", inbox)))

    def keep(self, inbox: str, problems: Iterable[Problem]) -> None:
        """Record the current state of problems."""
        with self.writing():
            self._db.executemany(
                "INSERT OR REPLACE INTO problems VALUES (?,?,?,?,?,?,?,?,?,?,?)", [(inbox, *_values(problem)) for problem in problems]
            )

    def archived(self, inbox: str, item: str) -> Path | None:
        """Where the newest version of a launch was moved to."""
        query = "SELECT target FROM taken WHERE inbox=? AND plain=? AND state='moved' ORDER BY taken_at DESC, rowid DESC LIMIT 1"
        rows = self.rows(query, inbox, item)
        return Path(rows[0]["target"]) if rows else None


def _taken(row: sqlite3.Row) -> Taken:
    values = dict(row)
    return Taken(**{**values, "target": Path(values["target"]) if values["target"] else None})


def _values(problem: Problem) -> tuple[object, ...]:
    # Inserted without names: the order of the fields must be that of the columns.
    return tuple(value.isoformat() if isinstance(value, date) else value for value in astuple(problem))


def _problem(row: sqlite3.Row) -> Problem:
    values = {part.name: row[part.name] for part in fields(Problem)}
    return Problem(**values | {"since": date.fromisoformat(row["since"]), "open": bool(row["open"])})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
