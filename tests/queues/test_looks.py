"""Files looked at by whichever worker is free: with the facts and the findings that the launch would have found by itself."""

from __future__ import annotations

import asyncio
import json
import os
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from s3fs import S3FileSystem

from bulkportal.apply.entries import LedgerEntry
from bulkportal.check.media_files import FileFacts
from bulkportal.media import Facts
from bulkportal.media.probing import probe
from bulkportal.pipeline import Job
from bulkportal.pipeline.source import Source
from bulkportal.plan.operations import Upload
from bulkportal.portal.failures import Refused
from bulkportal.settings import profile_of, resolve
from tests.conftest import Desk, bundle, video
from tests.media import making
from tests.media.buckets import REGION, S3, SECRET, WHO
from tests.postgres import Server, asked

pytest.importorskip("procrastinate", reason="the extra cluster is not installed")

from bulkportal.queues import fan_out, look_round
from bulkportal.queues.fan_out import WORTH_HANDING_OVER, FanOut
from bulkportal.queues.worker import Shift, _Worker
from tests.queues.test_away import ENTRY
from tests.queues.test_imports import queued, standing, worked

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def store() -> Iterator[S3]:
    """An S3 server with a bucket."""
    with S3("looks") as server:
        yield server


@pytest.fixture
def at_desk(desk: Desk, postgres: Server, store: S3) -> Iterator[str]:
    """The variables of a worker are those of this process; gives the address of empty books."""
    address = postgres.database()
    config = desk.folder / "bulkportal.toml"
    config.write_text(f'[profiles.main]\nshared_folders = ["{desk.folder}"]\n', encoding="utf-8")
    keys = {"AWS_ENDPOINT_URL": store.address, "AWS_ACCESS_KEY_ID": WHO, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": REGION}
    S3FileSystem.clear_instance_cache()  # one that is open goes on with another server of these tests
    with desk.at_work(desk.folder, BULKPORTAL_LEDGER=address, BULKPORTAL_CONFIG=str(config), **keys):
        yield address
    S3FileSystem.clear_instance_cache()


def large(film: Path, name: str) -> bytes:
    """A film that is worth handing over, and another one for each name: a box that players skip holds it."""
    data = film.read_bytes()
    return data + struct.pack(">I4s16s", WORTH_HANDING_OVER, b"free", name.encode()).ljust(WORTH_HANDING_OVER, b"\0")


def mixed_launch(desk: Desk, store: S3) -> Path:
    """Films and pictures in a common folder and in a store: whole, cut off, lying down, small, and not there."""
    film = making.video(desk.folder / "film.mp4", size=(720, 1280), seconds=3)
    turned = making.video(desk.folder / "turned.mp4", size=(1280, 720), seconds=5, turned=90)
    whole, cut = large(film, "whole"), large(film, "cut")[:-1000]
    texts = []
    for name, data in (("whole.mp4", whole), ("cut.mp4", cut), ("turned.mp4", large(turned, "turned")), ("small.mp4", film.read_bytes())):
        (desk.folder / "common" / name).parent.mkdir(exist_ok=True)
        (desk.folder / "common" / name).write_bytes(data)
        store.client.put_object(Bucket="looks", Key=f"c/{name}", Body=data)
        texts += [name, f"s3://looks/c/{name}"]
    store.client.put_object(Bucket="looks", Key="c/page.mp4", Body=b"<html>Log in</html>")
    texts += ["none.mp4", "s3://looks/c/none.mp4", "s3://looks/c/page.mp4"]
    rows = [video("spring", number, video=text) for number, text in enumerate(texts, start=1)]
    return desk.sheets("common", bundles=[bundle("spring", videos_quantity=len(rows))], videos=rows)


def carrier() -> FanOut:
    """What hands files to others."""
    return FanOut(resolve(profile=profile_of(os.environ, None)))


def worker_beside() -> object:
    """Start a worker in this process; it ends with the loop."""
    address = resolve(profile=profile_of(os.environ, None)).ledger
    assert address is not None
    return asyncio.create_task(_Worker(Shift(address=address)).run())


def facts_of(launch: Path, home: Path, others: FanOut | None, meanwhile: Callable[[], object] = lambda: None) -> FileFacts:
    """What an import knows of the files of a launch before it asks the platform anything."""

    async def story() -> FileFacts:
        job = Job(command="import", inputs=(launch,), carrier=others)
        meanwhile()
        try:
            if others is None:
                return (await Source.read(job, home).with_links(fetch=True)).facts
            async with others:
                return (await Source.read(job, home).with_links(fetch=True)).facts
        finally:
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    return asyncio.run(story())


def told(facts: FileFacts) -> Mapping[tuple[int, str], object]:
    """What is known, without where a copy lies and when it was made."""
    return {key: json.loads(one.to_text()) | {"changed_at": 0} if isinstance(one, Facts) else one for key, one in facts.items()}


def test_what_workers_see_is_what_the_launch_would_have_seen(desk: Desk, at_desk: str, store: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash, size, length, shape, turn and trouble, of files in a common folder and in a store; and the same findings where there is none.

    The launch looks at none that a worker could look at, and fetches none.
    """
    launch = mixed_launch(desk, store)
    alone = facts_of(launch, desk.folder / "alone", None)
    monkeypatch.setattr(look_round, "AT_ONCE", 0)  # all is left to the workers
    shared = facts_of(launch, desk.folder / "launching", carrier(), worker_beside)
    assert told(shared) == told(alone) and len(alone) == 11
    assert {one.trouble[:24] for one in shared.values() if isinstance(one, Facts)} == {"", "The video is cut off: it", "The file is a web page, "}
    seen = {row["args"]["place"] for row in asked(at_desk, "SELECT args FROM procrastinate_jobs WHERE status='succeeded'")}  # type: ignore[index]
    wanted = {str(launch.resolve() / name) for name in ("whole.mp4", "cut.mp4", "turned.mp4")}
    assert seen == wanted | {text for _, text in alone if text.startswith("s3://")}
    assert list((desk.folder / "launching" / "fetched").glob("*.mp4")) == []
    assert asked(at_desk, "SELECT * FROM looks") == []


def test_without_a_worker_the_launch_looks_at_everything_itself(desk: Desk, at_desk: str, store: S3) -> None:
    """At once, and nothing is left in the queue."""
    launch = mixed_launch(desk, store)
    alone = facts_of(launch, desk.folder / "alone", None)
    shared = facts_of(launch, desk.folder / "launching", carrier())
    assert told(shared) == told(alone)
    assert asked(at_desk, "SELECT * FROM procrastinate_jobs") == asked(at_desk, "SELECT * FROM looks") == []


def test_a_worker_that_died_over_a_file_is_waited_for_and_no_longer(desk: Desk, at_desk: str, store: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the launch looks at it."""
    launch = mixed_launch(desk, store)
    monkeypatch.setattr(look_round, "AT_ONCE", 0)
    monkeypatch.setattr(look_round, "LONGEST", 1.0)
    real = look_round.LookRound._asked

    async def taken(self: look_round.LookRound, statement: str, **values: object) -> list[dict[str, object]]:
        await self._told("UPDATE looks SET state='running' WHERE ask=%(ask)s AND state='waiting'")
        return await real(self, statement, **values)

    monkeypatch.setattr(look_round.LookRound, "_asked", taken)
    shared = facts_of(launch, desk.folder / "launching", carrier())
    assert told(shared) == told(facts_of(launch, desk.folder / "alone", None))


def test_another_file_under_the_same_name_is_not_believed(desk: Desk, at_desk: str, store: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine may have a folder of its own where the others have theirs in common."""
    launch = mixed_launch(desk, store)
    other = probe(making.video(desk.folder / "other.mp4", seconds=9))
    monkeypatch.setattr(look_round, "AT_ONCE", 0)
    real = look_round.LookRound._asked

    async def answered(self: look_round.LookRound, statement: str, **values: object) -> list[dict[str, object]]:
        await self._told("UPDATE looks SET state='done', facts=%(facts)s WHERE ask=%(ask)s AND place NOT LIKE 's3:%%'", facts=other.to_text())
        await self._told("UPDATE looks SET state='failed' WHERE ask=%(ask)s AND place LIKE 's3:%%'")
        return await real(self, statement, **values)

    monkeypatch.setattr(look_round.LookRound, "_asked", answered)
    shared = facts_of(launch, desk.folder / "launching", carrier())
    assert told(shared) == told(facts_of(launch, desk.folder / "alone", None))


def test_a_file_that_others_looked_at_is_fetched_when_nobody_transfers_it(
    desk: Desk, at_desk: str, store: S3, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the one that was looked at, or it is refused."""
    film = making.video(desk.folder / "film.mp4", seconds=3)
    store.client.put_object(Bucket="looks", Key="late.mp4", Body=film.read_bytes())
    settings = resolve(profile=profile_of(os.environ, None))
    kept = settings.home / "fetched" / "here.mp4"
    monkeypatch.setattr(fan_out, "UNTAKEN", 0.0)
    entry: LedgerEntry = ENTRY

    async def carried(sha256: str) -> object:
        wanted = Upload(path=str(kept), purpose="video", sha256=sha256, size=1, mime="video/mp4")
        async with FanOut(settings) as launch:
            launch.begin("w", {wanted.path: "s3://looks/late.mp4"})
            return await launch.carry(wanted, entry)

    assert asyncio.run(carried(probe(film).sha256)) is None
    (fetched,) = (settings.home / "fetched").glob("*.mp4")
    assert fetched.read_bytes() == film.read_bytes()
    with pytest.raises(Refused, match="has changed since it was looked at"):
        asyncio.run(carried("0" * 64))


def test_each_launch_of_a_night_is_shared_out(desk: Desk, at_desk: str, store: S3) -> None:
    """Not only the first: what it has opened it closes."""
    film = making.video(desk.folder / "film.mp4", size=(720, 1280), seconds=3)
    inbox = desk.folder / "inbox"
    for name in ("one", "two"):
        rows = [video(name, number, video=f"s3://looks/{name}/{number}.mp4") for number in (1, 2)]
        for number in (1, 2):
            store.client.put_object(Bucket="looks", Key=f"{name}/{number}.mp4", Body=large(film, f"{name}{number}"))
        launch = desk.sheets(name, bundles=[bundle(name, videos_quantity=2)], videos=rows)
        inbox.mkdir(exist_ok=True)
        launch.rename(inbox / name)
    more = {name: value for name, value in os.environ.items() if name.startswith(("AWS_", "BULKPORTAL_CONFIG"))}
    queued(desk, at_desk, "run", inbox, "--still-seconds", "0", "--max-credits", "500", **more)
    worked(desk, at_desk)
    night = standing(desk, at_desk)["jobs"][0]
    assert (night["state"], night["exit_code"]) == ("done", 0), night
    assert [row["state"] for row in asked(at_desk, "SELECT state FROM transfers")] == ["done"] * 4
