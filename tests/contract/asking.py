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
