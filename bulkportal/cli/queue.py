"""`bulkportal queue`: what waits, runs and is stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import common, profiled, settings_here
from bulkportal.cli.queueing import SCHEMA
from bulkportal.counting import counted

if TYPE_CHECKING:
    from bulkportal.queues.standing import QueuedJob, Standing

_SHOWN = 20


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
    from bulkportal.queues.standing import look

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
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def retry(*, job: int, as_json: bool) -> int:
    """Put a job that is stuck back into its queue, where somebody has seen to what kept it. Nothing is paid twice.

    \b
    bulkportal queue retry 17
    """
    from bulkportal.queues.engine import need_books
    from bulkportal.queues.standing import retry as put_back

    put_back(need_books(settings_here(None).ledger), job)
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
    for job in standing.jobs[-_SHOWN:]:
        screen.say(_line(job))


def _line(job: QueuedJob) -> str:
    ended = "" if job.exit_code is None else f", exit code {job.exit_code}"
    tries = f", try {job.attempts + 1}" if job.attempts and job.state != "done" else ""
    told = f": {job.message}" if job.message and job.state == "stuck" else ""
    where = f" ({job.host})" if job.host and job.state in ("running", "stuck") else ""
    return f"{job.job:>6}  {job.state:<8} {job.command} {', '.join(job.files)}{where}{tries}{ended}{told}"
