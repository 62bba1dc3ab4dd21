"""The names of the report's sheets, and where its links lead."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.columns.field import OURS, REPORT_SHEETS
from bulkportal.sheets.table import RowAddress, Table

# Excel's limit; LibreOffice writes longer ones, and Excel then calls the workbook damaged.
_NAME_MAX = 31


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetNames:
    """The names of sheets in the report: `sheets` by (file, sheet) of the input, `taken` in small letters.

    `annotated` are those of the input that stay in their own workbook, with the report written into them.
    """

    sheets: Mapping[tuple[str, str], str]
    annotated: frozenset[tuple[str, str]] = frozenset()
    taken: frozenset[str] = frozenset()

    def ours(self, name: str) -> str:
        """The name of a sheet of ours: another one where the user's own workbook has that name already."""
        return name + OURS if name.casefold() in self.taken else name

    def sheet(self, file: str, sheet: str | None) -> str | None:
        """The report's name of a sheet of the input, if the report shows that sheet."""
        return None if sheet is None else self.sheets.get((file, sheet))

    def target(self, finding: Finding) -> tuple[str, str] | None:
        """The sheet and cell of the report that a finding is about; None where the report does not show it."""
        name = self.sheet(finding.file, finding.sheet)
        return None if name is None else (name, finding.cell or f"A{finding.row or 1}")


def name_sheets(checked: ValidationResult, *, annotated: Collection[tuple[str, str]] = (), taken: Collection[str] = ()) -> SheetNames:
    """Name a sheet for every table: its own name, with the file where two tables share one.

    `annotated` are the tables of a workbook that the report is written into, `taken` the names of all its sheets.
    """
    there = frozenset(name.casefold() for name in taken)
    # Sheet names are compared without case in Excel; a table called "findings" would meet our own.
    used = {name.casefold() for name in REPORT_SHEETS} | there
    names: dict[tuple[str, str], str] = {}
    for sheet in checked.sheets:
        table = sheet.table
        key = (table.file, table.sheet)
        names[key] = table.sheet if key in annotated else _free_name(table, used)
        used.add(names[key].casefold())
    return SheetNames(sheets=names, annotated=frozenset(annotated), taken=there)


def row_place(row: RowAddress, places: SheetNames) -> str:
    """A row as the report names it."""
    return f"{places.sheet(row.file, row.sheet) or row.sheet}!{row.row}"


def row_target(row: RowAddress, places: SheetNames) -> tuple[str, str] | None:
    """Where a link to a row leads."""
    name = places.sheet(row.file, row.sheet)
    return None if name is None else (name, f"A{row.row}")


def finding_place(finding: Finding, places: SheetNames) -> str:
    """The place as the report names it: a sheet may have got another name than it had in its file."""
    name = places.sheet(finding.file, finding.sheet)
    if name is None or finding.row is None:
        return finding.place
    return f"{name}!{finding.cell or finding.row}"


def _free_name(table: Table, taken: set[str]) -> str:
    wanted = _allowed(table.sheet)
    if wanted.casefold() not in taken:
        return wanted
    # Half of the room for each, or a long sheet name would leave nothing of the file's.
    wanted = _allowed(f"{wanted[: _NAME_MAX // 2]} ({table.file})")
    number, name = 2, wanted
    while name.casefold() in taken:
        name = f"{wanted[: _NAME_MAX - 3 - len(str(number))]} ({number})"
        number += 1
    return name


def _allowed(text: str) -> str:
    """A name that a spreadsheet program accepts for a sheet."""
    text = "".join("_" if character in "[]:*?/\\" or not character.isprintable() else character for character in text)
    return text[:_NAME_MAX].strip("' ") or "Sheet"
