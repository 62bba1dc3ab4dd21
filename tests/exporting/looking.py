"""Looking into what was written."""

from __future__ import annotations

import csv
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    """The rows under the header, blank cells as None."""
    header, *others = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, header), row, strict=True)) for row in others]


def named(book: Workbook, sheet: str, bundle: str) -> list[dict[str, object]]:
    """The rows of one bundle."""
    return [row for row in rows(book[sheet]) if row["bundle"] == bundle]


def table(path: Path) -> list[dict[str, str]]:
    """A CSV file as it stands, guards included."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def offered(sheet: Worksheet, coordinate: str) -> list[tuple[str, str | None]]:
    """The validations that speak of a cell."""
    return [(rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation if coordinate in rule.sqref]
