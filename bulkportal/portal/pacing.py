"""Pace: no more requests than the platform allows, and no fewer.

The platform keeps one bucket per key: 120 tokens, about two a second (API reference 1.6). Ours starts small,
takes its size from the first answer's headers and is afterwards only lowered by them, so that it never
believes in more tokens than the platform does. A 429 silences the whole client, not only the request that met
it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx

from bulkportal.portal import gate
from bulkportal.portal.failures import Busy

ATTEMPT = "bulkportal_attempt"
"""Request extension: which attempt this is, counted from one."""

_FIRST_BURST = 10
_FIRST_LIMIT = 120
_SHARE = 0.98
_LONGEST_PAUSE = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clock (monotonic seconds), the sleeper and the dice, as arguments."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How the pace stands: requests that may leave at once, requests waiting, seconds of silence left."""

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

    def __init__(self, inner: httpx.AsyncBaseTransport, timing: Timing | None = None) -> None:
        self._inner = inner
        self._timing = timing or Timing()
        self._gate = asyncio.Lock()
        self._tokens = float(_FIRST_BURST)
        self._most = float(_FIRST_BURST)
        self._rate = _FIRST_LIMIT / 60 * _SHARE
        self._filled_at = self._timing.clock()
        self._calibrated = False
        self._silent_until = self._filled_at
        self._silenced_at = float("-inf")
        self._refusals = 0
        self._waiting = 0
        self._in_flight = 0
        self._total = 0
        self._retried = 0
        self._throttled = 0

    @property
    def allowance(self) -> Allowance:
        """How the pace stands just now."""
        self._refill()
        paused = max(0.0, self._silent_until - self._timing.clock())
        return Allowance(tokens=max(0, int(self._tokens)), waiting=self._waiting, paused=paused)

    @property
    def traffic(self) -> Traffic:
        """What has passed so far."""
        return Traffic(total=self._total, retried=self._retried, throttled=self._throttled)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for a token, send, and learn from the answer."""
        await self._admit()
        self._total += 1
        self._retried += int(request.extensions.get(ATTEMPT, 1)) > 1
        self._in_flight += 1
        sent_at = self._timing.clock()
        try:
            response = await self._inner.handle_async_request(request)
        finally:
            self._in_flight -= 1
        self._learn(response)
        if response.status_code == 429:
            await self._hush(response, sent_at)
        else:
            self._refusals = 0
        return response

    async def aclose(self) -> None:
        """Close the transport below."""
        await self._inner.aclose()

    async def _admit(self) -> None:
        self._waiting += 1
        try:
            async with self._gate:
                while (wait := self._shortfall()) > 0:
                    await self._timing.sleep(wait)
                self._tokens -= 1
        finally:
            self._waiting -= 1

    def _shortfall(self) -> float:
        """Seconds until a request may leave."""
        self._refill()
        silence = self._silent_until - self._timing.clock()
        if silence > 0:
            return silence
        missing = 1 - self._tokens
        # A hair more than needed, or rounding could leave the bucket a hair short for ever.
        return missing / self._rate + 1e-3 if missing > 0 else 0.0

    def _refill(self) -> None:
        now = self._timing.clock()
        self._tokens = min(self._most, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now

    def _learn(self, response: httpx.Response) -> None:
        """Take limit and remaining tokens from the headers (API reference 1.6).

        Requests still in flight may or may not be counted in `remaining`; they are taken as not counted.
        """
        limit = _header(response, "x-ratelimit-limit")
        if limit:
            self._rate = limit / 60 * _SHARE
        remaining = _header(response, "x-ratelimit-remaining")
        if remaining is None:
            return
        self._refill()
        limit = limit or _FIRST_LIMIT
        margin = min(2, limit // 10)
        safe = float(remaining - self._in_flight - margin)
        if not self._calibrated:
            self._tokens = safe
            self._calibrated = True
        self._most = float(max(1, limit - margin))
        self._tokens = min(self._tokens, safe, self._most)

    async def _hush(self, response: httpx.Response, sent_at: float) -> None:
        """Silence the client after a 429, longer each time in a row; closed capacity silences nothing."""
        self._throttled += 1
        await response.aread()
        failure = gate.failure_of(response)
        if not isinstance(failure, Busy) or failure.capacity:
            return
        now = self._timing.clock()
        self._refill()
        self._tokens = min(self._tokens, 0.0)
        # Several requests sent before one silence are one refusal, not several in a row.
        if sent_at > self._silenced_at:
            self._refusals += 1
        self._silenced_at = now
        wait = min(failure.wait_seconds * 2 ** max(0, self._refusals - 1), _LONGEST_PAUSE)
        wait = max(wait, failure.wait_seconds) + 0.25 * self._timing.jitter()
        self._silent_until = max(self._silent_until, now + wait)


def _header(response: httpx.Response, name: str) -> int | None:
    """A whole number at the head of a header, or None."""
    head = response.headers.get(name, "").split(",")[0].split(";")[0].strip()
    return int(head) if head.isascii() and head.isdigit() and len(head) < 10 else None
