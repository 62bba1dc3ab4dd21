"""Large files past the platform, to a real S3 server whose addresses boto3 has signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bulkportal.portal.uploading import DIRECT_BYTES
from tests.conftest import KEY, Desk, bundle, video
from tests.laws.test_no_secret import artefacts

from . import making
from .buckets import S3

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """One server for all tests; each looks at its own files."""
    with S3("storage") as server:
        yield server


@pytest.fixture
def store(s3: S3, desk: Desk) -> Iterator[S3]:
    """The platform's storage, empty."""
    desk.state.storage_host = s3
    s3.seen.clear()
    yield s3
    s3.signs = lambda content_type, seconds: (content_type, seconds)
    for key in s3.objects:
        s3.client.delete_object(Bucket=s3.bucket, Key=key)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real video, too large to go through the platform: an MP4 may hold free room at its end."""
    small = making.video(tmp_path_factory.mktemp("clip") / "a.mov", size=(720, 1280)).read_bytes()
    return small + (DIRECT_BYTES + 8).to_bytes(4, "big") + b"free" + bytes(DIRECT_BYTES)


@pytest.fixture(scope="module")
def slides(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Two real pictures, the first large: a viewer reads a JPEG to its end and no further."""
    one = making.image(tmp_path_factory.mktemp("slides") / "1.jpg").read_bytes()
    two = making.image(tmp_path_factory.mktemp("slides") / "2.png").read_bytes()
    return one + bytes(DIRECT_BYTES), two


def launch(desk: Desk, clip: bytes) -> Path:
    """One bundle with one large video."""
    sheet = desk.sheets(
        "launch", bundles=[bundle("spring", videos_quantity=1, publish="no", profile_picture=None)], videos=[video("spring", 1, video="a.mov")]
    )
    (sheet / "a.mov").write_bytes(clip)
    return sheet


def test_files_arrive_as_they_are(desk: Desk, store: S3, clip: bytes, slides: tuple[bytes, bytes]) -> None:
    """Video and image: byte for byte, with the type that was signed and nothing else; a second import sends nothing."""
    sheet = launch(desk, clip)
    images = {"1.jpg": slides[0], "2.png": slides[1]}
    for name, content in images.items():
        (sheet / name).write_bytes(content)
    carousel = {"video_type": "carousel", "video": None, "carousel_images": ";".join(images), "instagram_content_type": "post"}
    bundles = [bundle("spring", platform="instagram", publish="no", profile_picture=None)]
    desk.sheets("launch", bundles=bundles, videos=[video("spring", 1, video="a.mov", instagram_content_type="reel"), video("spring", 2) | carousel])
    ended = desk.import_(sheet)
    assert (ended.code, ended.rows) == (0, {"total": 3, "done": 3}), ended.err
    assert sorted(store.objects.values(), key=len) == sorted((clip, slides[0]), key=len)
    assert sorted((put.method, put.headers["content-type"], put.verdict) for put in store.seen) == [
        ("PUT", "image/jpeg", ""),
        ("PUT", "video/quicktime", ""),
    ]
    for put in store.seen:
        assert set(put.headers) == {"host", "content-type", "content-length"}, "no key, no names of ours"
    one, two = desk.bundles["spring"].standing
    assert str(one.content["video_url"]).startswith(store.public) and two.content["carousel_images"][0] in store.objects
    assert desk.import_(sheet).rows == {"total": 3, "unchanged": 3} and len(store.seen) == 2


def test_an_address_that_has_expired_is_renewed_once(desk: Desk, store: S3, clip: bytes) -> None:
    """The first is over before it is used, the second is not."""
    lives = iter([0, 900])
    store.signs = lambda content_type, _: (content_type, next(lives))
    ended = desk.import_(launch(desk, clip))
    assert (ended.code, ended.rows) == (0, {"total": 2, "done": 2}), ended.err
    assert [put.verdict for put in store.seen] == ["ExpiredToken", ""] and list(store.objects.values()) == [clip]
    assert store.seen[0].path != store.seen[1].path


@pytest.mark.parametrize(
    ("signs", "verdict"),
    [(lambda _, seconds: ("video/mp4", seconds), "SignatureDoesNotMatch"), (lambda content_type, _: (content_type, 0), "ExpiredToken")],
    ids=["another type", "always expired"],
)
def test_what_the_host_refuses_twice_holds_the_row(desk: Desk, store: S3, clip: bytes, signs, verdict: str) -> None:
    """Two addresses, no third; the row says what happened; the next run sends the file and nothing else."""
    sheet = launch(desk, clip)
    store.signs = signs
    ended = desk.import_(sheet)
    assert (ended.code, ended.rows) == (4, {"total": 2, "done": 1, "held": 1}), ended.err
    assert "a.mov was not uploaded: the storage host did not accept the file a.mov (status 403)" in ended.err
    assert [put.verdict for put in store.seen] == [verdict, verdict] and store.objects == {}
    store.signs = lambda content_type, seconds: (content_type, seconds)
    assert desk.import_(sheet).code == 0 and list(store.objects.values()) == [clip]
    assert len(desk.executed("POST /bundles")) == 1


def test_the_host_would_have_refused_another_type(store: S3) -> None:
    """What the tests above rely on: one signature, one Content-Type."""
    url = store.upload_url("x", "video/mp4", 900)
    answers = [httpx.put(url, content=b"x", headers={"Content-Type": said}, trust_env=False).status_code for said in ("video/quicktime", "video/mp4")]
    assert answers == [403, 200]


def test_no_presigned_address_is_left_anywhere(desk: Desk, store: S3, clip: bytes) -> None:
    """Not in the ledger, not in the report, the trace of requests, or what is printed; nor the key."""
    sheet = launch(desk, clip)
    lives = iter([0, 900])
    store.signs = lambda content_type, _: (content_type, next(lives))
    ended = desk.import_(sheet, "--report", desk.folder / "report.xlsx", "-v")
    assert ended.code == 0 and len(store.seen) == 2, ended.err
    found = [*artefacts(desk.folder), ("out", ended.out.encode()), ("err", ended.err.encode())]
    for word in (b"X-Amz-", b"Signature", KEY.encode()):
        assert [name for name, content in found if word in content] == [], word
