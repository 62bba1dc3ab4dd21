"""`bulkportal run`: every launch of a folder, for a timer or as a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from bulkportal.cli import screen
from bulkportal.cli.options import (
    UNCAPPED,
    OutputOptions,
    PlanOptions,
    bringing,
    change_limit,
    encoding_said,
    for_plan,
    logged,
    profile,
    profiled,
    reads_text,
    settings_here,
    spoken,
)
from bulkportal.cli.param_types import FiniteRange, PathOption
from bulkportal.cli.queueing import carrier_here, queueable
from bulkportal.cli.sending import interruptible
from bulkportal.errors import BulkportalError, ExitCode
from bulkportal.portal.remote import Json

if TYPE_CHECKING:
    from bulkportal.apply.circuit_breaker import CircuitBreaker
    from bulkportal.automate.batch_run import BatchRequest
    from bulkportal.automate.notifications import Delivery
    from bulkportal.automate.results import BatchResult
    from bulkportal.pipeline import Job
    from bulkportal.records.log import Log
    from bulkportal.settings import Settings

_DUTIES_EVERY = 3600.0
"""Seconds between two looks of --watch at links and status while nothing is imported."""


@click.command()
@click.argument("inbox", type=PathOption(), metavar="INBOX")
@click.option("--once/--watch", "once", default=True, help="One pass, for a timer; or look again and again until interrupted.")
@click.option("--interval", type=FiniteRange(min=0.1), default=60.0, show_default=True, help="Seconds between two looks of --watch.")
@click.option("--max-credits", type=FiniteRange(min=0), metavar="N", help="What all launches of one pass may take together.")
@change_limit
@click.option("--still-seconds", type=FiniteRange(min=0), metavar="N", help="Take files unchanged for this long (else the profile's, else 10).")
@click.option("--all-or-nothing", is_flag=True, help="Send nothing of a launch of which any row has an error.")
@click.option("--date-order", type=click.Choice(["day", "month"]), help="Which comes first in 03/04/2027; otherwise that is an error.")
@reads_text
@click.option("--media-root", type=click.Path(path_type=Path), help="A folder in which media files are looked for as well.")
@for_plan
@profiled
@logged
@spoken
@queueable
def run(  # noqa: PLR0913 - one parameter for each option
    *,
    inbox: str,
    once: bool,
    interval: float,
    max_credits: float | None,
    still_seconds: float | None,
    log_file: Path | None,
    how: OutputOptions,
    planning: PlanOptions,
    **habits: object,
) -> int:
    """Import every launch in a folder: workbooks, CSV files, folders of CSV files. Nobody is asked.

    INBOX is a folder, an address (s3://bucket/inbox, gs://…, sftp://…), or env:NAME for the variable that holds either.
    What is done goes to done/, what has mistakes to failed/, each under the name of its run, and its report to reports/.
    A file that is still being written is left for the next time; one that was done before is put away unsent.

    \b
    bulkportal run inbox --max-credits 500
    bulkportal run inbox --watch --interval 300
    bulkportal run s3://launches/inbox --max-credits 500
    """
    from bulkportal.apply.circuit_breaker import CircuitBreaker
    from bulkportal.cli import console
    from bulkportal.records import log as event_log

    chosen = settings_here(planning.base_url)
    if max_credits is None and chosen.profile.max_credits_per_night is None and not how.quiet:
        screen.say(UNCAPPED, err=how.as_json)
    brake = CircuitBreaker()
    with event_log.open_log(log_file) as log, console.Progress(quiet=how.quiet) as progress:
        asked = _RunOptions(
            inbox=inbox,
            settings=chosen,
            log=log,
            habits={
                **habits,
                **planning.for_job(),
                "log": log,
                "approver": "night",
                "tell": progress,
                "brake": brake,
                "bringing": bringing(),
                "encoding": encoding_said(),
                "carrier": carrier_here(chosen),
            },
            brake=brake,
            clear=progress.clear,
            max_credits=max_credits,
            still_seconds=chosen.profile.night.still_seconds if still_seconds is None else still_seconds,
        )
        if once:
            return _told(interruptible(asked.night(), brake), how, always=True, clear=progress.clear)
        return interruptible(asked.watch(interval, how), brake)


@dataclass(frozen=True, slots=True, kw_only=True)
class _RunOptions:
    """The options of the command line, used for each night."""

    inbox: str
    settings: Settings
    log: Log
    habits: dict[str, object]
    brake: CircuitBreaker
    clear: Callable[[], None]
    max_credits: float | None
    still_seconds: float

    async def night(self, *, maintenance: bool = True) -> tuple[BatchResult, tuple[Delivery, ...]]:
        """One night, from the first sign of life to the last message."""
        from bulkportal.automate import batch_run, notifications

        notify = self.settings.profile.notify
        first = await notifications.ping_healthcheck(notify, "start")
        try:
            spent = await batch_run.run(self._order(maintenance=maintenance))
        except BulkportalError:
            # A night that could not even begin has no summary to send; without this the watchman would hear nothing until its own deadline.
            await notifications.ping_healthcheck(notify, "fail")
            raise
        told = await notifications.notify_all(spent, notify)
        self._write_log(spent, told)
        last = await notifications.ping_healthcheck(notify, notifications.ending(spent))
        return spent, (*told, *(one for one in dict.fromkeys((first, last)) if one is not None and not one.ok))

    def _write_log(self, night: BatchResult, told: tuple[Delivery, ...]) -> None:
        log = self.log
        for launch in night.launches:
            facts = {"file": launch.name, "state": launch.outcome.value, "message": launch.message, "exit_code": int(launch.exit_code)}
            log.write("launch_ended", "warning" if launch.exit_code else "info", run_id=launch.run_id, **facts)
        for one in told:
            log.write("told", "info" if one.ok else "warning", run_id=night.night_id, target=one.target, message=one.why)
        ended: dict[str, object] = {"message": night.trouble, "exit_code": int(night.exit_code), "credits": night.credits}
        log.write("night_ended", "warning" if night.exit_code else "info", run_id=night.night_id, command="run", **ended)

    async def watch(self, interval: float, how: OutputOptions) -> int:
        """Pass after pass, until a signal ends it. A pass in which nothing happened prints nothing."""
        clock = asyncio.get_running_loop().time
        next_duties = clock()
        while not self._interrupted():
            due = clock() >= next_duties
            _told(await self.night(maintenance=due), how, always=False, clear=self.clear)
            # Counted from the end: looking at all links of a large account can itself take a while, and reads count against the rate.
            next_duties = clock() + _DUTIES_EVERY if due else next_duties
            until = clock() + interval
            while not self._interrupted() and clock() < until:  # noqa: ASYNC110 - a signal pulls the brake, which is no event
                await asyncio.sleep(0.1)
        return ExitCode.INTERRUPTED

    def _interrupted(self) -> bool:
        return self.brake.is_interrupted

    def _order(self, *, maintenance: bool) -> BatchRequest:
        from bulkportal.automate.batch_run import BatchRequest
        from bulkportal.automate.remote_inbox import inbox_at
        from bulkportal.cli import crash_report

        today = self.habits.get("today")
        zone = profile().time_zone
        return BatchRequest(
            inbox=inbox_at(self.inbox, self.settings.home),
            settings=self.settings,
            job=self._job,
            fault=lambda fault: crash_report.write(fault, "run"),
            today=today if isinstance(today, date) else datetime.now(ZoneInfo(zone) if zone else UTC).date(),
            brake=self.brake,
            max_credits=self.max_credits,
            still_seconds=self.still_seconds,
            maintenance=maintenance,
        )

    def _job(self, path: Path) -> Job:
        from bulkportal.pipeline import Job

        # Nobody is there to ask: the caps of the profile and of the command line are what limits a night.
        return Job(command="run", profile=self.settings.profile, inputs=(path,), confirm=lambda _: True, **self.habits)  # type: ignore[arg-type]  # click has converted each


def _told(ended: tuple[BatchResult, tuple[Delivery, ...]], how: OutputOptions, *, always: bool, clear: Callable[[], None]) -> int:
    from bulkportal.automate import batch_summary

    clear()
    night, told = ended
    if how.as_json and (always or night.worked):
        notified: list[Json] = [{"target": one.target, "ok": one.ok, "why": one.why} for one in told]
        screen.say_json({**batch_summary.document(night), "notified": notified}, indent=2 if always else None)
    for one in told:
        if not one.ok:
            screen.say(f"Not notified: {one.target}: {one.why}.", err=True)
    if how.quiet and not night.exit_code:
        return night.exit_code
    if always or night.worked:
        for line in batch_summary.lines(night):
            screen.say(line, err=how.as_json)
        if batch_summary.next_command(night):
            screen.say(batch_summary.next_command(night), err=how.as_json)
    return night.exit_code
