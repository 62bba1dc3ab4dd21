"""The rules of the seeds "Videos" (001), "Video Actions" (000) and "Fix Download Link" (004)."""

from __future__ import annotations

import pytest

from .stage import Stage, code, day, video

SOUND = "https://www.tiktok.com/music/original-sound-123"
IMAGES = ["https://cdn.example.com/1.jpg", "https://cdn.example.com/2.jpg"]
LIST_FIELDS = {
    "id",
    "name",
    "position",
    "video_type",
    "status",
    "description",
    "target_publish_date",
    "video_url",
    "external_ref",
    "download_issue",
    "download_issue_comment",
}


@pytest.mark.parametrize(
    ("platform", "body", "field"),
    [
        ("tiktok", video(), None),
        ("tiktok", video(video_url=None), "video_url"),
        ("tiktok", video(video_url="videos/a.mp4"), "video_url"),
        ("tiktok", video(description=None), "description"),
        ("tiktok", video(target_publish_date=None), "target_publish_date"),
        ("tiktok", video(target_publish_date="15/03/2027"), "target_publish_date"),
        ("tiktok", video(video_type=None), "video_type"),
        ("tiktok", video(video_type="carousel", tiktok_sound_url=SOUND), "carousel_images"),
        ("tiktok", video(video_type="carousel", carousel_images=IMAGES), "tiktok_sound_url"),
        (
            "tiktok",
            video(video_type="carousel", carousel_images=IMAGES, tiktok_sound_url=SOUND),
            None,
        ),
        ("instagram", video(), "instagram_content_type"),
        ("instagram", video(instagram_content_type="reel"), None),
        ("instagram", video(instagram_content_type="story"), "instagram_content_type"),
        (
            "instagram",
            video(video_type="carousel", carousel_images=IMAGES, instagram_content_type="post"),
            None,
        ),
        ("youtube", video(), "youtube_title"),
        ("youtube", video(youtube_title="Dawn"), None),
        ("youtube", video(video_type="carousel", carousel_images=IMAGES), "video_type"),
        ("tiktok", video(editing_instructions="Shorter"), "editing_instructions"),
        ("tiktok", video(volume_added_sound=101), "volume_added_sound"),
    ],
)
def test_each_platform_has_its_own_requirements(stage: Stage, platform: str, body: dict[str, object], field: str | None) -> None:
    """A good slot is configured; a bad one names the field at fault (seed 001)."""
    bundle = stage.create(platform=platform)
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/1", body)
    if field is None:
        assert answer.json()["data"]["status"] == "configured", answer.text
    else:
        assert code(answer) == (400, "VALIDATION_ERROR")
        assert answer.json()["error"]["details"]["field"] == field


def test_the_date_is_that_of_utc(stage: Stage) -> None:
    """At ten to midnight UTC the day is still the old one, ten minutes later the new one."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/videos/1"
    stage.operate("POST", "/clock", {"now": "2027-03-02T00:50:00+01:00"})
    assert stage.send("PUT", path, video(target_publish_date=day(3))).status_code == 200
    stage.operate("POST", "/clock", {"advance_seconds": 900})
    assert stage.send("PUT", path, video(target_publish_date=day(3))).status_code == 400


def test_the_list_shows_less_than_the_single_view(stage: Stage) -> None:
    """Only the seed's fields stand in the list; a PUT clears what it omits."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/videos/1"
    stage.send("PUT", path, video(tiktok_sound_url=SOUND, external_ref="v1", name="Dawn"))
    listed = stage.send("GET", f"/bundles/{bundle}/videos").json()["data"][0]
    single = stage.send("GET", path).json()["data"]
    assert set(listed) == LIST_FIELDS
    assert (single["tiktok_sound_url"], single["target_publish_end_date"]) == (SOUND, day(4))
    stage.send("PUT", path, video())
    cleared = stage.send("GET", path).json()["data"]
    assert (cleared["tiktok_sound_url"], cleared["external_ref"]) == (None, None)
    assert cleared["name"] == "Video 1"


def test_external_media_are_rehosted_and_own_ones_kept(stage: Stage) -> None:
    """video_url comes back as an address of the platform; sent again, it stays."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/videos/1"
    address = stage.send("PUT", path, video()).json()["data"]["video_url"]
    assert address.startswith(stage.state.origin)
    assert stage.plain.get(address).status_code == 200
    again = stage.send("PUT", path, video(video_url=address)).json()["data"]["video_url"]
    assert again == address


@pytest.mark.parametrize("address", ["https://gone.invalid/a.mp4", "https://cdn.example.com/broken/a.mp4"])
def test_unreachable_media_fail_the_upload(stage: Stage, address: str) -> None:
    """500 UPLOAD_FAILED (seed 004), and the slot is as before."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/videos/1"
    answer = stage.send("PUT", path, video(video_url=address))
    assert code(answer) == (500, "UPLOAD_FAILED")
    assert stage.send("GET", path).json()["data"]["status"] == "pending"


def test_positions_are_checked(stage: Stage) -> None:
    """Out of range is 400, and so is a position that is no number (seed 004)."""
    bundle = stage.create()
    for position in ("0", "4"):
        answer = stage.send("GET", f"/bundles/{bundle}/videos/{position}")
        assert code(answer) == (400, "VIDEO_POSITION_OUT_OF_RANGE")
    assert code(stage.send("GET", f"/bundles/{bundle}/videos/x"))[0] == 400


