"""The export as CSV files in a folder: the same columns as the workbook, without base copy and drop-downs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.rows import Row, Sheets
from bulkportal.sheets.writer import write_csv
from bulkportal.templating import CSV_NAMES


def targets(folder: Path, *, issues: bool) -> tuple[Path, ...]:
    """The files that will be written."""
    catalogues = (POSITIONS,) if issues else (BUNDLES, POSITIONS)
    return tuple(folder / CSV_NAMES[catalogue.sheet] for catalogue in catalogues)


def write_folder(sheets: Sheets, folder: Path, *, issues: bool) -> None:
    """Write bundles.csv and videos.csv, or the flagged videos alone. Raises UsageProblem."""
    if not issues:
        write_csv(folder / CSV_NAMES[BUNDLES.sheet], _lines(BUNDLES, sheets.bundles))
    write_csv(folder / CSV_NAMES[POSITIONS.sheet], _lines(POSITIONS, sheets.videos))


def _lines(catalogue: Catalogue, rows: Sequence[Row]) -> Iterator[Sequence[str | None]]:
    yield (*catalogue.names, *STATUS_COLUMNS)
    for row in rows:
        credit = "" if row.credits is None else f"{row.credits:g}"
        status = {**row.status, "credits": credit}
        yield [*(row.cells.get(name) for name in catalogue.names), *(status.get(name) for name in STATUS_COLUMNS)]
