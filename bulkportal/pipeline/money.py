"""Money in sight: what may be spent, what is asked before it is, and whether the platform's books agree afterwards."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bulkportal.apply.outcomes import OperationState, Outcome
from bulkportal.apply.settling import Debit, debits_since
from bulkportal.check.findings import Finding, found
from bulkportal.counting import counted, noun
from bulkportal.plan.operations import Plan
from bulkportal.portal.client import Portal
from bulkportal.portal.coverage import is_about, is_renewal
from bulkportal.portal.failures import Failure
from bulkportal.portal.remote import Credits, in_figures

NOON = 12
"""The hour at which a night begins: one night is one amount, however late its run starts."""


def night_began(now: datetime, zone: str | None) -> datetime:
    """The last noon in that time zone, this machine's where none is named.

    From noon to noon, and not 24 hours back: a nightly run would then be stopped by what the night before took.
    """
    local = now.astimezone(ZoneInfo(zone) if zone else None)
    noon = local.replace(hour=NOON, minute=0, second=0, microsecond=0)
    return (noon if noon <= local else noon - timedelta(days=1)).astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What may be spent: by this run, of which `spent` has left already, and by the night, of which `tonight` has.

    A limit of None is none.
    """

    run: Credits | None
    night: Credits | None = None
    spent: Credits = 0
    tonight: Credits = 0

    def objection(self, made: Plan) -> str:
        """Why the plan must not be begun for its price, or nothing."""
        if not made.may_cost:
            return ""
        if made.most is None or made.least is None:
            limit = "--max-credits" if self.run is not None else "max_credits_per_night" if self.night is not None else ""
            return f"Nothing was sent: the platform does not say what this costs, so {limit} cannot be kept." if limit else ""
        return self._too_much(made, made.most) or _too_little_left(made.least, made.balance)

    def _too_much(self, made: Plan, most: Credits) -> str:
        takes = f"{amount(made.price)} credits"
        if made.renewals:
            takes += f" and up to {amount(made.renewals)} more for Coverage"
        if self.run is not None and most + self.spent > self.run:
            more = f" after {amount(self.spent)} that are spent" if self.spent else ""
            return f"Nothing was sent: the plan takes {takes}{more}, more than --max-credits {amount(self.run)}."
        if self.night is not None and most + self.tonight > self.night:
            return (
                f"Nothing was sent: the plan takes {takes}, and {amount(self.tonight)} have been spent since noon; "
                f"max_credits_per_night allows {amount(self.night)}."
            )
        return ""


def _too_little_left(price: Credits, balance: Credits | None) -> str:
    if balance is None or price <= balance:
        return ""
    short = amount(price - balance)
    return f"Nothing was sent: the plan takes {amount(price)} credits, and the balance is {amount(balance)}; {short} are missing."


def unconfirmed(made: Plan) -> str:
    """What nobody has said yes to."""
    reasons: list[str] = []
    if made.paid:
        reasons.append(f"{_steps(len(made.paid), ' takes', ' take')} {amount(made.price)} credits, which are never refunded")
    if made.renewals:
        reasons.append(f"the Coverage of {_accounts(len(made.coverage))} may take up to {amount(made.renewals)} credits")
    if made.irreversible:
        reasons.append(f"{_steps(len(made.irreversible))} cannot be undone")
    return f"Nothing was sent: {', and '.join(reasons)}. Confirm with --yes."


def _steps(number: int, one: str = "", many: str = "") -> str:
    return f"{counted(number, 'step')}{noun(number, one, many)}" if one else counted(number, "step")


def _accounts(number: int) -> str:
    return counted(number, "delivered account")


