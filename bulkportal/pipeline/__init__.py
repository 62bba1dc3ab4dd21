"""The whole program, as three functions. Read this first.

A file becomes a table, a table becomes checked rows, checked rows and the remote state become a plan,
the plan is applied through a ledger, and the outcomes become a report that is itself a file to
correct and import again.

`job` says what is asked for, `source` reads it, `run` talks to the platform. The client is imported where it is used: a check
needs neither a client nor a database.
"""

from __future__ import annotations

from contextlib import nullcontext, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Finding, Severity
from bulkportal.check.known import OFFLINE
from bulkportal.errors import BulkportalError, ExitCode
from bulkportal.pipeline.job import Job, MediaOptions, Result
from bulkportal.pipeline.source import Source, now, occasion_of
from bulkportal.report.summary import Ended, count, summarize

if TYPE_CHECKING:
    from bulkportal.settings import Settings

__all__ = ["Job", "MediaOptions", "Result", "check", "check_online", "import_", "plan"]


def check(job: Job) -> Result:
    """Every finding that can be made offline. Raises UnreadableInput."""
    started = now()
    return _checked(Source.read(job, job.home), started)


async def check_online(job: Job) -> Result:
    """The same, after checking the links and cloud addresses in the sheets. Raises UnreadableInput."""
    started = now()
    job = replace(job, bringing=replace(job.bringing, online=True))
    return _checked(await Source.read(job, job.home).with_links(fetch=False), started)


def _checked(source: Source, started: str) -> Result:
    checked = source.check(OFFLINE)
    code = ExitCode.INVALID if checked.errors else ExitCode.OK
    report = summarize(checked, None, None, occasion_of(source, started), Ended(exit_code=code))
    return Result(report=replace(report, media=source.matched), checked=checked)


def _cut_short(source: Source, started: str, problem: BulkportalError, *, sent: bool) -> Result:
    """The result where a problem ended the command: rows without errors were not sent, or their state is unknown (`sent`)."""
    checked = source.check(OFFLINE)
    why = Ended(exit_code=problem.exit_code, message=f"{problem.message} {problem.hint}".strip())
    report = summarize(checked, None, None, occasion_of(source, started), why)
    state, result = (RowState.UNKNOWN, "unknown") if sent else (RowState.WAITING, "not sent")
    lines = tuple(
        replace(line, state=state, result=result, problem=problem.message, next_step=problem.hint) if line.state is RowState.WAITING else line
        for line in report.lines
    )
    told = Finding(code=problem.exit_code.name.lower(), severity=Severity.ERROR, message=problem.message, hint=problem.hint, file=source.names[0])
    return Result(report=replace(report, lines=lines, totals=count(lines), findings=(*report.findings, told)), checked=checked)


async def plan(job: Job, settings: Settings) -> Result:
    """What an import would do. Only reads. Raises the errors of `errors`."""
    from bulkportal.apply.dry_run_quote import Quote, quote
    from bulkportal.pipeline.portal_session import open_portal, requests_of, required
    from bulkportal.pipeline.reporting import notices
    from bulkportal.pipeline.run import Run

    started = now()
    source = await job.brake.unless_stopped(Source.read(job, settings.home).with_links(fetch=True))
    # Before the platform is asked anything: from here on, whatever ends the command, its caller can account for every row.
    job.read(partial(_cut_short, source, started))
    async with open_portal(settings, job.brake) as portal:
        run = await job.brake.unless_stopped(Run.begin(settings, source, portal))
        with run.ledger:
            planned = await run.plan()
            made = planned.plan
            quoted = await required(quote(portal, made, run.checked)) if job.quote else Quote(message="")
            requests = requests_of(portal)
            workspace = run.ledger.workspace
            until, copied = planned.dates(source).until(made), run.copied()
    failed = run.checked.errors or made.findings or made.held
    said = " ".join(filter(None, (until, quoted.message)))
    ended = Ended(exit_code=ExitCode.ROWS_FAILED if failed else ExitCode.OK, message=said)
    made = replace(made, findings=made.findings + quoted.findings + copied + notices(made, run.checked, source.names[0]))
    report = summarize(run.checked, made, None, occasion_of(source, started), ended)
    return Result(report=replace(report, media=source.matched, requests=requests), checked=run.checked, plan=made, workspace=workspace)


async def import_(job: Job, settings: Settings) -> Result:
    """Check, plan, confirm, apply: the main job, with its records kept in the home. Raises the errors of `errors`."""
    from bulkportal.pipeline.recorder import Recorder

    recorder = Recorder(job=job, settings=settings)
    recorder.begin()
    try:
        result = await _import(recorder.watched(), settings)
    except BulkportalError as problem:
        recorder.fail(problem)
        raise
    # The records first: the import is over, and they must not be lost because a Google Sheet cannot be written.
    recorder.end(result)
    if any(sheet.table.live for sheet in result.checked.sheets):
        from bulkportal.pipeline.live_sheets import write_back

        result = await write_back(job, result)
    return replace(result, not_kept=recorder.not_kept)


async def _import(job: Job, settings: Settings) -> Result:
    from bulkportal.pipeline.portal_session import open_portal
    from bulkportal.pipeline.run import Run
    from bulkportal.undoing.stamp import undone_run

    started = now()
    # Open during the whole import: workers inspect files before the plan is made, and upload them while it is applied.
    async with job.carrier or nullcontext():
        source = await job.brake.unless_stopped(Source.read(job, settings.home).with_links(fetch=True))
        job.read(partial(_cut_short, source, started))
        async with open_portal(settings, job.brake) as portal:
            run = await job.brake.unless_stopped(Run.begin(settings, source, portal))
            with run.ledger:
                run.ledger.acquire()
                try:
                    # After the lease is taken: a run that was refused must not appear in the history as one that began.
                    undone = undone_run(run.offline.export)
                    facts = {**job.remembered(settings.base_url), **({"undoes": undone} if undone else {})}
                    run.ledger.start_run(job.command, source.names, facts)
                    return await run.apply(started)
                finally:
                    with suppress(BulkportalError):  # the lease of a dead process counts as free anyway
                        run.ledger.release()
