"""One scenario, from an empty platform to a verdict."""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bulkportal.simulator import RunningSimulator, State, start_data
from bulkportal.simulator.editions import edition_named
from bulkportal.simulator.faults import FaultRule
from bulkportal.simulator.records import Bundle
from bulkportal.simulator.state import Clock
from troubles import books, sheets
from troubles.judge import Verdict, judge
from troubles.rules import Blow, Gone, Lagging
from troubles.runs import Order, Runner, Told
from troubles.scenarios import ACCOUNT_ACTIONS, ACT, GONE, GROW, LATE, MEDIA, TWO, VIDEO_ACTIONS, Scenario
from troubles.sheets import Sheet

FAST = 600_000
"""Requests a minute that nobody feels."""
BALANCE = 100_000
RUNS = 4
"""How often a launch is run again at most."""
GROWN = 0.4
"""How many of the launches whose trouble came at the beginning are grown afterwards."""
A_DAY = 25 * 3600.0
A_YEAR = 365 * 86400.0


class Desk:
    """A platform and a process to run in, used for one scenario after another."""

    def __init__(self) -> None:
        self.simulator = RunningSimulator(rate=FAST)
        self.runner = Runner()
        self.neighbour = Runner()

    def __enter__(self) -> Self:
        self.simulator.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.runner.close()
        self.neighbour.close()
        self.simulator.__exit__(kind, error, trace)

    def fresh(self, edition: str) -> State:
        """The platform as on the first day."""
        state = self.simulator.state
        state.clear()
        state.edition = edition_named(edition)
        state.clock = Clock()
        state.settings.balance = BALANCE
        state.settings.direct_limit = None
        state.remembered.forgetful = False
        accounts = [
            {"id": identity, "platform": platform, "username": f"{platform}.of.ours", "country": "FR"}
            for platform, identity in sheets.ACCOUNTS.items()
        ]
        start_data.load(state, {"accounts": accounts})
        return state


