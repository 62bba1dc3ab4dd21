"""Inspects files on all free machines: one file is one job, and the launch itself works on those that nobody has taken yet."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bulkportal.media import Facts
from bulkportal.pipeline.media_lookup import AT_ONCE
from bulkportal.queues.order import MEDIA
from bulkportal.queues.patience import is_of_the_server, patiently
from bulkportal.queues.tables import OF_ONE_LOOK

if TYPE_CHECKING:
    from procrastinate import App

LONGEST = 1800.0
"""Seconds without news after which files that other machines have begun are inspected here."""

_PAUSE = 0.3

_BEFORE_TRANSFERS = 1
"""The priority of an inspection over transfers: a launch can buy nothing before it knows its files."""

_NOW = "extract(epoch FROM clock_timestamp())::float8"

_FORGET_OLD = f"DELETE FROM looks WHERE asked_at < {_NOW} - 7 * 86400"  # noqa: S608 - our own names
_ASK = (
    f"INSERT INTO looks (ask, place, state, asked_at) SELECT %(ask)s, place, 'waiting', {_NOW}"  # noqa: S608 - our own names
    " FROM unnest(%(places)s::text[]) place ON CONFLICT DO NOTHING"
)
# Also from `here`: the statement is repeated if its answer is lost with the connection, and must then succeed again.
_TAKE_ONE = f"UPDATE looks SET state='here'{OF_ONE_LOOK} AND state IN ('waiting','here') RETURNING place"  # noqa: S608 - our own names
_TAKE_ALL = "UPDATE looks SET state='here' WHERE ask=%(ask)s AND state='running'"
_NEWS = "SELECT place, state, facts FROM looks WHERE ask=%(ask)s AND state IN ('done','failed') AND NOT place = ANY(%(known)s)"
_FORGET = "DELETE FROM looks WHERE ask=%(ask)s"
# (job, abort a running one, delete it): only jobs that nobody has taken, and they leave no row behind.
_CALL_OFF = (
    "SELECT procrastinate_cancel_job_v1(id, false, true) FROM procrastinate_jobs"
    " WHERE status='todo' AND task_name='bulkportal:look' AND args->>'ask'=%(ask)s"
)


class LookRound:
    """One round of inspections: each file once, by a worker or, through `here`, by this machine. `facts` are the workers' results."""

    def __init__(self, app: App, profile: str, here: Callable[[str], Awaitable[None]]) -> None:
        self._app, self._profile, self._here = app, profile, here
        self._ask = secrets.token_hex(8)
        self._open: set[str] = set()
        self._in_hand: set[str] = set()
        self._moved = time.monotonic()
        self.facts: dict[str, Facts] = {}

    async def play(self, places: Sequence[str]) -> None:
        """Inspect all files. If the server stays away, this machine inspects the rest."""
        self._open = set(places)
        try:
            await self._together(places)
        except Exception as error:
            if not is_of_the_server(error):
                raise
            await self._look(*self._open)
        finally:
            with suppress(Exception):  # rows left behind do no harm, and are deleted after a week
                for statement in (_CALL_OFF, _FORGET):
                    await self._app.connector.execute_query_async(statement, ask=self._ask)

    async def _together(self, places: Sequence[str]) -> None:
        await self._told(_FORGET_OLD)
        await self._told(_ASK, places=list(places))
        jobs = self._app.configure_task("bulkportal:look", queue=MEDIA, priority=_BEFORE_TRANSFERS)
        said: list[dict[str, Any]] = [{"ask": self._ask, "place": place, "files": [place], "profile": self._profile} for place in places]
        await patiently(partial(jobs.batch_defer_async, *said))
        untaken = list(places)  # workers start at its beginning, and this machine at its end
        hands = [asyncio.create_task(self._help(untaken)) for _ in range(AT_ONCE)]
        try:
            await asyncio.gather(self._listen(), *hands)
        finally:
            for hand in hands:
                hand.cancel()
            await asyncio.gather(*hands, return_exceptions=True)

    async def _help(self, untaken: list[str]) -> None:
        """Inspect files while there are some that nobody has taken."""
        while untaken:
            place = untaken.pop()
            if place in self._open and await self._asked(_TAKE_ONE, place=place):
                await self._look(place)

    async def _listen(self) -> None:
        """Collect the results of others until all are known. Files that failed there are inspected here, to report the reason."""
        heard: list[str] = []
        while self._open:
            news = [row for row in await self._asked(_NEWS, known=heard) if row["place"] in self._open]
            for row in news:
                heard.append(row["place"])
                if row["state"] == "done":
                    self.facts[row["place"]] = Facts.from_text(row["facts"], Path(row["place"]))
                    self._end(row["place"])
            await self._look(*(row["place"] for row in news if row["state"] == "failed"))
            if time.monotonic() - self._moved > LONGEST:
                await self._told(_TAKE_ALL)
                await self._look(*(self._open - self._in_hand))
            if self._open:
                await asyncio.sleep(_PAUSE)

    async def _look(self, *places: str) -> None:
        self._in_hand.update(places)
        await asyncio.gather(*map(self._here, places))
        for place in places:
            self._end(place)

    def _end(self, place: str) -> None:
        self._open.discard(place)
        self._moved = time.monotonic()

    async def _asked(self, statement: str, **values: Any) -> list[dict[str, Any]]:
        return await patiently(partial(self._app.connector.execute_query_all_async, statement, ask=self._ask, **values))

    async def _told(self, statement: str, **values: Any) -> None:
        await patiently(partial(self._app.connector.execute_query_async, statement, ask=self._ask, **values))
