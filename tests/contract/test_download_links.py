"""The document "Fix Download Link": the flag, the new file, the new dates."""

from __future__ import annotations

import pytest

from tests.contract.proofs import proves
from tests.simulator.stage import Stage, code, day, video

DOCUMENT = "Fix Download Link"
COMMENT = "Link returns 403 Forbidden. Please provide a new URL."
NEW = {"video_url": "https://cdn.example.com/fixed-video.mp4"}
SLIDES = {"carousel_images": ["https://cdn.example.com/slide1.jpg", "https://cdn.example.com/slide2.jpg"]}
CAROUSEL = video(
    video_type="carousel",
    video_url=None,
    carousel_images=["https://cdn.example.com/1.jpg"],
    tiktok_sound_url="https://www.tiktok.com/music/1",
)


def flagged(stage: Stage, body: dict[str, object] | None = None) -> str:
    """The path of a configured video whose link the manager has flagged; it is the second of its bundle."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/videos/2"
    assert stage.send("PUT", path, body or video()).status_code == 200
    stage.operate("POST", f"{path}/flag-download", {"comment": COMMENT})
    return path


@proves(DOCUMENT, "How It Works", "1. manager flags")
def test_step_1_manager_flags_a_broken_link(either: Stage) -> None:
    """The video gets the flag and the comment; nothing else of it changes."""
    path = f"/bundles/{either.published()}/videos/1"
    before = either.send("GET", path).json()["data"]
    either.operate("POST", f"{path}/flag-download", {"comment": COMMENT})
    assert either.send("GET", path).json()["data"] == {**before, "download_issue": True, "download_issue_comment": COMMENT}


@proves(DOCUMENT, "How It Works, fields", "download_issue")
def test_field_download_issue(either: Stage) -> None:
    """false, and true while the manager's flag stands."""
    path = flagged(either)
    sibling = path.removesuffix("2") + "1"
    assert [either.send("GET", one).json()["data"]["download_issue"] for one in (sibling, path)] == [False, True]


@proves(DOCUMENT, "How It Works, fields", "download_issue_comment")
def test_field_download_issue_comment(either: Stage) -> None:
    """null, and the manager's own words while the flag stands."""
    path = flagged(either)
    sibling = path.removesuffix("2") + "1"
    assert [either.send("GET", one).json()["data"]["download_issue_comment"] for one in (sibling, path)] == [None, COMMENT]


@proves(DOCUMENT, "How It Works", "2. you detect the flag")
def test_step_2_polling_the_list_finds_the_flag(either: Stage) -> None:
    """The list of a bundle's videos, filtered for download_issue, names the position at fault."""
    rows = either.send("GET", flagged(either).removesuffix("/2")).json()["data"]
    assert [row["position"] for row in rows if row["download_issue"]] == [2]


@proves(DOCUMENT, "How It Works, returned by", "GET /bundles/:id/videos")
def test_download_issue_is_returned_by_the_list(either: Stage) -> None:
    """Every video of the list has both fields."""
    rows = either.send("GET", flagged(either).removesuffix("/2")).json()["data"]
    told = [(row["download_issue"], row["download_issue_comment"]) for row in rows]
    assert told == [(False, None), (True, COMMENT), (False, None)]


@proves(DOCUMENT, "How It Works, returned by", "GET /bundles/:id/videos/:position")
def test_download_issue_is_returned_by_the_single_video(either: Stage) -> None:
    """The single video has both fields."""
    row = either.send("GET", flagged(either)).json()["data"]
    assert (row["download_issue"], row["download_issue_comment"]) == (True, COMMENT)


@proves(DOCUMENT, "How It Works", "3. you provide a new URL")
@proves(DOCUMENT, "Fix Download Link", "POST /bundles/:id/videos/:position/fix-download")
@proves(DOCUMENT, "Request Body", "video_url")
def test_fix_download_takes_a_new_video_url(either: Stage) -> None:
    """For a video: the file at the new address is stored by the platform, whose own address the video shows from then on."""
    path = flagged(either)
    old = either.send("GET", path).json()["data"]["video_url"]
    done = either.send("POST", f"{path}/fix-download", NEW)
    assert done.status_code == 200
    new = either.send("GET", path).json()["data"]["video_url"]
    assert new == done.json()["data"]["video_url"] not in (old, NEW["video_url"])
    assert either.plain.get(new).status_code == 200