@dataclass(slots=True)
class Play:
    """One scenario while it is played. `lags` lets the platform's index catch up only between the runs."""

    scenario: Scenario
    desk: Desk
    folder: Path
    lags: bool = False
    homes: int = 1
    shift: float = 0.0
    runs: list[Told | None] = field(default_factory=list)
    struck: int = 0
    raised: bool = False
    acted: dict[tuple[str, int], str] = field(default_factory=dict)
    again: bool = False
    state: State = field(init=False)
    dice: random.Random = field(init=False)
    sheet: Sheet = field(init=False)

    def __post_init__(self) -> None:
        self.state = self.desk.fresh(self.scenario.edition)
        self.dice = self.scenario.dice
        media = self.scenario.target in MEDIA or self.dice.random() < 0.1
        self.sheet = sheets.launch(self.dice, self.folder / "sheet", self.state.edition, media=media)
        if self.lags:
            self.state.books.bundles = Lagging()

    @property
    def home(self) -> Path:
        """Where the memory of the runs lies now."""
        return self.folder / f"home-{self.homes}"

    def all(self) -> Verdict:
        """Launch, grow, act: as far as the trouble's target asks, and a run at the end that must find nothing to do."""
        target = self.scenario.target
        if target in ("presigned upload", "storage"):
            self.state.settings.direct_limit = 1
        self._phase(troubled=target not in GROW | ACT)
        if target in ACT:
            self._act()
        elif target in GROW or self.dice.random() < GROWN:
            sheets.grow(self.dice, self.sheet)
            self._phase(troubled=target in GROW)
        sent, last = len(self.state.journal.writes), self.runs[-1]
        if last is None or (last.states or {}).keys() != {"total", "unchanged"}:
            last = self._run()
        return judge(self, last=last, sent_by_last=len(self.state.journal.writes) - sent)

    # -- phases

    def _phase(self, *, troubled: bool) -> None:
        self.sheet.write()
        if troubled:
            self._trouble()
            self._between()
            self.sheet.write()
            if self.scenario.between == TWO:
                self._run_twice_at_once()
        for _ in range(RUNS):
            told = self._run()
            if told is not None and told.code == 0:
                return

    def _trouble(self) -> None:
        """The first run, with the trouble."""
        scenario, state = self.scenario, self.state
        state.remembered.forgetful = scenario.memory == "forgets keys"
        rule = self._rule()
        state.faults.rules = [rule, Gone(first=rule, route="*", fault="drop_before", times=None)] if scenario.case == GONE else [rule]
        self._run()
        self.struck = rule.struck
        state.faults.clear()
        if isinstance(rule, Blow):
            time.sleep(rule.delay + (0.0 if scenario.seconds == LATE else scenario.seconds + 0.02))

    def _rule(self) -> FaultRule:
        scenario = self.scenario
        skip = int(scenario.where * self._writes_to_come())
        plain = {"route": scenario.route, "fault": scenario.fault, "times": scenario.times, "skip": skip, "seconds": scenario.seconds}
        plain["remembered"] = scenario.memory != "loses this key"
        if not scenario.killed:
            return FaultRule(**plain)
        delay = self.dice.uniform(0.001, 0.04) if scenario.case == "killed a moment later" else 0.0
        return Blow(**plain, victim=lambda: self.desk.runner.pid, delay=delay)

    def _writes_to_come(self) -> int:
        """How many requests of the troubled kind the run will send, at least."""
        rows, target = self.sheet.bundles, self.scenario.target
        accounts = sum(row["bundle_type"] != "videos_only" for row in rows)
        with_videos = sum(row["bundle_type"] != "account_only" for row in rows)
        published = sum(row["publish"] == "yes" for row in rows)
        counts = {"create": len(rows), "account": accounts, "publish": published, "settings": len(rows), "any write": 3 * len(rows)}
        counts |= dict.fromkeys(("batch", "video slots", "edit slots", "rename", "later batch"), with_videos)
        counts |= {"upload of an image": 3, "storage": 3, "any read": 8, "any later write": 3 * with_videos}
        counts |= dict.fromkeys(VIDEO_ACTIONS, len(self.acted))
        return max(1, counts.get(target, 1))

    def _run(self) -> Told | None:
        told = self.desk.runner.run(self._order(self.home))
        self.runs.append(told)
        if isinstance(self.state.books.bundles, Lagging):
            self.state.books.bundles.catch_up()
        return told

    def _order(self, home: Path) -> Order:
        return Order(folder=self.sheet.folder, home=home, base_url=self.desk.simulator.base_url, shift=self.shift)

    def _run_twice_at_once(self) -> None:
        """Two machines without a common disk import the same sheet at the same moment."""
        orders = [(self.desk.runner, self._order(self.home))]
        self.homes += 1
        orders.append((self.desk.neighbour, self._order(self.home)))
        with ThreadPoolExecutor() as pool:
            self.runs += pool.map(lambda both: both[0].run(both[1]), orders)

    # -- what happens between the runs

    def _between(self) -> None:
        between = {
            "title edited": self._retitle,
            "quantity raised": self._raise,
            "sheet reordered": self._reorder,
            "file renamed": self._rename,
            "home lost": self._lose_home,
            "a day later": lambda: self.state.clock.advance(A_DAY),
            "clock set forward": lambda: self._shift(A_YEAR),
            "clock set back": lambda: self._shift(-A_YEAR),
            "edited by a person": self._edit_by_hand,
        }
        if self.scenario.between not in ("nothing", TWO):
            between[self.scenario.between]()

    def _retitle(self) -> None:
        for row in self.sheet.bundles:
            row["title"] = f"{row['title']}, edited"

    def _raise(self) -> None:
        self.raised = True
        sheets.raise_quantities(self.sheet, self.sheet.bundles)

    def _reorder(self) -> None:
        self.dice.shuffle(self.sheet.bundles)
        self.dice.shuffle(self.sheet.videos)

    def _rename(self) -> None:
        self.sheet.folder = Path(shutil.move(self.sheet.folder, self.folder / "final version (2)"))

    def _shift(self, seconds: float) -> None:
        """The clock of this machine is wrong from now on."""
        self.shift = seconds

    def _lose_home(self) -> None:
        """As on a second machine that shares nothing with the first."""
        self.homes += 1

    def _edit_by_hand(self) -> None:
        for bundle in list(self.state.books.bundles.values())[:1]:
            bundle.title = "Edited by a person"

    # -- actions

    def _act(self) -> None:
        action = self.scenario.target
        if action in VIDEO_ACTIONS:
            self._prepare_videos(action, VIDEO_ACTIONS[action])
        else:
            self._prepare_bundle("unpublish" if action == "publish again" else action)
        self._phase(troubled=action != "publish again")
        if action == "publish again":
            row = self.sheet.bundles[0]
            row |= {"action": None, "publish": "yes"}
            self.again = True
            self._phase(troubled=True)

    def _prepare_videos(self, action: str, status: str) -> None:
        """People have been at work on one or two videos of the first bundle; the sheet asks for the action on them."""
        bundle = self._first()
        for row in self.sheet.of(str(self.sheet.bundles[0]["bundle"]))[: self.dice.randint(1, 2)]:
            slot = bundle.slots[int(str(row["position"])) - 1]
            slot.status = status
            row["action"] = action
            if action == "corrections":
                row["message"] = "Brighter, please"
            if action == "fix-download":
                slot.download_issue, slot.download_issue_comment = True, "The link does not work."
                if row["video_type"] == "video":
                    row["video"] = f"https://cdn.example.com/new/{row['position']}.mp4"
            self.acted[bundle.external_ref or "", slot.position] = action

    def _prepare_bundle(self, action: str) -> None:
        """The first bundle is where the action is possible, and the sheet asks for it."""
        bundle, row = self._first(), self.sheet.bundles[0]
        if action in ACCOUNT_ACTIONS and bundle.account is not None:
            bundle.account.status, bundle.account.in_review_at = "in_review", self.state.clock.now()
            row |= {"publish": None, "message": "visible_name: too long" if action == "account-corrections" else None}
        elif bundle.status != "published":
            row["publish"] = "yes"
            self._phase(troubled=False)
        row |= {"action": action, "publish": None}
        self.acted[bundle.external_ref or "", 0] = action

    def _first(self) -> Bundle:
        wanted = self.sheet.bundles[0]["bundle"]
        return next(bundle for bundle in self.state.books.bundles.values() if bundle.external_ref == wanted)


def play(scenario: Scenario, desk: Desk, *, lags: bool = False, look: Callable[[Play], None] = lambda _: None) -> Verdict:
    """Play a scenario in a folder of its own; `look` may examine it before the folder is gone."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        playing = Play(scenario, desk, Path(folder), lags)
        try:
            verdict = playing.all()
            look(playing)
        finally:
            books.drop([Path(folder) / f"home-{number}" for number in range(1, playing.homes + 1)])
        return verdict
