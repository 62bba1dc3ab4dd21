"""A desk in a process of its own, whose first line is read as soon as it is said."""

from __future__ import annotations

import time

from tests.conftest import PATIENCE, Desk
from tests.forked import Forked


def begin(desk: Desk, *arguments: object, **more: str) -> Forked:
    """`bulkportal desk --no-browser`, left running."""
    return desk.start("desk", *arguments, "--no-browser", **more)


def link_of(process: Forked) -> str:
    """The link that it says first."""
    until = time.monotonic() + PATIENCE
    while not process.printed.endswith("\n") and process.poll() is None and time.monotonic() < until:
        process.wait_a_little()
    line = process.printed
    assert line.startswith("Desk: http://127.0.0.1:") and "/?token=" in line, (line, process.told)
    return line.removeprefix("Desk: ").strip()
