"""Past one process, by a virtual clock: how much of the allowed rate is used, and the hours that many bundles take.

    python benchmarks/hours.py [--bundles 100000] [--videos 10] [--minutes 60]

The product's own bucket (`portal.rate_limit.Level`) paces requests under a clock that is only counted; the platform is its documented
bucket of 120 requests a minute and key. No request leaves, and no second is waited. Exit code 1 where less than 97 % of the rate is
used, or a request is refused.
"""

from __future__ import annotations

import argparse
import heapq
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bulkportal.portal.rate_limit import Level

LIMIT = 120
"""Requests a minute and key, and the size of the bucket (API reference 1.6)."""
AT_ONCE = 4
"""Requests that a process has under way at the most."""
LATENCY = (0.1, 0.4)
"""Seconds from request to answer."""
LEAST = 0.97


@dataclass(slots=True)
class Platform:
    """The platform's bucket of one key."""

    tokens: float = LIMIT
    at: float = 0.0
    taken: int = 0
    refused: int = 0

    def take(self, now: float) -> int:
        """How many are left after this request."""
        self.tokens = min(LIMIT, self.tokens + (now - self.at) * LIMIT / 60)
        self.at = now
        if self.tokens < 1:
            self.refused += 1
            return 0
        self.tokens -= 1
        self.taken += 1
        return int(self.tokens)


def played(processes: int, seconds: float, warm: float) -> tuple[float, int]:
    """The share of the rate that processes of one key use once the first bucket is empty, and the requests that were refused."""
    level, platform, luck = Level(), Platform(), random.Random(processes)
    turn = 0
    events: list[tuple[float, int, str, str, int]] = []
    for process in range(processes):
        for _ in range(AT_ONCE):
            turn += 1
            heapq.heappush(events, (0.0, turn, "ask", f"process-{process}", 0))
    steady = 0
    while events:
        now, _, what, owner, left = heapq.heappop(events)
        if now > warm + seconds:
            break
        turn += 1
        if what == "ask":
            wait = level.take(now, owner)
            if wait:
                heapq.heappush(events, (now + wait, turn, "ask", owner, 0))
                continue
            way = luck.uniform(*LATENCY)
            heapq.heappush(events, (now + way / 2, turn, "arrive", owner, 0))
        elif what == "arrive":
            left = platform.take(now)
            steady += now >= warm
            heapq.heappush(events, (now + luck.uniform(*LATENCY) / 2, turn, "answer", owner, left))
        else:
            level.complete(now, owner)
            level.learn(now, LIMIT, left)
            heapq.heappush(events, (now, turn, "ask", owner, 0))
    return steady / (seconds * LIMIT / 60), platform.refused


def hours(bundles: int, videos: int, keys: int, share: float) -> float:
    """What the requests of a launch by URL take: the first bucket of each key at once, all others at the rate."""
    writes = 3 + -(-videos // 10)  # made, its account, its positions by tens, published
    reads = 9 * keys
    return max(0.0, (bundles * writes + reads - LIMIT * keys)) / (LIMIT * keys * share) / 60


def table(bundles: int, videos: int, seconds: float) -> tuple[list[str], bool]:
    """The lines of both tables, and whether all is as it must be."""
    shares = {processes: played(processes, seconds, warm=180) for processes in (1, 3)}
    fine = all(share >= LEAST and not refused for share, refused in shares.values())
    return list(_lines(shares, bundles, videos)), fine


def _lines(shares: dict[int, tuple[float, int]], bundles: int, videos: int) -> Iterator[str]:
    yield "| on one key | of the allowed rate | refused (429) | target |"
    yield "| --- | ---: | ---: | ---: |"
    for processes, (share, refused) in shares.items():
        yield f"| {processes} process{'es' if processes > 1 else ''} | {share:.1%} | {refused} | 97 %, 0 |"
    yield ""
    yield f"| {bundles:,} bundles of {videos} videos by URL | hours |"
    yield "| --- | ---: |"
    for keys in (1, 2, 4, 10):
        yield f"| {keys} key{'s' if keys > 1 else ''} | {hours(bundles, videos, keys, shares[1][0]):.1f} |"


def main() -> int:
    """Play, and print."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, default in (("bundles", 100_000), ("videos", 10), ("minutes", 60)):
        asked.add_argument(f"--{name}", type=int, default=default)
    chosen = asked.parse_args()
    lines, fine = table(chosen.bundles, chosen.videos, chosen.minutes * 60)
    print("\n".join(lines))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
