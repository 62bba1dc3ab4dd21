"""The chaos bench: whatever breaks, whenever it is killed, and whatever is edited meanwhile, a credit is spent once.

    python benchmarks/chaos.py --scenarios 2000 --seed 1    a seeded matrix of troubles
    python benchmarks/chaos.py --kill 200                   one import of 50 bundles, killed at 200 moments
    python benchmarks/chaos.py --ledger postgresql          the same with the books in PostgreSQL
    python benchmarks/chaos.py --without-nets               the control: it must fail
    python benchmarks/chaos.py --only 17 --seed 1           one scenario, with all that happened

Exit code 1 if anything was charged twice, published twice, lost, or left in a wrong state.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import nullcontext
from pathlib import Path

HERE = Path(__file__).resolve().parent
_PATHS = [str(HERE), str(HERE.parent)]  # this checkout, whatever is installed; and for the processes started from here too
sys.path[:0] = _PATHS
os.environ["PYTHONPATH"] = os.pathsep.join([*_PATHS, *filter(None, [os.environ.get("PYTHONPATH")])])

from troubles import books, matrix, mending  # noqa: E402  the path comes first
from troubles.table import Table  # noqa: E402


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], allow_abbrev=False)
    parser.add_argument("--scenarios", type=int, default=0, help="how many scenarios to play (2000 where nothing else is asked for)")
    parser.add_argument("--first", type=int, default=0, help="the number of the scenario to begin with")
    parser.add_argument("--every", type=int, default=1, help="play every n-th scenario of the seed")
    parser.add_argument("--seed", default="1", help="another seed, other scenarios")
    parser.add_argument("--kill", type=int, default=0, help="kill one import of 50 bundles so many times")
    parser.add_argument("--without-nets", type=int, nargs="?", const=4, default=0, help="the control: forgotten keys and an index that lags")
    parser.add_argument("--ledger", choices=["file", "postgresql"], default="file", help="where the books are")
    parser.add_argument("--only", type=int, help="play one scenario and tell all that happened")
    parser.add_argument("--workers", type=int, default=2 * (os.cpu_count() or 1), help="scenarios at once; most of them wait most of the time")
    return parser.parse_args()


def main() -> int:
    """Play what is asked for, print the table, and say whether the law held."""
    asked = _arguments()
    with books.server() if asked.ledger == "postgresql" else nullcontext():
        return _played(asked)


def _played(asked: argparse.Namespace) -> int:
    if asked.only is not None:
        return matrix.tell(asked.seed, asked.only)
    table = Table()
    if asked.without_nets:
        matrix.without_nets(asked.seed, asked.without_nets, table, workers=asked.workers)
    scenarios = asked.scenarios or (0 if asked.kill or asked.without_nets else 2000)
    if scenarios:
        matrix.play_all(asked.seed, range(asked.first, asked.first + scenarios * asked.every, asked.every), table, workers=asked.workers)
    if asked.kill:
        mending.killed_and_finished(asked.seed, asked.kill, table)
    print(table.markdown())
    return 1 if table.bad else 0


if __name__ == "__main__":
    sys.exit(main())
