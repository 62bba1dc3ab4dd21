"""What several of these tests ask the platform, or its operator, about a bundle."""

from __future__ import annotations

import httpx

from tests.simulator.stage import Stage


def order(stage: Stage, **changes: object) -> httpx.Response:
    """Order a bundle of three videos; None leaves a field out."""
    body: dict[str, object] = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "FR", "videos_quantity": 3, **changes}
    return stage.send("POST", "/bundles", {name: value for name, value in body.items() if value is not None})


def seen(stage: Stage, bundle: str) -> dict[str, object]:
    """The single bundle."""
    answer = stage.send("GET", f"/bundles/{bundle}")
    assert answer.status_code == 200
    found: dict[str, object] = answer.json()["data"]
    return found


def set_status(stage: Stage, bundle: str, **what: object) -> None:
    """Put the bundle, a video of it, or its account into a status."""
    stage.operate("POST", "/status", {"bundle": bundle, **what})


SHOWN = {
    "bundle_type": "account_and_videos",
    "platform": "tiktok",
    "country": "FR",
    "status": "published",
    "videos_quantity": 5,
    "edits_quantity": 1,
    "used_edits": 0,
    "external_ref": "campaign-42",
    "existing_account_id": None,
    "auto_finalize_videos": False,
    "wants_niche_warming": True,
    "wants_deep_warming": False,
    "wants_moderation": False,
    "is_published": True,
    "account_configured": True,
    "videos_total": 5,
    "videos_configured_count": 1,
    "next_action": None,
    "created_at": "2027-03-01T12:00:00Z",
    "updated_at": "2027-03-01T12:00:00Z",
}
"""What the examples of the document show, for the bundle below."""


def shown_bundle(stage: Stage) -> str:
    """A bundle with something in every field of the examples."""
    return stage.published(
        videos_quantity=5,
        edits_quantity=1,
        external_ref="campaign-42",
        auto_finalize_videos=False,
        wants_niche_warming=True,
        niche_warming_instructions="Street food",
    )
