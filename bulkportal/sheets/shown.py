"""What a number format shows of what a cell holds: the same number, another one, or nothing.

A cell may hold 12000 and show 12 (``0,``), hold 3 and show 300% (``0%``), or hold anything and show nothing (``;;;``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_TOKEN = re.compile(r'"([^"]*)"?|\\(.)|[_*].|\[([^\[\]]*)\]|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?\d{1,15}(?:\.\d{1,15})?)")
_DIGITS = "0#?"
_MOST_SECTIONS = 4


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of a format: its signs, the words among them, and the numbers that it is for, if it says so."""

    bare: str
    words: str
    condition: tuple[str, Decimal] | None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is seen of whatever stands in it."""
        return not self.bare.strip() and not self.words.strip()

    def takes(self, value: Decimal) -> bool:
        """Whether its condition holds."""
        sign, limit = self.condition or ("", Decimal())
        return {"<": value < limit, ">": value > limit, "<=": value <= limit, ">=": value >= limit, "=": value == limit}.get(sign, value != limit)


def hides_number(code: str, number: str) -> bool:
    """Whether a number under this format cannot be seen."""
    section = _section_for(code, number)
    return section is not None and section.is_nothing


@lru_cache(maxsize=4096)
def may_hide_numbers(code: str) -> bool:
    """Whether there are numbers of which this format shows nothing."""
    return any(section.is_nothing for section in _sections(code)[:3])


@lru_cache(maxsize=4096)
def hides_text(code: str) -> bool:
    """Whether a text under this format cannot be seen: only a fourth section is about texts."""
    sections = _sections(code)
    return len(sections) == _MOST_SECTIONS and sections[-1].is_nothing


def is_another(code: str, number: str) -> bool:
    """Whether the format shows another number: scaled, rounded, or with digits of its own. Nothing shown is no number."""
    section, value = _section_for(code, number), _value(number)
    if section is None or value is None or section.is_nothing:
        return False
    if any(map(str.isdigit, section.words)) or any(sign in "123456789" for sign in section.bare.replace("/", "")):
        return True
    places = [at for at, sign in enumerate(section.bare) if sign in _DIGITS]
    if "general" in section.bare.lower() or "@" in section.bare:
        return False
    if not places:
        return value != 0
    if "/" in section.bare:  # a fraction shows a whole number as it is
        return value != value.to_integral_value()
    return _shown(section.bare, places, value) != value


def is_another_written(shown: str, number: str) -> bool:
    """The same where a file keeps what is shown beside the number (OpenDocument), in whatever country's way."""
    value = _value(number)
    digits = "".join(filter(str.isdecimal, shown))
    if value is None or not digits:
        return False
    meant = "".join(filter(str.isdecimal, f"{abs(value):f}".rstrip("0").rstrip(".") if "." in number else f"{abs(value):f}"))
    digits, meant = digits.lstrip("0"), meant.lstrip("0")
    return (shown.rstrip().endswith("%") and value != 0) or not digits.startswith(meant) or digits[len(meant) :].strip("0") != ""


def _shown(bare: str, places: list[int], value: Decimal) -> Decimal:
    """The number that is shown, by these digit places of a format."""
    whole, _, behind = bare.partition(".")
    mantissa = re.split(r"[Ee][+-]", behind)[0]
    scaled = value.scaleb(2 * bare.count("%"))
    last = max((at for at in places if at < len(whole)), default=-1)
    thousands = len(whole[last + 1 :]) - len(whole[last + 1 :].lstrip(",")) if last >= 0 else 0
    if mantissa:
        end = max((at for at, sign in enumerate(mantissa) if sign in _DIGITS), default=-1)
        thousands += len(mantissa[end + 1 :]) - len(mantissa[end + 1 :].lstrip(","))
    scaled = scaled.scaleb(-3 * thousands)
    decimals = sum(sign in _DIGITS for sign in mantissa)
    if re.search(r"[Ee][+-]", bare):
        if "." not in bare:
            decimals = 0
        decimals -= scaled.adjusted() if scaled else 0
    return round(scaled, decimals)


def _section_for(code: str, number: str) -> _Section | None:
    """The part of a format that a number is shown by; None where that is not known."""
    sections, value = _sections(code), _value(number)
    if value is None or len(sections) > _MOST_SECTIONS:
        return None
    if any(section.condition for section in sections[:2]):
        return next((one for one in sections[:2] if one.condition and one.takes(value)), sections[min(2, len(sections) - 1)])
    numbers = sections[:3]
    if len(numbers) > 1 and "@" in numbers[-1].bare:
        numbers = numbers[:-1]
    place = 0 if value > 0 or len(numbers) == 1 else 1 if value < 0 or len(numbers) == 2 else 2
    # Of two parts the first is for zero as well; only a third one is for zero alone.
    return numbers[0 if value == 0 and len(numbers) == 2 else place]


@lru_cache(maxsize=4096)
def _sections(code: str) -> tuple[_Section, ...]:
    found: list[_Section] = []
    bare, words, condition = "", "", None
    for token in _TOKEN.finditer(f"{code};"):
        quoted, escaped, bracket, sign = token.groups()
        if sign == ";":
            found.append(_Section(bare, words, condition))
            bare, words, condition = "", "", None
            continue
        words += quoted or escaped or ""
        bare += sign or ""
        says = _CONDITION.fullmatch(bracket or "")
        condition = (says[1], Decimal(says[2])) if says else condition
    return tuple(found)


def _value(number: str) -> Decimal | None:
    try:
        value = Decimal(number)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 30 else None
