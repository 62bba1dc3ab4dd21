"""The request limit: one token bucket per API key (API reference 1.6)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class _TokenBucket:
    tokens: float
    filled_at: float


class Buckets:
    """Token buckets that hold `rate` tokens and refill evenly over a minute."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._buckets: dict[str, _TokenBucket] = {}

    def clear(self) -> None:
        """Fill all buckets."""
        self._buckets.clear()

    def take(self, key: str, rate: int) -> int | None:
        """Take a token. None when there was one, else the seconds to wait for the next."""
        bucket = self._filled(key, rate)
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return None
        return max(1, math.ceil((1 - bucket.tokens) / (rate / 60)))

    def headers(self, key: str, rate: int) -> dict[str, str]:
        """The three headers of an authenticated answer."""
        bucket = self._filled(key, rate)
        until_full = (rate - bucket.tokens) / (rate / 60)
        return {
            "X-RateLimit-Limit": str(rate),
            "X-RateLimit-Remaining": str(int(bucket.tokens)),
            "X-RateLimit-Reset": str(math.ceil(time.time() + until_full)),
        }

    def _filled(self, key: str, rate: int) -> _TokenBucket:
        now = self._monotonic()
        # A key that was never seen has a full bucket: a first burst of 120 passes, and only then is the pace 2 a second.
        bucket = self._buckets.setdefault(key, _TokenBucket(tokens=float(rate), filled_at=now))
        bucket.tokens = min(float(rate), bucket.tokens + (now - bucket.filled_at) * rate / 60)
        bucket.filled_at = now
        return bucket