def amount(number: Credits | None) -> str:
    """Credits for people: whole numbers plain, and what is unknown said to be so."""
    return "an unknown number of" if number is None else in_figures(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the platform's history shows of a run: what does not agree, and the Coverage that was renewed, by line of the history."""

    findings: tuple[Finding, ...] = ()
    renewals: Mapping[str, Credits] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The platform's credit history from a moment on; `before` is what it held then, None where it cannot be read."""

    portal: Portal
    before: frozenset[str] | None

    @classmethod
    async def open(cls, portal: Portal) -> Books:
        """As of now, before anything is paid."""
        try:
            return cls(portal=portal, before=frozenset(str(item.get("id")) for item in await portal.history()))
        except Failure:
            return cls(portal=portal, before=None)

    async def compared(self, made: Plan, outcomes: Collection[Outcome], perhaps: Collection[Outcome], file: str) -> Account:
        """A finding unless planned = charged = history (API reference 5.4), and the renewals of Coverage, which only the history tells.

        `perhaps` are outcomes whose charge may be from before that moment: requests of an earlier run, sent again in this one.
        """
        paid = [outcome for outcome in (*outcomes, *perhaps) if outcome.credits or _unpriced(outcome)]
        if not paid and not made.renewals:
            return Account()
        debits = await self._debits()
        if debits is None and not paid:
            return Account(findings=(found("coverage_unconfirmed", {"most": amount(made.renewals)}, file=file),))
        renewals = {debit.id: debit for debit in debits or () if is_renewal(debit.line)}
        shown = None if debits is None else sum(debit.credits for debit in debits if debit.id not in renewals)
        ours = [debit for debit in renewals.values() if _is_ours(debit, made)]
        renewed = {debit.id: debit.credits for debit in ours}
        findings = () if not renewed else (_renewed(made, renewed, file),)
        differences = _differences(outcomes, perhaps, shown, file) if paid else ()
        return Account(findings=findings + differences, renewals=renewed)

    async def _debits(self) -> tuple[Debit, ...] | None:
        if self.before is None:
            return None
        try:
            return await debits_since(self.portal, self.before)
        except Failure:
            return None


def _differences(outcomes: Collection[Outcome], perhaps: Collection[Outcome], shown: Credits | None, file: str) -> tuple[Finding, ...]:
    paid = [outcome for outcome in (*outcomes, *perhaps) if outcome.credits or _unpriced(outcome)]
    requests = ", ".join(outcome.request_id for outcome in paid if outcome.request_id) or "none is known"
    charged, earlier = (sum(outcome.credits for outcome in some) for some in (outcomes, perhaps))
    if shown is None:
        return (found("credits_unconfirmed", {"charged": amount(charged + earlier), "requests": requests}, file=file),)
    planned = _planned(outcomes)
    if charged <= shown <= charged + earlier and planned in (None, charged):
        return ()
    said = f"{amount(charged)} by {amount(planned)} planned" if planned is not None and planned != charged else amount(charged)
    return (found("credits_differ", {"charged": said, "shown": amount(shown), "requests": requests}, file=file),)


def _is_ours(debit: Debit, made: Plan) -> bool:
    """Whether a renewal is of an account that this run wrote to; one that names no account is, where there is such an account."""
    accounts = {coverage.account for coverage in made.coverage if coverage.account}
    about = is_about(debit.line, accounts)
    return bool(made.coverage) if about is None else about or any(not coverage.account for coverage in made.coverage)


def _renewed(made: Plan, renewed: Mapping[str, Credits], file: str) -> Finding:
    renewals = counted(len(renewed), "renewal")
    words = {"renewals": renewals, "credits": amount(sum(renewed.values())), "most": amount(made.renewals), "lines": ", ".join(renewed)}
    return found("coverage_renewed", words, file=file)


def _unpriced(outcome: Outcome) -> bool:
    """Whether a purchase was answered of which neither a price nor a charge is known; the history may know more."""
    return outcome.operation.paid and outcome.operation.price is None and bool(outcome.request_id)


def _planned(outcomes: Collection[Outcome]) -> Credits | None:
    """What those that were done were planned to take; None where a price was not known."""
    total: Credits = 0
    for outcome in outcomes:
        if outcome.state is OperationState.DONE or outcome.credits:
            if outcome.operation.price is None:
                return None
            total += outcome.operation.price
    return total
