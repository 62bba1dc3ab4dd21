"""The recorder: writes the audit log, the event log and the failing rows of one run, from whichever program it was started."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from bulkportal.apply.outcomes import Event, OperationState, Outcome
from bulkportal.errors import BulkportalError
from bulkportal.pipeline.job import Job, Result
from bulkportal.plan.approval import approvers
from bulkportal.plan.operations import Plan
from bulkportal.records.audit import Audit
from bulkportal.records.failing_rows import SeenRows, rows_of
from bulkportal.records.history import RunHistory, plain_name
from bulkportal.records.log import Level
from bulkportal.records.retries import replaced_by
from bulkportal.records.said_rows import called_off, rows_said
from bulkportal.records.spoken import keep_spoken
from bulkportal.settings import Settings
from bulkportal.sheets.file_names import shown

_FINE = (OperationState.DONE, OperationState.FOUND)


@dataclass(slots=True, kw_only=True)
class Recorder:
    """Writes the records of one run of a job: audit log, event log, and which rows failed.

    `not_kept` is what could not be written, reported at the end: a failing record does not stop a run that has begun.
    """

    job: Job
    settings: Settings
    not_kept: str = ""
    audit: Audit = field(init=False)

    def __post_init__(self) -> None:
        self.audit = Audit(self.settings.home)

    def begin(self) -> None:
        """Record the start, before anything is sent: if that fails, nothing is sent. Raises UsageProblem."""
        job = self.job
        files = [path.name for path in job.inputs]
        job.log.write("run_started", run_id=job.run_id, command=job.command, file=", ".join(files))
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

    def watched(self) -> Job:
        """The job, with every event and every confirmation recorded."""
        job = self.job

        def tell(event: Event) -> None:
            if event.begun is not None:
                self._keep("sending", operation=event.begun.kind.value, target=event.begun.target)
                return
            self._tell(event)
            job.tell(event)

        def confirm(plan: Plan) -> bool:
            return self._asked(plan, yes=job.confirm(plan))

        return replace(job, tell=tell, confirm=confirm)

    def fail(self, problem: BulkportalError) -> None:
        """Record what ended the run early."""
        job, code = self.job, int(problem.exit_code)
        job.log.write("run_failed", "error", run_id=job.run_id, command=job.command, message=problem.message, exit_code=code)
        if not job.dry_run:
            self._keep("run_failed", exit_code=code, message=problem.message)

    def end(self, result: Result) -> None:
        """Record how the run ended, and which rows failed in it, so that runs can be compared."""
        job, report = self.job, result.report
        ended = {"exit_code": int(report.exit_code), "rows": dict(report.totals), "credits": report.charged}
        level: Level = "warning" if report.exit_code else "info"
        requests = dict(report.requests)
        job.log.write("run_ended", level, run_id=job.run_id, command=job.command, message=report.message, requests=requests, **ended)
        if job.dry_run:
            return
        for line in report.operations:
            if line.state == OperationState.FOUND.value and line.credits:  # paid by an earlier run, which never got the answer
                self._keep("operation", operation=line.kind, target=line.target, state=line.state, credits=line.credits)
        self._keep("run_ended", **ended)
        self._remember(result)

    def _tell(self, event: Event) -> None:
        job = self.job
        how_far: dict[str, Any] = {"done": event.done, "total": event.total} if event.total else {}
        if event.outcome is not None:
            self._operation(event.outcome, how_far)
        elif event.seconds:
            job.log.write("waiting", run_id=job.run_id, message=event.text, seconds=event.seconds, **how_far)
        else:
            job.log.write("progress", "debug", run_id=job.run_id, message=event.text, **how_far)

    def _operation(self, outcome: Outcome, how_far: Mapping[str, Any]) -> None:
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
        self.job.log.write("operation", level, run_id=self.job.run_id, message=outcome.problem, **how_far, **facts)
        sent = outcome.state not in (OperationState.WAITING, OperationState.HELD)
        if sent and (operation.paid or operation.irreversible or outcome.credits):
            self._keep("operation", **facts)

    def _asked(self, plan: Plan, *, yes: bool) -> bool:
        """Record a confirmation before it takes effect. Raises UsageProblem where that fails, so that nothing is paid unrecorded."""
        job = self.job
        signed = job.signed
        who = approvers(signed) if signed is not None else ""
        by = job.approver if signed is None else f"approved plan, {who}" if who else "approved plan"
        facts = {
            "by": by,
            "steps": len(plan.operations),
            "credits": plan.price,
            **({"coverage_at_most": plan.renewals} if plan.renewals else {}),
            "irreversible": [
                f"{operation.changes[0] if operation.changes else operation.kind.value} {operation.target}" for operation in plan.irreversible
            ],
        }
        self.audit.append("approved" if yes else "declined", job.run_id, **facts)
        job.log.write("approved" if yes else "declined", run_id=job.run_id, message=f"by {by}", credits=plan.price)
        return yes

    def _remember(self, result: Result) -> None:
        item = plain_name(self.job.inputs[0].name) if self.job.inputs else "standard input"
        seen = SeenRows(run_id=self.job.run_id, item=item, rows=rows_of(result.report, result.checked))
        try:
            with RunHistory(self.settings.home) as diary:
                diary.remember(seen, datetime.now(UTC).date())
                # A retry of single rows says nothing new: its values are those of the file as it was.
                if self.job.only is None:
                    self._speak(diary, result, seen)
        except BulkportalError as problem:
            self.not_kept = problem.message

    def _speak(self, diary: RunHistory, result: Result, seen: SeenRows) -> None:
        """Record that this run's values are newer than any waiting elsewhere; except for rows held because of an even newer file."""
        checked = result.checked
        tables = [sheet.table for sheet in checked.sheets]
        older = {(finding.file, finding.sheet, finding.row) for finding in self.job.held}
        addresses = [line.address for line in result.report.lines]
        mine = [row for row, one in zip(seen.rows, addresses, strict=True) if (one.file, one.sheet, one.row) not in older]
        replaced_by(diary, mine, result.workspace)
        rows = rows_said(checked.bundles, checked.positions, called_off(checked.findings, checked.sheets))
        said = (row for row in rows if (tables[row.table].file, tables[row.table].sheet, row.row) not in older)
        given = self.job.inputs[0] if self.job.inputs else None
        source = (shown(given.name), shown(given.resolve())) if given is not None else (tables[0].file if tables else seen.item, "")
        keep_spoken(diary, said, result.workspace, (*source, self.job.run_id), datetime.now(UTC).timestamp())

    def _keep(self, event: str, **facts: object) -> None:
        try:
            self.audit.append(event, self.job.run_id, **facts)
        except BulkportalError as problem:
            self.not_kept = problem.message
