"""A number in a cell that is formatted as a date: 1 is shown as the first day of 1900, and read so."""

from __future__ import annotations

import re
from datetime import date

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?: 00:00:00)?")
_DAY_ZERO = date(1899, 12, 30)
_LEAP_DAY = 60
"""Excel counts a 29 February 1900 that never was, so its days before it are one less than those of other programs."""

_MOST = 9_999
"""A larger number is more likely a day that somebody wrote."""


def behind(text: str, *, file: str) -> int | None:
    """The number that a cell holds which reads as this day; None where it reads as none, or as a day that may be meant."""
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        days = (date.fromisoformat(found[1]) - _DAY_ZERO).days
    except ValueError:
        return None
    number = days - 1 if days <= _LEAP_DAY and not file.casefold().endswith(".ods") else days
    return number if 0 < number <= _MOST else None


def is_day(text: str) -> bool:
    """Whether a cell reads as a day."""
    return _DAY.fullmatch(text) is not None
