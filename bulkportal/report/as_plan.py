"""The plan as a workbook to read, sign and send back; and a signed one read again.

In front of the report's own sheets stands Plan: one line for each thing that would happen, with its
price, what changes from what to what, whether it can be undone, and a cell to approve it. A hidden
sheet holds the stamp of each line, so that `apply` does what was signed or says what has moved.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.check.findings import Checked
from bulkportal.errors import UnreadableInput
from bulkportal.plan.approval import Line, Signed, lines_of
from bulkportal.plan.operations import Plan
from bulkportal.portal.remote import Credits
from bulkportal.report.annotated import Look, Places, place, printable
from bulkportal.report.as_workbook import build_report, fit, head, linked, row_place, row_target
from bulkportal.report.summary import Report
from bulkportal.sheets import styles
from bulkportal.sheets.writer import save_atomically, text_cell

PLAN = "Plan"
STAMPS = "_plan"
SCHEMA = "bulkportal.plan/1"

_HEADER = 4
_EVERYTHING = "B2"
_COLUMNS = {"approve": 11, "row": 16, "bundle": 28, "what": 26, "changes": 70, "credits": 12, "can be undone": 34}
_YES = frozenset({"yes", "y", "x", "1", "true", "ok", "oui", "ja", "si", "sí", "sim"})


def write_plan(report: Report, checked: Checked, plan: Plan, path: Path, *, options: Sequence[str] = ()) -> None:
    """Write the plan workbook, whole or not at all. `options` names those the plan was made with."""
    places = place(checked)
    book = build_report(report, checked, places)
    lines = lines_of(plan)
    _plan_sheet(book.create_sheet(PLAN, 1), lines, plan, places)
    _stamps(book, lines, options)
    book.active = 1
    save_atomically(book, path)


def read_signed(path: Path, label: str) -> Signed:
    """What a plan workbook says. Raises UnreadableInput for a file that is none."""
    try:
        book = load_workbook(path, read_only=False, data_only=True)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise _no_plan(label) from error
    if PLAN not in book.sheetnames or STAMPS not in book.sheetnames:
        raise _no_plan(label)
    hidden = [[str(cell or "") for cell in row] for row in book[STAMPS].iter_rows(values_only=True)]
    if not hidden or hidden[0][:1] != [SCHEMA]:
        raise _no_plan(label)
    stamps = {row[0]: row[1] for row in hidden[2:] if len(row) > 1 and row[0]}
    sheet = book[PLAN]
    everything = _is_yes(sheet[_EVERYTHING].value)
    ticks = [_is_yes(sheet.cell(row, 1).value) for row in range(_HEADER + 1, _HEADER + 1 + len(stamps))]
    approved = frozenset(identity for identity, tick in zip(stamps, ticks, strict=True) if tick or everything)
    options = hidden[1]
    return Signed(stamps=stamps, approved=approved, publish="publish" in options, publish_partial="publish_partial" in options)


def _no_plan(label: str) -> UnreadableInput:
    return UnreadableInput(
        f"{label} is not a plan that bulkportal wrote.",
        file=label,
        code="not_a_plan",
        hint="Make one with `bulkportal plan launch.xlsx -o plan.xlsx`, approve its lines, and apply that.",
    )


def _is_yes(value: object) -> bool:
    return str(value or "").strip().casefold() in _YES or value is True


def _plan_sheet(sheet: Worksheet, lines: Sequence[Line], plan: Plan, places: Places) -> None:
    sheet.sheet_view.showGridLines = False
    text_cell(sheet, 1, 1, _headline(lines, plan)).style = Look.TITLE
    text_cell(sheet, 2, 1, "approve all").style = Look.QUIET
    _to_sign(sheet, 2, 2)
    text_cell(sheet, 2, 3, "Write yes here to approve every line, or in the first column to approve single lines. Blank lines are not done.")
    sheet["C2"].style = Look.QUIET
    head(sheet, _HEADER, _COLUMNS.items())
    for column, width in enumerate(_COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, line in enumerate(lines, start=_HEADER + 1):
        _line(sheet, row, line, places)
    _totals(sheet, _HEADER + len(lines) + 3, lines)
    choice = DataValidation(type="list", formula1='"yes"', allow_blank=True)
    choice.add(_EVERYTHING)
    if lines:
        choice.add(f"A{_HEADER + 1}:A{_HEADER + len(lines)}")
    sheet.add_data_validation(choice)
    printable(sheet)
    sheet.freeze_panes = f"A{_HEADER + 1}"


def _headline(lines: Sequence[Line], plan: Plan) -> str:
    if not lines:
        return "Nothing to do: the platform has everything the sheet asks for."
    left = "unknown" if plan.balance is None else f"{plan.balance:g}"
    forever = f", {len(plan.irreversible)} cannot be undone" if plan.irreversible else ""
    return f"{len(lines)} lines, {_credits(plan.price)} credits of {left}{forever}. Credits are never refunded."


def _line(sheet: Worksheet, row: int, line: Line, places: Places) -> None:
    operation = line.operation
    _to_sign(sheet, row, 1)
    linked(sheet, row, 2, row_place(line.row, places), row_target(line.row, places))
    text_cell(sheet, row, 3, operation.bundle).style = Look.BODY
    text_cell(sheet, row, 4, operation.kind.value.replace("_", " ")).style = Look.BODY
    changes = "\n".join(_change(change.field, change.old, change.new) for change in line.changes) or operation.target
    text_cell(sheet, row, 5, changes).style = Look.BODY
    if operation.paid:
        text_cell(sheet, row, 6, _credits(line.price)).style = Look.NUMBER
    undone = "no: credits are not refunded" if operation.paid else "no" if operation.irreversible else "yes"
    text = f"{undone}; {operation.warning}" if operation.warning else undone
    text_cell(sheet, row, 7, text).style = Look.ERROR if operation.irreversible or operation.paid else Look.BODY
    fit(sheet, row, (changes, 70), (operation.bundle, 28), (text, 34))


def _to_sign(sheet: Worksheet, row: int, column: int) -> None:
    """An empty cell that shows that it wants to be filled in."""
    cell = sheet.cell(row, column)
    cell.style = Look.BODY
    cell.fill, cell.border = styles.fill(styles.PAPER), styles.UNDERLINE


def _change(field: str, old: str, new: str) -> str:
    return f"{field}: {new}" if not old else f"{field}: {old} → {new or '(empty)'}"


def _totals(sheet: Worksheet, row: int, lines: Iterable[Line]) -> None:
    """Credits by bundle and by client, where a client is what stands before the first dash of a bundle's name."""
    by_bundle: dict[str, list[Credits | None]] = defaultdict(list)
    by_client: dict[str, list[Credits | None]] = defaultdict(list)
    for line in lines:
        if line.operation.paid:
            by_bundle[line.operation.bundle].append(line.price)
            by_client[line.operation.bundle.partition("-")[0]].append(line.price)
    for title, totals in (("Credits by client", by_client), ("Credits by bundle", by_bundle)):
        if not totals:
            continue
        text_cell(sheet, row, 3, title).style = Look.HEADING
        for number, (name, prices) in enumerate(totals.items(), start=row + 1):
            text_cell(sheet, number, 3, name).style = Look.BODY
            text_cell(sheet, number, 6, _credits(None if None in prices else sum(price or 0 for price in prices))).style = Look.NUMBER
        row += len(totals) + 2


def _stamps(book: Workbook, lines: Sequence[Line], options: Sequence[str]) -> None:
    sheet = book.create_sheet(STAMPS)
    sheet.sheet_state = "veryHidden"
    text_cell(sheet, 1, 1, SCHEMA)
    for column, option in enumerate(("options", *options), start=1):
        text_cell(sheet, 2, column, option)
    for row, line in enumerate(lines, start=3):
        text_cell(sheet, row, 1, line.identity)
        text_cell(sheet, row, 2, line.stamp)


def _credits(amount: Credits | None) -> str:
    return "unknown" if amount is None else f"{amount:g}"
