"""What became of jobs, kept beside them: who took one, how it ended, and which run and report it left."""

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
    """How a command ended; `words` is the sentence of what ended it, if something did."""

    exit_code: int
    run_id: str = ""
    report: str = ""
    words: str = ""


class Results:
    """The results, as a worker keeps them. What cannot be written must not keep a launch from being done: it is not kept then."""

    def __init__(self, address: PostgresAddress) -> None:
        self._address = address

    def began(self, job: int, order: QueuedCommand) -> None:
        """Write down that this machine has taken a job."""
        with suppress(BulkportalError), PostgresBooks(self._address, QUEUES, patience=2.0) as books, books.writing() as database:
            values = {"job": job, "host": f"{machine()} {os.getpid()}", "began_at": 0.0, "ended_at": None, "exit_code": None}
            values |= {"bucket": _bucket(order)}
            database.execute(*upsert("results", values, ("job",)))
            database.execute(f"UPDATE results SET began_at={_NOW} WHERE job=?", (job,))  # noqa: S608 - our own names

    def ended(self, job: int, ending: Ending) -> None:
        """Write down how it ended."""
        with suppress(BulkportalError), PostgresBooks(self._address, QUEUES, patience=2.0) as books, books.writing() as database:
            statement = f"UPDATE results SET ended_at={_NOW}, exit_code=?, run_id=?, report=?, words=? WHERE job=?"  # noqa: S608 - our own names
            database.execute(statement, (ending.exit_code, ending.run_id, ending.report, ending.words, job))


def _bucket(order: QueuedCommand) -> str:
    """The name of the rate of the key that the job is done with, which does not tell the key."""
    with suppress(BulkportalError):
        settings = resolve(profile=profile_of(os.environ, order.profile or None))
        return name_of(settings.base_url.rstrip("/"), settings.key) if settings.key else ""
    return ""
