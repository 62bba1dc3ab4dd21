"""A command in a process of its own in which something is done before it begins: what makes it kill itself, or stop, at a point of its code."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.conftest import PATIENCE, Desk
from tests.forked import _CONTEXT, _command


class Prepared:
    """A command that runs, after `first` was called in its process; `first` must be one that can be named from there."""

    def __init__(self, desk: Desk, first: Callable[[], object], *arguments: object, **more: str) -> None:
        said = tempfile.mkdtemp(prefix="said-", dir=desk.folder.parent)
        self._places = [Path(said, name) for name in ("out", "err")]
        words = [str(argument) for argument in arguments]
        given = (first, words, desk.environment(**more), desk.folder, self._places)
        self._process = _CONTEXT.Process(target=_begun, args=given, daemon=True)
        self._process.start()

    @property
    def told(self) -> str:
        """What it has said of trouble so far."""
        return self._places[1].read_text("utf-8") if self._places[1].exists() else ""

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped by a signal, and waits to be woken."""
        with contextlib.suppress(FileNotFoundError):
            return Path(f"/proc/{self._process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "T"
        return False

    def wake(self) -> None:
        """Let it go on, if it is still there."""
        self._send(signal.SIGCONT)

    def kill(self) -> None:
        """Kill it, if it is still there."""
        self._send(signal.SIGKILL)

    def ended(self, within: float = PATIENCE) -> int | None:
        """How it ended, with the number of a signal below nought; None if it has not ended after so many seconds."""
        self._process.join(within)
        return self._process.exitcode

    def _send(self, number: signal.Signals) -> None:
        if self._process.exitcode is None and self._process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._process.pid, number)


def _begun(first: Callable[[], object], arguments: Sequence[str], environment: Mapping[str, str], folder: Path, places: Sequence[Path]) -> None:
    first()
    _command(arguments, environment, folder, places)
