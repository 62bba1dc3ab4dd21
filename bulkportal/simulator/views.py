"""Bundles and slots as clients see them: stored fields and computed ones."""

from __future__ import annotations

from bulkportal.simulator.calls import JsonObject
from bulkportal.simulator.records import Bundle, SavedAccount, VideoSlot, stamp

PUBLISHED = ("published", "published_priority", "accepted", "completed")
# Seed 003 has these two in its lifecycle and leaves them out of `is_published` (S4); both are played as written.
PAST_SETUP = (*PUBLISHED, "in_review", "finalized")
CONFIGURED_SLOT = (
    "configured",
    "in_review",
    "pending_corrections",
    "accepted",
    "published",
    "finalized",
)
ACCOUNT_FIELDS = (
    "username",
    "visible_name",
    "biography",
    "profile_picture_url",
    "link_in_bio",
    "niche_warming_instructions",
)
CONTENT_FIELDS = (
    "description",
    "video_url",
    "carousel_images",
    "carousel_title",
    "tiktok_sound_url",
    "volume_original_sound",
    "volume_added_sound",
    "editing_instructions",
    "instagram_content_type",
    "instagram_location",
    "instagram_collaborators",
    "instagram_add_to_story",
    "instagram_audio_name",
    "youtube_title",
    "youtube_tags",
    "youtube_category",
    "youtube_visibility",
    "youtube_sound_url",
    "ai_content_disclaimer",
    "disclose_as_ads",
    "instant_repost_as_story",
    "story_image_url",
    "story_repost_url",
)


def configured_count(bundle: Bundle) -> int:
    """How many slots count as configured (seed 003)."""
    return sum(1 for slot in bundle.standing if slot.status in CONFIGURED_SLOT)


def account_configured(bundle: Bundle) -> bool:
    """Whether the account's status is configured or finalized (seed 003)."""
    return bundle.account is not None and bundle.account.status in ("configured", "finalized")


def account_status(bundle: Bundle) -> str | None:
    """The account listing's status; a bundle without one of its own has none."""
    if not bundle.has_account:
        return None
    return bundle.account.status if bundle.account is not None else "pending"


def next_action(bundle: Bundle) -> str | None:
    """The suggested next step (seed 003; the order is inferred, API reference 4.4)."""
    if bundle.status != "pending_setup":
        return None
    if bundle.has_account and not account_configured(bundle):
        return "configure_account"
    if bundle.has_videos and configured_count(bundle) == 0:
        return "configure_videos"
    return "publish_bundle"


def bundle_row(bundle: Bundle) -> JsonObject:
    """A bundle as GET /bundles lists it (seed 003), with its title."""
    return {
        "id": bundle.id,
        "bundle_type": bundle.bundle_type,
        "platform": bundle.platform,
        "country": bundle.country,
        "title": bundle.title,
        "status": bundle.status,
        "account_status": account_status(bundle),
        "videos_quantity": len(bundle.slots),
        "edits_quantity": bundle.edits_quantity,
        "used_edits": bundle.used_edits,
        "credit_cost": bundle.credit_cost,
        "external_ref": bundle.external_ref,
        "existing_account_id": bundle.existing_account_id,
        "saved_account_id": bundle.saved_account_id,
        "auto_finalize_videos": bundle.auto_finalize_videos,
        "wants_niche_warming": bundle.wants_niche_warming,
        "wants_deep_warming": bundle.wants_deep_warming,
        "wants_moderation": bundle.wants_moderation,
        "is_published": bundle.status in PUBLISHED,
        "account_configured": account_configured(bundle),
        "videos_total": len(bundle.standing),
        "videos_configured_count": configured_count(bundle),
        "next_action": next_action(bundle),
        "published_at": stamp(bundle.published_at),
        "created_at": stamp(bundle.created_at),
        "updated_at": stamp(bundle.updated_at),
    }


def bundle_full(bundle: Bundle) -> JsonObject:
    """A bundle as GET /bundles/:id gives it: no account_status, but the account and its slots."""
    view = bundle_row(bundle)
    del view["account_status"]
    shown = bundle.account.fields if bundle.account is not None else None
    view["account"] = None if shown is None else {name: shown.get(name) for name in ACCOUNT_FIELDS[:4]}
    # A summary; in seed 003's own example it contradicts the counters (S7), so no client should count from it.
    view["videos"] = [{"id": slot.id, "position": slot.position, "status": slot.status, "name": slot.name} for slot in bundle.standing]
    return view


def slot_row(slot: VideoSlot) -> JsonObject:
    """A slot as the list gives it: a subset of the single view (seeds 001 and 004)."""
    return {
        "id": slot.id,
        "name": slot.name,
        "position": slot.position,
        "video_type": slot.video_type,
        "status": slot.status,
        "description": slot.content.get("description"),
        "target_publish_date": slot.target.isoformat() if slot.target else None,
        "video_url": slot.content.get("video_url"),
        "external_ref": slot.external_ref,
        "download_issue": slot.download_issue,
        "download_issue_comment": slot.download_issue_comment,
    }


def slot_full(slot: VideoSlot) -> JsonObject:
    """A slot as the single view gives it."""
    view = slot_row(slot)
    view.update({name: slot.content.get(name) for name in CONTENT_FIELDS})
    view["target_publish_end_date"] = slot.target_end.isoformat() if slot.target_end else None
    view["correction_message"] = slot.correction_message
    view["finalized_at"] = stamp(slot.finalized_at)
    view["created_at"] = stamp(slot.created_at)
    view["updated_at"] = stamp(slot.updated_at)
    return view


def saved_account(account: SavedAccount) -> JsonObject:
    """A delivered account, without any secret (API reference 2.21)."""
    return {
        "id": account.id,
        "platform": account.platform,
        "username": account.username,
        "visible_name": account.visible_name,
        "biography": account.biography,
        "profile_picture_url": account.profile_picture_url,
        "country": account.country,
        "link_in_bio": account.link_in_bio,
        "profile_url": f"https://www.{account.platform}.com/@{account.username}",
        "tokmail_email": f"{account.username}@tokmail.example",
        "banned": account.banned,
        "created_at": stamp(account.created_at),
        "updated_at": stamp(account.updated_at),
    }


def ban(account: SavedAccount) -> JsonObject:
    """A ban as GET /account-bans lists it (API reference 2.21; the shape is inferred)."""
    return {
        "id": account.ban_id or f"ban-{account.id}",
        "account_id": account.id,
        "platform": account.platform,
        "username": account.username,
        "status": account.ban_status,
        "banned_at": stamp(account.banned_at or account.created_at),
    }