def test_a_batch_fails_per_position(stage: Stage) -> None:
    """Good positions are configured, bad ones say why (API reference 2.16)."""
    bundle = stage.create()
    items = [
        {"position": 1, **video()},
        {"position": 2, **video(target_publish_date=day(1))},
        {"position": 9, **video()},
    ]
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/batch", {"videos": items}).json()
    assert (answer["data"]["configured"], answer["data"]["failed"]) == (1, 2)
    codes = [item.get("error", {}).get("code") for item in answer["data"]["results"]]
    assert codes == [None, "VALIDATION_ERROR", "VIDEO_POSITION_OUT_OF_RANGE"]


def test_a_batch_may_publish_the_bundle(stage: Stage) -> None:
    """auto_publish tells whether it worked."""
    bundle = stage.create()
    body = {"videos": [{"position": 1, **video()}], "auto_publish": True}
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/batch", body).json()
    assert answer["auto_publish"]["error"]["code"] == "ACCOUNT_NOT_CONFIGURED"
    account = {"username": "a", "visible_name": "A", "biography": "b", "profile_picture_url": "https://cdn.example.com/p.jpg"}
    stage.send("PUT", f"/bundles/{bundle}/account", account)
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/batch", body).json()
    assert answer["auto_publish"]["status"] == "published"


def test_a_batch_has_a_limit_and_no_position_twice(stage: Stage) -> None:
    """51 items or a repeated position refuse the batch whole."""
    bundle = stage.create(videos_quantity=60)
    path = f"/bundles/{bundle}/videos/batch"
    many = [{"position": number, **video()} for number in range(1, 52)]
    assert code(stage.send("PUT", path, {"videos": many})) == (400, "VALIDATION_ERROR")
    twice = [{"position": 1, **video()}] * 2
    assert code(stage.send("PUT", path, {"videos": twice})) == (400, "VALIDATION_ERROR")
    assert code(stage.send("PUT", path, {"videos": []})) == (400, "VALIDATION_ERROR")


def test_a_csv_imports_its_valid_rows(stage: Stage) -> None:
    """Rows count from 1 below the header; both names of the date column work (2.17)."""
    bundle = stage.create()
    lines = [
        "position,video_type,description,video_url,target_publish_start_date",
        f'1,video,"Dawn, ""red""",https://cdn.example.com/a.mp4,{day(3)}',
        f"2,video,Noon,,{day(3)}",
    ]
    text = "\ufeff" + "\r\n".join(lines)
    answer = stage.http.post(
        f"/bundles/{bundle}/videos/import-csv",
        files={"file": ("videos.csv", text.encode(), "text/csv")},
    ).json()["data"]
    assert (answer["imported"], answer["skipped"]) == (1, 1)
    assert answer["errors"][0]["row"] == 2
    shown = stage.send("GET", f"/bundles/{bundle}/videos/1").json()["data"]
    assert shown["description"] == 'Dawn, "red"'


def test_names_are_patched_at_any_status(stage: Stage) -> None:
    """PATCH knows name and external_ref here; nothing else (API reference 2.15)."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/videos/1"
    done = stage.send("PATCH", path, {"name": "Dawn", "external_ref": "v1"}).json()["data"]
    assert (done["name"], done["external_ref"]) == ("Dawn", "v1")
    assert code(stage.send("PATCH", path, {"description": "x"})) == (400, "VALIDATION_ERROR")


def test_auto_publish_hands_a_slot_of_an_accepted_bundle_over(stage: Stage) -> None:
    """A late slot is published by its own configuration, once the bundle is accepted (2.14)."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/videos/2"
    early = stage.send("PUT", path, video(auto_publish=True)).json()
    assert early["auto_publish"]["error"]["code"] == "BUNDLE_INVALID_STATUS"
    stage.operate("POST", f"/bundles/{bundle}/accept")
    assert stage.send("PUT", path, video(auto_publish=True)).json()["data"]["status"] == "published"


def test_a_csv_knows_every_kind_of_column(stage: Stage) -> None:
    """Lists, flags and volumes; a file of another kind is refused (2.17)."""
    bundle = stage.create(platform="instagram")
    path = f"/bundles/{bundle}/videos/import-csv"
    header = (
        "position,video_type,description,carousel_images,target_publish_date,instagram_content_type,"
        "instagram_collaborators,instagram_add_to_story,volume_added_sound"
    )
    row = f"1,carousel,Dawn,{';'.join(IMAGES)},{day(3)},post,ana; ben,TRUE,40"
    text = f"{header}\n{row}\nx,video,Noon,,,,,,".encode()
    answer = stage.http.post(path, files={"file": ("v.csv", text)}, data={"auto_publish": "true"}).json()
    assert (answer["data"]["imported"], answer["data"]["errors"][0]["row"]) == (1, 2)
    assert answer["auto_publish"]["error"]["code"] == "ACCOUNT_NOT_CONFIGURED"
    shown = stage.send("GET", f"/bundles/{bundle}/videos/1").json()["data"]
    assert (shown["instagram_collaborators"], shown["volume_added_sound"]) == (["ana", "ben"], 40)
    for name, content in (("v.xlsx", b"x"), ("v.csv", b"\xff\xfe"), ("v.csv", b"a,b\n1,2")):
        refused = stage.http.post(path, files={"file": (name, content)})
        assert code(refused) == (400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "changes",
    [
        {"instagram_collaborators": "ana"},
        {"instagram_collaborators": [""]},
        {"instagram_add_to_story": "yes"},
        {"name": 5},
        {"instagram_audio_name": "x" * 201},
    ],
)
def test_values_have_their_type(stage: Stage, changes: dict[str, object]) -> None:
    """A text where a list or a flag belongs is refused (API reference 3.3)."""
    bundle = stage.create(platform="instagram")
    body = video(instagram_content_type="reel", **changes)
    answer = stage.send("PUT", f"/bundles/{bundle}/videos/1", body)
    assert code(answer) == (400, "VALIDATION_ERROR")
