"""One run against the platform, step by step: settle, look, check again, plan, ask, apply."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from bulkportal import names
from bulkportal.apply.entries import Ending, Entry
from bulkportal.apply.handlers import Found
from bulkportal.apply.landing import LANDING
from bulkportal.apply.ledger import OPEN, Ledger, workspace_of
from bulkportal.apply.outcomes import Applied, Event, OperationState, Outcome, Stop
from bulkportal.apply.runner import Tools
from bulkportal.apply.runner import apply as apply_plan
from bulkportal.apply.settling import as_operation, settle, vanished
from bulkportal.apply.transfers import Transfers
from bulkportal.check.findings import Checked, Finding, found
from bulkportal.check.known import OFFLINE
from bulkportal.errors import BulkportalError, ExitCode
from bulkportal.pipeline.access import account_of, asking, requests_of
from bulkportal.pipeline.days import Days
from bulkportal.pipeline.job import Job, Result
from bulkportal.pipeline.money import Account, Books, Budget, night_began, unconfirmed
from bulkportal.pipeline.reuse import told, without_gone
from bulkportal.pipeline.signing import approvers, as_covered, as_signed, left_out
from bulkportal.pipeline.source import Source
from bulkportal.pipeline.unsettled import Unsettled
from bulkportal.plan.coverage import asks_for_covers, coverage_findings, with_coverage
from bulkportal.plan.extent import extent
from bulkportal.plan.knowing import known_of
from bulkportal.plan.operations import Hold, Memory, Plan
from bulkportal.plan.planner import Basis, Choices, details_wanted, wants_detail
from bulkportal.plan.planner import plan as make_plan
from bulkportal.portal import snapshot
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure
from bulkportal.portal.remote import Credits, RemoteState
from bulkportal.report.summary import Ended, Occasion, summarize
from bulkportal.settings import Settings

T = TypeVar("T")


@dataclass(slots=True)
class Work:
    """One run against the platform: what it knows at each step."""

    job: Job
    source: Source
    portal: Portal
    ledger: Ledger
    checked: Checked
    transfers: Transfers
    memory: Memory = field(default_factory=Memory)
    remote: RemoteState | None = None
    settled: tuple[Outcome, ...] = ()
    again: tuple[Outcome, ...] = ()
    conflicts: frozenset[str] = frozenset()
    books: Books | None = None
    planned: date | None = None

    @classmethod
    async def begin(cls, job: Job, settings: Settings, source: Source, portal: Portal) -> Work:
        """Probe the platform with the key, and open the ledger of the workspace it belongs to."""
        account = await account_of(portal, settings.profile)
        ledger = Ledger(settings.home, workspace_of(settings.base_url, account), job.run_id)
        transfers = Transfers(tell=job.tell, max_rate=job.bringing.max_rate, shared=job.profile.reuse_uploads)
        return cls(job=job, source=source, portal=portal, ledger=ledger, checked=source.check(OFFLINE), transfers=transfers)

    async def run(self, started: str) -> Result:
        """Settle what an earlier run left open, plan, ask, apply, and say what happened."""
        occasion = occasion_of(self.job, self.source, started)
        stoppable = self.job.brake.unless_stopped
        await stoppable(self._settle())
        await stoppable(self._still_stands())
        refused = await self._resume()
        if refused is not None:
            return self._result(Plan(), None, occasion, refused)
        made = self._allowed(await stoppable(self.plan()))
        if self.job.all_or_nothing and (self.checked.errors or made.findings):
            ended = Ended(exit_code=ExitCode.INVALID, message="Nothing was sent: --all-or-nothing, and there are errors.")
            return self._result(made, None, occasion, ended)
        if self.job.dry_run:
            message = left_out(made, self.job.signed) if self._unapproved() else "Nothing was sent: --dry-run."
            ended = Ended(exit_code=self._verdict(made, Applied()), message=message)
            return self._result(made, None, occasion, ended)
        too_many = extent(made).objection(self.job.max_changes)
        refused = Ended(exit_code=ExitCode.INVALID, message=too_many) if too_many else self._refusal(made)
        if refused is not None:
            return self._result(made, None, occasion, refused)
        for identity in made.happened:  # begun by a run that was killed: from now on it is known when asked again
            self._end_as_done(identity)
        days = self.days()
        books = self.books or (await Books.open(self.portal) if made.may_cost else None)
        applied = await apply_plan(made, replace(self._tools(), late=days.late, urgent=days.urgent()))
        applied = replace(applied, balance=await self._balance(made, applied))
        account = await self._account(books, made, applied) if books else Account()
        applied = replace(applied, coverage=sum(account.renewals.values()))
        message = f"{applied.message} {applied.hint}".strip() if applied.stop is not Stop.NONE else left_out(made, self.job.signed)
        if self.job.signed is not None and (who := approvers(self.job.signed)):
            message = f"{message} Approved {who}.".strip()
        made = replace(made, findings=made.findings + days.told(applied.outcomes))
        everything = replace(applied, outcomes=self.settled + applied.outcomes)
        ended = Ended(exit_code=self._verdict(made, everything), message=message)
        return self._result(replace(made, findings=made.findings + account.findings), applied, occasion, ended)

    async def _account(self, books: Books, made: Plan, applied: Applied) -> Account:
        """What the platform's books show of this run; renewals of Coverage count for the night."""
        account = await books.compared(made, applied.outcomes, self.again, self.source.names[0])
        with suppress(BulkportalError):  # what was done must not be hidden by a ledger that cannot be written
            for line, taken in account.renewals.items():
                self.ledger.charge(f"coverage:{line}", taken)
        return account

    def _verdict(self, made: Plan, applied: Applied) -> ExitCode:
        code = verdict(self.checked, made, applied)
        return ExitCode.ROWS_FAILED if code is ExitCode.OK and self._unapproved() else code

    def _unapproved(self) -> bool:
        """Whether a plan was to be applied of which nobody has approved anything: 0 would say that it is done."""
        return self.job.signed is not None and bool(self.job.signed.stamps) and not self.job.signed.approved

    def _end_as_done(self, identity: str) -> None:
        entry = self.ledger.find(identity)
        if entry is not None and entry.state in OPEN:
            self.ledger.end(entry, Ending(state="done"))

    async def _still_stands(self) -> None:
        """Raise StalePlan or UsageProblem for an approved plan before even an open purchase of an earlier run is sent again."""
        if self.job.signed is not None and self._unsettled().entries():
            as_signed(await self.plan(), self.job.signed, self.ledger, self.checked.errors)
            self.checked = self.source.check(OFFLINE)

    def _refusal(self, made: Plan) -> Ended | None:
        """Why nothing of the plan may be sent: its price, or nobody's yes."""
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

    def _proposed(self, made: Plan) -> Result:
        """What there is to know before a yes: as the report would tell it if nothing were sent."""
        made = replace(made, findings=made.findings + notices(made, self.checked, self.source.names[0]) + self.copied())
        report = summarize(self.checked, made, None, occasion_of(self.job, self.source, now()), Ended(exit_code=ExitCode.OK))
        return Result(report=report, checked=self.checked, plan=made)

    def days(self) -> Days:
        """The dates of the rows, judged again at each moment."""
        known = OFFLINE if self.remote is None else known_of(self.remote, self.memory)
        return Days(source=self.source, known=known, checked=self.checked, today=self.job.day, judged=self.planned)

    async def plan(self) -> Plan:
        """Take a snapshot, check again with what it shows, and plan."""
        self.memory = self.ledger.memory()
        files = self.source.usable_files()
        rows = details_wanted(self.checked, files)
        self.job.tell(Event(text="asking the platform what is there"))
        self.remote = await asking(
            snapshot.take(
                self.portal,
                [key for key in rows if not key.startswith("#")],
                self._ids() + self._alike_before(),
                now=self.job.clock(),
                detail=lambda bundle, slot: wants_detail(rows, self.memory, bundle, slot),
            )
        )
        self.planned = self.job.day()
        self.checked = self.source.check(known_of(self.remote, self.memory), self.planned)
        shared = self.job.profile.reuse_uploads
        choices = Choices(publish=self.job.publish, publish_partial=self.job.publish_partial, batch=self.job.batch, reuse_uploads=shared)
        basis = Basis(checked=self.checked, remote=self.remote, memory=self.memory, files=files, choices=choices)
        made = make_plan(basis)
        self.memory = await without_gone(self.memory, made, self.portal)
        if self.memory is not basis.memory:
            made = make_plan(replace(basis, memory=self.memory))
        return await self._with_coverage(await self._without_renamed(made), self.remote)

    async def _with_coverage(self, made: Plan, remote: RemoteState) -> Plan:
        """The plan with the delivered accounts that it writes to; one request tells until when they are covered, where it is answered."""
        if asks_for_covers(made, remote):
            remote = self.remote = replace(remote, covers=await asking(snapshot.if_told(self.portal.coverage(), None)))
        return with_coverage(made, remote)

    def _allowed(self, made: Plan) -> Plan:
        """The plan without what nobody approved and without what must wait for an earlier request. Raises StalePlan."""
        signed = self.job.signed
        if signed is not None:
            made = as_signed(made, signed, self.ledger, self.checked.errors)
        if not self.job.dry_run:
            made = self._without_open(made)
        if self.remote is not None:
            made = with_coverage(made, self.remote)
        return made if signed is None else as_covered(made, signed)

    async def _resume(self) -> Ended | None:
        """Send again, before anything is planned, the paid requests that an earlier run left open and the sheet still asks for.

        The stored request goes with its own key and bytes; what the sheet says differently by now is then an
        ordinary change (architecture 6, rule 3). Gives back why the run must end instead.
        """
        if self.job.dry_run:
            return None
        await self._let_land()
        unsettled = self._unsettled()
        self.settled += unsettled.unknown()
        opened = tuple(as_operation(entry, unsettled.rows_of(entry.bundle)) for entry in unsettled.to_resume())
        if not opened:
            return None
        again = Plan(operations=opened)
        refused = self._refusal(again)
        if refused is not None:
            return refused
        self.books = await Books.open(self.portal)
        applied = await apply_plan(again, self._tools())
        self.again = applied.outcomes
        self.settled += applied.outcomes
        return None

    async def _let_land(self) -> None:
        """Give the last requests of a run that was killed a moment to arrive, and look once more.

        One that is still being worked on is not shown yet. A platform that remembers keys would recognise it when it is
        sent again; one that does not would carry it out twice.
        """
        seconds = self._unsettled().patience()
        if not seconds:
            return
        self.job.tell(Event(text="letting the last requests of the run before arrive", seconds=seconds))
        await self.job.brake.unless_stopped(asyncio.sleep(seconds))
        await self._settle()

    def _unsettled(self) -> Unsettled:
        return Unsettled(
            ledger=self.ledger, checked=self.checked, day=self.job.day(), landing=LANDING, signed=self.job.signed, conflicts=self.conflicts
        )

    def _tools(self) -> Tools:
        return Tools(portal=self.portal, ledger=self.ledger, tell=self.job.tell, brake=self.job.brake, transfers=self.transfers, landing=LANDING)

    async def _settle(self) -> None:
        """Ask about what earlier runs left open, and keep what they paid for this run's report."""
        asked = await asking(settle(self.portal, self.ledger, LANDING))
        self.settled += tuple(self._settled(entry, found) for entry, found in asked if not found.several)
        self.conflicts = frozenset(entry.identity for entry, found in asked if found.several)

    def _without_open(self, made: Plan) -> Plan:
        """The plan without the bundles for which a paid request is still open: what it did must be known first."""
        opened = {names.plain(entry.bundle) for entry in self._unsettled().entries()}
        return _without(made, opened, "it is not known yet what became of an earlier paid request of its bundle")

    async def _without_renamed(self, made: Plan) -> Plan:
        """Take back what would create a bundle again that exists under another reference by now."""
        renamed = await asking(vanished(self.portal, self.ledger, made))
        if not renamed:
            return made
        again = {o.bundle: renamed[o.identity] for o in made.operations if o.identity in renamed}
        findings = list(made.findings)
        for operation in made.operations:
            if operation.identity in renamed:
                place = self.checked.place(operation.rows[0], "bundle")
                message = f"{operation.bundle} was created before as {renamed[operation.identity]} and has another reference on the platform now."
                hint = f"Write {renamed[operation.identity]} into bundle_id, or give it its reference back; creating it again would pay twice."
                findings.append(place.finding(code="reference_changed", message=message, hint=hint, value=operation.bundle))
        return _without(replace(made, findings=tuple(findings)), set(again), "its bundle has another reference on the platform now")

    def _ids(self) -> list[str]:
        frames = (self.checked.bundles, self.checked.positions)
        return sorted({value for frame in frames for value in frame["bundle_id"].drop_nulls().to_list()})

    def _alike_before(self) -> list[str]:
        """The ids of bundles that were bought under names that look like those of the sheet: what became of them must be known."""
        used = {name for frame in (self.checked.bundles, self.checked.positions) for name in frame["bundle"].drop_nulls().unique().to_list()}
        seen = {names.likeness(name) for name in used}
        return sorted(identity for name, identity in self.memory.bought.items() if name not in used and names.likeness(name) in seen)

    async def _balance(self, made: Plan, applied: Applied) -> Credits | None:
        if not made.renewals and not any(outcome.credits for outcome in applied.outcomes):
            return made.balance
        try:
            return await self.portal.balance()
        except Failure:
            return None

    def _settled(self, entry: Entry, found: Found) -> Outcome:
        """What an earlier run paid for and never heard of: told, and counted, in this run's report."""
        return Outcome(
            operation=as_operation(entry, self._unsettled().rows_of(entry.bundle)),
            state=OperationState.FOUND,
            bundle_id=str(found.answer.get("id", "")),
            credits=found.credits or 0,
            note="by the run before, which never heard of it",
        )

    def _result(self, made: Plan, applied: Applied | None, occasion: Occasion, ended: Ended) -> Result:
        if self.settled:
            applied = replace(applied or Applied(), outcomes=self.settled + (applied.outcomes if applied else ()))
        if self.again:  # an earlier run's purchase has been sent again before this was found
            ended = replace(ended, message=ended.message.replace("Nothing was sent", "Nothing more was sent"))
        made = replace(made, findings=made.findings + notices(made, self.checked, self.source.names[0]) + self.copied())
        report = summarize(self.checked, made, applied, replace(occasion, finished_at=now()), ended)
        found = sum(outcome.credits for outcome in self.settled)
        planned = None if report.planned is None else report.planned + found
        media = " ".join(filter(None, (self.source.matched, told(made, applied or Applied(), self.transfers))))
        report = replace(report, planned=planned, requests=requests_of(self.portal), media=media)
        with suppress(BulkportalError):  # a ledger that cannot be written must not keep the report from its reader
            self.ledger.finish_run(ended.exit_code, report.totals, report.charged)
        return Result(report=report, checked=self.checked, plan=made)


