"""What was found out about files before, so that a file of gigabytes is read once and not at every check.

A file counts as the same while its path, size, modification time and inode number are. The cache
only saves work: when it cannot be read or written, files are probed again.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bulkportal.database import connect, version_of
from bulkportal.media.facts import Facts
from bulkportal.media.probing import probe

VERSION = 1
"""Of what `probe` finds out; entries of an older version are thrown away, and the files probed again."""

_SETTLED = 2.0
"""Seconds a file must have rested: one that was written just now can change again within one tick of its clock."""

_TABLE = "CREATE TABLE files (path TEXT PRIMARY KEY, mark TEXT NOT NULL, facts TEXT NOT NULL) WITHOUT ROWID"


class Seen:
    """The cache in one home folder. Use as a context manager; `None` as folder remembers nothing."""

    def __init__(self, folder: Path | None, look: Callable[[Path], Facts] = probe) -> None:
        self._look = look
        self._one_at_a_time = threading.Lock()
        self._db: sqlite3.Connection | None = None
        if folder is not None:
            with contextlib.suppress(sqlite3.Error, OSError):
                # Nothing is lost with it but time, so no file waits for the disk; the threads that hash take turns by a lock.
                self._db = connect(folder / "media.sqlite3", synchronous="OFF", timeout=5, check_same_thread=False)
                self._prepare(self._db)

    @staticmethod
    def _prepare(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode=WAL")
        if version_of(db) != VERSION:
            db.execute("DROP TABLE IF EXISTS files")
            db.execute(_TABLE)
            db.execute(f"PRAGMA user_version={VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._db is not None:
            self._db.close()

    def facts(self, path: Path) -> Facts:
        """The facts about a file, from the cache if the file is unchanged, else probed now. Raises `OSError`."""
        mark, rested = _mark(path)
        known = self._recall(path, mark)
        if known is not None:
            return known
        facts = self._look(path)
        # Unchanged since the look began: otherwise a part of each version may have gone into the hash.
        if rested and _mark(path)[0] == mark:
            self._keep(facts, mark)
        return facts

    def knows(self, path: Path) -> bool:
        """Whether the cache has the file as it is now. Raises `OSError`."""
        return self._recall(path, _mark(path)[0]) is not None

    def _recall(self, path: Path, mark: str) -> Facts | None:
        if self._db is None:
            return None
        with self._one_at_a_time, contextlib.suppress(sqlite3.Error, ValueError, TypeError):
            row = self._db.execute("SELECT facts FROM files WHERE path=? AND mark=?", (str(path), mark)).fetchone()
            return None if row is None else Facts.from_text(row[0], path)
        return None

    def _keep(self, facts: Facts, mark: str) -> None:
        if self._db is None:
            return
        with self._one_at_a_time, contextlib.suppress(sqlite3.Error):
            self._db.execute("INSERT OR REPLACE INTO files VALUES (?,?,?)", (str(facts.path), mark, facts.to_text()))


def _mark(path: Path) -> tuple[str, bool]:
    """What changes when a file does, and whether it has rested long enough to be sure of that."""
    # The inode too: a program that saves a copy and renames it may leave size and time as they were.
    stat = path.stat()
    return f"{stat.st_size}/{stat.st_mtime_ns}/{stat.st_ino}", time.time() - stat.st_mtime > _SETTLED
