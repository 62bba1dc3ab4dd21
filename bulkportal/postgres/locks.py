"""A lock for all machines that share the books, held for as long as this process lives and works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bulkportal.errors import AnotherRun
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import connect, lock_number, require_driver
from bulkportal.postgres.troubles import sentence


@contextmanager
def held(address: PostgresAddress, busy: AnotherRun, *parts: str) -> Iterator[None]:
    """Hold the lock that `parts` name. Raises `busy` where somebody else has it; else as `PostgresBooks`."""
    require_driver()
    import psycopg

    try:
        connection = connect(address, schema="bulkportal")
        row = connection.execute("SELECT pg_try_advisory_lock(%s) AS got", (lock_number(*parts),)).fetchone()
    except psycopg.Error as error:
        raise sentence(error, "ledger", address) from None
    try:
        if row is None or not row["got"]:
            raise busy
        yield
    finally:
        with suppress(Exception):  # a server that went away has let go of it
            # A server hears of a closed connection a moment later, and the next run would still find the lock held.
            connection.execute("SELECT pg_advisory_unlock_all()")
            connection.close()
