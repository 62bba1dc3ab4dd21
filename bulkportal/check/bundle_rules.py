"""The rules for bundles and their accounts.

Errors are what the seeds and the platform's documents of their time state; where only newer or
unofficial sources speak, or a source allows it, a rule warns. The frame they see is made in
`prepare.bundles`: `e.` columns are the sheet's value, or the platform's where the cell is blank; `x.` columns are what an export said.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bulkportal.check.rules import Rule, message_unused
from bulkportal.columns.bundles import BUNDLES, WITH_ACCOUNT, WITH_VIDEOS
from bulkportal.media.inward import host_of_server, is_inward, server_of

_type = pl.col("e.bundle_type")
_platform = pl.col("e.platform")
_new = pl.col("_new")
_partly_filled = (pl.col("_video_rows") > 0) & (pl.col("empty") > 0)
_publish = pl.col("_publish").fill_null(value=False)

# What publishing needs (seed 002); where the seeds disagree about the biography, the stricter wins.
ACCOUNT_FIELDS = ("username", "visible_name", "biography", "profile_picture")


def _account_incomplete(name: str) -> Rule:
    # Without the first two no account can be set at all (API reference 2.11); the other two are only needed to publish (3.5).
    needed_to_set = _publish if name in ("biography", "profile_picture") else _publish | pl.col("_some_account")
    missing = pl.col(name).is_null() & ~pl.col("_account_has").list.contains(name)
    return Rule("account_incomplete", name, (_type != "videos_only") & needed_to_set & missing, words={"column": name.replace("_", " ")})


def _lead_inward(links: pl.Series) -> pl.Series:
    """Which links lead into a private network, so that nobody who sees the profile can follow them."""
    inward = [link for link in links.drop_nulls().unique() if (server := server_of(link)) and is_inward(host_of_server(server))]
    return links.is_in(inward)


def _ignored() -> Iterator[Rule]:
    """A rule for every field that only some types of bundle take, but for those that have a rule of their own."""
    for field in BUNDLES.fields:
        if field.only_for != WITH_ACCOUNT or field.name in ACCOUNT_FIELDS:
            continue
        has_one = _new & pl.col(field.name).is_not_null() & ~_type.is_in(field.only_for)
        yield Rule("field_ignored", field.name, has_one, variant="account", words={"column": field.name})


BUNDLE_RULES: tuple[Rule, ...] = (
    Rule("bundle_missing", "bundle", pl.col("bundle").is_null() & pl.col("bundle_id").is_null()),
    Rule("bundle_duplicate", "bundle", pl.col("bundle").is_not_null() & (pl.col("_same_bundle_count") > 1)),
    Rule("bundle_id_duplicate", "bundle_id", pl.col("bundle_id").is_not_null() & (pl.col("_same_id_count") > 1)),
    Rule(
        "bundle_id_duplicate",
        "bundle_id",
        pl.col("_bundle").is_not_null() & (pl.col("_same_key_count") > 1) & (pl.col("_same_bundle_count") <= 1) & (pl.col("_same_id_count") <= 1),
        variant="name_and_id",
    ),
    Rule("bundle_not_found", "bundle_id", pl.col("_id_absent")),
    Rule("bundle_perhaps_there", "bundle", pl.col("_perhaps")),
    Rule("bundle_type_missing", "bundle_type", _new & _type.is_null()),
    Rule("platform_missing", "platform", _new & _platform.is_null() & (_type != "videos_only").fill_null(value=True)),
    Rule("country_missing", "country", _new & pl.col("country").is_null() & (_type != "videos_only")),
    Rule("country_not_enabled", "country", _new & pl.col("country").is_not_null() & (_type != "videos_only") & pl.col("_country_closed")),
    Rule(
        "videos_quantity_missing", "videos_quantity", _new & pl.col("videos_quantity").is_null() & _type.is_in(["account_and_videos", "videos_only"])
    ),
    Rule("videos_quantity_not_allowed", "videos_quantity", (_type == "account_only") & (pl.col("videos_quantity") > 0)),
    Rule(
        "videos_quantity_too_small",
        "videos_quantity",
        ((pl.col("videos_quantity") < 1) & _type.is_in(["account_and_videos", "videos_only"])) | (pl.col("videos_quantity") < 0),
    ),
    Rule("videos_quantity_smaller", "videos_quantity", ~_new & (pl.col("videos_quantity") < pl.col("_remote_videos"))),
    Rule("edits_quantity_invalid", "edits_quantity", pl.col("edits_quantity") < 0),
    Rule(
        "edits_exceed_videos",
        "edits_quantity",
        pl.col("edits_quantity") > pl.when(_type == "account_only").then(0).otherwise(pl.col("e.videos_quantity")),
    ),
    Rule("edits_quantity_smaller", "edits_quantity", ~_new & (pl.col("edits_quantity") < pl.col("_remote_edits"))),
    Rule("account_id_missing", "account_id", _new & (_type == "videos_only") & pl.col("account_id").is_null()),
    Rule("account_id_not_allowed", "account_id", _new & (_type != "videos_only") & pl.col("account_id").is_not_null()),
    # Both are refused at the creation, and no option can be changed after it (API reference 3.2).
    Rule("deep_warming_platform", "deep_warming", _new & pl.col("deep_warming") & (_platform != "instagram")),
    Rule("warming_conflict", "deep_warming", _new & pl.col("deep_warming") & pl.col("niche_warming")),
    Rule("niche_instructions_missing", "niche_warming_instructions", _new & pl.col("niche_warming") & pl.col("niche_warming_instructions").is_null()),
    # A blank cell makes any comparison null, and null is no breach: no rule has to ask for a value first.
    Rule("username_invalid", "username", ~pl.col("username").str.contains(r"^[A-Za-z0-9_.]{1,24}$")),
    Rule("username_reused", "username", pl.col("username").is_not_null() & (pl.col("_same_username_count") > 1)),
    *(_account_incomplete(name) for name in ACCOUNT_FIELDS),
    Rule("account_not_allowed", "username", (_type == "videos_only") & pl.col("_some_account")),
    Rule("link_in_bio_platform", "link_in_bio", pl.col("link_in_bio").is_not_null() & (_platform != "instagram")),
    Rule("link_in_bio_private", "link_in_bio", pl.col("link_in_bio").map_batches(_lead_inward, return_dtype=pl.Boolean)),
    *_ignored(),
    # What the platform has filled already is seen by a plan, which tells the credits too.
    Rule("slots_unfilled", "videos_quantity", ~pl.col("_online") & pl.col("bundle_id").is_null() & _type.is_in(WITH_VIDEOS) & _partly_filled),
    Rule(
        "publish_without_videos",
        "publish",
        _publish & (pl.coalesce(_type, "x.type") == "account_and_videos") & (pl.col("_video_rows") == 0) & ~pl.col("_remote_configured"),
    ),
    Rule("youtube_refused", "platform", _new & (_platform == "youtube")),
    Rule("message_missing", "message", (pl.col("action") == "account-corrections") & pl.col("message").is_null(), variant="account"),
    Rule("message_names_no_field", "message", (pl.col("action") == "account-corrections") & ~pl.col("_names_field")),
    message_unused("account-corrections"),
)
