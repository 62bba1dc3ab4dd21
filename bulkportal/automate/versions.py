"""Two versions of one launch in one night: which rows of the older one must not be done.

A sheet that was corrected and downloaded once more lies beside its older version, and whichever is imported last would stand on
the platform. Rows that both have, with other values, are held in the older file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bulkportal.automate.inbox import Item
from bulkportal.check.findings import Finding, Place, found
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import CLEAR
from bulkportal.columns.positions import POSITIONS
from bulkportal.errors import BulkportalError
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.source import Understood, understood

_SAME_MOMENT = 2_000_000_000
"""Nanoseconds within which two files count as saved together: copying programs and old file systems round to two seconds."""

_COPY = re.compile(r"(?:\((\d+)\)| - (?:copy|kopie|copie|copia)(?: \((\d+)\))?)$", re.IGNORECASE)
"""How browsers and file managers name a second file of the same name."""

_Key = tuple[str, str, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of one version: where it stands, and what it asks for, field by field."""

    item: Item
    place: Place
    values: Mapping[str, object]


def held_rows(items: Sequence[Item], job_of: Mapping[str, Job]) -> dict[str, tuple[Finding, ...]]:
    """For each launch by name, the findings that hold the rows of which a newer version lies beside it.

    Where nobody can say which is the newer one, the rows are held in both.
    """
    if len(items) < 2:
        return {}
    held: dict[str, list[Finding]] = {}
    for rows in _by_key(items, job_of).values():
        for row in rows:
            # Also one of which neither is surely the older: then the rows of both are held.
            others = [other for other in rows if other.item is not row.item and not _is_older(other.item, row.item)]
            for other in others:
                column = _first_difference(row.values, other.values)
                if column is not None:
                    held.setdefault(row.item.name, []).append(_finding(row, other, column))
                    break
    return {name: tuple(findings) for name, findings in held.items()}


def _by_key(items: Sequence[Item], job_of: Mapping[str, Job]) -> dict[_Key, list[_Row]]:
    rows: dict[_Key, list[_Row]] = {}
    for item in items:
        try:
            read = understood(job_of[item.name])
        except BulkportalError:  # what cannot be read says so when its turn comes
            continue
        for key, row in _rows(item, read):
            rows.setdefault(key, []).append(row)
    return rows


def _rows(item: Item, read: Understood) -> Iterator[tuple[_Key, _Row]]:
    for kind, catalogue, frame in (("bundle", BUNDLES, read.bundles), ("position", POSITIONS, read.positions)):
        for row in frame.iter_rows(named=True):
            number = row["position"] if kind == "position" else None
            if row["_bundle"] is None or (kind == "position" and number is None):
                continue
            values = {name: row[name] for name in catalogue.names if row[name] is not None} | dict.fromkeys(row["_clear"] or (), CLEAR)
            place = Place(sheet=read.sheets[row["_table"]], row=row["_row"], field="bundle" if kind == "bundle" else "position")
            yield (kind, row["_bundle"], number), _Row(item=item, place=place, values=values)


def _first_difference(one: Mapping[str, object], other: Mapping[str, object]) -> str | None:
    """The first field that both ask for differently; a blank cell asks for nothing."""
    return next((name for name, value in one.items() if name in other and other[name] != value), None)


def _finding(row: _Row, other: _Row, column: str) -> Finding:
    table = row.place.sheet.table
    newest = other.item.name if _is_older(row.item, other.item) else ""
    code = "older_version" if newest else "two_versions"
    letter = row.place.sheet.letters.get(column)
    words = {"other": other.item.name, "cell": _shown(other.place, column), "column": column}
    return found(
        code,
        words,
        file=table.file,
        sheet=table.sheet,
        row=row.place.row,
        column=column,
        cell=f"{letter}{row.place.row}" if letter else f"A{row.place.row}",
        value=str(row.values[column]),
    )


def _shown(place: Place, column: str) -> str:
    return f"{place.sheet.table.sheet}!{place.sheet.letters.get(column, '')}{place.row}"


def _is_older(one: Item, other: Item) -> bool:
    """Whether `one` is surely the older of the two: by when they were saved, else by how a second download is numbered."""
    apart = _saved(one.path) - _saved(other.path)
    if abs(apart) > _SAME_MOMENT:
        return apart < 0
    mine, its = _copy_number(one.name), _copy_number(other.name)
    return mine[0] == its[0] and mine[1] < its[1]


def _saved(path: Path) -> int:
    parts = [path, *path.rglob("*")] if path.is_dir() else [path]
    return max(part.stat().st_mtime_ns for part in parts if part.is_file() or part is path)


def _copy_number(name: str) -> tuple[str, int]:
    """The name without the number of a copy, and that number; 0 for the first."""
    stem = Path(name).stem
    match = _COPY.search(stem)
    return (stem, 0) if match is None else (stem[: match.start()].rstrip(), int(match[1] or match[2] or 1))
