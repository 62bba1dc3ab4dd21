"""The values of a launch's rows, by bundle and position, so that two files can be compared whatever their names. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bulkportal.check.findings import Finding, Sheet, rows_at_fault
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import CLEAR
from bulkportal.columns.positions import POSITIONS
from bulkportal.names import likeness

_TAKES_BACK = ("unschedule", "unpublish")
"""The actions by which a newer file withdraws a row, so that an older file must not set it again."""

_CALLS_OFF = ("row_on_hold", "sheet_on_hold", "struck_out", "struck_by_rule")
"""The findings by which a team says that a row is not to be sent."""


def about(bundle: str, position: int | None = None) -> str:
    """The subject of a row: its bundle by the look of its name, and the position. Names that look alike count as one."""
    name = likeness(bundle)
    return name if position is None else f"{name} position {position}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSaid:
    """One row: its subject, its values as texts, and whether its team has called it off. `table` and `row` are its place."""

    sheet: str
    about: str
    table: int
    row: int
    values: Mapping[str, str]
    is_called_off: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Its sheet and subject."""
        return self.sheet, self.about


def rows_said(bundles: pl.DataFrame, positions: pl.DataFrame, off: Collection[tuple[int, int]] = ()) -> Iterator[RowSaid]:
    """Every row that names a subject; `off` are the rows called off, by table and row."""
    for catalogue, frame in ((BUNDLES, bundles), (POSITIONS, positions)):
        for row in frame.iter_rows(named=True):
            number = None if catalogue is BUNDLES else row["position"]
            if row["_bundle"] is None or (catalogue is POSITIONS and number is None):
                continue
            said = {name: _text(row[name]) for name in catalogue.names if row[name] is not None} | dict.fromkeys(row["_clear"] or (), CLEAR)
            place = row["_table"], row["_row"]
            yield RowSaid(
                sheet=catalogue.sheet,
                about=about(row["_bundle"], number),
                table=place[0],
                row=place[1],
                values=said,
                is_called_off=place in off,
            )


def called_off(findings: Iterable[Finding], sheets: Sequence[Sheet]) -> frozenset[tuple[int, int]]:
    """The rows that their team has called off, by table and row."""
    at_fault = rows_at_fault((finding for finding in findings if finding.code in _CALLS_OFF), sheets)
    tables = {(sheet.table.file, sheet.table.sheet): number for number, sheet in enumerate(sheets)}
    return frozenset((tables[row.file, row.sheet or ""], row.row) for row in at_fault)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """The column in which a newer version differs; `is_off` if it withdraws the row as a whole."""

    column: str
    is_off: bool = False


def contradiction(said: RowSaid, newer: Mapping[str, str], *, is_called_off: bool) -> Contradiction | None:
    """How a newer version contradicts a row: the first column with another value, or a withdrawal of the row.

    A blank cell asks for nothing, and contradicts nothing.
    """
    if said.is_called_off:  # held anyway
        return None
    column = next((name for name, value in said.values.items() if newer.get(name, value) != value), None)
    if column is not None:
        return Contradiction(column=column)
    takes_back, took_back = (values.get("action") in _TAKES_BACK for values in (newer, said.values))
    # Withdrawing it now would undo what the newer file has set.
    if took_back and not takes_back:
        return Contradiction(column="action")
    is_off = is_called_off or (takes_back and not took_back)
    return Contradiction(column=next(iter(said.values)), is_off=True) if is_off and said.values else None


def _text(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
