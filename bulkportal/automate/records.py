"""What is kept of a run besides the ledger: the log, the audit log, and which rows failed. One import, with all of it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bulkportal import pipeline
from bulkportal.apply.outcomes import Event, OperationState, Outcome
from bulkportal.automate.audit import Audit
from bulkportal.automate.diary import Diary
from bulkportal.automate.inbox import plain_name
from bulkportal.automate.log import Level, Log
from bulkportal.automate.problems import Seen
from bulkportal.automate.rows import rows_of
from bulkportal.errors import BulkportalError
from bulkportal.pipeline.job import Job, Result
from bulkportal.plan.operations import Plan
from bulkportal.settings import Settings

_FINE = (OperationState.DONE, OperationState.FOUND)


@dataclass(slots=True, kw_only=True)
class Records:
    """The records of one command. `approver` says who says yes to a plan: ``--yes``, ``terminal``, or ``night``.

    `trouble` is what could not be kept, to be said at the end: a record that fails stops no run that has begun.
    """

    settings: Settings
    log: Log
    approver: str = "terminal"
    trouble: str = ""
    audit: Audit = field(init=False)

    def __post_init__(self) -> None:
        self.audit = Audit(self.settings.home)

    async def import_(self, job: Job) -> Result:
        """`pipeline.import_`, with everything of it kept. Raises the errors of `errors`."""
        self._begin(job)
        try:
            result = await pipeline.import_(self._around(job), self.settings)
        except BulkportalError as problem:
            self.log.write("run_failed", "error", run_id=job.run_id, command=job.command, message=problem.message, exit_code=int(problem.exit_code))
            if not job.dry_run:
                self._keep("run_failed", job, exit_code=int(problem.exit_code), message=problem.message)
            raise
        self._end(job, result)
        return result

    def _begin(self, job: Job) -> None:
        """Written before anything is sent: where this cannot be kept, nothing is."""
        files = [path.name for path in job.inputs]
        self.log.write("run_started", run_id=job.run_id, command=job.command, file=", ".join(files))
        if job.dry_run:
            return
        profile = self.settings.profile
        self.audit.append(
            "run_started",
            job.run_id,
            command=job.command,
            files=files,
            platform=self.settings.base_url,
            profile=profile.name,
            key_from=self.settings.key_from,
            max_credits=job.max_credits,
            max_credits_per_night=profile.max_credits_per_night,
            options={name: value for name, value in job.remembered().items() if value is True},
        )

    def _around(self, job: Job) -> Job:
        def tell(event: Event) -> None:
            if event.begun is not None:
                self._keep("sending", job, operation=event.begun.kind.value, target=event.begun.target)
                return
            self._tell(job, event)
            job.tell(event)

        def confirm(plan: Plan) -> bool:
            return self._asked(job, plan, yes=job.confirm(plan))

        return replace(job, tell=tell, confirm=confirm)

    def _tell(self, job: Job, event: Event) -> None:
        if event.outcome is not None:
            self._operation(job, event.outcome)
        elif event.seconds:
            self.log.write("waiting", run_id=job.run_id, message=event.text, seconds=event.seconds)
        else:
            self.log.write("progress", "debug", run_id=job.run_id, message=event.text)

    def _operation(self, job: Job, outcome: Outcome) -> None:
        operation = outcome.operation
        level: Level = "info" if outcome.state in _FINE else "warning"
        facts = {
            "operation": operation.kind.value,
            "target": operation.target,
            "state": outcome.state.value,
            "credits": outcome.credits,
            "request_id": outcome.request_id,
            "code": outcome.code,
        }
        self.log.write("operation", level, run_id=job.run_id, message=outcome.problem, **facts)
        sent = outcome.state not in (OperationState.WAITING, OperationState.HELD)
        if sent and (operation.paid or operation.irreversible or outcome.credits):
            self._keep("operation", job, **facts)

    def _asked(self, job: Job, plan: Plan, *, yes: bool) -> bool:
        """A yes is written down before it counts. Raises UsageProblem where it cannot be."""
        by = "approved plan" if job.signed is not None else self.approver
        facts = {
            "by": by,
            "steps": len(plan.operations),
            "credits": plan.price,
            "irreversible": [
                f"{operation.changes[0] if operation.changes else operation.kind.value} {operation.target}" for operation in plan.irreversible
            ],
        }
        self.audit.append("approved" if yes else "declined", job.run_id, **facts)
        self.log.write("approved" if yes else "declined", run_id=job.run_id, message=f"by {by}", credits=plan.price)
        return yes

    def _end(self, job: Job, result: Result) -> None:
        report = result.report
        ended = {"exit_code": int(report.exit_code), "rows": dict(report.totals), "credits": report.charged}
        level: Level = "warning" if report.exit_code else "info"
        requests = dict(report.requests)
        self.log.write("run_ended", level, run_id=job.run_id, command=job.command, message=report.message, requests=requests, **ended)
        if job.dry_run:
            return
        for line in report.operations:
            if line.state == OperationState.FOUND.value and line.credits:  # paid by a run before, which never heard of it
                self._keep("operation", job, operation=line.kind, target=line.target, state=line.state, credits=line.credits)
        self._keep("run_ended", job, **ended)
        self.remember(job, result)

    def remember(self, job: Job, result: Result) -> None:
        """Keep which rows failed, so that runs can be compared."""
        item = plain_name(job.inputs[0].name) if job.inputs else "standard input"
        seen = Seen(run_id=job.run_id, item=item, rows=rows_of(result))
        try:
            with Diary(self.settings.home) as diary:
                diary.remember(seen, datetime.now(UTC).date())
        except BulkportalError as problem:
            self.trouble = problem.message

    def _keep(self, event: str, job: Job, **facts: object) -> None:
        try:
            self.audit.append(event, job.run_id, **facts)
        except BulkportalError as problem:
            self.trouble = problem.message


@contextmanager
def opened(settings: Settings, log_file: Path | None, *, approver: str = "terminal") -> Iterator[Records]:
    """The records of a command, and the log closed behind them. Raises UsageProblem."""
    log = Log(log_file)
    try:
        yield Records(settings=settings, log=log, approver=approver)
    finally:
        log.close()


@contextmanager
def noted(log_file: Path | None, command: str) -> Iterator[dict[str, object]]:
    """The log of a command that only reads; what is put into the mapping stands in its last line. Raises UsageProblem."""
    log = Log(log_file)
    run_id = f"{command}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    facts: dict[str, object] = {}
    log.write("run_started", run_id=run_id, command=command)
    try:
        yield facts
        log.write("run_ended", "info", run_id=run_id, command=command, exit_code=0, **facts)
    except BulkportalError as problem:
        log.write("run_failed", "error", run_id=run_id, command=command, message=problem.message, exit_code=int(problem.exit_code))
        raise
    finally:
        log.close()
