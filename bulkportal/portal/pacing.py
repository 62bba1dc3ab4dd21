"""Pace: no more requests than the platform allows, and no fewer.

The platform keeps one bucket per key: 120 tokens, about two a second (API reference 1.6); so do we (see `rate_limit`).
A 429 pauses everything that uses the key, not only the request that got it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx

from bulkportal.portal import error_mapping, last_word
from bulkportal.portal.failures import Busy
from bulkportal.portal.rate_limit import Bucket
from bulkportal.postgres.address import PostgresAddress

ATTEMPT = "bulkportal_attempt"
"""Request extension: which attempt this is, counted from one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clock (monotonic seconds), the sleep and the random numbers, as arguments.

    An answer has `answer_seconds` on top of the seconds in which it must begin, and `most_bytes`, unpacked.
    `sleep` may raise `Stopped`, where a run is given up while it waits.
    `shared` is the folder in which the processes of this machine keep the one pace of their key, or the address of the books where all
    machines do; None for a pace of one's own.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    shared: Path | PostgresAddress | None = None
    answer_seconds: float = 60.0
    most_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """The state of the rate limiter: requests that may leave at once, requests waiting, seconds of a pause left."""

    tokens: int
    waiting: int
    paused: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Requests sent, those among them that repeat an earlier one, and 429 answers."""

    total: int
    retried: int
    throttled: int


class Pace(httpx.AsyncBaseTransport):
    """A transport that lets requests through at the allowed pace, first come, first served."""

    def __init__(self, inner: httpx.AsyncBaseTransport, timing: Timing | None = None, bucket: Bucket | None = None) -> None:
        self._inner = inner
        self._timing = timing or Timing()
        self._bucket = bucket or Bucket(self._timing.clock)
        self._gate = asyncio.Lock()
        self._waiting = 0
        self._total = 0
        self._retried = 0
        self._throttled = 0

    @property
    def allowance(self) -> Allowance:
        """The current state of the rate limiter."""
        with self._bucket.level() as level:
            now = self._timing.clock()
            level.refill(now)
            return Allowance(tokens=max(0, int(level.tokens)), waiting=self._waiting, paused=max(0.0, level.silent_until - now))

    @property
    def traffic(self) -> Traffic:
        """What has passed so far."""
        return Traffic(total=self._total, retried=self._retried, throttled=self._throttled)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for a token, send, and learn from the answer."""
        # Below Retry, so that a repeated request takes a token like any other.
        await self._admit()
        self._total += 1
        self._retried += int(request.extensions.get(ATTEMPT, 1)) > 1
        sent_at = self._timing.clock()
        try:
            # Last of all: while it waited for its turn, another run may have taken over the workspace.
            last_word.ask(request)
            response = await self._inner.handle_async_request(request)
            busy = self._refusal(response)
        # BaseException, since a cancelled request would else count as under way, and slow down the others, for a minute.
        except BaseException:
            with self._bucket.level() as level:
                level.complete(self._timing.clock(), self._bucket.owner)
            raise
        self._learn(response, busy, sent_at)
        return response

    async def aclose(self) -> None:
        """Close the transport below."""
        await self._inner.aclose()
        self._bucket.close()

    async def _admit(self) -> None:
        self._waiting += 1
        try:
            # One waits and the others queue up behind: asyncio's lock is first come, first served, sleeping tasks are not.
            async with self._gate:
                while (wait := self._take()) > 0:
                    await self._timing.sleep(wait)
        finally:
            self._waiting -= 1

    def _take(self) -> float:
        with self._bucket.level(must=True) as level:
            return level.take(self._timing.clock(), self._bucket.owner)

    def _learn(self, response: httpx.Response, busy: Busy | None, sent_at: float) -> None:
        """Take limit and remaining tokens from the headers, and back off if asked to."""
        with self._bucket.level() as level:
            now = self._timing.clock()  # only here: another process may have had the level until now
            level.complete(now, self._bucket.owner)
            level.learn(now, _header(response, "x-ratelimit-limit"), _header(response, "x-ratelimit-remaining"))
            if busy is not None:
                level.back_off(now, sent_at, busy.wait_seconds, 0.25 * self._timing.jitter())
            # Closed capacity is a 429 too, and says nothing about the bucket.
            elif response.status_code != 429:
                level.refusals = 0

    def _refusal(self, response: httpx.Response) -> Busy | None:
        """The refusal that asks for silence, if it is one; closed capacity does not."""
        if response.status_code != 429:
            return None
        self._throttled += 1
        failure = error_mapping.failure_of(response)
        return failure if isinstance(failure, Busy) and not failure.capacity else None


def _header(response: httpx.Response, name: str) -> int | None:
    """A whole number at the head of a header, or None."""
    head = response.headers.get(name, "").split(",")[0].split(";")[0].strip()
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else None
