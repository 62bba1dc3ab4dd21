"""A finding on which money hangs is nowhere missing: screen, JSON, report, plan, page, night and its message say it."""

from __future__ import annotations

import json
import string
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from bulkportal.apply.outcomes import RowState
from bulkportal.automate import batch_summary
from bulkportal.automate.remote_inbox import inbox_at
from bulkportal.automate.results import BatchResult, FileOutcome, FileResult
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.cli import console
from bulkportal.cli.options import OutputOptions
from bulkportal.codes import REGISTER, Code
from bulkportal.errors import ExitCode
from bulkportal.html.words import Words
from bulkportal.pipeline.job import Result
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Plan
from bulkportal.records.failing_rows import Changes
from bulkportal.report.as_html import run_page
from bulkportal.report.as_json import to_json
from bulkportal.report.as_plan import Circumstances, write_plan
from bulkportal.report.as_workbook import write_report
from bulkportal.report.summary import Report

from .samples import checked, launch, report

MONEY = [code for code in REGISTER.values() if code.money]


def case(code: Code, source: ValidationResult) -> Finding:
    """A finding of that code in the first row of a sheet; every word that it names is its own."""
    words = {name: f"<{name}>" for text in (code.message, code.hint) for _, name, _, _ in string.Formatter().parse(text) if name}
    message, hint = code.worded(words)
    row = source.rows[0]
    place = {"file": row.file, "sheet": row.sheet, "row": row.row, "column": "bundle", "cell": f"A{row.row}"}
    return Finding(code=code.code, severity=code.severity, message=message, hint=hint, value="x", **place)  # type: ignore[arg-type]


def texts(path: Path, *names: str) -> str:
    """All that stands in these sheets of a workbook."""
    book = openpyxl.load_workbook(path)
    return "\n".join(str(cell.value) for name in names for row in book[name].iter_rows() for cell in row if cell.value is not None)


def plan_of(source: ValidationResult) -> Plan:
    row = source.rows[0]
    step = Operation(
        identity="create:spring-01",
        kind=OperationKind.CREATE_BUNDLE,
        bundle="spring-01",
        bundle_id="",
        target="spring-01",
        rows=(row,),
        price=25,
        changes=("bundle",),
    )
    return Plan(operations=(step,), balance=100)


@pytest.mark.parametrize("code", MONEY, ids=lambda code: code.code)
def test_every_renderer_says_it(code: Code, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With its own words and its code, whether it is an error or a warning."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    found = case(code, source)
    told = report(source, findings=[found])
    plan = plan_of(source)
    assert json.dumps(found.message) in json.dumps(to_json(told, None))
    write_report(told, source, tmp_path / "report.xlsx")
    for sheet in ("Summary", "Findings"):
        assert found.message in texts(tmp_path / "report.xlsx", sheet)
    write_plan(told, source, plan, tmp_path / "plan.xlsx", Circumstances())
    for sheet in ("Plan", "Findings"):
        assert found.message in texts(tmp_path / "plan.xlsx", sheet)
    page = run_page(told, source, Words())
    assert any(found.message == cell.text for table in page.tables for row in table.rows for cell in row)
    how = OutputOptions(as_json=False, color=False, quiet=False, verbose=False, report=None)
    console.show_proposal(Result(report=told, checked=source, plan=plan), plan, how)
    before = capsys.readouterr().err
    assert found.message in before and f"[{code.code}]" in before
    console.end(told, source, how, plan)
    assert found.message in capsys.readouterr().out
    evening = night(tmp_path, told)
    assert found.message in "\n".join(batch_summary.lines(evening))
    assert json.dumps(found.message) in json.dumps(batch_summary.document(evening))


def night(folder: Path, told: Report) -> BatchResult:
    """A night with one launch, which went well but for that."""
    one = FileResult(
        name="launch.xlsx", outcome=FileOutcome.DONE, totals=dict.fromkeys(RowState, 0), money=tuple(f for f in told.findings if f.money)
    )
    return BatchResult(
        night_id="night",
        inbox=inbox_at(str(folder), folder),
        exit_code=ExitCode.OK,
        launches=(one,),
        changes=Changes(),
        today=date(2030, 1, 1),
        started_at="",
        finished_at="",
    )
