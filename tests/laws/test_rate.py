"""The allowed rate is used and never exceeded."""

from __future__ import annotations

from tests.conftest import OpenDesk, bundle, video


def test_twenty_bundles_of_ten_videos_leave_in_one_burst(open_desk: OpenDesk) -> None:
    """Four writes a bundle, no 429, and no waiting while the bucket of 120 requests a minute lasts."""
    desk = open_desk(rate=120, balance=5000)
    names = [f"spring-{number:02}" for number in range(1, 21)]
    launch = desk.sheets(
        "launch",
        bundles=[bundle(name, videos_quantity=10) for name in names],
        videos=[video(name, position) for name in names for position in range(1, 11)],
    )
    ended = desk.import_(launch)
    assert (ended.code, ended.rows) == (0, {"total": 220, "done": 220})
    requests = ended.document["requests"]
    assert desk.writes == 80
    assert [write.status for write in desk.state.journal.writes if write.status == 429] == []
    assert requests["throttled"] == 0 and requests["retried"] == 0
    assert desk.writes + desk.state.journal.reads <= 90
    assert "waiting" not in ended.err, "the bucket held enough for all of them"


def test_when_the_bucket_is_empty_the_run_waits_instead_of_being_refused(open_desk: OpenDesk) -> None:
    """Ten times the rate, for speed: more requests than a bucket holds, and still no 429."""
    desk = open_desk(rate=1200)
    names = [f"spring-{number:02}" for number in range(1, 21)]
    launch = desk.sheets("launch", bundles=[bundle(name, bundle_type="account_only", videos_quantity=None) for name in names])
    desk.state.buckets.take(desk.key, 1200)
    for _ in range(1150):
        desk.state.buckets.take(desk.key, 1200)
    ended = desk.import_(launch)
    assert (ended.code, ended.document["requests"]["throttled"]) == (0, 0)
    assert desk.writes == 60
