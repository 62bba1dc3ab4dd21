"""The rules for positions: what each platform and type needs, dates, places, and duplicates.

Sources: seed 001 (types, dates, positions), seed 002 (edits), seed 004 (positions out of range), API
reference 3.1 to 3.4 for what only other documents say; those rules warn. The frame is made in
`prepare.positions`: `b.` columns come from the bundle.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bulkportal.check.rules import Rule, message_unused
from bulkportal.columns.positions import POSITIONS

PER_DAY = 3
"""Videos a day and bundle that newer servers accept (API reference 3.4)."""
CAPTION_MAX = 2200
"""What people know as the caption limit of TikTok and Instagram; the platform documents none."""
HASHTAGS_MAX, MENTIONS_MAX = 30, 20
"""What Instagram takes in a caption, as people know it."""
YOUTUBE_TITLE_MAX, YOUTUBE_DESCRIPTION_MAX, YOUTUBE_TAGS_MAX, YOUTUBE_HASHTAGS_MAX = 100, 5000, 500, 60
"""YouTube's own limits. The tags count with their commas, and those of several words with quotation marks."""
IMAGES_MAX = 20

_SOUND = r"(?i)^https?://(?:(?:www\.|m\.)?tiktok\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?(?:music|t|sound)/.|v[mt]\.tiktok\.com/.)"
"""A sound's own page, or a short link, behind which there may be one."""

_platform = pl.col("b.platform")
_type = pl.col("e.video_type")
_known_bundle = pl.col("b.known")


def _counted(name: str) -> pl.Expr:
    """The length of a text in UTF-16 units, which is how the networks count: beyond the first plane a character is two."""
    return pl.col(name).str.len_chars().cast(pl.Int64) + pl.col(name).str.count_matches(r"[\x{10000}-\x{10FFFF}]").cast(pl.Int64)


def _caption_has(most: int) -> pl.Expr:
    """Whether a caption has more bytes than that: no text has fewer than UTF-16 units, and a hashtag or a mention takes two at least."""
    return pl.col("description").str.len_bytes() > most


_hashtags = pl.col("description").str.count_matches(r"[#\x{FF03}][\p{L}\p{N}_]")
_mentions = pl.col("description").str.count_matches(r"(?:^|[^\w.@])@[A-Za-z0-9_]")
_tag = pl.element().str.len_chars().cast(pl.Int64) + pl.element().str.contains(" ").cast(pl.Int64) * 2 + 1
_tags_length = pl.col("youtube_tags").list.eval(_tag).list.sum() - 1


def _absent(name: str) -> pl.Expr:
    # A blank cell leaves a value as it is; nothing is missing where the platform has it.
    left_blank = ~pl.col("_slot_has").list.contains(name) & ~pl.col("_lenient")
    return pl.col(name).is_null() & (left_blank | pl.col("_clear").list.contains(name))


def _ignored() -> Iterator[Rule]:
    """A rule for every field that belongs to some platforms or types only, but for those that have a rule of their own."""
    for field in POSITIONS.fields:
        name = field.name
        if field.platforms and name != "instagram_content_type":
            yield Rule("field_ignored", name, pl.col(name).is_not_null() & ~_platform.is_in(field.platforms), words={"column": name})
        if field.only_for and not field.is_media:
            yield Rule("field_ignored", name, pl.col(name).is_not_null() & ~_type.is_in(field.only_for), variant="type", words={"column": name})


