"""The report as one JSON document, for scripts: schema ``bulkportal.run/1`` (docs/reference/json-summary.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import polars as pl

from bulkportal.apply.outcomes import RowState
from bulkportal.check.finding_list import as_list
from bulkportal.check.findings import Finding
from bulkportal.plan.operations import FieldChange
from bulkportal.portal.remote import Credits, Json
from bulkportal.report.summary import PLANNED, SCHEMA, OperationLine, Report
from bulkportal.sheets.table import RowAddress

_KEYS = ("code", "severity", "file", "sheet", "cell", "row", "column", "value", "message", "hint", "proposal")
_ESCAPES = {sign: json.dumps(sign)[1:-1] for sign in (*map(chr, range(32)), '"', "\\")}
_BLOCK = 20_000
_REQUESTS = ("total", "retried", "throttled")


def to_json(report: Report, report_path: str | None) -> dict[str, Json]:
    """The summary that ``--json`` prints. Every key is always there; what is unknown is null, never 0.

    `report_path` is where the workbook went, or None if none was written.
    """
    return {
        "schema": SCHEMA,
        "command": report.command,
        "exit_code": int(report.exit_code),
        "message": report.message,
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


def findings_as_text(findings: Sequence[Finding]) -> Iterator[str]:
    """Findings as JSON text, indented as a list two levels deep: blocks of entries, to be joined by commas."""
    # From the frame: a check may find a hundred thousand mistakes, and a dict for each would be made only to be written.
    frame = as_list(findings).frame
    for start in range(0, frame.height, _BLOCK):
        block = frame.slice(start, _BLOCK)
        entries = (f'{"," if number else "    {"}\n      "{name}": ' for number, name in enumerate(_KEYS))
        parts = [part for name, lead in zip(_KEYS, entries, strict=True) for part in (pl.lit(lead), _as_text(block, name))]
        yield ",\n".join(block.select(pl.concat_str(*parts, pl.lit("\n    }"))).to_series())


def _as_text(block: pl.DataFrame, name: str) -> pl.Expr:
    column = pl.col(name)
    if block.schema[name] != pl.String:
        return column.cast(pl.String).fill_null("null")
    # Asked first, since most columns need no escapes, and replacing walks through every text.
    if block.select(column.str.contains(r'[\x00-\x1f"\\]').any()).item():
        column = column.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
    return ('"' + column + '"').fill_null("null")


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
