"""The document "Videos": types, platforms, the lifecycle, publish dates, and the two reads."""

from __future__ import annotations

import httpx
import pytest

from tests.contract.proofs import proves
from tests.simulator.stage import Stage, code, day, video

IMAGES = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
SOUND = "https://www.tiktok.com/music/original-sound-123"
LIFECYCLE = ("pending", "configured", "published", "accepted", "in_review", "finalized")


def carousel(**changes: object) -> dict[str, object]:
    """A correct TikTok carousel, but for what is changed; None leaves a field out."""
    return video(**{"video_type": "carousel", "video_url": None, "carousel_images": IMAGES, "tiktok_sound_url": SOUND, **changes})


def put(stage: Stage, body: dict[str, object], platform: str = "tiktok") -> httpx.Response:
    """Configure the first video of a new bundle on this platform."""
    return stage.send("PUT", f"/bundles/{stage.create(platform=platform)}/videos/1", body)


def kept(answer: httpx.Response) -> dict[str, object]:
    """The configured video."""
    assert answer.status_code == 200, answer.text
    found: dict[str, object] = answer.json()["data"]
    assert found["status"] == "configured"
    return found


def refused_field(answer: httpx.Response) -> str:
    """The field that a 400 VALIDATION_ERROR names."""
    assert code(answer) == (400, "VALIDATION_ERROR")
    return str(answer.json()["error"]["details"]["field"])


@proves("Videos", "Video Types", "video")
def test_video_type_video_is_a_single_file(either: Stage) -> None:
    """`video_type` is video: one file, at `video_url`."""
    found = kept(put(either, video()))
    assert (found["video_type"], found["carousel_images"]) == ("video", None)
    assert str(found["video_url"]).startswith("http")


@proves("Videos", "Video Types", "carousel")
def test_video_type_carousel_is_a_list_of_images(either: Stage) -> None:
    """`video_type` is carousel: several images, in their order, and no video file."""
    found = kept(put(either, carousel()))
    images = found["carousel_images"]
    assert isinstance(images, list)
    assert (found["video_type"], found["video_url"], len(images)) == ("carousel", None, 2)


@proves("developers.tokportal.com", "Videos", "story")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 200),
        ({"description": "x"}, 400),
        ({"video_url": None}, 400),
        ({"story_image_url": "https://cdn.example.com/s.jpg"}, 400),
    ],
)
def test_video_type_story_has_one_medium_and_no_caption(may: Stage, changes: dict[str, object], expected: int) -> None:
    """`video_type` is story: exactly one of `video_url` and `story_image_url`, and no description."""
    body = {**video(video_type="story", description=None), **changes}
    path = f"/bundles/{may.create()}/videos/1"
    assert may.send("PUT", path, body).status_code == expected


@proves("Videos", "TikTok", "video")
def test_tiktok_video_needs_a_file_and_may_have_a_sound(either: Stage) -> None:
    """`video_url` is required; `tiktok_sound_url` is optional."""
    assert refused_field(put(either, video(video_url=None))) == "video_url"
    assert kept(put(either, video()))["tiktok_sound_url"] is None
    assert kept(put(either, video(tiktok_sound_url=SOUND)))["tiktok_sound_url"] == SOUND


@proves("Videos", "TikTok", "carousel")
def test_tiktok_carousel_needs_images_and_a_sound(either: Stage) -> None:
    """`carousel_images` and `tiktok_sound_url` are both required."""
    assert refused_field(put(either, carousel(carousel_images=None))) == "carousel_images"
    assert refused_field(put(either, carousel(tiktok_sound_url=None))) == "tiktok_sound_url"
    assert kept(put(either, carousel()))["tiktok_sound_url"] == SOUND


@proves("Videos", "Instagram", "instagram_content_type")
@pytest.mark.parametrize("content", [None, "story", "Reel"])
def test_instagram_needs_a_content_type(either: Stage, content: str | None) -> None:
    """`instagram_content_type` is required, and is reel or post."""
    assert refused_field(put(either, video(instagram_content_type=content), "instagram")) == "instagram_content_type"


def instagram(stage: Stage, content: str, kind: str) -> None:
    """Configure that combination on Instagram; no sound is needed there."""
    body = video() if kind == "video" else carousel(tiktok_sound_url=None)
    found = kept(put(stage, {**body, "instagram_content_type": content}, "instagram"))
    assert (found["instagram_content_type"], found["video_type"]) == (content, kind)


@proves("Videos", "Instagram", "reel, video")
def test_instagram_reel_with_a_video(either: Stage) -> None:
    """A reel with a single video."""
    instagram(either, "reel", "video")


@proves("Videos", "Instagram", "reel, carousel")
def test_instagram_reel_with_a_carousel(either: Stage) -> None:
    """A reel carousel with several images."""
    instagram(either, "reel", "carousel")


@proves("Videos", "Instagram", "post, video")
def test_instagram_post_with_a_video(either: Stage) -> None:
    """A feed post with a single video."""
    instagram(either, "post", "video")


