"""The SQLite files of the home folder: readable by their owner only, migrated from older formats, written in whole transactions.

The interface is `Books`: the room `postgres` understands the same statements, with ``?`` for each value.
Every problem with a file or its folder is raised with a sentence: a ledger that cannot be read must never be taken for an
empty one, since that would forget what has been paid.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, Self

from bulkportal import private
from bulkportal.errors import AnotherRun, BulkportalError, TemporaryTrouble, UsageProblem, unwritten

_ELSEWHERE = "Set BULKPORTAL_HOME to a folder you may write to."
_BESIDE = ("", "-wal", "-shm", "-journal")
"""The suffixes of a database and its companions, which SQLite creates with the rights of the database itself."""


class Row(Protocol):
    """A row of a result, by the names of its columns."""

    def __getitem__(self, name: str, /) -> Any: ...

    def keys(self) -> Iterable[str]:
        """The names."""
        ...


class Done(Protocol):
    """An executed statement."""

    @property
    def rowcount(self) -> int:
        """How many rows it has changed."""
        ...

    def fetchone(self) -> Any:
        """The first row of its result, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows of its result."""
        ...


class Statements(Protocol):
    """An open transaction. A ``?`` in a statement stands for a value."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Done:
        """Execute one."""
        ...

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Done:
        """Execute one for each of several sets of values."""
        ...


class Books(Protocol):
    """An open database, wherever it is. Its errors are sentences (see `Database`)."""

    def writing(self) -> AbstractContextManager[Statements]:
        """One transaction: on return all of it is on the disk, or nothing."""
        ...

    def write(self, statement: str, *values: object) -> None:
        """A transaction of one statement."""
        ...

    def rows(self, query: str, *values: object) -> Sequence[Row]:
        """All rows of a query."""
        ...

    def odd(self, column: str) -> str:
        """The condition that a text holds a character that is not plain ASCII, or two blanks in a row."""
        ...

    def damaged(self, what: str) -> UsageProblem:
        """The error for damaged content."""
        ...

    def close(self) -> None:
        """Close it. Raises nothing: what is committed stays."""
        ...


