"""What is said of media cells: real small files, each with one property that people regret."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bulkportal.check.files import MediaCell, judge
from bulkportal.check.findings import Severity
from bulkportal.media import Facts

SOUND = Facts(
    path=Path("a"), size=9, kind="video", mime="video/mp4", sha256="0", playable=True,
    container="MPEG-4", codec="AVC", seconds=12, width=1080, height=1920, sound=True,
)  # fmt: skip
PICTURE = Facts(path=Path("a"), size=9, kind="image", mime="image/jpeg", sha256="0", playable=True, width=1080, height=1350)


def cell(name: str, field: str = "video", **more: bool) -> MediaCell:
    return MediaCell(table=0, row=2, field=field, text=name, wants="video" if field == "video" else "image", **more)


def said(facts: Facts, field: str = "video", **more: bool) -> list[tuple[str, Severity]]:
    return [(problem.code, problem.severity) for _, problem in judge([cell("a", field, **more)], {(0, "a"): facts})]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (replace(SOUND, container="WebM", codec="VP9"), "video_format"),
        (replace(SOUND, codec="MPEG-4 Visual"), "video_format"),
        (replace(SOUND, seconds=2.9), "video_length"),
        (replace(SOUND, seconds=601), "video_length"),
        (replace(SOUND, width=1920, height=1080), "video_landscape"),
        (replace(SOUND, width=360, height=640), "video_small"),
        (replace(SOUND, turned=90), "video_turned"),
        (replace(SOUND, sound=False), "video_silent"),
        (replace(SOUND, size=300_000_000), "video_large"),
    ],
)
def test_what_networks_do_not_like_is_a_warning(facts: Facts, code: str) -> None:
    """TokPortal documents no such limit, so the row is sent all the same."""
    assert said(facts) == [(code, Severity.WARNING)]


def test_a_usual_video_and_one_of_which_nothing_is_known_are_left_alone() -> None:
    """MediaInfo may be missing on a rare system."""
    assert said(SOUND) == []
    assert said(Facts(path=Path("a"), size=9, kind="video", mime="video/mp4", sha256="0", playable=True)) == []
    assert said(replace(SOUND, sound=False), sounded=True) == []


def test_what_the_platform_refuses_is_an_error() -> None:
    """The image uploads name four formats (API reference 2.20)."""
    assert said(replace(PICTURE, mime="image/heic"), "carousel_images") == [("image_format", Severity.ERROR)]
    assert said(replace(PICTURE, mime="image/heic"), "profile_picture") == [("image_format", Severity.ERROR)]


def test_pictures_of_a_carousel_are_compared_with_its_first() -> None:
    """Each one that differs is named; a rounding of pixels is no difference, and other rows do not count."""
    facts = {
        (0, "a"): PICTURE,
        (0, "b"): replace(PICTURE, width=1079),
        (0, "c"): replace(PICTURE, height=1080),
        (0, "d"): replace(PICTURE, width=200),
    }
    cells = [cell(name, "carousel_images") for name in "abcd"] + [replace(cell("c", "carousel_images"), row=3)]
    found = [(place.text, place.row, problem.code) for place, problem in judge(cells, facts)]
    assert found == [("d", 2, "image_small"), ("c", 2, "image_ratios_differ"), ("d", 2, "image_ratios_differ")]
    assert said(replace(PICTURE, width=128, height=128), "profile_picture") == []
    assert said(replace(PICTURE, size=30_000_000), "profile_picture") == [("image_large", Severity.WARNING)]
