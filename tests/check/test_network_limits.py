"""What the networks themselves are known to take: told as theirs, never refused."""

from __future__ import annotations

import pytest

from tests.check.sheets import checked, codes
from tests.conftest import bundle, video


def found(platform: str, **over: object) -> list[str]:
    """The codes for a video of that platform."""
    needed = {"instagram": {"instagram_content_type": "reel"}, "youtube": {"youtube_title": "Dawn"}, "tiktok": {}}[platform]
    result = checked([bundle("spring", platform=platform, videos_quantity=1)], [video("spring", 1) | needed | over])
    assert not result.errors
    return [code for _, code in codes(result) if code != "youtube_refused"]


@pytest.mark.parametrize("platform", ["tiktok", "instagram"])
def test_a_caption_is_counted_as_the_networks_count(platform: str) -> None:
    """In UTF-16 units: an emoji is two, a family of four eleven."""
    assert found(platform, description="n" * 2200) == []
    assert found(platform, description="n" * 2201) == ["caption_long"]
    assert found(platform, description="\U0001f600" * 1100) == []
    assert found(platform, description="\U0001f600" * 1101) == ["caption_long"]


def test_youtube_takes_a_longer_description() -> None:
    """5,000, not 2,200."""
    assert found("youtube", description="n" * 5000) == []
    assert found("youtube", description="n" * 5001) == ["caption_long"]


def test_hashtags_and_mentions_are_counted_where_there_is_a_limit() -> None:
    """Not on TikTok; an e-mail address is no mention, and a lone # no hashtag."""
    tags, people = " ".join(f"#d{number}" for number in range(31)), " ".join(f"@cook{number}" for number in range(21))
    assert found("instagram", description=tags) == ["hashtags_many"]
    assert found("instagram", description=tags.replace("#d30", "# d30")) == []
    assert found("instagram", description=people) == ["mentions_many"]
    assert found("instagram", description=people.replace("@cook20", "me@example.com")) == []
    assert found("tiktok", description=f"{tags} {people}") == []
    assert found("youtube", description=f"{tags} {tags}") == ["hashtags_many_youtube"]


def test_the_title_and_the_tags_of_youtube_have_limits() -> None:
    """100 characters without angle brackets; 500 for all tags with their commas."""
    assert found("youtube", youtube_title="n" * 100, youtube_tags=";".join(["n" * 49] * 10)) == []
    assert found("youtube", youtube_title="n" * 101) == ["youtube_title_long"]
    assert found("youtube", youtube_title="Dawn <live>") == ["youtube_title_signs"]
    assert found("youtube", youtube_tags=";".join(["n" * 49] * 10 + ["more"])) == ["youtube_tags_long"]
