"""The fewest moves that make the dates of an account legal; then the fewest days, and rather later than earlier. Exact.

All posts of an account are alike to the platform: it asks for a lead time, for at most so many a day, and a team may ask for days
without posts and for days between two of them. So what counts is which days are taken. Where posts need no distance, as many
stay on each day as may, and the others are matched with free places along the line of days; where they do, the days are gone
through one by one with what is carried over.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

CALENDAR_CODES = frozenset({"publish_date_too_early", "too_many_per_day"})
"""The findings about dates that a move resolves: `fix --dates` carries out what they propose, `fix --safe` does not."""

_EARLY = 1
_DAY = 1 << 32
"""What a move costs: each day this much, and each day that it goes back one more. Days decide, and then the direction."""

_HORIZON = 20 * 366
"""Days ahead in which a place is looked for: where nothing is found in twenty years, posts are forbidden on all days."""

_LAST = date.max.toordinal()

_NEVER = 4 * _HORIZON * (_DAY + _EARLY)
"""More than any move costs: what a post without a place would pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post of an account: its day, and whether the platform has it there already, so that it stays whatever the rules are."""

    day: date
    stands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRules:
    """What the posts of an account must keep to.

    `earliest` is the first possible day, `per_day` how many posts a day takes, `apart` the least number of days between two
    posts (0: none). `taken` counts posts of the account that are not to be moved, by day; `is_closed` says of a day that it is to be without.
    """

    earliest: date
    per_day: int
    apart: int = 0
    taken: Mapping[date, int] = field(default_factory=dict)
    is_closed: Callable[[date], bool] = lambda _day: False


def legal_days(posts: Sequence[Post], rules: CalendarRules) -> list[date] | None:
    """A day for each post, in order; None where there is no legal calendar within twenty years."""
    if not posts:
        return []
    grid = _Grid.of(posts, rules)
    # Posts that are one day apart are posts of which a day takes one.
    places = _spaced(grid) if rules.apart > 1 else _matched(grid)
    return None if places is None else list(_handed_out(posts, grid, places))


def has_open_day(rules: CalendarRules) -> bool:
    """Whether any day of the twenty years is not closed: else it is that which leaves no legal calendar, and not the number of posts."""
    first = rules.earliest.toordinal()
    return any(not rules.is_closed(date.fromordinal(day)) for day in range(first, min(first + _HORIZON, _LAST) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Grid:
    """The same in numbers of days: how many posts of a day could stay, and how many must go; where there is room."""

    rules: CalendarRules
    staying: Counter[int]
    could_stay: Counter[int]
    going: Counter[int]

    @classmethod
    def of(cls, posts: Sequence[Post], rules: CalendarRules) -> _Grid:
        staying = Counter(post.day.toordinal() for post in posts if post.stands)
        staying.update({day.toordinal(): count for day, count in rules.taken.items()})
        grid = cls(rules=rules, staying=staying, could_stay=Counter(), going=Counter())
        for post in posts:
            if not post.stands:
                # A date that has passed, however long ago, pays the days until the first possible one whatever becomes of it.
                day = max(post.day, rules.earliest).toordinal()
                (grid.could_stay if post.day >= rules.earliest and grid.room(day) else grid.going)[day] += 1
        return grid

    @property
    def posts(self) -> int:
        return self.could_stay.total() + self.going.total()

    def room(self, day: int) -> int:
        """How many posts may be put on a day besides those that stay."""
        if not self.rules.earliest.toordinal() <= day <= _LAST or self.rules.is_closed(date.fromordinal(day)):
            return 0
        if self.rules.apart > 0:
            near = range(day - self.rules.apart + 1, day + self.rules.apart)
            return int(not any(other in self.staying for other in near))
        return max(0, self.rules.per_day - self.staying[day])

    def beyond(self, day: int, step: int, needed: int) -> int:
        """The last day, forwards (step 1) or backwards (-1), that so many posts may need which go that way from a day."""
        first, start, found = self.rules.earliest.toordinal(), max(day, self.rules.earliest.toordinal()), 0
        day = start
        while found < needed and day >= first and abs(day - start) < _HORIZON:
            room = max(0, self.room(day) - self.could_stay[day])
            found += room
            day += step * (max(1, self.rules.apart) if room else 1)
        return day


def _matched(grid: _Grid) -> list[int] | None:
    """The places, by day, where only so many posts fit on one: as many stay as may, and the others go where it costs least."""
    kept = [day for day, count in grid.could_stay.items() for _ in range(min(count, grid.room(day)))]
    moved = grid.going + Counter({day: count - grid.room(day) for day, count in grid.could_stay.items() if count > grid.room(day)})
    if not moved:
        return kept
    days = {day for first, last in _near(grid, sorted(moved), moved.total()) for day in range(first, last + 1)}
    free = {day: room - grid.could_stay[day] for day in days if (room := grid.room(day)) > grid.could_stay[day]}
    used = _cheapest(sorted(moved.elements()), free)
    return None if used is None else [*kept, *used]


def _near(grid: _Grid, starts: Sequence[int], needed: int) -> Iterator[tuple[int, int]]:
    """The days, from the first to the last, among which so many posts of these days find their places."""
    # What two days reach overlaps where they lie closer than so many posts take up, and of days that hang together so only the ends count.
    closer = min(needed // grid.rules.per_day, _HORIZON - 1)
    first = last = starts[0]
    for start in starts[1:]:
        if start - last > closer:
            yield grid.beyond(first, -1, needed), grid.beyond(last, 1, needed)
            first = start
        last = start
    yield grid.beyond(first, -1, needed), grid.beyond(last, 1, needed)


def _cheapest(posts: Sequence[int], free: Mapping[int, int]) -> list[int] | None:
    """The days to which posts go, each a place of its own, at the least cost; None where there are too few."""
    # Matching on a line by a heap, with decisions that can be taken back: exact, and quick where a general assignment takes the cube
    # of a thousand posts.
    line = _Line()
    posting = Counter(posts)
    for day in sorted({*posting, *free}):
        for _ in range(posting[day]):
            line.pass_post(day)
        line.pass_places(day, free.get(day, 0))
    return sorted(line.used.elements()) if line.used.total() == len(posts) else None


class _Line:
    """Days from left to right: a post takes the best place so far, and every decision leaves behind what it costs to take it back."""

    def __init__(self) -> None:
        self.used: Counter[int] = Counter()
        # What a post on day 0 would pay, the place, and how many there are.
        self._places: list[tuple[int, int, int]] = []
        # What a place on day 0 would cost a post that gives up its place so far (-1: it has none), and that place.
        self._waiting: list[tuple[int, int]] = []

    def pass_post(self, day: int) -> None:
        """Give a post the cheapest place on its left, if there is one; a later place may still be cheaper."""
        price, place = _NEVER, -1
        if self._places:
            cost, place, count = heapq.heappop(self._places)
            price = cost + (_DAY + _EARLY) * day
            self.used[place] += 1
            if count > 1:
                heapq.heappush(self._places, (cost, place, count - 1))
        heapq.heappush(self._waiting, (-_DAY * day - price, place))

    def pass_places(self, day: int, room: int) -> None:
        """Let posts on the left change to these places as long as that is cheaper, and keep the rest for those on the right."""
        # A post that has changed never changes to a place that is still further away: it does not wait again.
        while room and self._waiting and self._waiting[0][0] + _DAY * day < 0:
            gain, back = heapq.heappop(self._waiting)
            room -= 1
            self.used[day] += 1
            if back >= 0:
                self.used[back] -= 1
                heapq.heappush(self._places, (-(gain + _DAY * day) - (_DAY + _EARLY) * day, back, 1))
        if room:
            heapq.heappush(self._places, (-(_DAY + _EARLY) * day, day, room))


def _spaced(grid: _Grid) -> list[int] | None:
    """The places, by day, where posts keep their distance; those of dates too far from each other to meet are found by themselves."""
    places: list[int] = []
    for part in _apart(grid, sorted({*grid.could_stay, *grid.going})):
        found = _spaced_together(replace(grid, could_stay=_of(grid.could_stay, part), going=_of(grid.going, part)))
        if found is None:
            return None
        places += found
    return places


def _of(counts: Counter[int], days: Collection[int]) -> Counter[int]:
    return Counter({day: counts[day] for day in days if counts[day]})


def _apart(grid: _Grid, dates: Sequence[int]) -> Iterator[Sequence[int]]:
    """The dates in groups whose posts cannot come near each other, however far they move."""
    start, most = 0, grid.posts
    for place in range(1, len(dates)):
        left, right = dates[place - 1], dates[place]
        if right - left > 2 * most * grid.rules.apart and grid.beyond(left, 1, most) + grid.rules.apart <= grid.beyond(right, -1, most):
            yield dates[start:place]
            start = place
    if dates:
        yield dates[start:]


def _spaced_together(grid: _Grid) -> list[int] | None:
    """From the first date to the last the days are gone through one by one, with what every way so far has led to.

    Before the first date and after the last there is nothing to weigh: of places that serve posts on one side only, the nearest are the best.
    """
    first, last = min((*grid.could_stay, *grid.going)), max((*grid.could_stay, *grid.going))
    begin = max(first - _HORIZON, grid.rules.earliest.toordinal())
    if len(_packed(grid, begin, 1, grid.posts, last + _HORIZON - begin)) < grid.posts:
        return None  # not even the tightest calendar holds them
    best, before = _starts(grid, first)
    came: list[dict[_State, tuple[_State, bool]]] = []
    left = grid.posts
    for day in range(first, last + 1):
        left -= grid.could_stay[day] + grid.going[day]
        after: dict[_State, tuple[int, int]] = {}
        ways: dict[_State, tuple[_State, bool]] = {}
        for state, price in best.items():
            for is_taken, following, costs in _ways(grid, day, state):
                total = (price[0] + costs[0], price[1] + costs[1])
                # Places that wait for later posts of which there are not enough lead nowhere: without this, the states grow with the square.
                if -following.waiting <= left and (following not in after or total < after[following]):
                    after[following], ways[following] = total, (state, is_taken)
        best = after
        came.append(ways)
    behind = {since: _packed(grid, last + 1 + grid.rules.apart - since, 1, grid.posts) for since in range(1, grid.rules.apart + 1)}
    ends = {
        state: (price[0], price[1] + sum(day - last - 1 for day in behind[state.since][: state.waiting]) * _DAY)
        for state, price in best.items()
        if 0 <= state.waiting <= len(behind[state.since])
    }
    # There is one: where the tightest calendar holds all posts, one of these ways leads to it.
    end = min(ends, key=lambda one: ends[one])
    start, taken = _traced(end, came, first)
    return [*before[start], *taken, *behind[end.since][: end.waiting]]


def _packed(grid: _Grid, day: int, step: int, most: int, reach: int = _HORIZON) -> list[int]:
    """So many places from a day on, forwards (step 1) or backwards (-1), each as near as may be, for so many days at the most."""
    found: list[int] = []
    start, first = day, grid.rules.earliest.toordinal()
    while len(found) < most and first <= day <= _LAST and abs(day - start) < reach:
        room = grid.room(day)
        found += [day] if room else []
        day += step * (grid.rules.apart if room else 1)
    return found


def _starts(grid: _Grid, first: int) -> tuple[dict[_State, tuple[int, int]], dict[_State, list[int]]]:
    """The states in which the first date can be reached, each with its price, and the places before it."""
    apart = grid.rules.apart
    best, before = {_State(since=apart, waiting=0): (0, 0)}, {_State(since=apart, waiting=0): list[int]()}
    for since in range(1, apart + 1):
        places = _packed(grid, first - since, -1, grid.posts)
        if since < apart and places[:1] != [first - since]:
            continue
        price = 0
        for count, place in enumerate(places, start=1):
            price += (first - place) * (_DAY + _EARLY)
            best[_State(since, -count)], before[_State(since, -count)] = (0, price), places[:count]
    return best, before


class _State(NamedTuple):
    """How many days ago the last post was, and how many posts wait for a later place; below zero, how many places wait for later posts."""

    since: int
    waiting: int


def _ways(grid: _Grid, day: int, state: _State) -> Iterator[tuple[bool, _State, tuple[int, int]]]:
    """What may become of a day: whether it is taken, what follows, and what that costs (moves, days)."""
    could = grid.could_stay[day]
    here = could + grid.going[day]
    for is_taken in (False, True) if state.since >= grid.rules.apart and grid.room(day) else (False,):
        waiting = state.waiting + here - is_taken
        since = 1 if is_taken else min(state.since + 1, grid.rules.apart)
        yield is_taken, _State(since, waiting), (here - (is_taken and could > 0), abs(waiting) * (_DAY + (_EARLY if waiting < 0 else 0)))


def _traced(state: _State, came: Sequence[Mapping[_State, tuple[_State, bool]]], first: int) -> tuple[_State, list[int]]:
    """The state in which the way to this one began, and the days that are taken on it."""
    taken: list[int] = []
    for number in range(len(came) - 1, -1, -1):
        state, is_taken = came[number][state]
        taken += [first + number] if is_taken else []
    return state, taken


def _handed_out(posts: Sequence[Post], grid: _Grid, places: Collection[int]) -> Iterator[date]:
    """The places for the posts: who can stay stays, the first of the sheet before the others; the rest in the order of their days."""
    free = Counter(places)
    kept: set[int] = set()
    for number, post in enumerate(posts):
        day = post.day.toordinal()
        if not post.stands and free[day] and grid.could_stay[day]:
            free[day] -= 1
            kept.add(number)
    moved = sorted((post.day, number) for number, post in enumerate(posts) if not post.stands and number not in kept)
    new = dict(zip((number for _, number in moved), sorted(free.elements()), strict=True))
    for number, post in enumerate(posts):
        yield date.fromordinal(new[number]) if number in new else post.day
