"""One import of many bundles by the command itself, killed again and again (`kill -9`) in the middle of its work, then finished."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bulkportal.simulator import RunningSimulator, State
from bulkportal.simulator.faults import FaultRule
from troubles.judge import Stage, Verdict, books_verdict
from troubles.play import BALANCE, FAST
from troubles.runs import KEY
from troubles.scenarios import scenario
from troubles.sheets import Row, Sheet, video
from troubles.table import Table

BUNDLES = 50
WRITES = 4 * BUNDLES
"""Create, account, batch, publish: what the import sends when nothing happens."""
CASE = f"one import of {BUNDLES} bundles, killed"
START = 0.6
"""About the seconds in which the command starts and asks what is there; some kills fall into them."""
PATIENCE = 60.0


def killed_and_finished(seed: str, kills: int, table: Table) -> None:
    """Kill it so many times at random moments over its life, forgetting all keys halfway; then run it to its end."""
    dice = random.Random(f"{seed}:kill")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="chaos-") as name, RunningSimulator(balance=BALANCE, rate=FAST) as simulator:
        folder = Path(name)
        sheet = _sheet(folder)
        state = simulator.state
        # Slow answers, so that most kills find a request on its way; some carried out first, some after.
        for fault in ("slow", "slow_after"):
            state.faults.add(FaultRule(route="*write", fault=fault, times=None, probability=0.5, seconds=0.03))
        moments = sorted(dice.randint(0, WRITES - 1) for _ in range(kills))
        killed = 0
        for number, moment in enumerate(moments):
            state.remembered.forgetful = number >= kills // 2
            killed += _killed(folder, simulator.base_url, state, dice, moment)
            if number % 20 == 19:
                print(f"killed {number + 1} of {kills} times, {len(state.journal.writes)} writes so far", file=sys.stderr, flush=True)
        before = len(state.journal.writes)
        state.faults.clear()
        verdict = _finished(folder, simulator.base_url, state, sheet)
        table.add(verdict, CASE, "remembers, then forgets")
        lost = sum(write.executed is False for write in state.journal.writes)
        table.notes.append(
            f"The import of {BUNDLES} bundles was killed {killed} times in {time.monotonic() - started:.0f} s; "
            f"{before} writes had been sent by then, {lost} of all writes had no effect."
        )
        for words in verdict.complaints:
            print(words, file=sys.stderr, flush=True)


def _sheet(folder: Path) -> Sheet:
    sheet = Sheet(folder / "launch")
    for number in range(1, BUNDLES + 1):
        name = f"many-{number:02}"
        row: Row = {"bundle": name, "bundle_type": "account_and_videos", "platform": "tiktok", "country": "FR", "title": f"Title of {name}"}
        row |= {"username": f"many.{number:02}", "visible_name": f"Many {number}", "biography": "Every day.", "videos_quantity": 2, "publish": "yes"}
        row |= {"profile_picture": f"https://cdn.example.com/faces/{name}.jpg"}
        sheet.bundles.append(row)
        sheet.videos += [video(row, 1), video(row, 2)]
    sheet.write()
    return sheet


def _start(folder: Path, base_url: str) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOKPORTAL_", "BULKPORTAL_"))}
    ours = {"TOKPORTAL_API_KEY": KEY, "TOKPORTAL_BASE_URL": base_url, "BULKPORTAL_HOME": str(folder / "home")}
    command = [sys.executable, "-m", "bulkportal", "import", str(folder / "launch"), "--yes", "--json"]
    out = (folder / "out.txt").open("wb")
    with out:
        return subprocess.Popen(command, env=kept | ours, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, cwd=folder)


def _killed(folder: Path, base_url: str, state: State, dice: random.Random, moment: int) -> bool:
    """Kill it a few milliseconds after the write of that moment has come, or, if that is past, while it starts and asks."""
    past = len(state.journal.writes) > moment
    process = _start(folder, base_url)
    until = time.monotonic() + PATIENCE
    while not past and len(state.journal.writes) <= moment and process.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    time.sleep(dice.uniform(0, 2 * START) if past else dice.uniform(0, 0.06))
    alive = process.poll() is None
    process.kill()
    process.wait()
    return alive


def _finished(folder: Path, base_url: str, state: State, sheet: Sheet) -> Verdict:
    """Run it to its end, once more, and hold the books against the sheet."""
    code = -1
    for _ in range(5):
        code = _start(folder, base_url).wait(timeout=10 * PATIENCE)
        if code == 0:
            break
    verdict = books_verdict(scenario("kill", 0), Stage(state=state, sheet=sheet))
    verdict.complain("wrong", f"the last run ended with {code}: {(folder / 'out.txt').read_text('utf-8')[-2000:]}", int(code != 0))
    sent = len(state.journal.writes)
    _start(folder, base_url).wait(timeout=10 * PATIENCE)
    verdict.complain("wrong", "one more run sent writes", len(state.journal.writes) - sent)
    return verdict
