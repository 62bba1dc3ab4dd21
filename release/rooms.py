"""How much of each room the tests take: lines and branches together, in per cent, against the limit of the room.

Reads what `coverage run` and `coverage combine` left (`make coverage`). Ends with 1 where a room lies below its limit.
"""

from __future__ import annotations

import io
import sys
from collections import defaultdict
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parent.parent
COMPLETE = {"columns", "check", "plan", "apply"}
"""What decides about money: nothing of it is left untried."""
USUAL = 95.0


def limit_of(room: str) -> float:
    """The per cent of a room that tests must take."""
    return 100.0 if room in COMPLETE else USUAL


def main(*names: str) -> int:
    """Print a line for each room, or for those that are named, and what is missing below the limit."""
    data = coverage.Coverage()
    data.load()
    rooms: defaultdict[str, list[Path]] = defaultdict(list)
    for file in sorted((ROOT / "bulkportal").rglob("*.py")):
        inside = file.relative_to(ROOT / "bulkportal")
        rooms[inside.parts[0] if len(inside.parts) > 1 else "(modules)"].append(file)
    below = 0
    for room, files in sorted(rooms.items()):
        if names and room not in names:
            continue
        told = io.StringIO()
        share = data.report(morfs=[str(file) for file in files], file=told, show_missing=True, skip_covered=True)
        short = share < limit_of(room)
        below += short
        print(f"{room:15} {share:6.2f} %  of {limit_of(room):.0f}{'  BELOW' if short else ''}")
        if short:
            print("".join(f"    {line}\n" for line in told.getvalue().splitlines() if line.startswith("bulkportal")), end="")
    return int(below > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
