"""Empty workbooks to fill in: a guide, drop-downs, notes and formats, all from the declared columns."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from openpyxl.comments import Comment
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import CLEAR, EXAMPLE, Catalogue, Field, Kind, in_view
from bulkportal.columns.positions import POSITIONS
from bulkportal.sheets import styles
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.layout import freeze, print_one_page_wide, put
from bulkportal.sheets.styles import Style
from bulkportal.sheets.writer import write_csv
from bulkportal.templating.drop_downs import ROWS, add_lists, own_bundles, warned
from bulkportal.templating.guide import explained, fill_guide
from bulkportal.templating.live_options import LiveOptions

GUIDE = "Guide"
CATALOGUES = (BUNDLES, POSITIONS)
CSV_NAMES = {"Bundles": "bundles.csv", "Videos": "videos.csv"}

_FORMATS = {Kind.INTEGER: "0", Kind.DATE: "yyyy-mm-dd", Kind.BOOLEAN: "General", Kind.CHOICE: "General"}
_WIDTHS = {Kind.MEDIA: 34, Kind.MEDIA_LIST: 38, Kind.URL: 30, Kind.LIST: 26, Kind.DATE: 14, Kind.TEXT: 22}
_WIDEST = 60
_EXAMPLE_NOTE = "This row shows how to fill the sheet in. It is not read while it is unchanged: delete it, or overwrite it, starting with its name."
_HEADER_NOTE = "Reading knows the columns by these headers. Move or leave out whole columns, but keep the headers as they are."


def catalogues(platform: str | None = None) -> tuple[Catalogue, ...]:
    """The sheets to fill in; for one platform without the columns that only another one has."""
    if platform is None:
        return CATALOGUES
    return tuple(replace(catalogue, fields=tuple(field for field in catalogue.fields if field.belongs(platform, None))) for catalogue in CATALOGUES)


def build_workbook(*, example: bool = True, platform: str | None = None, offer: LiveOptions | None = None) -> WorkbookBuilder:
    """A workbook with a guide and the two sheets to fill in.

    With `example`, notes and guide show a value for each column, and a row that reading ignores shows how to
    fill the sheet in; its headers are guarded. Without it, the sheets hold nothing but their headers. With an `offer`, drop-downs and
    guide show what the platform has.
    """
    workbook = WorkbookBuilder("Launch workbook")
    guide = workbook.add(GUIDE)
    sheets = catalogues(platform)
    for catalogue in sheets:
        sheet = workbook.add(catalogue.sheet)
        _fill_sheet(sheet, catalogue, example=example)
        if example:
            _show_how(sheet, catalogue, platform)
    if example:
        add_lists(workbook, sheets, offer)
    fill_guide(guide, sheets, example=example, offer=offer)
    return workbook


def write_template(path: Path, *, platform: str | None = None, offer: LiveOptions | None = None) -> None:
    """Write the empty workbook. Raises `UsageProblem` when it cannot be written."""
    build_workbook(platform=platform, offer=offer).write(path)


def write_csv_templates(folder: Path, *, platform: str | None = None, delimiter: str = ",") -> None:
    """Write one CSV file per sheet, holding only its header. Spreadsheet programs of many countries want a semicolon."""
    for catalogue in catalogues(platform):
        write_csv(folder / CSV_NAMES[catalogue.sheet], [catalogue.names], delimiter=delimiter)


def _show_how(sheet: Worksheet, catalogue: Catalogue, platform: str | None) -> None:
    """A row that shows how, which reading ignores by its first cell; and headers that cannot be typed over."""
    for column, field in enumerate(catalogue.fields, start=1):
        text = field.example if column > 1 else EXAMPLE
        # A template for one platform must not show another one in its example.
        put(sheet, 2, column, platform if platform and field.name == "platform" else text, Style.EXAMPLE)
    sheet["A2"].comment = Comment(_EXAMPLE_NOTE, "bulkportal", height=70, width=280)
    last = get_column_letter(len(catalogue.fields))
    # A rule that no text fits, in the place of a protected sheet, which would keep people from moving and leaving out columns as well.
    guard = DataValidation(type="custom", formula1="FALSE", allow_blank=False, errorStyle="stop", showErrorMessage=True)
    guard.errorTitle, guard.error = "A header", _HEADER_NOTE
    guard.add(f"A1:{last}1")
    sheet.add_data_validation(guard)


def _fill_sheet(sheet: Worksheet, catalogue: Catalogue, *, example: bool) -> None:
    for column, field in enumerate(catalogue.fields, start=1):
        put(sheet, 1, column, field.name, Style.HEADER)
        sheet.cell(1, column).comment = _note(field, example=example)
        _dress_column(sheet, column, field)
        validation = _validation(field, catalogue)
        if validation:
            letter = get_column_letter(column)
            validation.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(validation)
    sheet.row_dimensions[1].height = styles.HEADER_HEIGHT
    freeze(sheet, left=in_view(catalogue.names))
    sheet.sheet_view.zoomScale = 110
    sheet.sheet_properties.tabColor = styles.SLATE
    sheet.print_title_rows = "1:1"
    print_one_page_wide(sheet)


def _dress_column(sheet: Worksheet, column: int, field: Field) -> None:
    wide = 48 if field.prose else _WIDTHS.get(field.kind, 12)
    dimension = sheet.column_dimensions[get_column_letter(column)]
    # Beside the header a filter has its button, and beside a choice its arrow.
    dimension.width = min(max(wide, len(field.name) + 3, *(len(choice) + 3 for choice in field.choices)) + 2, _WIDEST)
    # Text, so that a long id keeps its digits and a caption may begin with = or @.
    dimension.number_format = _FORMATS.get(field.kind, "@")
    dimension.font = styles.BODY_FONT
    wraps = field.prose or field.kind in (Kind.LIST, Kind.MEDIA_LIST)
    dimension.alignment = Alignment(vertical="top", wrap_text=wraps)


def _note(field: Field, *, example: bool) -> Comment:
    lines = [field.title, "", explained(field)]
    if example and field.example:
        lines += ["", f"Example: {field.example}"]
    if field.clearable:
        lines += ["", f"{CLEAR} empties it."]
    text = "\n".join(lines)
    # Notes do not grow with their text, so their lines are counted.
    height = 30 + 17 * sum(1 + len(line) // 42 for line in lines)
    return Comment(text, "bulkportal", height=height, width=320)


def _validation(field: Field, catalogue: Catalogue) -> DataValidation | None:
    """What the spreadsheet program offers and warns of while typing; it never forbids."""
    if field.kind is Kind.CHOICE:
        return _list(",".join(field.choices), f"Usually one of: {', '.join(field.choices)}.")
    if field.kind is Kind.BOOLEAN:
        return _list("yes,no", "Usually yes or no.")
    if field.name == "bundle" and catalogue.sheet == POSITIONS.sheet:
        # Names on the other sheet are offered; a bundle that exists already need not be among them.
        return DataValidation(type="list", formula1=own_bundles(), allow_blank=True)
    if field.kind is Kind.INTEGER:
        least = "1" if field.name == "position" else str(field.least or 0)
        if field.most is not None:
            rule = DataValidation(type="whole", operator="between", formula1=least, formula2=str(field.most), allow_blank=True)
            return warned(rule, f"A whole number from {least} to {field.most} is expected here.")
        rule = DataValidation(type="whole", operator="greaterThanOrEqual", formula1=least, allow_blank=True)
        return warned(rule, f"A whole number from {least} on is expected here.")
    if field.kind is Kind.DATE:
        # 1 January 2020 as a day number: formulas of dates are written in the language of whoever opens the file.
        rule = DataValidation(type="date", operator="greaterThanOrEqual", formula1="43831", allow_blank=True)
        rule.promptTitle, rule.prompt, rule.showInputMessage = field.title, "Year first: 2027-03-15", True
        return warned(rule, "A date is expected here, such as 2027-03-15.")
    if field.max_length is not None:
        longest = str(field.max_length)
        rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1=longest, allow_blank=True)
        return warned(rule, f"At most {longest} characters.")
    return None


def _list(choices: str, message: str) -> DataValidation:
    return warned(DataValidation(type="list", formula1=f'"{choices}"', allow_blank=True), message)
