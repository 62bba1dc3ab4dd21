"""Numbers with their nouns: the one place that makes plurals of English words. Those of a page are in `html.words`."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: ``1 row``, ``3 rows``, ``2 entries``."""
    return f"{number} {noun(number, one, many)}"


def noun(number: float, one: str, many: str = "") -> str:
    """The form of a word that goes with a number; without `many`, the usual plural. Verbs have two as well: is and are."""
    return one if number == 1 else many or f"{one}s"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
