"""Which dates of a launch to move so that its calendar is legal, cell by cell; see `calendar_solver` for what counts as best."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from bulkportal.check.calendar_solver import CalendarRules, Post, has_open_day, legal_days
from bulkportal.check.casting import TABLE
from bulkportal.check.checker import Frames, Typed
from bulkportal.check.findings import Finding, Place
from bulkportal.check.known import Known
from bulkportal.check.month_names import WEEKDAY_NAMES
from bulkportal.check.position_rules import PER_DAY
from bulkportal.counting import counted
from bulkportal.sheets.table import ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a team asks for besides the platform's rules: days without posts (weekdays and dates as ``2027-12-25``), and days between two posts."""

    no_posts_on: tuple[str, ...] = ()
    days_between_posts: int = 0

    def is_closed(self, day: date) -> bool:
        """Whether nothing is to be posted on a day."""
        return WEEKDAY_NAMES[day.weekday()].lower() in self.no_posts_on or day.isoformat() in self.no_posts_on


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMove:
    """A date to be moved: its cell, the day it holds, the day it should hold, and what is against the day it holds."""

    place: Place
    before: date
    after: date
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """The moves, the accounts for which there is no legal calendar, and the dates that a formula calculates, which are not moved."""

    moves: tuple[DateMove, ...]
    impossible: tuple[Finding, ...]
    reckoned: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MovesWanted:
    """Of which accounts moves are wanted: those that have any of these `rows` (`_table` and `_row`), in order, for as many `steps` as that may take.

    An account takes a step for each of its posts; where they keep a distance, for each two of them and each day between.
    """

    rows: pl.DataFrame
    steps: int

    def of(self, dated: pl.DataFrame, apart: int) -> pl.DataFrame:
        """The rows of these accounts."""
        there = dated.join(dated.join(self.rows, on=[TABLE, ROW], how="semi"), on="account", how="semi", maintain_order="left")
        posts = pl.len().cast(pl.Int64)
        taking = there.group_by("account", maintain_order=True).agg(steps=posts * posts * apart if apart else posts)
        affordable = taking.filter(pl.col("steps").cum_sum() <= self.steps)
        return there if affordable.height == taking.height else there.join(affordable, on="account", how="semi", maintain_order="left")


def date_moves(typed: Typed, frames: Frames, known: Known, wishes: Wishes, wanted: MovesWanted | None = None) -> Moves:
    """The fewest moves for each account, or for those that are `wanted`.

    A date that the platform has already, of a row with an action, or of a formula stays.
    """
    rows = frames.of_positions.join(_accounts(frames.of_bundles), on="_bundle", how="left", maintain_order="left").with_columns(
        # The platform counts its three a day for each bundle (API reference 3.4), and people count days between posts for each account.
        account=pl.coalesce("account", "_bundle") if wishes.days_between_posts else pl.col("_bundle")
    )
    owners: dict[str, str] = dict(rows.select("_bundle", "account").drop_nulls().unique().iter_rows())
    taken = _taken(typed, rows, known, owners)
    moves: list[DateMove] = []
    impossible: list[Finding] = []
    reckoned: list[Place] = []
    dated = rows.drop_nulls(["account", "target_publish_date"])
    if wanted is not None:
        dated = wanted.of(dated, wishes.days_between_posts)
    solved: dict[object, list[date] | None] = {}
    columns = (TABLE, ROW, "target_publish_date", "_date_stands")
    for account, earliest, *cells in dated.group_by("account", maintain_order=True).agg(pl.col("_earliest").max(), *columns).iter_rows():
        rules = CalendarRules(
            earliest=earliest,
            per_day=PER_DAY,
            apart=wishes.days_between_posts,
            taken=taken.get(account, {}),
            is_closed=wishes.is_closed,
        )
        listed = list(zip(*cells, strict=True))
        places = [Place(sheet=typed.sheets[table], row=row, field="target_publish_date") for table, row, _, _ in listed]
        fixed = [is_reckoned(place) for place in places]
        reckoned += [place for place, is_fixed in zip(places, fixed, strict=True) if is_fixed]
        # A cell with a formula counts as one that stays: written over, the date would no longer follow what it is calculated from.
        posts = tuple(Post(day=day, stands=stands or is_fixed) for (_, _, day, stands), is_fixed in zip(listed, fixed, strict=True))
        alike = (posts, earliest, frozenset(rules.taken.items()))  # the bundles of a launch often have the same days
        if alike not in solved:
            solved[alike] = legal_days(posts, rules)
        days = solved[alike]
        if days is None:
            impossible.append(_impossible(places, str(account), rules, str(listed[0][2])))
            continue
        full = Counter(day for _, _, day, _ in listed) + Counter(rules.taken)
        against = {before: _against(before, rules, full, wishes) for before in {day for _, _, day, _ in listed}}
        for place, (_, _, before, _), after in zip(places, listed, days, strict=True):
            if after != before:
                moves.append(DateMove(place=place, before=before, after=after, why=against[before]))
    return Moves(moves=tuple(moves), impossible=tuple(impossible), reckoned=tuple(reckoned))


