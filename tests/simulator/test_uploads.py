"""Presigned and direct uploads, and where their results may be used (API reference 2.20)."""

from __future__ import annotations

import pytest

from .stage import Stage, code, video

MP4 = {"Content-Type": "video/mp4"}


def presigned(stage: Stage, bundle: str) -> dict[str, str]:
    """A fresh presigned video upload."""
    answer = stage.send("POST", "/upload/video", {"filename": "a.mp4", "bundle_id": bundle})
    found: dict[str, str] = answer.json()["data"]
    return found


def test_a_presigned_upload_is_put_used_and_fetched(stage: Stage) -> None:
    """Before the bytes are there the address is worthless; afterwards it serves them."""
    bundle = stage.create()
    made = presigned(stage, bundle)
    path = f"/bundles/{bundle}/videos/1"
    early = stage.send("PUT", path, video(video_url=made["public_url"]))
    assert code(early) == (500, "UPLOAD_FAILED")
    assert stage.plain.get(made["public_url"]).status_code == 404
    assert stage.plain.put(made["upload_url"], content=b"film", headers=MP4).status_code == 200
    assert stage.plain.get(made["public_url"]).content == b"film"
    done = stage.send("PUT", path, video(video_url=made["public_url"])).json()["data"]
    assert done["video_url"] == made["public_url"]


def test_storage_is_strict(stage: Stage) -> None:
    """Another type or an old address is 403, no length 411, and the API key is a violation."""
    bundle = stage.create()
    address = presigned(stage, bundle)["upload_url"]
    put = stage.plain.put
    assert put(address, content=b"x", headers={"Content-Type": "image/png"}).status_code == 403
    assert put(address, content=iter([b"x"]), headers=MP4).status_code == 411
    assert put(address, content=b"x", headers={**MP4, "X-API-Key": "k"}).status_code == 400
    assert stage.state.journal.violations[0]["kind"] == "api_key_sent_to_storage"
    stage.operate("POST", "/clock", {"advance_seconds": 15 * 60})
    assert put(address, content=b"x", headers=MP4).status_code == 403
    assert put(f"{stage.state.origin}/_storage/made-up", content=b"x").status_code == 403


def test_a_video_is_sent_directly(stage: Stage) -> None:
    """Multipart with bundle_id and file; the type may come from the name."""
    bundle = stage.create()
    answer = stage.http.post(
        "/upload/video/direct",
        data={"bundle_id": bundle},
        files={"file": ("a.mp4", b"film", "application/octet-stream")},
    ).json()["data"]
    assert (answer["filename"], answer["size_bytes"]) == ("a.mp4", 4)
    assert answer["content_type"] == "video/mp4"
    assert stage.plain.get(answer["public_url"]).content == b"film"


def test_a_carousel_takes_storage_paths(stage: Stage) -> None:
    """The storage path of an image is kept; an unknown one is refused."""
    bundle = stage.create(platform="instagram")
    image = stage.http.post(
        "/upload/image/direct",
        data={"bundle_id": bundle, "purpose": "carousel"},
        files={"file": ("a.png", b"png", "image/png")},
    ).json()["data"]
    remote = stage.send(
        "POST",
        "/upload/image/from-url",
        {"url": "https://cdn.example.com/b.jpg", "bundle_id": bundle},
    ).json()["data"]
    paths = [image["storage_path"], remote["storage_path"]]
    slot = video(video_type="carousel", video_url=None, instagram_content_type="post")
    path = f"/bundles/{bundle}/videos/1"
    done = stage.send("PUT", path, {**slot, "carousel_images": paths}).json()["data"]
    assert done["carousel_images"] == paths
    wrong = stage.send("PUT", path, {**slot, "carousel_images": ["nowhere.png"]})
    assert code(wrong) == (400, "VALIDATION_ERROR")


def test_a_presigned_image_has_all_three_addresses(stage: Stage) -> None:
    """upload_url, public_url and storage_path."""
    body = {"filename": "a.png", "content_type": "image/png", "bundle_id": stage.create()}
    answer = stage.send("POST", "/upload/image", body).json()["data"]
    assert set(answer) == {"upload_url", "public_url", "storage_path"}


@pytest.mark.parametrize(
    ("purpose", "name", "expected"),
    [("banner", "a.png", 400), ("carousel", "a.pdf", 400), ("profile_picture", "a.png", 200)],
)
def test_images_have_a_purpose_and_a_type(stage: Stage, purpose: str, name: str, expected: int) -> None:
    """A wrong purpose or a wrong format is refused."""
    answer = stage.http.post(
        "/upload/image/direct",
        data={"bundle_id": stage.create(), "purpose": purpose},
        files={"file": (name, b"x", None)},
    )
    assert answer.status_code == expected


def test_uploads_belong_to_a_bundle(stage: Stage) -> None:
    """Missing, unknown and foreign bundles are refused, and so is a missing file."""
    files = {"file": ("a.mp4", b"x", "video/mp4")}
    path = "/upload/video/direct"
    assert code(stage.http.post(path, files=files))[0] == 400
    assert code(stage.http.post(path, files=files, data={"bundle_id": "none"}))[0] == 404
    bundle = {"bundle_id": stage.create()}
    other = {"X-API-Key": "tok_live_other"}
    foreign = stage.http.post(path, files=files, data=bundle, headers=other)
    assert code(foreign) == (403, "BUNDLE_NOT_OWNED")
    assert code(stage.http.post(path, data=bundle, files={"other": ("a", b"")}))[0] == 400
    assert code(stage.http.post(path, json=bundle))[0] == 400


def test_a_direct_upload_may_be_too_large(stage: Stage) -> None:
    """A host may limit the body; then 413 asks for the presigned way."""
    bundle = stage.create()
    stage.operate("POST", "/settings", {"direct_limit": 1000})
    answer = stage.http.post(
        "/upload/video/direct",
        data={"bundle_id": bundle},
        files={"file": ("a.mp4", b"x" * 2000, "video/mp4")},
    )
    stage.state.settings.direct_limit = None
    assert code(answer) == (413, "PAYLOAD_TOO_LARGE")


def test_the_same_multipart_bytes_replay(stage: Stage) -> None:
    """With a fixed boundary a key repeats the answer; with another one it is a conflict."""
    bundle = stage.create()

    def upload(boundary: str) -> tuple[int, str | None]:
        answer = stage.http.post(
            "/upload/video/direct",
            data={"bundle_id": bundle},
            files={"file": ("a.mp4", b"film", "video/mp4")},
            headers={
                "Idempotency-Key": "k",
                "Content-Type": f"multipart/form-data; boundary={boundary}",
            },
        )
        return answer.status_code, answer.headers.get("Idempotent-Replayed")

    assert [upload("one"), upload("one"), upload("two")] == [
        (200, None),
        (200, "true"),
        (409, None),
    ]
