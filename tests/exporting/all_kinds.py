"""Bundles of all kinds and statuses, with what people and platforms put into cells, as start data."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import cycle, product
from typing import Any

PLATFORMS = ("tiktok", "instagram", "youtube")
TYPES = ("account_and_videos", "account_only", "videos_only")
STATUSES = (
    "pending_setup",
    "published",
    "published_priority",
    "accepted",
    "in_review",
    "finalized",
    "completed",
    "cancelled",
    "banned",
    "archived",
    "draft",
    "a_status_of_tomorrow",
)
ACCOUNTS = (None, "configured", "in_review", "finalized", "pending_corrections")
SLOTS = ("configured", "published", "accepted", "in_review", "finalized", "pending_corrections")
CAPTIONS = (
    "=)",
    "+1",
    "@x",
    "-50%",
    '=HYPERLINK("http://example.com","x")',
    "'=quoted",
    "''quoted",
    "'tis the season",
    "😀 emoji 👩\u200d👩\u200d👧 and é",
    "עברית and العربية",
    "a" * 2200,
    "ü" * 2300,
    "line one\nline two\n\nline four",
    "007",
    "1,5",
    "1E+15",
    "2027-03-01",
    "03/04/2027",
    'says "hi", twice; and\t a tab',
    '"',
    "yes",
    "TRUE",
    "(clear)",
    "#N/A",
    "_x0041_ coded",
    "<b>&amp;</b>",
    "  blanks at both ends  ",
    "sep=;",
)
COUNT = 500 if os.environ.get("BULKPORTAL_LONG") else 140
"""A hundred and forty are two pages of a list, each type on each platform in each status, and each caption in every column of words."""
TWICE = "two-under-one"


def of_all_kinds(count: int = COUNT) -> dict[str, Any]:
    """So many bundles: each type, platform and status, accounts in each state, words of each sort."""
    kinds = cycle(product(STATUSES, TYPES, PLATFORMS))
    accounts, slots, captions = cycle(ACCOUNTS), cycle(SLOTS), cycle(CAPTIONS)
    bundles = [_bundle(number, *next(kinds), next(accounts)) for number in range(count)]
    for bundle in bundles:
        if bundle["bundle_type"] != "account_only":
            bundle["videos"] = list(_videos(bundle, slots, captions))
            bundle["videos_quantity"] = len(bundle["videos"]) + 1
    return {"accounts": [{"id": f"acc_{name}", "username": f"kept.{name}", "platform": name} for name in PLATFORMS], "bundles": bundles}


def _bundle(number: int, status: str, kind: str, platform: str, state: str | None) -> dict[str, Any]:
    bundle: dict[str, Any] = {
        "id": f"bnd_{number:04}",
        "external_ref": None if number % 17 == 5 else f"{number % 7:03}-{status}-{number}",
        "bundle_type": kind,
        "platform": platform,
        "country": ("US", "FR", "DE")[number % 3],
        "title": None if number % 5 == 0 else CAPTIONS[number % len(CAPTIONS)][:180],
        "status": status,
        "credit_cost": 40 + number % 9,
        "edits_quantity": number % 2 if kind != "account_only" else 0,
        "auto_finalize_videos": number % 4 != 0,
    }
    if kind == "videos_only":
        return bundle | {"account_id": f"acc_{platform}"}
    if state is not None:
        bundle["account"] = {
            # Some of it is more than our own rules allow: the platform has it all the same.
            "username": f"daily.bites.{number}" if number % 11 else f"a name of {number} that no rule of ours would let pass",
            "visible_name": None if number % 13 == 0 else f"Daily Bites {number}",
            "biography": CAPTIONS[number % len(CAPTIONS)],
            "profile_picture_url": "images/own.jpg" if number % 3 else f"https://cdn.example.com/{number}.jpg",
            "link_in_bio": "https://example.com/a?b=1" if number % 2 else None,
            "status": state,
        }
    return bundle


def _videos(bundle: dict[str, Any], statuses: Iterator[str], captions: Iterator[str]) -> Iterator[dict[str, Any]]:
    number = int(str(bundle["id"]).removeprefix("bnd_"))
    for position in range(1, 2 + number % 2):
        words = next(captions)
        carousel = (number + position) % 4 == 0
        video: dict[str, Any] = {
            "position": position,
            "status": next(statuses),
            "name": words[:250],
            "description": None if number % 19 == 0 else words,
            "video_type": "carousel" if carousel else "video",
            "target_publish_date": f"2024-03-{1 + number % 28:02}",
            "external_ref": "007" if number % 10 == 0 else None,
            "editing_instructions": words if number % 3 == 0 else None,
            "download_issue": number % 23 == 0,
        }
        if carousel:
            video["carousel_images"] = [f"https://cdn.example.com/{number}/{image}.jpg" for image in range(1 + number % 3)]
            video["tiktok_sound_url"] = "https://www.tiktok.com/music/original-1" if number % 2 else None
        else:
            video["video_url"] = f"https://cdn.example.com/{number}/{position}.mp4" if number % 4 else "videos/own.mp4"
        if bundle["platform"] == "instagram":
            video |= {"instagram_collaborators": ["one", "two"], "instagram_add_to_story": number % 2 == 0, "instagram_location": words}
            video["instagram_content_type"] = ("reel", "post", None)[number % 3]
        if bundle["platform"] == "youtube":
            video |= {"youtube_title": words[:100], "youtube_tags": ["a;b"] if number % 2 else ["street", "food"], "youtube_visibility": "public"}
        yield video
