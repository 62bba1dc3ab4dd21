"""A worker: takes launches and transfers from the queues until it is stopped, on any number of hosts.

It takes back the jobs of silent workers, and reconnects by itself when PostgreSQL was away. When stopped, it
takes no more jobs, lets each command finish what is in flight, and hands back the rest.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bulkportal.errors import BooksAway
from bulkportal.postgres.address import PostgresAddress
from bulkportal.queues.engine import opened
from bulkportal.queues.job_results import Results
from bulkportal.queues.order import IMPORTS, MEDIA, machine
from bulkportal.queues.patience import is_of_the_server
from bulkportal.queues.queue_status import STALLED

if TYPE_CHECKING:
    from procrastinate import App

_AWAY = 2.0
"""Seconds between two attempts to reach a server that is away."""

_HEARTBEAT = 5.0

_DUE = """
SELECT 1 FROM procrastinate_jobs j WHERE status='todo' AND queue_name = ANY(%(queues)s) AND (scheduled_at IS NULL OR scheduled_at <= now())
AND NOT EXISTS (SELECT 1 FROM procrastinate_jobs e WHERE e.lock = j.lock AND e.status IN ('todo','doing') AND e.id < j.id) LIMIT 1
"""
"""Whether a launch is waiting that could be taken now: the inner query is procrastinate's rule for locks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """How a worker works: launches and transfers at a time, and the seconds of silence after which another's job is taken back."""

    address: PostgresAddress
    imports: int = 2
    transfers: int = 4
    once: bool = False
    stalled: float = STALLED
    tell: Callable[[str], None] = lambda _: None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShiftDone:
    """What a worker has done: commands ended, well or not, files inspected and uploaded for others, and jobs taken back."""

    launches: int
    looks: int
    transfers: int
    taken_back: int


@dataclass(slots=True)
class _Worker:
    shift: Shift
    taken_back: int = 0
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Work until the queues are empty (`once`) or the worker is stopped, across outages of the server."""
        while not self.stop.is_set():
            try:
                await self._while_there()
            except Exception as error:
                if not is_of_the_server(error):
                    raise
                if self.shift.once:
                    raise BooksAway(
                        f"The queue {self.shift.address} cannot be reached.", hint="Run this again when PostgreSQL is back; nothing is lost."
                    ) from error
                self.shift.tell("PostgreSQL is away; this worker goes on when it is back.")
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.stop.wait(), _AWAY)
            else:
                if self.shift.once:
                    return

    async def _while_there(self) -> None:
        async with opened(self.shift.address, connections=self.shift.imports + self.shift.transfers + 4) as app:
            await self._take_back(app)
            beside = [asyncio.create_task(self._taking_back(app)), asyncio.create_task(self._take(app, [MEDIA], self.shift.transfers, wait=True))]
            main = asyncio.create_task(self._launches(app))
            stopped = asyncio.create_task(self.stop.wait())
            try:
                done, _ = await asyncio.wait([main, stopped, *beside], return_when=asyncio.FIRST_COMPLETED)
                if self.stop.is_set():
                    self._let_go()
                for task in done - {stopped}:
                    task.result()
                # Launches queue transfers until they end, so the queue of files is emptied after them.
                if self.shift.once and main in done:
                    await self._cancelled([beside[1]])
                    await self._take(app, [MEDIA], self.shift.transfers, wait=False)
            finally:
                await self._cancelled([main, stopped, *beside])

    async def _launches(self, app: App) -> None:
        """Take launches; with `once`, until none is left that could be taken."""
        queues = [IMPORTS, f"{IMPORTS}@{machine()}"]
        while True:
            await self._take(app, queues, self.shift.imports, wait=not self.shift.once)
            # A launch of the same workspace may have waited for one that has just ended.
            if not self.shift.once or not await app.connector.execute_query_all_async(_DUE, queues=queues):
                return

    def _let_go(self) -> None:
        from bulkportal.queues.jobs import HANDS

        HANDS.stop()

    @staticmethod
    async def _cancelled(tasks: Sequence[asyncio.Task[object]]) -> None:
        """Stop taking jobs, and wait for those that run."""
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, app: App, queues: Sequence[str], at_once: int, *, wait: bool) -> None:
        await app.run_worker_async(
            queues=queues,
            wait=wait,
            concurrency=at_once,
            name=f"{machine()} {'media' if MEDIA in queues else 'imports'}",
            fetch_job_polling_interval=2.0,
            install_signal_handlers=False,  # those of `work` stop all parts of this worker; procrastinate's would replace them
            # Several heartbeats must fit into the silence after which another worker takes the job.
            update_heartbeat_interval=min(_HEARTBEAT, self.shift.stalled / 4),
            stalled_worker_timeout=self.shift.stalled,
            additional_context={"results": Results(self.shift.address), "address": self.shift.address},
        )
        if wait and not self.stop.is_set():  # procrastinate returns when it loses its server, and says so only in its log
            raise BooksAway("The server went away.")

    async def _taking_back(self, app: App) -> None:
        while True:
            await asyncio.sleep(self.shift.stalled / 3)
            await self._take_back(app)

    async def _take_back(self, app: App) -> None:
        """Put the jobs of silent workers back into their queues."""
        from procrastinate.exceptions import ConnectorException

        for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self.shift.stalled):
            with suppress(ConnectorException):  # another worker was quicker
                await app.job_manager.retry_job(job)
                self.taken_back += 1
                self.shift.tell(f"Job {job.id} was taken back from a worker that has fallen silent.")


async def work(shift: Shift) -> ShiftDone:
    """Run a worker. SIGTERM and SIGINT stop it in an orderly way. Raises UsageProblem; BooksAway if it works only once."""
    from bulkportal.queues.jobs import HANDS

    worker = _Worker(shift)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        shift.tell("Stopping: what is in flight is finished, and what is left goes back into the queue.")
        worker.stop.set()

    def unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        # procrastinate ends each job in a task that nobody awaits. If that fails because the server is away, or another worker has the
        # job by now, asyncio would print a traceback; the trouble is reported when the server is back, or the job is taken back.
        error = context.get("exception")
        if error is None or not is_of_the_server(error):
            loop.default_exception_handler(context)

    loop.set_exception_handler(unheard)
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError, ValueError, RuntimeError):  # Windows, or not the main thread
            loop.add_signal_handler(number, stop)
    await worker.run()
    ended = HANDS.ended
    return ShiftDone(launches=ended["carry_out"], looks=ended["look"], transfers=ended["transfer"], taken_back=worker.taken_back)
