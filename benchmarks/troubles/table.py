"""The verdicts of all scenarios as one Markdown table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from troubles.judge import Verdict

COUNTERS = ("doubles", "published_twice", "lost", "wrong", "unseen")
_HEADER = (
    "trouble",
    "keys",
    "scenarios",
    "credits expected",
    "credits charged",
    "double charges",
    "double publishes",
    "lost rows",
    "wrong states",
    "ledger differs",
)


@dataclass(slots=True)
class Line:
    """The sums of one row of the table."""

    scenarios: int = 0
    expected: int = 0
    charged: int = 0
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTERS, 0))

    def add(self, verdict: Verdict) -> None:
        """Count a verdict in."""
        self.scenarios += 1
        self.expected += verdict.expected
        self.charged += verdict.charged
        for name in COUNTERS:
            self.counts[name] += getattr(verdict, name)

    def cells(self) -> list[str]:
        """The numbers as text."""
        return [f"{number:,}" for number in (self.scenarios, self.expected, self.charged, *self.counts.values())]


@dataclass(slots=True)
class Table:
    """All lines, and what is told below them."""

    lines: dict[tuple[str, str], Line] = field(default_factory=dict)
    total: Line = field(default_factory=Line)
    unstruck: int = 0
    unplayed: int = 0
    reported: int = 0
    reports_differ: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, verdict: Verdict, case: str, memory: str) -> None:
        """Count a verdict in its line and in the total."""
        self.lines.setdefault((case, memory), Line()).add(verdict)
        self.total.add(verdict)
        self.unstruck += not verdict.struck
        if verdict.reported is not None:
            self.reported += 1
            if verdict.reported != verdict.charged:
                self.reports_differ.append(verdict.scenario.number)

    @property
    def bad(self) -> bool:
        """Whether the law was broken anywhere, or was not tried as often as was asked for: a worker of the bench may have been killed."""
        return any(self.total.counts.values()) or self.total.expected != self.total.charged or self.unplayed > 0

    def markdown(self) -> str:
        """The table, a total, and what is to be said about it."""
        rows = [[case, memory, *line.cells()] for (case, memory), line in sorted(self.lines.items())]
        rows.append(["**all**", "", *self.total.cells()])
        lines = [_row(_HEADER), _row(["---", "---", *["---:"] * (len(_HEADER) - 2)]), *map(_row, rows), ""]
        differ = f" ({', '.join(map(str, self.reports_differ[:20]))})" if self.reports_differ else ""
        if self.reported:
            lines.append(f"- In {self.unstruck} scenarios the trouble found nothing to strike.")
            words = f"in {len(self.reports_differ)} of them{differ} the credits in the reports do not add up to the credits charged"
            lines.append(f"- In {self.reported} scenarios every run gave a report; {words}.")
        if self.unplayed:
            lines.append(f"- {self.unplayed} scenarios were not played to their end.")
        lines += [f"- {note}" for note in self.notes]
        return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
