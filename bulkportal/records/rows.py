"""Rows as they are known from one night to the next: by what they are about, not by where they stand.

A row's name is its bundle, or its bundle and position; rows move in a sheet, and a corrected copy has other numbers.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from bulkportal.apply.outcomes import RowState
from bulkportal.check.findings import Checked
from bulkportal.report.summary import Report
from bulkportal.sheets.table import ROW, RowAddress

_SHEETS = {"bundle": "Bundles", "position": "Videos"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen:
    """One row of one run. `sheet` is Bundles or Videos, `key` its name, `place` where it stood, such as ``Videos!14``."""

    sheet: str
    key: str
    place: str
    state: RowState
    problem: str


def rows_of(report: Report, checked: Checked) -> tuple[RowSeen, ...]:
    """Every row of a report, under names that differ within each sheet."""
    names = _names(checked)
    seen: Counter[tuple[str, str]] = Counter()
    found: list[RowSeen] = []
    for line in report.lines:
        sheet = _SHEETS[line.kind]
        key = names.get(line.address) or _by_content(checked, line.address)
        seen[sheet, key] += 1
        again = seen[sheet, key]
        key = f"{key} ({again})" if again > 1 else key
        found.append(RowSeen(sheet=sheet, key=key, place=str(line.address), state=line.state, problem=line.problem))
    return tuple(found)


def _names(checked: Checked) -> Mapping[RowAddress, str]:
    bundles = _named(checked, checked.bundles, pl.coalesce("bundle", "bundle_id"))
    place = pl.concat_str(pl.coalesce("bundle", "bundle_id"), pl.lit(" position "), pl.col("position").cast(pl.String))
    return dict([*bundles, *_named(checked, checked.positions, place)])


def _named(checked: Checked, frame: pl.DataFrame, name: pl.Expr) -> Iterator[tuple[RowAddress, str]]:
    for table, row, text in frame.select("_table", ROW, name.alias("name")).iter_rows():
        if text is not None:
            yield checked.sheets[table].table.address(row), text


def _by_content(checked: Checked, address: RowAddress) -> str:
    """A row without a name is known by what it says."""
    table = next(sheet.table for sheet in checked.sheets if (sheet.table.file, sheet.table.sheet) == (address.file, address.sheet))
    cells = table.frame.filter(pl.col(ROW) == address.row).drop(ROW).row(0)
    return "unnamed row " + hashlib.sha256("\x1f".join(cell or "" for cell in cells).encode()).hexdigest()[:8]
