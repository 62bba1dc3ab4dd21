"""An open connection to the books: the statements of `database`, executed by PostgreSQL.

The tables are in a schema of their own, with the same names, texts and numbers as in a file, so that a copy can be
compared with its source. A lost connection is reopened before the next transaction, with a time limit; one that is lost
within a transaction is an error, since it is not known whether the transaction was committed.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from bulkportal import installing
from bulkportal.database import Done, Row, Schema, Statements
from bulkportal.errors import UsageProblem
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.troubles import is_away, sentence
from bulkportal.postgres.waiting import PATIENCE, told

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")

_PAUSE = 0.25

_VERSIONS = "CREATE TABLE IF NOT EXISTS versions (part TEXT PRIMARY KEY, version INTEGER NOT NULL)"

_TYPES = (
    (re.compile(r"\bREAL\b"), "DOUBLE PRECISION"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    # By code points, as SQLite compares texts: under another collation the same query would give another order.
    (re.compile(r"\bTEXT\b"), 'TEXT COLLATE "C"'),
)


def translated(statement: str) -> str:
    """A statement written for SQLite, in the form of psycopg and PostgreSQL."""
    if statement.lstrip()[:6].upper() in ("CREATE", "ALTER "):
        for pattern, name in _TYPES:
            statement = pattern.sub(name, statement)
        # A table of SQLite has a rowid unless it says otherwise; `versions` exists on the server only.
        is_table = statement.lstrip().upper().startswith("CREATE TABLE")
        if is_table and "WITHOUT ROWID" not in statement and "versions" not in statement:
            statement = statement.rstrip().removesuffix(")") + ", rowid BIGINT GENERATED ALWAYS AS IDENTITY)"
        return statement.replace(" WITHOUT ROWID", "")
    return statement.replace("%", "%%").replace("?", "%s")


class _Transaction:
    """The statements of an open transaction."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, statement: str, values: Sequence[Any] = (), /) -> Done:
        return self._connection.execute(cast("Any", translated(statement)), tuple(values) or None)

    def executemany(self, statement: str, values: Iterable[Sequence[Any]], /) -> Done:
        cursor = self._connection.cursor()
        cursor.executemany(cast("Any", translated(statement)), [tuple(each) for each in values])
        return cursor


