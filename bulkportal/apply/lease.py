"""The lease: one run at a time in a workspace, against processes that live and processes that died.

On the same machine the holder itself is looked at (its process id, and when that process was born, so that another
process under the same number is not taken for it); no clock is asked, so that none can be wrong. A holder on another
machine, or in another container, is judged by its heartbeat.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path

STALE_AFTER = 90.0
"""Seconds without a heartbeat after which a lease that cannot be looked at counts as abandoned."""

_PROC = Path("/proc")


def birth(pid: int | str = "self") -> str:
    """What tells a process from any other that ever has its number; nothing where the system does not say (not Linux).

    The parts are the system's start, the space that process numbers count in, and the process's own start.
    """
    try:
        started = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
        system = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        space = (_PROC / "self/ns/pid").readlink()
    except (OSError, IndexError):
        return ""
    return f"{system} {space} {started}"


def is_held(lease: sqlite3.Row, now: float) -> bool:
    """Whether the holder of a lease is still at work. `now` is the time of day in seconds."""
    fresh = now - float(lease["beat_at"]) <= STALE_AFTER  # a beat in the future, from a clock that was set back, is fresh
    ours, theirs = birth().rpartition(" ")[0], lease["born"].rpartition(" ")[0]
    if lease["host"] == socket.gethostname() and ours and ours == theirs:
        seen = birth(lease["pid"])
        return seen == str(lease["born"]) if seen else fresh and _exists(lease["pid"])
    if lease["host"] != socket.gethostname() or theirs:
        return fresh
    return fresh and _exists(lease["pid"])


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
