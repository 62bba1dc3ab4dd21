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
"""States of rows that a person has to correct or look at."""

FAILING = TO_FIX | {RowState.HELD}
"""Those, and rows that depend on them. A waiting row is not among them: the next run retries it."""

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

    `state` FOUND means that an earlier run had done it and never got the answer: nothing is sent, and its charge is counted here.
    `verdicts` hold the states of single rows where they differ (a batch); a row
    not named there follows `state`. `credits` is what the platform said it charged; `code` and
    `problem` are the platform's own code and words when it refused. `note` is a remark on a success;
    `moment` is when an event was done (ISO 8601, UTC). `passing` says that the reason for holding it may go away by itself.
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

    `coverage` is the number of credits that the platform took to renew delivered accounts meanwhile.
    """

    outcomes: tuple[Outcome, ...] = ()
    stop: Stop = Stop.NONE
    message: str = ""
    hint: str = ""
    balance: Credits | None = None
    coverage: Credits = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """The progress of one file, and of all files together, in bytes.

    `still` is the number of seconds without progress, 0 while there is some; `over` says that the transfer has ended.
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
    """Something that has just happened, for display: an operation ended, or the run waits.

    `seconds` is the length of a wait, `allowance` the number of requests that may leave at once (None: not known),
    `transfer` the progress of an upload, `outcome` the end of an operation. `begun` is an operation about to be sent that
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
