"""The export as a workbook: the template filled in, status columns beside it, and a base copy out of sight.

The base copy holds what the platform had when the file was made, so that it can be seen later which side
changed. It is three very hidden sheets: `_base` with one fact per row (schema, platform, time, run), and
`_base_bundles` and `_base_videos` with a header row and the same texts in the same cells as the visible
sheets. Where a cell was left blank although the platform has a value, the base copy holds it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.a1 import split_address
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.cell_texts import WHOLE_NUMBER
from bulkportal.exporting.export_rows import ExportRow, Sheets
from bulkportal.exporting.provenance import BASE, BASE_SHEETS, Provenance
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.cell_notes import OURS
from bulkportal.sheets.layout import LINKED_ROWS, fitting, put
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import text_cell
from bulkportal.templating import GUIDE, ROWS, build_workbook

_STATUS_WIDTHS = {"status": 15, "result": 16, "problem": 48, "next_step": 46, "live_url": 34, "credits": 11}
_MOST_LINES = 4
_READ_WHOLE = 40
_DONE = frozenset({"completed", "finalized"})
_OPEN = frozenset({"pending", "pending_setup"})
_STYLES = {Kind.INTEGER: Style.INTEGER, Kind.DATE: Style.DATE, Kind.BOOLEAN: Style.PLAIN, Kind.CHOICE: Style.PLAIN}


def write_export(sheets: Sheets, stamp: Provenance, path: Path) -> None:
    """Write both sheets, ready to edit and import. Raises UsageProblem when it cannot be written."""
    export_book(sheets, stamp).write(path)


def export_book(sheets: Sheets, stamp: Provenance) -> WorkbookBuilder:
    """Both sheets with their base copy, before they are written."""
    book = _book(stamp)
    _fill(book.sheet(BUNDLES.sheet), BUNDLES, sheets.bundles)
    _fill(book.sheet(POSITIONS.sheet), POSITIONS, sheets.videos, names=len(sheets.bundles))
    _add_base(book, sheets, stamp)
    return book


def write_issues(sheets: Sheets, stamp: Provenance, path: Path) -> None:
    """Write the flagged videos alone, their other columns folded away. Raises UsageProblem."""
    book = _book(stamp)
    for name in (BUNDLES.sheet, GUIDE):
        book.shell.remove(book.sheet(name))
    videos = book.sheet(POSITIONS.sheet)
    _fill(videos, POSITIONS, sheets.videos)
    # Its list of names was on the sheet that has been removed.
    videos.data_validations.dataValidation = [rule for rule in _rules(videos) if "!" not in (rule.formula1 or "")]
    shown = {"bundle", "position", "name", "video_type", "video", "carousel_images", "description", "action"}
    for column, name in enumerate(POSITIONS.names, start=1):
        if name not in shown:
            videos.column_dimensions[get_column_letter(column)].hidden = True
    _add_base(book, sheets, stamp)
    book.write(path)


def _book(stamp: Provenance) -> WorkbookBuilder:
    book = build_workbook(example=False)
    book.shell.properties.title = f"Export of {stamp.host}, {stamp.taken_at}"
    guide = book.sheet(GUIDE)
    book.shell.move_sheet(guide, offset=len(book.shell.worksheets) - 1)
    book.shell.active = 0
    # The guide was selected when it was made: two selected sheets would be edited together.
    guide.sheet_view.tabSelected = False
    return book


def _fill(sheet: Worksheet, catalogue: Catalogue, rows: Sequence[ExportRow], *, names: int = 0) -> None:
    first_status = len(catalogue.fields) + 1
    for number, row in enumerate(rows, start=2):
        _cells(sheet, number, catalogue, row)
        _status(sheet, number, first_status, row)
        sheet.row_dimensions[number].height = _height(row)
    _status_header(sheet, first_status)
    _widen(sheet, catalogue, rows)
    _stretch(sheet, len(rows), names)
    _limit_actions(sheet, catalogue, rows)
    last = get_column_letter(first_status + len(STATUS_COLUMNS) - 1)
    sheet.auto_filter.ref = f"A1:{last}{max(len(rows) + 1, 2)}"


def _cells(sheet: Worksheet, number: int, catalogue: Catalogue, row: ExportRow) -> None:
    for column, known in enumerate(catalogue.fields, start=1):
        text = row.cells.get(known.name)
        why = row.left.get(known.name)
        if text is not None:
            # A number, or 10 would be sorted before 2 and each cell marked by Excel; a date stays text until someone types over it.
            value = int(text) if known.kind is Kind.INTEGER and WHOLE_NUMBER.fullmatch(text) else text
            put(sheet, number, column, value, _STYLES.get(known.kind, Style.BODY))
        elif why is not None:
            # A style of its own beside the note: an empty cell would look as if the platform had nothing there.
            put(sheet, number, column, None, Style.LEFT_BLANK)
            sheet.cell(number, column).comment = Comment(f"{OURS}{why}", "bulkportal", width=300, height=90)


def _status(sheet: Worksheet, number: int, first: int, row: ExportRow) -> None:
    for column, name in enumerate(STATUS_COLUMNS, start=first):
        if name == "credits" and row.credits is not None:
            put(sheet, number, column, row.credits, Style.QUIET_NUMBER)
        elif text := row.status.get(name, ""):
            linked = name == "live_url" and number <= LINKED_ROWS
            put(sheet, number, column, text, Style.LINK if linked else _style(name, text, row))
            if linked:
                sheet.cell(number, column).hyperlink = text


def _style(name: str, text: str, row: ExportRow) -> Style:
    if name == "problem":
        return Style.ERROR if row.flagged else Style.WARNING_TEXT
    if name != "status":
        return Style.QUIET_TEXT
    if text in _DONE:
        return Style.GOOD
    return Style.WARNING if text in _OPEN else Style.SETTLED


def _status_header(sheet: Worksheet, first: int) -> None:
    for column, name in enumerate(STATUS_COLUMNS, start=first):
        put(sheet, 1, column, name, Style.STATUS_HEADER)
        sheet.column_dimensions[get_column_letter(column)].width = _STATUS_WIDTHS[name]
        sheet.column_dimensions[get_column_letter(column)].alignment = Alignment(vertical="top", wrap_text=True)


def _widen(sheet: Worksheet, catalogue: Catalogue, rows: Sequence[ExportRow]) -> None:
    """Let names, ids and choices be read whole; longer texts keep the template's width."""
    for column, known in enumerate(catalogue.fields, start=1):
        longest = max((len(row.cells.get(known.name, "")) for row in rows), default=0)
        dimension = sheet.column_dimensions[get_column_letter(column)]
        # Longer texts are wrapped, and one long caption must not push all other columns off the screen.
        if longest <= _READ_WHOLE:
            dimension.width = max(dimension.width, longest + 3)


