"""Assigns media that no cell names to rows by a pattern of paths, and expands folders and patterns in carousels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from bulkportal import media, remote_files
from bulkportal.check.checker import Typed
from bulkportal.check.findings import Finding, Place
from bulkportal.columns.field import Kind
from bulkportal.columns.positions import POSITIONS, media_field
from bulkportal.counting import counted
from bulkportal.errors import UsageProblem
from bulkportal.media.by_path import DEFAULT_PATTERN, Found, MediaSlot, WrongPattern, expanded, match
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.media_lookup import roots_of
from bulkportal.sheets.table import ROW

TABLE = "_table"
"""The column that says which sheet a row stands on (see `check.findings.ValidationResult`)."""

_LOOKED_AT = (TABLE, ROW, "bundle", "bundle_id", "position", "video_type", *POSITIONS.media, "action")


def with_matches(typed: Typed, job: Job) -> tuple[Typed, str]:
    """The rows with the media found by the pattern, and a sentence about it. Raises UsageProblem."""
    pattern = job.profile.media_pattern or DEFAULT_PATTERN
    nameless = pl.col("video").is_null() & pl.col("carousel_images").is_null() & pl.col("action").is_null()
    if not typed.positions.select((nameless | pl.col("carousel_images").is_not_null()).any()).item():
        return typed, ""  # nothing to match, as in a large launch by links, whose rows must not be turned into dicts one by one
    rows = typed.positions.select(_LOOKED_AT).to_dicts()
    counted: Counter[str] = Counter()
    findings: list[Finding] = []
    for table in sorted({row[TABLE] for row in rows}):
        roots = roots_of(typed, table, job)
        resolved = [root.resolve() for root in roots]
        for row in rows:
            if row[TABLE] == table and row["carousel_images"]:
                row["carousel_images"] = [one for text in row["carousel_images"] for one in _written_out(text, resolved)]
        places = [_place(number, row) for number, row in enumerate(rows) if row[TABLE] == table and _is_open(row, typed)]
        if not places or not (job.profile.media_pattern or any((root / "media").is_dir() for root in roots)):
            continue
        found = _matched(places, pattern, roots, job)
        if not job.profile.media_pattern and not found.matched and not found.doubtful:
            continue  # a folder that just happens to be called media: nothing was asked for, so nothing is reported
        counted.update(matched=len(found.matched), missing=len(found.missing), left_over=len(found.left_over), doubtful=len(found.doubtful))
        _fill(rows, found)
        findings += _findings(typed, table, rows, found)
    names = {"video": pl.String(), "carousel_images": pl.List(pl.String)}
    columns = [pl.Series(name, [row[name] for row in rows], dtype=dtype) for name, dtype in names.items()]
    positions = typed.positions.with_columns(columns) if rows else typed.positions
    return replace(typed, positions=positions, findings=typed.findings + findings), _sentence(pattern, counted)


def _is_open(row: dict[str, object], typed: Typed) -> bool:
    """Whether a row wants media and names none. A blank cell of an exported row means "leave it"."""
    named = row["video"] or row["carousel_images"] or row["action"]
    place = row["position"]
    if row["video_type"] not in ("video", "carousel") or not row["bundle"] or not isinstance(place, int) or named:
        return False
    return not typed.was_filled(str(row["bundle_id"]), place)


def _place(number: int, row: dict[str, object]) -> MediaSlot:
    carousel = row["video_type"] == "carousel"
    return MediaSlot(key=number, bundle=str(row["bundle"]), position=int(str(row["position"])), kind="carousel" if carousel else "video")


def _matched(places: Sequence[MediaSlot], pattern: str, roots: Sequence[Path], job: Job) -> Found:
    try:
        return match(places, pattern, roots)
    except WrongPattern as error:
        raise UsageProblem(
            f"media_pattern of profile {job.profile.name} cannot be used: {error}.", hint="Write it as media/{bundle}/{position}.mp4."
        ) from error
    except OSError as error:
        raise UsageProblem(f"The media folder cannot be read: {error.strerror}.", hint="Check its permissions.") from error


def _written_out(text: str, roots: Sequence[Path]) -> tuple[str, ...]:
    return (text,) if media.is_address(text) or remote_files.is_remote(text) else expanded(text, roots)


def _fill(rows: list[dict[str, object]], found: Found) -> None:
    for number, texts in found.matched.items():
        field = media_field(rows[number]["video_type"])
        rows[number][field] = list(texts) if POSITIONS[field].kind is Kind.MEDIA_LIST else texts[0]


def _findings(typed: Typed, table: int, rows: list[dict[str, object]], found: Found) -> list[Finding]:
    sheet = typed.sheets[table]
    told = [
        Place(sheet=sheet, row=int(str(rows[number][ROW])), field="video").found("media_doubtful", {"files": ", ".join(texts)}, value=None)
        for number, texts in found.doubtful.items()
    ]
    head = Place(sheet=sheet, row=sheet.table.header_row, field="video")
    return [*told, *(head.found("media_left_over", {"text": text}, value=None) for text in found.left_over)]


def _sentence(pattern: str, numbers: Counter[str]) -> str:
    if not numbers.total():
        return ""
    words = {"matched": ("row", "matched"), "missing": ("row", "without a file"), "doubtful": ("row", "doubtful"), "left_over": ("file", "left over")}
    counts = (f"{counted(numbers[name], noun)} {what}" for name, (noun, what) in words.items())
    return f"Media by place ({pattern}): {', '.join(counts)}."
