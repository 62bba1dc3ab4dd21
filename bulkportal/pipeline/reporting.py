"""Remarks on a plan, and the exit code of a completed run."""

from __future__ import annotations

from bulkportal.apply.outcomes import Applied, OperationState, Stop
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.errors import ExitCode
from bulkportal.plan.change_volume import extent
from bulkportal.plan.coverage import coverage_findings
from bulkportal.plan.operations import Plan


def notices(made: Plan, checked: ValidationResult, file: str) -> tuple[Finding, ...]:
    """What a person should know about a plan that is in order; these findings hold no row."""
    return (*extent(made).doubts(file), *coverage_findings(made, checked))


def verdict(checked: ValidationResult, made: Plan, applied: Applied) -> ExitCode:
    """The exit code of a completed run (docs/reference/exit-codes.md). An early stop takes precedence over rows that failed."""
    stops = {
        Stop.KEY: ExitCode.KEY,
        Stop.CREDITS: ExitCode.CREDITS,
        Stop.PRICE: ExitCode.CREDITS,
        Stop.CHARGED: ExitCode.CREDITS,
        Stop.LEDGER: ExitCode.TEMPORARY,
        Stop.LOCKED: ExitCode.LOCKED,
        Stop.TROUBLE: ExitCode.TEMPORARY,
        Stop.INTERRUPTED: ExitCode.INTERRUPTED,
    }
    if applied.stop in stops:
        return stops[applied.stop]
    states = {outcome.state for outcome in applied.outcomes}
    # A code means that the platform has answered, and would answer the same again; without one, running again may help.
    if OperationState.WAITING in states or any(o.state is OperationState.UNKNOWN and o.code is None for o in applied.outcomes):
        return ExitCode.TEMPORARY
    failed = states & {OperationState.REFUSED, OperationState.HELD, OperationState.UNKNOWN}
    if failed or checked.invalid or checked.errors or made.findings or made.held:
        return ExitCode.ROWS_FAILED
    return ExitCode.OK
