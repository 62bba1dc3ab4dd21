"""The results of jobs, stored beside them: who took one, how it ended, and which run and report it left."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass

from bulkportal.database import upsert
from bulkportal.errors import BulkportalError
from bulkportal.portal.rate_limit import name_of
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import PostgresBooks
from bulkportal.queues.order import QueuedCommand, machine
from bulkportal.queues.tables import QUEUES
from bulkportal.settings import profile_of, resolve

_NOW = "extract(epoch FROM clock_timestamp())::float8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a command ended; `words` is the reason, if it did not end well."""

    exit_code: int
    run_id: str = ""
    report: str = ""
    words: str = ""


class Results:
    """The results that a worker stores. If one cannot be written it is dropped: it must not stop a launch."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address

    def began(self, job: int, order: QueuedCommand) -> None:
        """Record that this machine has taken a job."""
        with suppress(BulkportalError), PostgresBooks(self._address, QUEUES, patience=2.0) as books, books.writing() as database:
            values = {"job": job, "host": f"{machine()} {os.getpid()}", "began_at": 0.0, "ended_at": None, "exit_code": None}
            values |= {"bucket": _bucket(order)}
            database.execute(*upsert("results", values, ("job",)))
            # By the server's clock, so that results of several machines compare; `upsert` takes values only.
            database.execute(f"UPDATE results SET began_at={_NOW} WHERE job=?", (job,))  # noqa: S608 - our own names

    def ended(self, job: int, ending: Ending) -> None:
        """Record how it ended."""
        with suppress(BulkportalError), PostgresBooks(self._address, QUEUES, patience=2.0) as books, books.writing() as database:
            statement = f"UPDATE results SET ended_at={_NOW}, exit_code=?, run_id=?, report=?, words=? WHERE job=?"  # noqa: S608 - our own names
            database.execute(statement, (ending.exit_code, ending.run_id, ending.report, ending.words, job))


def _bucket(order: QueuedCommand) -> str:
    """The name of the rate limit of the job's key; it does not reveal the key."""
    with suppress(BulkportalError):
        settings = resolve(profile=profile_of(os.environ, order.profile or None))
        return name_of(settings.base_url.rstrip("/"), settings.key) if settings.key else ""
    return ""
