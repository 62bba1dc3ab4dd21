"""Two versions of one launch: which rows of the older one must not be imported.

A sheet that was corrected and downloaded again lies beside its older version, or was imported while the older one waited in its inbox: whichever
is imported last would win. Rows that both have with different values, and rows that the newer one calls off, are held in the older file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bulkportal.automate.inbox import Item
from bulkportal.check.findings import Finding, Place, found
from bulkportal.check.known import OFFLINE
from bulkportal.columns.bundles import BUNDLES
from bulkportal.errors import BulkportalError
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.source import Source, understood
from bulkportal.records.history import RunHistory
from bulkportal.records.said_rows import RowSaid, called_off, contradiction, rows_said
from bulkportal.records.spoken import Spoken, spoken_since
from bulkportal.sheets.file_names import shown

_SAME_MOMENT = 2_000_000_000
"""Nanoseconds within which two files count as saved together: copying programs and old file systems round to two seconds."""

_COPY = re.compile(r"(?:\((\d+)\)| - (?:copy|kopie|copie|copia)(?: \((\d+)\))?)$", re.IGNORECASE)
"""How browsers and file managers name a second file of the same name, in several languages."""

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row of one version: where it stands, and its values."""

    item: Item
    place: Place
    said: RowSaid


def imported_since(diary: RunHistory, workspace: str, inbox: str, item: Item, content: str | None) -> dict[_Key, Spoken]:
    """The rows imported into the workspace from other files since a launch was put into its inbox, or was left there by a night.

    `content` is the hash of its content, None if that is changing just now.
    """
    # The earlier of the two: a file copied into its place again has a new time, but the same content.
    left = None if content is None else diary.lying_since(inbox, item.name, content)
    put = item.mark.newest / 1e9
    return spoken_since(diary, workspace, put if left is None else min(put, left), shown(item.path.resolve()))


def held_rows(items: Sequence[Item], job_of: Mapping[str, Job], imported: Mapping[str, Mapping[_Key, Spoken]]) -> dict[str, tuple[Finding, ...]]:
    """For each launch by name, the findings that hold rows of which a newer version lies beside it, or has been imported since.

    Where it cannot be known which of two files is newer, the rows are held in both. `imported` holds, for each launch, the rows imported since.
    """
    if len(items) < 2 and not any(imported.values()):
        return {}
    held: dict[str, list[Finding]] = {}
    for rows in _by_key(items, job_of).values():
        for row in rows:
            finding = next(_against(row, rows), None) or _against_imported(row, imported.get(row.item.name, {}))
            if finding is not None:
                held.setdefault(row.item.name, []).append(finding)
    return {name: tuple(findings) for name, findings in held.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidSince:
    """A row of a launch that a newer import contradicts: where it stands, in which column, and what was imported.

    `is_off` says that the newer import withdraws the row as a whole.
    """

    place: Place
    column: str
    is_off: bool
    newer: Spoken


def said_since(diary: RunHistory, workspace: str, job: Job, moment: float) -> Iterator[SaidSince]:
    """The rows of a launch that imports of other files have contradicted since a moment, in seconds. Raises UnreadableInput, UsageProblem."""
    path = job.inputs[0]
    imported = spoken_since(diary, workspace, moment, shown(path.resolve()))
    for place, said in _rows(job) if imported else ():
        newer = imported.get(said.key)
        against = contradiction(said, newer.values, is_called_off=newer.is_called_off) if newer else None
        if newer is not None and against is not None:
            yield SaidSince(place=place, column=against.column, is_off=against.is_off, newer=newer)


def _by_key(items: Sequence[Item], job_of: Mapping[str, Job]) -> dict[_Key, list[_Row]]:
    rows: dict[_Key, list[_Row]] = {}
    for item in items:
        try:
            for place, said in _rows(job_of[item.name]):
                rows.setdefault(said.key, []).append(_Row(item=item, place=place, said=said))
        except BulkportalError:  # reported when the file is imported
            continue
    several = {one.item.name for found in rows.values() if len(found) > 1 for one in found}
    off = {item.name: _called_off(job_of[item.name]) for item in items if item.name in several}
    return {
        key: [replace(one, said=replace(one.said, is_called_off=(one.said.table, one.said.row) in off.get(one.item.name, ()))) for one in found]
        for key, found in rows.items()
    }


def _rows(job: Job) -> Iterator[tuple[Place, RowSaid]]:
    """The values of each row of a launch, and where it stands."""
    read = understood(job)
    for said in rows_said(read.bundles, read.positions):
        field = "bundle" if said.sheet == BUNDLES.sheet else "position"
        yield Place(sheet=read.sheets[said.table], row=said.row, field=field), said


def _called_off(job: Job) -> frozenset[tuple[int, int]]:
    """The rows that a launch calls off. Asked only of launches that share rows with another, since it takes a full check."""
    try:
        checked = Source.read(job, job.home).check(OFFLINE)
    except BulkportalError:  # reported when it is imported
        return frozenset()
    return called_off(checked.findings, checked.sheets)


def _against(row: _Row, rows: Sequence[_Row]) -> Iterator[Finding]:
    """The findings of other files of the night against a row. If neither file is certainly the older one, the rows of both are held."""
    for other in rows:
        if other.item is row.item or _is_older(other.item, row.item):
            continue
        newest = _is_older(row.item, other.item)
        against = contradiction(row.said, other.said.values, is_called_off=other.said.is_called_off)
        if against is not None:
            words = {"other": other.item.name, "cell": _shown(other.place, against.column), "column": against.column}
            yield _finding(row, "older_version" if newest else "two_versions", against.column, words, "off" if against.is_off else "")


def _against_imported(row: _Row, imported: Mapping[_Key, Spoken]) -> Finding | None:
    """The finding of a file that was imported since, against a row."""
    spoken = imported.get(row.said.key)
    against = contradiction(row.said, spoken.values, is_called_off=spoken.is_called_off) if spoken else None
    if spoken is None or against is None:
        return None
    words = {"other": spoken.file, "column": against.column, "moment": spoken.moment}
    return _finding(row, "older_version", against.column, words, "imported off" if against.is_off else "imported")


def _finding(row: _Row, code: str, column: str, words: Mapping[str, str], variant: str) -> Finding:
    table, letter = row.place.sheet.table, row.place.sheet.letters.get(column)
    return found(
        code,
        words,
        variant=variant,
        file=table.file,
        sheet=table.sheet,
        row=row.place.row,
        column=column,
        cell=f"{letter}{row.place.row}" if letter else f"A{row.place.row}",
        value=row.said.values[column],
    )


def _shown(place: Place, column: str) -> str:
    return f"{place.sheet.table.sheet}!{place.sheet.letters.get(column, '')}{place.row}"


def _is_older(one: Item, other: Item) -> bool:
    """Whether `one` is certainly the older of the two: by when they were saved, else by the number of a second download."""
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
