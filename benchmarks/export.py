"""The export of many bundles: how many requests it asks for, what that means at the platform's rate, and its memory.

    python benchmarks/export.py                    2,000 bundles of two videos
    python benchmarks/export.py --bundles 500

The budget is what must be asked if nothing is asked twice: each page of the list (and one more to see that it
ends), and for each bundle its slots, its account if it has one, and each slot that holds something. Exit code 1
if more was asked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from bulkportal.simulator import RunningSimulator  # noqa: E402  this checkout, whatever is installed

ALLOWED_A_MINUTE = 120
FAST = 600_000


def main() -> int:
    """Export them in a process of its own, as a user does, and compare."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--bundles", type=int, default=2000)
    count = parser.parse_args().bundles
    with tempfile.TemporaryDirectory(prefix="bulkportal-bench-") as name:
        folder = Path(name)
        (folder / "start.json").write_text(json.dumps({"bundles": [_bundle(number) for number in range(count)]}), "utf-8")
        with RunningSimulator(data=folder / "start.json", rate=FAST) as simulator:
            began = time.monotonic()
            told, memory = _export(simulator.base_url, folder)
            seconds = time.monotonic() - began
    asked = told["requests"]["total"]
    budget = count // 100 + 1 + 2 * count + told["videos"]
    print(f"{count} bundles, {told['videos']} videos with content: {asked} requests, budget {budget} ({asked / budget:.2f} of it)")
    print(f"at {ALLOWED_A_MINUTE} requests a minute that is {asked / ALLOWED_A_MINUTE:.0f} minutes; without a limit it took {seconds:.0f} s here")
    print(f"peak memory {memory:.0f} MiB, {memory * 1024 / count:.0f} KiB a bundle")
    return int(asked > budget)


def _bundle(number: int) -> dict[str, object]:
    account = {"username": f"daily.bites.{number}", "visible_name": f"Daily Bites {number}", "biography": "One dish a day."}
    videos = [
        {
            "position": place,
            "status": "configured",
            "video_url": f"https://cdn.example.com/{number}/{place}.mp4",
            "description": f"Dish {place} of kitchen {number} #food",
            "target_publish_date": "2031-03-01",
        }
        for place in (1, 2)
    ]
    return {"id": f"bnd_{number}", "external_ref": f"client{number % 40}-{number}", "account": account, "videos": videos, "credit_cost": 25}


def _export(base_url: str, folder: Path) -> tuple[dict[str, dict[str, int]], float]:
    """What the command says, and the most memory it took, in MiB."""
    environment = {**os.environ, "TOKPORTAL_API_KEY": "bench", "TOKPORTAL_BASE_URL": base_url, "BULKPORTAL_HOME": str(folder / "home")}
    out = folder / "told.json"
    command = [sys.executable, "-m", "bulkportal", "export", "-o", str(folder / "launch.xlsx"), "--json"]
    process = os.fork()
    if process == 0:
        os.chdir(HERE.parent)
        os.dup2(os.open(out, os.O_CREAT | os.O_WRONLY), 1)
        os.execve(command[0], command, environment)
    _, status, used = os.wait4(process, 0)
    if status:
        raise SystemExit(f"The export ended with {os.waitstatus_to_exitcode(status)}.")
    return json.loads(out.read_text("utf-8")), used.ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
