"""The workers' bench: three workers, many keys, films in a store, and whatever can happen; every charge once, every row in one state.

    python benchmarks/workers.py                           6 keys, 8 bundles each, until all is done
    python benchmarks/workers.py --keys 6 --bundles 50     the whole of it
    python benchmarks/workers.py --hosts                   each worker on a host of its own (network namespaces; needs root)
    python benchmarks/workers.py --without-fence           the control, which must be charged twice
    python benchmarks/workers.py --minutes 20              given up after so many minutes, as failed

Each bundle has a film in an S3 server, which workers look at and transfer for each other, and three of each launch are there already and
want a slot more. Meanwhile workers are killed with their commands and replaced, one is cut off from the books, and PostgreSQL is started
anew in the middle; the platform forgets idempotency keys. One worker stops (SIGSTOP) with the request for a slot in its hand, after every
check that comes before it; it wakes when another has taken its launch over, and has bought the slot where nothing keeps it from that. In
the end every launch is imported once more, which must find nothing to do and leave nothing open in the books.
Exit code 1 if anything was charged twice, lost, or left in a wrong state; for the control, if nothing was charged twice.
"""

from __future__ import annotations

import argparse
import csv
import logging
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import httpx  # noqa: E402  the path comes first
from network import Host, Relay, has_namespaces  # noqa: E402

from bulkportal.simulator import RunningSimulator  # noqa: E402
from bulkportal.simulator.state import SimulatorSettings  # noqa: E402
from tests.media import making  # noqa: E402
from tests.media.buckets import REGION, S3, SECRET, WHO  # noqa: E402
from tests.postgres import Server, asked, missing  # noqa: E402

WORKERS = 3
PRICE = 15
SLOT = 10
ENLARGED = 3
"""Bundles of each launch that are there before it, and want a slot more: slots have no name by which the platform knows them again."""

BALANCE = 100_000
SAY = ("import", "--yes", "--quiet")
TROUBLES = ("kill", "server", "cut")
PAST_THE_CLAIM = (10.0, 16.0)
"""Seconds for which a worker is cut off: its jobs are taken back after six."""

TAKEN_OVER = 20.0
"""Seconds from when another run has taken over a launch until it has come to what it finds open, and the stopped one wakes."""

LONGEST = 240.0
"""Seconds after which a stopped worker wakes in any case."""

_ROW = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "US", "videos_quantity": 1, "biography": "One market, one dish."}
_VIDEO = {"position": 1, "name": "Video 1", "video_type": "video", "description": "Dish number 1", "target_publish_date": "2030-03-02"}

_HELD = """
import os, signal
from pathlib import Path
from bulkportal.web import Prompt

folder, send = Path({folder!r}), Prompt.handle_async_request

async def sent(self, request):
    if request.method == "POST" and request.url.path.endswith("add-video-slots"):
        try:
            (folder / "armed").rename(folder / "taken")
        except FileNotFoundError:
            return await send(self, request)
        (folder / "taken").write_text(f"{{os.getpid()}} {{request.url.path}}")
        (folder / "taken").rename(folder / "held")
        os.kill(os.getpid(), signal.SIGSTOP)
    return await send(self, request)

Prompt.handle_async_request = sent
"""
"""What every worker runs with: whoever finds the file ``armed`` stops with a request for slots in its hand, as the fence's table does."""

_UNFENCED = """
from bulkportal.pipeline import run
from tests.apply.test_fence_table import without
without("none", setattr)
run.LANDING = 0.0
"""
"""The claim, the last word and the lock are taken away, and whoever takes over waits for nothing that may still land."""


