"""Which dates of a launch to move, cell by cell, and why: the fewest that make its calendar legal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from bulkportal.check.calendar_solver import CalendarRules, Post, legal_days
from bulkportal.check.casting import TABLE
from bulkportal.check.checker import Frames, Typed, check, understand
from bulkportal.check.date_moves import Moves, MovesWanted, Wishes, date_moves
from bulkportal.check.date_proposals import with_moves
from bulkportal.check.finding_list import as_list
from bulkportal.check.known import OFFLINE, Known, KnownBundle, KnownSlot
from bulkportal.check.prepare import Terms
from bulkportal.sheets.table import ROW
from tests.check.sheets import TODAY, table
from tests.conftest import bundle, video

Rows = Sequence[Mapping[str, object]]


def typed(days: Sequence[str], *, formulas: frozenset[tuple[int, str]] = frozenset(), name: str = "spring") -> Typed:
    """A launch with a video on each of these days."""
    bundles = table([bundle(name, videos_quantity=len(days))], "Bundles")
    videos = table([video(name, n, target_publish_date=text) for n, text in enumerate(days, 1)], "Videos")
    return understand([bundles, replace(videos, formulas=formulas)])


def moved(rows: Typed, wishes: Wishes | None = None, known: Known = OFFLINE, wanted: MovesWanted | None = None) -> Moves:
    """The moves for these rows."""
    return date_moves(rows, Frames.of(rows, Terms(today=TODAY, known=known)), known, wishes or Wishes(), wanted)


def told(found: Moves) -> list[tuple[str, str, str]]:
    """Where, to which day, and why."""
    return [(move.place.cell, move.after.isoformat(), move.why) for move in found.moves]


def test_a_day_that_is_too_full_gives_one_away_to_the_day_beside_it() -> None:
    """An account takes three a day."""
    assert told(moved(typed(["2030-03-04"] * 4))) == [("G5", "2030-03-05", "That day has 4 videos; an account takes 3 a day.")]
    assert moved(typed(["2030-03-04"] * 3)) == Moves(moves=(), impossible=())


def test_a_date_that_is_too_early_goes_to_the_first_possible_day() -> None:
    """Which depends on what the account needs before."""
    ((cell, after, why),) = told(moved(typed(["2027-03-01"])))
    assert cell == "G2" and after > "2027-03-01" and why == f"The first possible day is {after}."


def test_days_without_posts_and_days_between_them() -> None:
    """What a team asks for besides: weekdays by name, holidays by date, and a distance."""
    sunday = Wishes(no_posts_on=("sunday", "2030-03-04"))
    assert [why for _, _, why in told(moved(typed(["2030-03-03", "2030-03-04"]), sunday))] == ["No posts on Sundays.", "No posts on 2030-03-04."]
    apart = told(moved(typed(["2030-03-04", "2030-03-05", "2030-03-08"]), Wishes(days_between_posts=2)))
    assert [why for _, _, why in apart] == ["Posts of an account are 2 days apart."]


def test_a_date_that_a_formula_reckons_stays() -> None:
    """And counts: the others make room."""
    found = moved(typed(["2030-03-04"] * 4, formulas=frozenset({(5, "G")})))
    assert [place.cell for place in found.reckoned] == ["G5"]
    assert len(found.moves) == 1 and found.moves[0].place.cell != "G5"


def test_why_there_is_no_legal_calendar() -> None:
    """No day is open, the days hold fewer, or they keep a distance that leaves no room."""
    every_day = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    closed, apart, full = (
        moved(typed(["2030-03-04"] * 4), wishes).impossible[0]
        for wishes in (Wishes(no_posts_on=every_day), Wishes(days_between_posts=8_000), Wishes(no_posts_on=tuple(_all_days_but("2030-03-04"))))
    )
    assert {finding.code for finding in (closed, apart, full)} == {"calendar_impossible"}
    assert len({closed.message, apart.message, full.message}) == 3
    assert moved(typed(["2030-03-04"] * 2), Wishes(days_between_posts=1, no_posts_on=every_day[1:])).impossible == (), "a Monday each is legal"


def _all_days_but(kept: str) -> list[str]:
    """Twenty-five years of holidays."""
    days = (date.fromordinal(number).isoformat() for number in range(date(2027, 1, 1).toordinal(), date(2052, 1, 1).toordinal()))
    return [day for day in days if day != kept]


def on_platform(**slots: str) -> Known:
    """A platform whose bundle `spring` has videos on these days."""
    there = {int(name[1:]): KnownSlot(has=frozenset(), publish_date=date.fromisoformat(day), values={}) for name, day in slots.items()}
    known = KnownBundle(
        id="bnd-1",
        reference="spring",
        bundle_type="account_and_videos",
        platform="tiktok",
        videos_quantity=9,
        edits_quantity=0,
        delivered=False,
        published=False,
        account_has=frozenset(),
        slots=there,
        empty={},
        values={},
    )
    return Known(online=True, bundles=(known,))


def test_posts_that_are_there_already_take_their_days() -> None:
    """Not those that a row of the sheet moves itself."""
    full = on_platform(p7="2030-03-04", p8="2030-03-04", p9="2030-03-04")
    assert [after for _, after, _ in told(moved(typed(["2030-03-04"]), known=full))] == ["2030-03-05"]
    assert told(moved(typed(["2030-03-04"]), known=on_platform(p1="2030-03-04"))) == []


def test_where_nobody_has_asked_the_platform_the_export_tells_its_days() -> None:
    """A row whose date was not edited stands where the export saw it."""
    rows = [video("spring", n, target_publish_date="2030-03-04") | {"bundle_id": "bnd-1"} for n in (1, 2, 3, 4)]
    copy = [{"bundle_id": "bnd-1", "bundle": "spring", "position": n, "target_publish_date": "2030-03-04"} for n in (1, 2, 3)]
    found = moved(understand([table(rows, "Videos"), table(copy, "_base_videos")]))
    assert [(cell, after) for cell, after, _ in told(found)] == [("G5", "2030-03-05")]


def test_moves_are_proposed_for_the_accounts_at_fault_alone() -> None:
    """At their cells; as far as they can be reckoned in time."""
    names = ("spring", "autumn")
    videos = [video(name, n, target_publish_date="2030-03-04") for name in names for n in (1, 2, 3, 4)]
    rows = understand([table([bundle(name, videos_quantity=4) for name in names], "Bundles"), table(videos, "Videos")])
    terms = Terms(today=TODAY, known=OFFLINE)
    found = as_list(check(rows, {}, terms).findings)
    proposed = with_moves(found, rows, terms, Wishes())
    assert {finding.cell: finding.proposal for finding in proposed if finding.proposal} == {"G5": "2030-03-05", "G9": "2030-03-05"}
    quiet = typed(["2030-03-04"])
    silent = as_list(check(quiet, {}, terms).findings)
    assert with_moves(silent, quiet, terms, Wishes()) is silent
    frames = Frames.of(rows, terms)
    one = frames.of_positions.filter(pl.col("_bundle") == "spring").select(TABLE, ROW).head(1)
    assert [move.place.cell for move in date_moves(rows, frames, OFFLINE, Wishes(), MovesWanted(rows=one, steps=4)).moves] == ["G5"]
    assert date_moves(rows, frames, OFFLINE, Wishes(), MovesWanted(rows=one, steps=3)).moves == ()
    two = frames.of_positions.select(TABLE, ROW)
    assert [move.place.cell for move in date_moves(rows, frames, OFFLINE, Wishes(), MovesWanted(rows=two, steps=7)).moves] == ["G5"]
    apart = Wishes(days_between_posts=2)
    assert date_moves(rows, frames, OFFLINE, apart, MovesWanted(rows=one, steps=31)).moves == ()
    assert len(date_moves(rows, frames, OFFLINE, apart, MovesWanted(rows=one, steps=32)).moves) == 3


def test_posts_that_cannot_meet_are_moved_by_themselves() -> None:
    """Each pair keeps its distance where it is, and none at all where there are no posts."""
    first, later = date(2030, 3, 4), date(2031, 3, 4)
    rules = CalendarRules(earliest=TODAY, per_day=3, apart=2)
    days = legal_days([Post(day=day) for day in (first, first, later, later)], rules)
    assert days == [first, date(2030, 3, 6), later, date(2031, 3, 6)]
    assert legal_days([], rules) == []
