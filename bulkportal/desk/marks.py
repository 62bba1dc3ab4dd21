"""What a check has found, by the cells where it is seen: marks for the grid, causes for the list beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from bulkportal.a1 import column_number, split_address
from bulkportal.check.finding_groups import FindingGroup, groups_of
from bulkportal.check.findings import Finding, Severity
from bulkportal.pipeline.editing import Checked
from bulkportal.pipeline.fixing import CellCorrection, in_groups
from bulkportal.sheets.table import Table

Cell: TypeAlias = tuple[int, str]
"""A row and a column letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SureFix:
    """Corrections of one kind that cannot be wrong, as `bulkportal fix --safe` makes them."""

    place: str
    what: str
    corrections: tuple[CellCorrection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellMarks:
    """What was found in one version of the cells. `at` holds the findings of each cell by table; those of rows stand at their first cell."""

    version: int
    checked: Checked
    at: Mapping[int, Mapping[Cell, tuple[Finding, ...]]] = field(default_factory=dict)
    causes: tuple[FindingGroup, ...] = ()
    fixes: tuple[SureFix, ...] = ()

    @classmethod
    def of(cls, version: int, checked: Checked, tables: Sequence[Table]) -> CellMarks:
        """What a check of these tables has found."""
        fixes = in_groups(checked.corrections)
        return cls(
            version=version,
            checked=checked,
            at=at_cells(checked.result.findings, tables),
            causes=groups_of(checked.result.findings),
            fixes=tuple(SureFix(place=place, what=what, corrections=tuple(each)) for (place, what), each in fixes.items()),
        )

    def with_rows(self, rows: Mapping[int, frozenset[int]], found: Mapping[int, Mapping[Cell, tuple[Finding, ...]]]) -> CellMarks:
        """The same, but that of these rows of each table only that counts which was found in them now."""
        at = dict(self.at)
        for number, some in rows.items():
            kept = {cell: each for cell, each in at.get(number, {}).items() if cell[0] not in some}
            at[number] = kept | {cell: each for cell, each in found.get(number, {}).items() if cell[0] in some}
        return replace(self, at=at)

    @property
    def errors(self) -> int:
        """How many cells, rows and files are to be corrected."""
        return sum(finding.severity is Severity.ERROR for finding in self.checked.result.findings)

    @property
    def warnings(self) -> int:
        """How many are worth a look."""
        return len(self.checked.result.findings) - self.errors

    def rows(self, table: int) -> list[int]:
        """The rows of a table in which something was found."""
        return sorted({row for row, _ in self.at.get(table, {})})

    def rows_of_cause(self, cause: int, table: int, tables: Sequence[Table]) -> list[int]:
        """The rows of a table that one cause is about."""
        if not 0 <= cause < len(self.causes):
            return []
        return sorted({row for row, _ in at_cells(self.causes[cause].findings, tables).get(table, {})})

    def ordered(self) -> list[tuple[int, int, str]]:
        """Every cell to be corrected, table by table, from the top; where there is none, those that are worth a look."""
        every = [(table, row, letter, found) for table, cells in self.at.items() for (row, letter), found in cells.items()]
        red = [one for one in every if any(finding.severity is Severity.ERROR for finding in one[3])]
        return sorted((one[:3] for one in red or every), key=_reading_order)


def _reading_order(place: tuple[int, int, str]) -> tuple[int, int, int]:
    table, row, letter = place
    return table, row, column_number(letter)


def worst_of(found: Sequence[Finding]) -> Finding:
    """The finding of a cell that is told first: one to be corrected before one that is worth a look."""
    return next((finding for finding in found if finding.severity is Severity.ERROR), found[0])


def proposed(found: Sequence[Finding]) -> Finding | None:
    """The finding of a cell that proposes what it should hold, the worst first; None where none does."""
    return next((finding for finding in (worst_of(found), *found) if finding.proposal), None) if found else None


def at_cells(findings: Iterable[Finding], tables: Sequence[Table]) -> dict[int, dict[Cell, tuple[Finding, ...]]]:
    """Findings by table, row and column letter; those about a whole file or sheet have no cell and are left out."""
    numbers = {(table.file, table.sheet): number for number, table in enumerate(tables)}
    found: dict[int, dict[Cell, tuple[Finding, ...]]] = {}
    for finding in findings:
        number = numbers.get((finding.file, finding.sheet or ""))
        if number is None:
            continue
        cell = _cell_of(finding, tables[number])
        if cell is not None:
            of_table = found.setdefault(number, {})
            of_table[cell] = (*of_table.get(cell, ()), finding)
    return found


def _cell_of(finding: Finding, table: Table) -> Cell | None:
    column, row = split_address(finding.cell or "")
    if column and row:
        return row, column
    if finding.row is not None:
        return finding.row, next(iter(table.headers), "A")
    return None
