"""A process measured: seconds of its processor, of the clock, and its memory at the most."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
COMMAND = ("-c", "import sys; from bulkportal.cli.main import main; sys.argv[0] = 'bulkportal'; main()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What a process took: seconds of processor, seconds of the clock, megabytes at the most."""

    cpu: float
    wall: float
    peak: float


def took(words: Sequence[object], rounds: int, folder: Path) -> Took:
    """The best of several rounds, by processor time: what else the machine does only adds."""
    said = list(map(str, words))
    if rounds > 1:
        once(said, folder)  # what is compiled and cached at the first time
    return min((once(said, folder) for _ in range(rounds)), key=lambda one: one.cpu)


def once(words: Sequence[str], folder: Path, environment: Mapping[str, str] = os.environ) -> Took:
    """One round."""
    # Compiled once, wherever that is kept: an installed program is.
    kept = {"PYTHONPYCACHEPREFIX": str(folder / "compiled"), "PYTHONDONTWRITEBYTECODE": "", "PYTHONPATH": str(HERE.parent)}
    said = {"BULKPORTAL_HOME": str(folder / "home"), **environment, **kept}
    began = time.perf_counter()
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen(list(words), stdout=subprocess.DEVNULL, stderr=errors, env=said)
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 6):
        raise SystemExit(f"{' '.join(words)} ended with {process.returncode}: {(folder / 'stderr').read_text('utf-8', 'replace')[-2000:]}")
    return Took(cpu=used.ru_utime + used.ru_stime, wall=time.perf_counter() - began, peak=used.ru_maxrss / 1024)
