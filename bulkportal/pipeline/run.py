"""One import, step by step: settle open requests, take a snapshot, plan, ask, apply, report."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from bulkportal.apply.budget import Budget, night_began, unconfirmed
from bulkportal.apply.credit_history import Account, CreditHistory
from bulkportal.apply.entries import Completion
from bulkportal.apply.landing import LANDING
from bulkportal.apply.ledger import OPEN, Ledger, workspace_of
from bulkportal.apply.outcomes import Applied, Event, Outcome, Stop
from bulkportal.apply.recovery import Unsettled, as_operation, reconcile, seen_as_done
from bulkportal.apply.run_changes import bought_again, keep_changes, settle_changes
from bulkportal.apply.runner import RunContext
from bulkportal.apply.runner import apply as apply_plan
from bulkportal.apply.transfers import Transfers
from bulkportal.apply.upload_reuse import uploads_in_words
from bulkportal.check.findings import Finding, ValidationResult, found
from bulkportal.check.known import OFFLINE
from bulkportal.errors import BulkportalError, ExitCode
from bulkportal.pipeline.job import Job, Result
from bulkportal.pipeline.planning import Planned, planned
from bulkportal.pipeline.portal_session import account_of, requests_of, required
from bulkportal.pipeline.reporting import notices, verdict
from bulkportal.pipeline.source import Source, now, occasion_of
from bulkportal.plan.approval import approved_part, approvers, left_out, within_coverage
from bulkportal.plan.change_volume import extent
from bulkportal.plan.changes import changes_of
from bulkportal.plan.coverage import with_coverage
from bulkportal.plan.operations import Plan
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure
from bulkportal.portal.remote import Credits
from bulkportal.report.passing import passing_rows
from bulkportal.report.summary import Ended, Occasion, summarize
from bulkportal.settings import Settings


@dataclass(slots=True)
class Run:
    """One run: its state at each step.

    `settled` are the outcomes of what earlier runs had begun, and `again` those of them that this run has retried.
    """

    source: Source
    portal: Portal
    ledger: Ledger
    offline: ValidationResult
    transfers: Transfers
    planned: Planned | None = None
    settled: tuple[Outcome, ...] = ()
    again: tuple[Outcome, ...] = ()
    conflicts: frozenset[str] = frozenset()
    books: CreditHistory | None = None

    @classmethod
    async def begin(cls, settings: Settings, source: Source, portal: Portal) -> Run:
        """Probe the platform with the key, and open the ledger of the workspace it belongs to."""
        job, account = source.job, await account_of(portal, settings.profile)
        ledger = Ledger(settings.books, workspace_of(settings.base_url, account), job.run_id)
        transfers = Transfers(tell=job.tell, max_rate=job.bringing.max_rate, shared=job.profile.reuse_uploads, carrier=job.carrier)
        if job.carrier is not None:
            job.carrier.begin(ledger.workspace, source.addresses())
        return cls(source=source, portal=portal, ledger=ledger, offline=source.check(OFFLINE), transfers=transfers)

    @property
    def job(self) -> Job:
        """The job."""
        return self.source.job

    @property
    def checked(self) -> ValidationResult:
        """The rows as last checked: offline, until the platform has been read."""
        return self.offline if self.planned is None else self.planned.checked

    async def plan(self) -> Planned:
        """Take a snapshot, and plan."""
        self.planned = await planned(self.source, self.offline, self.portal, self.ledger)
        return self.planned

    async def apply(self, started: str) -> Result:
        """Settle what an earlier run left open, plan, ask, apply, and report."""
        occasion = occasion_of(self.source, started)
        stoppable = self.job.brake.unless_stopped
        # Before anything is planned: a plan that does not know what was bought already would buy it again.
        await stoppable(self._settle())
        await stoppable(self._still_stands())
        refused = await self._resume()
        if refused is not None:
            return self._result(Plan(), None, occasion, refused)
        now_planned = await stoppable(self.plan())
        made = self._allowed(now_planned)
        # In this order: nobody is asked to pay for a plan that would not be sent anyway.
        refused = self._objection(made) or self._refusal(made)
        if refused is not None:
            return self._result(made, None, occasion, refused)
        # Begun by a run that was killed, and visibly done: closed now, so that a later run does not find them open again.
        for identity in (*made.happened, *seen_as_done(self.ledger, made, self.checked)):
            self._end_as_done(identity)
        dates = now_planned.dates(self.source)
        # Before the first request leaves: whatever the history holds now is not from this run. `_resume` may have opened it already.
        books = self.books or (await CreditHistory.open(self.portal) if made.may_cost else None)
        # Also before: once the plan is applied, the platform no longer shows the values that an undo needs.
        keep_changes(self.ledger, changes_of(made, now_planned.remote, now_planned.memory))
        applied = await apply_plan(made, replace(self._context(), late=dates.late, urgent=dates.urgent()))
        applied = replace(applied, balance=await self._balance(made, applied))
        account = await self._account(books, made, applied) if books else Account()
        applied = replace(applied, coverage=sum(account.renewals.values()))
        self._settle_changes(applied.outcomes, account)
        made = replace(made, findings=made.findings + dates.findings(applied.outcomes))
        everything = replace(applied, outcomes=self.settled + applied.outcomes)
        ended = Ended(exit_code=self._verdict(made, everything), message=self._message(made, applied))
        # The balance of the snapshot is outdated: if the platform cannot be asked again, it is unknown.
        return self._result(replace(made, findings=made.findings + account.findings, balance=applied.balance), applied, occasion, ended)

    # -- what earlier runs left open

    async def _settle(self) -> None:
        """Settle the requests that earlier runs left open; what they paid is listed in this run's report."""
        asked = await required(reconcile(self.portal, self.ledger, LANDING))
        self.settled += tuple(self._unsettled().paid(entry, found) for entry, found in asked if not found.several)
        self.conflicts = frozenset(entry.identity for entry, found in asked if found.several)

    def _unsettled(self) -> Unsettled:
        job = self.job
        return Unsettled(ledger=self.ledger, checked=self.checked, day=job.day(), landing=LANDING, signed=job.signed, conflicts=self.conflicts)

    async def _still_stands(self) -> None:
        """Raise StalePlan or UsageProblem if an approved plan no longer holds, before an open purchase of an earlier run is retried."""
        if self.job.signed is not None and self._unsettled().entries():
            self._approved(await planned(self.source, self.offline, self.portal, self.ledger))

    async def _resume(self) -> Ended | None:
        """Retry, before anything is planned, the paid requests that an earlier run left open and the sheet still asks for.

        The stored request is sent with its own key and bytes; edits made since then become an
        ordinary change (docs/explanation/paying-once.md, rule 6). Returns why the run must end, if it must.
        """
        if self.job.dry_run:
            return None
        # Only a run that may send waits; a dry run has nothing to collide with.
        await self._let_land()
        unsettled = self._unsettled()
        # Reported, and left out of the plan by `without_open`: bought again now, they would exist twice once the first request lands.
        self.settled += unsettled.unknown()
        again = Plan(operations=tuple(as_operation(entry, unsettled.rows_of(entry.bundle)) for entry in unsettled.to_resume()))
        if not again.operations:
            return None
        refused = self._refusal(again)
        if refused is not None:
            return refused
        self.books = await CreditHistory.open(self.portal)
        applied = await apply_plan(again, self._context())
        self.again = applied.outcomes
        self.settled += applied.outcomes
        return None

    async def _let_land(self) -> None:
        """Give the last requests of a killed run a moment to arrive, and check again.

        The platform does not show a request that it is still processing. If it remembers keys it would recognise the
        retry; if not, it would carry it out twice.
        """
        seconds = self._unsettled().patience()
        if not seconds:
            return
        self.job.tell(Event(text="waiting for the last requests of the previous run to arrive", seconds=seconds))
        await self.job.brake.unless_stopped(asyncio.sleep(seconds))
        await self._settle()

    def _end_as_done(self, identity: str) -> None:
        entry = self.ledger.find(identity)
        if entry is not None and entry.state in OPEN:
            self.ledger.end(entry, Completion(state="done"))

    # -- what may be sent

    def _approved(self, now_planned: Planned) -> Plan:
        """The approved part of the plan. Raises StalePlan."""
        signed, made = self.job.signed, now_planned.plan
        if signed is None:
            return made
        return approved_part(made, signed, self.ledger.workspace, self.ledger.finished(signed.stamps), now_planned.checked.errors)

    def _allowed(self, now_planned: Planned) -> Plan:
        """The approved part of the plan, without what must wait for an earlier request. Raises StalePlan."""
        made = self._approved(now_planned)
        if not self.job.dry_run:
            made = self._unsettled().without_open(made)
        # Again: the accounts that the rest of the plan writes to are fewer.
        made = with_coverage(made, now_planned.remote)
        return made if self.job.signed is None else within_coverage(made, self.job.signed)

    def _objection(self, made: Plan) -> Ended | None:
        """Why nothing of the plan is sent, because of an option of the user."""
        if self.job.all_or_nothing and (self.checked.errors or made.findings):
            return Ended(exit_code=ExitCode.INVALID, message="Nothing was sent: --all-or-nothing, and there are errors.")
        if self.job.dry_run:
            message = left_out(made, self.job.signed) if self._unapproved() else "Nothing was sent: --dry-run."
            return Ended(exit_code=self._verdict(made, Applied()), message=message)
        too_many = extent(made).objection(self.job.max_changes)
        return Ended(exit_code=ExitCode.INVALID, message=too_many) if too_many else None

    def _refusal(self, made: Plan) -> Ended | None:
        """Why nothing of the plan may be sent: its price, or a missing confirmation."""
        spent = sum(outcome.credits for outcome in self.settled)
        night, zone = self.job.profile.max_credits_per_night, self.job.profile.time_zone
        tonight = 0 if night is None else self.ledger.charged_since(night_began(self.job.clock(), zone))
        stopped = Budget(run=self.job.max_credits, night=night, spent=spent, tonight=tonight).objection(made)
        if stopped:
            return Ended(exit_code=ExitCode.CREDITS, message=stopped)
        if not made.may_cost and not made.irreversible:
            return None
        copied = self.copied() if made.may_cost else ()
        if copied and not self._is_adopted(copied[0]):
            return Ended(exit_code=ExitCode.USAGE, message=f"Nothing was sent: {copied[0].message} {copied[0].hint}")
        # Everything that was found, before the question: a confirmation covers only what its giver has seen.
        self.job.show(self._proposed(made))
        return None if self.job.confirm(made) else Ended(exit_code=ExitCode.USAGE, message=unconfirmed(made))

    def copied(self) -> tuple[Finding, ...]:
        """A finding where the ledger is a copy of one that may be in use elsewhere."""
        home = self.ledger.copied_from()
        return () if home is None else (found("ledger_copied", {"home": home}, file=self.source.names[0]),)

    def _is_adopted(self, copied: Finding) -> bool:
        if not self.job.adopt(copied.message):
            return False
        self.ledger.adopt()
        return True

    def _unapproved(self) -> bool:
        """Whether no line of the plan to apply is approved: exit code 0 would claim that it was applied."""
        return self.job.signed is not None and bool(self.job.signed.stamps) and not self.job.signed.approved

    def _context(self) -> RunContext:
        return RunContext(portal=self.portal, ledger=self.ledger, tell=self.job.tell, brake=self.job.brake, transfers=self.transfers, landing=LANDING)

    # -- the result

    def _verdict(self, made: Plan, applied: Applied) -> ExitCode:
        code = verdict(self.checked, made, applied)
        return ExitCode.ROWS_FAILED if code is ExitCode.OK and self._unapproved() else code

    def _message(self, made: Plan, applied: Applied) -> str:
        signed = self.job.signed
        message = f"{applied.message} {applied.hint}".strip() if applied.stop is not Stop.NONE else left_out(made, signed)
        who = "" if signed is None else approvers(signed)
        return f"{message} Approved {who}.".strip() if who else message

    async def _account(self, books: CreditHistory, made: Plan, applied: Applied) -> Account:
        """Compare with the platform's credit history, and book renewals of Coverage, so that they count for the night."""
        account = await books.compared(made, applied.outcomes, self.again, self.source.names[0])
        with suppress(BulkportalError):  # a ledger that cannot be written must not hide what was done
            for line, taken in account.renewals.items():
                self.ledger.charge(f"coverage:{line}", taken)
        return account

    def _settle_changes(self, outcomes: Sequence[Outcome], account: Account) -> None:
        with suppress(BulkportalError):  # what is not settled is judged by its operations
            settle_changes(self.ledger, outcomes)
            keep_changes(self.ledger, bought_again(self.again, account.renewals))

    async def _balance(self, made: Plan, applied: Applied) -> Credits | None:
        if not made.renewals and not any(outcome.credits for outcome in applied.outcomes):
            return made.balance
        try:
            return await self.portal.balance()
        except Failure:
            return None

    def _told(self, made: Plan) -> Plan:
        """The plan with all remarks for a person."""
        return replace(made, findings=made.findings + notices(made, self.checked, self.source.names[0]) + self.copied())

    def _proposed(self, made: Plan) -> Result:
        """The result to show before a confirmation: as if nothing were sent."""
        made = self._told(made)
        report = summarize(self.checked, made, None, occasion_of(self.source, now()), Ended(exit_code=ExitCode.OK))
        return Result(report=report, checked=self.checked, plan=made, workspace=self.ledger.workspace)

    def _result(self, made: Plan, applied: Applied | None, occasion: Occasion, ended: Ended) -> Result:
        # Also without a plan of its own: what earlier runs had begun is part of this run's report.
        if self.settled:
            applied = replace(applied or Applied(), outcomes=self.settled + (applied.outcomes if applied else ()))
        if self.again:  # an earlier run's purchase had been retried by then
            ended = replace(ended, message=ended.message.replace("Nothing was sent", "Nothing more was sent"))
        made = self._told(made)
        report = summarize(self.checked, made, applied, replace(occasion, finished_at=now()), ended)
        # Charged in this report, so counted as planned too: else it would look like an overcharge.
        found = sum(outcome.credits for outcome in self.settled)
        planned_credits = None if report.planned is None else report.planned + found
        media = " ".join(filter(None, (self.source.matched, uploads_in_words(made, applied or Applied(), self.transfers))))
        report = replace(report, planned=planned_credits, requests=requests_of(self.portal), media=media)
        report = replace(report, passing=passing_rows(self.checked, made, applied, report.lines, report.findings))
        with suppress(BulkportalError):  # a ledger that cannot be written must not keep the report from its reader
            self.ledger.finish_run(ended.exit_code, report.totals, report.charged)
        return Result(report=report, checked=self.checked, plan=made, workspace=self.ledger.workspace)
