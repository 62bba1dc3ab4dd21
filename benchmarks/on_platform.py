"""What is asked of the platform: the requests of a launch and of the same launch again, and the work of a plan that finds nothing to do.

The platform is the simulator, in the process of the bench, without a limit; every command runs in one of its own.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from measured import COMMAND, HERE, Took, once

from bulkportal.simulator import RunningSimulator

FAST = 600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A line of the table of requests: what was done, by whom, how many requests wrote and how many read, and the target."""

    work: str
    who: str
    writes: int
    reads: int
    target: str = ""


def launch(folder: Path, bundles: int, videos: int) -> Path:
    """The sheets of a launch by URL, as a folder of CSV files."""
    folder.mkdir()
    accounts = [
        {
            "bundle": f"client-{number}",
            "bundle_type": "account_and_videos",
            "platform": "tiktok",
            "country": "US",
            "videos_quantity": videos,
            "username": f"daily.{number}",
            "visible_name": f"Daily {number}",
            "biography": "One dish a day.",
            "profile_picture": f"https://cdn.example.com/faces/{number}.jpg",
            "publish": "yes",
        }
        for number in range(bundles)
    ]
    films = [{"bundle": f"client-{number}", "position": place, **_film(number, place)} for number in range(bundles) for place in range(1, videos + 1)]
    for name, rows in (("bundles", accounts), ("videos", films)):
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def _film(number: int, place: int) -> dict[str, str]:
    link = f"https://cdn.example.com/{number}/{place}.mp4"
    day = f"2031-03-{place:02}"
    return {"video_type": "video", "video": link, "description": f"Dish {place} of kitchen {number}", "target_publish_date": day}


def _there(number: int, videos: int) -> dict[str, object]:
    """A bundle of the platform that holds what the sheets of `launch` say."""
    account = {"username": f"daily.{number}", "visible_name": f"Daily {number}", "biography": "One dish a day."}
    account["profile_picture_url"] = f"https://cdn.example.com/faces/{number}.jpg"
    films = []
    for place in range(1, videos + 1):
        film = _film(number, place)
        films.append({"position": place, "status": "configured", "video_url": film.pop("video"), **film})
    return {"id": f"bnd_{number}", "external_ref": f"client-{number}", "country": "US", "account": account, "videos": films, "credit_cost": 25}


def requests(folder: Path, bundles: int = 20, videos: int = 10) -> Iterator[Asked]:
    """A launch of twenty bundles of ten videos by URL, twice, and the SDK's way."""
    sheets = launch(folder / "asked", bundles, videos)
    work = f"a launch of {bundles} × {videos} by URL"
    with _platform(folder, {"balance": 100_000}) as simulator:
        for what, target in ((work, f"{4 * bundles} + 9"), ("the same again", "0 + 1 page and what a run asks"), ("and once more", "the same")):
            journal = simulator.state.journal
            writes, reads = len(journal.writes), journal.reads
            _run(simulator, folder / "home", "import", sheets, "--yes", "--publish", "--json", "--quiet")
            yield Asked(work=what, who="bulkportal", writes=len(journal.writes) - writes, reads=journal.reads - reads, target=target)
    with _platform(folder, {"balance": 100_000}) as simulator:
        words = [sys.executable, str(HERE / "peers" / "sdk_one_call_a_position.py"), simulator.base_url, str(bundles), str(videos)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            yield Asked(
                work=work, who="the SDK, one call a position", writes=len(simulator.state.journal.writes), reads=simulator.state.journal.reads
            )


def plan(folder: Path, bundles: int, videos: int, rounds: int) -> tuple[Took, Took]:
    """A plan of bundles that the platform has already as they are, and the mere reading of both."""
    sheets = launch(folder / "planned", bundles, videos)
    with _platform(folder, {"bundles": [_there(number, videos) for number in range(bundles)]}) as simulator:
        environment = _environment(simulator, folder / "plan-home")
        reading = [sys.executable, str(HERE / "peers" / "reads_both.py"), str(sheets)]
        planning = [sys.executable, *COMMAND, "plan", str(sheets), "--json", "--quiet"]
        told = [min((once(words, folder, environment) for _ in range(rounds)), key=lambda one: one.cpu) for words in (reading, planning)]
    return told[0], told[1]


def _platform(folder: Path, data: Mapping[str, object]) -> RunningSimulator:
    (folder / "start.json").write_text(json.dumps(data), "utf-8")
    return RunningSimulator(data=folder / "start.json", rate=FAST)


def _environment(simulator: RunningSimulator, home: Path) -> dict[str, str]:
    return {**os.environ, "TOKPORTAL_API_KEY": "bench", "TOKPORTAL_BASE_URL": simulator.base_url, "BULKPORTAL_HOME": str(home)}


def _run(simulator: RunningSimulator, home: Path, *words: object) -> None:
    environment = {**_environment(simulator, home), "PYTHONPATH": str(HERE.parent)}
    told: Sequence[str] = [sys.executable, *COMMAND, *map(str, words)]
    done = subprocess.run(told, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise SystemExit(f"{' '.join(told)} ended with {done.returncode}: {done.stderr[-2000:]}")
