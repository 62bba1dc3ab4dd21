"""Recovery of paid requests whose answer never came: the platform is asked, and only its state is believed.

A bundle is looked up by its external reference, slots by their number. Only when the platform shows
that nothing happened is the stored request sent again, with the same key and the same bytes
(docs/explanation/paying-once.md, rules 3 and 5).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from bulkportal import names
from bulkportal.apply.entries import Completion, LedgerEntry
from bulkportal.apply.handlers import Effect, find_effect
from bulkportal.apply.landing import ARRIVAL, LANDING, later
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import OperationState, Outcome
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.check.known import DAYS_DELIVERED, DAYS_NEW
from bulkportal.columns.bundles import WITH_ACCOUNT
from bulkportal.plan.approval import ApprovedPlan
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Family, Refused
from bulkportal.portal.remote import credits_in_words
from bulkportal.sheets.table import RowAddress


def may_land(ledger: Ledger, entry: LedgerEntry, landing: float) -> float:
    """For how many more seconds requested slots may still be added; 0 where they no longer can.

    The platform does not make two bundles of one reference, so a creation need not be waited for.
    """
    if not OperationKind(entry.kind).traits.adds_slots:
        return 0.0
    passed = ledger.since_sent(entry)
    return landing if passed is None else max(0.0, landing - passed)


async def reconcile(portal: Portal, ledger: Ledger, landing: float = LANDING) -> tuple[tuple[LedgerEntry, Effect], ...]:
    """Ask about every paid operation that an earlier run left open; returns those that have happened.

    The others stay open, so that `begin` sends the stored request again if the sheet still asks for it. An operation
    whose reference names `several` bundles also stays open, but is returned: it must not be sent again. One that may still
    land, `landing` seconds after it was sent, is not closed because of what others have done meanwhile.
    """
    settled: list[tuple[LedgerEntry, Effect]] = []
    for entry in ledger.unsettled():
        is_superseded = _is_superseded(ledger, entry)
        found = None if is_superseded else await _looked(portal, entry)
        if is_superseded or (found is not None and found.moved and not may_land(ledger, entry, landing)):
            ledger.end(entry, Completion(state="refused", code="superseded"))
        elif found is not None and not found.moved:
            settled.append((entry, found))
            if not found.several:
                ledger.end(entry, Completion(state="done", answer=found.answer, credits=found.credits or 0))
        # The clocks do not tell how long ago it was. The whole time is waited for once more: late is cheaper than twice.
        elif ledger.since_sent(entry) is None:
            ledger.wait_from_now(entry)
    return tuple(settled)


def _is_superseded(ledger: Ledger, entry: LedgerEntry) -> bool:
    """Whether a later request has reached the same total: this one never arrived, or there would be more slots. Creations have no total."""
    return bool(entry.total) and ledger.done_total(entry.bundle, entry.kind) >= entry.total


async def _looked(portal: Portal, entry: LedgerEntry) -> Effect | None:
    """As `find_effect`, but None for a bundle that is gone."""
    try:
        return await find_effect(portal, entry)
    except Refused as refused:
        if refused.family is not Family.NOT_FOUND:
            raise
        return None


def seen_as_done(ledger: Ledger, made: Plan, checked: ValidationResult) -> tuple[str, ...]:
    """The free operations that a killed run had begun, in bundles whose rows are all as the sheet wants them: the platform shows their effect.

    Without events, which the plan itself reports (`Plan.happened`).
    """
    entries = [entry for entry in ledger.unheard() if not OperationKind(entry.kind).is_event]
    if not entries:
        return ()
    is_meant = pl.col("_bundle").is_in([names.plain(entry.bundle) for entry in entries])
    rows = pl.concat(frame.filter(is_meant).select("_bundle", "_table", "_row") for frame in (checked.bundles, checked.positions))
    unchanged = set(made.unchanged)
    moving = {bundle for bundle, table, row in rows.iter_rows() if checked.sheets[table].table.address(row) not in unchanged}
    still = set(rows["_bundle"].to_list()) - moving
    return tuple(entry.identity for entry in entries if names.plain(entry.bundle) in still)


def as_operation(entry: LedgerEntry, rows: tuple[RowAddress, ...]) -> Operation:
    """An open entry as an operation again, so that it can be retried with its own key and bytes."""
    return Operation(
        identity=entry.identity,
        kind=OperationKind(entry.kind),
        bundle=entry.bundle,
        bundle_id=entry.bundle_id or "",
        target=entry.bundle,
        rows=rows,
        price=entry.price,
        body=entry.body,
        total=entry.total,
        before=entry.before,
    )


async def without_renamed(portal: Portal, ledger: Ledger, made: Plan, checked: ValidationResult) -> Plan:
    """The plan without creations of bundles that this workspace has created before and that still exist.

    Such a bundle has lost its reference on the platform, since a person changed it. Creating it again would pay twice for one row.
    A bundle that the platform no longer has is bought again, with a warning.
    """
    findings: list[Finding] = []
    doubts: list[Finding] = []
    renamed: set[str] = set()
    for operation in made.operations:
        identifier = _bought_as(ledger, operation)
        if identifier is None:
            continue
        place, words = checked.place(operation.rows[0], "bundle"), {"name": operation.bundle, "identity": identifier}
        if await _is_there(portal, identifier):
            renamed.add(operation.bundle)
            findings.append(place.found("reference_changed", words, value=operation.bundle))
        else:
            words |= {"credits": credits_in_words(operation.price)}
            doubts.append(place.found("bundle_bought_again", words, value=operation.bundle))
    made = replace(made, doubts=(*made.doubts, *doubts))
    if not renamed:
        return made
    return replace(made, findings=(*made.findings, *findings)).without(renamed, "its bundle has another reference on the platform now")


def _bought_as(ledger: Ledger, operation: Operation) -> str | None:
    """The id under which this workspace has created the bundle of a creation before."""
    entry = ledger.find(operation.identity) if operation.kind is OperationKind.CREATE_BUNDLE else None
    identifier = entry.answer.get("id") if entry is not None and entry.state == "done" else None
    return identifier if isinstance(identifier, str) else None


async def _is_there(portal: Portal, identifier: str) -> bool:
    try:
        await portal.get_bundle(identifier)
    except Refused as refused:
        if refused.family is Family.NOT_FOUND:
            return False
        raise
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """The open purchases that concern a sheet. `conflicts` need a person; `landing` is for how many seconds a purchase may still land."""

    ledger: Ledger
    checked: ValidationResult
    day: date
    landing: float
    signed: ApprovedPlan | None = None
    conflicts: Collection[str] = frozenset()

    def entries(self) -> tuple[LedgerEntry, ...]:
        """The open paid requests that the sheet still asks for, or that may still land in a bundle of the sheet."""
        return tuple(entry for entry in self.ledger.unsettled() if self._is_wanted(entry) or (self._lands_in(entry) and self.rows_of(entry.bundle)))

    def to_resume(self) -> tuple[LedgerEntry, ...]:
        """Those that may be sent again: not if they need a person, may still land, lack an approval, or come too late."""
        return tuple(
            entry
            for entry in self.entries()
            if self._is_wanted(entry) and self._is_allowed(entry) and not self._lands_in(entry) and self._is_in_time(entry)
        )

    def patience(self) -> float:
        """How many seconds it is worth waiting for requests that may be on their way."""
        longest = min(ARRIVAL, self.landing)
        waits = [self._arrives_in(entry) for entry in self.entries() if self._is_allowed(entry)]
        return max((wait for wait in waits if wait <= longest), default=0.0)

    def unknown(self) -> tuple[Outcome, ...]:
        """The outcomes of purchases that may still land: unknown, and until when."""
        return tuple(self._unknown(entry) for entry in self.entries() if self._lands_in(entry) and entry.identity not in self.conflicts)

    def paid(self, entry: LedgerEntry, found: Effect) -> Outcome:
        """The outcome of a purchase whose answer an earlier run never got: listed and counted in this run's report."""
        return Outcome(
            operation=as_operation(entry, self.rows_of(entry.bundle)),
            state=OperationState.FOUND,
            bundle_id=str(found.answer.get("id", "")),
            credits=found.credits or 0,
            note="by the previous run, which never got the answer",
        )

    def without_open(self, made: Plan) -> Plan:
        """The plan without the bundles that have an open paid request: its outcome must be known first."""
        # The plan was made from what the platform shows now; slots that land a minute later would be planned, and paid, a second time.
        opened = {names.plain(entry.bundle) for entry in self.entries()}
        return made.without(opened, "it is not known yet what became of an earlier paid request of its bundle")

    def _unknown(self, entry: LedgerEntry) -> Outcome:
        operation = as_operation(entry, self.rows_of(entry.bundle))
        words = f"It is not known yet what became of an earlier request to {operation.kind.words}: the platform may still carry it out."
        after = later(self._lands_in(entry))
        return Outcome(operation=operation, state=OperationState.UNKNOWN, bundle_id=entry.bundle_id, problem=words, next_step=after)

    def _lands_in(self, entry: LedgerEntry) -> float:
        return may_land(self.ledger, entry, self.landing)

    def _arrives_in(self, entry: LedgerEntry) -> float:
        """Seconds after which an open purchase may be sent again."""
        passed = self.ledger.since_sent(entry)
        longest = min(ARRIVAL, self.landing)
        return max(self._lands_in(entry), longest if passed is None else longest - passed, 0.0)

    def _is_allowed(self, entry: LedgerEntry) -> bool:
        return entry.identity not in self.conflicts and (self.signed is None or entry.identity in self.signed.approved)

    def _is_in_time(self, entry: LedgerEntry) -> bool:
        """Whether any video that the purchase was for can still be in time: days may have passed since.

        Judged without the platform, so the longer lead time of a new account is applied here.
        """
        wanted = pl.col("_bundle") == names.plain(entry.bundle)
        is_new = entry.kind == OperationKind.CREATE_BUNDLE
        if not is_new:
            # Only the slots that this purchase adds: a late video in an older slot is no reason against it.
            wanted &= pl.col("position").is_between(entry.before + 1, entry.total)
        days = DAYS_NEW if is_new and entry.body.get("bundle_type") in WITH_ACCOUNT else DAYS_DELIVERED
        dates = self.checked.positions.filter(wanted)["target_publish_date"].to_list()
        first = self.day + timedelta(days=days)
        return not dates or any(day is None or day >= first for day in dates)

    def _is_wanted(self, entry: LedgerEntry) -> bool:
        rows = self.checked.bundles.filter(pl.col("_bundle") == names.plain(entry.bundle))
        if entry.kind == OperationKind.CREATE_BUNDLE:
            return not rows.is_empty()
        return any(total is not None and total >= entry.total for total in rows[OperationKind(entry.kind).traits.column].to_list())

    def rows_of(self, bundle: str) -> tuple[RowAddress, ...]:
        """The rows of Bundles that are about a bundle."""
        frame = self.checked.bundles.filter(pl.col("_bundle") == names.plain(bundle)).select("_table", "_row")
        return tuple(self.checked.sheets[table].table.address(row) for table, row in frame.iter_rows())
