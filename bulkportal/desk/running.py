"""A run in a process of its own: the same command line that a person would type, so that no closed page and no ended desk stops what is paid.

What is known of it stands in a folder beside the launch: what was started (``run.json``), the events as they come (``events.jsonl``, schema
``bulkportal.log/1``), that it was told to stop (``stopped``) and the summary at its end (``summary.json``).
A desk that is opened later reads the same.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from bulkportal import private
from bulkportal.apply.lease import birth

SCHEMA = "bulkportal.desk-run/1"

_INTERRUPT = getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT)
"""What Ctrl-C sends; on Windows a process in a group of its own is sent its sister."""

_STOPPED = "stopped"
"""The file in the folder of a run that was told to stop."""

_APART: dict[str, Any] = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)} if sys.platform == "win32" else {"start_new_session": True}
)
"""What keeps a Ctrl-C at the desk from reaching the run."""


class Process(Protocol):
    """What is asked of a process that was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """How it ended; None while it runs."""


_STARTED: dict[int, Process] = {}
"""The processes that this one has started: they must be asked for, or they would stay as shadows when they end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCommand:
    """What is to be run: the words of the command line after `bulkportal`, in a folder and an environment, and what was shown before it.

    `credits` is what was agreed to, `plan` the fingerprint of the plan; `rehearsal` says that nothing of it is real.
    """

    words: tuple[str, ...]
    cwd: Path
    environment: Mapping[str, str] = field(repr=False)
    credits: str
    plan: str
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFolder:
    """A run of a launch, by its folder."""

    path: Path

    @property
    def events(self) -> Path:
        """What happened, line by line."""
        return self.path / "events.jsonl"

    @property
    def said(self) -> dict[str, Any]:
        """What was started; nothing where it cannot be read."""
        return _document(self.path / "run.json")

    @property
    def summary(self) -> dict[str, Any]:
        """How it ended (``bulkportal.run/1``); nothing while it runs, and where it was killed."""
        return _document(self.path / "summary.json")

    @property
    def is_running(self) -> bool:
        """Whether its process is at work."""
        said = self.said
        pid = said.get("pid")
        return isinstance(pid, int) and _lives(pid, str(said.get("born", "")))

    @property
    def is_stopping(self) -> bool:
        """Whether it has been told to stop."""
        return (self.path / _STOPPED).exists()

    def stop(self) -> bool:
        """Do what Ctrl-C does: what is in flight is finished. False where it has ended already."""
        said = self.said
        if not self.is_running:
            return False
        # Once only, whoever asks and however often: a second Ctrl-C does not wait for the answers of purchases.
        try:
            (self.path / _STOPPED).touch(mode=private.FILE, exist_ok=False)
        except FileExistsError:
            return True
        with suppress(ProcessLookupError):
            os.kill(int(said["pid"]), _INTERRUPT)
        return True

    def words(self) -> str:
        """What it said to people, such as why it could not begin."""
        with suppress(OSError):
            return (self.path / "run.log").read_text("utf-8", "replace").strip()
        return ""


def begin(words: Sequence[str], order: RunCommand, out: Path, log: Path) -> Process:
    """A process of its own for a command line, which prints its summary and what it says to people into files of its owner. Raises OSError."""
    argv = [sys.executable, "-m", "bulkportal", *words]
    with private.create(out) as printed, private.create(log) as said:
        return subprocess.Popen(  # noqa: S603 - our own command, without a shell
            argv, cwd=order.cwd, env=dict(order.environment), stdin=subprocess.DEVNULL, stdout=printed, stderr=said, **_APART
        )


Begin = Callable[[Sequence[str], RunCommand, Path, Path], Process]
"""How the process of a run is begun."""


def start(order: RunCommand, folder: Path, begin: Begin = begin) -> RunFolder:
    """Start it; it goes on whatever becomes of this process. Raises OSError."""
    place = private.folder(folder)
    run = RunFolder(path=place)
    words = (*order.words, "--log-file", str(run.events), "--json", "--no-color")
    process = begin(words, order, place / "summary.json", place / "run.log")
    _STARTED[process.pid] = process
    said = {
        "schema": SCHEMA, "pid": process.pid, "born": birth(process.pid), "command": ["bulkportal", *order.words], "credits": order.credits,
        "plan": order.plan, "rehearsal": order.rehearsal, "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    private.write(place / "run.json", json.dumps(said).encode())
    return run


def newest(folder: Path) -> RunFolder | None:
    """The last run of a launch."""
    found = _numbered(folder)
    return RunFolder(path=found[-1]) if found else None


def following(folder: Path) -> Path:
    """The folder of the next run of a launch."""
    found = _numbered(folder)
    return folder / "runs" / str(int(found[-1].name) + 1 if found else 1)


def _numbered(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted((path for path in (folder / "runs").iterdir() if path.name.isdecimal() and path.is_dir()), key=lambda path: int(path.name))
    return []


def _lives(pid: int, born: str) -> bool:
    mine = _STARTED.get(pid)
    if mine is not None:
        return mine.poll() is None
    if sys.platform == "win32":
        return _is_open(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return False  # somebody else's, so that it is none of ours
    # A number alone is not enough: the system gives it to another process once this one has ended.
    return (not born or birth(pid) == born) and not _is_shadow(pid)


def _is_shadow(pid: int) -> bool:
    """Whether a process has ended and nobody has asked how."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (OSError, IndexError):
        return False


