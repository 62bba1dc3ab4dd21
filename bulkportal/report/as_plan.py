"""The plan as a workbook to read, sign and send back; and a signed one read again.

In front of the report's own sheets stands Plan: one line for each thing that would happen, with its
price, what changes from what to what, whether it can be undone, and a cell to approve it. A hidden
column names each line, so that lines may be sorted or deleted; a hidden sheet holds what each line
said and its stamp, so that `apply` does what was signed or says what has moved.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.check.findings import Checked
from bulkportal.columns.bundles import client_of
from bulkportal.columns.field import OURS
from bulkportal.errors import UnreadableInput
from bulkportal.plan.approval import Line, Signed, change_in_words, in_words, lines_of
from bulkportal.plan.operations import Operation, OperationKind, Plan, summed
from bulkportal.portal.remote import Credits, in_figures
from bulkportal.report.as_workbook import Before, Written, fit, linked, write_report
from bulkportal.report.book import Book
from bulkportal.report.looks import Look, head, mark_ours, printable
from bulkportal.report.places import Places, finding_place, row_place, row_target
from bulkportal.report.proposal import Proposal, propose
from bulkportal.report.summary import Report
from bulkportal.sheets import styles
from bulkportal.sheets.writer import text_cell

PLAN = "Plan"
STAMPS = "_plan"
SCHEMA = "bulkportal.plan/2"

_HEADER = 4
"""The row of the headers where there is nothing to know before; else what there is begins here, and they follow below it."""
_MOST_CONSEQUENCES, _MOST_CAUSES = 6, 5
_EVERYTHING, _ALL = "B2", "approve all"
_COLUMNS = {"approve": 11, "row": 16, "bundle": 28, "what": 26, "changes": 70, "credits": 12, "can be undone": 34}
_KEY = len(_COLUMNS) + 1
_FIRST_LINE = 4
"""The row of the hidden sheet at which the lines begin: schema, options and workspace stand above."""
_YES = frozenset({"yes", "y", "x", "1", "true", "ok", "oui", "ja", "si", "sí", "sim", "✓"})
_NO = frozenset({"no", "n", "0", "false", "-", "non", "nein", "não"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """How a plan was made: the options chosen, as ``name`` or ``name=value``, and the workspace it is for."""

    options: tuple[str, ...] = ()
    workspace: str = ""


def write_plan(report: Report, checked: Checked, plan: Plan, path: Path, made: Circumstances, before: Before | None = None) -> Written:
    """Write the plan workbook, whole or not at all."""
    lines = lines_of(plan)

    def add(book: Book, places: Places) -> None:
        sheet = book.shell.create_sheet(places.ours(PLAN), 1)
        header = _plan_sheet(sheet, lines, propose(report, checked, plan), plan, places)
        _stamps(book.shell, lines, plan.renewals, made, [_shown(sheet, row) for row in range(header + 1, header + 1 + len(lines))])
        mark_ours(sheet)
        mark_ours(book.shell[STAMPS])
        book.shell.active = 1

    return write_report(report, checked, path, add=add, before=before)


def read_signed(path: Path, label: str) -> Signed:
    """What a plan workbook says. Raises UnreadableInput for a file that is none, or that approves in words nobody knows."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl does not know of the user's own sheets is not read here
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except FileNotFoundError as error:
        raise UnreadableInput("There is no such file.", file=label, code="file_missing", hint="Check the name and the folder.") from error
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, InvalidFileException) as error:
        raise _no_plan(label) from error
    name = next((name for name in (PLAN + OURS, PLAN) if name in book.sheetnames), None)
    if name is None or STAMPS not in book.sheetnames:
        raise _no_plan(label)
    hidden = [[str(cell or "") for cell in row] for row in book[STAMPS].iter_rows(values_only=True)]
    if len(hidden) < _FIRST_LINE - 1 or hidden[0][0] != SCHEMA:
        raise _no_plan(label)
    options, workspace = dict(option.partition("=")[::2] for option in hidden[1][1:] if option), hidden[2][1]
    lines = {row[0]: row for row in hidden[_FIRST_LINE - 1 :] if row[0]}
    ticks = _Ticks(_values(book, name), lines, label)
    return Signed(
        stamps={identity: row[1] for identity, row in lines.items()},
        approved=frozenset(ticks.approved()),
        rows={identity: row[2] for identity, row in lines.items()},
        said={identity: row[3] for identity, row in lines.items()},
        edited=tuple(ticks.edited()),
        workspace=workspace,
        publish="publish" in options,
        publish_partial="publish_partial" in options,
        bundle=options.get("bundle"),
        date_order=options.get("date_order"),
        read_hidden={"True": True, "False": False}.get(options.get("read_hidden", "")),
        coverage=_credits(options.get("coverage", "")),
    )