def _height(row: ExportRow) -> float:
    """The platform's texts are shown up to a few lines, so that the sheet stays readable; ours are shown in full."""
    ours = [(row.status.get(name, ""), _STATUS_WIDTHS[name]) for name in ("problem", "next_step")]
    theirs = ((text, 46 if name in ("description", "editing_instructions") else 34) for name, text in row.cells.items())
    return fitting(*ours, theirs=theirs, most=_MOST_LINES)


def _rules(sheet: Worksheet) -> list[DataValidation]:
    found: DataValidationList = sheet.data_validations
    return list(found.dataValidation)


def _stretch(sheet: Worksheet, rows: int, names: int) -> None:
    """Let the template's drop-downs reach as far as the rows do, and as much further as it leaves room."""
    # The template's rules end after a fixed number of rows, which an export of thousands would outgrow.
    last = ROWS + 1 + rows
    for rule in _rules(sheet):
        letter = split_address(str(rule.sqref).split(":")[0])[0]
        rule.sqref = type(rule.sqref)(f"{letter}2:{letter}{last}")
        if rule.formula1 and rule.formula1.startswith(f"{BUNDLES.sheet}!"):
            rule.formula1 = f"{BUNDLES.sheet}!$A$2:$A${ROWS + 1 + names}"


def _limit_actions(sheet: Worksheet, catalogue: Catalogue, rows: Sequence[ExportRow]) -> None:
    """In the exported rows offer only what each row's status allows; rows added below keep the whole list."""
    letter = get_column_letter(catalogue.names.index("action") + 1)
    for rule in _rules(sheet):
        if str(rule.sqref).startswith(f"{letter}2:"):
            # Moved below the rows first, so that no cell has two rules: which of them counts would depend on the program.
            rule.sqref = type(rule.sqref)(f"{letter}{len(rows) + 2}:{letter}{ROWS + 1 + len(rows)}")
    # One rule for all rows with the same actions: a rule for each row would make a large export slow to open.
    by_actions: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, row in enumerate(rows, start=2):
        by_actions[row.actions].append(number)
    for actions, numbers in by_actions.items():
        rule = _only(actions)
        for first, last in _runs(numbers):
            rule.add(f"{letter}{first}:{letter}{last}")
        sheet.add_data_validation(rule)


def _only(actions: tuple[str, ...]) -> DataValidation:
    if actions:
        rule = DataValidation(type="list", formula1=f'"{",".join(actions)}"', allow_blank=True)
        rule.error = f"As it stands, this row takes: {', '.join(actions)}."
    else:
        rule = DataValidation(type="textLength", operator="equal", formula1="0", allow_blank=True)
        rule.error = "As it stands, this row takes no action."
    # A warning that can be overridden: by the time of the import, the status may be another one.
    rule.errorStyle, rule.errorTitle, rule.showErrorMessage = "warning", "Is this right?", True
    return rule


def _runs(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Ascending numbers as runs of consecutive ones, each as (first, last)."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _add_base(book: WorkbookBuilder, sheets: Sheets, stamp: Provenance) -> None:
    info = book.add(BASE)
    for number, (name, text) in enumerate(stamp.facts([sheets.bundles, sheets.videos]).items(), start=1):
        text_cell(info, number, 1, name)
        text_cell(info, number, 2, text)
    # Not merely hidden: what is in the menu of hidden sheets is unhidden, sorted and tidied up.
    info.sheet_state = "veryHidden"
    for catalogue, rows in ((BUNDLES, sheets.bundles), (POSITIONS, sheets.videos)):
        base = book.add(BASE_SHEETS[catalogue.sheet])
        base.sheet_state = "veryHidden"
        columns = {name: column for column, name in enumerate(catalogue.names, start=1)}
        for name, column in columns.items():
            text_cell(base, 1, column, name)
        for number, row in enumerate(rows, start=2):
            for name, text in row.base.items():
                text_cell(base, number, columns[name], text)
