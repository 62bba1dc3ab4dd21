"""What a slot may hold: content and dates (seed 001; API reference 3.1, 3.3, 3.4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bulkportal.simulator import bodies
from bulkportal.simulator.calls import ApiRefusal, JsonObject, invalid
from bulkportal.simulator.records import Bundle, VideoSlot
from bulkportal.simulator.state import State

NEW_ACCOUNT_DAYS = 3
DELIVERED_DAYS = 1
PER_DAY = 3
LOUDEST = 100

_TEXTS = {
    "carousel_title": None,
    "tiktok_sound_url": None,
    "youtube_sound_url": None,
    "editing_instructions": None,
    "instagram_location": None,
    "instagram_audio_name": 200,
    "youtube_title": None,
    "youtube_category": None,
}
_FLAGS = (
    "instagram_add_to_story",
    "ai_content_disclaimer",
    "disclose_as_ads",
    "instant_repost_as_story",
)
_LISTS = ("instagram_collaborators", "youtube_tags")
_VOLUMES = ("volume_original_sound", "volume_added_sound")
_CHOICES = {
    "instagram_content_type": ("reel", "post"),
    "youtube_visibility": ("public", "unlisted", "private"),
}
_URLS = ("story_image_url", "story_repost_url")
PLATFORM_PREFIXES = {
    "tiktok": ("tiktok_",),
    "instagram": ("instagram_",),
    "youtube": ("youtube_",),
}
KNOWN = (
    "position",
    "video_type",
    "name",
    "external_ref",
    "description",
    "target_publish_date",
    "video_url",
    "carousel_images",
    *_TEXTS,
    *_FLAGS,
    *_LISTS,
    *_VOLUMES,
    *_CHOICES,
    *_URLS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedContent:
    """The complete new content of a slot; whatever is not in it will be cleared."""

    video_type: str
    name: str | None
    external_ref: str | None
    target: date | None
    content: JsonObject
    ignored: list[str]


def lead_days(bundle: Bundle) -> int:
    """Days between today and the first allowed date (seed 001)."""
    return DELIVERED_DAYS if bundle.delivered else NEW_ACCOUNT_DAYS


def earliest_date(state: State, bundle: Bundle) -> date:
    """The first allowed publish date; it is itself allowed."""
    return state.clock.today() + timedelta(days=lead_days(bundle))


def require_date(state: State, bundle: Bundle, slot: VideoSlot, target: date) -> None:
    """Refuse a date that is too early, and in the current edition a day that is full."""
    earliest = earliest_date(state, bundle)
    if target < earliest:
        message = f"'target_publish_date' must be {earliest} or later."
        if not state.edition.current:
            raise invalid(message, field="target_publish_date")
        facts = {"earliest_allowed": earliest.isoformat(), "min_days_ahead": lead_days(bundle)}
        raise ApiRefusal(400, "INVALID_DATE", message, facts)
    if not state.edition.current:
        return
    # Without the slot itself, or a video could not be configured once more on a day that is full with it (API reference 3.4).
    others = sum(1 for other in bundle.standing if other is not slot and other.target == target)
    if others >= PER_DAY:
        message = f"There are already {others} videos on {target}."
        day = {"date": target.isoformat(), "current_count": others}
        raise ApiRefusal(400, "VIDEOS_PER_DAY_EXCEEDED", message, day)


def read_content(state: State, bundle: Bundle, slot: VideoSlot, body: JsonObject) -> WantedContent:
    """Check a configure body in full and give the content it asks for."""
    bodies.refuse_unknown(body, KNOWN, when=state.edition.current)
    video_type = _video_type(state, bundle, body)
    ignored = _foreign(bundle.platform, body)
    own = {name: value for name, value in body.items() if name not in ignored}
    content = _fields(own)
    content.update(_media(video_type, own))
    _require_platform_rules(bundle.platform, video_type, content)
    _require_edit_slot(bundle, slot, content)
    target = bodies.day(own, "target_publish_date")
    if target is None:
        raise invalid("'target_publish_date' is required.", field="target_publish_date")
    require_date(state, bundle, slot, target)
    return WantedContent(
        video_type=video_type,
        name=bodies.text(own, "name", longest=200),
        external_ref=bodies.text(own, "external_ref", longest=bodies.REFERENCE_MAX),
        target=target,
        content={name: value for name, value in content.items() if value is not None},
        ignored=ignored,
    )


def _video_type(state: State, bundle: Bundle, body: JsonObject) -> str:
    types = ("video", "carousel", "story") if state.edition.current else ("video", "carousel")
    video_type = bodies.one_of(body, "video_type", types)
    if video_type is None:
        raise invalid("'video_type' is required.", field="video_type")
    if bundle.platform == "youtube" and video_type != "video":
        raise invalid("YouTube does not support carousels.", field="video_type")
    return video_type


def _foreign(platform: str, body: JsonObject) -> list[str]:
    foreign = tuple(prefix for other, prefixes in PLATFORM_PREFIXES.items() if other != platform for prefix in prefixes)
    # Ignored and named, not refused: fields of other platforms come back in `ignored_fields` (API reference 2.14).
    named = [name for name, value in body.items() if name.startswith(foreign) and value is not None]
    return sorted(named)


def _fields(body: JsonObject) -> JsonObject:
    content: JsonObject = {"description": bodies.text(body, "description")}
    for name, longest in _TEXTS.items():
        content[name] = bodies.text(body, name, longest=longest)
    for name in _FLAGS:
        content[name] = None if body.get(name) is None else bodies.flag(body, name)
    for name in _LISTS:
        content[name] = bodies.texts(body, name)
    for name, choices in _CHOICES.items():
        content[name] = bodies.one_of(body, name, choices)
    for name in _URLS:
        content[name] = bodies.url(body, name)
    for name in _VOLUMES:
        volume = None if body.get(name) is None else bodies.whole(body, name)
        if volume is not None and volume > LOUDEST:
            raise invalid(f"'{name}' is from 0 to {LOUDEST}.", field=name)
        content[name] = volume
    return content


def _media(video_type: str, body: JsonObject) -> JsonObject:
    address, images = bodies.url(body, "video_url"), bodies.texts(body, "carousel_images")
    if video_type == "carousel":
        if not images:
            raise invalid("A carousel needs 'carousel_images'.", field="carousel_images")
        return {"carousel_images": images}
    if video_type == "story":
        if (address is None) == (bodies.url(body, "story_image_url") is None):
            raise invalid("A story needs either 'video_url' or 'story_image_url'.")
    elif address is None:
        raise invalid("A video needs 'video_url'.", field="video_url")
    return {"video_url": address}


def _require_platform_rules(platform: str, video_type: str, content: JsonObject) -> None:
    if video_type == "story":
        if content["description"] is not None:
            raise invalid("A story has no description.", field="description")
        return
    required = {
        ("tiktok", "carousel"): "tiktok_sound_url",
        ("instagram", "video"): "instagram_content_type",
        ("instagram", "carousel"): "instagram_content_type",
        ("youtube", "video"): "youtube_title",
    }.get((platform, video_type))
    for name in ("description", required):
        if name is not None and content[name] is None:
            message = f"'{name}' is required for a {platform} {video_type}."
            raise invalid(message, field=name)


def _require_edit_slot(bundle: Bundle, slot: VideoSlot, content: JsonObject) -> None:
    if content["editing_instructions"] is None:
        return
    # What this slot uses already is given up by the replacement, so it does not count twice.
    own = 1 if slot.content.get("editing_instructions") else 0
    if bundle.used_edits - own + 1 > bundle.edits_quantity:
        message = "'editing_instructions' need a free edit slot of the bundle."
        raise invalid(message, field="editing_instructions")
