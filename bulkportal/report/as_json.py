"""The report as one JSON document, for scripts: schema ``bulkportal.run/1`` (product.md 2.2)."""

from __future__ import annotations

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Finding
from bulkportal.plan.operations import FieldChange
from bulkportal.portal.remote import Credits, Json
from bulkportal.report.summary import PLANNED, SCHEMA, OperationLine, Report
from bulkportal.sheets.table import RowAddress

_REQUESTS = ("total", "retried", "throttled")


def to_json(report: Report, report_path: str | None) -> dict[str, Json]:
    """The summary that ``--json`` prints. Every key is always there; what is unknown is null, never 0.

    `report_path` is where the workbook went, or None if none was written.
    """
    return {
        "schema": SCHEMA,
        "command": report.command,
        "exit_code": int(report.exit_code),
        "run_id": report.run_id,
        "files": list(report.files),
        "rows": {name: report.totals.get(name, 0) for name in ("total", *(str(state) for state in RowState))},
        "findings": [finding_document(finding) for finding in report.findings],
        "operations": [_operation(line) for line in report.operations],
        "credits": {
            "planned": _credits(report.planned),
            "charged": _credits(report.charged),
            "remaining": _credits(report.remaining),
        },
        "requests": {name: report.requests.get(name, 0) for name in _REQUESTS},
        "report": report_path,
    }


def finding_document(finding: Finding) -> Json:
    """A finding for scripts."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "file": finding.file,
        "sheet": finding.sheet,
        "cell": finding.cell,
        "row": finding.row,
        "column": finding.column,
        "value": finding.value,
        "message": finding.message,
        "hint": finding.hint,
        "proposal": finding.proposal,
    }


def _operation(line: OperationLine) -> Json:
    return {
        "kind": str(line.kind),
        "target": line.target,
        "state": str(line.state),
        "credits": _credits(line.credits),
        "request_id": line.request_id,
        "irreversible": line.irreversible,
        "warning": line.warning,
        **({"changes": [_change(row, change) for row, change in line.changes]} if line.state == PLANNED else {}),
    }


def _change(row: RowAddress, change: FieldChange) -> Json:
    return {"row": str(row), "field": change.field, "old": change.old, "new": change.new}


def _credits(amount: Credits | None) -> Json:
    """A whole amount is written as a whole number, however it was computed."""
    if isinstance(amount, float) and amount.is_integer():
        return int(amount)
    return amount
