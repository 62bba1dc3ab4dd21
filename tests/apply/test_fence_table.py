"""The table of the fence: a run is stopped, another takes over, the first one wakes; what is charged, by how much of the fence there is.

The first run is a process of its own that stops itself at a point (SIGSTOP); both run the whole command, and the platform is the simulator.
"""

from __future__ import annotations

import signal
import time
from functools import partial
from pathlib import Path

import pytest

from bulkportal.apply.ledger import FRESH
from bulkportal.apply.postgres_claim import PostgresClaim
from bulkportal.pipeline import run as running
from tests.apply.fence import stops, without
from tests.conftest import PATIENCE, Desk, OpenDesk, bundle
from tests.forked import Forked
from tests.postgres import Server, asked

WINTER = bundle("winter", videos_quantity=2, publish=None)
SLOTS = "POST /bundles/{id}/add-video-slots"
PRICE = 30


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


def stopped(desk: Desk, launch: Path, address: str, point: str, fence: str) -> Forked:
    """The first run, stopped at its point, with its claim grown old."""
    process = desk.prepared(partial(stops, point, fence), "import", launch, "--yes", "--json", BULKPORTAL_LEDGER=address)
    until = time.monotonic() + PATIENCE
    while not process.is_stopped:
        process.wait_a_little()
        assert process.poll() is None and time.monotonic() < until, f"it ended before, or does not come to its point: {process.told}"
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
                first.wake()  # the second one waits for it: only now it goes on
            return holder

        monkeypatch.setattr(PostgresClaim, "try_alone", waited)
        second = winter.import_(launch, BULKPORTAL_LEDGER=address)
        first.wake()
        first.wait(PATIENCE)
    finally:
        first.kill()
        first.wait(PATIENCE)
    assert charged(winter) == PRICE * times, second.err
    assert second.code in (0, 5), second.err
    after = winter.import_(launch, BULKPORTAL_LEDGER=address)
    assert charged(winter) == PRICE * times, "and nothing is bought after that"
    if times == 1:
        assert after.code == 0, after.err
        assert asked(address, "SELECT state, credits FROM operations WHERE paid=1") == [{"state": "done", "credits": float(PRICE)}]
