"""The workers' bench: three workers, many keys, and whatever can happen to them; every charge once, every row in one state.

    python benchmarks/workers.py                           6 keys, 8 bundles each, until all is done
    python benchmarks/workers.py --keys 6 --bundles 50     the whole of it
    python benchmarks/workers.py --minutes 20              given up after so many minutes, as failed

Meanwhile workers are killed with their commands and replaced, one is stopped past its claim and wakes again, and PostgreSQL is started
anew in the middle; the platform forgets idempotency keys. Exit code 1 if anything was charged twice, lost, or left in a wrong state.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent)]

import httpx  # noqa: E402  the path comes first

from bulkportal.simulator import RunningSimulator  # noqa: E402
from bulkportal.simulator.state import SimulatorSettings  # noqa: E402
from tests.postgres import Server, asked, missing  # noqa: E402

WORKERS = 3
PRICE = 5
_ROW = {"bundle_type": "account_only", "platform": "tiktok", "country": "US", "biography": "One market, one dish, every day."}


@dataclass(slots=True)
class Stage:
    """All that is running: the server, the platform, the workers, and what has happened to them."""

    folder: Path
    server: Server
    platform: RunningSimulator
    books: str
    keys: int
    bundles: int
    dice: random.Random
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    def environment(self) -> dict[str, str]:
        """What a worker is told."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOKPORTAL_", "BULKPORTAL_"))}
        keys = {f"KEY_{number}": f"tok_live_{number:016d}" for number in range(self.keys)}
        ours = {"BULKPORTAL_LEDGER": self.books, "BULKPORTAL_HOME": str(self.folder / "home"), "TOKPORTAL_BASE_URL": self.platform.base_url}
        return {**kept, **keys, **ours, "PYTHONPATH": str(HERE.parent)}

    def command(self, *words: str) -> None:
        """A command that must succeed."""
        subprocess.run([sys.executable, "-m", "bulkportal", *words], env=self.environment(), cwd=self.folder, check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """One worker more, in a group of its own."""
        words = [sys.executable, "-m", "bulkportal", "worker", "--quiet", "--stalled-after", "6"]
        self.workers.append(subprocess.Popen(words, env=self.environment(), cwd=self.folder, stderr=subprocess.DEVNULL, start_new_session=True))

    def signal(self, worker: subprocess.Popen[bytes], number: signal.Signals) -> None:
        """The worker and the commands that it runs."""
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, number)

    def finished(self) -> bool:
        """Whether every job is done."""
        states = Counter(str(row["status"]) for row in asked(self.books, "SELECT status::text AS status FROM procrastinate_jobs"))
        return set(states) <= {"succeeded"}

    def trouble(self) -> None:
        """Something happens."""
        what = self.dice.choice(["kill", "kill", "stop", "server"])
        if what == "server" and self.happened["server"]:
            what = "kill"
        self.happened[what] += 1
        worker = self.dice.choice(self.workers)
        if what == "server":
            self.server.stop(signal.SIGQUIT)
            self.server.start()
            return
        if what == "kill":
            self.signal(worker, signal.SIGKILL)
            worker.wait()
            self.workers.remove(worker)
            self.start()
            return
        self.signal(worker, signal.SIGSTOP)
        asked(self.books, "UPDATE claims SET at=at-1000")
        time.sleep(self.dice.uniform(3, 8))
        self.signal(worker, signal.SIGCONT)


def main() -> int:
    """Play it, print what came of it, and say whether the law held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--keys", type=int, default=6)
    parser.add_argument("--bundles", type=int, default=8)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--seed", type=int, default=1)
    asked_for = parser.parse_args()
    if why := missing():
        raise SystemExit(why)
    server = Server.new()
    tenants = {f"tok_live_{number:016d}": f"client{number}" for number in range(asked_for.keys)}
    platform = RunningSimulator(settings=SimulatorSettings(balance=100_000, keys=tenants))
    with tempfile.TemporaryDirectory(prefix="workers-") as folder, platform:
        try:
            books = server.start().database()
            dice = random.Random(asked_for.seed)
            stage = Stage(Path(folder), server, platform, books, asked_for.keys, asked_for.bundles, dice)
            return _played(stage, asked_for.minutes)
        finally:
            server.remove()


def _played(stage: Stage, minutes: float) -> int:
    _launches(stage)
    httpx.post(f"{stage.platform.operator_url}/forget-keys", json={"on": True}, trust_env=False).raise_for_status()
    began = time.monotonic()
    try:
        for _ in range(WORKERS):
            stage.start()
        while not stage.finished() and time.monotonic() - began < minutes * 60:
            time.sleep(stage.dice.uniform(2, 6))
            if sum(stage.happened.values()) < 2 * stage.keys:
                stage.trouble()
        done = stage.finished()
    finally:
        for worker in stage.workers:
            stage.signal(worker, signal.SIGKILL)
            worker.wait()
    return _verdict(stage, time.monotonic() - began, done=done)


def _launches(stage: Stage) -> None:
    profiles = "".join(f'[profiles.client{number}]\nkey_env = "KEY_{number}"\n' for number in range(stage.keys))
    (stage.folder / "bulkportal.toml").write_text(profiles, encoding="utf-8")
    for number in range(stage.keys):
        names = [f"c{number}-{one:03}" for one in range(stage.bundles)]
        rows = [{"bundle": name, "title": name, "username": name.replace("-", "."), "visible_name": name, **_ROW} for name in names]
        with (stage.folder / f"client{number}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        stage.command("import", f"client{number}.csv", "--yes", "--queue", "--quiet", "--profile", f"client{number}")


def _verdict(stage: Stage, seconds: float, *, done: bool) -> int:
    state, wanted = stage.platform.state, stage.keys * stage.bundles
    names = Counter((bundle.tenant, bundle.external_ref) for bundle in state.books.bundles.values())
    charged = sum(100_000 - state.wallet(f"client{number}").balance for number in range(stage.keys))
    known = float(str(asked(stage.books, "SELECT coalesce(sum(credits), 0) AS sum FROM charges")[0]["sum"]))
    still = asked(stage.books, "SELECT count(*) AS count FROM operations WHERE paid=1 AND state NOT IN ('done','refused','planned')")[0]["count"]
    throttled = sum(write.status == 429 for write in state.journal.writes)
    lines = {
        "bundles wanted": wanted,
        "bundles there": sum(names.values()),
        "bundles twice": sum(count > 1 for count in names.values()),
        "credits expected": wanted * PRICE,
        "credits charged": charged,
        "credits in the books": known,
        "purchases left open": still,
        "writes above a key's rate": throttled,
    }
    print("| what | count |\n| --- | ---: |")
    print("\n".join(f"| {name} | {value:,} |" for name, value in lines.items()))
    print(f"\n{dict(stage.happened)} in {seconds:.0f} s; {'all jobs are done' if done else 'given up'}.")
    right = done and sum(names.values()) == len(names) == wanted and charged == known == wanted * PRICE and not still and not throttled
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
