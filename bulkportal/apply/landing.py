"""How long a purchase may still land after its answer was lost, and how that time is measured across a restart.

A request that was given up, or whose process was killed, is worked on at the other end for as long as that takes. A
bundle has its reference, by which the platform refuses a second one; slots have nothing, and each request for them adds
again. So slots whose answer was lost are not bought again before the first request can no longer land.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

LANDING = 300.0
"""Seconds after which a request that was sent can no longer be carried out.

The longest handling that is known of is a call in which the platform fetches media, 120 seconds (API reference 1.9), and hosts of
the kind that it runs on end a request after 300 at the latest.
"""

ARRIVAL = 5.0
"""Seconds that a run waits, by itself, for the last requests of a run before it to arrive. What takes longer is left open."""

_NEXT = "Run this again after {}: by then the platform has done it or never will. It is asked, and nothing is paid twice."

_BOOT = Path("/proc/sys/kernel/random/boot_id")


LONG_AGO = "0.000 0.000 "
"""A moment (see `moment`) from which nothing is on its way any more."""


def later(seconds: float) -> str:
    """What to do about slots of which it is not known for so long yet whether they are added."""
    # Up to the next full minute, which is what is shown: nobody should come back a few seconds early.
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return _NEXT.format(f"{until + timedelta(seconds=59):%H:%M} UTC")


def now_text() -> str:
    """The moment as it is written down: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def uptime() -> float:
    """Seconds since the system started, those in which it slept among them: a clock that nobody can set."""
    try:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    except AttributeError:  # Linux only
        return time.monotonic()


def boot() -> str:
    """Which start of the system this is; nothing where it does not say."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def moment(clock: Callable[[], float] = time.time, up: Callable[[], float] = uptime) -> str:
    """What tells this moment from others, to be kept: the time of day, and how long this system has been up."""
    # Both clocks: the time of day can be set back by hand or by a time server, and the other one starts anew with the machine.
    return f"{clock():.3f} {up():.3f} {boot()}"


def seconds_between(then: str, now: str) -> float | None:
    """Seconds from one kept moment to another; None where that cannot be told.

    Within one start of the system its own clock counts, which nobody can set; over a restart the time of day.
    """
    try:
        day, up, start = _parts(then)
        today, up_now, start_now = _parts(now)
    except ValueError:
        return None
    passed = up_now - up if start and start == start_now else today - day
    # A clock that was set back tells nothing, and "just now" would be as wrong as "long ago".
    return passed if passed >= 0 else None


def _parts(text: str) -> tuple[float, float, str]:
    day, up, *start = text.split(" ")
    return float(day), float(up), "".join(start)
