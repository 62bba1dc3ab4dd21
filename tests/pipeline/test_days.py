"""The day at the moment of sending: a run that crosses midnight, and rows that cannot wait until tomorrow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bulkportal import pipeline
from bulkportal.apply.outcomes import RowState
from bulkportal.pipeline.job import Result
from bulkportal.portal.secret import Secret
from bulkportal.settings import Settings
from tests.conftest import KEY, Desk, bundle, video

EVENING = datetime(2030, 3, 1, 23, 59, tzinfo=UTC)
MORNING = EVENING + timedelta(minutes=2)
LAST = "2030-03-04"
"""The first day that a new account may have on the evening, and one too early in the morning."""
LATER = "2030-03-20"


def imported(desk: Desk, launch: object, clock: Callable[[], datetime]) -> Result:
    """The import with that clock; the platform's own is set likewise."""
    desk.state.clock.advance((EVENING - desk.state.clock.now()).total_seconds())
    job = pipeline.Job(command="import", inputs=(launch,), confirm=lambda _: True, clock=clock)  # type: ignore[arg-type]
    settings = Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home)
    return asyncio.run(pipeline.import_(job, settings))


def dated(desk: Desk, dates: dict[str, str]) -> object:
    """A sheet of a bundle for each date, with one video on it."""
    rows = [video(name, 1, target_publish_date=day) for name, day in dates.items()]
    return desk.sheets("launch", bundles=[bundle(name, videos_quantity=1) for name in dates], videos=rows)


def test_a_row_that_became_too_early_in_the_queue_is_told_at_its_cell_and_not_sent(desk: Desk) -> None:
    """Midnight passes after the plan: the others go on, the bundle of the late row is made and not published."""
    launch = dated(desk, {"late": LAST, "fine": LATER})
    result = imported(desk, launch, lambda: MORNING if desk.writes else EVENING)
    (finding,) = result.report.findings
    assert (finding.code, finding.place) == ("publish_date_too_early", "videos!G2")
    assert "2030-03-05" in finding.hint, "the first possible day from now on"
    assert result.report.exit_code == 4
    assert {str(line.address): line.state for line in result.report.lines} == {
        "bundles!2": RowState.HELD,
        "bundles!3": RowState.DONE,
        "videos!2": RowState.INVALID,
        "videos!3": RowState.DONE,
    }
    assert [slot.status for slot in desk.bundles["late"].slots] == ["pending"]
    assert (desk.bundles["late"].status, desk.bundles["fine"].status) == ("pending_setup", "published")
    sent = [write.path for write in desk.state.journal.writes if write.route.endswith("/batch")]
    assert sent == [f"/bundles/{desk.bundles['fine'].id}/videos/batch"]


def test_the_same_row_a_minute_earlier_is_sent(desk: Desk) -> None:
    """Without midnight in between nothing is withheld, so that the test above can fail."""
    result = imported(desk, dated(desk, {"late": LAST, "fine": LATER}), lambda: EVENING)
    assert (result.report.exit_code, result.report.findings) == (0, ())


def test_what_is_there_already_may_stay_on_its_day(desk: Desk) -> None:
    """A slot whose date the platform has: another description is sent, whatever day it is by then."""
    dates = {"late": LAST}
    assert imported(desk, dated(desk, dates), lambda: EVENING).report.exit_code == 0
    rows = [video("late", 1, target_publish_date=LAST, description="Another dish")]
    launch = desk.sheets("launch", bundles=[bundle("late", videos_quantity=1)], videos=rows)
    before = desk.writes
    result = imported(desk, launch, lambda: MORNING if desk.writes > before else EVENING)
    assert result.report.exit_code == 0, result.report.findings
    assert desk.bundles["late"].slots[0].content["description"] == "Another dish"


def test_rows_that_cannot_wait_until_tomorrow_go_first(desk: Desk) -> None:
    """However far down they stand; the others keep their order."""
    names = [f"later-{number:02}" for number in range(8)]
    launch = dated(desk, {**dict.fromkeys(names, LATER), "urgent": LAST, "urgent-too": LAST})
    assert imported(desk, launch, lambda: EVENING).report.exit_code == 0
    created = [made.external_ref for made in sorted(desk.bundles.values(), key=lambda made: made.created_at)]
    assert set(created[:2]) == {"urgent", "urgent-too"}
    assert set(created[:4]) == {"urgent", "urgent-too", "later-00", "later-01"}


