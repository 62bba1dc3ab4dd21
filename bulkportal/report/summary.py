"""One line for every input row, and the totals: the pure part of the report.

Every row of the input ends in exactly one state, and the states add up to the rows; a report that
does not add up is a fault of bulkportal (docs/how-to/read-the-report.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import overload

from bulkportal.apply.outcomes import Applied, Outcome, RowState, Verdict
from bulkportal.check.finding_list import as_list
from bulkportal.check.findings import Finding, ValidationResult, errors_of, rows_at_fault
from bulkportal.errors import BulkportalError
from bulkportal.plan.approval import lines_of
from bulkportal.plan.event_names import when
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import FieldChange, Hold, Operation, Plan, price_of
from bulkportal.portal.remote import Credits
from bulkportal.report.refusals import refusals, verdict_of
from bulkportal.sheets.table import RowAddress

SCHEMA = "bulkportal.run/1"

PLANNED = "planned"
"""The state of an operation that has not been sent."""

_WORST_FIRST = (
    RowState.INVALID,
    RowState.UNKNOWN,
    RowState.REFUSED,
    RowState.WAITING,
    RowState.HELD,
    RowState.DONE,
    RowState.UNCHANGED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """The outcome of one row, in the words of the status columns (docs/reference/columns.md)."""

    address: RowAddress
    kind: str
    state: RowState
    result: str
    problem: str = ""
    next_step: str = ""
    live_url: str = ""
    credits: Credits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationLine:
    """One operation, as the report and the JSON summary show it.

    `state` is ``planned`` if not sent yet, and then `changes` holds what would be set, by row.
    `warning` is what a person should know before it is sent, `irreversible` means that it cannot be undone.
    """

    kind: str
    target: str
    state: str
    credits: Credits | None
    request_id: str | None
    rows: tuple[RowAddress, ...]
    code: str | None = None
    problem: str = ""
    warning: str = ""
    irreversible: bool = False
    changes: tuple[tuple[RowAddress, FieldChange], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a renderer needs. `media` is a sentence on what was uploaded. `totals` holds ``total`` and a count for each row state.

    `planned` is the price of the operations; renewals of Coverage may take `coverage_most` beside it, and took `coverage_charged`,
    which is a part of `charged`. `passing` are the rows that failed for reasons that may be over by themselves; a night tries them again.
    """

    command: str
    run_id: str
    files: tuple[str, ...]
    exit_code: int
    message: str
    totals: Mapping[str, int]
    lines: Sequence[RowLine]
    findings: Sequence[Finding]
    operations: tuple[OperationLine, ...]
    planned: Credits | None
    charged: Credits
    remaining: Credits | None
    requests: Mapping[str, int]
    started_at: str
    finished_at: str
    next_command: str = ""
    media: str = ""
    coverage_most: Credits = 0
    coverage_charged: Credits = 0
    passing: frozenset[RowAddress] = frozenset()

    def lines_in(self, *states: RowState) -> list[RowLine]:
        """The lines of rows in these states."""
        return [line for line in self.lines if line.state in states] if any(self.totals[state.value] for state in states) else []


