"""The rules for positions: what each platform and type needs, dates, places, and duplicates.

Sources: seed 001 (types, dates, positions), seed 002 (edits), seed 004 (positions out of range), API
reference 3.1 to 3.4 for what only other documents say; those rules warn. The frame is made in
`prepare.positions`: `b.` columns come from the bundle.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bulkportal.check.findings import Severity
from bulkportal.check.rules import Rule, message_unused, registered
from bulkportal.columns.positions import POSITIONS

WARNING = Severity.WARNING

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


_hashtags = pl.col("description").str.count_matches(r"[#\x{FF03}][\p{L}\p{N}_]")
_mentions = pl.col("description").str.count_matches(r"(?:^|[^\w.@])@[A-Za-z0-9_]")
_tag = pl.element().str.len_chars().cast(pl.Int64) + pl.element().str.contains(" ").cast(pl.Int64) * 2 + 1
_tags_length = pl.col("youtube_tags").list.eval(_tag).list.sum() - 1


def _absent(name: str) -> pl.Expr:
    left_blank = ~pl.col("_slot_has").list.contains(name) & ~pl.col("_lenient")
    return pl.col(name).is_null() & (left_blank | pl.col("_clear").list.contains(name))


def _ignored() -> Iterator[Rule]:
    """A rule for every field that belongs to some platforms or types only, but for those that have a rule of their own."""
    for field in POSITIONS.fields:
        name = field.name
        if field.platforms and name != "instagram_content_type":
            yield Rule(
                code="field_ignored",
                field=name,
                bad=pl.col(name).is_not_null() & ~_platform.is_in(field.platforms),
                message=f"{name} means nothing on {{b.platform}}.",
                hint="Empty the cell; the platform ignores it.",
                severity=WARNING,
            )
        if field.only_for and not field.is_media:
            yield Rule(
                code="field_ignored",
                field=name,
                bad=pl.col(name).is_not_null() & ~_type.is_in(field.only_for),
                message=f"{name} means nothing for a row of type {{e.video_type}}.",
                hint="Empty the cell; it is not sent.",
                severity=WARNING,
            )


POSITION_RULES: tuple[Rule, ...] = (
    Rule(
        code="video_bundle_missing",
        field="bundle",
        bad=pl.col("bundle").is_null() & pl.col("bundle_id").is_null(),
        message="This video belongs to no bundle.",
        hint="Write the bundle's name, or give --bundle NAME for a sheet that has no bundle column.",
    ),
    Rule(
        code="bundle_contradicts_id",
        field="bundle",
        bad=pl.col("_named_otherwise").is_not_null(),
        message="The row names {bundle}, but its bundle_id is that of {_named_otherwise}.",
        hint="Empty bundle_id if the name is right; else write the name that goes with the id.",
    ),
    Rule(
        code="bundle_unknown",
        field="_bundle_field",
        bad=pl.col("_bundle").is_not_null() & ~_known_bundle & pl.col("_closed") & ~pl.col("_alike"),
        message="The bundle {_bundle_shown} is {_where_not}{_refused}.",
        hint="{_meant}Correct the name, or add the bundle to the Bundles sheet.",
    ),
    Rule(
        code="bundle_not_checked",
        field="_bundle_field",
        bad=pl.col("_bundle").is_not_null() & ~_known_bundle & ~pl.col("_closed") & pl.col("_first_of_bundle") & ~pl.col("_alike"),
        message="The bundle {_bundle_shown} is not on a Bundles sheet; whether the platform has it is seen by plan and import.",
        hint="Nothing to do if it exists already.",
        severity=WARNING,
    ),
    Rule(
        code="bundle_has_no_videos",
        field="_bundle_field",
        bad=pl.col("b.bundle_type") == "account_only",
        message="The bundle {_bundle_shown} is account_only and has no videos.",
        hint="Change the bundle's type to account_and_videos, or remove this row.",
    ),
    Rule(
        code="position_missing",
        field="position",
        bad=pl.col("position").is_null(),
        message="The position is missing.",
        hint="Write which slot of the bundle this is, counted from 1.",
    ),
    Rule(
        code="position_invalid",
        field="position",
        bad=pl.col("position") < 1,
        message="The position {position} does not exist; the first is 1.",
        hint="Count positions from 1.",
    ),
    Rule(
        code="position_out_of_range",
        field="position",
        # Of a row that says two things, nobody knows whose slots it means.
        bad=(pl.col("position") > pl.col("b.videos_quantity")) & (pl.col("b.bundle_type") != "account_only") & pl.col("_named_otherwise").is_null(),
        message="The position {position} lies beyond the {b.videos_quantity} video slots of {_bundle_shown}.",
        hint="Raise videos_quantity of the bundle (each slot costs credits), or correct the position.",
    ),
    Rule(
        code="position_duplicate",
        field="position",
        bad=pl.col("position").is_not_null() & pl.col("_bundle").is_not_null() & (pl.col("_same_position_count") > 1),
        message="Position {position} of {_bundle_shown} stands on more than one row ({_same_position}).",
        hint="Keep one row for each position.",
    ),
    registered("slot_emptied", "position", pl.col("_emptied")),
    Rule(
        code="video_type_missing",
        field="video_type",
        bad=_absent("video_type"),
        message="The video type is missing.",
        hint="Write video or carousel.",
    ),
    Rule(
        code="carousel_not_supported",
        field="video_type",
        bad=(_platform == "youtube") & (pl.col("video_type") == "carousel"),
        message="YouTube does not support carousels.",
        hint="Use a video, or another platform.",
    ),
    Rule(
        code="video_missing",
        field="video",
        bad=(_type == "video") & _absent("video"),
        message="A row of type video needs a video.",
        hint="Write a link, or the name of a file beside the sheet.",
    ),
    Rule(
        code="carousel_images_missing",
        field="carousel_images",
        bad=(_type == "carousel") & (_platform.fill_null("") != "youtube") & _absent("carousel_images"),
        message="A carousel needs images.",
        hint="Write links or files, one per line or separated by semicolons.",
    ),
    Rule(
        code="media_unused",
        field="carousel_images",
        bad=(_type == "video") & pl.col("carousel_images").is_not_null(),
        message="A row of type video does not use carousel images.",
        hint="Empty the cell, or change the type to carousel.",
        severity=WARNING,
    ),
    Rule(
        code="media_unused",
        field="video",
        bad=(_type == "carousel") & pl.col("video").is_not_null(),
        message="A carousel does not use a video.",
        hint="Empty the cell, or change the type to video.",
        severity=WARNING,
    ),
    Rule(
        code="tiktok_sound_missing",
        field="tiktok_sound_url",
        bad=(_platform == "tiktok") & (_type == "carousel") & _absent("tiktok_sound_url"),
        message="A TikTok carousel needs a sound.",
        hint="Write a link to a TikTok sound.",
    ),
    registered("sound_unlike", "tiktok_sound_url", (_platform == "tiktok") & ~pl.col("tiktok_sound_url").str.contains(_SOUND)),
    Rule(
        code="instagram_content_type_missing",
        field="instagram_content_type",
        bad=(_platform == "instagram") & _absent("instagram_content_type"),
        message="Instagram needs to know whether this is a reel or a post.",
        hint="Write reel or post.",
    ),
    Rule(
        code="instagram_content_type_ignored",
        field="instagram_content_type",
        bad=pl.col("instagram_content_type").is_not_null() & (_platform != "instagram"),
        message="instagram_content_type means nothing on {b.platform}.",
        hint="Empty the cell; the platform ignores it.",
        severity=WARNING,
    ),
    Rule(
        code="reel_carousel",
        field="instagram_content_type",
        bad=(_type == "carousel") & (pl.col("instagram_content_type") == "reel") & (_platform == "instagram"),
        message="A reel made of a carousel becomes a video of the images, not a swipeable carousel.",
        hint="Write post if people should swipe.",
        severity=WARNING,
    ),
    Rule(
        code="publish_date_missing",
        field="target_publish_date",
        bad=_absent("target_publish_date"),
        message="The publish date is missing.",
        hint="Write a date as YYYY-MM-DD.",
    ),
    registered("date_far_away", "target_publish_date", pl.col("_far_away") & ~pl.col("_date_stands")),
    Rule(
        code="publish_date_too_early",
        field="target_publish_date",
        bad=(pl.col("target_publish_date") < pl.col("_earliest")) & ~pl.col("_date_stands"),
        message="{target_publish_date} is too early: {_why_earliest}, so the first possible day is {_earliest} (UTC).",
        hint="Move the date to {_earliest} or later.",
    ),
    Rule(
        code="too_many_per_day",
        field="target_publish_date",
        bad=pl.col("target_publish_date").is_not_null() & (pl.col("_same_day_count") > PER_DAY),
        message="{_same_day_count} videos of {_bundle_shown} are dated {target_publish_date}.",
        hint="Newer servers take at most 3 a day and bundle: spread them.",
        severity=WARNING,
    ),
    Rule(
        code="description_missing",
        field="description",
        bad=_absent("description"),
        message="There is no description.",
        hint="Write the caption of the post; the platform requires one.",
    ),
    Rule(
        code="caption_long",
        field="description",
        bad=(_platform != "youtube").fill_null(value=True) & (_counted("description") > CAPTION_MAX),
        message="The description has more than 2,200 characters, as the networks count them: an emoji is two or more.",
        hint="TikTok and Instagram are known to cut longer captions.",
        severity=WARNING,
    ),
    Rule(
        code="caption_long",
        field="description",
        bad=(_platform == "youtube") & (_counted("description") > YOUTUBE_DESCRIPTION_MAX),
        message="The description has more than 5,000 characters.",
        hint="YouTube is known to refuse longer descriptions.",
        severity=WARNING,
    ),
    registered("hashtags_many", "description", (_platform == "instagram") & (_hashtags > HASHTAGS_MAX)),
    registered("hashtags_many_youtube", "description", (_platform == "youtube") & (_hashtags > YOUTUBE_HASHTAGS_MAX)),
    registered("mentions_many", "description", (_platform == "instagram") & (_mentions > MENTIONS_MAX)),
    registered("youtube_title_long", "youtube_title", (_platform == "youtube") & (_counted("youtube_title") > YOUTUBE_TITLE_MAX)),
    registered("youtube_title_signs", "youtube_title", (_platform == "youtube") & pl.col("youtube_title").str.contains("[<>]")),
    registered("youtube_tags_long", "youtube_tags", (_platform == "youtube") & (_tags_length > YOUTUBE_TAGS_MAX)),
    Rule(
        code="carousel_size",
        field="carousel_images",
        bad=(_type == "carousel") & ((pl.col("carousel_images").list.len() < 2) | (pl.col("carousel_images").list.len() > IMAGES_MAX)),
        message="A carousel usually has 2 to 20 images.",
        hint="Check that none is missing or doubled.",
        severity=WARNING,
    ),
    Rule(
        code="external_ref_duplicate",
        field="external_ref",
        bad=pl.col("external_ref").is_not_null() & (pl.col("_same_ref_count") > 1),
        message="The external reference {external_ref} stands on more than one row ({_same_ref}).",
        hint="Nothing to do if it is meant; the platform takes it, but which video is which can then not be told by it.",
        severity=WARNING,
    ),
    Rule(
        code="edit_slots_short",
        field="editing_instructions",
        bad=pl.col("editing_instructions").is_not_null() & (pl.col("_edits_wanted") > pl.col("b.edits_quantity")),
        message="More rows of {_bundle_shown} ask for editing ({_edits_wanted}) than it has edit slots ({b.edits_quantity}).",
        hint="Raise edits_quantity of the bundle (each edit costs credits), or remove the instructions.",
        severity=WARNING,
    ),
    Rule(
        code="youtube_title_missing",
        field="youtube_title",
        bad=(_platform == "youtube") & _absent("youtube_title"),
        message="A YouTube video has no title.",
        hint="Write one; some editions of the platform's documents require it.",
        severity=WARNING,
    ),
    *_ignored(),
    Rule(
        code="message_missing",
        field="message",
        bad=(pl.col("action") == "corrections") & pl.col("message").is_null(),
        message="Asking for corrections needs a message.",
        hint="Write what should change.",
    ),
    Rule(
        code="message_unused",
        field="message",
        bad=message_unused("corrections"),
        message="This message goes nowhere: only corrections takes one.",
        hint="Choose corrections under action, or empty the cell.",
        severity=WARNING,
    ),
    Rule(
        code="action_media_missing",
        field="video",
        bad=(pl.col("action") == "fix-download") & pl.col("video").is_null() & pl.col("carousel_images").is_null(),
        message="fix-download needs the new media.",
        hint="Write a working link or a file into video, or into carousel_images for a carousel.",
    ),
)
