"""The export as tabs of a Google Sheet: the same columns as the workbook, and the base copy in hidden tabs beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import STATUS_COLUMNS, Catalogue, Kind
from bulkportal.columns.positions import POSITIONS
from bulkportal.exporting.cell_texts import WHOLE_NUMBER
from bulkportal.exporting.csv_folder import base_of, lines_of
from bulkportal.exporting.export_rows import ExportRow, Sheets
from bulkportal.exporting.provenance import BASE, BASE_SHEETS, Provenance
from bulkportal.google_sheets import NewTab, Value
from bulkportal.lossless.cell_values import safe_text
from bulkportal.sheets import styles

TITLES = frozenset({BUNDLES.sheet, POSITIONS.sheet, BASE, *BASE_SHEETS.values()})
"""The names of the tabs."""


def tabs_of(sheets: Sheets, stamp: Provenance) -> tuple[NewTab, ...]:
    """Both sheets, ready to edit and import, and the three of the base copy."""
    wanted = ((BUNDLES, sheets.bundles), (POSITIONS, sheets.videos))
    facts = NewTab(title=BASE, rows=_texts(stamp.facts([rows for _, rows in wanted]).items()), is_hidden=True)
    copies = [NewTab(title=BASE_SHEETS[catalogue.sheet], rows=_texts(base_of(catalogue, rows)), is_hidden=True) for catalogue, rows in wanted]
    return (*(_shown(catalogue, rows) for catalogue, rows in wanted), facts, *copies)


def _shown(catalogue: Catalogue, rows: Sequence[ExportRow]) -> NewTab:
    numbers = {place for place, known in enumerate(catalogue.fields) if known.kind is Kind.INTEGER}
    lines = _texts(lines_of(catalogue, rows))
    own = len(catalogue.fields)
    for line, row in zip(lines[1:], rows, strict=True):
        for place in numbers:
            if isinstance(text := line[place], str) and WHOLE_NUMBER.fullmatch(text):
                line[place] = int(text)  # as a text, 10 would be sorted before 2
        if row.credits is not None:
            line[-1] = row.credits
    heads = dict.fromkeys(((1, column) for column in range(1, own + 1)), styles.ACCENT_SOFT)
    heads |= dict.fromkeys(((1, own + column) for column in range(1, len(STATUS_COLUMNS) + 1)), styles.UNCHANGED)
    flagged = {(number, own + STATUS_COLUMNS.index("problem") + 1): styles.ERROR for number, row in enumerate(rows, start=2) if row.flagged}
    return NewTab(title=catalogue.sheet, rows=lines, colours=heads | flagged)


def _texts(lines: Iterable[Sequence[str | None]]) -> list[list[Value]]:
    return [[safe_text(text or "") for text in line] for line in lines]
