"""The Bundles sheet: one row is one bundle and its account (product.md 3; API reference 2.1, 2.11)."""

from __future__ import annotations

from bulkportal.columns.field import Catalogue, Field, Kind

BUNDLE_TYPES = ("account_only", "account_and_videos", "videos_only")
PLATFORMS = ("tiktok", "instagram", "youtube")
ACTIONS = ("publish", "unpublish", "finalize-account", "account-corrections", "publish-videos")

REFERENCE_MAX = 200

BUNDLES = Catalogue(
    sheet="Bundles",
    row_is="bundle",
    identity=("bundle", "bundle_id"),
    fields=(
        Field(
            name="bundle",
            title="Bundle",
            kind=Kind.TEXT,
            api="external_ref",
            aliases=("external_ref", "bundle ref", "bundle reference", "bundle name", "reference"),
            max_length=REFERENCE_MAX,
            example="spring-tiktok-01",
            help="Your own name for the bundle. It must be unique; it becomes the platform's external_ref.",
        ),
        Field(
            name="bundle_id",
            title="Bundle id",
            kind=Kind.TEXT,
            aliases=("id", "tokportal id"),
            help="The platform's id. Leave it empty for a new bundle; exports fill it in.",
        ),
        Field(
            name="bundle_type",
            title="Bundle type",
            kind=Kind.CHOICE,
            aliases=("type",),
            choices=BUNDLE_TYPES,
            synonyms=(("account", "account_only"), ("videos", "videos_only"), ("both", "account_and_videos")),
            example="account_and_videos",
            help="account_only: an account and no videos. account_and_videos: both. videos_only: videos on an account you already have.",
        ),
        Field(
            name="platform",
            title="Platform",
            kind=Kind.CHOICE,
            aliases=("network", "social network"),
            choices=PLATFORMS,
            synonyms=(("tik tok", "tiktok"), ("tt", "tiktok"), ("ig", "instagram"), ("insta", "instagram"), ("yt", "youtube")),
            example="tiktok",
            help="Where the account lives.",
        ),
        Field(
            name="country",
            title="Country",
            kind=Kind.TEXT,
            aliases=("country code", "market"),
            example="US",
            help="A country code that the platform has open, such as US, UK, FR or DE. Not needed for videos_only.",
        ),
        Field(
            name="title",
            title="Title",
            kind=Kind.TEXT,
            aliases=("bundle title", "campaign"),
            max_length=200,
            clearable=True,
            example="Spring launch 1",
            help="A title for people. Up to 200 characters.",
        ),
        Field(
            name="videos_quantity",
            title="Videos",
            kind=Kind.INTEGER,
            aliases=("videos", "number of videos", "video slots", "videos per account"),
            example="2",
            help="How many video slots the bundle has in all. Each costs credits. A larger number later buys more.",
        ),
        Field(
            name="edits_quantity",
            title="Edits",
            kind=Kind.INTEGER,
            aliases=("edits", "number of edits", "edit slots"),
            example="0",
            help="How many of the videos the creator edits. At most one edit per video.",
        ),
        Field(
            name="niche_warming",
            title="Niche warming",
            kind=Kind.BOOLEAN,
            api="wants_niche_warming",
            aliases=("wants_niche_warming",),
            example="yes",
            help="Warm the account with content of its niche before publishing. Not together with deep warming.",
        ),
        Field(
            name="niche_warming_instructions",
            title="Niche warming instructions",
            kind=Kind.TEXT,
            aliases=("niche", "niche instructions"),
            clearable=True,
            example="Street food, recipes, markets",
            help="What the niche is, for niche warming.",
        ),
        Field(
            name="deep_warming",
            title="Deep warming",
            kind=Kind.BOOLEAN,
            api="wants_deep_warming",
            aliases=("wants_deep_warming",),
            help="Longer warming. Instagram only, and not together with niche warming.",
        ),
        Field(
            name="moderation",
            title="Moderation",
            kind=Kind.BOOLEAN,
            api="wants_moderation",
            aliases=("wants_moderation",),
            help="Content moderation on the account.",
        ),
        Field(
            name="auto_finalize_videos",
            title="Finalize videos automatically",
            kind=Kind.BOOLEAN,
            aliases=("auto finalize", "auto finalise videos", "auto approve"),
            example="yes",
            help="Finalize videos without a review by you.",
        ),
        Field(
            name="account_id",
            title="Account id",
            kind=Kind.TEXT,
            aliases=("existing_account_id", "saved account id"),
            help="videos_only: the saved account that the videos go to.",
        ),
        Field(
            name="username",
            title="Username",
            kind=Kind.TEXT,
            aliases=("user name", "handle", "account username"),
            max_length=24,
            example="daily.street.bites",
            help="1 to 24 characters: letters, digits, dots and underscores.",
        ),
        Field(
            name="visible_name",
            title="Visible name",
            kind=Kind.TEXT,
            aliases=("display name", "profile name"),
            max_length=30,
            example="Daily Street Bites",
            help="The name people see. 1 to 30 characters.",
        ),
        Field(
            name="biography",
            title="Biography",
            kind=Kind.TEXT,
            aliases=("bio",),
            max_length=80,
            example="One market, one dish, every day.",
            help="Up to 80 characters.",
        ),
        Field(
            name="profile_picture",
            title="Profile picture",
            kind=Kind.MEDIA,
            api="profile_picture_url",
            aliases=("profile_picture_url", "avatar", "profile image", "picture"),
            example="https://cdn.example.com/bites.jpg",
            help="A link to an image, or a file beside this sheet.",
        ),
        Field(
            name="link_in_bio",
            title="Link in bio",
            kind=Kind.URL,
            aliases=("bio link",),
            clearable=True,
            help="A web address shown in the profile. Instagram only.",
        ),
        Field(
            name="publish",
            title="Publish",
            kind=Kind.BOOLEAN,
            example="yes",
            help="Hand the bundle over for work once all its rows are in order.",
        ),
        Field(
            name="action",
            title="Action",
            kind=Kind.CHOICE,
            choices=ACTIONS,
            help="Something to do once with the bundle.",
        ),
        Field(
            name="message",
            title="Message",
            kind=Kind.TEXT,
            aliases=("comment",),
            help="The words that go with account-corrections. A line such as 'biography: too formal' speaks of one field: "
            "username, visible name, biography or profile picture.",
        ),
    ),
)


def client_of(reference: str) -> str:
    """Whom a bundle is for: its name up to the first - or /, or the whole name."""
    cut = min((place for mark in "-/" if (place := reference.find(mark)) > 0), default=len(reference))
    return reference[:cut]