def test_a_fixed_day_is_for_tests_only() -> None:
    """`--today` does not show in the help; without it the clock is asked each time."""
    from click.testing import CliRunner

    from bulkportal.cli.import_ import import_

    assert "--today" not in CliRunner().invoke(import_, ["--help"]).output
    moments = iter([EVENING, MORNING])
    job = pipeline.Job(command="import", clock=lambda: next(moments))
    assert [job.day(), job.day()] == [date(2030, 3, 1), date(2030, 3, 2)]
    assert pipeline.Job(command="import", today=date(2029, 1, 1)).day() == date(2029, 1, 1)


def test_a_bundle_is_not_bought_when_all_its_videos_have_become_too_early(desk: Desk) -> None:
    """Midnight passes between the plan and the purchase: the bundle is held, and so is its credit; the others are bought."""
    launch = dated(desk, {"late": LAST, "fine": LATER})
    asked: list[datetime] = []

    def clock() -> datetime:
        return MORNING if asked else EVENING

    desk.state.clock.advance((EVENING - desk.state.clock.now()).total_seconds())
    confirm = lambda _: asked.append(MORNING) or True  # noqa: E731  a person who thinks for two minutes
    job = pipeline.Job(command="import", inputs=(launch,), confirm=confirm, clock=clock)  # type: ignore[arg-type]
    result = asyncio.run(pipeline.import_(job, Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home)))
    assert list(desk.bundles) == ["fine"]
    assert {str(line.address): line.state for line in result.report.lines} == {
        "bundles!2": RowState.HELD,
        "bundles!3": RowState.DONE,
        "videos!2": RowState.INVALID,
        "videos!3": RowState.DONE,
    }
    assert result.report.exit_code == 4
    assert [(finding.code, finding.place) for finding in result.report.findings] == [("publish_date_too_early", "videos!G2")]
    (held,) = (line for line in result.report.lines if line.state is RowState.HELD)
    assert "Not bought" in held.problem and "videos!2" in held.problem


def test_slots_are_not_bought_for_videos_that_have_become_too_early(desk: Desk) -> None:
    """Nor are slots; a bundle of which one video can still be sent gets them all, as it would in the morning."""
    first = desk.sheets("launch", bundles=[bundle(name, videos_quantity=1, publish=None) for name in ("late", "half")])
    assert imported(desk, first, lambda: EVENING).report.exit_code == 0
    dates = {("late", 2): LAST, ("late", 3): LAST, ("half", 2): LAST, ("half", 3): LATER}
    rows = [video(name, position, target_publish_date=day) for (name, position), day in dates.items()]
    more = desk.sheets("launch", bundles=[bundle(name, videos_quantity=3, publish=None) for name in ("late", "half")], videos=rows)
    asked: list[int] = []
    confirm = lambda _: asked.append(1) or True  # noqa: E731  as above
    job = pipeline.Job(command="import", inputs=(more,), confirm=confirm, clock=lambda: MORNING if asked else EVENING)
    asyncio.run(pipeline.import_(job, Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home)))
    assert {name: len(made.slots) for name, made in desk.bundles.items()} == {"late": 1, "half": 3}


def test_a_purchase_that_was_broken_off_is_not_sent_again_for_videos_that_are_too_early_by_then(desk: Desk) -> None:
    """The request never arrived, and the next run starts after midnight: the bundle is not bought for nothing."""
    launch = dated(desk, {"late": LAST})
    desk.trouble("drop_before", "POST /bundles", times=None)
    assert imported(desk, launch, lambda: EVENING).report.exit_code == 5
    desk.operate("DELETE", "/faults")
    result = imported(desk, launch, lambda: MORNING)
    assert (result.report.exit_code, list(desk.bundles)) == (4, [])


def test_a_plan_says_until_when_it_holds(desk: Desk) -> None:
    """The first of its days that comes too early, and for which row."""
    launch = dated(desk, {"soon": LAST, "fine": LATER})
    desk.state.clock.advance((EVENING - desk.state.clock.now()).total_seconds())
    settings = Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home)
    made = asyncio.run(pipeline.plan(pipeline.Job(command="plan", inputs=(launch,), clock=lambda: EVENING), settings))  # type: ignore[arg-type]
    assert "This plan holds until 2030-03-02 00:00 UTC: after that videos!2 is too early." in made.report.message
