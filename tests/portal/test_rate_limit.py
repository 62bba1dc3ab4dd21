"""One pace for all processes of a key: together within the rate, whoever dies, and nothing told of the key."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bulkportal.portal.pacing import Pace
from bulkportal.portal.rate_limit import Bucket, Level, SharedBucket, name_of
from bulkportal.portal.secret import Secret
from tests.conftest import KEY, OpenDesk

from .fakes import now, run, timing
from .test_pacing import Bucket as Platform
from .test_pacing import hurry

ASK = """
import asyncio, pathlib, sys, time
from bulkportal.portal.client import Portal
from bulkportal.portal.pacing import Timing
from bulkportal.portal.secret import Secret
from bulkportal.postgres.address import PostgresAddress

async def main(url, key, home, requests):
    shared = PostgresAddress.of(home) if "://" in home else pathlib.Path(home)
    timing = Timing(shared=shared if home else None)
    async with Portal(base_url=url, key=Secret(key), version="1", timing=timing) as portal:
        left = iter(range(int(requests)))
        async def work():
            for _ in left:
                await portal.me()
        await asyncio.gather(*(work() for _ in range(4)))
        print(portal.traffic.total, portal.traffic.throttled)

asyncio.run(main(*sys.argv[1:]))
"""


def asking(url: str, home: Path | str, requests: int) -> subprocess.Popen[str]:
    """A process that asks so many times, as fast as it is let."""
    return subprocess.Popen([sys.executable, "-c", ASK, url, KEY, str(home), str(requests)], stdout=subprocess.PIPE, encoding="utf-8")


def drained(open_desk: OpenDesk) -> tuple[str, Path]:
    """A platform of ten requests a second whose bucket holds forty."""
    desk = open_desk(rate=600)
    for _ in range(560):
        desk.state.buckets.take(KEY, 600)
    return desk.base_url, desk.home


def told(process: subprocess.Popen[str]) -> list[int]:
    """How many requests it sent, and how many of them were refused."""
    return [int(word) for word in process.communicate(timeout=250)[0].split()]


def test_two_processes_share_the_rate_of_their_key(open_desk: OpenDesk) -> None:
    """Not one refusal between them, though each alone would have filled the bucket."""
    url, home = drained(open_desk)
    assert [told(process) for process in [asking(url, home, 45) for _ in range(2)]] == [[45, 0], [45, 0]]


@pytest.mark.parametrize("shared", [True, False])
def test_only_a_common_bucket_keeps_two_clients_within_the_rate(tmp_path: Path, shared: bool) -> None:
    """Against one platform and a clock that jumps: together no refusal, and the whole allowance used; apart, refusals."""

    async def story() -> Platform:
        platform = Platform(limit=60, latency=0.5)
        buckets = [SharedBucket(now, tmp_path, "a") if shared else Bucket(now) for _ in range(2)]
        await asyncio.gather(*(hurry(Pace(platform, timing(), bucket), 100, 8) for bucket in buckets))
        for bucket in buckets:
            bucket.close()
        return platform

    platform = run(story())
    if shared:
        assert (len(platform.accepted), platform.refused) == (200, [])
        assert platform.accepted[-1] < (200 - 60) * 1.04 + 15
    else:
        assert platform.refused


def test_a_process_that_dies_blocks_nobody(open_desk: OpenDesk) -> None:
    """Killed in the middle of its requests; the other goes on and is not refused."""
    url, home = drained(open_desk)
    dying, living = asking(url, home, 200), asking(url, home, 40)
    time.sleep(1.5)
    dying.kill()
    dying.communicate()
    assert told(living) == [40, 0]


@pytest.mark.parametrize("content", [b"this is no database " * 100, b""])
def test_a_damaged_count_never_stops_the_work(tmp_path: Path, content: bytes) -> None:
    """It is counted alone, and the file is made anew."""
    path = tmp_path / "rate.sqlite3"
    path.write_bytes(content)
    bucket = SharedBucket(lambda: 100.0, tmp_path, "a")
    with bucket.level() as level:
        assert level.take(100.0, "me") == 0
    bucket.close()
    again = SharedBucket(lambda: 100.0, tmp_path, "a")
    with again.level() as level:
        assert level.take(100.0, "me") == 0
    again.close()
    assert path.read_bytes().startswith(b"SQLite")


def test_a_folder_that_cannot_be_used_never_stops_the_work(tmp_path: Path) -> None:
    """As on a read-only disk."""
    (tmp_path / "file").write_text("x")
    with SharedBucket(lambda: 0.0, tmp_path / "file", "a").level() as level:
        assert level.take(0.0, "me") == 0


def test_the_file_does_not_hold_the_key(tmp_path: Path) -> None:
    """Nor anything it could be found by; the same key has the same name, another key or platform another."""
    name = name_of("https://a/api", Secret(KEY))
    assert name == name_of("https://a/api", Secret(KEY)) != name_of("https://b/api", Secret(KEY))
    assert name != name_of("https://a/api", Secret(f"{KEY}x"))
    bucket = SharedBucket(lambda: 0.0, tmp_path, name)
    with bucket.level() as level:
        level.take(0.0, "me")
    bucket.close()
    for path in tmp_path.iterdir():
        assert KEY.encode() not in path.read_bytes() and KEY[9:].encode() not in path.read_bytes()


def test_a_silence_holds_for_everyone_and_a_new_start_of_the_machine_ends_it(tmp_path: Path) -> None:
    """A 429 of one process silences the other; a clock that begins anew is no reason to wait for ever."""
    one, other = (SharedBucket(lambda: 500.0, tmp_path, "a") for _ in range(2))
    with one.level() as level:
        level.back_off(500.0, 499.0, 30.0, 0.0)
    with other.level() as level:
        assert level.take(510.0, "other") == pytest.approx(20.0)
        assert level.take(2.0, "other") < 1.0
    one.close()
    other.close()


def test_a_clock_that_was_read_a_moment_too_early_is_no_new_start() -> None:
    """A process that waited for its turn at the file comes with an older time: what is under way elsewhere still counts."""
    level = Level()
    level.learn(100.0, 600, 40)
    for _ in range(4):
        level.take(100.0, "other")
    before = level.tokens
    level.learn(99.9, 600, 40)
    assert level.flights["other"][0] == 4
    assert level.tokens <= before


def test_requests_under_way_of_the_dead_are_forgotten() -> None:
    """After a minute the platform has counted them for sure."""
    level = Level()
    level.take(0.0, "dead")
    level.learn(1.0, 120, 50)
    assert level.tokens == 50 - 1 - 2
    level.learn(100.0, 120, 50)
    assert level.tokens == 50 - 2