def notices(made: Plan, checked: Checked, file: str) -> tuple[Finding, ...]:
    """What a person should know of a plan that is in order; no row is in the way of it."""
    return (*extent(made).doubts(file), *coverage_findings(made, checked))


def verdict(checked: Checked, made: Plan, applied: Applied) -> ExitCode:
    """The exit code of a run that has ended (product.md 2.1). A stop comes before rows that failed."""
    stops = {
        Stop.KEY: ExitCode.KEY,
        Stop.CREDITS: ExitCode.CREDITS,
        Stop.PRICE: ExitCode.CREDITS,
        Stop.CHARGED: ExitCode.CREDITS,
        Stop.LEDGER: ExitCode.TEMPORARY,
        Stop.LOCKED: ExitCode.LOCKED,
        Stop.TROUBLE: ExitCode.TEMPORARY,
        Stop.INTERRUPTED: ExitCode.INTERRUPTED,
    }
    if applied.stop in stops:
        return stops[applied.stop]
    states = {outcome.state for outcome in applied.outcomes}
    if OperationState.WAITING in states or any(o.state is OperationState.UNKNOWN and o.code is None for o in applied.outcomes):
        return ExitCode.TEMPORARY
    failed = states & {OperationState.REFUSED, OperationState.HELD, OperationState.UNKNOWN}
    if failed or checked.invalid or checked.errors or made.findings or made.held:
        return ExitCode.ROWS_FAILED
    return ExitCode.OK


def occasion_of(job: Job, source: Source, started: str) -> Occasion:
    """What the report is about."""
    return Occasion(command=job.command, run_id=job.run_id, files=source.names, started_at=started, finished_at=now())


def now() -> str:
    """The moment, in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _without(made: Plan, bundles: set[str], reason: str) -> Plan:
    """The plan without these bundles; their rows are held, but for those that have a finding of their own."""
    kept = tuple(operation for operation in made.operations if operation.bundle not in bundles)
    wrong = {finding.address for finding in made.findings}
    dropped = {row for operation in made.operations if operation.bundle in bundles for row in operation.rows} - wrong
    return replace(made, operations=kept, held=made.held + tuple(Hold(row=row, reason=reason) for row in sorted(dropped)))
