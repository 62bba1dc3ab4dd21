"""A lock across all machines that share the books, held until the process releases it or dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bulkportal.errors import AnotherRun
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import connect, lock_number, require_driver
from bulkportal.postgres.troubles import sentence


@contextmanager
def held(address: PostgresAddress, busy: AnotherRun, *parts: str) -> Iterator[None]:
    """Hold the lock named by `parts`. Raises `busy` where somebody else holds it, else as `PostgresBooks` does."""
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
        with suppress(Exception):  # a server that went away has released it
            # The server notices a closed connection a moment later, so without this the next run could still find the lock held.
            connection.execute("SELECT pg_advisory_unlock_all()")
            connection.close()
