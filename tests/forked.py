"""The command in a process of its own, forked from one that has imported everything: it begins a second earlier, for all it is about."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

EARLY = (
    "bulkportal.cli.desk",
    "bulkportal.cli.import_",
    "bulkportal.cli.run",
    "bulkportal.cli.console",
    "bulkportal.cli.writing",
    "bulkportal.automate.batch_run",
    "bulkportal.desk.server",
    "bulkportal.pipeline.recorder",
    "bulkportal.pipeline.remote_media",
    "bulkportal.pipeline.run",
    "bulkportal.report.as_json",
    "bulkportal.report.as_workbook",
    "httpcore",
    "anyio._backends._asyncio",
    "uvicorn.loops.asyncio",
    "uvicorn.protocols.http.h11_impl",
    "uvicorn.lifespan.off",
    "pandera.strategies.base_strategies",
    "pandera.backends.polars.builtin_checks",
    "pandera.backends.polars.components",
    "pandera.backends.polars.container",
)
"""What an import, a night and a desk load, and what their libraries load late."""

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(list(EARLY))


class Forked:
    """A command that runs: as `subprocess.Popen`, with its output as text when it has ended.

    What it prints, and what it says of trouble, goes into two files: kept beside its folder, unless `places` names others.
    `first` is called in its process before it begins, such as what makes it kill itself at a point of its code: it must be one that can be
    named from there.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        places: Sequence[Path] = (),
        first: Callable[[], object] = bool,
    ) -> None:
        self._places = places or [Path(tempfile.mkdtemp(prefix="said-", dir=folder.parent), name) for name in ("out", "err")]
        given = (first, arguments, dict(environment), folder, self._places)
        self._process = _CONTEXT.Process(target=_command, args=given, daemon=True)
        self._process.start()
        self._asking = threading.Lock()

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """How it ended, with the number of a signal below nought; None while it runs."""
        with self._asking:
            return self._process.exitcode

    def poll(self) -> int | None:
        """The same."""
        return self.returncode

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        return self._places[0].read_text("utf-8") if self._places[0].exists() else ""

    @property
    def told(self) -> str:
        """What it has said of trouble so far."""
        return self._places[1].read_text("utf-8") if self._places[1].exists() else ""

    @property
    def is_stopped(self) -> bool:
        """Whether it was stopped by a signal, and waits to be woken."""
        with contextlib.suppress(FileNotFoundError):
            return Path(f"/proc/{self.pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "T"
        return False

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def wake(self) -> None:
        """Let it go on after it was stopped, if it is still there."""
        self.send_signal(signal.SIGCONT)

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
        return self.printed, self.told


def _command(first: Callable[[], object], arguments: Sequence[str], environment: Mapping[str, str], folder: Path, places: Sequence[Path]) -> None:
    first()
    for number, place in enumerate(places, start=1):
        handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(handle, number)
        os.close(handle)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    tempfile.tempdir = None
    # As a Python does at its start, of whatever its variables name.
    for place in environment.get("PYTHONPATH", "").split(os.pathsep):
        if (mine := Path(place, "sitecustomize.py")).is_file():
            runpy.run_path(str(mine))
    sys.argv = ["bulkportal", *arguments]
    importlib.import_module("bulkportal.cli.main").main()
