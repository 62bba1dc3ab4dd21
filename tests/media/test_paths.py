"""Where media may lie, and how cells name it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.media import OutsideRoot, is_address, locate, scheme, split_list


def test_addresses_and_paths_are_told_apart() -> None:
    """A drive letter is no scheme."""
    assert is_address(" https://cdn.example.com/a.mp4") and is_address("HTTP://x")
    assert is_address("https://me@xn--bcher-kva.example:8443?a=b") and is_address("http://[::1]/a.mp4") and is_address("https://例.jp/a")
    refused = ("https://", "https://a b", "https://a.b/c\u2003d", "https:///a", "http://[", "http:// a", "s3://a/b", "clips/a.mp4", "")
    refused += ("https://a.b:80:80/c", "https://a.b:99999/c", "https://a..b/c", "https://.b/c", "https://me@.b/c", "https://:80/c")
    assert not any(map(is_address, refused))
    assert is_address("https://a.b:65535/c") and is_address("https://a.b./c") and is_address("https://a.b/c..d")
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