@dataclass(frozen=True, slots=True)
class _Ticks:
    """The Plan sheet as it came back: each line found by its hidden name, wherever it stands by now."""

    sheet: Worksheet
    lines: Mapping[str, Sequence[str]]
    label: str

    def approved(self) -> Iterator[str]:
        """The lines that were approved, one by one or all at once; a no counts against both."""
        everything = any(self._tick(row, 2) for row in self._rows() if _plain(self.sheet, row, 1) == _ALL)
        said: dict[str, set[bool | None]] = {}
        header = next((row for row in self._rows() if _plain(self.sheet, row, 1) == "approve"), _HEADER)
        for row in self._rows():
            if _plain(self.sheet, row, 1) in (_ALL, "approve") or (row < header and not self._name(row)):
                continue
            tick = self._tick(row, 1)
            if tick and self._name(row) not in self.lines:
                raise self._unclear(row, 1, "there is no line of the plan in this row", "Empty the cell; lines cannot be added by hand.")
            said.setdefault(self._name(row), set()).add(tick)
        for name, ticks in said.items():
            if name in self.lines and False not in ticks and (everything or True in ticks):
                yield name

    def edited(self) -> Iterator[str]:
        """What was changed in the lines themselves: then what was signed is not what was planned."""
        for row in self._rows():
            said = self.lines.get(self._name(row))
            for column, (was, text) in enumerate(zip(said[4:], _shown(self.sheet, row), strict=False), start=2) if said else ():
                if was != text:
                    yield f"{PLAN}!{get_column_letter(column)}{row}: it said {was or 'nothing'}, and was changed to {text or 'nothing'}"

    def _rows(self) -> range:
        return range(1, self.sheet.max_row + 1)

    def _name(self, row: int) -> str:
        return _plain(self.sheet, row, _KEY)

    def _tick(self, row: int, column: int) -> bool | None:
        text = _plain(self.sheet, row, column).casefold()
        if not text:
            return None
        if text in _YES or text in _NO:
            return text in _YES
        raise self._unclear(row, column, f"{text!r} is neither yes nor no", "Write yes, or leave the cell blank.")

    def _unclear(self, row: int, column: int, what: str, hint: str) -> UnreadableInput:
        cell = f"{PLAN}!{get_column_letter(column)}{row}"
        return UnreadableInput(f"{cell} is not clear: {what}. Nothing was sent.", file=self.label, code="approval_unclear", hint=hint)


def _credits(text: str) -> Credits:
    try:
        return float(text)
    except ValueError:
        return 0


def _values(book: Workbook, name: str) -> Worksheet:
    """The values of a sheet alone: in the user's own workbook the others may hold anything."""
    copy = Workbook().worksheets[0]
    for number, row in enumerate(book[name].iter_rows(values_only=True), start=1):
        for column, value in enumerate(row, start=1):
            if value is not None:
                copy.cell(number, column).value = value
    return copy


def _plain(sheet: Worksheet, row: int, column: int) -> str:
    value = sheet.cell(row, column).value
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _shown(sheet: Worksheet, row: int) -> list[str]:
    """What a line says to its reader, without the cell that approves it."""
    return [_plain(sheet, row, column) for column in range(2, _KEY)]


def _no_plan(label: str) -> UnreadableInput:
    return UnreadableInput(
        f"{label} is not a plan that bulkportal wrote.",
        file=label,
        code="not_a_plan",
        hint="Make one with `bulkportal plan launch.xlsx -o plan.xlsx`, approve its lines, save it as .xlsx, and apply that.",
    )


