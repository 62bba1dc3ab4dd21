"""Drop-downs too long for a cell, or that depend on another one: a hidden sheet holds what they offer.

A list inside a rule may have 255 characters, so longer ones are on the sheet Lists and are referred to by defined
names (`offered_countries`, ...), which Excel and LibreOffice both follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import EXAMPLE, Catalogue
from bulkportal.sheets.builder import WorkbookBuilder
from bulkportal.sheets.writer import text_cell
from bulkportal.templating.live_options import LiveOptions

LISTS = "Lists"
ROWS = 1000
"""The number of rows below the header that have drop-downs."""

_CONTENT_TYPE = "instagram_content_type"
_NOTHING = f"{LISTS}!$B$1"
_EVERYWHERE = '"instagram"'


_EXAMPLES = f'IF(INDEX({BUNDLES.sheet}!$A:$A,2)="{EXAMPLE}",1,0)'
"""How many rows of Bundles are examples: none once its name is overwritten or its row is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ListNames:
    """The names of the lists that there are; a list without an entry has none."""

    countries: str = ""
    platforms: str = ""
    bundles: str = ""
    known: str = ""
    known_platforms: str = ""
    ids: str = ""
    accounts: str = ""
    account_platforms: str = ""


def own_bundles() -> str:
    """The names on the Bundles sheet, without the example row above them."""
    return f"OFFSET({BUNDLES.sheet}!$A$1,1+{_EXAMPLES},0,{ROWS},1)"


def warned(rule: DataValidation, message: str) -> DataValidation:
    """The rule as a warning that can be overridden."""
    # Never "stop": the platform has the last word, and may know more by the time of the import.
    rule.errorStyle, rule.errorTitle, rule.error, rule.showErrorMessage = "warning", "Is this right?", message, True
    return rule


def add_lists(workbook: WorkbookBuilder, sheets: Sequence[Catalogue], offer: LiveOptions | None) -> None:
    """Put the hidden sheet there, and let the columns offer what it holds, with what the platform has where that was read."""
    _, positions = sheets
    if _CONTENT_TYPE not in positions.names and offer is None:
        return
    lists = workbook.add(LISTS)
    lists.sheet_state = "hidden"
    if _CONTENT_TYPE in positions.names:
        for row, choice in enumerate((_CONTENT_TYPE, *positions[_CONTENT_TYPE].choices), start=1):
            text_cell(lists, row, 1, choice)
    names = _ListNames() if offer is None else _filled(workbook, lists, offer)
    if offer is not None:
        _offer(workbook, sheets, offer, names)
    if _CONTENT_TYPE in positions.names:
        _depend(workbook, sheets, names)


def _filled(workbook: WorkbookBuilder, lists: Worksheet, offer: LiveOptions) -> _ListNames:
    """The platform's lists, in the columns from C on."""
    named = [bundle for bundle in offer.bundles if bundle.name]
    # By platform, so that the accounts of one are a single range, which is all that OFFSET can give.
    accounts = sorted(offer.accounts, key=lambda account: (account.platform, account.username, account.id))
    columns = {
        "countries": tuple(offer.countries),
        "platforms": offer.platforms,
        "ids": tuple(bundle.id for bundle in offer.bundles if not bundle.name),
        "accounts": tuple(account.id for account in accounts),
        "account_platforms": tuple(account.platform for account in accounts),
        "known_platforms": tuple(bundle.platform for bundle in named),
        "known": tuple(bundle.name for bundle in named),
    }
    made: dict[str, str] = {}
    for number, (name, values) in enumerate(columns.items(), start=3):
        for row, text in enumerate((name, *values), start=1):
            text_cell(lists, row, number, text)
        if values:
            letter = get_column_letter(number)
            # A defined name without a range would be an error in every cell that refers to it.
            made[name] = _define(workbook, f"offered_{name}", f"{LISTS}!${letter}$2:${letter}${len(values) + 1}")
    if named:
        made["bundles"] = _joined(workbook, lists, column=len(columns) + 2, known=len(named))
    return _ListNames(**made)


def _joined(workbook: WorkbookBuilder, lists: Worksheet, *, column: int, known: int) -> str:
    """The names of the platform's bundles followed by those of the Bundles sheet, as many as there are at the moment."""
    letter = get_column_letter(column)
    for row in range(2, ROWS + 2):
        # INDEX over the whole column, because a reference to a row would break when that row is deleted.
        there = f"INDEX({BUNDLES.sheet}!$A:$A,{row}+{_EXAMPLES})"
        lists.cell(known + row, column).value = f'=IF({there}="","",{there})'
    own = f"{BUNDLES.sheet}!$A$2:$A${ROWS + 1}"
    # At least one row of its own: OFFSET with no height is an error.
    longest = f'{known}+MAX(1,SUMPRODUCT(MAX(({own}<>"")*(ROW({own})-1)))-{_EXAMPLES})'
    return _define(workbook, "offered_bundles", f"OFFSET({LISTS}!${letter}$2,0,0,{longest},1)")


