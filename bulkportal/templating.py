"""Empty workbooks to fill in: a guide, drop-downs, notes and formats, all from the declared columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.bundles import BUNDLES, PLATFORMS
from bulkportal.columns.field import CLEAR, EXAMPLE, Catalogue, Field, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets import styles
from bulkportal.sheets.writer import link_cell, save_atomically, text_cell, write_csv

ROWS = 1000
GUIDE, LISTS = "Guide", "Lists"
_CONTENT_TYPE = "instagram_content_type"
CATALOGUES = (BUNDLES, POSITIONS)
CSV_NAMES = {"Bundles": "bundles.csv", "Videos": "videos.csv"}

_FORMATS = {Kind.INTEGER: "0", Kind.DATE: "yyyy-mm-dd", Kind.BOOLEAN: "General", Kind.CHOICE: "General"}
_WIDTHS = {Kind.MEDIA: 34, Kind.MEDIA_LIST: 38, Kind.URL: 30, Kind.LIST: 26, Kind.DATE: 14, Kind.TEXT: 22}
_PROSE = ("description", "biography", "niche_warming_instructions", "editing_instructions", "message")
_MARGIN = 3.0
_EXAMPLE_NOTE = "This row shows how to fill the sheet in. It is not read: leave it, or delete it."
_HEADER_NOTE = "Reading knows the columns by these headers. Move or leave out whole columns, but keep the headers as they are."

_STEPS = (
    ("1  Bundles", "One row for each bundle and its account."),
    ("2  Videos", "One row for each video, with the bundle it belongs to and its position."),
    ("3  Check", "bulkportal check launch.xlsx     Nothing is sent, and every mistake is named with its cell."),
    ("4  Import", "bulkportal import launch.xlsx     You see what it costs before anything is done."),
)
_CELLS = (
    ("Example", "A row whose first cell says Example is not read. Leave it, or delete it."),
    ("Blank", "Leaves the value as it is. On a new bundle: not set."),
    (CLEAR, "Empties the value. Only where the column may be empty."),
    ("Yes or no", "Choose yes or no."),
    ("Dates", "Write 2027-03-15, year first. A real date of your spreadsheet program is fine too."),
    ("Lists", "Several values in one cell: separate them with ; or put each on a line of its own."),
    ("Media", "A web address, or the name of a file that lies beside this workbook."),
    ("Columns", "Leave out or move the ones you do not need. Columns of your own are kept and ignored."),
)


def catalogues(platform: str | None = None) -> tuple[Catalogue, ...]:
    """The sheets to fill in; for one platform without the columns that only another one has."""
    if platform is None:
        return CATALOGUES
    others = tuple(f"{name}_" for name in PLATFORMS if name != platform)
    return tuple(
        replace(catalogue, fields=tuple(field for field in catalogue.fields if not field.name.startswith(others))) for catalogue in CATALOGUES
    )


def build_workbook(*, example: bool = True, platform: str | None = None) -> Workbook:
    """A workbook with a guide and the two sheets to fill in.

    With `example`, notes and guide show a value for each column, and a row that reading ignores shows how to
    fill the sheet in; its headers are guarded. Without it, the sheets hold nothing but their headers.
    """
    workbook = Workbook()
    workbook.properties.creator = "bulkportal"
    workbook.properties.title = "Launch workbook"
    guide = workbook.worksheets[0]
    guide.title = GUIDE
    sheets = catalogues(platform)
    for catalogue in sheets:
        sheet = workbook.create_sheet(catalogue.sheet)
        _fill_sheet(sheet, catalogue, example=example)
        if example:
            _show_how(sheet, catalogue, platform)
    if example:
        _depend(workbook, sheets)
    _fill_guide(guide, sheets, example=example)
    return workbook


def write_template(path: Path, *, platform: str | None = None) -> None:
    """Write the empty workbook. Raises `UsageProblem` when it cannot be written."""
    save_atomically(build_workbook(platform=platform), path)


def write_csv_templates(folder: Path, *, platform: str | None = None, delimiter: str = ",") -> None:
    """Write one CSV file per sheet, holding only its header. Spreadsheet programs of many countries want a semicolon."""
    for catalogue in catalogues(platform):
        write_csv(folder / CSV_NAMES[catalogue.sheet], [catalogue.names], delimiter=delimiter)


def _show_how(sheet: Worksheet, catalogue: Catalogue, platform: str | None) -> None:
    """A row that shows how, which reading ignores by its first cell; and headers that cannot be typed over."""
    for column, field in enumerate(catalogue.fields, start=1):
        text = field.example if column > 1 else EXAMPLE
        cell = text_cell(sheet, 2, column, platform if platform and field.name == "platform" else text)
        cell.font, cell.fill = styles.font(styles.MUTED, italic=True), styles.fill(styles.PAPER)
        cell.alignment = Alignment(vertical="top")
    sheet["A2"].comment = Comment(
        "This row shows how to fill the sheet in. It is not read: leave it, or delete it.", "bulkportal", height=70, width=280
    )
    last = get_column_letter(len(catalogue.fields))
    guard = DataValidation(type="custom", formula1="FALSE", allow_blank=False, errorStyle="stop", showErrorMessage=True)
    guard.errorTitle, guard.error = (
        "A header",
        "Reading knows the columns by these headers. Move or leave out whole columns, but keep the headers as they are.",
    )
    guard.add(f"A1:{last}1")
    sheet.add_data_validation(guard)


def _depend(workbook: Workbook, sheets: Sequence[Catalogue]) -> None:
    """The content type of Instagram is offered only where the bundle of the row is on Instagram."""
    bundles, positions = sheets
    if _CONTENT_TYPE not in positions.names:
        return
    choices = positions[_CONTENT_TYPE].choices
    lists = workbook.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for row, choice in enumerate((_CONTENT_TYPE, *choices), start=1):
        text_cell(lists, row, 1, choice)
    platform, letter = (get_column_letter(names.index(name) + 1) for names, name in ((bundles.names, "platform"), (positions.names, _CONTENT_TYPE)))
    of_bundle = f"INDEX({bundles.sheet}!${platform}$2:${platform}${ROWS + 1},MATCH($A2,{bundles.sheet}!$A$2:$A${ROWS + 1},0))"
    # A bundle that is not on the sheet may be anywhere, so everything is offered; elsewhere an empty cell is.
    formula = f'IF(IFERROR({of_bundle},"instagram")="instagram",{LISTS}!$A$2:$A${len(choices) + 1},{LISTS}!$B$1)'
    for rule in workbook[positions.sheet].data_validations.dataValidation:
        if str(rule.sqref).startswith(f"{letter}2:"):
            rule.formula1 = formula


def _fill_sheet(sheet: Worksheet, catalogue: Catalogue, *, example: bool) -> None:
    for column, field in enumerate(catalogue.fields, start=1):
        cell = text_cell(sheet, 1, column, field.name)
        cell.comment = _note(field, example=example)
        _dress_column(sheet, column, field)
        validation = _validation(field, catalogue)
        if validation:
            letter = get_column_letter(column)
            validation.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(validation)
    styles.header_row(sheet, 1, columns=len(catalogue.fields))
    styles.freeze(sheet, below=1, left=1 if catalogue.sheet == BUNDLES.sheet else 3)
    sheet.sheet_view.zoomScale = 110
    sheet.sheet_properties.tabColor = styles.SLATE
    sheet.print_title_rows = "1:1"
    _print_on_one_width(sheet, landscape=True)


def _print_on_one_width(sheet: Worksheet, *, landscape: bool) -> None:
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    if sheet.sheet_properties.pageSetUpPr:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _dress_column(sheet: Worksheet, column: int, field: Field) -> None:
    wide = 48 if field.name in _PROSE else _WIDTHS.get(field.kind, 12)
    styles.width(sheet, column, max(wide, len(field.name) + 2))
    dimension = sheet.column_dimensions[get_column_letter(column)]
    # Text, so that a long id keeps its digits and a caption may begin with = or @.
    dimension.number_format = _FORMATS.get(field.kind, "@")
    dimension.font = styles.BODY_FONT
    wraps = field.name in _PROSE or field.kind in (Kind.LIST, Kind.MEDIA_LIST)
    dimension.alignment = Alignment(vertical="top", wrap_text=wraps)


def _note(field: Field, *, example: bool) -> Comment:
    lines = [field.title, "", _help(field)]
    if example and field.example:
        lines += ["", f"Example: {field.example}"]
    if field.clearable:
        lines += ["", f"{CLEAR} empties it."]
    text = "\n".join(lines)
    height = 30 + 17 * sum(1 + len(line) // 42 for line in lines)
    return Comment(text, "bulkportal", height=height, width=320)


def _help(field: Field) -> str:
    """The field's help, with its choices where the help does not already name them."""
    if all(choice in field.help for choice in field.choices):
        return field.help
    return f"{field.help} One of: {', '.join(field.choices)}."


