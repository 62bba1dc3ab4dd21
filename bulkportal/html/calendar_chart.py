"""The positions of a calendar's parts: plain numbers, from which the template draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bulkportal.html.words import Words

STEP = 26
"""The width and height of a day, in pixels."""
LEFT, TOP = 40, 22
MOST_WEEKS = 53
"""A year: anything longer is only given in figures."""
BEFORE = timedelta(weeks=4)
"""How much of what has passed is drawn where there is not room for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A text and its position."""

    x: int
    y: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """One day: `level` is 0 for none to 4 for the most; `count` is written in it."""

    x: int
    y: int
    level: int
    count: int
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Weeks:
    """A drawn calendar. `left_out` counts what lies on days for which there is no room."""

    width: int
    height: int
    squares: tuple[Square, ...]
    labels: tuple[Label, ...]
    left_out: int


def weeks_of(days: Mapping[date, int], words: Words, *, noun: str, today: date) -> Weeks:
    """The weeks from the first day to the last, or a year of them: around today, or where the most are. There must be a day."""
    first, end = _week_start(min(days), words), _week_start(max(days), words)
    if (end - first).days >= 7 * MOST_WEEKS:
        # Around today, unless nothing lies there: a launch that is planned for next year would show an empty year.
        near = max(first, min(_week_start(today, words) - BEFORE, end - timedelta(weeks=MOST_WEEKS - 1)))
        first = near if _within(near, days) else max((_week_start(day, words) for day in sorted(days)), key=lambda start: _within(start, days))
    wide = min((end - first).days // 7 + 1, MOST_WEEKS)
    shown = [first + timedelta(days=number) for number in range(7 * wide)]
    most = max(days.values())
    squares = [
        Square(
            x=LEFT + STEP * (number // 7),
            y=TOP + STEP * (number % 7),
            level=_level(days.get(day, 0), most),
            count=days.get(day, 0),
            title=f"{words.day(day)}: {words.count(days[day], noun)}" if day in days else words.day(day),
        )
        for number, day in enumerate(shown)
        if min(days) <= day <= max(days)
    ]
    return Weeks(
        width=LEFT + STEP * wide + STEP // 2,
        height=TOP + STEP * 7,
        squares=tuple(squares),
        labels=(*_weekdays(first, words), *_months(shown, words)),
        left_out=sum(days.values()) - sum(square.count for square in squares),
    )


def _within(first: date, days: Mapping[date, int]) -> int:
    """How many there are in the drawn year that begins on a day."""
    return sum(count for day, count in days.items() if first <= day < first + timedelta(weeks=MOST_WEEKS))


def _week_start(day: date, words: Words) -> date:
    return day - timedelta(days=(day.weekday() - words.locale.first_week_day) % 7)


def _level(count: int, most: int) -> int:
    """Quarters of the most, so that a single video of a busy calendar is pale and never invisible."""
    # Rounded up, by negating twice.
    return -(-4 * count // most) if count else 0


def _weekdays(first: date, words: Words) -> Iterator[Label]:
    for number in range(0, 7, 2):
        yield Label(x=0, y=TOP + STEP * number + 16, text=words.pattern(first + timedelta(days=number), "EEE"))


def _months(shown: list[date], words: Words) -> Iterator[Label]:
    """The name of a month above the week in which it begins, and above the first week, where both have room."""
    places = {0: shown[0]} | {number // 7: day for number, day in enumerate(shown) if day.day == 1}
    # Two names over one week would be printed on top of each other.
    if len(places) > 1 and sorted(places)[1] < 2:
        del places[0]
    for place, day in sorted(places.items()):
        skeleton = "MMM y" if day.month == 1 or place == min(places) else "MMM"
        yield Label(x=LEFT + STEP * place, y=12, text=words.pattern(day, skeleton))