def _impossible(places: Sequence[Place], account: str, rules: CalendarRules, value: str) -> Finding:
    """Why there is no legal calendar: no day is open, or there are more videos than the days hold."""
    words = {"count": counted(len(places), "video"), "account": account, "earliest": rules.earliest}
    if not has_open_day(rules):
        return places[0].found("calendar_impossible", words, value=value)
    if rules.apart > 1:
        return places[0].found("calendar_impossible", {**words, "apart": counted(rules.apart, "day")}, variant="apart", value=value)
    return places[0].found("calendar_impossible", {**words, "per_day": 1 if rules.apart else rules.per_day}, variant="full", value=value)


def is_reckoned(place: Place) -> bool:
    """Whether a formula stands in the cell: no text is written over it."""
    return (place.row, place.sheet.letters[place.field]) in place.sheet.table.formulas


def _accounts(bundles: pl.DataFrame) -> pl.DataFrame:
    """The account of each bundle that uses one which is there already; several bundles may use the same."""
    uses = pl.when(pl.col("e.bundle_type") == "videos_only").then(pl.lit("account ") + pl.col("account_id"))
    return bundles.filter(pl.col("_bundle").is_not_null()).select("_bundle", account=uses).unique("_bundle", keep="first")


def _taken(typed: Typed, rows: pl.DataFrame, known: Known, owners: Mapping[str, str]) -> Mapping[str, Counter[date]]:
    """By account, the days of posts that no row of the sheet moves: those of the platform, or of the export where nobody has asked it."""
    told = set(rows.filter(pl.col("target_publish_date").is_not_null()).select("_bundle", "position").rows())
    there = [
        ((key, position), slot.publish_date)
        for bundle in known.bundles
        for key in known.keys(bundle)
        for position, slot in bundle.slots.items()
        if slot.publish_date is not None
    ]
    if not known.online:
        exported = rows.select("_bundle", "bundle_id", "position").drop_nulls().rows()
        copies = [((key, position), typed.base.get((identity, position), {}).get("target_publish_date")) for key, identity, position in exported]
        there += [(place, day) for place, day in copies if isinstance(day, date)]
    taken: dict[str, Counter[date]] = {}
    for (key, position), day in dict(there).items():
        if key in owners and (key, position) not in told:
            taken.setdefault(owners[key], Counter())[day] += 1
    return taken


def _against(day: date, rules: CalendarRules, full: Mapping[date, int], wishes: Wishes) -> str:
    if day < rules.earliest:
        return f"The first possible day is {rules.earliest}."
    if wishes.is_closed(day):
        weekday = WEEKDAY_NAMES[day.weekday()]
        return f"No posts on {weekday}s." if weekday.lower() in wishes.no_posts_on else f"No posts on {day}."
    if rules.apart:
        return f"Posts of an account are {counted(rules.apart, 'day')} apart."
    return f"That day has {counted(full[day], 'video')}; an account takes {rules.per_day} a day."
