"""How long a purchase may still land after its answer was lost, and how that time is measured across a restart.

The platform keeps working on a request whose sender has given up or was killed. A bundle has a reference, by which the
platform refuses a duplicate; slots have none, and each request adds more of them. So slots whose answer was lost
are not bought again before the first request can no longer land.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

LANDING = 300.0
"""Seconds after which a request that was sent can no longer be carried out.

The longest known call is one in which the platform fetches media, 120 seconds (API reference 1.9), and hosts of its kind end
a request after 300 seconds at the latest.
"""

ARRIVAL = 5.0
"""Seconds that a run waits for the last requests of an earlier run to arrive. Whatever takes longer stays open."""

_NEXT = "Run this again after {}: by then the platform has done it or never will. It is asked, and nothing is paid twice."

_BOOT = Path("/proc/sys/kernel/random/boot_id")


# Without a boot id, so that the time of day is compared (see `seconds_between`): 1970 is long ago on any clock.
LONG_AGO = "0.000 0.000 "
"""A moment (see `moment`) from which nothing is on its way any more."""


def later(seconds: float) -> str:
    """The next step for slots of which it stays unknown for so many seconds whether they are added."""
    # Up to the next full minute, which is what is shown: nobody should come back a few seconds early.
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    return _NEXT.format(f"{until + timedelta(seconds=59):%H:%M} UTC")


def now_text() -> str:
    """The current moment as text: UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def uptime() -> float:
    """Seconds since the system booted, including time asleep: a clock that nobody can set."""
    try:
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    except AttributeError:  # Linux only
        return time.monotonic()


def boot() -> str:
    """The id of this boot of the system; empty where it has none."""
    try:
        return _BOOT.read_text("ascii").strip()
    except OSError:
        return ""


def moment(clock: Callable[[], float] = time.time, up: Callable[[], float] = uptime) -> str:
    """The current moment for the ledger: the time of day, the uptime of this system, and its boot id."""
    # Both clocks: the time of day can be set back by hand or by a time server, and uptime restarts with the machine.
    return f"{clock():.3f} {up():.3f} {boot()}"


def seconds_between(then: str, now: str) -> float | None:
    """Seconds between two moments; None where they cannot be compared.

    Within one boot the uptime counts, which nobody can set; across a reboot the time of day does.
    """
    try:
        day, up, start = _parts(then)
        today, up_now, start_now = _parts(now)
    except ValueError:
        return None
    passed = up_now - up if start and start == start_now else today - day
    # A clock that was set back says nothing, and "just now" would be as wrong as "long ago".
    return passed if passed >= 0 else None


def _parts(text: str) -> tuple[float, float, str]:
    day, up, *start = text.split(" ")
    return float(day), float(up), "".join(start)
