"""The share of existing rows that a plan would change.

An export in which one column was sorted alone, or shifted by a row, is valid cell by cell and would overwrite
nearly everything. Rows that only add something do not count: a new launch is new in all its rows, and an empty slot has nothing to change.
"""

from __future__ import annotations

from dataclasses import dataclass

from bulkportal.check.findings import Finding, found
from bulkportal.counting import counted, noun
from bulkportal.plan.operations import Plan

DOUBTFUL = 95
"""The percentage of changed rows from which on a plan gets a warning."""

# In a small sheet all rows change often, and a person sees all of them at a glance.
_FEWEST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Of `standing` rows that exist on the platform, `changed` would have a value replaced."""

    changed: int
    standing: int

    @property
    def percent(self) -> float:
        """The share that would change, from 0 to 100."""
        return 100 * self.changed / self.standing if self.standing else 0.0

    def objection(self, most: float | None) -> str:
        """Why nothing may be sent if at most that percentage of rows may change; empty if the limit is kept."""
        if most is None or self.percent <= most:
            return ""
        there = f"{counted(self.standing, 'row')} that {noun(self.standing, 'is', 'are')} there already"
        return (
            f"Nothing was sent: {self.changed} of the {there} would change "
            f"({self.percent:.0f} %), and --max-changes allows {most:g} %. The plan names each change, old and new."
        )

    def doubts(self, file: str) -> tuple[Finding, ...]:
        """A warning if nearly every row would change."""
        if self.changed < _FEWEST or self.percent < DOUBTFUL:
            return ()
        words = {"changed": self.changed, "rows": counted(self.standing, "row")}
        return (found("nearly_all_rows_change", words, file=file),)


def extent(plan: Plan) -> Extent:
    """How many of the existing rows the plan would change."""
    # A change without an old value only fills something that was empty.
    changed = sum(any(change.old for change in changes) for changes in plan.changes.values())
    return Extent(changed=changed, standing=changed + len(plan.unchanged) - len(plan.left_empty))
