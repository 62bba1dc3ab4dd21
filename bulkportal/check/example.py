"""The template's example row: skipped as long as it is unchanged. One that was filled in is a row, with a warning about its name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl

from bulkportal import names
from bulkportal.check.findings import Finding, Place, Sheet
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import EXAMPLE, Catalogue
from bulkportal.sheets.table import ROW

_NAMED = r"(?i)^(?:example|sample|exemple|ejemplo|beispiel|exemplo|muster)s?(?: ?\d+)?$"
"""What a bundle may really be called, and an example too."""

_CALLED = r"(?i)^\W*(?:example|sample|exemple|ejemplo|beispiel|exemplo|muster)s?(?: row| line|zeile)?\W*\d*\W*$"
"""What a row says of itself that shows how to fill the table in: with a colon, in brackets, or as a row."""


def without_example(sheet: Sheet, catalogue: Catalogue) -> Sheet:
    """The sheet, with the template's own example rows aside: those in which every cell holds what the template wrote."""
    called = _rows(sheet, f"(?i)^{EXAMPLE}$")
    # A name alone is not the template's example, which fills in its columns: somebody has begun a row of their own.
    untouched = [row for row, cells in called.items() if len(cells) > 1 and not _own(cells, catalogue)]
    if not untouched:
        return sheet
    table = sheet.table
    letters = [name for name in table.frame.columns if name != ROW]
    rows = table.frame.filter(pl.col(ROW).is_in(untouched)).select(ROW, *letters).rows()
    aside = [(row, letter, text) for row, *texts in rows for letter, text in zip(letters, texts, strict=True) if text is not None]
    left = table.frame.filter(~pl.col(ROW).is_in(untouched))
    return replace(sheet, table=replace(table, frame=left, aside=tuple(sorted((*table.aside, *aside), key=lambda cell: cell[0]))))


def examples_aside(sheet: Sheet) -> tuple[int, ...]:
    """The rows that stand aside since they are the template's example."""
    letter = sheet.letters.get("bundle")
    cells = Counter(row for row, _, _ in sheet.table.aside)
    called = (row for row, at, text in sheet.table.aside if at == letter and names.likeness(text) == names.likeness(EXAMPLE))
    return tuple(row for row in called if cells[row] > 1)


def example_findings(sheet: Sheet, catalogue: Catalogue) -> Iterator[Finding]:
    """The rows that are read and call themselves an example, the first of each name; and the example rows that are not read."""
    for row in examples_aside(sheet):
        yield Place(sheet=sheet, row=row, field="bundle").found("example_not_read", value=EXAMPLE)
    seen: set[str] = set()
    for row, cells in _rows(sheet, _CALLED).items():
        name = cells["bundle"]
        if names.likeness(name) in seen:
            continue
        seen.add(names.likeness(name))
        place = Place(sheet=sheet, row=row, field="bundle")
        if not re.match(_NAMED, name):
            yield place.found("row_called_example", {"name": name}, value=name)
        else:
            kept = [field for field in cells if field != "bundle" and field not in _own(cells, catalogue) and _is_telling(catalogue, field)]
            words = (
                f" These cells still hold what the template wrote: {', '.join(kept)}."
                if kept and names.likeness(name) == names.likeness(EXAMPLE)
                else ""
            )
            yield place.found("row_named_example", {"name": name, "kept": words}, value=name)


def _rows(sheet: Sheet, pattern: str) -> Mapping[int, Mapping[str, str]]:
    """The rows whose bundle is called so, each with its cells by field."""
    letter = sheet.letters.get("bundle")
    if letter is None or letter not in sheet.table.frame.columns:
        return {}
    known = [(field, at) for field, at in sheet.letters.items() if at in sheet.table.frame.columns]
    called = sheet.table.frame.filter(pl.col(letter).str.strip_chars().str.contains(pattern))
    if called.is_empty():
        return {}
    called = called.select(ROW, *(at for _, at in known))
    fields = [field for field, _ in known]
    return {row: {field: text for field, text in zip(fields, texts, strict=True) if text is not None} for row, *texts in called.iter_rows()}


def _own(cells: Mapping[str, str], catalogue: Catalogue) -> list[str]:
    """The fields of a row that hold something else than the template's example."""
    return [field for field, text in cells.items() if field != "bundle" and not _is_as_written(text, field, catalogue)]


def _is_as_written(text: str, field: str, catalogue: Catalogue) -> bool:
    if field == "platform" and catalogue is BUNDLES:  # the template of one platform names that one
        return text in catalogue[field].choices
    example = catalogue[field].example
    return bool(example) and names.likeness(text) == names.likeness(example)


def _is_telling(catalogue: Catalogue, field: str) -> bool:
    """Whether a value is somebody's own, and not one of a few that everybody writes."""
    return len(catalogue[field].example) > len("YYYY-MM-DD") and not catalogue[field].choices
