"""Pace against a bucket like the platform's, with a clock that jumps."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from bulkportal.portal.pacing import Pace

from .fakes import BASE, Played, now, run, timing


class Bucket(httpx.AsyncBaseTransport):
    """The platform's side: `limit` tokens, `limit`/60 a second; 429 with Retry-After when empty."""

    def __init__(self, limit: int = 120, latency: float = 0.2, *, headers: bool = True) -> None:
        self.limit, self.latency, self.headers = limit, latency, headers
        self.tokens = float(limit)
        self.filled = 0.0
        self.accepted: list[float] = []
        self.refused: list[float] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(self.latency / 2)
        self.tokens = min(self.limit, self.tokens + (now() - self.filled) * self.limit / 60)
        self.filled = now()
        granted = self.tokens >= 1
        self.tokens -= granted
        (self.accepted if granted else self.refused).append(now())
        headers = {"X-RateLimit-Limit": str(self.limit), "X-RateLimit-Remaining": str(int(self.tokens))}
        if not granted:
            headers["Retry-After"] = "1"
        await asyncio.sleep(self.latency / 2)
        return httpx.Response(200 if granted else 429, headers=headers if self.headers else {}, json={"data": {}})


def request() -> httpx.Request:
    return httpx.Request("GET", BASE + "/me")


async def hurry(pace: Pace, requests: int, workers: int) -> None:
    """Workers that send as fast as they are let."""
    left = iter(range(requests))

    async def work() -> None:
        for _ in left:
            await pace.handle_async_request(request())

    await asyncio.gather(*(work() for _ in range(workers)))


@pytest.mark.parametrize("workers", [1, 8, 32])
@pytest.mark.parametrize("latency", [0.01, 0.2, 3.0])
def test_no_request_is_throttled(workers: int, latency: float) -> None:
    """Not one 429 in five hundred, however many workers and however slow the platform."""

    async def story() -> Bucket:
        bucket = Bucket(latency=latency)
        await hurry(Pace(bucket, timing()), 500, workers)
        return bucket

    bucket = run(story())
    assert not bucket.refused and len(bucket.accepted) == 500


def test_the_whole_allowance_is_used() -> None:
    """120 at once when the platform says so, then two a second: within 4 % of the best possible."""

    async def story() -> Bucket:
        bucket = Bucket(latency=0.05)
        await hurry(Pace(bucket, timing()), 720, 8)
        return bucket

    bucket = run(story())
    burst = [moment for moment in bucket.accepted if moment < 5]
    assert len(burst) >= 105
    assert bucket.accepted[-1] < (720 - 120) / 2 * 1.04 + 8


def test_a_start_into_a_bucket_others_have_emptied_is_calibrated_downwards() -> None:
    """Another program on the same key."""

    async def story() -> Bucket:
        bucket = Bucket()
        bucket.tokens = 20.0
        await hurry(Pace(bucket, timing()), 100, 8)
        return bucket

    assert not run(story()).refused


def test_a_smaller_limit_is_taken_from_the_headers() -> None:
    """60 a minute instead of 120."""

    async def story() -> Bucket:
        bucket = Bucket(limit=60)
        await hurry(Pace(bucket, timing()), 200, 8)
        return bucket

    assert not run(story()).refused


def test_without_headers_the_pace_stays_modest() -> None:
    """Ten at once, then less than two a second."""

    async def story() -> Bucket:
        bucket = Bucket(headers=False)
        await hurry(Pace(bucket, timing()), 300, 8)
        return bucket

    bucket = run(story())
    assert not bucket.refused
    assert len([moment for moment in bucket.accepted if moment < 1]) <= 13


def test_a_429_silences_the_whole_client_and_longer_each_time() -> None:
    """Header and body are compared, and several refusals of one moment count once."""
    busy = httpx.Response(429, json={"error": {"code": "RATE_LIMIT_EXCEEDED", "details": {"retry_after_seconds": 4}}})
    good = httpx.Response(200, json={"data": {}})

    async def story() -> tuple[list[float], int]:
        pace = Pace(Played(busy, busy, busy, good, latency=0.1), timing())
        moments = []
        await asyncio.gather(*(pace.handle_async_request(request()) for _ in range(2)))
        for _ in range(2):
            await pace.handle_async_request(request())
            moments.append(now())
        return moments, pace.traffic.throttled

    moments, throttled = run(story())
    assert moments == pytest.approx([4.2, 12.3], abs=0.01)
    assert throttled == 3


def test_closed_capacity_silences_nothing() -> None:
    """It concerns creation only (reference 1.6)."""
    closed = httpx.Response(429, json={"error": {"code": "capacity_cooldown", "message": "later"}})

    async def story() -> float:
        pace = Pace(Played(closed), timing())
        await pace.handle_async_request(request())
        await pace.handle_async_request(request())
        return now()

    assert run(story()) == 0


def test_the_allowance_can_be_watched() -> None:
    """Tokens left, requests waiting."""

    async def story() -> tuple[int, int, int]:
        pace = Pace(Bucket(headers=False), timing())
        before = pace.allowance.tokens
        crowd = asyncio.gather(*(pace.handle_async_request(request()) for _ in range(15)))
        await asyncio.sleep(0.01)
        waiting = pace.allowance.waiting
        await crowd
        return before, waiting, pace.traffic.total

    assert run(story()) == (10, 5, 15)


@pytest.mark.parametrize("value", ["", "abc", "-5", "0", "99999999999999", "²"])
def test_nonsense_in_the_headers_changes_nothing(value: str) -> None:
    """A header is data from elsewhere."""

    async def story() -> int:
        headers = [(b"x-ratelimit-limit", value.encode()), (b"x-ratelimit-remaining", b"x")]
        pace = Pace(Played(httpx.Response(200, headers=headers)), timing())
        await pace.handle_async_request(request())
        return pace.allowance.tokens

    assert run(story()) == 9


def test_a_cancelled_wait_leaves_no_trace() -> None:
    """A run that is stopped while it waits."""

    async def story() -> int:
        pace = Pace(Bucket(headers=False), timing())
        crowd = [asyncio.create_task(pace.handle_async_request(request())) for _ in range(12)]
        await asyncio.sleep(0.01)
        for task in crowd:
            task.cancel()
        await asyncio.gather(*crowd, return_exceptions=True)
        await pace.handle_async_request(request())
        return pace.allowance.waiting

    assert run(story()) == 0
