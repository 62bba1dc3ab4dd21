"""What the platform refused, as findings at the cells that requested it: in its own code and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from bulkportal.apply.outcomes import Applied, OperationState, Outcome, RowState, Verdict
from bulkportal.apply.refused import refusal
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan.operations import Operation
from bulkportal.sheets.table import ROW, RowAddress

_ROW_STATE = {
    OperationState.DONE: RowState.DONE,
    OperationState.FOUND: RowState.DONE,
    OperationState.REFUSED: RowState.REFUSED,
    OperationState.HELD: RowState.HELD,
    OperationState.WAITING: RowState.WAITING,
    OperationState.UNKNOWN: RowState.UNKNOWN,
}


def verdict_of(row: RowAddress, outcome: Outcome) -> Verdict:
    """The outcome of an operation for one of its rows."""
    own = outcome.verdicts.get(row)
    if own is not None:
        return own
    problem = outcome.problem
    if outcome.code and outcome.state is OperationState.REFUSED:
        problem = refusal(outcome.code, outcome.problem)
    return Verdict(state=_ROW_STATE[outcome.state], problem=problem, next_step=outcome.next_step)


def refusals(checked: ValidationResult, applied: Applied | None) -> tuple[Finding, ...]:
    """A finding for each row that the platform refused, at the cell that asked for it."""
    asked = [(row, outcome) for outcome in (applied.outcomes if applied else ()) for row in outcome.operation.rows]
    refused = [(row, outcome, verdict) for row, outcome in asked if (verdict := verdict_of(row, outcome)).state is RowState.REFUSED]
    return tuple(_findings(checked, refused))


def _findings(checked: ValidationResult, refused: list[tuple[RowAddress, Outcome, Verdict]]) -> Iterator[Finding]:
    actions = _actions(checked) if refused else {}
    for row, outcome, verdict in refused:
        operation = outcome.operation
        action = actions.get(row) if operation.kind.is_event else None
        column = "action" if action else _column(operation, row)
        if action and str(outcome.code).upper() == "UPLOAD_FAILED":  # seed 004: it is the file that could not be had
            column, action = next((field for field in POSITIONS.media if POSITIONS[field].wire in operation.body), "video"), None
        yield checked.place(row, column).found("refused_by_platform", {"problem": verdict.problem, "advice": verdict.next_step}, value=action)


def _actions(checked: ValidationResult) -> Mapping[RowAddress, str]:
    rows = pl.concat([frame.select("_table", ROW, "action") for frame in (checked.bundles, checked.positions)]).drop_nulls("action")
    return {checked.sheets[table].table.address(row): action for table, row, action in rows.iter_rows()}


def _column(operation: Operation, row: RowAddress) -> str:
    changes = next((slot.changes for slot in operation.slots if slot.row == row), ()) or operation.changes
    return operation.kind.traits.column or next(iter(changes), "bundle")
