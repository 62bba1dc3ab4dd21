"""An open connection to the books: the statements of `database`, carried out by PostgreSQL.

The tables lie in a schema of their own, under the same names and with the same texts and numbers as in a file, so that what is
copied from one home to the other can be compared. A lost connection is opened again before the next transaction, for a
while; one that is lost within a transaction is trouble, since nobody knows then whether it was carried out.
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
    """A statement of ours as psycopg and PostgreSQL want it."""
    if statement.lstrip()[:6].upper() in ("CREATE", "ALTER "):
        for pattern, name in _TYPES:
            statement = pattern.sub(name, statement)
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

    Raises BooksAway (a TemporaryTrouble) where the server cannot be reached, UsageProblem where it lets nobody in, lacks rights or
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
        """Let go of the connection."""
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
        """Run somebody else's script, untranslated, in the transaction that is open."""
        cast("psycopg.Connection[Any]", self._db).execute(cast("Any", script))

    def write(self, statement: str, *values: object) -> None:
        """A transaction of one statement."""
        with self.writing() as database:
            database.execute(statement, values)

    def rows(self, query: str, *values: object) -> Sequence[Row]:
        """All rows of a question."""
        text = cast("Any", translated(query))
        with self._sentences():
            if self._inside:
                return cast("psycopg.Connection[Any]", self._db).execute(text, values or None).fetchall()
            return self._patiently(lambda: self._connected().execute(text, values or None).fetchall(), self.close)

    def odd(self, column: str) -> str:
        """The condition that a text holds a character that is not plain ASCII, or two blanks in a row."""
        return f"({column} ~ '[^ -~]' OR {column} LIKE '%  %')"

    def patiently(self, ask: Callable[[], T], lost: Callable[[], None]) -> T:
        """The answer to what is asked over a connection of one's own; where that is lost, `lost` is told, and it is asked again."""
        with self._sentences():
            return self._patiently(ask, lost)

    def damaged(self, what: str) -> UsageProblem:
        """What to say of books that cannot be believed."""
        hint = "Nothing is sent from it. Restore it from a backup, or ask the platform and start a new one: bundles are found by their names."
        return UsageProblem(f"The {self.schema.name} {self.address} is damaged ({what}).", hint=hint)

    # -- the connection

    def _begun(self) -> psycopg.Connection[Any]:
        """The connection, with a transaction open: one that was lost shows itself here, before anything is asked of it."""

        def begin() -> psycopg.Connection[Any]:
            connection = self._connected()
            connection.execute("BEGIN")
            return connection

        return self._patiently(begin, self.close)

    def _patiently(self, ask: Callable[[], T], lost: Callable[[], None]) -> T:
        """Ask, over a new connection where the old one is lost, for as long as the server may take to come back."""
        import psycopg

        until = time.monotonic() + self.patience
        if self._db is not None:
            try:
                return ask()
            except psycopg.Error as error:
                if not is_away(error) or time.monotonic() > until:
                    raise
            lost()
        # A server that is cut off refuses nothing: it lets a new connection wait.
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
        """PostgreSQL's complaints as sentences."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise sentence(error, self.schema.name, self.address) from None  # the driver's own text may quote the address

    # -- its tables

    def _bring_up(self, part: Schema) -> None:
        """See that the tables of a part are there, as they are by now."""
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
            # Where the schema is there, nobody needs the right to make one.
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
    """Bring a part up step by step, in the transaction that is open; another process may have done so meanwhile."""
    row = database.execute("SELECT version FROM versions WHERE part=?", (part.name,)).fetchone()
    version = int(row["version"]) if row else 0
    if version == 0:
        for statement in filter(str.strip, part.tables.split(";")):
            database.execute(statement)
    # Tables that were made just now are of the newest version, so no step is left for them.
    for number in range(version or part.version, part.version):
        part.migrations[number](database)
    written = "INSERT INTO versions VALUES (?,?) ON CONFLICT (part) DO UPDATE SET version=excluded.version"
    database.execute(written, (part.name, part.version))


def connect(address: PostgresAddress, *, schema: str, application: str = "") -> psycopg.Connection[Any]:
    """A connection of one's own, whose statements are transactions of their own unless one is begun. Raises psycopg.Error, UsageProblem."""
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
    """What a connection is opened with: what the address says, and what it does not. Raises UsageProblem, quoting no password."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        given = conninfo_to_dict(address.text)
    except psycopg.ProgrammingError:  # its words may quote the password
        raise UsageProblem(f"The address {address} cannot be read.", hint="Compare it with the documentation of PostgreSQL's addresses.") from None
    return {**_defaults(address, application), **given}


def require_driver() -> None:
    """Raise UsageProblem, and say how to get it, where the extra is not installed."""
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError as error:
        what = "Books and queues in PostgreSQL need the extra cluster, which is not installed."
        raise UsageProblem(what, hint=f"{installing.hint('cluster')}.") from error


def lock_number(*parts: str) -> int:
    """The number of an advisory lock that is about this and nothing else: 64 bits with a sign."""
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
"""Whoever is cut off is noticed within a minute at both ends, so that what they held is free."""


def _defaults(address: PostgresAddress, application: str) -> dict[str, Any]:
    """What an address does not say itself. Over a network nothing goes unencrypted unless the address says so."""
    mode = {} if address.is_local else {"sslmode": "require"}
    name = application or f"bulkportal {socket.gethostname()} {os.getpid()}"
    keep = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
    return {"connect_timeout": 10, "application_name": name[:63], "client_encoding": "utf8", **keep, **mode}