@proves("Videos", "Instagram", "post, carousel")
def test_instagram_post_with_a_carousel(either: Stage) -> None:
    """A feed post with several images."""
    instagram(either, "post", "carousel")


@proves("Videos", "YouTube", "video")
def test_youtube_video_has_title_tags_category_and_visibility(february: Stage) -> None:
    """A video file is required; title, tags, category and visibility are kept as they were given."""
    own = {"youtube_title": "Dawn", "youtube_tags": ["market", "food"], "youtube_category": "Travel", "youtube_visibility": "unlisted"}
    found = kept(put(february, video(**own), "youtube"))
    assert {name: found[name] for name in own} == own
    assert refused_field(put(february, video(video_url=None, **own), "youtube")) == "video_url"


@proves("Videos", "YouTube", "no carousels")
def test_youtube_does_not_support_carousels(february: Stage) -> None:
    """A carousel is refused at its `video_type`."""
    assert refused_field(put(february, carousel(youtube_title="Dawn"), "youtube")) == "video_type"


def status_of(stage: Stage, bundle: str) -> str:
    """The status of its first video."""
    return str(stage.send("GET", f"/bundles/{bundle}/videos/1").json()["data"]["status"])


@proves("Videos", "Video Status Lifecycle", "order")
def test_video_lifecycle_in_its_order(either: Stage) -> None:
    """pending, configured, published, accepted, in_review, finalized: one after the other."""
    bundle = either.accepted()
    path = f"/bundles/{bundle}/videos/1"
    seen = [str(either.send("GET", f"/bundles/{bundle}/videos/2").json()["data"]["status"]), status_of(either, bundle)]
    for step in ("post", "accept", "review"):
        either.operate("POST", f"{path}/{step}")
        seen.append(status_of(either, bundle))
    either.send("POST", f"{path}/finalize")
    assert (*seen, status_of(either, bundle)) == LIFECYCLE


@proves("Videos", "Video Status Lifecycle", "pending")
def test_video_status_pending_has_a_position_and_no_content(either: Stage) -> None:
    """Every slot that is bought exists at once, at its 1-based position, without content."""
    bundle = either.create(videos_quantity=2)
    rows = either.send("GET", f"/bundles/{bundle}/videos").json()["data"]
    assert [(row["position"], row["status"], row["video_url"], row["description"]) for row in rows] == [
        (1, "pending", None, None),
        (2, "pending", None, None),
    ]


@proves("Videos", "Video Status Lifecycle", "configured")
def test_video_status_configured_has_content_and_can_still_be_replaced(either: Stage) -> None:
    """Content has been set; it may be configured again."""
    bundle = either.create()
    path = f"/bundles/{bundle}/videos/1"
    kept(either.send("PUT", path, video()))
    assert kept(either.send("PUT", path, video(description="A market at noon")))["description"] == "A market at noon"


@proves("Videos", "Video Status Lifecycle", "published")
def test_video_status_published_by_the_creator(either: Stage) -> None:
    """The creator has posted it: it can be corrected, and no longer configured or unscheduled."""
    bundle = either.accepted()
    either.operate("POST", f"/bundles/{bundle}/videos/1/post")
    assert status_of(either, bundle) == "published"
    assert either.send("PUT", f"/bundles/{bundle}/videos/1", video()).status_code == 409
    assert either.send("POST", f"/bundles/{bundle}/videos/1/unschedule").status_code == 409
    assert either.send("POST", f"/bundles/{bundle}/videos/1/corrections", {"message": "Louder"}).status_code == 200


@proves("Videos", "Video Status Lifecycle", "accepted")
def test_video_status_accepted_after_published(either: Stage) -> None:
    """A posted video has been reviewed and accepted: it can be finalized. One that is not posted cannot be accepted."""
    bundle = either.accepted()
    operator = f"{either.simulator.operator_url}/bundles/{bundle}/videos/1"
    assert either.plain.post(f"{operator}/accept").status_code == 409
    either.operate("POST", f"/bundles/{bundle}/videos/1/post")
    either.operate("POST", f"/bundles/{bundle}/videos/1/accept")
    assert status_of(either, bundle) == "accepted"
    assert either.send("POST", f"/bundles/{bundle}/videos/1/finalize").status_code == 200


@proves("Videos", "Video Status Lifecycle", "in_review")
def test_video_status_in_review_before_completion(either: Stage) -> None:
    """The final review of an accepted video, of no other: it can be finalized."""
    bundle = either.accepted()
    for step in ("post", "accept"):
        assert either.plain.post(f"{either.simulator.operator_url}/bundles/{bundle}/videos/1/review").status_code == 409
        either.operate("POST", f"/bundles/{bundle}/videos/1/{step}")
    either.operate("POST", f"/bundles/{bundle}/videos/1/review")
    assert status_of(either, bundle) == "in_review"
    assert either.send("POST", f"/bundles/{bundle}/videos/1/finalize").status_code == 200