def _plan_sheet(sheet: Worksheet, lines: Sequence[Line], proposal: Proposal, plan: Plan, places: Places) -> int:
    """Write the sheet; gives back the row of its headers."""
    sheet.sheet_view.showGridLines = False
    text_cell(sheet, 1, 1, _headline(lines, plan)).style = Look.TITLE
    text_cell(sheet, 2, 1, _ALL).style = Look.QUIET
    _to_sign(sheet, 2, 2)
    text_cell(sheet, 2, 3, "Write yes here to approve every line, or in the first column to approve single lines. Blank lines are not done.")
    sheet["C2"].style = Look.QUIET
    header = _before(sheet, proposal, places) if lines else _HEADER
    head(sheet, header, _COLUMNS.items())
    for column, width in enumerate(_COLUMNS.values(), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, line in enumerate(lines, start=header + 1):
        _line(sheet, row, line, places)
    _totals(sheet, header + len(lines) + 3, lines)
    sheet.column_dimensions[get_column_letter(_KEY)].hidden = True
    choice = DataValidation(type="list", formula1='"yes,no"', allow_blank=True)
    choice.add(_EVERYTHING)
    if lines:
        choice.add(f"A{header + 1}:A{header + len(lines)}")
    sheet.add_data_validation(choice)
    printable(sheet)
    # Frozen together with much above them, the headers would leave no room for the lines.
    sheet.freeze_panes = f"A{header + 1}" if header == _HEADER else None
    return header


def _before(sheet: Worksheet, proposal: Proposal, places: Places) -> int:
    """What to know before approving, above the lines; gives back the row at which the lines' headers stand."""
    told = [(text, Look.WARNING) for text in _few(proposal.consequences, _MOST_CONSEQUENCES)]
    told += [(proposal.coverage, Look.WARNING if proposal.coverage_may_cost else Look.PLAIN)] if proposal.coverage else []
    if not told and not proposal.causes:
        return _HEADER
    row = _HEADER
    text_cell(sheet, row, 2, "Before you approve").style = Look.HEADING
    for column in range(3, len(_COLUMNS) + 1):
        text_cell(sheet, row, column, "").style = Look.HEADING
    for text, look in told:
        row = _wide(sheet, row + 1, 2, text, look)
    for cause in proposal.causes[:_MOST_CAUSES]:
        row += 1
        linked(sheet, row, 2, finding_place(cause.first, places), places.target(cause.first))
        _wide(sheet, row, 3, cause.in_words, Look.ERROR_WORD if cause.is_error else Look.WARNING_WORD)
    if proposal.causes:
        more = len(proposal.causes) - _MOST_CAUSES
        rest = f", {more} more causes" if more > 0 else ""
        row = _wide(sheet, row + 1, 2, f"{proposal.found}{rest}: every one of them stands in the sheet Findings.", Look.QUIET)
    return row + 2


def _few(texts: Sequence[str], most: int) -> list[str]:
    more = len(texts) - most
    return [*texts[:most], *([f"... and {more} more bundles of which something is left out; the sheets say which."] if more > 0 else [])]


def _wide(sheet: Worksheet, row: int, first: int, text: str, look: Look) -> int:
    """A text over the columns from the first on; gives back its row."""
    for column in range(first, len(_COLUMNS) + 1):
        text_cell(sheet, row, column, text if column == first else "").style = look
    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=len(_COLUMNS))
    fit(sheet, row, (text, sum(list(_COLUMNS.values())[first - 1 :])))
    return row


def _headline(lines: Sequence[Line], plan: Plan) -> str:
    if not lines:
        return "Nothing to do: the platform has everything the sheet asks for."
    left = in_figures(plan.balance)
    forever = f", {len(plan.irreversible)} cannot be undone" if plan.irreversible else ""
    coverage = f", and up to {in_figures(plan.renewals)} more for Coverage" if plan.renewals else ""
    number = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
    return f"{number}, {in_figures(plan.price)} credits of {left}{coverage}{forever}. Credits are never refunded."


