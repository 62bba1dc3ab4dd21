"""A wish of the sheet that the platform's state makes impossible is said, and never counts as done."""

from __future__ import annotations

import pytest

from tests.conftest import Desk, bundle, video


@pytest.mark.parametrize("status", ["cancelled", "archived", "draft", "something_new"])
@pytest.mark.parametrize("wish", ["a cell", "an option"])
def test_a_bundle_that_nobody_can_publish_is_held(desk: Desk, status: str, wish: str) -> None:
    """Its row says what the bundle is; 4, and every time, as long as the sheet wants it."""
    rows = [bundle("autumn", videos_quantity=1, publish=None)]
    videos = [video("autumn", 1)]
    assert desk.import_(desk.sheets("launch", bundles=rows, videos=videos)).code == 0
    desk.bundles["autumn"].status = status
    options = ("--publish",) if wish == "an option" else ()
    launch = desk.sheets("launch", bundles=[rows[0] | {"publish": "yes" if wish == "a cell" else None}], videos=videos)
    writes = desk.writes
    for _ in range(2):
        ended = desk.import_(launch, *options)
        assert (ended.code, ended.rows) == (4, {"total": 2, "held": 1, "unchanged": 1}), ended.err
        assert f"the bundle is {status}" in ended.err
    assert desk.writes == writes


def test_a_bundle_that_is_out_already_is_as_it_should_be(desk: Desk) -> None:
    """Published, handed on or completed: the wish is fulfilled."""
    launch = desk.sheets("launch", bundles=[bundle("autumn", videos_quantity=1)], videos=[video("autumn", 1)])
    assert desk.import_(launch).code == 0
    for status in ("published", "published_priority", "accepted", "completed"):
        desk.bundles["autumn"].status = status
        assert desk.import_(launch).code == 0
