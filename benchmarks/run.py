"""Every measurement, one after the other: each file beside this one that measures is a script with a table of its own.

    python benchmarks/run.py             all of them
    python benchmarks/run.py export      one of them

The chaos bench is not among them: it plays troubles and has a target of its own (`make chaos`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
_NOT_MEASURING = frozenset({"run", "chaos", "measured", "on_platform"})


def main() -> int:
    """Run what is named, or everything; the worst exit code."""
    there = sorted(file.stem for file in HERE.glob("*.py") if file.stem not in _NOT_MEASURING)
    wanted = sys.argv[1:] or there
    if unknown := sorted(set(wanted) - set(there)):
        print(f"There is no bench {', '.join(unknown)}; there are: {', '.join(there)}.", file=sys.stderr)
        return 2
    codes = []
    for name in wanted:
        print(f"== {name}", flush=True)
        codes.append(subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