@dataclass(slots=True)
class Worker:
    """A process with all that it runs, and the line on which it reaches the books."""

    process: subprocess.Popen[bytes]
    line: Relay | Host

    def signal(self, number: signal.Signals) -> None:
        """The worker and the commands that it runs."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@dataclass(slots=True, kw_only=True)
class Stage:
    """All that is running: the server, the platform, the store, the workers, and what has happened to them."""

    folder: Path
    server: Server
    platform: RunningSimulator
    store: S3
    books: str
    keys: int
    bundles: int
    dice: random.Random
    fenced: bool = True
    lines: list[Relay | Host] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    before: int = 0

    def environment(self, books: str = "", home: str = "home") -> dict[str, str]:
        """What a worker is told."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOKPORTAL_", "BULKPORTAL_", "AWS_"))}
        keys = {f"KEY_{number}": f"tok_live_{number:016d}" for number in range(self.keys)}
        ours = {"BULKPORTAL_LEDGER": books or self.books, "BULKPORTAL_HOME": str(self.folder / home), "TOKPORTAL_BASE_URL": self.platform.base_url}
        store = {"AWS_ENDPOINT_URL": self.store.address, "AWS_ACCESS_KEY_ID": WHO, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_DEFAULT_REGION": REGION}
        return {**kept, **keys, **ours, **store, "PYTHONPATH": str(HERE.parent)}

    def command(self, *words: str) -> int:
        """The exit code of a command that is carried out here."""
        line = [sys.executable, "-m", "bulkportal", *words]
        return subprocess.run(line, env=self.environment(), cwd=self.folder, check=False, stdout=subprocess.DEVNULL).returncode

    def start(self, line: Relay | Host) -> None:
        """One worker more, in a group of its own; a host has a home of its own."""
        words = [sys.executable, "-m", "bulkportal", "worker", "--quiet", "--stalled-after", "6"]
        if isinstance(line, Host):
            words, (host, port), home = [*line.words(), *words], line.books_at, line.name
        else:
            host, port, home = line.host, line.port, "home"
        books = self.books.replace(f"127.0.0.1:{self.server.port}", f"{host}:{port}") + "?sslmode=disable"
        errors = (self.folder / "errors").open("ab")
        with errors:
            environment = self.environment(books, home)
            environment["PYTHONPATH"] = os.pathsep.join([str(self.folder / "held-point"), environment["PYTHONPATH"]])
            process = subprocess.Popen(words, env=environment, cwd=self.folder, stderr=errors, start_new_session=True)
        self.workers.append(Worker(process, line))

    def finished(self) -> bool:
        """Whether every job is done."""
        states = Counter(str(row["status"]) for row in asked(self.books, "SELECT status::text AS status FROM procrastinate_jobs"))
        return set(states) <= {"succeeded"}

    def is_under_way(self) -> bool:
        """Whether something has been bought."""
        return any(write.charged for write in list(self.platform.state.journal.writes)[self.before :])

    def slots(self, path: str = "") -> Counter[str]:
        """How often each bundle's slots were paid for; of one request only where its path is named."""
        paid = (write.path for write in list(self.platform.state.journal.writes) if write.charged and write.path.endswith("add-video-slots"))
        return Counter(one for one in paid if path.endswith(one) or not path)

    def arm(self) -> None:
        """Let the next worker that is about to ask for slots stop."""
        (self.folder / "armed").touch()

    def is_held(self) -> bool:
        """Whether one has."""
        return (self.folder / "held").exists()

    def wake(self) -> None:
        """Let the worker of a process that has stopped itself stop as well, until another has taken over; then let both go on."""
        pid, path = (self.folder / "held").read_text("utf-8").split(maxsplit=1)
        (self.folder / "held").unlink()
        worker = next((one for one in self.workers if _group(int(pid)) == one.process.pid), None)
        if worker is None:  # killed meanwhile
            self.arm()
            return
        worker.signal(signal.SIGSTOP)
        epochs, began, taken = self._epochs(), time.monotonic(), 0.0
        asked(self.books, "UPDATE claims SET at=at-1000")
        while not self.slots(path) and time.monotonic() - began < LONGEST:
            taken = taken or (time.monotonic() if self._epochs() > epochs else 0.0)
            if self.fenced and taken and time.monotonic() - taken > TAKEN_OVER:
                break
            time.sleep(0.2)
        self.happened["stopped and woken, the slot bought meanwhile" if self.slots(path) else "stopped and woken"] += 1
        bought = self.slots(path).total()
        worker.signal(signal.SIGCONT)
        until = time.monotonic() + 30
        while self.slots(path).total() == bought and time.monotonic() < until:
            time.sleep(0.2)

    def _epochs(self) -> int:
        return int(str(asked(self.books, "SELECT coalesce(sum(epoch), 0) AS sum FROM claims")[0]["sum"]))

    def trouble(self, what: str) -> None:
        """Something happens."""
        self.happened[what] += 1
        worker = self.dice.choice(self.workers)
        match what:
            case "server":
                self.server.stop(signal.SIGQUIT)
                self.server.start()
            case "kill":
                worker.signal(signal.SIGKILL)
                worker.process.wait()
                self.workers.remove(worker)
                self.start(worker.line)
            case _:
                worker.line.cut(self.dice.uniform(*PAST_THE_CLAIM))


def _group(pid: int) -> int:
    """The group of a process; 0 for one that is gone."""
    with suppress(ProcessLookupError):
        return os.getpgid(pid)
    return 0


def main() -> int:
    """Play it, print what came of it, and say whether the law held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--keys", type=int, default=6)
    parser.add_argument("--bundles", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hosts", action="store_true", help="each worker on a host of its own, in a network namespace")
    parser.add_argument("--without-fence", action="store_true", help="the control: claim, last word and lock are taken away")
    asked_for = parser.parse_args()
    if why := missing() or ("" if not asked_for.hosts or has_namespaces() else "This machine lets nobody make network namespaces."):
        raise SystemExit(why)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = Server.new()
    tenants = {f"tok_live_{number:016d}": f"client{number}" for number in range(asked_for.keys)}
    platform = RunningSimulator(settings=SimulatorSettings(balance=BALANCE, keys=tenants))
    with tempfile.TemporaryDirectory(prefix="workers-") as folder, platform, S3("films") as store:
        try:
            stage = Stage(
                folder=Path(folder),
                server=server.start(),
                platform=platform,
                store=store,
                books=server.database(),
                keys=asked_for.keys,
                bundles=asked_for.bundles,
                dice=random.Random(asked_for.seed),
                fenced=not asked_for.without_fence,
            )
            return _played(stage, asked_for.minutes, hosts=asked_for.hosts)
        finally:
            server.remove()


def _played(stage: Stage, minutes: float, *, hosts: bool) -> int:
    _launches(stage)
    httpx.post(f"{stage.platform.operator_url}/forget-keys", json={"on": True}, trust_env=False).raise_for_status()
    others = tuple(urlsplit(address).port or 0 for address in (stage.platform.base_url, stage.store.address))
    began = time.monotonic()
    try:
        for number in range(WORKERS):
            line = Host(number, stage.server.port, others) if hosts else Relay(("127.0.0.1", stage.server.port))
            stage.lines.append(line)
            stage.start(line.start())
        rest = [*TROUBLES, *["kill"] * stage.keys] if stage.fenced else []
        stage.dice.shuffle(rest)
        stage.arm()
        due = began
        while not stage.finished() and time.monotonic() - began < minutes * 60:
            time.sleep(0.5)
            if stage.is_held():
                stage.wake()
                if not stage.fenced and stage.happened.total() < stage.keys:
                    stage.arm()
            elif rest and stage.is_under_way() and time.monotonic() > due:
                stage.trouble(rest.pop())
                due = time.monotonic() + stage.dice.uniform(2, 6)
        done = stage.finished()
    finally:
        for worker in stage.workers:
            worker.signal(signal.SIGKILL)
            worker.process.wait()
        for line in stage.lines:
            line.remove() if isinstance(line, Host) else line.close()
    return _verdict(stage, time.monotonic() - began, done=done)


def _launches(stage: Stage) -> None:
    shared = f'shared_folders = ["{stage.folder}"]\n'
    profiles = "".join(f'[profiles.client{number}]\nkey_env = "KEY_{number}"\n{shared}' for number in range(stage.keys))
    (stage.folder / "bulkportal.toml").write_text(profiles, encoding="utf-8")
    (stage.folder / "held-point").mkdir()
    point = _HELD.format(folder=str(stage.folder)) + ("" if stage.fenced else _UNFENCED)
    (stage.folder / "held-point" / "sitecustomize.py").write_text(point, encoding="utf-8")
    film = making.video(stage.folder / "film.mp4", size=(720, 1280), seconds=4).read_bytes()
    for number in range(stage.keys):
        names = [f"c{number}-{one:03}" for one in range(stage.bundles)]
        launch = stage.folder / f"launch{number}"
        launch.mkdir()
        for name in names:  # each film is another file: a box that players skip holds its name
            stage.store.client.put_object(Bucket="films", Key=f"{name}.mp4", Body=film + struct.pack(">I4s16s", 24, b"free", name.encode()))
        rows = [{"bundle": name, "title": name, "username": name.replace("-", "."), "visible_name": name, **_ROW} for name in names]
        _write(launch / "bundles.csv", rows[:ENLARGED])
        if code := stage.command(*SAY, launch.name, "--profile", f"client{number}"):
            raise SystemExit(f"The first bundles of {launch.name} were not bought: exit code {code}.")
        _write(launch / "bundles.csv", [row | ({"videos_quantity": 2} if row in rows[:ENLARGED] else {}) for row in rows])
        _write(launch / "videos.csv", [{"bundle": name, "video": f"s3://films/{name}.mp4", **_VIDEO} for name in names])
        if code := stage.command(*SAY, launch.name, "--queue", "--profile", f"client{number}"):
            raise SystemExit(f"The launch {launch.name} was not queued: exit code {code}.")
    stage.before = len(stage.platform.state.journal.writes)


def _write(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


_OPEN = "SELECT kind, state, paid, count(*) AS count FROM operations WHERE state NOT IN ('done','refused','planned') GROUP BY 1, 2, 3 ORDER BY 1, 2"


def _verdict(stage: Stage, seconds: float, *, done: bool) -> int:
    if not stage.is_under_way():
        print(f"Nothing was bought in {seconds:.0f} s. {(stage.folder / 'errors').read_text('utf-8')}")
        return 1
    state, wanted = stage.platform.state, stage.keys * stage.bundles
    price = stage.keys * (stage.bundles * PRICE + min(stage.bundles, ENLARGED) * SLOT)
    before, writes = asked(stage.books, _OPEN), len(state.journal.writes)
    by_state = Counter(str(row["state"]) for row in asked(stage.books, "SELECT state FROM transfers"))
    again = [stage.command(*SAY, f"launch{number}", "--profile", f"client{number}") for number in range(stage.keys)] if done else []
    names = Counter((bundle.tenant, bundle.external_ref) for bundle in state.books.bundles.values())
    films = [slot for bundle in state.books.bundles.values() for slot in bundle.slots if slot.content.get("video_url")]
    charged = sum(BALANCE - state.wallet(f"client{number}").balance for number in range(stage.keys))
    known = float(str(asked(stage.books, "SELECT coalesce(sum(credits), 0) AS sum FROM charges")[0]["sum"]))
    after = asked(stage.books, _OPEN)
    twice = sum(count > 1 for count in names.values()) + sum(count > 1 for count in stage.slots().values())
    throttled = sum(write.status == 429 for write in state.journal.writes)
    lines = {
        "bundles wanted": wanted,
        "bundles there": sum(names.values()),
        "bundles or slots paid for twice": twice,
        "films in their place": len(films),
        "films transferred by a worker for a launch": by_state["done"],
        "credits expected": price,
        "credits charged": charged,
        "credits in the books": known,
        "operations left open": sum(int(str(row["count"])) for row in before),
        "of them after one more import": sum(int(str(row["count"])) for row in after),
        "writes of that import": len(state.journal.writes) - writes,
        "writes above a key's rate": throttled,
    }
    print("| what | count |\n| --- | ---: |")
    print("\n".join(f"| {name} | {value:,} |" for name, value in lines.items()))
    for when, rows in (("left open", before), ("after one more import", after)):
        print("".join(f"\n{when}: {row['count']} {row['kind']}, {row['state']}, {'paid' if row['paid'] else 'free'}" for row in rows), end="")
    print(f"\n{dict(stage.happened)}, files {dict(by_state)}, exit codes of one more import {again}")
    print(f"{seconds:.0f} s; {'all jobs are done' if done else 'given up'}.")
    right = done and sum(names.values()) == len(names) == wanted == len(films) and charged == known == price
    if not stage.fenced:
        return 0 if twice else 1
    return 0 if right and not any(again) and not after and not throttled else 1


if __name__ == "__main__":
    sys.exit(main())
