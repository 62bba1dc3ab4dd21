"""The platform's credit history, compared with what a run was charged by the platform's answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bulkportal.apply.budget import amount
from bulkportal.apply.outcomes import OperationState, Outcome
from bulkportal.check.findings import Finding, found
from bulkportal.counting import counted
from bulkportal.plan.operations import Plan
from bulkportal.portal.client import Portal
from bulkportal.portal.coverage_answers import is_about, is_renewal
from bulkportal.portal.failures import Failure
from bulkportal.portal.remote import Credits, Json

MOST_PAGES = 50
"""Pages of history that are read at most: far more than one run can fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit:
    """A line of the credit history by which credits left."""

    id: str
    credits: Credits
    line: Mapping[str, Json]


async def debits_since(portal: Portal, known: frozenset[str]) -> tuple[Debit, ...]:
    """The debits that are not among the `known` lines, from as many pages as needed."""
    found: list[Debit] = []
    seen = set(known)
    # An upper limit, since a history that grows while it is read, or a server that ignores `page`, would never end.
    for page in range(1, MOST_PAGES + 1):
        items = await portal.history(page)
        fresh = [item for item in items if str(item.get("id")) not in seen]
        seen.update(str(item.get("id")) for item in fresh)
        found += [Debit(id=str(item.get("id")), credits=-amount, line=item) for item in fresh if (amount := _amount(item)) < 0]
        # The newest lines come first, so a page with one that is known ends what is new. Lines that slide to the next page meanwhile are
        # in `seen`.
        if len(fresh) < len(items) or not items:
            break
    return tuple(found)


def _amount(item: Mapping[str, Json]) -> Credits:
    amount = item.get("amount")
    return amount if isinstance(amount, int | float) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the history shows of a run: findings where it disagrees, and renewals of Coverage by line of the history."""

    findings: tuple[Finding, ...] = ()
    renewals: Mapping[str, Credits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditHistory:
    """The platform's credit history since a moment. `before` holds the ids of its lines at that moment, None where it could not be read."""

    portal: Portal
    before: frozenset[str] | None

    @classmethod
    async def open(cls, portal: Portal) -> CreditHistory:
        """Remember the history as it is now, before anything is paid."""
        try:
            return cls(portal=portal, before=frozenset(str(item.get("id")) for item in await portal.history()))
        except Failure:
            # A history that cannot be read now could not be distinguished later from one in which somebody else has paid meanwhile.
            return cls(portal=portal, before=None)

    async def compared(self, made: Plan, outcomes: Collection[Outcome], perhaps: Collection[Outcome], file: str) -> Account:
        """A finding unless planned, charged and booked agree (API reference 5.4), and the renewals of Coverage, which only the history shows.

        `perhaps` are outcomes that may have been charged before that moment: requests of an earlier run, retried in this one.
        """
        # A run that paid nothing makes no claim about money, and need not be told what colleagues have spent meanwhile.
        paid = [outcome for outcome in (*outcomes, *perhaps) if outcome.credits or _unpriced(outcome)]
        if not paid and not made.renewals:
            return Account()
        debits = await self._debits()
        if debits is None and not paid:
            return Account(findings=(found("coverage_unconfirmed", {"most": amount(made.renewals)}, file=file),))
        renewals = {debit.id: debit for debit in debits or () if is_renewal(debit.line)}
        # Without renewals: no plan has them among its operations, and they would make every sum differ.
        shown = None if debits is None else sum(debit.credits for debit in debits if debit.id not in renewals)
        ours = [debit for debit in renewals.values() if _is_ours(debit, made)]
        renewed = {debit.id: debit.credits for debit in ours}
        findings = () if not renewed else (_renewed(made, renewed, file),)
        differences = _differences(outcomes, perhaps, paid, shown, file) if paid else ()
        return Account(findings=findings + differences, renewals=renewed)

    async def _debits(self) -> tuple[Debit, ...] | None:
        if self.before is None:
            return None
        try:
            return await debits_since(self.portal, self.before)
        except Failure:
            return None


def _differences(
    outcomes: Collection[Outcome], perhaps: Collection[Outcome], paid: Collection[Outcome], shown: Credits | None, file: str
) -> tuple[Finding, ...]:
    requests = ", ".join(outcome.request_id for outcome in paid if outcome.request_id) or "none is known"
    charged, earlier = (sum(outcome.credits for outcome in some) for some in (outcomes, perhaps))
    if shown is None:
        return (found("credits_unconfirmed", {"charged": amount(charged + earlier), "requests": requests}, file=file),)
    planned = _planned(outcomes)
    # A request of an earlier run may have been charged just before `before` was read, or after: either sum is right.
    if charged <= shown <= charged + earlier and planned in (None, charged):
        return ()
    said = f"{amount(charged)} by {amount(planned)} planned" if planned is not None and planned != charged else amount(charged)
    return (found("credits_differ", {"charged": said, "shown": amount(shown), "requests": requests}, file=file),)


def _is_ours(debit: Debit, made: Plan) -> bool:
    """Whether a renewal concerns an account that this run wrote to; a line without an account counts as such."""
    accounts = {coverage.account for coverage in made.coverage if coverage.account}
    about = is_about(debit.line, accounts)
    # What such a line says is documented nowhere. One that names no account is counted: a report too many is better than a charge that
    # nobody sees.
    return bool(made.coverage) if about is None else about or any(not coverage.account for coverage in made.coverage)


def _renewed(made: Plan, renewed: Mapping[str, Credits], file: str) -> Finding:
    renewals = counted(len(renewed), "renewal")
    words = {"renewals": renewals, "credits": amount(sum(renewed.values())), "most": amount(made.renewals), "lines": ", ".join(renewed)}
    return found("coverage_renewed", words, file=file)


def _unpriced(outcome: Outcome) -> bool:
    """Whether a purchase was answered without a known price or charge; the history may show it."""
    return outcome.operation.paid and outcome.operation.price is None and bool(outcome.request_id)


def _planned(outcomes: Collection[Outcome]) -> Credits | None:
    """The planned price of everything that was done; None where one price was not known."""
    total: Credits = 0
    for outcome in outcomes:
        if outcome.state is OperationState.DONE or outcome.credits:
            if outcome.operation.price is None:
                return None
            total += outcome.operation.price
    return total
