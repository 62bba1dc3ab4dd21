"""Small inputs and reports, made through the real reader and checker, for the tests beside this file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell

from bulkportal.apply.outcomes import RowState
from bulkportal.check.checker import check, understand
from bulkportal.check.findings import Finding, Severity, ValidationResult
from bulkportal.check.known import OFFLINE
from bulkportal.check.prepare import Terms
from bulkportal.columns.matcher import count_known
from bulkportal.report.summary import OperationLine, Report, RowLine
from bulkportal.sheets.reader import read
from bulkportal.sheets.table import RowAddress, Table

HOSTILE = ("=)", '=HYPERLINK("http://evil.example")', "+1 more", "-dash", "@name", "#N/A", "'quoted", "007", "1e5", "true")

HEADERS = ("bundle", "position", "video_type", "video", "description", "target_publish_date", "My notes")


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook of plain rows; texts are stored as texts."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column, value)
                if isinstance(value, str) and value.startswith(("=", "#")):
                    cell.data_type = "s"
    book.save(path)
    return path


def launch(path: Path, *, captions: Sequence[str] = HOSTILE) -> Path:
    """A launch with lines above the header, a blank row, an unknown column and a caption for each row."""
    clips: list[list[object]] = [
        ["spring-01", number, "video", "https://cdn.example.com/1.mp4", caption, date(2030, 1, number), "keep me"]
        for number, caption in enumerate(captions, start=1)
    ]
    clips.insert(1, [])
    bundles: list[list[object]] = [
        ["bundle", "bundle_type", "platform", "country", "videos_quantity"],
        ["spring-01", "account_and_videos", "tiktok", "US", len(captions)],
    ]
    return workbook(path, {"Bundles": bundles, "Videos": [["Spring launch"], [], list(HEADERS), *clips]})


def tables(path: Path) -> tuple[Table, ...]:
    """What the reader makes of a file."""
    return read(path, label=path.name, recognise=count_known)


def checked(*paths: Path) -> ValidationResult:
    """What the checker makes of some files."""
    found = [table for path in paths for table in tables(path)]
    return check(understand(found), {}, Terms(today=date(2026, 1, 15), known=OFFLINE))


def line(row: RowAddress, state: RowState = RowState.DONE, **more: str) -> RowLine:
    """What became of one row."""
    return RowLine(address=row, kind="row", state=state, result=more.get("result", "configured"), problem=more.get("problem", ""))


def finding(row: RowAddress, cell: str, code: str = "video_missing", severity: Severity = Severity.ERROR) -> Finding:
    """One finding in one cell."""
    return Finding(
        code=code,
        severity=severity,
        message=f"{code} says so.",
        hint="Repair it.",
        file=row.file,
        sheet=row.sheet,
        row=row.row,
        column="video",
        cell=cell,
    )


def linked(cell: Cell | MergedCell) -> str:
    """Where a cell links to inside its workbook; empty if it does not."""
    return (cell.hyperlink.location or "") if cell.hyperlink else ""


def report(source: ValidationResult, lines: Sequence[RowLine] = (), findings: Sequence[Finding] = ()) -> Report:
    """A report over these lines; every row of the input is done where no line says otherwise."""
    said = {given.address: given for given in lines}
    all_lines = tuple(said.get(row, line(row)) for row in source.rows)
    counts = Counter(given.state for given in all_lines)
    return Report(
        command="import",
        run_id="run-1",
        files=tuple(dict.fromkeys(sheet.table.file for sheet in source.sheets)),
        exit_code=4,
        message="Correct the red cells and import this workbook.",
        totals={"total": len(all_lines), **{state.value: counts[state] for state in RowState}},
        lines=all_lines,
        findings=tuple(findings),
        operations=(
            OperationLine(kind="create_bundle", target="bundle spring-01", state="done", credits=None, request_id="req-1", rows=source.rows[:2]),
        ),
        planned=None,
        charged=30,
        remaining=970.0,
        requests={"total": 7, "retried": 1, "throttled": 0},
        started_at="2026-01-15 09:00:00",
        finished_at="2026-01-15 09:01:00",
        next_command="bulkportal import launch.report.xlsx",
    )
