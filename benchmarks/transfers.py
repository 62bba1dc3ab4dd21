"""Transfers by one, two and three workers to a store that takes only so much a second of each connection.

    python benchmarks/transfers.py                  6 launches of 8 films, 5 MB each, 1 MB a second a connection
    python benchmarks/transfers.py --films 16       more of them

The platform is the simulator, the store a small server that sleeps between the pieces it reads, and the films lie in a folder that all workers
read. Launches wait for the workers, where they would else carry themselves what nobody takes within 20 seconds. What is measured is the transfers
alone: from the first byte that comes to the store to the last. Ratios of one run count; exit code 1
where a file is missing, or where three workers are less than twice as fast as one.
"""

from __future__ import annotations

import argparse
import csv
import os
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

from bulkportal.simulator import RunningSimulator  # noqa: E402  the path comes first
from bulkportal.simulator.state import SimulatorSettings  # noqa: E402
from tests.media import making  # noqa: E402
from tests.postgres import Server, asked, missing  # noqa: E402

KEYS = 6
FILM_BYTES = 5 << 20
BYTES_A_SECOND = 1 << 20
_PIECE = 1 << 16

_PATIENT = """
from bulkportal.queues import fan_out
fan_out.UNTAKEN = 3600.0
"""

_BUNDLE = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "US", "biography": "One market, one dish."}
_VIDEO = {"video_type": "video", "description": "One dish", "target_publish_date": "2030-03-02"}


class _Narrow(BaseHTTPRequestHandler):
    """Takes a file at the width of the line, and forgets it."""

    came: ClassVar[dict[str, tuple[float, float]]] = {}

    def do_PUT(self) -> None:
        began, left = time.monotonic(), int(self.headers["Content-Length"])
        due = began
        while left > 0:
            piece = self.rfile.read(min(_PIECE, left))
            if not piece:
                return
            left -= len(piece)
            due += len(piece) / BYTES_A_SECOND
            time.sleep(max(0.0, due - time.monotonic()))
        self.came[self.path.partition("?")[0].removeprefix("/")] = (began, time.monotonic())
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Store:
    """The storage host of a simulator (see `simulator.records.StorageHost`)."""

    def __init__(self, port: int) -> None:
        self.public = f"http://127.0.0.1:{port}/"

    def upload_url(self, key: str, *_: object) -> str:
        """Where to put a file."""
        return f"{self.public}{key}"

    def holds(self, key: str) -> bool:
        """Whether it has come."""
        return key in _Narrow.came


@contextmanager
def _store() -> Iterator[Store]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Narrow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Store(server.server_port)
    finally:
        server.shutdown()


def main() -> int:
    """Measure with one, two and three workers, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--films", type=int, default=8, help="films of each of the six launches")
    parser.add_argument("--minutes", type=float, default=5, help="given up after so many minutes for each number of workers")
    asked_for = parser.parse_args()
    if why := missing():
        raise SystemExit(why)
    server = Server.new()
    try:
        server.start()
        found = {workers: _measured(server, workers, asked_for.films, asked_for.minutes) for workers in (1, 2, 3)}
    finally:
        server.remove()
    print("| workers | films | seconds | MB a second | as one |\n| ---: | ---: | ---: | ---: | ---: |")
    for workers, (films, seconds) in found.items():
        print(f"| {workers} | {films} | {seconds:.1f} | {films * FILM_BYTES / seconds / 1e6:.1f} | {found[1][1] / seconds:.2f} |")
    whole = all(films == KEYS * asked_for.films for films, _ in found.values())
    return 0 if whole and found[1][1] / found[3][1] >= 2 else 1


def _measured(server: Server, workers: int, films: int, minutes: float) -> tuple[int, float]:
    """How many films came, and in how many seconds."""
    _Narrow.came.clear()
    tenants = {f"tok_live_{number:016d}": f"client{number}" for number in range(KEYS)}
    platform = RunningSimulator(settings=SimulatorSettings(balance=100_000, keys=tenants))
    with tempfile.TemporaryDirectory(prefix="transfers-") as name, _store() as store, platform:
        platform.state.storage_host = store
        folder, books = Path(name), server.database()
        environment = _environment(folder, books, platform.base_url)
        _launches(folder, films, environment)
        words = [sys.executable, "-m", "bulkportal", "worker", "--quiet", "--imports", str(KEYS)]
        started = [subprocess.Popen(words, env=environment, cwd=folder, start_new_session=True) for _ in range(workers)]
        try:
            until = time.monotonic() + minutes * 60
            while time.monotonic() < until and len(_Narrow.came) < KEYS * films:
                time.sleep(0.2)
            taken = asked(books, "SELECT count(*) AS count FROM transfers WHERE state='done' OR state='running'")[0]["count"]
        finally:
            for process in started:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    times = _Narrow.came.values()
    began, ended = min((one for one, _ in times), default=0.0), max((one for _, one in times), default=1.0)
    return min(len(times), int(str(taken))), ended - began


def _environment(folder: Path, books: str, base_url: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOKPORTAL_", "BULKPORTAL_"))}
    keys = {f"KEY_{number}": f"tok_live_{number:016d}" for number in range(KEYS)}
    ours = {
        "BULKPORTAL_LEDGER": books,
        "BULKPORTAL_HOME": str(folder / "home"),
        "TOKPORTAL_BASE_URL": base_url,
        "PYTHONPATH": os.pathsep.join([str(folder / "patient"), str(HERE.parent)]),
    }
    return {**kept, **keys, **ours}


def _launches(folder: Path, films: int, environment: dict[str, str]) -> None:
    profiles = "".join(f'[profiles.client{number}]\nkey_env = "KEY_{number}"\nshared_folders = ["{folder}"]\n' for number in range(KEYS))
    (folder / "patient").mkdir()
    (folder / "patient" / "sitecustomize.py").write_text(_PATIENT, encoding="utf-8")
    (folder / "bulkportal.toml").write_text(profiles, encoding="utf-8")
    film = making.video(folder / "film.mp4", size=(720, 1280), seconds=4).read_bytes()
    box = FILM_BYTES - len(film)  # players skip it; its name makes each film another file
    for number in range(KEYS):
        name, launch = f"client{number}", folder / f"launch{number}"
        launch.mkdir()
        rows = []
        for position in range(1, films + 1):
            head = struct.pack(">I4s16s", box, b"free", f"{name}-{position}".encode())
            (launch / f"{position}.mp4").write_bytes(film + head.ljust(box, b"\0"))
            rows.append({"bundle": name, "position": position, "name": f"Video {position}", "video": f"{position}.mp4", **_VIDEO})
        _write(launch / "bundles.csv", [{"bundle": name, "title": name, "username": name, "visible_name": name, "videos_quantity": films, **_BUNDLE}])
        _write(launch / "videos.csv", rows)
        line = [sys.executable, "-m", "bulkportal", "import", launch.name, "--yes", "--quiet", "--queue", "--profile", name]
        subprocess.run(line, env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main())
