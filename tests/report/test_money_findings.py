"""A finding on which money hangs is nowhere missing: screen, JSON, report, plan, page, night and its message say it."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import string
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
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
TOGETHER = 5
"""So many are on one report: no list is shorter."""


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


@dataclass(frozen=True)
class Told:
    """Findings, and what each renderer makes of a report with all of them."""

    findings: Mapping[str, Finding]
    source: ValidationResult
    report: Report
    sheets: Mapping[tuple[str, str], str]
    proposal: str
    end: str


@cache
def told(number: int) -> Told:
    """What is said of some of the codes, once for all of them: a finding must not be missing among others either."""
    folder, codes = Path(tempfile.mkdtemp()), MONEY[number * TOGETHER : (number + 1) * TOGETHER]
    try:
        source = checked(launch(folder / "launch.xlsx"))
        findings = {code.code: case(code, source) for code in codes}
        made, plan = report(source, findings=list(findings.values())), plan_of(source)
        write_report(made, source, folder / "report.xlsx")
        write_plan(made, source, plan, folder / "plan.xlsx", Circumstances())
        sheets = {
            (book, sheet): texts(folder / f"{book}.xlsx", sheet)
            for book, names in (("report", ("Summary", "Findings")), ("plan", ("Plan", "Findings")))
            for sheet in names
        }
    finally:
        shutil.rmtree(folder)
    how = OutputOptions(as_json=False, color=False, quiet=False, verbose=False, report=None)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        console.show_proposal(Result(report=made, checked=source, plan=plan), plan, how)
        before = err.getvalue()
        console.end(made, source, how, plan)
    return Told(findings=findings, source=source, report=made, sheets=sheets, proposal=before, end=out.getvalue())


@pytest.mark.parametrize("code", MONEY, ids=lambda code: code.code)
def test_every_renderer_says_it(code: Code, tmp_path: Path) -> None:
    """With its own words and its code, whether it is an error or a warning."""
    said = told(MONEY.index(code) // TOGETHER)
    found = said.findings[code.code]
    assert json.dumps(found.message) in json.dumps(to_json(said.report, None))
    assert [place for place, text in said.sheets.items() if found.message not in text] == []
    page = run_page(said.report, said.source, Words())
    assert any(found.message == cell.text for table in page.tables for row in table.rows for cell in row)
    assert found.message in said.proposal and f"[{code.code}]" in said.proposal
    assert found.message in said.end
    evening = night(tmp_path, said.report)
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
