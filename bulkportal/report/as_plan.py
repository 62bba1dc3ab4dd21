"""The plan as a workbook to read, approve and send back.

The Plan sheet comes before the report's other sheets: one line for each thing that would happen, with its
price, what changes from what to what, whether it can be undone, and a cell to approve it. A hidden
column identifies each line, so that lines may be sorted or deleted; a hidden sheet holds what each line
showed and its stamp, so that `apply` does what was approved or reports what has changed since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.check.findings import ValidationResult
from bulkportal.columns.bundles import client_of
from bulkportal.counting import counted
from bulkportal.google_sheets import LiveTab
from bulkportal.google_sheets.tabs import to_lines
from bulkportal.plan.approval import PlanLine, in_words, lines_of, texts_of
from bulkportal.plan.operations import Plan, summed
from bulkportal.portal.remote import Credits, credits_in_words, in_figures
from bulkportal.report.as_workbook import BeforeWriting, WrittenReport, linked, write_report
from bulkportal.report.proposal import Proposal, propose
from bulkportal.report.sheet_names import SheetNames, finding_place, row_place, row_target
from bulkportal.report.summary import Report
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder, mark_ours
from bulkportal.sheets.layout import begin_list, fit, put, put_across
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import text_cell

PLAN = "Plan"
STAMPS = "_plan"
GOOGLE = f"{STAMPS}_google"
"""The hidden sheet with the contents of the Google tabs that the launch was read from."""
SCHEMA = "bulkportal.plan/3"

HEADER = 4
"""The row of the headers if there is nothing to know before approving; else that begins here, and the headers follow below it."""
_MOST_CONSEQUENCES, _MOST_CAUSES = 6, 5
_EVERYTHING, ALL = "B2", "approve all"
_COLUMNS = {"approve": 11, "by": 16, "on": 12, "row": 16, "bundle": 28, "what": 26, "changes": 70, "credits": 12, "can be undone": 34}
KEY = len(_COLUMNS) + 1
AT = {name: number for number, name in enumerate(_COLUMNS, start=1)}
SIGNED_BY = 3
"""The row for the name and the date of a person who approves everything at once."""
FIRST_LINE = 4
"""The row of the hidden sheet at which the lines begin, below schema, options and workspace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Lines that somebody has approved elsewhere than in the workbook: which ones, who, and when."""

    lines: frozenset[str]
    by: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How a plan was made: the options chosen, as ``name`` or ``name=value``, the workspace it is for, and what is approved already."""

    options: tuple[str, ...] = ()
    workspace: str = ""
    approval: Approval | None = None


def write_plan(
    report: Report, checked: ValidationResult, plan: Plan, path: Path, made: Circumstances, before: BeforeWriting | None = None
) -> WrittenReport:
    """Write the plan workbook, whole or not at all."""
    lines = lines_of(plan)

    def add(book: WorkbookBuilder, places: SheetNames) -> None:
        sheet = book.shell.create_sheet(places.ours(PLAN), 1)
        header = _plan_sheet(sheet, lines, propose(report, checked, plan), plan, places)
        _approved(sheet, lines, header + 1, made.approval)
        # The headline is stored too: its total is what a person signs.
        told = replace(made, options=(*made.options, f"coverage={in_figures(plan.renewals)}", f"headline={_headline(lines, plan)}"))
        # After the lines were written: the copy must hold them as a cell does, cut and without control characters.
        _stamps(book.shell, lines, told, [shown_in(sheet, row) for row in range(header + 1, header + 1 + len(lines))])
        mark_ours(sheet)
        mark_ours(book.shell[STAMPS])
        tabs = list(dict.fromkeys(one.table.live for one in checked.sheets if one.table.live is not None))
        if tabs:
            _tabs(book.shell, tabs)
            mark_ours(book.shell[GOOGLE])
        book.shell.active = 1

    return write_report(report, checked, path, add=add, before=before)


def plain(sheet: Worksheet, row: int, column: int) -> str:
    """The text of a cell, as it is compared."""
    value = sheet.cell(row, column).value
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def shown_in(sheet: Worksheet, row: int) -> list[str]:
    """What a line of the sheet shows, without the cells in which it is approved."""
    return [plain(sheet, row, column) for column in range(AT["row"], KEY)]