def upsert(table: str, values: Mapping[str, object], keys: Iterable[str]) -> tuple[str, tuple[object, ...]]:
    """The statement, and its values, that inserts a row or replaces the one with the same `keys`."""
    # Not INSERT OR REPLACE, which PostgreSQL does not know, and which would reset every column that is not named.
    own = tuple(keys)
    others = ", ".join(f"{name}=excluded.{name}" for name in values if name not in own)
    marks = ", ".join("?" for _ in values)
    known = f"ON CONFLICT ({', '.join(own)}) DO {f'UPDATE SET {others}' if others else 'NOTHING'}"
    return f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks}) {known}", tuple(values.values())  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The content of a database: its current tables, and the migration from each older version to the next.

    `name` is what people call it, and `if_damaged` what they should do if it is damaged. `local` are tables that only
    a file needs. `shared` names the schema of PostgreSQL with the same tables, where several machines share them.
    """

    name: str
    tables: str
    version: int
    if_damaged: str
    migrations: Mapping[int, Callable[[Statements], object]] = field(default_factory=dict)
    local: str = ""
    shared: str = ""

    def build(self, database: Statements) -> None:
        """Create the tables in an empty file."""
        run_script(database, self.tables + self.local)
        # It is stored in the file's header, and rolled back with the tables if the transaction fails.
        database.execute(f"PRAGMA user_version={self.version}")

    def migrate(self, database: sqlite3.Connection) -> None:
        """Migrate a file step by step, in the open transaction."""
        # A file without a version was made by `connect` a moment ago and is empty; `Store` refuses other empty files before.
        if version_of(database) == 0:
            self.build(database)
        for version in range(version_of(database), self.version):
            self.migrations[version](database)
            database.execute(f"PRAGMA user_version={version + 1}")


class Database:
    """One open file. Use as a context manager.

    Raises an error with a sentence where it cannot be used: UsageProblem where it cannot be opened, is damaged, or was written by a newer
    bulkportal; TemporaryTrouble where the disk is full; AnotherRun where another process has it.
    """

    def __init__(self, path: Path, schema: Schema) -> None:
        self.path = path
        self.schema = schema
        with self._sentences():
            self._create()
            self._db = connect(path)
            try:
                # First of all: a format that this version does not know must not be examined, migrated or written.
                self._refuse_newer()
                self._examine()
                if version_of(self._db) < schema.version:
                    with transaction(self._db):
                        schema.migrate(self._db)
            except BaseException:
                self._db.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(sqlite3.Error):  # what is committed stays; a full disk may refuse the final checkpoint
            self._db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, synced to the disk before it returns."""
        with self._sentences(), transaction(self._db):
            yield self._db

    def write(self, statement: str, *values: object) -> None:
        """A transaction of one statement."""
        with self.writing() as database:
            database.execute(statement, values)

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self._sentences():
            return self._db.execute(query, values).fetchall()

    def odd(self, column: str) -> str:
        """The condition that a text holds a character that is not plain ASCII, or two blanks in a row."""
        return f"({column} GLOB '*[^ -~]*' OR {column} GLOB '*  *')"

    def damaged(self, what: str) -> UsageProblem:
        """The error for a damaged file."""
        return UsageProblem(f"The {self.schema.name} {self.path} is damaged ({what}).", hint=self.schema.if_damaged)

    def _create(self) -> None:
        """Hook: put a new file in its place before it is opened."""

    def _examine(self) -> None:
        """Hook: verify the file before it is used."""

    def _refuse_newer(self) -> None:
        found, known = version_of(self._db), self.schema.version
        if found > known:
            raise UsageProblem(
                f"The {self.schema.name} {self.path} was written by a newer bulkportal (format {found}; this one knows {known}).",
                hint="Update bulkportal, or set BULKPORTAL_HOME to another folder.",
            )

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn the errors of SQLite and of the system into sentences."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise self._sentence(str(error)) from error
        except OSError as error:
            raise unwritten(error, f"The folder {self.path.parent} cannot be used ({error.strerror}).", hint=_ELSEWHERE) from error

    def _sentence(self, text: str) -> BulkportalError:
        name, folder = f"The {self.schema.name} {self.path}", self.path.parent
        # By their words: sqlite3 raises the same two or three exceptions for all of these.
        if "locked" in text:
            return AnotherRun(f"{name} is in use by another process.", hint="Wait until it has ended, then run this again.")
        if "full" in text:
            return TemporaryTrouble(f"The disk of {folder} is full.", hint="Make room and run this again; nothing is lost.")
        if "disk I/O" in text:
            return TemporaryTrouble(
                f"The disk of {folder} refuses writes ({text}).", hint="Make room, or raise its quota, then run this again; nothing is lost."
            )
        if any(words in text for words in ("malformed", "not a database", "no such", "already exists", "decode")):
            return self.damaged(text)
        return UsageProblem(f"{name} cannot be written ({text}).", hint=_ELSEWHERE)


def connect(path: Path, *, synchronous: Literal["FULL", "OFF"] = "FULL", timeout: float = 20.0, check_same_thread: bool = True) -> sqlite3.Connection:
    """Open a database, created if missing and readable by its owner only. Writers begin transactions themselves. Raises OSError, sqlite3.Error.

    A mere cache may do without sync: if the machine loses power, its content may be lost.
    """
    private.folder(path.parent)
    with contextlib.suppress(FileExistsError):
        # Created here first: SQLite would give it the rights that the umask leaves.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, private.FILE))
    for ending in _BESIDE:
        private.tighten(path.with_name(path.name + ending))
    database = sqlite3.connect(path, isolation_level=None, timeout=timeout, check_same_thread=check_same_thread)
    try:
        database.row_factory = sqlite3.Row
        database.execute(f"PRAGMA synchronous={synchronous}")
    except BaseException:
        database.close()
        raise
    return database


@contextmanager
def transaction(database: sqlite3.Connection) -> Iterator[None]:
    """One transaction, committed as a whole or rolled back; nobody else writes meanwhile. Raises sqlite3.Error."""
    # Not a plain BEGIN: a reader that becomes a writer later fails at once where another has written meanwhile, whatever the timeout.
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):  # a full disk has rolled it back by itself
            database.execute("ROLLBACK")
        raise


def version_of(database: sqlite3.Connection) -> int:
    """The version of its format; 0 for an empty one."""
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def run_script(database: Statements, script: str) -> None:
    """Execute a script statement by statement: `executescript` would commit the open transaction first."""
    # Split at every semicolon, so no text in our scripts may contain one.
    for statement in script.split(";"):
        database.execute(statement)