@proves(DOCUMENT, "Request Body", "carousel_images")
def test_fix_download_takes_new_carousel_images(either: Stage) -> None:
    """For a carousel: all its images anew; they need not be as many as before."""
    path = flagged(either, CAROUSEL)
    done = either.send("POST", f"{path}/fix-download", SLIDES)
    assert done.status_code == 200
    assert len(done.json()["data"]["carousel_images"]) == 2
    assert either.send("GET", path).json()["data"]["carousel_images"] == done.json()["data"]["carousel_images"]


@proves(DOCUMENT, "Request Body", "video_url", "carousel_images")
@pytest.mark.parametrize("body", [{}, {**NEW, **SLIDES}, SLIDES, {"video_url": "not an address"}], ids=["neither", "both", "wrong type", "no URL"])
def test_fix_download_takes_the_one_field_that_fits(either: Stage, body: dict[str, object]) -> None:
    """Exactly one of the two, and the one of the video's type; anything else is 400 VALIDATION_ERROR and leaves the flag."""
    path = flagged(either)
    assert code(either.send("POST", f"{path}/fix-download", body)) == (400, "VALIDATION_ERROR")
    assert either.send("GET", path).json()["data"]["download_issue"] is True


@proves(DOCUMENT, "How It Works", "4. flag is cleared")
def test_fix_download_clears_the_flag_until_the_next_one(either: Stage) -> None:
    """The manager can go on; and may flag the same video again, which is then fixed again."""
    path = flagged(either)
    for _ in range(2):
        assert either.send("POST", f"{path}/fix-download", NEW).status_code == 200
        shown = either.send("GET", path).json()["data"]
        assert (shown["download_issue"], shown["download_issue_comment"]) == (False, None)
        either.operate("POST", f"{path}/flag-download")


def date_after_fix(stage: Stage, field: str) -> object:
    """A date of a video that was due in twenty days, after its link has been fixed."""
    path = flagged(stage, video(target_publish_date=day(20)))
    assert stage.send("POST", f"{path}/fix-download", NEW).status_code == 200
    return stage.send("GET", path).json()["data"][field]


@proves(DOCUMENT, "Date reset", "target_publish_date")
def test_fix_download_resets_target_publish_date_to_tomorrow(either: Stage) -> None:
    """Whatever it was, and although a new account may not choose tomorrow itself."""
    assert date_after_fix(either, "target_publish_date") == day(1)


@proves(DOCUMENT, "Date reset", "target_publish_end_date")
def test_fix_download_resets_target_publish_end_date_to_the_day_after(either: Stage) -> None:
    """The day after tomorrow."""
    assert date_after_fix(either, "target_publish_end_date") == day(2)


@proves(DOCUMENT, "Response (200)", "the fixed video")
def test_fix_download_answers_with_the_video(either: Stage) -> None:
    """id, position, status as it was, video_type, name, the new media, no flag, and the dates as moments of midnight UTC."""
    path = flagged(either)
    found = either.send("POST", f"{path}/fix-download", NEW).json()["data"]
    assert found == {
        "id": either.send("GET", path).json()["data"]["id"],
        "position": 2,
        "status": "configured",
        "video_type": "video",
        "name": "Video 2",
        "video_url": found["video_url"],
        "download_issue": False,
        "download_issue_comment": None,
        "target_publish_date": "2027-03-02T00:00:00Z",
        "target_publish_end_date": "2027-03-03T00:00:00Z",
        "updated_at": "2027-03-01T12:00:00Z",
    }


@proves(DOCUMENT, "Errors", "404 BUNDLE_NOT_FOUND")
def test_error_bundle_not_found_on_fix_download(either: Stage) -> None:
    """There is no bundle with this id."""
    assert code(either.send("POST", "/bundles/none/videos/1/fix-download", NEW)) == (404, "BUNDLE_NOT_FOUND")


