"""The export as a workbook: the template filled in, status columns beside it, and a base copy out of sight.

The base copy says what the platform had when the file was made, so that someone can tell later which side
moved. It is three very hidden sheets: `_base` with one fact a row (schema, platform, time, run), and
`_base_bundles` and `_base_videos` with a header row and the same texts in the same cells as the sheets
that are seen. Where a cell was left blank although the platform has a value, the base copy holds it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, NamedStyle, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation, DataValidationList
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.export_rows import ExportRow, Sheets
from bulkportal.exporting.provenance import BASE, BASE_SHEETS, Provenance
from bulkportal.sheets import styles
from bulkportal.sheets.writer import save_atomically, text_cell
from bulkportal.templating import GUIDE, ROWS, build_workbook

_STATUS_WIDTHS = {"status": 15, "result": 16, "problem": 48, "next_step": 46, "live_url": 34, "credits": 11}
_LINKED = 32_000
_MOST_LINES, _TALLEST = 4, 26
_LINE_POINTS = 15.0
_READ_WHOLE = 40
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_DONE = frozenset({"completed", "finalized"})
_OPEN = frozenset({"pending", "pending_setup"})
_FORMATS = {Kind.INTEGER: "0", Kind.DATE: "yyyy-mm-dd", Kind.BOOLEAN: "General", Kind.CHOICE: "General"}


def write_export(sheets: Sheets, stamp: Provenance, path: Path) -> None:
    """Write both sheets, ready to edit and import. Raises UsageProblem when it cannot be written."""
    book = _book(stamp)
    _fill(book[BUNDLES.sheet], BUNDLES, sheets.bundles)
    _fill(book[POSITIONS.sheet], POSITIONS, sheets.videos, names=len(sheets.bundles))
    _add_base(book, sheets, stamp)
    save_atomically(book, path)


def write_issues(sheets: Sheets, stamp: Provenance, path: Path) -> None:
    """Write the flagged videos alone, their other columns folded away. Raises UsageProblem."""
    book = _book(stamp)
    book.remove(book[BUNDLES.sheet])
    book.remove(book[GUIDE])
    videos = book[POSITIONS.sheet]
    _fill(videos, POSITIONS, sheets.videos)
    # Its list of names stood on the sheet that is gone.
    videos.data_validations.dataValidation = [rule for rule in _rules(videos) if "!" not in (rule.formula1 or "")]
    shown = {"bundle", "position", "name", "video_type", "video", "carousel_images", "description", "action"}
    for column, name in enumerate(POSITIONS.names, start=1):
        if name not in shown:
            videos.column_dimensions[get_column_letter(column)].hidden = True
    _add_base(book, sheets, stamp)
    save_atomically(book, path)


def _book(stamp: Provenance) -> Workbook:
    book = build_workbook(example=False)
    book.properties.title = f"Export of {stamp.host}, {stamp.taken_at}"
    guide = book[GUIDE]
    book.move_sheet(guide, offset=len(book.worksheets) - 1)
    book.active = 0
    guide.sheet_view.tabSelected = False
    for style in _named_styles():
        book.add_named_style(style)
    return book


def _named_styles() -> Iterable[NamedStyle]:
    def style(name: str, font: Font, fill: PatternFill | None, form: str) -> NamedStyle:
        return NamedStyle(name=name, font=font, fill=fill, alignment=styles.WRAP, number_format=form)

    for form in ("@", *dict.fromkeys(_FORMATS.values())):
        yield style(f"export {form}", styles.BODY_FONT, None, form)
    yield style("export blank", styles.MUTED_FONT, styles.UNCHANGED_FILL, "@")
    yield style("export quiet", styles.MUTED_FONT, None, "@")
    yield style("export number", styles.MUTED_FONT, None, "General")
    yield style("export problem", styles.ERROR_FONT, styles.ERROR_FILL, "@")
    yield style("export note", styles.WARNING_FONT, None, "@")
    yield style("export done", styles.DONE_FONT, styles.DONE_FILL, "@")
    yield style("export open", styles.WARNING_FONT, styles.WARNING_FILL, "@")
    yield style("export settled", styles.UNCHANGED_FONT, styles.UNCHANGED_FILL, "@")


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
            cell = text_cell(sheet, number, column, text)
            if known.kind is Kind.INTEGER and _WHOLE.fullmatch(text):  # or 10 would be sorted before 2, and each cell marked by Excel
                cell.value = int(text)
            # A date stays the text it is until someone types over it; then it becomes a real date.
            cell.style = f"export {_FORMATS.get(known.kind, '@')}"
        elif why is not None:
            cell = text_cell(sheet, number, column, "")
            cell.style = "export blank"
            cell.comment = Comment(why, "bulkportal", width=300, height=90)


def _status(sheet: Worksheet, number: int, first: int, row: ExportRow) -> None:
    for column, name in enumerate(STATUS_COLUMNS, start=first):
        if name == "credits" and row.credits is not None:
            sheet.cell(number, column, row.credits).style = "export number"
            continue
        text = row.status.get(name, "")
        if not text:
            continue
        cell = text_cell(sheet, number, column, text)
        cell.style = _look(name, text, row)
        if name == "live_url" and number <= _LINKED:
            cell.hyperlink = text
            cell.font = styles.LINK_FONT


def _look(name: str, text: str, row: ExportRow) -> str:
    if name == "problem":
        return "export problem" if row.flagged else "export note"
    if name != "status":
        return "export quiet"
    if text in _DONE:
        return "export done"
    return "export open" if text in _OPEN else "export settled"


def _status_header(sheet: Worksheet, first: int) -> None:
    for column, name in enumerate(STATUS_COLUMNS, start=first):
        cell = text_cell(sheet, 1, column, name)
        cell.font, cell.fill, cell.alignment = styles.font(styles.SLATE, bold=True), styles.fill(styles.LINE), styles.HEADER_ALIGNMENT
        sheet.column_dimensions[get_column_letter(column)].width = _STATUS_WIDTHS[name]
        sheet.column_dimensions[get_column_letter(column)].alignment = Alignment(vertical="top", wrap_text=True)


def _widen(sheet: Worksheet, catalogue: Catalogue, rows: Sequence[ExportRow]) -> None:
    """Let names, ids and choices be read whole; longer texts keep the template's width."""
    for column, known in enumerate(catalogue.fields, start=1):
        longest = max((len(row.cells.get(known.name, "")) for row in rows), default=0)
        dimension = sheet.column_dimensions[get_column_letter(column)]
        if longest <= _READ_WHOLE:
            dimension.width = max(dimension.width, longest + 3)


