"""The export as CSV files in a folder: the same columns as the workbook, and the base copy beside them.

The base copy is `_base.csv`, `_base_bundles.csv` and `_base_videos.csv`, which reading the folder finds
as it finds the hidden sheets of a workbook. A file that is imported without it is compared with the platform alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.export_rows import ExportRow, Sheets
from bulkportal.exporting.provenance import BASE, BASE_SHEETS, Provenance
from bulkportal.portal.remote import in_figures
from bulkportal.sheets.writer import write_csv
from bulkportal.templating import CSV_NAMES


def targets(folder: Path, *, issues: bool) -> tuple[Path, ...]:
    """The files that will be written."""
    catalogues = (POSITIONS,) if issues else (BUNDLES, POSITIONS)
    files = tuple(folder / CSV_NAMES[catalogue.sheet] for catalogue in catalogues)
    return (*files, folder / f"{BASE}.csv", *(folder / f"{BASE_SHEETS[catalogue.sheet]}.csv" for catalogue in catalogues))


def write_folder(sheets: Sheets, stamp: Provenance, folder: Path, *, issues: bool) -> None:
    """Write bundles.csv and videos.csv, or the flagged videos alone, each with its base copy. Raises UsageProblem."""
    wanted = [(POSITIONS, sheets.videos)] if issues else [(BUNDLES, sheets.bundles), (POSITIONS, sheets.videos)]
    for catalogue, rows in wanted:
        write_csv(folder / CSV_NAMES[catalogue.sheet], lines_of(catalogue, rows))
        # Its own file: in the sheet itself the copy would be edited along with the cells.
        write_csv(folder / f"{BASE_SHEETS[catalogue.sheet]}.csv", base_of(catalogue, rows))
    facts = stamp.facts([rows for _, rows in wanted])
    write_csv(folder / f"{BASE}.csv", list(facts.items()))


def lines_of(catalogue: Catalogue, rows: Sequence[ExportRow]) -> Iterator[Sequence[str | None]]:
    """The lines of a sheet, its headers first."""
    yield (*catalogue.names, *STATUS_COLUMNS)
    for row in rows:
        credit = "" if row.credits is None else in_figures(row.credits)
        status = {**row.status, "credits": credit}
        yield [*(row.cells.get(name) for name in catalogue.names), *(status.get(name) for name in STATUS_COLUMNS)]


def base_of(catalogue: Catalogue, rows: Sequence[ExportRow]) -> Iterator[Sequence[str | None]]:
    """The lines of its base copy."""
    yield catalogue.names
    for row in rows:
        yield [row.base.get(name) for name in catalogue.names]
