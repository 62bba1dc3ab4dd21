"""The rules for bundles and their accounts.

Errors are what the seeds and the platform's documents of their time state; where only newer or
unofficial sources speak, or a source allows it, a rule warns. The frame they see is made in
`prepare.bundles`: `e.` columns are the sheet's value, or the platform's where the cell is blank; `x.` columns are what an export said.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from bulkportal.check.findings import Severity
from bulkportal.check.rules import Rule, message_unused, registered
from bulkportal.columns.bundles import BUNDLES, WITH_ACCOUNT, WITH_VIDEOS

WARNING = Severity.WARNING

_type = pl.col("e.bundle_type")
_platform = pl.col("e.platform")
_new = pl.col("_new")
_partly_filled = (pl.col("_video_rows") > 0) & (pl.col("empty") > 0)
_publish = pl.col("_publish").fill_null(value=False)

# What publishing needs (seed 002); where the seeds disagree about the biography, the stricter wins.
ACCOUNT_FIELDS = ("username", "visible_name", "biography", "profile_picture")


def _account_incomplete(name: str) -> Rule:
    needed_to_set = _publish if name in ("biography", "profile_picture") else _publish | pl.col("_some_account")
    return Rule(
        code="account_incomplete",
        field=name,
        bad=(_type != "videos_only") & needed_to_set & pl.col(name).is_null() & ~pl.col("_account_has").list.contains(name),
        message=f"The account has no {name.replace('_', ' ')}, which it needs.",
        hint="Fill in username, visible name, biography and profile picture; publishing needs all four.",
    )


def _ignored() -> Iterator[Rule]:
    """A rule for every field that only some types of bundle take, but for those that have a rule of their own."""
    for field in BUNDLES.fields:
        if field.only_for != WITH_ACCOUNT or field.name in ACCOUNT_FIELDS:
            continue
        yield Rule(
            code="field_ignored",
            field=field.name,
            bad=_new & pl.col(field.name).is_not_null() & ~_type.is_in(field.only_for),
            message=f"{field.name} means nothing for a {{e.bundle_type}} bundle: its account has one already.",
            hint="Empty the cell; it is not sent.",
            severity=WARNING,
        )


BUNDLE_RULES: tuple[Rule, ...] = (
    Rule(
        code="bundle_missing",
        field="bundle",
        bad=pl.col("bundle").is_null() & pl.col("bundle_id").is_null(),
        message="This bundle has no name.",
        hint="Give it a name of your own; it is how bulkportal finds the bundle again and never pays for it twice.",
    ),
    Rule(
        code="bundle_duplicate",
        field="bundle",
        bad=pl.col("bundle").is_not_null() & (pl.col("_same_bundle_count") > 1),
        message="The bundle {bundle} stands on more than one row ({_same_bundle}).",
        hint="A bundle's name must be unique: keep one row, or rename the other.",
    ),
    Rule(
        code="bundle_id_duplicate",
        field="bundle_id",
        bad=pl.col("bundle_id").is_not_null() & (pl.col("_same_id_count") > 1),
        message="The bundle id {bundle_id} stands on more than one row ({_same_id}).",
        hint="Keep one row for each bundle.",
    ),
    Rule(
        code="bundle_id_duplicate",
        field="bundle_id",
        bad=pl.col("_bundle").is_not_null() & (pl.col("_same_key_count") > 1) & (pl.col("_same_bundle_count") <= 1) & (pl.col("_same_id_count") <= 1),
        message="One row names the bundle {_bundle}, another its id ({_same_key}).",
        hint="Keep one row for each bundle.",
    ),
    Rule(
        code="bundle_not_found",
        field="bundle_id",
        bad=pl.col("_id_absent"),
        message="The platform has no bundle {bundle_id} that this key can see{_refused}.",
        hint="Correct the id, or empty the cell to have a new bundle made.",
    ),
    Rule(
        code="bundle_perhaps_there",
        field="bundle",
        bad=pl.col("_perhaps"),
        message="The row says neither type nor platform nor country, so it can only change a bundle that exists; whether the platform has {bundle} "
        "is seen by plan and import.",
        hint="Nothing to do if it exists. To have it made, write bundle_type, platform and country.",
        severity=WARNING,
    ),
    Rule(
        code="bundle_type_missing",
        field="bundle_type",
        bad=_new & _type.is_null(),
        message="The bundle type is missing.",
        hint="Write account_only, account_and_videos or videos_only.",
    ),
    Rule(
        code="platform_missing",
        field="platform",
        bad=_new & _platform.is_null() & (_type != "videos_only").fill_null(value=True),
        message="The platform is missing.",
        hint="Write tiktok, instagram or youtube.",
    ),
    Rule(
        code="country_missing",
        field="country",
        bad=_new & pl.col("country").is_null() & (_type != "videos_only"),
        message="The country is missing.",
        hint="Write a country code such as US, UK, FR or DE.",
    ),
    Rule(
        code="country_not_enabled",
        field="country",
        bad=_new & pl.col("country").is_not_null() & (_type != "videos_only") & pl.col("_country_closed"),
        message="The platform does not make accounts in {country}.",
        hint="Use one of the countries it lists: {_countries}.",
    ),
    Rule(
        code="videos_quantity_missing",
        field="videos_quantity",
        bad=_new & pl.col("videos_quantity").is_null() & _type.is_in(["account_and_videos", "videos_only"]),
        message="The number of videos is missing.",
        hint="Write how many video slots the bundle has.",
    ),
    Rule(
        code="videos_quantity_not_allowed",
        field="videos_quantity",
        bad=(_type == "account_only") & (pl.col("videos_quantity") > 0),
        message="An account_only bundle has no videos, yet it asks for {videos_quantity}.",
        hint="Empty the cell, or change the bundle type to account_and_videos.",
    ),
    Rule(
        code="videos_quantity_too_small",
        field="videos_quantity",
        bad=((pl.col("videos_quantity") < 1) & _type.is_in(["account_and_videos", "videos_only"])) | (pl.col("videos_quantity") < 0),
        message="A bundle with videos needs at least one slot, not {videos_quantity}.",
        hint="Write 1 or more, or change the bundle type to account_only.",
    ),
    Rule(
        code="videos_quantity_smaller",
        field="videos_quantity",
        bad=~_new & (pl.col("videos_quantity") < pl.col("_remote_videos")),
        message="The bundle has {_remote_videos} video slots already; it cannot shrink to {videos_quantity}.",
        hint="Slots cannot be given back: write {_remote_videos} or more, or empty the cell.",
    ),
    Rule(
        code="edits_quantity_invalid",
        field="edits_quantity",
        bad=pl.col("edits_quantity") < 0,
        message="The number of edits cannot be {edits_quantity}.",
        hint="Write 0 or more.",
    ),
    Rule(
        code="edits_exceed_videos",
        field="edits_quantity",
        bad=pl.col("edits_quantity") > pl.when(_type == "account_only").then(0).otherwise(pl.col("e.videos_quantity")),
        message="The bundle has more edits ({edits_quantity}) than videos ({e.videos_quantity}).",
        hint="A video can have at most one edit: lower the edits or add videos.",
    ),
    Rule(
        code="edits_quantity_smaller",
        field="edits_quantity",
        bad=~_new & (pl.col("edits_quantity") < pl.col("_remote_edits")),
        message="The bundle has {_remote_edits} edit slots already; it cannot shrink to {edits_quantity}.",
        hint="Slots cannot be given back: write {_remote_edits} or more, or empty the cell.",
    ),
    Rule(
        code="account_id_missing",
        field="account_id",
        bad=_new & (_type == "videos_only") & pl.col("account_id").is_null(),
        message="A videos_only bundle needs the account that the videos go to.",
        hint="Write the id of a saved account.",
    ),
    Rule(
        code="account_id_not_allowed",
        field="account_id",
        bad=_new & (_type != "videos_only") & pl.col("account_id").is_not_null(),
        message="Only a videos_only bundle names an existing account.",
        hint="Empty the cell, or change the bundle type to videos_only.",
    ),
    Rule(
        code="deep_warming_platform",
        field="deep_warming",
        bad=_new & pl.col("deep_warming") & (_platform != "instagram"),
        message="Deep warming exists only on Instagram, not on {e.platform}.",
        hint="Write no, or leave the cell empty.",
    ),
    Rule(
        code="warming_conflict",
        field="deep_warming",
        bad=_new & pl.col("deep_warming") & pl.col("niche_warming"),
        message="Deep warming and niche warming cannot be combined.",
        hint="Choose one of the two.",
    ),
    Rule(
        code="niche_instructions_missing",
        field="niche_warming_instructions",
        bad=_new & pl.col("niche_warming") & pl.col("niche_warming_instructions").is_null(),
        message="Niche warming is on, but nothing says which niche.",
        hint="Describe the niche; newer servers refuse niche warming without it.",
        severity=WARNING,
    ),
    Rule(
        code="username_invalid",
        field="username",
        bad=~pl.col("username").str.contains(r"^[A-Za-z0-9_.]{1,24}$"),
        message="{username} is not a possible username.",
        hint="{_username_meant}Use 1 to 24 letters (a to z), digits, dots and underscores.",
    ),
    Rule(
        code="username_reused",
        field="username",
        bad=pl.col("username").is_not_null() & (pl.col("_same_username_count") > 1),
        message="The username {username} is on several rows of one platform ({_same_username}).",
        hint="The same words on many accounts invite a ban: vary them.",
        severity=WARNING,
    ),
    *(_account_incomplete(name) for name in ACCOUNT_FIELDS),
    Rule(
        code="account_not_allowed",
        field="username",
        bad=(_type == "videos_only") & pl.col("_some_account"),
        message="A videos_only bundle uses an account that exists; its profile cannot be set here.",
        hint="Empty username, visible name, biography and profile picture.",
        severity=WARNING,
    ),
    Rule(
        code="link_in_bio_platform",
        field="link_in_bio",
        bad=pl.col("link_in_bio").is_not_null() & (_platform != "instagram"),
        message="A link in the bio exists only on Instagram.",
        hint="Empty the cell; the platform ignores it on {e.platform}.",
        severity=WARNING,
    ),
    *_ignored(),
    # What the platform has filled already is seen by a plan, which tells the credits too.
    registered("slots_unfilled", "videos_quantity", ~pl.col("_online") & pl.col("bundle_id").is_null() & _type.is_in(WITH_VIDEOS) & _partly_filled),
    Rule(
        code="publish_without_videos",
        field="publish",
        bad=_publish & (pl.coalesce(_type, "x.type") == "account_and_videos") & (pl.col("_video_rows") == 0) & ~pl.col("_remote_configured"),
        message="Publishing needs at least one video, and no row on the Videos sheet has one for {bundle}.",
        hint="Add a video for it, or publish later.",
    ),
    Rule(
        code="youtube_refused",
        field="platform",
        bad=_new & (_platform == "youtube"),
        message="The platform's servers refuse new YouTube accounts at present.",
        hint="Nothing is charged if it is refused.",
        severity=WARNING,
    ),
    Rule(
        code="message_missing",
        field="message",
        bad=(pl.col("action") == "account-corrections") & pl.col("message").is_null(),
        message="Asking for corrections needs a message.",
        hint="Write what should change; a line such as 'biography: too formal' speaks of one field.",
    ),
    Rule(
        code="message_names_no_field",
        field="message",
        bad=(pl.col("action") == "account-corrections") & ~pl.col("_names_field"),
        message="The message says of no single field what should change.",
        hint="Older servers refuse that: begin a line with a field and a colon, such as 'biography: too formal'.",
        severity=WARNING,
    ),
    Rule(
        code="message_unused",
        field="message",
        bad=message_unused("account-corrections"),
        message="This message goes nowhere: only account-corrections takes one.",
        hint="Choose account-corrections under action, or empty the cell.",
        severity=WARNING,
    ),
)
