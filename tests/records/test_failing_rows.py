"""New, fixed, still failing, flapping: over several nights, by what rows are about."""

from __future__ import annotations

from datetime import date, timedelta

from bulkportal.apply.outcomes import RowState
from bulkportal.records.failing_rows import Changes, Problem, RowSeen, SeenRows, changes
from tests.automate.inboxes import inbox_of, launch, night
from tests.conftest import Desk

MONDAY = date(2026, 11, 16)


def row(key: str, state: RowState = RowState.INVALID, place: str = "Videos!2") -> RowSeen:
    return RowSeen(sheet="Videos", key=key, place=place, state=state, problem="It is wrong." if state is RowState.INVALID else "")


def seen(*rows: RowSeen, item: str = "launch.xlsx", trouble: str = "") -> SeenRows:
    return SeenRows(run_id="run-1", item=item, rows=rows, trouble=trouble, state="invalid" if trouble else "")


def after(*nights: list[SeenRows]) -> list[Changes]:
    """The changes of each night, one a day."""
    known: dict[tuple[str, str, str], Problem] = {}
    found: list[Changes] = []
    for number, one in enumerate(nights):
        found.append(changes(tuple(known.values()), one, MONDAY + timedelta(days=number)))
        known |= {problem.identity: problem for problem in found[-1].every}
    return found


def names(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.key for problem in problems]


def test_a_row_is_new_then_still_failing_then_fixed_and_then_flaps() -> None:
    """It keeps the day on which it began until it is solved; the next time it begins anew."""
    bad, good = seen(row("a position 1")), seen(row("a position 1", RowState.DONE))
    first, second, third, fourth = after([bad], [bad], [good], [bad])
    assert (names(first.new), names(first.still)) == (["a position 1"], [])
    assert second.new == () and second.oldest is not None
    assert (second.oldest.since, second.oldest.nights(MONDAY + timedelta(days=1))) == (MONDAY, 2)
    assert (names(third.fixed), third.still, third.oldest) == (["a position 1"], (), None)
    assert (names(fourth.flapping), fourth.new[0].since) == (["a position 1"], MONDAY + timedelta(days=3))


def test_a_row_that_moved_in_its_sheet_is_the_same_row() -> None:
    """Two rows put in above it change its number and nothing else."""
    _, second = after([seen(row("a position 1", place="Videos!2"))], [seen(row("a position 1", place="Videos!4"))])
    assert (second.new, [problem.place for problem in second.still]) == ((), ["Videos!4"])


def test_a_row_that_was_not_looked_at_is_still_failing_and_one_done_from_another_file_is_fixed() -> None:
    """The corrected rows may come in any file: a bundle has one name for all of them."""
    first = [seen(row("a position 1"), row("a position 2"))]
    _, quiet, last = after(first, [], [seen(row("a position 1", RowState.DONE), item="corrections.xlsx")])
    assert len(quiet.still) == 2 and not quiet.new
    assert (names(last.fixed), names(last.still)) == (["a position 1"], ["a position 2"])


def test_a_file_that_could_not_be_read_is_fixed_when_it_can_be() -> None:
    """Whatever its rows say then."""
    _, second = after([seen(trouble="It is damaged.")], [seen(row("a position 1"))])
    assert (names(second.fixed), names(second.new)) == (["launch.xlsx"], ["a position 1"])


def test_a_night_tells_what_changed_since_the_night_before(desk: Desk) -> None:
    """From end to end: a bad row, a night without news, the corrected file."""
    launch(inbox_of(desk), "spring", target_publish_date="soon")
    first = night(desk, "--today", "2026-11-16").document["changes"]
    assert {problem["row"] for problem in first["new"]} == {"spring", "spring position 1"}
    second = night(desk, "--today", "2026-11-18").document["changes"]
    assert (second["new"], second["oldest"]["nights"]) == ([], 3)
    launch(inbox_of(desk), "spring")
    third = night(desk, "--today", "2026-11-19").document["changes"]
    assert ({problem["row"] for problem in third["fixed"]}, third["still"]) == ({"spring", "spring position 1"}, [])


def test_a_failed_file_that_somebody_takes_away_is_given_up(desk: Desk) -> None:
    """failed/ is the list of what to mend: a file that is deleted there is waited for no longer."""
    (inbox_of(desk) / "broken.xlsx").write_bytes(b"PK\x03\x04")
    assert night(desk).document["changes"]["new"]
    for path in (inbox_of(desk) / "failed").iterdir():
        path.unlink()
    changes_now = night(desk).document["changes"]
    assert ([problem["file"] for problem in changes_now["given_up"]], changes_now["still"]) == (["broken.xlsx"], [])
