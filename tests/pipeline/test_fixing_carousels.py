"""A flagged carousel is mended with addresses, wherever its new images come from (seed 004)."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import NOBODY, Desk, bundle, video
from tests.media import making

SOUND = "https://www.tiktok.com/music/original-sound-7004"
SLIDES = {"video_type": "carousel", "video": None, "tiktok_sound_url": SOUND}


@pytest.fixture
def flagged(desk: Desk) -> Desk:
    """A carousel whose images the manager cannot open."""
    first = video("spring", 1, **SLIDES, carousel_images="https://cdn.example.com/a.jpg; https://cdn.example.com/b.jpg")
    assert desk.import_(desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[first])).code == 0
    desk.operate("POST", f"/bundles/{desk.bundles['spring'].id}/videos/1/flag-download", {"comment": "403"})
    return desk


def test_local_images_of_a_fix_are_sent_by_their_public_addresses(flagged: Desk) -> None:
    """They are uploaded, and the platform fetches them; asking again sends nothing."""
    folder = flagged.sheets("fix", videos=[{"bundle": "spring", "position": 1, "action": "fix-download", "carousel_images": "one.jpg; two.jpg"}])
    for name, width in (("one.jpg", 1080), ("two.jpg", 1082)):
        making.image(folder / name, size=(width, 1350))
    ended = flagged.import_(folder)
    assert (ended.code, ended.rows) == (0, {"total": 1, "done": 1}), ended.document["findings"]
    slot = flagged.bundles["spring"].slots[0]
    assert not slot.download_issue
    images = slot.content["carousel_images"]
    assert isinstance(images, list) and len(images) == 2 and all(str(image).startswith("http") for image in images)
    again = flagged.writes
    assert flagged.import_(folder).code == 0 and flagged.writes == again


def test_the_platform_answers_a_storage_path_as_a_file_that_cannot_be_fetched(flagged: Desk) -> None:
    """UPLOAD_FAILED, and the flag stays."""
    path = f"/bundles/{flagged.bundles['spring'].id}/videos/1/fix-download"
    body = {"carousel_images": ["images/bnd/1.jpg", "images/bnd/2.jpg"]}
    answer = httpx.post(flagged.base_url + path, json=body, headers={"X-API-Key": flagged.key}, trust_env=False, verify=NOBODY)
    assert (answer.status_code, answer.json()["error"]["code"]) == (500, "UPLOAD_FAILED")
    assert flagged.bundles["spring"].slots[0].download_issue