@proves(DOCUMENT, "Errors", "403 BUNDLE_NOT_OWNED")
def test_error_bundle_not_owned_on_fix_download(either: Stage) -> None:
    """The bundle belongs to another user."""
    path = flagged(either)
    assert code(either.send("POST", f"{path}/fix-download", NEW, api_key="tok_live_other")) == (403, "BUNDLE_NOT_OWNED")


@proves(DOCUMENT, "Errors", "404 VIDEO_NOT_FOUND")
def test_error_video_not_found_on_fix_download(either: Stage) -> None:
    """The position is within the quantity that was bought, yet no video is there any more."""
    path = flagged(either)
    either.operate("POST", f"{path}/remove")
    assert code(either.send("POST", f"{path}/fix-download", NEW)) == (404, "VIDEO_NOT_FOUND")
    assert code(either.send("GET", path)) == (404, "VIDEO_NOT_FOUND")
    assert [row["position"] for row in either.send("GET", path.removesuffix("/2")).json()["data"]] == [1, 3]


@proves(DOCUMENT, "Errors", "400 VIDEO_POSITION_OUT_OF_RANGE")
@pytest.mark.parametrize("position", [0, 4])
def test_error_video_position_out_of_range_on_fix_download(either: Stage, position: int) -> None:
    """Positions begin at 1 and end at `videos_quantity`."""
    path = flagged(either).removesuffix("2") + str(position)
    assert code(either.send("POST", f"{path}/fix-download", NEW)) == (400, "VIDEO_POSITION_OUT_OF_RANGE")


@proves(DOCUMENT, "Errors", "409 VIDEO_NO_DOWNLOAD_ISSUE")
def test_error_video_no_download_issue_on_fix_download(either: Stage) -> None:
    """Nothing is flagged, so there is nothing to fix; a second fix is refused in the same way."""
    path = flagged(either)
    either.send("POST", f"{path}/fix-download", NEW)
    assert code(either.send("POST", f"{path}/fix-download", NEW)) == (409, "VIDEO_NO_DOWNLOAD_ISSUE")


@proves(DOCUMENT, "Errors", "500 UPLOAD_FAILED")
def test_error_upload_failed_on_fix_download(either: Stage) -> None:
    """The replacement cannot be downloaded: the flag, the file and the dates stay as they are."""
    path = flagged(either)
    before = either.send("GET", path).json()
    assert code(either.send("POST", f"{path}/fix-download", {"video_url": "https://gone.invalid/a.mp4"})) == (500, "UPLOAD_FAILED")
    assert either.send("GET", path).json() == before


@proves(DOCUMENT, "Uploading a File Instead of a URL", "1. presigned upload")
def test_fix_download_with_a_presigned_upload(either: Stage) -> None:
    """POST /upload/video gives `upload_url` and `public_url`; the file is PUT to the first and fix-download takes the second."""
    path = flagged(either)
    answer = either.send("POST", "/upload/video", {"filename": "new.mp4", "bundle_id": path.split("/")[2]})
    place = answer.json()["data"]
    assert either.plain.put(place["upload_url"], content=b"film", headers={"Content-Type": "video/mp4"}).status_code == 200
    done = either.send("POST", f"{path}/fix-download", {"video_url": place["public_url"]})
    assert done.json()["data"]["video_url"] == place["public_url"]
    assert either.plain.get(place["public_url"]).content == b"film"


@proves(DOCUMENT, "Uploading a File Instead of a URL", "2. direct upload")
def test_fix_download_with_a_direct_upload(either: Stage) -> None:
    """POST /upload/video/direct takes the file itself, as multipart; fix-download takes its `public_url`."""
    path = flagged(either)
    given = {"files": {"file": ("new.mp4", b"film", "video/mp4")}, "data": {"bundle_id": path.split("/")[2]}}
    place = either.http.post("/upload/video/direct", **given).json()["data"]["public_url"]
    done = either.send("POST", f"{path}/fix-download", {"video_url": place})
    assert done.json()["data"]["video_url"] == place
    assert either.plain.get(place).content == b"film"
