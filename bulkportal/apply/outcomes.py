"""What became of each operation and of each row it was for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from bulkportal.plan.operations import Operation
from bulkportal.portal.remote import Credits
from bulkportal.sheets.table import RowAddress


class RowState(StrEnum):
    """How a row of the input ends: exactly one of these (docs/how-to/read-the-report.md)."""

    DONE = "done"
    UNCHANGED = "unchanged"
    INVALID = "invalid"
    HELD = "held"
    REFUSED = "refused"
    WAITING = "waiting"
    UNKNOWN = "unknown"


TO_FIX = frozenset({RowState.INVALID, RowState.REFUSED, RowState.UNKNOWN})
"""States of rows that a person has to look at themselves."""

FAILING = TO_FIX | {RowState.HELD}
"""Those, and rows that depend on one of them. A row that waits is tried again by itself."""

SETTLED = frozenset({RowState.DONE, RowState.UNCHANGED})
"""States of rows that are as the sheet wants them."""


class OperationState(StrEnum):
    """How an operation ends in this run."""

    DONE = "done"
    FOUND = "found"
    REFUSED = "refused"
    HELD = "held"
    WAITING = "waiting"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state of one row as one operation leaves it, in words for people."""

    state: RowState
    problem: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one operation.

    `state` FOUND means that it had been done before, by us or by someone else, and cost nothing now.
    `verdicts` speak for single rows where the operation fared differently for each (a batch); a row
    not named there follows `state`. `credits` is what the platform said it charged; `code` and
    `problem` are the platform's own code and words when it refused. `note` is worth telling of a success;
    `moment` is when an event was done (ISO 8601, UTC). `passing` says of one that was held that the reason may be over by itself.
    """

    operation: Operation
    state: OperationState
    bundle_id: str | None = None
    credits: Credits = 0
    request_id: str | None = None
    code: str | None = None
    problem: str = ""
    next_step: str = ""
    note: str = ""
    moment: str = ""
    passing: bool = False
    verdicts: dict[RowAddress, Verdict] = field(default_factory=dict)


class Stop(StrEnum):
    """Why a run ended before its plan did."""

    NONE = ""
    KEY = "key"
    CREDITS = "credits"
    TROUBLE = "trouble"
    INTERRUPTED = "interrupted"
    PRICE = "price"
    CHARGED = "charged"
    LEDGER = "ledger"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """All outcomes of one run, why it stopped early if it did, and the sentence to show for it.

    `coverage` are the credits by which the platform renewed delivered accounts meanwhile.
    """

    outcomes: tuple[Outcome, ...] = ()
    stop: Stop = Stop.NONE
    message: str = ""
    hint: str = ""
    balance: Credits | None = None
    coverage: Credits = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """How far a file is, and all files together, in bytes.

    `still` says for how many seconds nothing has moved, 0 while something does; `over` that it has ended.
    """

    name: str
    sent: int
    size: int
    all_sent: int
    all_size: int
    over: bool = False
    still: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that just happened, for display: an operation ended, or the run waits.

    `seconds` is how long a wait will last, `allowance` how many requests may leave at once (None: not known),
    `transfer` how far an upload is, `outcome` how an operation ended. `begun` is an operation that is about to be sent, and
    takes credits or cannot be undone: for the records, not for the screen.
    """

    text: str
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    allowance: int | None = None
    transfer: Transfer | None = None
    outcome: Outcome | None = None
    begun: Operation | None = None
