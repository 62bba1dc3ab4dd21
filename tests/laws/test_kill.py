"""Paid once: whatever crashes, whatever the network does, and whenever it is run again (law 1).

A launch with local media runs in a process of its own. At each of its writes in turn something goes
wrong on the platform, the process is killed, or both; then it is run again until it says that all is
done. A seeded sample by default; with ``BULKPORTAL_LONG=1`` every write, every fault, every way.
"""

from __future__ import annotations

import os
import random
import time
from dataclasses import dataclass
from itertools import product

import pytest

from tests.conftest import Desk, OpenDesk

FAULTS = (
    "slow",  # killed while the platform works on it, which then does it
    "slow_after",  # killed when it is done and not yet said
    "drop_before",
    "drop_after",
    "500_after",
    "503_before",
    "503_after",
    "html_502",
    "html_after",
    "truncate_after",
    "empty_200",
    "429",
)
WRITES = 14
"""The writes of the story when all goes well."""
PAUSE = 0.3
LONG = bool(os.environ.get("BULKPORTAL_LONG"))


@dataclass(frozen=True, slots=True)
class Blow:
    """What happens at which write, whether the process is killed then, and whether the platform remembers keys."""

    write: int
    fault: str
    killed: bool
    forgetful: bool

    def __str__(self) -> str:
        return f"{self.fault}-at-{self.write}-{'killed' if self.killed else 'alive'}-{'forgetful' if self.forgetful else 'remembering'}"


def _blows() -> list[Blow]:
    everything = [
        Blow(write, fault, killed, forgetful)
        for write, fault, killed, forgetful in product(range(1, WRITES + 1), FAULTS, (True, False), (True, False))
        if killed or not fault.startswith("slow")
    ]
    if LONG:
        return everything
    dice = random.Random(20260221)
    # Every fault once, and the two creations, which are paid, at their worst: done, not said, and forgotten.
    chosen = [dice.choice([blow for blow in everything if blow.fault == fault]) for fault in FAULTS]
    paid = [Blow(1, "drop_after", killed=False, forgetful=True), Blow(2, "html_after", killed=False, forgetful=True)]
    return list(dict.fromkeys([*chosen, *paid, Blow(1, "slow_after", killed=True, forgetful=True)]))


@pytest.mark.parametrize("blow", _blows(), ids=str)
def test_a_launch_that_was_struck_is_paid_and_published_once(open_desk: OpenDesk, blow: Blow) -> None:
    """Run again to the end: every bundle is there once, for its price, published once."""
    desk = open_desk(balance=1000)
    launch = desk.story("local_media")
    if blow.forgetful:
        remember_nothing(desk)
    desk.trouble(blow.fault, skip=blow.write - 1, seconds=PAUSE)
    if blow.killed:
        assert desk.killed_at(blow.write, "import", launch, "--yes"), "it was to be killed and had ended"
    else:
        desk.import_(launch)
    if blow.forgetful:
        time.sleep(PAUSE + 0.1)  # nobody can know of what is still being worked on there
    ended = desk.until_done(launch)
    assert_done_once(desk, ended.code, price=60)
    sent = desk.writes
    again = desk.import_(launch)
    assert (again.code, again.rows, desk.writes) == (0, {"total": 7, "unchanged": 7}, sent)


@pytest.mark.parametrize("seed", range(40 if LONG else 1))
def test_a_launch_that_is_killed_again_and_again_is_paid_once(open_desk: OpenDesk, seed: int) -> None:
    """Killed at random moments, with answers lost at random, and from a forgetful platform every other time."""
    dice = random.Random(seed)
    desk = open_desk(balance=1000)
    launch = desk.story("local_media")
    desk.operate("POST", "/forget-keys", {"on": seed % 2 == 0})
    for fault in ("drop_after", "drop_before", "slow_after"):
        desk.trouble(fault, times=3, probability=0.2, seed=seed, seconds=PAUSE)
    for _ in range(2):
        desk.killed_at(desk.writes + dice.randint(1, 5), "import", launch, "--yes")
        if dice.random() < 0.5:
            time.sleep(PAUSE)
    desk.operate("DELETE", "/faults")
    assert_done_once(desk, desk.until_done(launch).code, price=60)


def remember_nothing(desk: Desk) -> None:
    """The worst platform: it forgets every key, and takes the same reference twice."""
    desk.operate("POST", "/forget-keys", {"on": True})
    desk.state.require_free_reference = lambda *_, **__: None  # type: ignore[method-assign]


def assert_done_once(desk: Desk, code: int, *, price: int) -> None:
    """All of the story is on the platform, paid and published once, and the key went nowhere else."""
    assert code == 0
    assert set(desk.bundles) == {"local-tiktok-01", "local-instagram-01"}
    assert 1000 - desk.balance == price
    assert sum(write.charged for write in desk.state.journal.writes) == price
    published = desk.executed("POST /bundles/{id}/publish")
    assert sorted(published) == sorted(f"POST /bundles/{bundle.id}/publish" for bundle in desk.bundles.values())
    for bundle in desk.bundles.values():
        assert bundle.status == "published"
        assert bundle.account is not None
        assert {slot.status for slot in bundle.slots} == {"configured"}
    assert desk.state.journal.violations == []