def _plan_sheet(sheet: Worksheet, lines: Sequence[PlanLine], proposal: Proposal, plan: Plan, places: SheetNames) -> int:
    """Write the sheet. Returns the row of its headers."""
    sheet.sheet_view.showGridLines = False
    put(sheet, 1, 1, _headline(lines, plan), Style.TITLE)
    for row, points in ((1, 34), (2, 20), (SIGNED_BY, 20)):
        sheet.row_dimensions[row].height = points
    put(sheet, 2, 1, ALL, Style.QUIET)
    _to_sign(sheet, 2, 2)
    how = "Write yes here to approve every line, or in the first column to approve single lines. Blank lines are not done."
    put(sheet, 2, 3, how, Style.QUIET)
    for column, text in ((1, "by"), (3, "on")):
        put(sheet, SIGNED_BY, column, text, Style.QUIET)
        _to_sign(sheet, SIGNED_BY, column + 1)
    header = _before(sheet, proposal, places) if lines else HEADER
    begin_list(sheet, _COLUMNS.items(), row=header)
    for row, line in enumerate(lines, start=header + 1):
        _line(sheet, row, line, places)
    _totals(sheet, header + len(lines) + 3, lines)
    # Hidden, not protected: a protected sheet could not be sorted, and a password in our source would protect nothing.
    sheet.column_dimensions[get_column_letter(KEY)].hidden = True
    choice = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    choice.add(_EVERYTHING)
    if lines:
        choice.add(f"A{header + 1}:A{header + len(lines)}")
    sheet.add_data_validation(choice)
    if header != HEADER:  # frozen together with much above them, the headers would leave no room for the lines
        sheet.freeze_panes = None
    return header


def _approved(sheet: Worksheet, lines: Sequence[PlanLine], first: int, approval: Approval | None) -> None:
    """Fill in what was approved already, as a person would."""
    for row, line in enumerate(lines, start=first):
        if approval is not None and line.identity in approval.lines:
            for name, text in (("approve", "yes"), ("by", approval.by), ("on", approval.on)):
                text_cell(sheet, row, AT[name], text)


def _before(sheet: Worksheet, proposal: Proposal, places: SheetNames) -> int:
    """What to know before approving, above the lines. Returns the row of the lines' headers."""
    told = [(text, Style.WARNING) for text in _few(proposal.consequences, _MOST_CONSEQUENCES)]
    told += [(proposal.coverage, Style.WARNING if proposal.coverage_may_cost else Style.PLAIN)] if proposal.coverage else []
    if not told and not proposal.causes:
        return HEADER
    row = HEADER
    put(sheet, row, 2, "Before you approve", Style.HEADING)
    sheet.row_dimensions[row].height = 1.5 * styles.HEADER_HEIGHT
    for column in range(3, len(_COLUMNS) + 1):
        put(sheet, row, column, "", Style.HEADING)
    for text, look in told:
        row = _wide(sheet, row + 1, 2, text, look)
    for cause in proposal.causes[:_MOST_CAUSES]:
        row += 1
        linked(sheet, row, 2, finding_place(cause.first, places), places.target(cause.first))
        _wide(sheet, row, 3, cause.in_words, Style.ERROR_WORD if cause.is_error else Style.WARNING_WORD)
    if proposal.causes:
        more = len(proposal.causes) - _MOST_CAUSES
        rest = f" of {counted(len(proposal.causes), 'kind')}" if more > 0 else ""
        row = _wide(sheet, row + 1, 2, f"{proposal.found}{rest}: the sheet Findings lists every one of them.", Style.QUIET)
    return row + 2


def _few(texts: Sequence[str], most: int) -> list[str]:
    more = len(texts) - most
    return [*texts[:most], *([f"... and {counted(more, 'more bundle')} of which something is left out; the sheets say which."] if more > 0 else [])]