class LinesLater(Sequence[RowLine]):
    """The lines of `height` rows, made when they are first accessed: a check whose rows are only counted makes none."""

    def __init__(self, height: int, make: Callable[[], tuple[RowLine, ...]]) -> None:
        self._height = height
        self._make = make
        self._made: tuple[RowLine, ...] | None = None

    def _lines(self) -> tuple[RowLine, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __len__(self) -> int:
        return self._height

    def __iter__(self) -> Iterator[RowLine]:
        return iter(self._lines())

    @overload
    def __getitem__(self, place: int) -> RowLine: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[RowLine, ...]: ...
    def __getitem__(self, place: int | slice) -> RowLine | tuple[RowLine, ...]:
        return self._lines()[place]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._lines() == tuple(other)

    def __hash__(self) -> int:
        return hash(self._lines())


class DoesNotAddUp(BulkportalError):
    """The states of the rows do not add up to the rows: a fault of bulkportal itself (exit 7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a report is about: the command, its run, and the time."""

    command: str
    run_id: str
    files: tuple[str, ...]
    started_at: str
    finished_at: str
    next_command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How the command ended: its exit code, and a sentence where it stopped before the end."""

    exit_code: int
    message: str = ""


def summarize(checked: ValidationResult, plan: Plan | None, applied: Applied | None, occasion: Occasion, ended: Ended) -> Report:
    """The report of a run. Without a plan (a check) or without outcomes (a dry run) rows are `waiting`.

    Raises DoesNotAddUp if a row has no state or more than one.
    """
    findings = as_list(checked.findings) + (plan.findings + plan.doubts if plan else ())
    lines, totals = _counted(checked, plan, applied, findings)
    # Better a fault than a report in which a row is missing: nobody would look for it.
    if totals["total"] != checked.height or sum(totals[state] for state in RowState) != totals["total"]:
        raise DoesNotAddUp(f"The rows do not add up: {checked.height} rows, {dict(totals)}.")
    operations = _operation_lines(plan, applied)
    # What was left after the run, where the platform said so; else what the plan was made with.
    remaining = applied.balance if applied and applied.balance is not None else plan.balance if plan else None
    return Report(
        command=occasion.command,
        run_id=occasion.run_id,
        files=occasion.files,
        exit_code=ended.exit_code,
        message=ended.message,
        totals=totals,
        lines=lines,
        findings=findings + refusals(checked, applied),
        operations=operations,
        planned=plan.price if plan else 0,
        charged=sum(outcome.credits for outcome in applied.outcomes) + applied.coverage if applied else 0,
        coverage_most=plan.renewals if plan else 0,
        coverage_charged=applied.coverage if applied else 0,
        remaining=remaining,
        requests={"total": 0, "retried": 0, "throttled": 0},
        started_at=occasion.started_at,
        finished_at=occasion.finished_at,
        next_command=occasion.next_command,
    )


def count(lines: Iterable[RowLine]) -> dict[str, int]:
    """``total`` and the number of rows in each state, all states named."""
    counted = Counter(line.state for line in lines)
    return {"total": counted.total(), **{state.value: counted[state] for state in RowState}}


def _counted(
    checked: ValidationResult, plan: Plan | None, applied: Applied | None, findings: Sequence[Finding]
) -> tuple[Sequence[RowLine], dict[str, int]]:
    """The lines, and how many there are in each state. Of a mere check they are counted without being made."""
    if plan is not None or applied is not None:
        lines = _lines(checked, plan, applied, findings)
        return lines, count(lines)
    wrong, held = len(checked.invalid), len(checked.held)
    counted = {RowState.HELD: held, RowState.INVALID: wrong - held, RowState.WAITING: checked.height - wrong}
    totals = {"total": checked.height, **{state.value: counted.get(state, 0) for state in RowState}}
    return LinesLater(checked.height, partial(_lines, checked, plan, applied, findings)), totals


def _lines(checked: ValidationResult, plan: Plan | None, applied: Applied | None, findings: Sequence[Finding]) -> tuple[RowLine, ...]:
    errors = rows_at_fault(errors_of(findings), checked.sheets)
    asked = outcomes_by_row(applied)
    kinds = {(s.table.file, s.table.sheet): s.kind for s in checked.sheets}
    held = {hold.row: hold for hold in plan.held} if plan else {}
    unsigned = plan.unsigned if plan else {}
    planned = _planned(plan)
    lines: list[RowLine] = []
    for row in checked.rows:
        kind = kinds[row.file, row.sheet]
        if row in errors:
            line = _invalid(row, kind, errors[row])
        elif row in asked:
            line = _left_over(_asked(row, kind, asked[row]), held.get(row), unsigned.get(row, ""))
        elif row in held or row in unsigned:
            nothing = RowLine(address=row, kind=kind, state=RowState.DONE, result="")
            line = _left_over(nothing, held.get(row), unsigned.get(row, ""))
        else:
            line = _not_sent(row, kind, plan, planned.get(row, 0))
        lines.append(_with_platform(line, plan))
    return tuple(lines)


def outcomes_by_row(applied: Applied | None) -> dict[RowAddress, list[Outcome]]:
    """The outcomes of the operations that each row asked for."""
    asked: dict[RowAddress, list[Outcome]] = {}
    for outcome in applied.outcomes if applied else ():
        for row in outcome.operation.rows:
            asked.setdefault(row, []).append(outcome)
    return asked


_UNSIGNED_HINT = "Write yes in its lines of the Plan sheet, then apply the plan again."


def _invalid(row: RowAddress, kind: str, errors: list[Finding]) -> RowLine:
    problem = " ".join(f"{f.cell}: {f.message}" if f.cell else f.message for f in errors)
    hint = " ".join(dict.fromkeys(f.hint for f in errors if f.hint))
    # One error that has to be corrected makes the row invalid: saying what is meant would not be enough.
    state = RowState.HELD if all(f.holds for f in errors) else RowState.INVALID
    return RowLine(address=row, kind=kind, state=state, result="not sent", problem=problem, next_step=hint)


def _not_sent(row: RowAddress, kind: str, plan: Plan | None, planned: Credits | None) -> RowLine:
    """A row without errors that nothing was sent for: already as it should be, or still to be done for the credits that are `planned`."""
    if plan is not None and row in plan.unchanged:
        result = plan.notes.get(row, "as it should be already")
        return RowLine(address=row, kind=kind, state=RowState.UNCHANGED, result=result, credits=0)
    result = "would be done" if plan else "no errors"
    return RowLine(address=row, kind=kind, state=RowState.WAITING, result=result, credits=planned)


def _left_over(line: RowLine, held: Hold | None, unsigned: str) -> RowLine:
    """The line of a row for which something was not attempted: because of another problem, or because it was not approved."""
    # A worse state of what was sent says more than that something else was not attempted.
    if line.state not in (RowState.DONE, RowState.HELD):
        return line
    if held is not None:
        return replace(line, state=RowState.HELD, result=line.result or "held", problem=_sentence(held.reason), next_step=held.next_step)
    if unsigned and line.state is RowState.DONE:
        problem = _sentence(f"not approved: {unsigned}")
        return replace(line, state=RowState.WAITING, result=line.result or "not sent", problem=problem, next_step=_UNSIGNED_HINT)
    return line


def _asked(row: RowAddress, kind: str, outcomes: list[Outcome]) -> RowLine:
    verdicts = [(outcome, verdict_of(row, outcome)) for outcome in outcomes]
    state = min((verdict.state for _, verdict in verdicts), key=_WORST_FIRST.index)
    done = [_done_words(outcome) for outcome, verdict in verdicts if verdict.state is RowState.DONE]
    worst = next((verdict for _, verdict in verdicts if verdict.state is state), Verdict(state=state))
    paid = sum(_charged_for(row, outcome) for outcome in outcomes)
    result = ", ".join(dict.fromkeys(done)) or ("not sent" if state in (RowState.WAITING, RowState.HELD) else state.value)
    return RowLine(address=row, kind=kind, state=state, result=result, problem=worst.problem, next_step=worst.next_step, credits=paid)


def _charged_for(row: RowAddress, outcome: Outcome) -> Credits:
    """A row's share of what an operation charged: for a batch, the planned price of its slot, if the sum is as planned."""
    operation = outcome.operation
    if operation.kind is not OperationKind.CONFIGURE_POSITIONS:
        return outcome.credits if operation.costs else 0
    # The platform states the charge of a batch as one sum (API reference 2.16). If it differs from the plan, no row can be named.
    if outcome.credits != operation.price:
        return outcome.credits if row == operation.rows[0] else 0
    return sum(slot.price or 0 for slot in operation.slots if slot.row == row)


def _done_words(outcome: Outcome) -> str:
    words = outcome.operation.kind.traits.done
    words = f"{words} {when(outcome.moment)}" if outcome.moment else words
    return f"{words}; {outcome.note}" if outcome.note else words


def _with_platform(line: RowLine, plan: Plan | None) -> RowLine:
    if plan is None or line.address not in plan.links:
        return line
    return replace(line, live_url=plan.links[line.address])


def _planned(plan: Plan | None) -> dict[RowAddress, Credits | None]:
    """The credits that the operations of each row cost, None where unknown. A row that is missing costs nothing."""
    totals: dict[RowAddress, Credits | None] = {}
    for operation in plan.operations if plan else ():
        if not operation.costs:
            continue
        of_batch = operation.kind is OperationKind.CONFIGURE_POSITIONS
        for row in dict.fromkeys(operation.rows):
            price = price_of(slot for slot in operation.slots if slot.row == row) if of_batch else operation.price
            before = totals.get(row, 0)
            totals[row] = None if price is None or before is None else before + price
    return totals


def _operation_lines(plan: Plan | None, applied: Applied | None) -> tuple[OperationLine, ...]:
    if applied is not None:
        sent = ((o, _operation_line(o.operation, o.state.value, o.credits)) for o in applied.outcomes)
        return tuple(replace(line, request_id=o.request_id, code=o.code, problem=o.problem) for o, line in sent)
    if plan is None:
        return ()
    return tuple(replace(_operation_line(operation, PLANNED, operation.price), changes=_changes(operation, plan)) for operation in plan.operations)


def _operation_line(operation: Operation, state: str, price: Credits | None) -> OperationLine:
    return OperationLine(
        kind=operation.kind.value,
        target=operation.target,
        state=state,
        credits=price,
        request_id=None,
        rows=operation.rows,
        warning=operation.warning,
        irreversible=operation.irreversible,
    )


def _changes(operation: Operation, plan: Plan) -> tuple[tuple[RowAddress, FieldChange], ...]:
    return tuple((line.row, change) for line in lines_of(replace(plan, operations=(operation,))) for change in line.changes)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
