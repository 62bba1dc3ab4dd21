"""procrastinate, opened on the books' server: its tables lie beside the ledger's, in the same schema."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bulkportal.errors import BooksAway, UsageProblem
from bulkportal.portal.server_rate import BUCKETS
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import PostgresBooks, lock_number, parameters, require_driver
from bulkportal.postgres.troubles import sentence
from bulkportal.queues.tables import QUEUES

if TYPE_CHECKING:
    import procrastinate
    import psycopg


def need_books(address: PostgresAddress | None) -> PostgresAddress:
    """The address of the books. Raises UsageProblem where they are a file: one machine needs no queue."""
    require_driver()
    if address is None:
        raise UsageProblem(
            "Queues need the books in PostgreSQL, and here they are a file.",
            hint='Set BULKPORTAL_LEDGER, or ledger = "postgresql://..." in the profile.',
        )
    return address


def prepare(address: PostgresAddress) -> None:
    """Make the tables of the queues where they are missing. Raises as `PostgresBooks`."""
    from procrastinate.schema import SchemaManager

    with PostgresBooks(address, QUEUES, BUCKETS) as books, books.writing() as database:
        # Two workers that start together would both find the tables missing, and procrastinate's schema script cannot run twice.
        database.execute(f"SELECT pg_advisory_xact_lock({lock_number('migration', QUEUES.shared)})")
        if database.execute("SELECT to_regclass('bulkportal.procrastinate_jobs') AS there").fetchone()["there"] is None:
            books.run_as_it_is(SchemaManager.get_schema())


@asynccontextmanager
async def opened(address: PostgresAddress, *, connections: int = 4) -> AsyncIterator[procrastinate.App]:
    """An open procrastinate app with our tasks. Raises BooksAway, UsageProblem."""
    import psycopg
    from procrastinate import App, PsycopgConnector

    from bulkportal.queues.jobs import blueprint

    for name in ("procrastinate", "psycopg.pool"):  # we report their troubles ourselves, as sentences
        logging.getLogger(name).setLevel(logging.CRITICAL)
    prepare(address)
    connector = PsycopgConnector(kwargs=parameters(address), configure=_configured, min_size=1, max_size=connections)
    app = App(connector=connector)
    app.add_tasks_from(blueprint(), namespace="bulkportal")
    try:
        await app.open_async()
    except psycopg.Error as error:
        raise sentence(error, "queue", address) from None
    except Exception as error:  # procrastinate wraps any connection error in exceptions of its own
        raise BooksAway(f"The queue {address} cannot be reached.", hint="Run this again when PostgreSQL is back; nothing is lost.") from error
    try:
        yield app
    finally:
        await app.close_async()


async def _configured(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.execute("SET search_path TO bulkportal")
    # The pool discards a connection that is still in a transaction after this.
    await connection.commit()
