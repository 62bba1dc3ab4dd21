"""What is said of media cells: real small files, each with one property that people regret."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bulkportal.check.findings import Severity
from bulkportal.check.media_cells import MediaCell
from bulkportal.check.media_files import judge
from bulkportal.media import Facts, LinkFacts

TODAY = date(2026, 11, 20)

SOUND = Facts(
    path=Path("a"), size=9, kind="video", mime="video/mp4", sha256="0", playable=True,
    container="MPEG-4", codec="AVC", seconds=12, width=1080, height=1920, sound=True,
)  # fmt: skip
PICTURE = Facts(path=Path("a"), size=9, kind="image", mime="image/jpeg", sha256="0", playable=True, width=1080, height=1350)


def cell(name: str, field: str = "video", **more: bool) -> MediaCell:
    return MediaCell(table=0, row=2, field=field, text=name, wants="video" if field == "video" else "image", **more)


def said(facts: Facts, field: str = "video", **more: bool) -> list[tuple[str, Severity]]:
    return [(problem.code, problem.severity) for _, problem in judge([cell("a", field, **more)], {(0, "a"): facts}, TODAY)]


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
    found = [(place.text, place.row, problem.code) for place, problem in judge(cells, facts, TODAY)]
    assert found == [("d", 2, "image_small"), ("c", 2, "image_ratios_differ"), ("d", 2, "image_ratios_differ")]
    assert said(replace(PICTURE, width=128, height=128), "profile_picture") == []
    assert said(replace(PICTURE, size=30_000_000), "profile_picture") == [("image_large", Severity.WARNING)]


LINK = LinkFacts(address="a", kind="video", mime="video/mp4", size=9)


@pytest.mark.parametrize(
    ("facts", "code", "severity"),
    [
        (replace(LINK, trouble="gone", why="status 404"), "link_not_found", Severity.ERROR),
        (replace(LINK, trouble="login", why="status 403"), "link_not_public", Severity.ERROR),
        (replace(LINK, trouble="quota"), "link_over_quota", Severity.ERROR),
        (replace(LINK, trouble="page"), "link_is_page", Severity.ERROR),
        (replace(LINK, trouble="private"), "link_private_network", Severity.ERROR),
        (replace(LINK, trouble="extra", why="s3"), "media_extra_missing", Severity.ERROR),
        (replace(LINK, trouble="unsure", why="it did not answer in time"), "link_unsure", Severity.WARNING),
        (replace(LINK, size=0), "link_empty", Severity.ERROR),
        (replace(LINK, kind="image", mime="image/png"), "link_wrong_type", Severity.ERROR),
    ],
)
def test_links_are_blamed_without_being_quoted(facts: LinkFacts, code: str, severity: Severity) -> None:
    """The host is named; the rest of a link may be a permission. What failed only from here is a warning."""
    place = cell("https://cdn.example.com/secret-path/a.mp4?sig=verysecret")
    ((_, problem),) = judge([place], {(0, place.text): facts}, TODAY)
    assert (problem.code, problem.severity) == (code, severity)
    assert "verysecret" not in problem.message + problem.hint and problem.message.endswith(".")


@pytest.mark.parametrize(
    ("day", "published", "codes"),
    [
        (date(2026, 11, 20), date(2026, 12, 24), []),
        (date(2026, 11, 20), date(2026, 12, 25), ["link_expires"]),
        (date(2026, 12, 26), date(2026, 12, 31), ["link_expired"]),
        (date(2026, 12, 25), None, []),
    ],
)
def test_a_signed_link_must_outlast_the_publish_date(day: date, published: date | None, codes: list[str]) -> None:
    """It is over on the 25th of December."""
    text = "https://b.example.com/a.mp4?X-Amz-Date=20261224T120000Z&X-Amz-Expires=86400&X-Amz-Signature=verysecret"
    said = [problem for _, problem in judge([replace(cell(text), publish_date=published)], {}, day)]
    assert [problem.code for problem in said] == codes and not any("verysecret" in problem.message for problem in said)
