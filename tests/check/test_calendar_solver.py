"""The calendar solver finds what trying everything finds, and is not slowed down by many posts."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bulkportal.check.calendar_solver import CalendarRules, Post, has_open_day, legal_days

FIRST = date(2027, 3, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def is_legal(posts: Sequence[Post], days: Sequence[date], rules: CalendarRules) -> bool:
    """Whether a calendar keeps to the rules; what stands, stands."""
    if any(post.stands and post.day != new for post, new in zip(posts, days, strict=True)):
        return False
    free = [new for post, new in zip(posts, days, strict=True) if not post.stands]
    held = [*(new for post, new in zip(posts, days, strict=True) if post.stands), *Counter(rules.taken).elements()]
    if any(new < rules.earliest or rules.is_closed(new) for new in free):
        return False
    if rules.apart:
        pairs = [*itertools.combinations(free, 2), *itertools.product(free, held)]
        return all(abs((one - other).days) >= rules.apart for one, other in pairs)
    count = Counter(free) + Counter(held)
    return all(count[new] <= rules.per_day for new in free)


def cost(posts: Sequence[Post], days: Sequence[date]) -> tuple[int, int, int]:
    """Moves, days, and days back."""
    by = [(new - post.day).days for post, new in zip(posts, days, strict=True)]
    return sum(each != 0 for each in by), sum(map(abs, by)), -sum(each for each in by if each < 0)


@pytest.mark.parametrize("seed", range(120))
def test_it_is_as_good_as_trying_everything(seed: int) -> None:
    """Up to four posts within a few days: fewest moves, then fewest days, then as few days back as can be."""
    luck = random.Random(seed)
    most, last = (4, 11) if seed % 20 == 0 else (3, 19)
    closed = {day(luck.randint(-2, 8)) for _ in range(luck.randint(0, 3))}
    rules = CalendarRules(
        earliest=day(luck.randint(-1, 3)),
        per_day=luck.choice([1, 2, 3]),
        apart=luck.choice([0, 0, 1, 2, 3] if most == 3 else [0, 1]),
        taken=Counter(day(luck.randint(0, 6)) for _ in range(luck.randint(0, 2))),
        is_closed=closed.__contains__,
    )
    posts = [Post(day=day(luck.randint(-1, 5)), stands=luck.random() < 0.15) for _ in range(luck.randint(1, most))]
    span = [day(number) for number in range(-2, last)]
    choices = [[post.day] if post.stands else span for post in posts]
    best = min((cost(posts, days) for days in itertools.product(*choices) if is_legal(posts, days, rules)), default=None)
    found = legal_days(posts, rules)
    assert found is not None and best is not None
    assert is_legal(posts, found, rules)
    assert cost(posts, found) == best


def test_ten_thousand_posts_of_one_day() -> None:
    """All on one account, which takes three a day: each stays or moves once, and nothing lies before the first possible day."""
    posts = [Post(day=day(100))] * 10_000
    found = legal_days(posts, CalendarRules(earliest=day(3), per_day=3))
    assert found is not None and is_legal(posts, found, CalendarRules(earliest=day(3), per_day=3))
    assert cost(posts, found)[0] == 9_997
    assert (min(found), max(found)) == (day(3), day(3 + 3_333))


def test_the_first_rows_stay_and_the_others_follow_in_order() -> None:
    """Five of one day: the first three stay, the fourth and the fifth go to the next day."""
    found = legal_days([Post(day=day(5))] * 5, CalendarRules(earliest=day(0), per_day=3))
    assert found == [day(5), day(5), day(5), day(6), day(6)]


def test_days_without_posts_and_days_between_posts() -> None:
    """No posts at weekends (FIRST is a Monday), and two days between them."""
    weekend = lambda one: one.weekday() >= 5  # noqa: E731 - a rule of one line
    found = legal_days([Post(day=day(5)), Post(day=day(7))], CalendarRules(earliest=day(0), per_day=3, is_closed=weekend))
    assert found == [day(4), day(7)]
    found = legal_days([Post(day=day(0)), Post(day=day(1)), Post(day=day(2))], CalendarRules(earliest=day(0), per_day=3, apart=2))
    assert found == [day(0), day(4), day(2)]


def test_a_calendar_that_cannot_be() -> None:
    """Where no day is open, nobody is sent to the year 2100."""
    for apart in (0, 2):
        assert legal_days([Post(day=day(1))], CalendarRules(earliest=day(0), per_day=3, apart=apart, is_closed=lambda _: True)) is None


@pytest.mark.parametrize(("count", "apart"), [(10_000, 0), (7_000, 1), (2_000, 2), (900, 7)])
def test_as_many_as_twenty_years_hold_are_placed_whatever_lies_between_them(count: int, apart: int) -> None:
    """All of one day: the tightest calendar from the first possible day on, in as few steps as there are days."""
    rules = CalendarRules(earliest=day(0), per_day=3, apart=apart)
    posts = [Post(day=day(100))] * count
    found = legal_days(posts, rules)
    assert found is not None
    held, used = Counter(found), sorted(set(found))
    assert max(held.values()) <= (3 if not apart else 1)
    assert all((later - one).days >= max(apart, 1) for one, later in itertools.pairwise(used))
    assert cost(posts, found)[0] == count - (1 if apart else 3)


@pytest.mark.parametrize(("count", "apart"), [(30_000, 0), (10_000, 1), (10_000, 2), (10_000, 30)])
def test_more_than_twenty_years_hold_cannot_be_placed(count: int, apart: int) -> None:
    """Said at once, and not after all ways have been gone through; days there are, so it is the number that is wrong."""
    rules = CalendarRules(earliest=day(0), per_day=3, apart=apart)
    assert legal_days([Post(day=day(number % 700)) for number in range(count)], rules) is None
    assert has_open_day(rules)


@pytest.mark.parametrize("apart", [0, 1, 2, 3])
@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([date.min, date(1900, 1, 1)], [date(2027, 3, 1), None]),
        ([date(2028, 2, 29), date(2028, 2, 29)], [date(2028, 2, 29), None]),
        ([date(2027, 12, 31)], [date(2027, 12, 31)]),
        ([date.max, date(2027, 3, 1)], [date.max, date(2027, 3, 1)]),
        ([date(2027, 3, 28), date(2027, 10, 31)], [date(2027, 3, 28), date(2027, 10, 31)]),
    ],
)
def test_the_ends_of_the_calendar_are_days_like_others(dates: list[date], expected: list[date | None], apart: int) -> None:
    """Dates long past go to the first possible days; leap days, the turn of the year, the last day that there is and those of changed clocks stay."""
    rules = CalendarRules(earliest=date(2027, 3, 1), per_day=1, apart=apart)
    posts = [Post(day=one) for one in dates]
    found = legal_days(posts, rules)
    assert found is not None and is_legal(posts, found, rules)
    assert all(want in (None, got) for want, got in zip(expected, found, strict=True))
    if len(dates) == 2 and expected[1] is None:
        assert (found[1] - found[0]).days in (max(apart, 1), -max(apart, 1))


def test_only_one_day_is_open() -> None:
    """Thirteen years away: three posts go there, a fourth has no place, and days without posts are not to blame."""
    rules = CalendarRules(earliest=day(0), per_day=3, is_closed=lambda one: one != date(2040, 1, 1))
    assert legal_days([Post(day=day(1))] * 3, rules) == [date(2040, 1, 1)] * 3
    assert legal_days([Post(day=day(1))] * 4, rules) is None
    assert has_open_day(rules) and not has_open_day(CalendarRules(earliest=day(0), per_day=3, is_closed=lambda _: True))
