"""Which rows failed for a reason that may be over by itself: the platform was busy, a store could not be reached. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from bulkportal.apply.outcomes import FAILING, Applied, OperationState, Outcome, RowState
from bulkportal.check.findings import Finding, ValidationResult, rows_at_fault
from bulkportal.codes import REGISTER
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan, Ref, Value
from bulkportal.report.summary import RowLine, outcomes_by_row
from bulkportal.sheets.table import ROW, RowAddress


def passing_rows(
    checked: ValidationResult, plan: Plan | None, applied: Applied | None, lines: Sequence[RowLine], findings: Iterable[Finding]
) -> frozenset[RowAddress]:
    """The failed rows for which every reason may pass by itself."""
    errors = rows_at_fault(findings, checked.sheets)
    asked = outcomes_by_row(applied)
    outcomes = {outcome.operation.identity: outcome for outcome in applied.outcomes} if applied else {}
    found: set[RowAddress] = set()
    for line in lines:
        row = line.address
        if row in errors:
            is_passing = all(one.code in REGISTER and REGISTER[one.code].passing for one in errors[row])
        elif row in asked:
            reasons = [_is_passing(row, outcome, outcomes) for outcome in asked[row]]
            # Every reason must be passing, and there must be one: `None` is an operation that lacks nothing for this row.
            is_passing = line.state in (*FAILING, RowState.WAITING) and all(reason is not False for reason in reasons) and any(reasons)
        else:
            is_passing = applied is not None and line.state is RowState.WAITING
        if is_passing:
            found.add(row)
    return frozenset(found | set(_unpublished(checked, plan, lines, found)))


def _unpublished(checked: ValidationResult, plan: Plan | None, lines: Sequence[RowLine], passing: Collection[RowAddress]) -> Iterator[RowAddress]:
    """The rows of bundles that are not published because of such rows, and of no others."""
    waits = {hold.row for hold in plan.held if hold.unpublished} if plan else set()
    bundles: dict[RowAddress, str] = {}
    for frame in (checked.bundles, checked.positions):
        for table, row, name in frame.select("_table", ROW, "_bundle").iter_rows():
            bundles[checked.sheets[table].table.address(row)] = name
    failing: dict[str, list[RowAddress]] = defaultdict(list)
    for line in lines:
        if line.state in (*FAILING, RowState.WAITING) and line.address not in waits:
            failing[bundles.get(line.address, "")].append(line.address)
    for row in waits:
        others = failing.get(bundles.get(row, ""), [])
        if others and all(other in passing for other in others):
            yield row


def _is_passing(row: RowAddress, outcome: Outcome, outcomes: Mapping[str, Outcome]) -> bool | None:
    """Whether the reason that an operation failed for a row may pass by itself; None where it did not fail."""
    if outcome.verdicts and row not in outcome.verdicts:  # what waits for a batch waits for all of it
        parts = [_is_passing(each, outcome, outcomes) for each in outcome.verdicts]
        return None if all(part is None for part in parts) else all(part is not False for part in parts)
    verdict = outcome.verdicts.get(row)
    state = outcome.state.value if verdict is None else verdict.state.value
    if state in (OperationState.DONE, OperationState.FOUND):
        return None
    if state == OperationState.WAITING or outcome.passing:
        return True
    if state == OperationState.UNKNOWN:
        # An answer with a code was the platform's own; without one only the connection broke, and the next run finds out.
        return outcome.code is None
    if state != OperationState.HELD:
        return False
    causes = [outcomes[name] for name in _needed(outcome.operation, row) if name in outcomes]
    reasons = [_is_passing(row, cause, outcomes) for cause in causes]
    return any(reasons) and all(reason is not False for reason in reasons)


def _needed(operation: Operation, row: RowAddress) -> Iterator[str]:
    """What an operation waits for on behalf of a row: for a batch, the media of that row's slot beside what it needs as a whole."""
    yield from operation.needs
    slots = [slot for slot in operation.slots if slot.row == row] if operation.kind is OperationKind.CONFIGURE_POSITIONS else operation.slots
    for body in (operation.body, *(slot.body for slot in slots)):
        for value in body.values():
            yield from _refs(value)


def _refs(value: Value) -> Iterator[str]:
    if isinstance(value, Ref):
        yield value.identity
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from _refs(item)