def _wide(sheet: Worksheet, row: int, first: int, text: str, look: Style) -> int:
    """A text across the columns from the first on. Returns its row."""
    put_across(sheet, row, first, len(_COLUMNS), text, look)
    fit(sheet, row, (text, sum(list(_COLUMNS.values())[first - 1 :])))
    return row


def _headline(lines: Sequence[PlanLine], plan: Plan) -> str:
    if not lines:
        return "Nothing to do: the platform has everything the sheet asks for."
    left = in_figures(plan.balance)
    forever = f", {len(plan.irreversible)} cannot be undone" if plan.irreversible else ""
    coverage = f", and up to {in_figures(plan.renewals)} more for Coverage" if plan.renewals else ""
    return f"{counted(len(lines), 'line')}, {credits_in_words(plan.price)} of {left}{coverage}{forever}. Credits are never refunded."


def _line(sheet: Worksheet, row: int, line: PlanLine, places: SheetNames) -> None:
    operation, texts = line.operation, texts_of(line)
    for name in ("approve", "by", "on"):
        _to_sign(sheet, row, AT[name])
    linked(sheet, row, AT["row"], row_place(line.row, places), row_target(line.row, places))
    for name, text in texts.items():
        if name != "credits":
            put(sheet, row, AT[name], text, Style.BODY)
    if line.costs:
        _priced(sheet, row, line.price)
    if operation.irreversible or operation.paid:
        sheet.cell(row, AT["can be undone"]).style = Style.ERROR
    text_cell(sheet, row, KEY, line.identity)
    fit(sheet, row, *((texts[name], _COLUMNS[name]) for name in ("changes", "bundle", "can be undone")))


def _priced(sheet: Worksheet, row: int, price: Credits | None) -> None:
    """Credits as a number, so that the person who approves them can add them up; or the word unknown."""
    cell = text_cell(sheet, row, AT["credits"], in_figures(price))
    if price is not None:
        cell.value = int(price) if price == int(price) else price
    cell.style = Style.NUMBER


def _to_sign(sheet: Worksheet, row: int, column: int) -> None:
    """An empty cell that looks like one to fill in."""
    sheet.cell(row, column).style = Style.INPUT


def totals_of(paid: Sequence[tuple[str, Credits | None]]) -> dict[str, dict[str, Credits | None]]:
    """The credits of bundles added up, by client and by bundle, under their titles; none where nothing is paid."""
    by_client = summed((client_of(bundle), price) for bundle, price in paid)
    return {"Credits by client": by_client, "Credits by bundle": summed(paid)} if paid else {}


def _totals(sheet: Worksheet, row: int, lines: Sequence[PlanLine]) -> None:
    """Credits by client and by bundle."""
    for title, totals in totals_of([(line.operation.bundle, line.price) for line in lines if line.costs]).items():
        put(sheet, row, AT["bundle"], title, Style.HEADING)
        for number, (name, price) in enumerate(totals.items(), start=row + 1):
            put(sheet, number, AT["bundle"], name, Style.BODY)
            _priced(sheet, number, price)
        row += len(totals) + 2


def _stamps(book: Workbook, lines: Sequence[PlanLine], made: Circumstances, shown: Sequence[Sequence[str]]) -> None:
    sheet = book.create_sheet(STAMPS)
    sheet.sheet_state = "veryHidden"
    rows = [[SCHEMA], ["options", *made.options], ["workspace", made.workspace]]
    for line, texts in zip(lines, shown, strict=True):
        rows.append([line.identity, line.stamp, texts[0], in_words(line), *texts])
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            text_cell(sheet, row, column, text)


_LONGEST_CELL = 32_000
"""Characters of a text that a cell of a workbook holds, with some to spare."""


def _tabs(book: Workbook, tabs: Sequence[LiveTab]) -> None:
    """Store the contents of the tabs of a Google Sheet: a line for each, and one for each of its rows, in as many cells as it takes."""
    sheet = book.create_sheet(GOOGLE)
    sheet.sheet_state = "veryHidden"
    for row, line in enumerate(to_lines(tabs), start=1):
        for column, start in enumerate(range(0, len(line), _LONGEST_CELL), start=1):
            text_cell(sheet, row, column, line[start : start + _LONGEST_CELL])
