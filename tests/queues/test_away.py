"""Files that are handed to workers while their server is away."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from typing import cast

import pytest

from bulkportal.apply.carrying import Carried
from bulkportal.apply.entries import LedgerEntry
from bulkportal.errors import BooksAway
from bulkportal.plan.operations import Upload
from bulkportal.postgres import waiting
from bulkportal.postgres.address import PostgresAddress
from bulkportal.settings import resolve
from tests.conftest import Desk
from tests.postgres import PASSWORD, Server, asked
from tests.queues.test_imports import until

pytest.importorskip("procrastinate", reason="the extra cluster is not installed")

from procrastinate import JobContext
from procrastinate.exceptions import ConnectorException

from bulkportal.postgres.books import PostgresBooks
from bulkportal.queues import jobs, patience
from bulkportal.queues.engine import opened
from bulkportal.queues.fan_out import FanOut
from bulkportal.queues.patience import patiently
from bulkportal.queues.tables import QUEUES

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
    monkeypatch.setattr(jobs, "_transferred", away)
    with pytest.raises(jobs.HandedBack):
        asyncio.run(jobs.transfer(cast("JobContext", None)))
    assert jobs.blueprint().tasks["transfer"].retry_strategy is not None


def start_when_told(postgres: Server, told: list[str]) -> threading.Thread:
    """Start the server once somebody was told that it is waited for."""

    def story() -> None:
        until(lambda: told)
        postgres.start()

    thread = threading.Thread(target=story)
    thread.start()
    return thread


def test_who_waits_for_a_server_is_told_what_for_how_long_and_when_it_is_over(desk: Desk, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once for all that wait, on the screen, without the password; the command then does what it was asked for."""
    address = postgres.database()
    assert desk.run("runs", "list", BULKPORTAL_LEDGER=address).code == 0
    monkeypatch.setattr(waiting, "SILENT", 0.1)
    told: list[str] = []
    monkeypatch.setattr(waiting._TELLER, "tell", heard(waiting._TELLER.tell, told))
    postgres.stop(signal.SIGQUIT)
    starter = start_when_told(postgres, told)
    ended = desk.said("runs", "list", BULKPORTAL_LEDGER=address)
    starter.join()
    assert ended.code == 0, ended.err
    (first, last) = ended.err.splitlines()
    assert first.startswith("PostgreSQL (postgresql://books@127.0.0.1:") and ") does not answer. It is waited for, up to 30 seconds;" in first
    assert last == "PostgreSQL answers again."
    assert PASSWORD not in ended.err


def heard(tell: Callable[[object, str], None], told: list[str]) -> Callable[[object, str], None]:
    """The same, with what is told kept as well."""

    def both(wait: object, words: str) -> None:
        tell(wait, words)
        told.append(words)

    return both


def test_a_server_that_is_cut_off_is_told_of_before_it_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """It refuses nothing: a new connection waits, and nothing comes."""
    told: list[str] = []
    monkeypatch.setattr(waiting._TELLER, "say", told.append)
    monkeypatch.setattr(waiting, "SILENT", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = PostgresAddress.of(f"postgresql://books@127.0.0.1:{silent.getsockname()[1]}/books?connect_timeout=2")
        with pytest.raises(BooksAway):
            PostgresBooks(address, QUEUES, patience=1.0)
    assert len(told) == 1 and "does not answer. It is waited for, up to 1 second;" in told[0]


def test_a_question_of_a_worker_that_waits_is_told_of_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that ends in vain; then nobody says that the server answers."""
    told: list[str] = []
    monkeypatch.setattr(waiting._TELLER, "say", told.append)
    monkeypatch.setattr(patience, "SILENT", 0.0)

    async def asking() -> str:
        await asyncio.sleep(0.2)
        if not told:
            return "not told"
        if len(told) == 1:
            raise ConnectorException("Database error.")
        return "answered"

    with pytest.raises(ConnectorException):
        asyncio.run(patiently(asking, patience=0.0))
    assert [words.partition(".")[0] for words in told] == ["PostgreSQL does not answer"]
    told.append("PostgreSQL is there.")
    assert asyncio.run(patiently(asking)) == "answered"
    assert told[-1] == "PostgreSQL answers again."


async def away(*_: object) -> str:
    """As when the server has gone."""
    raise ConnectorException("Database error.")
