"""The books of the bench in PostgreSQL: a server of its own, and a database for each home, for as long as its scenario is played."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bulkportal.postgres.address import PostgresAddress

SERVER = "BULKPORTAL_BENCH_SERVER"
"""The variable by which the processes of the bench know the server; without it the books are files."""


@contextmanager
def server() -> Iterator[None]:
    """A PostgreSQL from the system's packages, in a temporary folder, until the bench ends."""
    from tests.postgres import Server, missing

    if why := missing():
        raise SystemExit(why)
    books = Server.new()
    try:
        os.environ[SERVER] = books.start().address("postgres")
        yield
    finally:
        os.environ.pop(SERVER, None)
        books.remove()


def address_of(home: Path) -> PostgresAddress | None:
    """Where the books of a home are, made if need be; None where they are a file."""
    if SERVER not in os.environ:
        return None
    import psycopg

    base, name = os.environ[SERVER], _name(home)
    with psycopg.connect(base, autocommit=True) as connection, suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        if connection.execute("SELECT 1 FROM pg_database WHERE datname=%s", (name,)).fetchone() is None:
            connection.execute(f"CREATE DATABASE {name}")
    return PostgresAddress.of(base.removesuffix("/postgres") + f"/{name}")


def charged(home: Path) -> float:
    """The credits that the books of a home know of."""
    import psycopg

    address = address_of(home)
    assert address is not None
    with psycopg.connect(address.text) as connection:
        row = connection.execute("SELECT coalesce(sum(credits), 0) FROM bulkportal.charges").fetchone()
    return float(row[0]) if row else 0.0


def drop(homes: list[Path]) -> None:
    """Take the databases of these homes away."""
    if SERVER not in os.environ:
        return
    import psycopg

    with psycopg.connect(os.environ[SERVER], autocommit=True) as connection:
        for home in homes:
            connection.execute(f"DROP DATABASE IF EXISTS {_name(home)} WITH (FORCE)")


def _name(home: Path) -> str:
    return f"home_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"