def _validation(field: Field, catalogue: Catalogue) -> DataValidation | None:
    """What the spreadsheet program offers and warns of while typing; it never forbids."""
    if field.kind is Kind.CHOICE:
        return _list(",".join(field.choices), f"Usually one of: {', '.join(field.choices)}.")
    if field.kind is Kind.BOOLEAN:
        return _list("yes,no", "Usually yes or no.")
    if field.name == "bundle" and catalogue.sheet == POSITIONS.sheet:
        # Names on the other sheet are offered; a bundle that exists already need not be among them.
        return DataValidation(type="list", formula1=f"{BUNDLES.sheet}!$A$2:$A${ROWS + 1}", allow_blank=True)
    if field.kind is Kind.INTEGER:
        least = "1" if field.name == "position" else "0"
        rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1=least, allow_blank=True)
        return _warned(rule, f"A whole number from {least} on is expected here.")
    if field.kind is Kind.DATE:
        rule = DataValidation(type="date", operator="greaterThanOrEqual", formula1="43831", allow_blank=True)
        rule.promptTitle, rule.prompt, rule.showInputMessage = field.title, "Year first: 2027-03-15", True
        return _warned(rule, "A date is expected here, such as 2027-03-15.")
    if field.max_length is not None:
        longest = str(field.max_length)
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=longest, allow_blank=True)
        return _warned(rule, f"At most {longest} characters.")
    return None