POSITION_RULES: tuple[Rule, ...] = (
    Rule("video_bundle_missing", "bundle", pl.col("bundle").is_null() & pl.col("bundle_id").is_null()),
    Rule("bundle_contradicts_id", "bundle", pl.col("_named_otherwise").is_not_null()),
    Rule("bundle_unknown", "_bundle_field", pl.col("_bundle").is_not_null() & ~_known_bundle & pl.col("_closed") & ~pl.col("_alike")),
    Rule(
        "bundle_not_checked",
        "_bundle_field",
        pl.col("_bundle").is_not_null() & ~_known_bundle & ~pl.col("_closed") & pl.col("_first_of_bundle") & ~pl.col("_alike"),
    ),
    Rule("bundle_has_no_videos", "_bundle_field", pl.col("b.bundle_type") == "account_only"),
    Rule("position_missing", "position", pl.col("position").is_null()),
    Rule("position_invalid", "position", pl.col("position") < 1),
    Rule(
        "position_out_of_range",
        "position",
        # Of a row that says two things, nobody knows whose slots it means.
        (pl.col("position") > pl.col("b.videos_quantity")) & (pl.col("b.bundle_type") != "account_only") & pl.col("_named_otherwise").is_null(),
    ),
    Rule("position_duplicate", "position", pl.col("position").is_not_null() & pl.col("_bundle").is_not_null() & (pl.col("_same_position_count") > 1)),
    Rule("slot_emptied", "position", pl.col("_emptied")),
    Rule("video_type_missing", "video_type", _absent("video_type")),
    Rule("carousel_not_supported", "video_type", (_platform == "youtube") & (pl.col("video_type") == "carousel")),
    Rule("video_missing", "video", (_type == "video") & _absent("video")),
    # YouTube takes no carousel at all, so asking for its images would send somebody the wrong way.
    Rule("carousel_images_missing", "carousel_images", (_type == "carousel") & (_platform.fill_null("") != "youtube") & _absent("carousel_images")),
    Rule("media_unused", "carousel_images", (_type == "video") & pl.col("carousel_images").is_not_null()),
    Rule("media_unused", "video", (_type == "carousel") & pl.col("video").is_not_null(), variant="carousel"),
    # Only for carousels: images have no sound of their own (API reference 3.1).
    Rule("tiktok_sound_missing", "tiktok_sound_url", (_platform == "tiktok") & (_type == "carousel") & _absent("tiktok_sound_url")),
    Rule("sound_unlike", "tiktok_sound_url", (_platform == "tiktok") & ~pl.col("tiktok_sound_url").str.contains(_SOUND)),
    Rule("instagram_content_type_missing", "instagram_content_type", (_platform == "instagram") & _absent("instagram_content_type")),
    Rule("instagram_content_type_ignored", "instagram_content_type", pl.col("instagram_content_type").is_not_null() & (_platform != "instagram")),
    Rule(
        "reel_carousel", "instagram_content_type", (_type == "carousel") & (pl.col("instagram_content_type") == "reel") & (_platform == "instagram")
    ),
    Rule("publish_date_missing", "target_publish_date", _absent("target_publish_date")),
    Rule("date_far_away", "target_publish_date", pl.col("_far_away") & ~pl.col("_date_stands")),
    Rule("publish_date_too_early", "target_publish_date", (pl.col("target_publish_date") < pl.col("_earliest")) & ~pl.col("_date_stands")),
    Rule("too_many_per_day", "target_publish_date", pl.col("target_publish_date").is_not_null() & (pl.col("_same_day_count") > PER_DAY)),
    Rule("description_missing", "description", _absent("description")),
    Rule(
        "caption_long",
        "description",
        (_platform != "youtube").fill_null(value=True) & (_counted("description") > CAPTION_MAX),
        perhaps=_caption_has(CAPTION_MAX),
    ),
    Rule(
        "caption_long",
        "description",
        (_platform == "youtube") & (_counted("description") > YOUTUBE_DESCRIPTION_MAX),
        variant="youtube",
        perhaps=_caption_has(YOUTUBE_DESCRIPTION_MAX),
    ),
    Rule("hashtags_many", "description", (_platform == "instagram") & (_hashtags > HASHTAGS_MAX), perhaps=_caption_has(2 * HASHTAGS_MAX)),
    Rule(
        "hashtags_many_youtube",
        "description",
        (_platform == "youtube") & (_hashtags > YOUTUBE_HASHTAGS_MAX),
        perhaps=_caption_has(2 * YOUTUBE_HASHTAGS_MAX),
    ),
    Rule("mentions_many", "description", (_platform == "instagram") & (_mentions > MENTIONS_MAX), perhaps=_caption_has(2 * MENTIONS_MAX)),
    Rule("youtube_title_long", "youtube_title", (_platform == "youtube") & (_counted("youtube_title") > YOUTUBE_TITLE_MAX)),
    Rule("youtube_title_signs", "youtube_title", (_platform == "youtube") & pl.col("youtube_title").str.contains("[<>]")),
    Rule("youtube_tags_long", "youtube_tags", (_platform == "youtube") & (_tags_length > YOUTUBE_TAGS_MAX)),
    Rule(
        "carousel_size",
        "carousel_images",
        (_type == "carousel") & ((pl.col("carousel_images").list.len() < 2) | (pl.col("carousel_images").list.len() > IMAGES_MAX)),
    ),
    Rule("external_ref_duplicate", "external_ref", pl.col("external_ref").is_not_null() & (pl.col("_same_ref_count") > 1)),
    Rule(
        "edit_slots_short",
        "editing_instructions",
        pl.col("editing_instructions").is_not_null() & (pl.col("_edits_wanted") > pl.col("b.edits_quantity")),
    ),
    Rule("youtube_title_missing", "youtube_title", (_platform == "youtube") & _absent("youtube_title")),
    *_ignored(),
    Rule("message_missing", "message", (pl.col("action") == "corrections") & pl.col("message").is_null()),
    message_unused("corrections"),
    Rule("action_media_missing", "video", (pl.col("action") == "fix-download") & pl.col("video").is_null() & pl.col("carousel_images").is_null()),
)
