"""Media cells against the facts of the files they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.columns.field import Catalogue, Kind
from bulkportal.media import Facts, is_address
from bulkportal.sheets.table import ROW


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaCell:
    """One local file named by a cell; a list cell gives one for each entry."""

    table: int
    row: int
    field: str
    text: str
    wants: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaProblem:
    """Why a local file cannot be used: a code, a sentence and what to do."""

    code: str
    message: str
    hint: str


FileFacts = Mapping[tuple[int, str], Facts | MediaProblem]
"""What is known of each local file: by table (whose folder it is relative to) and text."""


def media_cells(frames: Sequence[tuple[pl.DataFrame, Catalogue]]) -> Iterator[MediaCell]:
    """Every local file that the rows name, in order."""
    for frame, catalogue in frames:
        for field in catalogue.fields:
            if field.kind not in (Kind.MEDIA, Kind.MEDIA_LIST):
                continue
            wants = "video" if field.name == "video" else "image"
            for table, row, value in frame.select(TABLE, ROW, field.name).drop_nulls().iter_rows():
                for text in [value] if isinstance(value, str) else value:
                    if not is_address(text):
                        yield MediaCell(table=table, row=row, field=field.name, text=text, wants=wants)


def judge(cell: MediaCell, facts: FileFacts) -> MediaProblem | None:
    """What is wrong with the file a cell names, if anything."""
    found = facts.get((cell.table, cell.text))
    if found is None or isinstance(found, MediaProblem):
        return found
    name = cell.text
    if found.size == 0:
        return MediaProblem(code="media_empty", message=f"The file {name} is empty.", hint="Export or copy it again.")
    if found.kind != cell.wants:
        return MediaProblem(
            code="media_wrong_type",
            message=f"The file {name} is not {'a video' if cell.wants == 'video' else 'an image'}: its content is {found.mime or 'unknown'}.",
            hint="Name another file; the content counts, not the file's name.",
        )
    if found.trouble:
        return MediaProblem(code="media_broken", message=f"The file {name} is damaged: {found.trouble}", hint="Export or copy it again.")
    return None
