"""Local media: what it is, whether it is whole, and where it may lie."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

import pytest

from bulkportal.media import OutsideRoot, is_address, locate, probe, scheme, split_list


def box(kind: bytes, content: bytes) -> bytes:
    """One MP4 box."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41")
VIDEO = FTYP + box(b"moov", bytes(60)) + box(b"mdat", bytes(3000))
LATE = FTYP + box(b"mdat", bytes(3000)) + box(b"moov", bytes(60))
SEGMENTS = b"\xff\xe0\x00\x10JFIF\0" + bytes(9) + b"\xff\xe1\x00\x06\xff\xd8\xff\xd9"
JPEG = b"\xff\xd8" + SEGMENTS + b"\xff\xda\x00\x04ab" + b"data" + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(17) + b"\0\0\0\0IEND\xaeB`\x82"


@pytest.mark.parametrize(
    ("content", "kind", "playable"),
    [
        (VIDEO, "video", True),
        (LATE, "video", True),
        (VIDEO + b"\0\0\0", "video", True),
        (VIDEO[:-500], "video", False),
        (LATE[:2000], "video", False),
        (LATE[:-68], "video", False),
        (VIDEO[: len(FTYP) + 68], "video", False),
        (JPEG, "image", True),
        (JPEG + b"motion photo", "image", True),
        (JPEG[:-2], "image", False),
        (PNG, "image", True),
        (PNG[:-4], "image", False),
        (b"\n<!DOCTYPE html><html>404", "other", False),
        (b"", "other", False),
        (b"just text", "other", True),
    ],
)
def test_content_decides_and_a_cut_file_is_noticed(tmp_path: Path, content: bytes, kind: str, playable: bool) -> None:
    """The name says mp4 each time."""
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    facts = probe(path)
    assert (facts.kind, facts.playable) == (kind, playable)
    assert facts.playable or facts.trouble.endswith(".")
    assert (facts.size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_missing_file_raises_as_it_is(tmp_path: Path) -> None:
    """The caller knows the cell and says it better."""
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "none.mp4")


def test_addresses_and_paths_are_told_apart() -> None:
    """A drive letter is no scheme."""
    assert is_address(" https://cdn.example.com/a.mp4") and is_address("HTTP://x")
    assert not any(map(is_address, ("https://", "https://a b", "http://[", "s3://a/b", "clips/a.mp4", "")))
    assert [scheme(text) for text in ("S3://a", "C:\\a.mp4", "a/b:c", "gs://x")] == ["s3", "", "", "gs"]


def test_a_path_is_found_in_its_roots_and_never_outside(tmp_path: Path) -> None:
    """Neither dots, nor absolute paths, nor links lead out."""
    one, two = tmp_path / "one", tmp_path / "two"
    (one / "clips").mkdir(parents=True)
    two.mkdir()
    (two / "a.mp4").write_bytes(b"x")
    (tmp_path / "secret").write_bytes(b"x")
    (one / "link").symlink_to(tmp_path / "secret")
    roots = [one, two]
    assert locate("a.mp4", roots=roots) == (two / "a.mp4").resolve()
    assert locate("clips\\b.mp4", roots=roots) == (one / "clips" / "b.mp4").resolve()
    assert locate(str(two / "a.mp4"), roots=roots) == (two / "a.mp4").resolve()
    for text in ("../secret", str(tmp_path / "secret"), "", ".", "a\0b"):
        with pytest.raises(OutsideRoot):
            locate(text, roots=roots)
    with pytest.raises(OutsideRoot):
        locate("link", roots=[one])


def test_lists_split_on_semicolons_and_lines() -> None:
    """Blanks between are no items."""
    assert split_list(" a; b\n\nc;;\r\nd ") == ("a", "b", "c", "d")
    assert split_list(" ") == ()
