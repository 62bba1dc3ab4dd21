"""The report as one workbook: the outcome of every row, on the user's own sheets and summed up in front.

Sheets, in order: Summary, the user's own, Findings, Operations, Failed. It opens anywhere, links only
inside itself, and can be corrected and imported in place of its source.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.apply.outcomes import RowState
from bulkportal.check.finding_groups import groups_of
from bulkportal.check.findings import ValidationResult
from bulkportal.counting import counted
from bulkportal.errors import UsageProblem
from bulkportal.lossless.editor import CannotKeep
from bulkportal.report.annotate_in_place import AnnotatedWorkbook, open_input
from bulkportal.report.base_copy import add_base_copies
from bulkportal.report.list_sheets import SheetContent, add_failed, add_findings, add_operations
from bulkportal.report.own_sheets import add_sheets, state_style
from bulkportal.report.sheet_names import SheetNames, finding_place, name_sheets
from bulkportal.report.summary import Report
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder, mark_ours
from bulkportal.sheets.layout import LINKED_ROWS, Value, fit, print_one_page_wide, put, put_across, set_widths
from bulkportal.sheets.reader import refuse_longer_than_worksheet
from bulkportal.sheets.signature import WORKBOOKS
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import link_cell, replace_with_backup, text_cell, write_bytes

_MEANINGS = {
    RowState.DONE: "Done in this run, or found done.",
    RowState.UNCHANGED: "Already as the sheet wants it.",
    RowState.INVALID: "Something in the row must be corrected first.",
    RowState.HELD: "Waits for another row that is not in order.",
    RowState.REFUSED: "The platform said no.",
    RowState.UNKNOWN: "Sent, but no answer came; run again to find out.",
}

_WAITING = {
    "": (RowState.WAITING.value, "Not sent yet; run again to go on."),
    "check": ("in order", "Nothing is wrong with the row; a check sends nothing."),
    "plan": ("would be done", "An import does it, and so does this plan once it is approved."),
}
"""How a waiting row is labelled, and what that means: some commands send nothing."""

SHEETS: Mapping[str, Callable[[WorkbookBuilder, str, SheetContent], None]] = {
    "Findings": add_findings,
    "Operations": add_operations,
    "Failed": add_failed,
}
"""The sheets behind the user's own, in their order: the name of each, and what adds it."""

_MOST_CAUSES = 40

