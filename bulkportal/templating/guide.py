"""The Guide: the first sheet of a template, in plain words, made from the same columns."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.field import CLEAR, Catalogue, Field
from bulkportal.counting import counted
from bulkportal.sheets.layout import print_one_page_wide, put, set_widths
from bulkportal.sheets.styles import HEADER_HEIGHT, Style
from bulkportal.sheets.writer import link_cell, text_cell
from bulkportal.templating.live_options import LiveOptions, OfferedBundle

_STEPS = (
    ("1  Bundles", "One row for each bundle and its account."),
    ("2  Videos", "One row for each video, with the bundle it belongs to and its position."),
    ("3  Check", "bulkportal check launch.xlsx     Nothing is sent, and every mistake is named with its cell."),
    ("4  Import", "bulkportal import launch.xlsx     You see what it costs before anything is done."),
)
_CELLS = (
    ("Example", "The grey row is not read while it is unchanged. Delete it, or overwrite it: then it is a row like any other."),
    ("Blank", "Leaves the value as it is. On a new bundle: not set."),
    (CLEAR, "Empties the value. Only where the column may be empty."),
    ("Yes or no", "Choose yes or no."),
    ("Dates", "Write 2027-03-15, year first. A real date of your spreadsheet program is fine too."),
    ("Lists", "Several values in one cell: separate them with ; or put each on a line of its own."),
    ("Media", "A web address, or the name of a file that lies beside this workbook."),
    ("Columns", "Leave out or move the ones you do not need. Columns of your own are kept and ignored."),
)


def fill_guide(sheet: Worksheet, sheets: Sequence[Catalogue], *, example: bool, offer: LiveOptions | None = None) -> None:
    """Write the guide onto an empty sheet; with an `offer`, what the platform had at that moment too."""
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.zoomScale = 110
    set_widths(sheet, {"A": 3, "B": 30, "C": 30, "D": 64, "E": 38})
    put(sheet, 2, 2, "Launch workbook", Style.TITLE)
    sheet.row_dimensions[2].height = 34
    put(sheet, 3, 2, "Two sheets to fill in: Bundles and Videos. This page is only for reading.", Style.LEAD)
    row = _pairs(sheet, 5, "In four steps", _STEPS)
    if offer is not None:
        row = _pairs(sheet, row, "What the platform has", _told(offer))
    row = _pairs(sheet, row, "What a cell means", _CELLS)
    for catalogue in sheets:
        row = _columns(sheet, row, catalogue, example=example)
    if offer is not None:
        _on_the_platform(sheet, row, offer)
    print_one_page_wide(sheet)


def _heading(sheet: Worksheet, row: int, text: str) -> None:
    put(sheet, row, 2, text, Style.SECTION)
    sheet.row_dimensions[row].height = 26


def _pairs(sheet: Worksheet, row: int, heading: str, pairs: tuple[tuple[str, str], ...]) -> int:
    """A heading and lines of two parts. Returns the row at which the next section begins."""
    _heading(sheet, row, heading)
    for offset, (name, meaning) in enumerate(pairs, start=1):
        for column, text, style in ((2, name, Style.LIST_NAME), (3, meaning, Style.LIST_TEXT), (4, "", Style.LIST_TEXT), (5, "", Style.LIST_TEXT)):
            put(sheet, row + offset, column, text, style)
        sheet.row_dimensions[row + offset].height = 20
    return row + len(pairs) + 2


def _columns(sheet: Worksheet, row: int, catalogue: Catalogue, *, example: bool) -> int:
    link = text_cell(sheet, row, 3, f"Go to {catalogue.sheet}")
    link_cell(link, sheet=catalogue.sheet, address="A2")
    heads = ("Column", "In words", "What to put there", "Example" if example else "")
    lines = [(field.name, field.title, explained(field), field.example if example else "") for field in catalogue.fields]
    return _table(sheet, row, f"The columns of {catalogue.sheet}", (heads, *lines))


def _table(sheet: Worksheet, row: int, heading: str, lines: Sequence[tuple[str, str, str, str]]) -> int:
    """A heading and lines of four parts, the first of which holds their titles. Returns the row at which the next section begins."""
    _heading(sheet, row, heading)
    for column, text in enumerate(lines[0], start=2):
        put(sheet, row + 1, column, text, Style.LIST_HEADER)
    sheet.row_dimensions[row + 1].height = HEADER_HEIGHT
    for offset, texts in enumerate(lines[1:], start=2):
        for column, text in enumerate(texts, start=2):
            put(sheet, row + offset, column, text, Style.LIST_WRAPPED if column != 5 else Style.LIST_QUIET)
        sheet.row_dimensions[row + offset].height = 21.0 if len(texts[2]) < 72 else 36.0
    return row + len(lines) + 2


def _told(offer: LiveOptions) -> tuple[tuple[str, str], ...]:
    """What was read, where and when, and how to read it again."""
    whose = f", for {offer.client} alone" if offer.client else ""
    return (
        ("Read", f"On {offer.moment} from {offer.address}{whose}. Drop-downs offer what was there then."),
        ("Countries", _count(len(offer.countries), "open for new accounts.", none="The platform does not say which are open.")),
        ("Bundles", _count(len(offer.bundles), "to which videos can be added: choose one under bundle on the Videos sheet.", none="None yet.")),
        ("Accounts", _count(len(offer.accounts), "saved, for videos_only bundles: choose one under account_id.", none="None is saved yet.")),
        ("Read again", "bulkportal template launch.xlsx --live --force     Writes a new file, without the rows you have filled in."),
    )


def _count(number: int, what: str, *, none: str) -> str:
    return f"{number} {what}" if number else none


def _on_the_platform(sheet: Worksheet, row: int, offer: LiveOptions) -> None:
    """The meaning of the codes and ids in the drop-downs."""
    if offer.countries:
        countries = [(code, name, "", "") for code, name in offer.countries.items()]
        row = _table(sheet, row, "The countries open for new accounts", (("Code", "Name", "", ""), *countries))
    if offer.bundles:
        bundles = [(one.name or "(no reference)", one.title, _said(one), one.id) for one in offer.bundles]
        row = _table(sheet, row, "The bundles on the platform", (("Bundle", "Title", "What it is", "Bundle id"), *bundles))
    if offer.accounts:
        accounts = [(one.username, one.platform, one.country, one.id) for one in offer.accounts]
        _table(sheet, row, "The saved accounts", (("Username", "Platform", "Country", "Account id"), *accounts))


def _said(bundle: OfferedBundle) -> str:
    return _joined(bundle.platform, bundle.country, bundle.status, counted(bundle.slots, "video slot"))


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def explained(field: Field) -> str:
    """The field's help, with its choices where the help does not already name them."""
    if all(choice in field.help for choice in field.choices):
        return field.help
    return f"{field.help} One of: {', '.join(field.choices)}."