def _is_open(pid: int) -> bool:
    """Whether there is such a process, where signal 0 would end it (Windows)."""
    if sys.platform == "win32":
        listed = subprocess.run(["tasklist", "/FI", f"PID eq {pid}", "/NH"], capture_output=True, text=True, check=False)  # noqa: S603, S607 - of the system
        return str(pid) in listed.stdout
    return False


def _document(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class HowFar:
    """How far a run is: steps done of all, credits taken, what it does or waits for, and how long it may still take.

    `pace` is in steps a minute, `left` in seconds, `waits` for how many seconds it was asked to wait; None where nothing can be said.
    """

    done: int = 0
    total: int = 0
    credits: float = 0
    troubled: int = 0
    text: str = ""
    target: str = ""
    pace: float | None = None
    left: float | None = None
    waits: float | None = None
    seconds: float = 0

    def document(self) -> dict[str, object]:
        """The same as plain values."""
        return {name: getattr(self, name) for name in self.__slots__}


_FINE = ("done", "found")


def how_far(lines: Sequence[Mapping[str, Any]], now: datetime) -> HowFar:
    """What the events of a run add up to."""
    first = _moment(lines[0]) if lines else None
    steps = [line for line in lines if line.get("event") == "operation"]
    last = lines[-1] if lines else {}
    counted: Mapping[str, Any] = next((line for line in reversed(lines) if line.get("total")), {})
    done, total = int(counted.get("done") or 0), int(counted.get("total") or 0)
    began = _moment(steps[0]) if steps else None
    passed = (_moment(steps[-1]) or now) - began if began else None
    minutes = passed.total_seconds() / 60 if passed else 0
    pace = (len(steps) - 1) / minutes if minutes > 0 and len(steps) > 1 else None
    return HowFar(
        done=done,
        total=total,
        credits=sum(line.get("credits") or 0 for line in steps),
        troubled=sum(line.get("state") not in _FINE for line in steps),
        text=str(last.get("message") or last.get("operation") or ""),
        target=str(last.get("target") or ""),
        pace=pace,
        left=60 * (total - done) / pace if pace and total > done else None,
        waits=last.get("seconds") if last.get("event") == "waiting" else None,
        seconds=(now - first).total_seconds() if first else 0,
    )


def _moment(line: Mapping[str, Any]) -> datetime | None:
    with suppress(ValueError, KeyError, TypeError):
        return datetime.fromisoformat(line["at"])
    return None


def lines_from(path: Path, start: int) -> tuple[list[dict[str, Any]], int]:
    """The whole lines of a file from a place on, and the place behind them."""
    try:
        with path.open("rb") as file:
            file.seek(start)
            data = file.read()
    except OSError:
        return [], start
    whole = data.rfind(b"\n") + 1
    return list(_parsed(data[:whole])), start + whole


def _parsed(data: bytes) -> Iterator[dict[str, Any]]:
    for line in data.splitlines():
        with suppress(ValueError):
            yield json.loads(line)
