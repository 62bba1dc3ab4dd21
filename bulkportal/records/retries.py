"""Rows that failed for a passing reason: later nights retry them without their file being put into the inbox again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path

from bulkportal import private
from bulkportal.errors import unwritten
from bulkportal.records.failing_rows import RowSeen
from bulkportal.records.history import RunHistory

FOLDER = "retries"
"""The folder in the home that holds, for each run, an unchanged copy of the launch whose rows are retried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRetry:
    """One row to retry: the launch (`item`) and its inbox, the row's key, and what it is `about`.

    `run_id` is the run that took the launch, `name` the name of its file, `tab` and `row` the row's place in it. `since` is the
    day of the first attempt. `workspace` is kept since two clients may have bundles of one name. A launch that still lies in its inbox
    has no copy.
    """

    inbox: str
    item: str
    sheet: str
    key: str
    about: str
    since: date
    run_id: str
    name: str
    tab: str
    row: int
    message: str = ""
    workspace: str = ""

    def nights(self, today: date) -> int:
        """The number of nights since the first attempt, this one included."""
        return (today - self.since).days + 1


def open_retries(diary: RunHistory, inbox: str) -> tuple[RowRetry, ...]:
    """All rows of an inbox to retry, by launch."""
    return tuple(one for one in every_retry(diary) if one.inbox == inbox)


def every_retry(diary: RunHistory) -> tuple[RowRetry, ...]:
    """All rows of every inbox to retry, by launch."""
    found = diary.rows("SELECT * FROM retries ORDER BY since, item, tab, row")
    return tuple(RowRetry(**{part.name: row[part.name] for part in fields(RowRetry)} | {"since": date.fromisoformat(row["since"])}) for row in found)


def keep_retries(diary: RunHistory, retries: Iterable[RowRetry]) -> None:
    """Record rows to retry."""
    # Inserted without names: the order of the fields must be that of the columns, to which a migration added `workspace` last.
    values = [tuple(value.isoformat() if isinstance(value, date) else value for value in astuple(one)) for one in retries]
    with diary.writing() as database:
        database.executemany("INSERT OR REPLACE INTO retries VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", values)


def drop_retries(diary: RunHistory, retries: Iterable[RowRetry]) -> None:
    """Delete retries: their rows have succeeded, were given up, or need a person."""
    with diary.writing() as database:
        database.executemany(
            "DELETE FROM retries WHERE inbox=? AND item=? AND sheet=? AND key=?", [(one.inbox, one.item, one.sheet, one.key) for one in retries]
        )


def replaced_by(diary: RunHistory, rows: Iterable[RowSeen], workspace: str) -> None:
    """Delete the retries of rows that a newer file of this workspace contains: an older version must not be retried."""
    # An older bulkportal did not record the workspace.
    waiting = {(row["sheet"], row["about"]) for row in diary.rows("SELECT DISTINCT sheet, about FROM retries WHERE workspace IN (?, '')", workspace)}
    named = sorted(waiting.intersection((row.sheet, row.about) for row in rows))
    if named:
        with diary.writing() as database:
            database.executemany("DELETE FROM retries WHERE sheet=? AND about=? AND workspace IN (?, '')", [(*name, workspace) for name in named])


def copy_of(home: Path, run_id: str, name: str) -> Path:
    """Where the copy of a run's launch is kept."""
    return home / FOLDER / run_id / name


def keep_copy(home: Path, run_id: str, source: Path) -> None:
    """Keep a copy of a launch, readable by its owner only. Raises UsageProblem."""
    target = copy_of(home, run_id, source.name)
    try:
        private.folder(target.parent)
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            private.write(target, source.read_bytes())
    except OSError as error:
        hint = "Its rows are not tried again automatically: put it into the inbox again."
        raise unwritten(error, f"{source.name} cannot be kept in {target.parent} ({error.strerror}).", hint=hint) from error


def drop_copies(home: Path, kept: Iterable[str]) -> None:
    """Delete all copies except those of the runs `kept`."""
    folder = home / FOLDER
    wanted = set(kept)
    for place in folder.iterdir() if folder.is_dir() else ():
        if place.name not in wanted:
            shutil.rmtree(place, ignore_errors=True)
