"""Media cells one by one, and what can be said of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

import polars as pl

from bulkportal.check.casting import TABLE
from bulkportal.check.findings import Severity
from bulkportal.codes import REGISTER
from bulkportal.columns.field import Catalogue, Field, Kind
from bulkportal.media import name_of
from bulkportal.sheets.sifting import is_blank
from bulkportal.sheets.table import ROW

_SOUNDS = ("tiktok_sound_url", "instagram_audio_name")


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaCell:
    """One file or link named by a cell; a list cell gives one for each entry.

    `wants` is ``video`` or ``image``; `sounded` says that the row adds a sound of its own; `publish_date` is the row's.
    """

    table: int
    row: int
    field: str
    text: str
    wants: str
    sounded: bool = False
    publish_date: date | None = None

    @property
    def name(self) -> str:
        """What to call it in a sentence: a link by the end of its path, since the rest may be a permission."""
        return name_of(self.text)

    @property
    def wanted(self) -> str:
        """What it has to be, with its article."""
        return "a video" if self.wants == "video" else "an image"


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaProblem:
    """A finding about a file or a link: a registered code, a sentence and what to do."""

    code: str
    message: str
    hint: str

    @classmethod
    def of(cls, code: str, variant: str = "", /, **words: object) -> Self:
        """A case of a registered code; `words` fill in its message and hint."""
        message, hint = REGISTER[code].worded(words, variant)
        return cls(code=code, message=message, hint=hint)

    @property
    def severity(self) -> Severity:
        """Whether it keeps its row from being sent."""
        return REGISTER[self.code].severity


def media_frame(frames: Sequence[tuple[pl.DataFrame, Catalogue]]) -> pl.DataFrame:
    """Every file and link that the rows name, in order, as a frame with the columns of a `MediaCell`."""
    fields = [(frame, known) for frame, catalogue in frames for known in catalogue.fields if known.is_media]
    filled = [(frame, known) for frame, known in fields if not is_blank(frame[known.name])]
    return pl.concat(_of_field(frame, known) for frame, known in filled or fields[:1])


def _of_field(frame: pl.DataFrame, known: Field) -> pl.DataFrame:
    said = frame.filter(pl.col(known.name).is_not_null()).select(
        table=pl.col(TABLE),
        row=pl.col(ROW),
        field=pl.lit(known.name),
        text=pl.col(known.name),
        wants=pl.lit("video" if known.name == "video" else "image"),
        sounded=_sounded(frame),
        publish_date=_publish_date(frame),
    )
    return said.explode("text") if known.kind is Kind.MEDIA_LIST else said


def media_cells(frame: pl.DataFrame) -> tuple[MediaCell, ...]:
    """The rows of such a frame."""
    return tuple(MediaCell(**row) for row in frame.iter_rows(named=True))


def _sounded(frame: pl.DataFrame) -> pl.Expr:
    sounds = [pl.col(name).is_not_null() for name in _SOUNDS if name in frame.columns]
    return pl.any_horizontal(sounds) if sounds else pl.lit(value=False)


def _publish_date(frame: pl.DataFrame) -> pl.Expr:
    name = "target_publish_date"
    return pl.col(name) if name in frame.columns else pl.lit(None, dtype=pl.Date)