def _define(workbook: WorkbookBuilder, name: str, meaning: str) -> str:
    workbook.shell.defined_names[name] = DefinedName(name, attr_text=meaning)
    return name


def _offer(workbook: WorkbookBuilder, sheets: Sequence[Catalogue], offer: LiveOptions, names: _ListNames) -> None:
    """Let each column that refers to something on the platform offer what is there."""
    bundles, positions = sheets
    read = f"when this template was written ({offer.read_at:%Y-%m-%d})"
    if names.countries:
        _replace(workbook, bundles, "country", warned(_list(names.countries), f"This country was not open {read}."))
    if names.platforms:
        _replace(workbook, bundles, "platform", warned(_list(names.platforms), f"This platform was not offered {read}."))
    if names.accounts:
        rule = warned(_list(_by_platform(bundles, names)), f"This account was not there {read}.")
        rule.promptTitle, rule.prompt, rule.showInputMessage = "Saved account", "The Guide shows at its end which id belongs to whom.", True
        _replace(workbook, bundles, "account_id", rule)
    if names.bundles:
        _replace(workbook, positions, "bundle", _list(names.bundles))
    if names.ids:
        for catalogue in sheets:
            _replace(workbook, catalogue, "bundle_id", _list(names.ids))


def _by_platform(bundles: Catalogue, names: _ListNames) -> str:
    """The accounts of the row's platform; all of them where it names none. The list is sorted by platform."""
    cell = f"${_letter(bundles, 'platform')}2"
    first, many = f"MATCH({cell},{names.account_platforms},0)-1", f"COUNTIF({names.account_platforms},{cell})"
    # A platform without accounts offers an empty cell: MATCH would be an error there.
    return f'IF({cell}="",{names.accounts},IF({many}=0,{_NOTHING},OFFSET({names.accounts},{first},0,{many},1)))'


def _depend(workbook: WorkbookBuilder, sheets: Sequence[Catalogue], names: _ListNames) -> None:
    """The content type of Instagram is offered only where the bundle of the row is on Instagram."""
    bundles, positions = sheets
    platform = _letter(bundles, "platform")
    of_bundle = f"INDEX({bundles.sheet}!${platform}$2:${platform}${ROWS + 1},MATCH($A2,{bundles.sheet}!$A$2:$A${ROWS + 1},0))"
    # A bundle that neither sheet nor platform has may be anywhere, so everything is offered; elsewhere an empty cell is.
    known = f"IFERROR(INDEX({names.known_platforms},MATCH($A2,{names.known},0)),{_EVERYWHERE})" if names.known else _EVERYWHERE
    last = len(positions[_CONTENT_TYPE].choices) + 1
    formula = f'IF(IFERROR({of_bundle},{known})="instagram",{LISTS}!$A$2:$A${last},{_NOTHING})'
    for rule in _rules_of(workbook, positions, _CONTENT_TYPE):
        rule.formula1 = formula


def _list(source: str) -> DataValidation:
    return DataValidation(type="list", formula1=source, allow_blank=True)


def _replace(workbook: WorkbookBuilder, catalogue: Catalogue, name: str, rule: DataValidation) -> None:
    """Give a column this rule instead of the one it has. A column that the sheet does not have is none."""
    if name not in catalogue.names:
        return
    sheet, letter = workbook.sheet(catalogue.sheet), _letter(catalogue, name)
    old = _rules_of(workbook, catalogue, name)
    sheet.data_validations.dataValidation = [each for each in sheet.data_validations.dataValidation if each not in old]
    rule.add(f"{letter}2:{letter}{ROWS + 1}")
    sheet.add_data_validation(rule)


def _rules_of(workbook: WorkbookBuilder, catalogue: Catalogue, name: str) -> list[DataValidation]:
    letter = _letter(catalogue, name)
    return [rule for rule in workbook.sheet(catalogue.sheet).data_validations.dataValidation if str(rule.sqref).startswith(f"{letter}2:")]


def _letter(catalogue: Catalogue, name: str) -> str:
    return get_column_letter(catalogue.names.index(name) + 1)
