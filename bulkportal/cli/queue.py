"""`bulkportal queue`: what waits, runs and is stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import common, profiled, settings_here
from bulkportal.cli.param_types import FiniteRange
from bulkportal.cli.queueing import SCHEMA
from bulkportal.counting import counted

if TYPE_CHECKING:
    from bulkportal.queues.queue_status import QueuedJob, Standing

_SHOWN = 20

_ORDER = ("stuck", "running", "waiting", "done")
"""Jobs that need somebody's attention come first."""


@click.group(cls=Commands)
def queue() -> None:
    """What was handed to the workers."""


@queue.command()
@common
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def status(*, as_json: bool) -> int:
    """Show what waits, runs and is stuck, by queue and profile; how much of each key's rate is used, and the time that is left.

    \b
    bulkportal queue status
    bulkportal queue status --json
    """
    from bulkportal.queues.engine import need_books
    from bulkportal.queues.queue_status import look

    standing = look(need_books(settings_here(None).ledger))
    if as_json:
        screen.say_json(standing.to_json())
        return 0
    _tell(standing)
    return 0


@queue.command()
@common
@profiled
@click.argument("job", type=int)
@click.option("--yes", "-y", is_flag=True, help="Approve what it takes, where it was handed over without --yes.")
@click.option("--max-credits", type=FiniteRange(min=0), metavar="N", help="With --yes: send nothing if it takes more than N credits.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def retry(*, job: int, yes: bool, max_credits: float | None, as_json: bool) -> int:
    """Put a job that is stuck back into its queue, where somebody has seen to what kept it. Nothing is paid twice.

    \b
    bulkportal queue retry 17
    bulkportal queue retry 17 --yes --max-credits 500
    """
    if max_credits is not None and not yes:
        raise click.UsageError("--max-credits goes with --yes.")
    from bulkportal.queues.engine import need_books
    from bulkportal.queues.queue_status import retry as put_back

    approved = ["--yes", *(["--max-credits", f"{max_credits:g}"] if max_credits is not None else [])] if yes else []
    put_back(need_books(settings_here(None).ledger), job, approved)
    if as_json:
        screen.say_json({"schema": SCHEMA, "job": job})
    else:
        screen.say(f"Job {job} waits again.")
    return 0


def _tell(standing: Standing) -> None:
    counts = ", ".join(f"{standing.count(state)} {word}" for state, word in (("waiting", "waiting"), ("running", "running"), ("stuck", "stuck")))
    screen.say(f"{counts}; {counted(standing.workers, 'worker')} at work.")
    for profile, found in standing.by("profile").items():
        used = f", {standing.rates[profile]:.0%} of its rate used" if profile in standing.rates else ""
        screen.say(f"  {profile}: {', '.join(f'{count} {state}' for state, count in found.items() if count)}{used}")
    if standing.seconds_left:
        screen.say(f"About {max(1, round(standing.seconds_left / 60))} minutes are left, judging by the last launches.")
    if standing.count("waiting") and not standing.workers:
        screen.say("No worker is at work: start one with bulkportal worker.")
    newest_first = sorted(standing.jobs, key=lambda job: (_ORDER.index(job.state), -job.job))
    for job in newest_first[:_SHOWN]:
        screen.say(_line(job))
        if job.next_step:
            screen.say(f"{'':>6}  {'':<8} {job.next_step}")
    if len(newest_first) > _SHOWN:
        screen.say(f"And {counted(len(newest_first) - _SHOWN, 'job')} more: bulkportal queue status --json")


def _line(job: QueuedJob) -> str:
    ended = "" if job.exit_code is None else f", exit code {job.exit_code}"
    tries = f", try {job.attempts + 1}" if job.attempts and job.state != "done" else ""
    told = f": {job.message}" if job.message and job.state != "running" else ""
    where = f" ({job.host})" if job.host and job.state in ("running", "stuck") else ""
    # To the queue a job with an exit code is done; to a person it is not.
    state = "ended" if job.state == "done" and job.exit_code else job.state
    return f"{job.job:>6}  {state:<8} {job.command} {', '.join(job.files)}{where}{tries}{ended}{told}"
