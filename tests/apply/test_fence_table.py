"""The table of the fence: a run is stopped, another takes over, the first one wakes; what is charged, by how much of the fence there is.

The first run is a process of its own that stops itself at a point (SIGSTOP); both run the whole command, and the platform is the simulator.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bulkportal.apply.ledger import FRESH, Ledger
from bulkportal.apply.postgres_claim import PostgresClaim
from bulkportal.pipeline import run as running
from tests.conftest import Desk, OpenDesk, bundle
from tests.postgres import Server, asked

WINTER = bundle("winter", videos_quantity=2, publish=None)
SLOTS = "POST /bundles/{id}/add-video-slots"
PRICE = 30

STOPPED = """
import os, signal, sys
from bulkportal.apply.ledger import Ledger
from bulkportal.cli.main import run
from bulkportal.web import Prompt
from tests.apply.test_fence_table import without

def stop():
    os.kill(os.getpid(), signal.SIGSTOP)

point, fence, *words = sys.argv[1:]
without(fence, setattr)
if point == "after begin":
    begin = Ledger.begin
    def begun(self, operation, *rest):
        entry = begin(self, operation, *rest)
        if operation.paid:
            stop()
        return entry
    Ledger.begin = begun
else:
    send = Prompt.handle_async_request
    async def sent(self, request):
        if request.method == "POST" and request.url.path.endswith("add-video-slots"):
            stop()
        return await send(self, request)
    Prompt.handle_async_request = sent
sys.exit(run(words))
"""


def without(fence: str, put: object) -> None:
    """Take away what is not of this fence: `put` sets an attribute, as `setattr` does."""
    assert callable(put)
    if fence in ("none", "epoch"):
        put(PostgresClaim, "try_alone", lambda *_: None)
        put(PostgresClaim, "is_alone", lambda *_: True)
    if fence == "none":
        put(PostgresClaim, "keep", lambda *_: None)
        put(Ledger, "last_word", lambda *_: None)


@pytest.fixture
def winter(open_desk: OpenDesk) -> Desk:
    """A bundle of two slots on a platform that forgets keys."""
    desk = open_desk(balance=1000)
    assert desk.import_(desk.sheets("launch", bundles=[WINTER])).code == 0
    desk.operate("POST", "/forget-keys", {"on": True})
    return desk


def charged(desk: Desk) -> int:
    """The credits that went for slots, by the platform's books."""
    return sum(write.charged for write in desk.state.journal.writes if f"{write.method} {write.route}" == SLOTS)


def stopped(desk: Desk, launch: Path, address: str, point: str, fence: str) -> subprocess.Popen[bytes]:
    """The first run, stopped at its point, with its claim grown old."""
    words = ("import", str(launch), "--yes", "--json")
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, point, fence, *words],
        env=desk.environment(BULKPORTAL_LEDGER=address, PYTHONPATH=str(Path(__file__).parents[2])),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended before"
    asked(address, "UPDATE claims SET at=at-1000")
    until = time.clock_gettime(time.CLOCK_BOOTTIME) + FRESH + 0.2
    while time.clock_gettime(time.CLOCK_BOOTTIME) < until:  # the word of its begin grows old
        time.sleep(0.1)
    return process


@pytest.mark.parametrize(
    ("story", "times"),
    [
        (("none", "after begin", "keys are forgotten"), 2),
        (("epoch", "after begin", "keys are forgotten"), 1),
        (("epoch", "after the last check", "keys are forgotten"), 2),
        (("epoch", "after the last check", "keys are kept"), 1),
        (("all", "after the last check", "keys are forgotten"), 1),
        (("all", "after the last check", "keys are forgotten, the server is started anew"), 2),
    ],
)
def test_what_is_charged_when_a_run_wakes_that_was_taken_over(
    winter: Desk, postgres: Server, monkeypatch: pytest.MonkeyPatch, story: tuple[str, str, str], times: int
) -> None:
    """The control without a fence is charged twice, so that this test can fail; so is what no fence keeps, and what is known to remain."""
    fence, point, meanwhile = story
    address = postgres.database()
    monkeypatch.setattr(running, "LANDING", 0.0)
    winter.operate("POST", "/forget-keys", {"on": "forgotten" in meanwhile})
    launch = winter.sheets("launch", bundles=[WINTER | {"videos_quantity": 5}])
    first = stopped(winter, launch, address, point, fence)
    try:
        if "anew" in meanwhile:
            postgres.stop(signal.SIGQUIT)
            postgres.start()
        without(fence, monkeypatch.setattr)
        real = PostgresClaim.try_alone

        def waited(self: PostgresClaim, identity: str) -> str | None:
            holder = real(self, identity)
            if holder is not None:
                first.send_signal(signal.SIGCONT)  # the second one waits for it: only now it goes on
            return holder

        monkeypatch.setattr(PostgresClaim, "try_alone", waited)
        second = winter.import_(launch, BULKPORTAL_LEDGER=address)
        first.send_signal(signal.SIGCONT)
        first.wait(250)
    finally:
        first.kill()
        first.wait(250)
    assert charged(winter) == PRICE * times, second.err
    assert second.code in (0, 5), second.err
    after = winter.import_(launch, BULKPORTAL_LEDGER=address)
    assert charged(winter) == PRICE * times, "and nothing is bought after that"
    if times == 1:
        assert after.code == 0, after.err
        assert asked(address, "SELECT state, credits FROM operations WHERE paid=1") == [{"state": "done", "credits": float(PRICE)}]
