"""The matrix: which write, which trouble, which memory of keys, and what happens between the runs."""

from __future__ import annotations

import functools
import itertools
import random
from dataclasses import dataclass

from bulkportal.simulator.faults import AFTER, KINDS

MEMORIES = ("remembers keys", "forgets keys", "loses this key")
KILLS = ("killed, not executed", "killed, executed", "killed, executed late", "killed a moment later")
GONE = "the network goes away"
TWO = "two machines at once"
BETWEEN = (
    "nothing",
    "title edited",
    "quantity raised",
    "sheet reordered",
    "file renamed",
    "home lost",
    "a day later",
    "clock set forward",
    "clock set back",
    "edited by a person",
    TWO,
)
LATE = 0.6
"""Seconds after which a request that outlived its sender is carried out."""

VIDEO_ACTIONS = {"finalize": "accepted", "corrections": "published", "unschedule": "configured", "fix-download": "configured"}
"""Actions on a slot, and the status a slot must have for them."""
ACCOUNT_ACTIONS = ("finalize-account", "account-corrections")

LAUNCH = {
    "create": "POST /bundles",
    "account": "PUT /bundles/{id}/account",
    "upload of a video": "POST /upload/video/direct",
    "upload of an image": "POST /upload/image/direct",
    "presigned upload": "POST /upload/video",
    "storage": "PUT /_storage/{token}",
    "batch": "PUT /bundles/{id}/videos/batch",
    "publish": "POST /bundles/{id}/publish",
    "any write": "*write",
    "any read": "*read",
}
GROW = {
    "video slots": "POST /bundles/{id}/add-video-slots",
    "edit slots": "POST /bundles/{id}/add-edit-slots",
    "settings": "PATCH /bundles/{id}",
    "rename": "PATCH /bundles/{id}/videos/{position}",
    "later batch": "PUT /bundles/{id}/videos/batch",
    "any later write": "*write",
}
ACT = {
    "unpublish": "POST /bundles/{id}/unpublish",
    "publish-videos": "POST /bundles/{id}/videos/publish-all",
    "finalize": "POST /bundles/{id}/videos/{position}/finalize",
    "corrections": "POST /bundles/{id}/videos/{position}/corrections",
    "unschedule": "POST /bundles/{id}/videos/{position}/unschedule",
    "fix-download": "POST /bundles/{id}/videos/{position}/fix-download",
    "finalize-account": "POST /bundles/{id}/account/finalize",
    "account-corrections": "POST /bundles/{id}/account/corrections",
    "publish again": "POST /bundles/{id}/publish",
}
ROUTES = LAUNCH | GROW | ACT
MEDIA = ("upload of a video", "upload of an image", "presigned upload", "storage")
"""Targets that need local files."""

_PAID = ("create", "video slots", "edit slots")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One launch and its trouble. `case` is the row of the table; `where` the place among the writes that fit."""

    number: int
    seed: str
    case: str
    fault: str
    memory: str
    target: str
    between: str
    edition: str
    where: float
    times: int | None
    seconds: float

    @property
    def killed(self) -> bool:
        """Whether the first run is killed."""
        return self.case in KILLS

    @property
    def dice(self) -> random.Random:
        """The dice of this scenario, from the beginning."""
        return random.Random(f"{self.seed}:{self.number}:play")

    @property
    def route(self) -> str:
        """What the trouble strikes."""
        return ROUTES[self.target]

    def __str__(self) -> str:
        times = "for ever" if self.times is None else f"{self.times} times"
        return (
            f"scenario {self.number} of seed {self.seed}: {self.case} ({self.fault}, {times}) at {self.target}, "
            f"the platform {self.memory}; between: {self.between}; edition {self.edition}"
        )


@functools.cache
def combinations(seed: str) -> tuple[tuple[str, str, str], ...]:
    """Every trouble at every target with every memory of keys, each once, all troubles in turn, shuffled by the seed."""
    dice = random.Random(f"{seed}:order")
    by_case: list[list[tuple[str, str, str]]] = []
    for case in (*KINDS, *KILLS, GONE):
        own = [(case, target, memory) for target in dict.fromkeys(_targets(case)) for memory in MEMORIES]
        dice.shuffle(own)
        by_case.append(own)
    return tuple(one for turn in itertools.zip_longest(*by_case) for one in turn if one is not None)


def scenario(seed: str, number: int) -> Scenario:
    """The scenario of that number: first each combination of trouble, target and memory once; all else is drawn."""
    dice = random.Random(f"{seed}:{number}")
    case, target, memory = combinations(seed)[number % len(combinations(seed))]
    fault = _fault(dice, case)
    late = case == "killed, executed late"
    seconds = LATE if late else dice.choice((0.0, 0.005, 0.02))
    times = dice.choice((1, 1, 1, 2, None)) if case in KINDS else 1
    if case == "429" and times is None:
        times = 2  # the client waits for minutes, as it should
    between = dice.choice(BETWEEN)
    if between == TWO and memory != MEMORIES[0]:
        between = "home lost"  # two machines that share nothing rely on the platform's memory of keys
    if between == "home lost" and memory != MEMORIES[0] and late and target in GROW:
        between = "file renamed"  # no ledger, no key, and slots that come after the question: no net is left
    return Scenario(
        number=number,
        seed=seed,
        case=case,
        fault=fault,
        memory=memory,
        target=target,
        between=between,
        edition=dice.choice(("2026-02", "2026-05")),
        where=dice.random(),
        times=times,
        seconds=seconds,
    )


def _fault(dice: random.Random, case: str) -> str:
    match case:
        case "killed, not executed":
            return "drop_before"
        case "killed, executed":
            return dice.choice(("slow", "slow_after", "drop_after"))
        case "killed, executed late" | "killed a moment later":
            return "slow"
        case "the network goes away":
            return dice.choice(("drop_before", *AFTER[:-1]))
        case _:
            return case


def _targets(fault: str) -> tuple[str, ...]:
    match fault:
        case "partial_batch" | "unmentioned":
            return ("batch", "later batch")
        case "storage_403":
            return ("storage",)
        case "402":
            return _PAID
        case "capacity_cooldown":
            return ("create", "publish", "publish again")
        case _:
            return tuple(ROUTES)
