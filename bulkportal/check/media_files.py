"""Media cells against the facts of the files they name.

Errors are only what the platform itself refuses or cannot use (API reference 2.20 and 7.9; seed 004).
What the networks are known to refuse, or people to regret, is a warning: TokPortal documents no limits of
its own for length, shape or size.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import polars as pl

from bulkportal.check.media_cells import MediaCell, MediaProblem, media_cells
from bulkportal.check.media_links import is_usual, judge_ending, judge_expiry, judge_link, judge_page
from bulkportal.counting import counted
from bulkportal.media import Facts, LinkFacts, is_address

IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""What the platform's image uploads take (API reference 2.20)."""

USUAL_CONTAINERS = frozenset({"MPEG-4", "QuickTime"})
USUAL_CODECS = {"AVC": "H.264", "HEVC": "HEVC"}
"""What every network takes, by MediaInfo's names."""

SHORTEST, LONGEST = 3.0, 600.0
"""Seconds: below three TikTok and Instagram refuse a video, above ten minutes most phones' apps do."""

LEAST_SIDE = 540
"""Pixels of the shorter side below which a picture looks soft where it is shown 1080 wide."""

VIDEO_BYTES, IMAGE_BYTES = 287_000_000, 20_000_000
"""TikTok's app takes videos up to 287 MB and pictures up to 20 MB; Instagram little more."""

RATIO_SLACK = 0.02
"""By how much two pictures' shapes may differ and still count as one."""

FileFacts = Mapping[tuple[int, str], Facts | LinkFacts | MediaProblem]
"""What is known of each file and link: by table (whose folder it is relative to) and text."""


_UNUSABLE = {"table": pl.Int64, "row": pl.Int64, **dict.fromkeys(("field", "code", "message", "hint", "text"), pl.String)}


def unusable(cells: pl.DataFrame, facts: FileFacts) -> pl.DataFrame:
    """The cells of one file or link each that cannot be used, as is known before they are judged: where, and what to say of each."""
    known = [(*key, found.code, found.message, found.hint) for key, found in facts.items() if isinstance(found, MediaProblem)]
    schema = {name: _UNUSABLE[name] for name in ("table", "text", "code", "message", "hint")}
    if not known:
        return pl.DataFrame(schema=_UNUSABLE)
    told = pl.DataFrame(known, schema=schema, orient="row")
    found = cells.filter(pl.col("field") != "carousel_images").join(told, on=["table", "text"], how="inner", maintain_order="left")
    return found.select(*_UNUSABLE)


def worth_judging(cells: pl.DataFrame, facts: FileFacts) -> tuple[MediaCell, ...]:
    """Of all media cells (see `media_frame`) those that have to be looked at: all but usual links, and all of which there are facts."""
    candidates = ~is_usual(cells)
    if facts:
        known = pl.DataFrame(list(facts), schema={"table": pl.Int64, "text": pl.String}, orient="row")
        numbered = cells.with_row_index("_at")
        found = numbered.join(known, on=["table", "text"], how="semi")["_at"]
        candidates = candidates.scatter(found, values=True)
    return media_cells(cells.filter(candidates))


def judge(cells: Sequence[MediaCell], facts: FileFacts, today: date) -> Iterator[tuple[MediaCell, MediaProblem]]:
    """Everything to be said of these files and links; the cells of one carousel stand together. `today` is the UTC day."""
    carousels: dict[tuple[int, int], list[tuple[MediaCell, Facts]]] = {}
    for cell in cells:
        found = facts.get((cell.table, cell.text))
        wrong = _wrong(cell, found, today)
        if wrong is not None:
            yield cell, wrong
        if wrong is not None or not isinstance(found, Facts):
            continue
        for remark in _of_video(cell, found) if cell.wants == "video" else _of_image(cell, found):
            yield cell, remark
        if cell.field == "carousel_images" and found.width and found.height:
            carousels.setdefault((cell.table, cell.row), []).append((cell, found))
    for members in carousels.values():
        yield from _of_carousel(members)


def _wrong(cell: MediaCell, found: Facts | LinkFacts | MediaProblem | None, today: date) -> MediaProblem | None:
    """The first thing that makes a file or link unusable, or likely to be."""
    match found:
        case MediaProblem():
            return found
        case Facts():
            return _unusable(cell, found)
        # In this order: what the text of a link shows is certain, and what lay behind it a moment ago is not.
        case LinkFacts():
            return judge_page(cell) or judge_link(cell, found) or judge_expiry(cell, today)
        case _:
            return judge_page(cell) or judge_ending(cell) or judge_expiry(cell, today) if is_address(cell.text) else None


def _unusable(cell: MediaCell, found: Facts) -> MediaProblem | None:
    name = cell.name
    if found.size == 0:
        return MediaProblem.of("media_empty", name=name)
    if found.kind != cell.wants:
        return MediaProblem.of("media_wrong_type", name=name, wanted=cell.wanted, mime=found.mime or "unknown")
    if found.trouble:
        return MediaProblem.of("media_broken", name=name, trouble=found.trouble)
    if cell.wants == "image" and found.mime not in IMAGE_TYPES:
        return MediaProblem.of("image_format", name=name, kind=found.mime.partition("/")[2].upper())
    return None


def _of_video(cell: MediaCell, found: Facts) -> Iterator[MediaProblem]:
    name = cell.name
    if found.container and (found.container not in USUAL_CONTAINERS or found.codec not in USUAL_CODECS):
        codec = USUAL_CODECS.get(found.codec, found.codec)
        yield MediaProblem.of("video_format", name=name, container=found.container, codec=codec)
    if found.seconds is not None and not SHORTEST <= found.seconds <= LONGEST:
        yield MediaProblem.of("video_length", name=name, duration=_duration(found.seconds))
    yield from _of_shape(cell, found)
    if found.sound is False and not cell.sounded:
        yield MediaProblem.of("video_silent", name=name)
    if found.size > VIDEO_BYTES:
        yield MediaProblem.of("video_large", name=name, size=_megabytes(found.size))


def _of_shape(cell: MediaCell, found: Facts) -> Iterator[MediaProblem]:
    name = cell.name
    if not found.width or not found.height:
        return
    if found.width > found.height:
        yield MediaProblem.of("video_landscape", name=name, size=_pixels(found))
    if min(found.width, found.height) < LEAST_SIDE:
        yield MediaProblem.of("video_small", name=name, size=_pixels(found))
    if found.turned:
        yield MediaProblem.of("video_turned", name=name, turned=found.turned)


def _of_image(cell: MediaCell, found: Facts) -> Iterator[MediaProblem]:
    name = cell.name
    if cell.field == "carousel_images" and found.width and min(found.width, found.height) < LEAST_SIDE:
        yield MediaProblem.of("image_small", name=name, size=_pixels(found))
    if found.size > IMAGE_BYTES:
        yield MediaProblem.of("image_large", name=name, size=_megabytes(found.size))


def _of_carousel(members: Sequence[tuple[MediaCell, Facts]]) -> Iterator[tuple[MediaCell, MediaProblem]]:
    (first, leading), *others = members
    ratio = leading.width / leading.height
    for cell, found in others:
        if abs(found.width / found.height / ratio - 1) > RATIO_SLACK:
            words = {"size": _pixels(found), "first": first.name, "first_size": _pixels(leading)}
            yield cell, MediaProblem.of("image_ratios_differ", name=cell.name, **words)


def _pixels(found: Facts) -> str:
    return f"{found.width} x {found.height}"


def _duration(seconds: float) -> str:
    return f"{seconds:.1f} seconds" if seconds < 60 else counted(round(seconds / 60), "minute")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB"
