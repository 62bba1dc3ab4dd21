"""A platform with bundles of every type and status, as start data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

HOSTILE = (
    "=1+1",
    "+33 6 12",
    "-dash",
    "@handle and #tag",
    "'=quoted",
    "'tis the season",
    "  blanks at both ends  ",
    'says "hi", twice;\nand again',
    "tab\there\r\nnext",
    "#N/A",
    "1E+15",
    "007",
    "2027-03-01",
    "yes",
    "(clear)",
    "_x0041_ coded",
    "emoji 😀\u200d🍜 and é",
    "<b>&amp;</b>",
    "x" * 40_000,
)
SLOT_STATUSES = ("configured", "published", "accepted", "in_review", "finalized")
BUNDLE_STATUSES = ("pending_setup", "published", "accepted", "in_review", "finalized", "completed")
ISSUE = "Link returns 403 Forbidden. Please provide a new URL."


def account(number: int, **over: object) -> dict[str, object]:
    """A configured account."""
    return {
        "username": f"daily.bites.{number}",
        "visible_name": f"Daily Bites {number}",
        "biography": "One dish a day.",
        "profile_picture_url": f"https://cdn.example.com/{number}.jpg",
    } | over


def video(position: int, **over: object) -> dict[str, object]:
    """A configured slot whose date has long passed."""
    return {
        "position": position,
        "status": "configured",
        "video_type": "video",
        "video_url": f"https://cdn.example.com/{position}.mp4",
        "description": f"Dish {position} #food",
        "target_publish_date": f"2024-03-{position:02}",
    } | over


def bundle(name: str | None, **over: object) -> dict[str, object]:
    """A bundle in setup, to be filled in."""
    return {"id": f"bnd_{name or 'nameless'}", "external_ref": name, "country": "US", "credit_cost": 40, "title": f"Title of {name}"} | over


def launches() -> dict[str, Any]:
    """All types and statuses, all platforms, hostile words, empty slots, flags, and accounts in review."""
    return {"balance": 870, "accounts": [{"id": "acc_1", "username": "kept.one"}], "bundles": [*_by_status(), *_special()]}


def _by_status() -> Iterator[dict[str, object]]:
    for number, status in enumerate(BUNDLE_STATUSES):
        state = "in_review" if status == "accepted" else "finalized" if number > 2 else "configured"
        slots = [video(place, status=slot) for place, slot in enumerate(SLOT_STATUSES, start=1)] if number else [video(1)]
        yield bundle(f"acme-{status}", status=status, account=account(number, status=state), videos=slots, videos_quantity=6)
        yield bundle(f"lumen/{status}", bundle_type="account_only", country="FR", status=status, account=account(10 + number, status=state))
        yield bundle(f"volta-{status}", bundle_type="videos_only", account_id="acc_1", status=status, videos=[video(1)], videos_quantity=2)


def _special() -> Iterator[dict[str, object]]:
    yield bundle("nova-empty", videos_quantity=3)
    yield bundle(None, title="Nobody's launch", status="published", account=account(20), videos=[video(1)])
    yield bundle("nova-ready", account=account(21), videos=[video(1, target_publish_date="2031-05-01")], videos_quantity=2, edits_quantity=1)
    yield bundle("nova-blocked", account=account(22, profile_picture_url=None), videos=[video(1)])
    yield bundle("nova-hostile", title=" A title with blanks ", status="published", account=account(23, biography="=bio"), videos=list(_hostile()))
    linked = account(24, link_in_bio="https://example.com/a?b=1")
    yield bundle("nova-insta", platform="instagram", status="published", account=linked, videos=[_post(), _reel()])
    yield bundle("nova-flagged", status="published", account=account(25), videos=[_flagged(1), video(2), _flagged(3, carousel=True)])


def _hostile() -> Iterator[dict[str, object]]:
    for number, words in enumerate(HOSTILE, start=1):
        yield video(number, description=words, name=words[:200], editing_instructions=words, target_publish_date=f"2024-04-{number:02}")


def _post() -> dict[str, object]:
    images = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
    more: dict[str, object] = {"instagram_collaborators": ["one", "two"], "instagram_location": "Paris; France", "instagram_add_to_story": False}
    return video(1, video_type="carousel", video_url=None, carousel_images=images, instagram_content_type="post", **more)


def _reel() -> dict[str, object]:
    """Kept by the platform under its own paths, and with a list that no cell can hold."""
    more: dict[str, object] = {"instagram_content_type": "reel", "instagram_collaborators": ["a;b"], "instagram_add_to_story": True}
    return video(2, video_type="carousel", video_url=None, carousel_images=["images/a.jpg", "images/b.jpg"], **more)


def _flagged(position: int, *, carousel: bool = False) -> dict[str, object]:
    flagged: dict[str, object] = {"download_issue": True, "download_issue_comment": ISSUE}
    if not carousel:
        return video(position, **flagged)
    images = ["https://cdn.example.com/3.jpg", "https://cdn.example.com/4.jpg"]
    sound = "https://www.tiktok.com/music/original-sound-123"
    return video(position, video_type="carousel", video_url=None, carousel_images=images, tiktok_sound_url=sound, **flagged)
