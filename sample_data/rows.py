"""What a sample sheet is made of: rows by column name, pages, and the mistakes planted in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

Cell: TypeAlias = "str | int | date | None"
Planted: TypeAlias = "tuple[tuple[str, str], ...]"

CDN = "https://cdn.example.com"

BUNDLE_COLUMNS = (
    "bundle",
    "bundle_id",
    "bundle_type",
    "platform",
    "country",
    "title",
    "videos_quantity",
    "edits_quantity",
    "niche_warming",
    "niche_warming_instructions",
    "deep_warming",
    "moderation",
    "auto_finalize_videos",
    "account_id",
    "username",
    "visible_name",
    "biography",
    "profile_picture",
    "link_in_bio",
    "publish",
    "action",
    "message",
)

VIDEO_COLUMNS = (
    "bundle",
    "position",
    "name",
    "video_type",
    "instagram_content_type",
    "video",
    "carousel_images",
    "description",
    "target_publish_date",
    "tiktok_sound_url",
    "instagram_location",
    "instagram_collaborators",
    "instagram_audio_name",
    "instagram_add_to_story",
    "youtube_title",
    "youtube_tags",
    "youtube_category",
    "youtube_visibility",
    "editing_instructions",
    "external_ref",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One row, by column name: the mistakes it carries as (column, finding code), the number formats of its cells, those struck out, and notes."""

    values: Mapping[str, Cell]
    planted: Planted = ()
    formats: Mapping[str, str] = field(default_factory=dict)
    struck: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One sheet. `above` are lines before the header, `titles` other spellings of headers.

    `below` are notes under the table, one row left blank, with the code that each brings; `merged` areas and
    `hidden` rows are named as a spreadsheet program does, `hidden_columns` by their columns; so is whether the `tab` is shown.
    `struck_where` is the formula of a conditional format that strikes rows out.
    """

    sheet: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    above: tuple[str, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict)
    sheet_codes: tuple[str, ...] = ()
    header_codes: Planted = ()
    below: Planted = ()
    merged: tuple[str, ...] = ()
    hidden: tuple[int, ...] = ()
    hidden_columns: tuple[str, ...] = ()
    struck_where: str = ""
    tab: str = "visible"

    @property
    def header_row(self) -> int:
        """Where the header stands: after the lines above it, one row left blank."""
        return len(self.above) + 2 if self.above else 1

    @property
    def below_row(self) -> int:
        """Where the first note under the table stands."""
        return self.header_row + len(self.rows) + 2


def rows(*values: Mapping[str, Cell]) -> tuple[Row, ...]:
    """Rows without mistakes."""
    return tuple(Row(value) for value in values)
