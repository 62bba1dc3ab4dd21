"""The warming options of a bundle: old ones exclude each other, new ones are counted.

Seed 003 for niche and deep warming; API reference 2.1 for what the current edition made of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulkportal.simulator import bodies
from bulkportal.simulator.calls import ApiRefusal, JsonObject, invalid
from bulkportal.simulator.editions import Edition

TERMS_STEP = 3
TERMS_MAX = 30
TERM_SHORTEST = 2
TERM_LONGEST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Warming:
    """What was ordered; `targets` counts the terms of advanced warming, which may be named later."""

    niche: bool = False
    deep: bool = False
    targets: int = 0
    terms: tuple[str, ...] = ()


def warming_of(edition: Edition, body: JsonObject, platform: str) -> Warming:
    """The warming a create body asks for, or the refusal it deserves."""
    niche = bodies.flag(body, "wants_niche_warming")
    deep = bodies.flag(body, "wants_deep_warming")
    if edition.current:
        return _current(body, niche=niche, deep=deep)
    if niche and deep:
        raise invalid("Niche warming cannot be combined with deep warming.")
    if deep and platform != "instagram":
        raise invalid("Deep warming is for Instagram only.", field="wants_deep_warming")
    return Warming(niche=niche, deep=deep)


def _current(body: JsonObject, *, niche: bool, deep: bool) -> Warming:
    if deep:
        raise ApiRefusal(400, "DEEP_WARMING_DEPRECATED", "Deep warming is no longer offered.")
    if niche and bodies.text(body, "niche_warming_instructions") is None:
        raise invalid("Niche warming needs instructions.", field="niche_warming_instructions")
    targets = _targets(body)
    if niche and targets:
        raise ApiRefusal(400, "WARMING_CONFLICT", "Choose either niche or advanced warming.")
    return Warming(niche=niche, targets=targets, terms=tuple(bodies.texts(body, "advanced_warming_terms") or ()))


def _targets(body: JsonObject) -> int:
    terms = bodies.texts(body, "advanced_warming_terms")
    count = body.get("advanced_warming_terms_count")
    wanted = bodies.flag(body, "wants_advanced_warming")
    # Terms alone order nothing: they cost 5 credits each, so the flag has to be sent as well (API reference 2.1).
    if not wanted and (terms is not None or count is not None):
        message = "Set wants_advanced_warming to order advanced warming."
        raise ApiRefusal(400, "ADVANCED_WARMING_FLAG_REQUIRED", message)
    if terms is not None:
        check_terms(terms)
    number = count if count is not None else (len(terms) if terms else 0)
    if not wanted:
        return 0
    if isinstance(number, bool) or not isinstance(number, int):
        raise invalid("The number of warming terms must be an integer.")
    if terms is not None and number != len(terms):
        message = "The number of terms differs from advanced_warming_terms_count."
        raise ApiRefusal(400, "ADVANCED_WARMING_COUNT_MISMATCH", message)
    if number % TERMS_STEP or not TERMS_STEP <= number <= TERMS_MAX:
        raise invalid("Advanced warming takes 3 to 30 terms, a multiple of 3.")
    return number


def check_terms(terms: list[str]) -> None:
    """Refuse terms that are too short, too long or alike (API reference 2.1)."""
    distinct = {term.casefold() for term in terms}
    if len(distinct) < len(terms) or any(not TERM_SHORTEST <= len(term) <= TERM_LONGEST for term in terms):
        message = "Warming terms have 2 to 50 characters each and differ from each other."
        raise ApiRefusal(400, "ADVANCED_WARMING_TERMS_REJECTED", message)