_SUMMARY = {"A": 3, "B": 32, "C": 13, "D": 76, "E": 20, "F": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReport:
    """Where the report went. `backup` is a copy of what was there before, if it replaced its input."""

    path: Path
    backup: Path | None = None


AddSheets = Callable[[WorkbookBuilder, SheetNames], None]
"""Adds more sheets to the report, such as the plan."""


BeforeWriting = Callable[[Path], None]
"""Called with the path of a file before it is written, once its name is known; may raise UsageProblem."""


def write_report(
    report: Report,
    checked: ValidationResult,
    path: Path,
    *,
    add: AddSheets | None = None,
    in_place: bool = False,
    before: BeforeWriting | None = None,
) -> WrittenReport:
    """Write the report workbook, whole or not at all.

    If one of the inputs is a workbook, the report is written into a copy of it, which keeps its suffix: a workbook
    with macros must not be called .xlsx, nor another one .xlsm. With `in_place` it replaces the input at `path`, and a
    backup is kept. Raises UsageProblem when it cannot be written, or not in place.
    """
    # Before anything is built: a CSV may have more rows than a worksheet holds.
    refuse_longer_than_worksheet(sheet.table for sheet in checked.sheets)
    source = open_input(checked)
    if isinstance(source, AnnotatedWorkbook):
        try:
            data = source.finish(_book(report, checked, source.places, source.notice, add), report)
        # Also as late as here: that a workbook cannot be kept may only show when it is put together.
        except CannotKeep as reason:
            source = source.refused(reason)
        else:
            if in_place:
                # Only while it is still the file that was read: somebody may have saved it in Excel during the run.
                return WrittenReport(path=path, backup=replace_with_backup(path, data, expected=source.opened.data))
            return _written(_named(path, source.suffix), data, before)
    if in_place:
        raise UsageProblem(
            f"The report cannot be written into the input. {source}", hint="Leave --in-place out: the report is then a workbook of its own."
        )
    return _written(_named(path, ".xlsx"), _book(report, checked, name_sheets(checked), source, add).data(), before)


def _named(path: Path, ending: str) -> Path:
    """The name of a workbook of this kind; a device or a pipe has the name it has."""
    if path.exists() and not path.is_file():
        return path
    # Only the ending of a workbook is replaced: in `launch.2027` what follows the dot is a part of the name.
    return path.with_suffix(ending) if path.suffix.casefold() in WORKBOOKS else path.with_name(path.name + ending)


def _written(path: Path, data: bytes, before: BeforeWriting | None) -> WrittenReport:
    if before is not None:
        before(path)
    write_bytes(path, data)
    return WrittenReport(path=path)


def _book(report: Report, checked: ValidationResult, places: SheetNames, notice: str, add: AddSheets | None) -> WorkbookBuilder:
    """The sheets of the report, not yet on disk. `notice` is the first line of the summary."""
    book = WorkbookBuilder()
    summary = book.add(places.ours("Summary"))
    _Summary(summary).write(report, places, notice)
    add_sheets(book, report, checked, places)
    content = SheetContent(report=report, checked=checked, places=places)
    for name, add_sheet in SHEETS.items():
        add_sheet(book, places.ours(name), content)
    # Before the base copies are added: the next report removes every sheet that bears our mark, and they must stay.
    for sheet in book.shell.worksheets:
        if sheet.title not in places.sheets.values():
            mark_ours(sheet)
    add_base_copies(book, checked, places)
    if add is not None:
        add(book, places)
    if book.shell.active is not None:
        book.shell.active.sheet_view.tabSelected = True
    return book


def headline(totals: Mapping[str, int], command: str = "") -> str:
    """The report in one sentence: ``9 of 12 rows done, 2 invalid, 1 held``.

    A check and a plan send nothing, so what waits there is in order, or would be done: ``12 rows: 10 in order, 2 invalid``.
    """
    total = totals.get("total", 0)
    if not total:
        return "No rows"
    if command and command in _WAITING:
        words = {RowState.WAITING: _WAITING[command][0]}
        first = sorted(RowState, key=lambda state: state is not RowState.WAITING)
        counts = [f"{totals[state]} {words.get(state, state.value)}" for state in first if totals.get(state)]
        return f"{counted(total, 'row')}: {', '.join(counts)}"
    others = [f"{totals[state]} {state}" for state in RowState if state is not RowState.DONE and totals.get(state)]
    return ", ".join([f"{totals.get(RowState.DONE, 0)} of {counted(total, 'row')} done", *others])


class _Summary:
    """One calm page, written from top to bottom."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet = sheet
        self._row = 2

    def write(self, report: Report, places: SheetNames, notice: str) -> None:
        self._page()
        if notice:
            put(self._sheet, 1, 2, notice, Style.WARNING_WORD)
        self._put("B", headline(report.totals, report.command), Style.TITLE)
        self._next()
        self._put("B", f"{report.command}  ·  {', '.join(report.files)}", Style.QUIET)
        self._next(2)
        self._what_next(report)
        self._totals(report.totals, report.command)
        self._credits(report)
        self._causes(report, places)
        self._run(report)
        self._sheet.print_area = f"A1:F{self._row}"

    def _page(self) -> None:
        set_widths(self._sheet, _SUMMARY)
        self._sheet.sheet_view.showGridLines = False
        print_one_page_wide(self._sheet, upright=True)
        self._sheet.row_dimensions[2].height = 30
        self._sheet.sheet_format.defaultRowHeight = 18
        self._sheet.sheet_format.customHeight = True

    def _what_next(self, report: Report) -> None:
        if not (report.message or report.next_command):
            return
        self._heading("What to do next")
        if report.message:
            self._wide(report.message, Style.PLAIN)
        if report.next_command:
            self._wide(report.next_command, Style.COMMAND)
        self._next()

    def _totals(self, totals: Mapping[str, int], command: str) -> None:
        self._heading("Rows")
        for state in RowState:
            count = totals.get(state, 0)
            words, meaning = (state.value, _MEANINGS[state]) if state is not RowState.WAITING else _WAITING.get(command, _WAITING[""])
            self._put("B", words, state_style(state) if count else Style.QUIET)
            self._put("C", count, Style.NUMBER if count else Style.QUIET_RIGHT)
            self._put("D", meaning, Style.INDENTED if count else Style.QUIET_INDENTED)
            self._next()
        self._put("B", "total", Style.TOTAL)
        self._put("C", totals.get("total", 0), Style.TOTAL_FIGURE)
        self._next(2)

    def _credits(self, report: Report) -> None:
        self._heading("Credits")
        coverage = (("for Coverage, at most", report.coverage_most), ("of which for Coverage", report.coverage_charged))
        amounts = (("planned", report.planned), coverage[0], ("charged", report.charged), coverage[1], ("remaining", report.remaining))
        for name, amount in (one for one in amounts if one not in coverage or one[1]):
            self._put("B", name, Style.PLAIN)
            self._put("C", "unknown" if amount is None else amount, Style.QUIET_RIGHT if amount is None else Style.NUMBER)
            self._next()
        self._next()

    def _causes(self, report: Report, places: SheetNames) -> None:
        self._heading("Findings, by kind", "count", "what it means", "first one")
        causes = groups_of(report.findings)
        if not causes:
            self._put("B", "Nothing was found.", Style.QUIET)
            self._next()
        for cause in causes[:_MOST_CAUSES]:
            self._put("B", cause.first.code, Style.ERROR_WORD if cause.is_error else Style.WARNING_WORD)
            self._put("C", len(cause.findings), Style.NUMBER)
            self._put("D", cause.first.message, Style.INDENTED)
            fit(self._sheet, self._row, (cause.first.message, _SUMMARY["D"]))
            linked(self._sheet, self._row, 5, finding_place(cause.first, places), places.target(cause.first))
            self._next()
        if len(causes) > _MOST_CAUSES:
            self._put("D", f"... and {counted(len(causes) - _MOST_CAUSES, 'more kind')}: the sheet Findings has all of them.", Style.QUIET_INDENTED)
            self._next()
        self._next()

    def _run(self, report: Report) -> None:
        self._heading("This run")
        requests = ", ".join(f"{count} {name}" for name, count in report.requests.items() if name != "total" and count)
        sent = str(report.requests.get("total", 0))
        facts = {
            "command": report.command,
            "run": report.run_id,
            "files": ", ".join(report.files),
            "started (UTC)": report.started_at,
            "finished (UTC)": report.finished_at,
            "requests": f"{sent} ({requests})" if requests else sent,
        }
        for name, text in facts.items():
            self._put("B", name, Style.PLAIN)
            self._put("C", text, Style.QUIET)
            self._next()

    def _heading(self, text: str, *others: str) -> None:
        titles = (text, *others, *[""] * (3 - len(others)))
        looks = (Style.HEADING, Style.HEADING_RIGHT, Style.HEADING_INDENTED, Style.HEADING)
        for column, (title, look) in enumerate(zip(titles, looks, strict=True), start=2):
            put(self._sheet, self._row, column, title, look)
        self._sheet.row_dimensions[self._row].height = styles.HEADER_HEIGHT
        self._next()
        self._sheet.row_dimensions[self._row].height = 5
        self._next()

    def _put(self, letter: str, value: Value, style: Style) -> None:
        put(self._sheet, self._row, column_index_from_string(letter), value, style)

    def _wide(self, text: str, style: Style) -> None:
        put_across(self._sheet, self._row, 2, 5, text, style)
        fit(self._sheet, self._row, (text, 140))
        self._next()

    def _next(self, rows: int = 1) -> None:
        self._row += rows


def linked(sheet: Worksheet, row: int, column: int, text: str, target: tuple[str, str] | None) -> None:
    """A cell that leads to another cell of the workbook, where there is one to lead to."""
    cell = text_cell(sheet, row, column, text)
    if target is not None and row <= LINKED_ROWS:
        link_cell(cell, sheet=target[0], address=target[1])
    cell.style = Style.BODY if target is None else Style.LINK
