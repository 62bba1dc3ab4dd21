"""Where a post can be seen: one rule for the plan, the report, exports and pages."""

from __future__ import annotations

import pytest

from bulkportal.portal.remote import live_link


@pytest.mark.parametrize("name", ["live_url", "post_url", "posted_url", "platform_url", "published_url"])
def test_every_edition_may_tell_it(name: str) -> None:
    """Under its own name, over https or http."""
    for link in ("https://www.tiktok.com/@a/video/1", "http://example.com/1"):
        assert live_link({name: f" {link} "}) == link


@pytest.mark.parametrize("told", ["javascript:alert(1)", "pending", "", None, 7, "https://", "https://me:pw@example.com/1", "ftp://example.com/1"])
def test_what_cannot_be_followed_is_no_link(told: str | int | None) -> None:
    """The next one that can be is taken instead."""
    assert live_link({"live_url": told}) == ""
    assert live_link({"live_url": told, "post_url": "https://example.com/2"}) == "https://example.com/2"
