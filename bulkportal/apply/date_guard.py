"""Dates, judged again at the moment of sending: a row that waited in the queue may have become too early meanwhile.

Days are UTC, as the platform counts them (API reference 3.4). A run that crosses midnight has its rows judged once more,
by the same rules and with what was known of the platform when the plan was made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bulkportal.apply.outcomes import Outcome, RowState
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.check.known import DAYS_NEW, Known
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Plan
from bulkportal.sheets.table import RowAddress

TOO_EARLY = "publish_date_too_early"

_NEAREST = 3
"""How many of the first dates are tried for the day until which a plan holds. One is not enough: a date already set may stay."""

_FAR = timedelta(days=5)
"""A date at least this far away cannot be too early tomorrow (a new account needs three days)."""


@dataclass(slots=True, kw_only=True)
class DateGuard:
    """The rows whose dates have become too early since planning, and those whose dates will be tomorrow.

    `check` judges the rows as of a given day; `judged` is the day of `checked`.
    """

    check: Callable[[Known, date], ValidationResult]
    known: Known
    checked: ValidationResult
    today: Callable[[], date]
    judged: date | None = None
    _late: Mapping[RowAddress, Finding] = field(default_factory=dict)

    def late(self) -> Collection[RowAddress]:
        """The rows that must not be sent any more, as of this moment."""
        today = self.today()
        if today != self.judged:
            self.judged, self._late = today, self._newly_early(today)
        return self._late.keys()

    def urgent(self) -> Collection[RowAddress]:
        """The rows that can be sent today and not tomorrow."""
        tomorrow = self.today() + timedelta(days=1)
        # The nearest date decides at once for most launches; judging all rows once more takes as long as the check did.
        first = self.checked.positions["target_publish_date"].min()
        if not isinstance(first, date) or first >= tomorrow + _FAR:
            return frozenset()
        return self._newly_early(tomorrow).keys()

    def until(self, made: Plan) -> str:
        """Until when the plan can be applied as it stands, in words; empty where no row of it becomes too early on the days tried."""
        slots = [slot for o in made.operations if o.kind is OperationKind.CONFIGURE_POSITIONS for slot in o.slots]
        wanted = {slot.row for slot in slots}
        texts = {str(text) for slot in slots if (text := slot.body.get("target_publish_date"))}
        first = sorted(date.fromisoformat(text[:10]) for text in texts)[:_NEAREST]
        # Which day a date becomes too early on depends on the account's age, at most DAYS_NEW - 1 days before it: each is tried.
        days = {day - timedelta(days=back) for day in first for back in range(DAYS_NEW)}
        for day in sorted(day for day in days if day > self.today()):
            late = sorted(map(str, wanted.intersection(self._newly_early(day))))
            if late:
                rows = f"{late[0]} is" if len(late) == 1 else f"{len(late)} rows ({late[0]} ...) are"
                return f"This plan holds until {day} 00:00 UTC: after that {rows} too early."
        return ""

    def findings(self, outcomes: Collection[Outcome]) -> tuple[Finding, ...]:
        """The findings of the rows that were held back for their dates."""
        held = {row for outcome in outcomes for row, verdict in outcome.verdicts.items() if verdict.state is RowState.INVALID}
        return tuple(finding for row, finding in self._late.items() if row in held)

    def _newly_early(self, day: date) -> Mapping[RowAddress, Finding]:
        again = self.check(self.known, day)
        found = (finding for finding in again.errors if finding.code == TOO_EARLY)
        # Rows that were wrong from the start are no news, and have their own finding already.
        return {finding.address: finding for finding in found if finding.address and finding.address not in self.checked.invalid}
