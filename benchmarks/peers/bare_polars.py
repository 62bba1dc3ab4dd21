"""Bare polars: a CSV file read as text, and thirty rules of the Videos sheet as expressions, in one pass. How many rows break each."""

from __future__ import annotations

import sys

import polars as pl

ADDRESS = r"(?i)^https?://[^\s/]+\S*$"


def main() -> None:
    """Read, type, judge, and count."""
    text = pl.read_csv(sys.argv[1], infer_schema=False)
    day = pl.col("target_publish_date").str.to_date("%Y-%m-%d", strict=False)
    typed = text.with_columns(
        position=pl.col("position").cast(pl.Int64, strict=False),
        day=day,
        images=pl.col("carousel_images").str.split(";"),
        tags=pl.col("youtube_tags").str.split(";"),
        story=pl.col("instagram_add_to_story").str.to_lowercase().is_in(["yes", "no"]),
    )
    kind, reel = pl.col("video_type"), pl.col("instagram_content_type")
    here = pl.struct("bundle", "position")
    rules = {
        "bundle_missing": pl.col("bundle").is_null(),
        "position_not_a_number": text["position"].is_not_null() & pl.col("position").is_null(),
        "position_missing": pl.col("position").is_null(),
        "position_too_small": pl.col("position") < 1,
        "position_twice": here.is_duplicated(),
        "name_long": pl.col("name").str.len_chars() > 200,
        "type_missing": kind.is_null(),
        "type_unknown": ~kind.is_in(["video", "carousel"]),
        "content_type_unknown": ~reel.is_in(["reel", "post"]),
        "video_missing": (kind == "video") & pl.col("video").is_null(),
        "video_no_link": pl.col("video").str.contains("://") & ~pl.col("video").str.contains(ADDRESS),
        "video_unused": (kind == "carousel") & pl.col("video").is_not_null(),
        "video_twice": pl.col("video").is_duplicated() & pl.col("video").is_not_null(),
        "images_missing": (kind == "carousel") & pl.col("images").is_null(),
        "images_unused": (kind == "video") & pl.col("images").is_not_null(),
        "images_few": pl.col("images").list.len() < 2,
        "images_many": pl.col("images").list.len() > 20,
        "reel_of_images": (kind == "carousel") & (reel == "reel"),
        "text_missing": pl.col("description").is_null(),
        "text_long": pl.col("description").str.len_chars() > 2200,
        "hashtags": pl.col("description").str.count_matches(r"#\w") > 30,
        "mentions": pl.col("description").str.count_matches(r"@\w") > 20,
        "text_twice": pl.struct("bundle", "description").is_duplicated(),
        "date_unreadable": pl.col("target_publish_date").is_not_null() & pl.col("day").is_null(),
        "date_missing": pl.col("day").is_null(),
        "date_early": pl.col("day") < pl.date(2027, 3, 4),
        "day_full": pl.len().over("bundle", "day") > 3,
        "sound_no_link": ~pl.col("tiktok_sound_url").str.contains(ADDRESS),
        "story_unreadable": ~pl.col("story"),
        "title_long": pl.col("youtube_title").str.len_chars() > 100,
        "tags_long": pl.col("tags").list.eval(pl.element().str.len_chars()).list.sum() > 500,
        "reference_long": pl.col("external_ref").str.len_chars() > 200,
        "reference_twice": pl.col("external_ref").is_duplicated() & pl.col("external_ref").is_not_null(),
    }
    print(typed.select(mask.fill_null(value=False).sum().alias(name) for name, mask in rules.items()).row(0))


if __name__ == "__main__":
    main()