class PostgresBooks:
    """An open database of PostgreSQL. Use as a context manager.

    Raises BooksAway (a TemporaryTrouble) where the server cannot be reached, UsageProblem where it refuses the login, denies rights or
    was written by a newer bulkportal, AnotherRun where a lock is held for too long.
    """

    def __init__(self, address: PostgresAddress, schema: Schema, *others: Schema, patience: float = PATIENCE) -> None:
        require_driver()
        self.address = address
        self.schema = schema
        self.patience = patience
        self._inside = False
        self._db: psycopg.Connection[Any] | None = None
        try:
            for part in (schema, *others):
                self._bring_up(part)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        if self._db is not None:
            with suppress(Exception):  # what is written is written
                self._db.close()
            self._db = None

    @contextmanager
    def writing(self) -> Iterator[Statements]:
        """One transaction, on the server's disk before it returns."""
        with self._sentences():
            connection = self._begun()
            self._inside = True
            try:
                yield cast("Statements", _Transaction(connection))
                connection.execute("COMMIT")
            except BaseException:
                with suppress(Exception):
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._inside = False

    def run_as_it_is(self, script: str) -> None:
        """Run a foreign script, untranslated, in the open transaction."""
        cast("psycopg.Connection[Any]", self._db).execute(cast("Any", script))

    def write(self, statement: str, *values: object) -> None:
        """A transaction of one statement."""
        with self.writing() as database:
            database.execute(statement, values)

    def rows(self, query: str, *values: object) -> Sequence[Row]:
        """All rows of a query."""
        text = cast("Any", translated(query))
        with self._sentences():
            # No retry inside a transaction: another connection would not see what this one has written.
            if self._inside:
                return cast("psycopg.Connection[Any]", self._db).execute(text, values or None).fetchall()
            return self._patiently(lambda: self._connected().execute(text, values or None).fetchall(), self.close)

    def odd(self, column: str) -> str:
        """The condition that a text holds a character that is not plain ASCII, or two blanks in a row."""
        return f"({column} ~ '[^ -~]' OR {column} LIKE '%  %')"

    def patiently(self, ask: Callable[[], T], lost: Callable[[], None]) -> T:
        """The result of a query over the caller's own connection; if that is lost, `lost` is called, and the query is repeated."""
        with self._sentences():
            return self._patiently(ask, lost)

    def damaged(self, what: str) -> UsageProblem:
        """The error for books that are damaged."""
        hint = "Nothing is sent from it. Restore it from a backup, or ask the platform and start a new one: bundles are found by their names."
        return UsageProblem(f"The {self.schema.name} {self.address} is damaged ({what}).", hint=hint)

    # -- the connection

    def _begun(self) -> psycopg.Connection[Any]:
        """The connection, with a transaction open. A lost connection shows here, before any statement, so it may be replaced."""

        def begin() -> psycopg.Connection[Any]:
            connection = self._connected()
            connection.execute("BEGIN")
            return connection

        return self._patiently(begin, self.close)

    def _patiently(self, ask: Callable[[], T], lost: Callable[[], None]) -> T:
        """Run a query, over a new connection if the old one is lost, for as long as the server may take to come back."""
        import psycopg

        until = time.monotonic() + self.patience
        # The first attempt without `told`, which starts a thread: a query over a working connection is common and quick.
        if self._db is not None:
            try:
                return ask()
            except psycopg.Error as error:
                if not is_away(error) or time.monotonic() > until:
                    raise
            lost()
        # An unreachable server refuses nothing: a new connection just waits, so people are told while it does.
        with told(self.patience, self.address):
            while True:
                try:
                    return ask()
                except psycopg.Error as error:
                    if not is_away(error) or time.monotonic() > until:
                        raise
                lost()
                time.sleep(_PAUSE)

    def _connected(self) -> psycopg.Connection[Any]:
        if self._db is None or self._db.closed:
            self._db = connect(self.address, schema=self.schema.shared)
        return self._db

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """Turn PostgreSQL's errors into sentences."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise sentence(error, self.schema.name, self.address) from None  # the driver's own text may quote the address

    # -- its tables

    def _bring_up(self, part: Schema) -> None:
        """Make sure that the tables of a part exist, in their current format."""
        # Read without a lock first: almost always there is nothing to do, and a role without rights to create must get through.
        with self._sentences():
            found = self._patiently(lambda: self._version(self._connected(), part), self.close)
        if found > part.version:
            raise UsageProblem(
                f"The {part.name} {self.address} was written by a newer bulkportal (format {found}; this one knows {part.version}).",
                hint="Update bulkportal on this machine.",
            )
        if found == part.version:
            return
        with self.writing() as database:
            database.execute(f"SELECT pg_advisory_xact_lock({lock_number('migration', part.shared)})")
            # Not CREATE SCHEMA IF NOT EXISTS: that needs the right to create one even if it exists.
            if not database.execute("SELECT 1 FROM pg_namespace WHERE nspname=?", (part.shared,)).fetchone():
                database.execute(f"CREATE SCHEMA {part.shared}")
            database.execute(_VERSIONS)
            _migrate(database, part)

    def _version(self, connection: psycopg.Connection[Any], part: Schema) -> int:
        name = f"{part.shared}.versions"
        row = connection.execute("SELECT to_regclass(%s) AS there", (name,)).fetchone()
        if row is None or row["there"] is None:
            return 0
        row = connection.execute(cast("Any", f"SELECT version FROM {name} WHERE part=%s"), (part.name,)).fetchone()  # noqa: S608 - our own names
        return int(row["version"]) if row else 0


def _migrate(database: Statements, part: Schema) -> None:
    """Migrate a part step by step, in the open transaction; another process may have done so meanwhile."""
    row = database.execute("SELECT version FROM versions WHERE part=?", (part.name,)).fetchone()
    version = int(row["version"]) if row else 0
    if version == 0:
        for statement in filter(str.strip, part.tables.split(";")):
            database.execute(statement)
    # Tables that were just created have the newest version already, so the range is empty for them.
    for number in range(version or part.version, part.version):
        part.migrations[number](database)
    written = "INSERT INTO versions VALUES (?,?) ON CONFLICT (part) DO UPDATE SET version=excluded.version"
    database.execute(written, (part.name, part.version))


def connect(address: PostgresAddress, *, schema: str, application: str = "") -> psycopg.Connection[Any]:
    """A new connection in autocommit mode: each statement is a transaction, unless one is begun. Raises psycopg.Error, UsageProblem."""
    require_driver()
    import psycopg
    from psycopg.rows import dict_row

    chosen = parameters(address, application)
    connection: psycopg.Connection[Any] = psycopg.connect(**chosen, autocommit=True, row_factory=dict_row)
    try:
        for setting in (*_SESSION, f"SET search_path TO {schema}"):
            connection.execute(cast("Any", setting))
    except BaseException:
        connection.close()
        raise
    return connection


def parameters(address: PostgresAddress, application: str = "") -> dict[str, Any]:
    """The parameters of a connection: those of the address over our defaults. Raises UsageProblem, quoting no password."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(address.text)
    except psycopg.ProgrammingError:  # its words may quote the password
        raise UsageProblem(f"The address {address} cannot be read.", hint="Compare it with the documentation of PostgreSQL's addresses.") from None
    return {**_defaults(address, application), **given}


def require_driver() -> None:
    """Raise UsageProblem, with how to get it, if the extra is not installed."""
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError as error:
        what = "Books and queues in PostgreSQL need the extra cluster, which is not installed."
        raise UsageProblem(what, hint=f"{installing.hint('cluster')}.") from error


def lock_number(*parts: str) -> int:
    """The number of the advisory lock for these parts: a signed integer of 64 bits, as PostgreSQL takes it."""
    # A hash and not Python's hash(), which differs from process to process.
    text = "\x1f".join(("bulkportal", *parts))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)


_SESSION = (
    "SET synchronous_commit TO on",
    "SET lock_timeout TO '20s'",
    "SET statement_timeout TO '120s'",
    "SET idle_in_transaction_session_timeout TO '60s'",
    "SET timezone TO 'UTC'",
    "SET tcp_keepalives_idle TO 30",
    "SET tcp_keepalives_interval TO 10",
    "SET tcp_keepalives_count TO 3",
)
"""A broken connection is noticed within a minute at both ends, so that its locks are released."""


def _defaults(address: PostgresAddress, application: str) -> dict[str, Any]:
    """Defaults for what an address leaves out. Over a network, connections are encrypted unless the address says otherwise."""
    mode = {} if address.is_local else {"sslmode": "require"}
    name = application or f"bulkportal {socket.gethostname()} {os.getpid()}"
    keep = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
    # PostgreSQL keeps 63 bytes of a name. Of these times tcp_user_timeout alone is in milliseconds.
    return {"connect_timeout": 10, "application_name": name[:63], "client_encoding": "utf8", **keep, **mode}
