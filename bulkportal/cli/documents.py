"""The one JSON document of a command that ended before it had rows, or had nothing to do."""

from __future__ import annotations

from bulkportal.errors import BulkportalError, ExitCode, UnreadableInput
from bulkportal.report.as_json import to_json
from bulkportal.report.summary import Report, count


def nothing_json(command: str) -> dict[str, object]:
    """The summary of a command that had nothing to do."""
    return {**to_json(_empty(command, ExitCode.OK, "", ()), None)}


def failure_json(command: str, problem: BulkportalError, code: ExitCode) -> dict[str, object]:
    """The summary of a command that ended before it had rows: the same schema, with the failure as a finding."""
    others = problem.others if isinstance(problem, UnreadableInput) else ()
    findings = [_failure(one, code) for one in (problem, *others)]
    empty = _empty(command, code, problem.message, (problem.file,) if isinstance(problem, UnreadableInput) else ())
    return {**to_json(empty, None), "findings": findings}


def _empty(command: str, code: ExitCode, message: str, files: tuple[str, ...]) -> Report:
    return Report(
        command=command,
        run_id="",
        files=files,
        exit_code=code,
        message=message,
        totals=count(()),
        lines=(),
        findings=(),
        operations=(),
        planned=0,
        charged=0,
        remaining=None,
        requests={},
        started_at="",
        finished_at="",
    )


def _failure(problem: BulkportalError, code: ExitCode) -> dict[str, object]:
    file = problem if isinstance(problem, UnreadableInput) else None
    return {
        "code": file.code if file else code.name.lower(),
        "severity": "error",
        "file": file.file if file else None,
        "sheet": file.sheet if file else None,
        "cell": None,
        "row": None,
        "column": None,
        "value": None,
        "message": problem.message,
        "hint": problem.hint,
        "proposal": None,
    }
