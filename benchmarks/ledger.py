"""The ledger's overhead: what writing down before sending costs an operation, with full sync, beside what the disk itself costs.

    python benchmarks/ledger.py             on the disk of the temporary folder
    python benchmarks/ledger.py FOLDER      on another

Three things alternate in one run, so that they meet the same machine: an operation of the ledger (`begin` and `end`, two
synced transactions), the same in plain SQLite without any of our code, and two writes of a page with `fsync`.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bulkportal.apply.entries import Completion
from bulkportal.apply.ledger import Ledger
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation

ROUNDS = 400
BODY = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "FR", "title": "Spring launch", "videos_quantity": 10}


def main() -> int:
    """Measure, and print the medians in milliseconds."""
    with tempfile.TemporaryDirectory(prefix="ledger-", dir=sys.argv[1] if len(sys.argv) > 1 else None) as name:
        folder = Path(name)
        with Ledger(folder, "w", "run-1") as ledger, (folder / "page").open("wb", buffering=0) as page:
            ledger.acquire()
            plain = sqlite3.connect(folder / "plain.sqlite3", isolation_level=None)
            plain.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT)")
            kinds: dict[str, Callable[[int], None]] = {
                "an operation of the ledger (begin and end)": lambda number: operation(ledger, number),
                "two transactions of plain SQLite": lambda number: transactions(plain, number),
                "two writes of a page with fsync": lambda _: pages(page.fileno()),
            }
            found: dict[str, list[float]] = {kind: [] for kind in kinds}
            for number in range(ROUNDS):
                for kind, do in kinds.items():
                    began = time.perf_counter()
                    do(number)
                    found[kind].append((time.perf_counter() - began) * 1000)
            plain.close()
    print(f"| {ROUNDS} rounds, alternating | median, ms | 95 of 100 below, ms |\n| --- | ---: | ---: |")
    for kind, times in found.items():
        print(f"| {kind} | {statistics.median(times):.2f} | {statistics.quantiles(times, n=20)[-1]:.2f} |")
    return 0


def operation(ledger: Ledger, number: int) -> None:
    """Write down that a request leaves, and that it has succeeded."""
    name = f"launch-{number}"
    wanted = Operation(identity=f"create:{name}", kind=OperationKind.CREATE_BUNDLE, bundle=name, bundle_id="", target=name, rows=(), price=25)
    entry = ledger.begin(wanted, None, BODY)
    ledger.end(entry, Completion(state="done", answer={"id": name}, credits=25, request_id="req"))


def transactions(database: sqlite3.Connection, number: int) -> None:
    """Insert a row of the same size, and change it."""
    database.execute("INSERT INTO t VALUES (?, ?)", (str(number), "x" * 700))
    database.execute("UPDATE t SET b=? WHERE a=?", ("y" * 700, str(number)))


def pages(file: int) -> None:
    """What the disk alone takes."""
    for _ in range(2):
        os.write(file, b"x" * 4096)
        os.fsync(file)


if __name__ == "__main__":
    sys.exit(main())