@proves("Videos", "Video Status Lifecycle", "finalized")
def test_video_status_finalized_is_the_end(either: Stage) -> None:
    """Nobody moves it any more, neither the brand nor the people at the platform."""
    bundle = either.accepted()
    either.operate("POST", "/status", {"bundle": bundle, "position": 1, "status": "finalized"})
    for step in ("post", "accept", "review", "flag-download"):
        assert either.plain.post(f"{either.simulator.operator_url}/bundles/{bundle}/videos/1/{step}").status_code == 409
    assert status_of(either, bundle) == "finalized"


def deliver(stage: Stage) -> str:
    """The id of a delivered account."""
    bundle = stage.published()
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    return str(stage.send("GET", f"/bundles/{bundle}").json()["data"]["saved_account_id"])


@proves("Videos", "Publish Date Rules", "New accounts")
def test_publish_date_of_a_new_account_is_three_days_ahead(either: Stage) -> None:
    """Not yet delivered: today + 3 is the first date that is taken; today + 2 is refused."""
    path = f"/bundles/{either.create()}/videos/1"
    assert either.send("PUT", path, video(target_publish_date=day(2))).status_code == 400
    assert kept(either.send("PUT", path, video(target_publish_date=day(3))))["target_publish_date"] == day(3)


@proves("Videos", "Publish Date Rules", "Existing accounts")
def test_publish_date_of_an_existing_account_is_one_day_ahead(either: Stage) -> None:
    """Delivered, or videos for an account that exists: today + 1 is the first date that is taken; today is refused."""
    only = either.create(bundle_type="videos_only", account_id=deliver(either), platform=None, country=None)
    path = f"/bundles/{only}/videos/1"
    assert either.send("PUT", path, video(target_publish_date=day(0))).status_code == 400
    assert kept(either.send("PUT", path, video(target_publish_date=day(1))))["target_publish_date"] == day(1)


@proves("Videos", "Publish Date Rules, error", "VALIDATION_ERROR")
def test_error_validation_error_for_an_early_date(february: Stage) -> None:
    """A date before the allowed minimum is refused with VALIDATION_ERROR at `target_publish_date`, and nothing changes."""
    path = f"/bundles/{february.create()}/videos/1"
    assert refused_field(february.send("PUT", path, video(target_publish_date=day(2)))) == "target_publish_date"
    assert february.send("GET", path).json()["data"]["status"] == "pending"


def listed(stage: Stage) -> list[dict[str, object]]:
    """The list of a bundle of two videos, of which the first is configured as in the example of the document."""
    bundle = stage.create(videos_quantity=2)
    body = video(description="Unboxing the new product line", target_publish_date="2027-03-15", external_ref="campaign-42-v1")
    assert stage.send("PUT", f"/bundles/{bundle}/videos/1", body).status_code == 200
    found: list[dict[str, object]] = stage.send("GET", f"/bundles/{bundle}/videos").json()["data"]
    return found


@proves("Videos", "List All Videos in a Bundle", "GET /bundles/:id/videos")
def test_list_of_videos_has_every_position_in_order(either: Stage) -> None:
    """Every video of the bundle, configured or not; there are no pages."""
    bundle = either.create(videos_quantity=40)
    rows = either.send("GET", f"/bundles/{bundle}/videos?page=2&per_page=5").json()
    assert (set(rows), [row["position"] for row in rows["data"]]) == ({"data"}, list(range(1, 41)))


@proves("Videos", "List All Videos in a Bundle, response", "a configured video")
def test_list_of_videos_shows_a_configured_video(either: Stage) -> None:
    """position, video_type, status, description, target_publish_date, video_url and external_ref, as they were given."""
    row = listed(either)[0]
    expected = {
        "position": 1,
        "video_type": "video",
        "status": "configured",
        "description": "Unboxing the new product line",
        "target_publish_date": "2027-03-15",
        "external_ref": "campaign-42-v1",
    }
    assert {name: row[name] for name in expected} == expected
    assert str(row["video_url"]).endswith(".mp4")


@proves("Videos", "List All Videos in a Bundle, response", "a pending carousel")
def test_list_of_videos_shows_nulls_for_a_pending_one(either: Stage) -> None:
    """The same fields, null where there is nothing yet."""
    row = listed(either)[1]
    assert (row["position"], row["status"]) == (2, "pending")
    assert [row[name] for name in ("description", "target_publish_date", "video_url", "external_ref")] == [None] * 4


@proves("Videos", "Get a Single Video", "GET /bundles/:id/videos/:position")
@proves("Videos", "Get a Single Video, response", "tiktok_sound_url, editing_instructions")
def test_single_video_adds_sound_and_editing_instructions(either: Stage) -> None:
    """All that the list shows, and `tiktok_sound_url` and `editing_instructions` besides."""
    bundle = either.create(edits_quantity=1)
    path = f"/bundles/{bundle}/videos/1"
    either.send("PUT", path, video(tiktok_sound_url=SOUND, editing_instructions="Add brand logo at the end"))
    listed = either.send("GET", f"/bundles/{bundle}/videos").json()["data"][0]
    single = either.send("GET", path).json()["data"]
    assert listed.items() <= single.items()
    assert (single["tiktok_sound_url"], single["editing_instructions"]) == (SOUND, "Add brand logo at the end")
    assert not {"tiktok_sound_url", "editing_instructions"} & set(listed)
