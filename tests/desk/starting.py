"""A desk in a process of its own, whose first line is read as soon as it is said."""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import Desk


def begin(desk: Desk, *arguments: object, **more: str) -> subprocess.Popen[str]:
    """`bulkportal desk --no-browser`, left running."""
    words = [sys.executable, "-m", "bulkportal", "desk", *map(str, arguments), "--no-browser"]
    return subprocess.Popen(
        words, env=desk.environment(**more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=desk.folder
    )


def link_of(process: subprocess.Popen[str]) -> str:
    """The link that it says first."""
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("Desk: http://127.0.0.1:") and "/?token=" in line, (line, process.communicate(timeout=30))
    return line.removeprefix("Desk: ").strip()
