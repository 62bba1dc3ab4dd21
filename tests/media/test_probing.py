"""What a file is by its content: real media of every kind, whole and cut off, and what only calls itself media."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from bulkportal.media import probe
from bulkportal.media.cache import Seen
from bulkportal.media.facts import Facts

from . import making


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small file of every kind."""
    folder = tmp_path_factory.mktemp("shelf")
    for name in ("a.mp4", "a.mov", "a.webm"):
        making.video(folder / name, size=(180, 320), seconds=3)
    making.video(folder / "moved.mp4", size=(180, 320), seconds=3, options={"movflags": "faststart"})
    making.video(folder / "parts.mp4", size=(180, 320), seconds=3, options={"movflags": "frag_keyframe+empty_moov"})
    making.video(folder / "turned.mp4", size=(320, 180), seconds=3, turned=90, sound=False)
    for name in ("a.jpg", "a.png", "a.webp", "a.gif", "a.heic"):
        making.image(folder / name, size=(108, 136))
    making.image(folder / "turned.jpg", size=(136, 108), turned=6)
    return folder


@pytest.mark.parametrize(
    ("name", "mime", "container", "codec"),
    [
        ("a.mp4", "video/mp4", "MPEG-4", "AVC"),
        ("moved.mp4", "video/mp4", "MPEG-4", "AVC"),
        ("parts.mp4", "video/mp4", "MPEG-4", "AVC"),
        ("a.mov", "video/quicktime", "MPEG-4", "AVC"),
        ("a.webm", "video/webm", "WebM", "VP9"),
    ],
)
def test_videos_tell_what_they_hold(shelf: Path, name: str, mime: str, container: str, codec: str) -> None:
    """Container, codec, length, size and sound, without decoding a frame."""
    facts = probe(shelf / name)
    content = (shelf / name).read_bytes()
    assert (facts.kind, facts.mime, facts.container, facts.codec) == ("video", mime, container, codec)
    assert facts.playable and (facts.width, facts.height, facts.turned, facts.sound) == (180, 320, 0, True)
    assert facts.seconds == pytest.approx(3, abs=0.5)
    assert (facts.size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert facts.changed_at == (shelf / name).stat().st_mtime_ns


def test_a_turned_video_is_as_people_see_it(shelf: Path) -> None:
    """A phone stores 320 x 180 and a flag; it is shown upright."""
    facts = probe(shelf / "turned.mp4")
    assert (facts.width, facts.height, facts.turned, facts.sound) == (180, 320, 90, False)


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("a.jpg", "image/jpeg"),
        ("turned.jpg", "image/jpeg"),
        ("a.png", "image/png"),
        ("a.webp", "image/webp"),
        ("a.gif", "image/gif"),
        ("a.heic", "image/heic"),
    ],
)
def test_pictures_tell_their_size(shelf: Path, name: str, mime: str) -> None:
    """As they are shown, turned by their flag."""
    facts = probe(shelf / name)
    assert (facts.kind, facts.mime, facts.width, facts.height, facts.playable) == ("image", mime, 108, 136, True)


@pytest.mark.parametrize("kept", [0.5, 0.98])
@pytest.mark.parametrize("name", ["a.mp4", "moved.mp4", "parts.mp4", "a.mov", "a.webm", "a.jpg", "a.png", "a.webp", "a.gif"])
def test_a_cut_file_is_noticed(shelf: Path, tmp_path: Path, name: str, kept: float) -> None:
    """Wherever it was cut, and where its index stands."""
    content = (shelf / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(content[: int(len(content) * kept)])
    facts = probe(path)
    assert not facts.playable and "cut off" in facts.trouble and facts.trouble.endswith(".")


def test_what_is_added_behind_a_picture_does_no_harm(shelf: Path, tmp_path: Path) -> None:
    """Phones put a film behind a photograph."""
    for name in ("a.jpg", "a.png"):
        path = tmp_path / name
        path.write_bytes((shelf / name).read_bytes() + b"motion photo")
        assert probe(path).playable


@pytest.mark.parametrize(
    ("content", "kind", "playable"),
    [
        (b"\n<!DOCTYPE html><html>404", "other", False),
        (b"\xef\xbb\xbf<!-- x --><HTML>", "other", False),
        (b"", "other", False),
        (b"just text", "other", True),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "video", False),
    ],
)
def test_what_only_calls_itself_a_video(tmp_path: Path, content: bytes, kind: str, playable: bool) -> None:
    """The name says mp4 each time."""
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    facts = probe(path)
    assert (facts.kind, facts.playable) == (kind, playable)
    assert facts.playable or facts.trouble.endswith(".")


def test_a_missing_file_raises_as_it_is(tmp_path: Path) -> None:
    """The caller knows the cell and says it better."""
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "none.mp4")


class Counted:
    """A look that counts itself."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, path: Path) -> Facts:
        self.looks += 1
        return probe(path)


def rested(path: Path, seconds: int = 100) -> None:
    """Make a file look as if it had been written a while ago."""
    import os

    stat = path.stat()
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns - seconds * 10**9))


def test_a_file_is_read_once_while_it_stays_the_same(shelf: Path, tmp_path: Path) -> None:
    """Across runs; a change of its content is seen, and what rests too short is not believed."""
    path, look = tmp_path / "a.mp4", Counted()
    path.write_bytes((shelf / "a.mp4").read_bytes())
    for _ in range(2):
        with Seen(tmp_path / "home", look) as seen:
            fresh = seen.facts(path)
    assert look.looks == 2, "it was written just now"
    rested(path)
    for _ in range(3):
        with Seen(tmp_path / "home", look) as seen:
            assert replace(seen.facts(path), changed_at=0) == replace(fresh, changed_at=0)
    assert look.looks == 3
    path.write_bytes(b"other")
    rested(path)
    with Seen(tmp_path / "home", look) as seen:
        assert seen.facts(path).sha256 == hashlib.sha256(b"other").hexdigest()


def test_a_memory_that_cannot_be_used_is_done_without(shelf: Path, tmp_path: Path) -> None:
    """No home, a home that is a file, and a memory full of rubbish."""
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "spoilt").mkdir()
    (tmp_path / "spoilt" / "media.sqlite3").write_bytes(b"rubbish" * 1000)
    for home in (None, tmp_path / "file" / "below", tmp_path / "spoilt"):
        with Seen(home) as seen:
            assert seen.facts(shelf / "a.mp4").kind == "video"
