"""Files that are handed to workers while their server is away."""

from __future__ import annotations

import asyncio
import signal
from typing import cast

import pytest

from bulkportal.apply.carrying import Carried
from bulkportal.apply.entries import LedgerEntry
from bulkportal.plan.operations import Upload
from bulkportal.settings import resolve
from tests.conftest import Desk
from tests.postgres import Server, asked
from tests.queues.test_imports import until

pytest.importorskip("procrastinate", reason="the extra cluster is not installed")

from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException

from bulkportal.queues import tasks
from bulkportal.queues.engine import opened
from bulkportal.queues.fan_out import FanOut
from bulkportal.queues.patience import patiently

ENTRY = LedgerEntry(
    identity="i",
    generation=0,
    kind="upload_media",
    bundle="spring",
    bundle_id="b-1",
    key="k",
    body={},
    state="sent",
    price=None,
    total=0,
    before=0,
    answer={},
    credits=0,
    begun_at="",
)


def test_a_server_that_is_started_anew_ends_neither_the_launch_that_waits_nor_the_transfer(desk: Desk, postgres: Server) -> None:
    """Both ask again: no launch is stuck as a fault, and none waits for a job that has failed."""
    address = postgres.database()
    film = Upload(path="s3://films/1.mp4", purpose="video", sha256="0", size=1, mime="video/mp4")
    settings = resolve(desk.environment(BULKPORTAL_LEDGER=address))

    async def story() -> Carried | None:
        async with FanOut(settings) as launch, opened(settings.ledger) as app:
            launch.begin("w", {film.path: film.path})
            waiting = asyncio.create_task(launch.carry(film, ENTRY))
            await asyncio.to_thread(until, lambda: asked(address, "SELECT 1 FROM procrastinate_jobs"))
            postgres.stop(signal.SIGQUIT)
            postgres.start()
            done = "UPDATE transfers SET state='done', public_url='https://store/1.mp4' RETURNING 1"
            assert await patiently(lambda: app.connector.execute_query_all_async(done))
            return await waiting

    assert asyncio.run(story()) == Carried(public_url="https://store/1.mp4", storage_path=None)


def test_a_transfer_whose_server_stays_away_is_handed_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """It comes again by itself, as a launch does."""
    monkeypatch.setattr(tasks, "_transferred", away)
    with pytest.raises(tasks.HandedBack):
        asyncio.run(tasks.transfer(cast("JobContext", None)))
    assert tasks.blueprint().tasks["transfer"].retry_strategy is not None


async def away(*_: object) -> str:
    """As when the server has gone."""
    raise ConnectorException("Database error.")