def _line(sheet: Worksheet, row: int, line: Line, places: Places) -> None:
    operation = line.operation
    _to_sign(sheet, row, 1)
    linked(sheet, row, 2, row_place(line.row, places), row_target(line.row, places))
    text_cell(sheet, row, 3, operation.bundle).style = Look.BODY
    text_cell(sheet, row, 4, operation.kind.words).style = Look.BODY
    changes = "\n".join(change_in_words(change) for change in line.changes) or _target(operation)
    text_cell(sheet, row, 5, changes).style = Look.BODY
    if operation.costs:
        _priced(sheet, row, line.price)
    undone = "no: credits are not refunded" if operation.paid else "no" if operation.irreversible else "yes"
    undone = "yes, until it is accepted" if operation.kind is OperationKind.PUBLISH else undone
    text = f"{undone}; {operation.warning}" if operation.warning else undone
    text_cell(sheet, row, 7, text).style = Look.ERROR if operation.irreversible or operation.paid else Look.BODY
    text_cell(sheet, row, _KEY, line.identity)
    fit(sheet, row, (changes, 70), (operation.bundle, 28), (text, 34))


def _priced(sheet: Worksheet, row: int, price: Credits | None) -> None:
    """Credits as a number, so that they can be added up by who signs them; what is unknown is said to be."""
    cell = text_cell(sheet, row, 6, in_figures(price))
    if price is not None:
        cell.value = int(price) if price == int(price) else price
    cell.style = Look.NUMBER


def _to_sign(sheet: Worksheet, row: int, column: int) -> None:
    """An empty cell that shows that it wants to be filled in."""
    cell = sheet.cell(row, column)
    cell.style = Look.BODY
    cell.fill, cell.border = styles.fill(styles.PAPER), styles.UNDERLINE


_WORDS = ("message", "comment", "video_url")
"""The parts of an action's body that say what is asked for."""


def _target(operation: Operation) -> str:
    """What an operation without single changes is about: the words of an action; of a new bundle, all that makes its price."""
    if operation.kind is not OperationKind.CREATE_BUNDLE:
        words = next((text for name in _WORDS if isinstance(text := operation.body.get(name), str)), "")
        return f"{operation.target}: {words}" if words else operation.target
    told = [str(operation.body[name]) for name in ("bundle_type", "platform", "country") if operation.body.get(name)]
    told += [
        f"{operation.body[name]} {noun}" for name, noun in (("videos_quantity", "videos"), ("edits_quantity", "edits")) if operation.body.get(name)
    ]
    told += [name.removeprefix("wants_").replace("_", " ") for name, value in operation.body.items() if name.startswith("wants_") and value is True]
    return f"{operation.target}: {', '.join(told)}"


def _totals(sheet: Worksheet, row: int, lines: Sequence[Line]) -> None:
    """Credits by client and by bundle."""
    paid = [(line.operation.bundle, line.price) for line in lines if line.operation.costs]
    by_client = summed((client_of(bundle), price) for bundle, price in paid)
    for title, totals in (("Credits by client", by_client), ("Credits by bundle", summed(paid))):
        if not totals:
            continue
        text_cell(sheet, row, 3, title).style = Look.HEADING
        for number, (name, price) in enumerate(totals.items(), start=row + 1):
            text_cell(sheet, number, 3, name).style = Look.BODY
            _priced(sheet, number, price)
        row += len(totals) + 2


def _stamps(book: Workbook, lines: Sequence[Line], renewals: Credits, made: Circumstances, shown: Sequence[Sequence[str]]) -> None:
    sheet = book.create_sheet(STAMPS)
    sheet.sheet_state = "veryHidden"
    rows = [[SCHEMA], ["options", *made.options, f"coverage={in_figures(renewals)}"], ["workspace", made.workspace]]
    for line, texts in zip(lines, shown, strict=True):
        rows.append([line.identity, line.stamp, texts[0], in_words(line), *texts])
    for row, texts in enumerate(rows, start=1):
        for column, text in enumerate(texts, start=1):
            text_cell(sheet, row, column, text)
