"""Trouble on request: what goes wrong, where, when and how often.

A fault strikes either before the request is carried out (nothing happened) or after it (it was
carried out and charged, yet the client does not learn so). API reference 8 asks for both.
"""

from __future__ import annotations

import asyncio
import fnmatch
import random
import time
from dataclasses import dataclass, field
from http import HTTPStatus

from bulkportal.simulator.calls import Answer, ApiRefusal, JsonObject

BEFORE = (
    "503_before",
    "drop_before",
    "html_502",
    "429",
    "capacity_cooldown",
    "402",
    "storage_403",
)
AFTER = (
    "429_after",
    "500_after",
    "503_after",
    "refused_after",
    "drop_after",
    "html_after",
    "truncate_after",
    "empty_200",
    "slow_after",
)
AROUND = ("slow", "partial_batch", "unmentioned")
KINDS = BEFORE + AFTER + AROUND

_DEFAULT_ROUTES = {
    "partial_batch": "PUT /bundles/{id}/videos/batch",
    "unmentioned": "PUT /bundles/{id}/videos/batch",
    "storage_403": "PUT /_storage/{token}",
}
_BEYOND = 600
_GLANCE = 0.05
"""Seconds after which a slow request checks again whether its rule is still in force."""

_NUMBERS = {"times": 1, "skip": 0, "status": 502}


@dataclass(slots=True, kw_only=True)
class FaultRule:
    """One scripted fault. `times` is None for ever; `skip` lets that many requests pass first."""

    route: str
    fault: str
    times: int | None = 1
    skip: int = 0
    probability: float = 1.0
    seconds: float = 1.0
    status: int = 502
    remembered: bool = True
    struck: int = 0
    chance: random.Random = field(default_factory=random.Random)

    def fits(self, method: str, template: str, path: str) -> bool:
        """Whether the rule applies to this request."""
        api = not template.startswith("/_storage")
        # The storage host must be named: it is another server, and a fault of the platform is none of its own.
        if self.route == "*":
            return api
        if self.route in ("*write", "*read"):
            return api and (method == "GET") == (self.route == "*read")
        asked, _, wanted = self.route.rpartition(" ")
        if asked not in ("", "*", method):
            return False
        return wanted == template or any(fnmatch.fnmatchcase(name, wanted) for name in (template, path))

    def strikes(self) -> bool:
        """Count the request. Returns whether it is hit."""
        if self.times is not None and self.struck >= self.times:
            return False
        # Counted down before chance is asked, so that `skip: 2` means the third request whatever the seed.
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.probability < 1 and self.chance.random() >= self.probability:
            return False
        self.struck += 1
        return True

    def as_json(self) -> JsonObject:
        """The rule as the operator sees it."""
        return {
            "route": self.route,
            "fault": self.fault,
            "times": self.times,
            "skip": self.skip,
            "probability": self.probability,
            "struck": self.struck,
        }


class Faults:
    """The rules in force; the first that strikes a request wins."""

    def __init__(self) -> None:
        self.rules: list[FaultRule] = []

    def add(self, rule: FaultRule) -> None:
        """Put a rule behind those in force."""
        self.rules.append(rule)

    def clear(self) -> None:
        """Take all rules away."""
        self.rules.clear()

    async def hold(self, rule: FaultRule) -> None:
        """Keep a slow request for the seconds of its rule, or until the rules are taken away."""
        until = time.monotonic() + rule.seconds
        while (left := until - time.monotonic()) > 0 and any(one is rule for one in self.rules):  # noqa: ASYNC110  other threads take rules away too
            await asyncio.sleep(min(left, _GLANCE))

    def strike(self, method: str, template: str, path: str) -> FaultRule | None:
        """The rule that hits this request, if any."""
        for rule in self.rules:
            if rule.fits(method, template, path) and rule.strikes():
                return rule
        return None


def rule_from(item: object) -> FaultRule:
    """A rule from the operator's JSON; a mistake is a ValueError with a sentence."""
    if not isinstance(item, dict):
        raise ValueError(f"A fault is an object, not {item!r}.")  # noqa: TRY004  a mistake in a request, told as one
    kind = item.get("fault")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"{kind!r} is not a fault; choose one of {', '.join(KINDS)}.")
    known = {"route", "fault", "probability", "seed", "seconds", "remembered", *_NUMBERS}
    if unknown := sorted(set(item) - known):
        raise ValueError(f"A fault has no field {', '.join(unknown)}.")
    route = item.get("route", _DEFAULT_ROUTES.get(kind, "*"))
    if not isinstance(route, str) or not route:
        raise ValueError("The route of a fault is a text such as 'POST /bundles' or '*write'.")
    times = None if item.get("times", 1) is None else _number(item, "times")
    status = _number(item, "status")
    if not HTTPStatus.OK <= status < _BEYOND:
        raise ValueError(f"The status of a fault is from 200 to 599, not {status}.")
    return FaultRule(
        route=route,
        fault=kind,
        times=times,
        skip=_number(item, "skip"),
        probability=_fraction(item, "probability", 1.0),
        seconds=_fraction(item, "seconds", 1.0),
        status=status,
        remembered=item.get("remembered", True) is True,
        chance=random.Random(_number(item, "seed", 0)),
    )


def _number(item: JsonObject, name: str, default: int | None = None) -> int:
    value = item.get(name, _NUMBERS.get(name, default))
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"The {name} of a fault is a whole number of at least 0.")
    return value


def _fraction(item: JsonObject, name: str, default: float) -> float:
    value = item.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ValueError(f"The {name} of a fault is a number of at least 0.")
    return float(value)


def html(status: int) -> Answer:
    """What a proxy in front of the platform sends when it gives up (API reference 1.4)."""
    page = b"<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
    return Answer(status=status, body=page, headers={"Content-Type": "text/html; charset=utf-8"})


def refusal_of(kind: str) -> ApiRefusal:
    """The platform's error for a fault that it admits to."""
    wait = {"retry_after_seconds": 1}
    match kind:
        case "429" | "429_after":
            return ApiRefusal(429, "RATE_LIMIT_EXCEEDED", "Too many requests.", wait)
        case "capacity_cooldown":
            return ApiRefusal(429, "capacity_cooldown", "Creation is cooling down; try again later.")
        case "refused_after":
            return ApiRefusal(409, "REQUEST_NOT_ACCEPTED", "The request was not accepted.")
        case "402":
            return ApiRefusal(402, "INSUFFICIENT_CREDITS", "Not enough credits.")
        case "503_before" | "503_after":
            return ApiRefusal(503, "SERVICE_UNAVAILABLE", "The service is not available just now.")
        case _:
            return ApiRefusal(500, "INTERNAL_ERROR", "Something went wrong on our side.")