def _height(row: ExportRow) -> float:
    """Of the texts of the platform as much is shown as keeps the sheet calm, of ours everything."""
    theirs = max((_lines(text, 46 if name in ("description", "editing_instructions") else 34) for name, text in row.cells.items()), default=1)
    ours = max((_lines(row.status.get(name, ""), _STATUS_WIDTHS[name]) for name in ("problem", "next_step")), default=1)
    return _LINE_POINTS * max(min(theirs, _MOST_LINES), min(ours, _TALLEST)) + 3


def _lines(text: str, wide: int) -> int:
    return sum(1 + len(line) // wide for line in text.split("\n"))


def _rules(sheet: Worksheet) -> list[DataValidation]:
    found: DataValidationList = sheet.data_validations
    return list(found.dataValidation)


def _stretch(sheet: Worksheet, rows: int, names: int) -> None:
    """Let the template's drop-downs reach as far as the rows do, and as much further as it leaves room."""
    last = ROWS + 1 + rows
    for rule in _rules(sheet):
        letter = str(rule.sqref).rstrip("0123456789").split(":")[0].rstrip("0123456789")
        rule.sqref = type(rule.sqref)(f"{letter}2:{letter}{last}")
        if rule.formula1 and rule.formula1.startswith(f"{BUNDLES.sheet}!"):
            rule.formula1 = f"{BUNDLES.sheet}!$A$2:$A${ROWS + 1 + names}"


def _limit_actions(sheet: Worksheet, catalogue: Catalogue, rows: Sequence[ExportRow]) -> None:
    """In the exported rows offer only what each row's status allows; rows added below keep the whole list."""
    letter = get_column_letter(catalogue.names.index("action") + 1)
    for rule in _rules(sheet):
        if str(rule.sqref).startswith(f"{letter}2:"):
            rule.sqref = type(rule.sqref)(f"{letter}{len(rows) + 2}:{letter}{ROWS + 1 + len(rows)}")
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
    rule.errorStyle, rule.errorTitle, rule.showErrorMessage = "warning", "Is this right?", True
    return rule


def _runs(numbers: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Rising numbers as (first, last) of what follows each other."""
    first = last = numbers[0]
    for number in numbers[1:]:
        if number != last + 1:
            yield first, last
            first = number
        last = number
    yield first, last


def _add_base(book: Workbook, sheets: Sheets, stamp: Provenance) -> None:
    info = book.create_sheet(BASE)
    for number, (name, text) in enumerate(stamp.facts([sheets.bundles, sheets.videos]).items(), start=1):
        text_cell(info, number, 1, name)
        text_cell(info, number, 2, text)
    info.sheet_state = "veryHidden"
    for catalogue, rows in ((BUNDLES, sheets.bundles), (POSITIONS, sheets.videos)):
        base = book.create_sheet(BASE_SHEETS[catalogue.sheet])
        base.sheet_state = "veryHidden"
        columns = {name: column for column, name in enumerate(catalogue.names, start=1)}
        for name, column in columns.items():
            text_cell(base, 1, column, name)
        for number, row in enumerate(rows, start=2):
            for name, text in row.base.items():
                text_cell(base, number, columns[name], text)
