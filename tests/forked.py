"""The command in a process of its own, forked from one that has imported everything: it begins a second earlier, for all it is about."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

EARLY = (
    "bulkportal.cli.import_",
    "bulkportal.cli.run",
    "bulkportal.cli.console",
    "bulkportal.cli.writing",
    "bulkportal.automate.batch_run",
    "bulkportal.pipeline.recorder",
    "bulkportal.pipeline.remote_media",
    "bulkportal.pipeline.run",
    "bulkportal.report.as_json",
    "bulkportal.report.as_workbook",
    "httpcore",
    "anyio._backends._asyncio",
    "pandera.strategies.base_strategies",
    "pandera.backends.polars.builtin_checks",
    "pandera.backends.polars.components",
    "pandera.backends.polars.container",
)
"""What an import and a night load, and what their libraries load late."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(list(EARLY))


class Forked:
    """A command that runs: as `subprocess.Popen`, with its output as text when it has ended. It is kept beside its folder."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        said = tempfile.mkdtemp(prefix="said-", dir=folder.parent)
        self._places = [Path(said, name) for name in ("out", "err")]
        self._process = _CONTEXT.Process(target=_command, args=(arguments, environment, folder, self._places), daemon=True)
        self._process.start()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, with the number of a signal below nought; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self._process.exitcode

    @property
    def told(self) -> str:
        """What it has said of trouble so far."""
        return self._places[1].read_text("utf-8") if self._places[1].exists() else ""

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, if it still runs."""
        self.send_signal(signal.SIGKILL)

    def strike(self) -> None:
        """Kill it from another thread: whether it still runs, one thread alone may ask."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait_a_little(self) -> None:
        """Until it ends, or a moment has passed."""
        self._process.join(0.005)

    def wait(self, timeout: float) -> int:
        """Wait for its end. Raises TimeoutExpired."""
        self._process.join(timeout)
        if self.returncode is None:
            raise subprocess.TimeoutExpired("bulkportal", timeout)
        return self.returncode

    def communicate(self, timeout: float = 250) -> tuple[str, str]:
        """Wait for its end, and give what it printed and what it said of trouble. Raises TimeoutExpired."""
        self.wait(timeout)
        out, err = (place.read_text("utf-8") if place.exists() else "" for place in self._places)
        return out, err


def _command(arguments: Sequence[str], environment: Mapping[str, str], folder: Path, places: Sequence[Path]) -> None:
    for number, place in enumerate(places, start=1):
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tempfile.tempdir = None
    sys.argv = ["bulkportal", *arguments]
    importlib.import_module("bulkportal.cli.main").main()
