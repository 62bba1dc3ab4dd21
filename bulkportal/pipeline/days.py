"""The day, asked again at the moment of sending: a row that waited in the queue may have become too early meanwhile.

Days are UTC, as the platform counts them (API reference 3.4). A run that crosses midnight has its rows judged once more,
by the same rules and with what was known of the platform when the plan was made.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bulkportal.apply.outcomes import Outcome, RowState
from bulkportal.check.findings import Checked, Finding
from bulkportal.check.known import Known
from bulkportal.pipeline.source import Source
from bulkportal.sheets.table import RowAddress

TOO_EARLY = "publish_date_too_early"

_FAR = timedelta(days=5)
"""A date that far away is too early for nobody tomorrow (a new account needs three days)."""


@dataclass(slots=True, kw_only=True)
class Days:
    """The rows whose dates have become too early since the plan was made, and those that will be tomorrow."""

    source: Source
    known: Known
    checked: Checked
    today: Callable[[], date]
    _judged: date | None = None
    _late: Mapping[RowAddress, Finding] = field(default_factory=dict)

    def late(self) -> Collection[RowAddress]:
        """The rows that must not be sent any more, as of this moment."""
        today = self.today()
        if today != self._judged:
            self._judged, self._late = today, self._newly_early(today)
        return self._late.keys()

    def urgent(self) -> Collection[RowAddress]:
        """The rows that can be sent today and not tomorrow."""
        tomorrow = self.today() + timedelta(days=1)
        first = self.checked.positions["target_publish_date"].min()
        if not isinstance(first, date) or first >= tomorrow + _FAR:
            return frozenset()
        return self._newly_early(tomorrow).keys()

    def told(self, outcomes: Collection[Outcome]) -> tuple[Finding, ...]:
        """The findings of the rows that were held back for their dates."""
        held = {row for outcome in outcomes for row, verdict in outcome.verdicts.items() if verdict.state is RowState.INVALID}
        return tuple(finding for row, finding in self._late.items() if row in held)

    def _newly_early(self, day: date) -> Mapping[RowAddress, Finding]:
        again = self.source.check(self.known, day)
        found = (finding for finding in again.errors if finding.code == TOO_EARLY)
        return {finding.address: finding for finding in found if finding.address and finding.address not in self.checked.invalid}
