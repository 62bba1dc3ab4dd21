"""What may be spent, and what is asked before spending; `credit_history` compares afterwards with what the platform booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bulkportal.counting import counted, noun
from bulkportal.plan.operations import Plan
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
    """The limits of a run and of a night, with what the run has `spent` so far and what the night has paid `tonight`.

    None means that there is no limit.
    """

    run: Credits | None
    night: Credits | None = None
    spent: Credits = 0
    tonight: Credits = 0

    def objection(self, made: Plan) -> str:
        """Why the plan is too expensive to begin; empty where it is not."""
        if not made.may_cost:
            return ""
        # An unknown price can be confirmed by a person who sees it, but never measured against a limit.
        if made.most is None or made.least is None:
            limit = "--max-credits" if self.run is not None else "max_credits_per_night" if self.night is not None else ""
            return f"Nothing was sent: the platform does not say what this costs, so {limit} cannot be kept." if limit else ""
        # The limit is held against the most that it can take, the balance against the least: a renewal that may not come must not stop a
        # launch.
        return self._too_much(made, made.most) or _too_little_left(made.least, made.balance)

    def _too_much(self, made: Plan, most: Credits) -> str:
        takes = f"{amount(made.price)} credits"
        if made.renewals:
            takes += f" and up to {amount(made.renewals)} more for Coverage"
        # What was spent counts too: a run may have sent an open purchase of an earlier one again before this plan was made.
        # `not <=` in place of `>`: a limit that is not a number (NaN) must allow nothing.
        if self.run is not None and not most + self.spent <= self.run:
            more = f" after {amount(self.spent)} that are spent" if self.spent else ""
            return f"Nothing was sent: the plan takes {takes}{more}, more than --max-credits {amount(self.run)}."
        # Without `spent`: the ledger books each charge as it arrives, so `tonight` includes it.
        if self.night is not None and not most + self.tonight <= self.night:
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
    """What of the plan still lacks a confirmation, as a sentence."""
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
    """Credits for people; None is shown as unknown."""
    return "an unknown number of" if number is None else in_figures(number)