def _list(choices: str, message: str) -> DataValidation:
    return _warned(DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True), message)


def _warned(rule: DataValidation, message: str) -> DataValidation:
    rule.errorStyle, rule.errorTitle, rule.error, rule.showErrorMessage = "warning", "Is this right?", message, True
    return rule


def _fill_guide(sheet: Worksheet, sheets: Sequence[Catalogue], *, example: bool) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 110
    for letter, wide in zip("ABCDE", (_MARGIN, 30.0, 30.0, 64.0, 38.0), strict=True):
        sheet.column_dimensions[letter].width = wide
    title = text_cell(sheet, 2, 2, "Launch workbook")
    title.font = styles.TITLE_FONT
    sheet.row_dimensions[2].height = 34
    lead = text_cell(sheet, 3, 2, "Two sheets to fill in: Bundles and Videos. This page is only for reading.")
    lead.font = styles.MUTED_FONT
    row = _pairs(sheet, 5, "In four steps", _STEPS)
    row = _pairs(sheet, row, "What a cell means", _CELLS)
    for catalogue in sheets:
        row = _columns(sheet, row, catalogue, example=example)
    _print_on_one_width(sheet, landscape=True)


def _heading(sheet: Worksheet, row: int, text: str) -> None:
    text_cell(sheet, row, 2, text).font = styles.HEADING_FONT
    sheet.row_dimensions[row].height = 26


def _pairs(sheet: Worksheet, row: int, heading: str, pairs: tuple[tuple[str, str], ...]) -> int:
    """A heading and lines of two parts. Returns the row at which the next section begins."""
    _heading(sheet, row, heading)
    for offset, (name, meaning) in enumerate(pairs, start=1):
        text_cell(sheet, row + offset, 2, name).font = styles.font(styles.SLATE, bold=True)
        text_cell(sheet, row + offset, 3, meaning).font = styles.BODY_FONT
        for column in (2, 3):
            sheet.cell(row=row + offset, column=column).alignment = Alignment(vertical="center")
        for column in range(2, 6):
            sheet.cell(row=row + offset, column=column).border = styles.UNDERLINE
        sheet.row_dimensions[row + offset].height = 20
    return row + len(pairs) + 2


def _columns(sheet: Worksheet, row: int, catalogue: Catalogue, *, example: bool) -> int:
    _heading(sheet, row, f"The columns of {catalogue.sheet}")
    link = text_cell(sheet, row, 3, f"Go to {catalogue.sheet}")
    link_cell(link, sheet=catalogue.sheet, address="A2")
    heads = ("Column", "In words", "What to put there", "Example" if example else "")
    for column, text in enumerate(heads, start=2):
        cell = text_cell(sheet, row + 1, column, text)
        cell.font, cell.fill, cell.alignment = styles.HEADER_FONT, styles.HEADER_FILL, styles.HEADER_ALIGNMENT
        if column == 5:
            cell.alignment = Alignment(vertical="center", indent=1)
    sheet.row_dimensions[row + 1].height = styles.HEADER_HEIGHT
    for offset, field in enumerate(catalogue.fields, start=2):
        texts = (field.name, field.title, _help(field), field.example if example else "")
        for column, text in enumerate(texts, start=2):
            cell = text_cell(sheet, row + offset, column, text)
            cell.font = styles.BODY_FONT if column != 5 else styles.MUTED_FONT
            cell.alignment = Alignment(vertical="center", wrap_text=True, indent=1 if column == 5 else 0)
            cell.border = styles.UNDERLINE
        sheet.row_dimensions[row + offset].height = 21.0 if len(_help(field)) < 72 else 36.0
    return row + len(catalogue.fields) + 3
