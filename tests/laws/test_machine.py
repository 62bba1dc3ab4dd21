"""Whatever happens, in whatever order: a state machine over sheet, ledger and platform (laws 1 and 4).

Hypothesis chooses what is done next: the sheet is edited, reordered, renamed; a person is at work on the platform; the
ledger is lost; the platform forgets keys; a run loses an answer, or is killed (`kill -9`) while a request is on its way.
After every step the platform's books are read; at the end runs go on until all is done, and one more finds nothing to do.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from troubles import sheets
from troubles.judge import Stage, books_verdict
from troubles.play import Desk
from troubles.rules import Blow
from troubles.runs import Order, Told
from troubles.scenarios import GROW, LAUNCH, scenario

from bulkportal.simulator.faults import AFTER, FaultRule

LONG = bool(os.environ.get("BULKPORTAL_LONG"))
EXAMPLES, STEPS = (60, 20) if LONG else (4, 6)
LANDING = 0.2
"""Seconds: nothing is on its way for longer here."""
ROUTES = sorted({*LAUNCH.values(), *GROW.values()})
LOSSES = sorted(set(AFTER) - {"slow_after"} | {"drop_before", "503_before", "html_502"})

pytestmark = pytest.mark.timeout(3600 if LONG else 600)


class Paid(RuleBasedStateMachine):
    """One launch and everything that can befall it."""

    desk: ClassVar[Desk]

    @initialize(seed=st.integers(0, 10_000), edition=st.sampled_from(["2026-02", "2026-05"]))
    def launched(self, seed: int, edition: str) -> None:
        """A sheet that nobody has imported yet, and an empty platform."""
        self.folder = Path(tempfile.mkdtemp(prefix="machine-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        self.state = self.desk.fresh(edition)
        self.state.faults.clear()
        self.dice = random.Random(seed)
        self.sheet = sheets.launch(self.dice, self.folder / "sheet", self.state.edition, media=False)
        self.homes = 1

    def run(self) -> Told | None:
        self.sheet.write()
        order = Order(folder=self.sheet.folder, home=self.folder / f"home-{self.homes}", base_url=self.desk.simulator.base_url, landing=LANDING)
        told = self.desk.runner.run(order)
        assert told is None or not told.crashed, told.message
        self.state.faults.clear()
        return told

    # -- the sheet

    @rule()
    def edit_titles(self) -> None:
        """Another title for every bundle."""
        for row in self.sheet.bundles:
            row["title"] = f"{row['title']}'"

    @rule()
    def raise_quantities(self) -> None:
        """One more video for a bundle."""
        sheets.raise_quantities(self.sheet, [self.dice.choice(self.sheet.bundles)])

    @rule()
    def reorder(self) -> None:
        """Rows in another order."""
        self.dice.shuffle(self.sheet.bundles)
        self.dice.shuffle(self.sheet.videos)

    @rule()
    def rename(self) -> None:
        """The file under another name."""
        self.sheet.write()
        self.sheet.folder = Path(shutil.move(self.sheet.folder, self.folder / f"version {self.dice.random()}"))

    # -- the memories

    @rule(forgetful=st.booleans())
    def change_memory(self, forgetful: bool) -> None:
        """The platform forgets keys from now on, or remembers them."""
        self.state.remembered.forgetful = forgetful

    @rule()
    def lose_the_ledger(self) -> None:
        """As on a new machine."""
        self.homes += 1

    @rule()
    def edit_by_hand(self) -> None:
        """A person gives a bundle another title on the platform."""
        for bundle in list(self.state.books.bundles.values())[:1]:
            bundle.title = "Edited by a person"

    # -- runs

    @rule()
    def import_(self) -> None:
        """Nothing goes wrong."""
        self.run()

    @rule(route=st.sampled_from(ROUTES), fault=st.sampled_from(LOSSES), skip=st.integers(0, 2), remembered=st.booleans())
    def import_and_lose_an_answer(self, route: str, fault: str, skip: int, remembered: bool) -> None:
        """One answer never comes, or is none."""
        self.state.faults.add(FaultRule(route=route, fault=fault, skip=skip, remembered=remembered))
        self.run()

    @rule(route=st.sampled_from(ROUTES), fault=st.sampled_from(["drop_before", "drop_after", "slow"]), skip=st.integers(0, 2))
    def import_and_kill(self, route: str, fault: str, skip: int) -> None:
        """Killed with a request on its way: not carried out, carried out, or about to be."""
        self.state.faults.add(Blow(route=route, fault=fault, skip=skip, seconds=0.02, victim=lambda: self.desk.runner.pid))
        self.run()

    # -- what must hold

    @invariant()
    def nothing_was_paid_or_published_twice(self) -> None:
        """By the platform's own books, after every step."""
        verdict = books_verdict(scenario("machine", 0), Stage(state=self.state, sheet=self.sheet))
        assert (verdict.doubles, verdict.published_twice) == (0, 0), verdict.complaints

    def teardown(self) -> None:
        """Run it to its end: all is there as the sheet wants it, and one more run, and so one more plan, finds nothing to do."""
        try:
            for _ in range(5):
                told = self.run()
                if told is not None and told.code == 0:
                    break
            assert told is not None and told.code == 0, told
            verdict = books_verdict(scenario("machine", 0), Stage(state=self.state, sheet=self.sheet))
            assert not verdict.complaints, verdict.complaints
            sent = len(self.state.journal.writes)
            told = self.run()
            assert told is not None and set(told.states or ()) == {"total", "unchanged"}, told
            assert (told.planned, len(self.state.journal.writes)) == (0, sent)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def test_a_credit_is_spent_once_in_whatever_order_things_happen() -> None:
    """A few stories each time; with ``BULKPORTAL_LONG=1`` many, and others each time."""
    with Desk() as desk:
        machine = type("Paid", (Paid,), {"desk": desk})
        chosen = settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not LONG,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine, settings=chosen)
