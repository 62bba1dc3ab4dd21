"""The requests to the simulator, in order, to prove what was sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field

from bulkportal.simulator.calls import JsonObject


@dataclass(slots=True, kw_only=True)
class Write:
    """One write that arrived in full. `status` is None when no answer was given."""

    number: int
    at: str | None
    method: str
    route: str
    path: str
    tenant: str
    request_id: str
    idempotency_key: str | None
    status: int | None = None
    executed: bool = False
    replayed: bool = False
    charged: int = 0
    dry_run: bool = False
    fault: str | None = None
    error: str | None = None


@dataclass(slots=True)
class Journal:
    """Every write, every violation, and the number of requests that broke off in mid-body."""

    writes: list[Write] = field(default_factory=list)
    violations: list[JsonObject] = field(default_factory=list)
    incomplete: int = 0
    reads: int = 0

    def counts(self, *, executed_only: bool = False) -> dict[str, int]:
        """How many writes came to each ``METHOD /template``."""
        return dict(Counter(f"{write.method} {write.route}" for write in self.writes if write.executed or not executed_only))

    def violation(self, kind: str, **facts: object) -> None:
        """Note something a careful client never does."""
        self.violations.append({"kind": kind, **facts})

    def as_json(self) -> JsonObject:
        """The journal as the operator sees it."""
        return {
            "counts": self.counts(),
            "executed": self.counts(executed_only=True),
            "writes": [asdict(write) for write in self.writes],
            "violations": list(self.violations),
            "incomplete": self.incomplete,
            "reads": self.reads,
        }
