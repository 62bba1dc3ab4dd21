"""The review clock: since when a video is in review, by when it finalizes itself, who is reminded of it, and the calendar of both."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar

from bulkportal.exporting.fetched import FetchedBundle
from bulkportal.portal.remote import RemoteBundle, RemotePosition
from bulkportal.records.history import RunHistory
from bulkportal.status_report.as_calendar import calendar_of
from bulkportal.status_report.metrics import metrics_of
from tests.automate.inboxes import night
from tests.conftest import KEY, Desk, bundle, video

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
ODD = "acme; spring, 01\\n"


def fetched(name: str = "acme-spring", identity: str = "b-1", **values: object) -> FetchedBundle:
    """A bundle with a video in review and one that is not; `values` are what the platform tells of the first."""
    slots = (
        RemotePosition(position=1, status="in_review", values={"target_publish_date": "2027-03-28T00:00:00Z", **values}),  # type: ignore[arg-type]
        RemotePosition(position=2, status="configured", values={"target_publish_date": "2027-03-29T00:00:00Z", "description": "secret words"}),
    )
    remote = RemoteBundle(
        id=identity,
        external_ref=name,
        bundle_type="videos_only",
        platform="tiktok",
        country=None,
        status="accepted",
        videos_quantity=2,
        edits_quantity=0,
        positions=slots,
    )
    return FetchedBundle(bundle=remote)


def in_review(desk: Desk, *positions: int) -> None:
    """A launch whose videos at these positions are in review."""
    desk.import_(desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1), video("spring", 2)]))
    for slot in desk.bundles["spring"].slots:
        slot.status = "in_review" if slot.position in positions else "configured"


def test_what_is_in_review_is_remembered_from_the_first_run_that_saw_it(desk: Desk) -> None:
    """By an export, then by a status; what has left review and comes back begins anew."""
    in_review(desk, 1)
    assert desk.run("export", "-o", desk.folder / "out.xlsx").code == 0
    with RunHistory(desk.home) as diary:
        diary.write("UPDATE reviews SET since='2026-01-01T00:00:00+00:00'")
    (first,) = desk.run("status").document["reviews"]
    assert first == {
        "bundle": "spring",
        "client": "spring",
        "position": 1,
        "in_review_since": "2026-01-01T00:00:00+00:00",
        "finalizes_by": "2026-01-04T00:00:00+00:00",
        "at_the_latest": True,
    }
    in_review(desk, 2)
    begun = datetime.now(UTC).replace(microsecond=0)
    (second,) = desk.run("status").document["reviews"]
    assert second["position"] == 2
    assert datetime.fromisoformat(second["in_review_since"]) >= begun
    in_review(desk, 1, 2)
    again = {one["position"]: one["in_review_since"] for one in desk.run("status").document["reviews"]}
    assert again[2] == second["in_review_since"]
    assert datetime.fromisoformat(again[1]) >= begun


def test_a_status_says_by_when_on_every_way_it_speaks(desk: Desk) -> None:
    """On the screen, in what needs doing, in the JSON."""
    in_review(desk, 1, 2)
    said = desk.said("status").out
    assert "spring: Review video 1. By " in said
    todo = [todo for todo in desk.run("status").document["todo"] if todo["kind"] == "video_review"]
    assert [one["position"] for one in todo] == [1, 2]
    assert all(one["due"] and "First seen in review" in one["detail"] for one in todo)


def test_what_finalizes_itself_soonest_comes_first_and_what_is_told_counts(desk: Desk) -> None:
    """Where the platform tells when a review began, nobody needs to have seen it."""
    later, sooner = fetched(), fetched("acme-autumn", "b-2", in_review_at="2027-02-28T10:00:00Z")
    figures = metrics_of([later, sooner], left=None, moment=NOON, first_seen={("b-1", 1): NOON - timedelta(hours=1)})
    assert [(one.bundle, one.finalizes_by, one.is_told) for one in figures.reviews] == [
        ("acme-autumn", datetime(2027, 3, 3, 10, tzinfo=UTC), True),
        ("acme-spring", datetime(2027, 3, 4, 11, tzinfo=UTC), False),
    ]
    assert [one.bundle for one in figures.todo if one.kind == "video_review"] == ["acme-autumn", "acme-spring"]


def test_a_night_reminds_once_of_what_soon_finalizes_itself(desk: Desk) -> None:
    """In the words of the night and in its document; the next night knows it."""
    in_review(desk, 1)
    settings = desk.folder / "bulkportal.toml"
    for before, told in (("1h", [False]), ("72h", [True, False])):
        settings.write_text(f'[profiles.main]\nremind_before = "{before}"\n', "utf-8")
        for expected in told:
            ended = night(desk, BULKPORTAL_CONFIG=str(settings))
            assert [one["position"] for one in ended.document["reviews"]] == [1]
            assert bool(ended.document["reminders"]) is expected, (before, ended.document)
            assert ("Soon finalized by the platform" in ended.err) is expected


def read(data: bytes) -> dict[str, icalendar.Event]:
    """The events of a calendar by what they are called."""
    return {str(event["summary"]): event for event in icalendar.Calendar.from_ical(data).walk("VEVENT")}


def test_the_calendar_is_read_back_with_its_days_moments_and_lasting_names() -> None:
    """Days as days, moments in UTC, odd names whole, the same UIDs each time, no captions and no ids."""
    one = fetched(ODD)
    figures = metrics_of([one], left=None, moment=NOON, first_seen={("b-1", 1): NOON})
    data = calendar_of([one], figures)
    found = read(data)
    assert set(found) == {f"Publish {ODD} position 1", f"Publish {ODD} position 2", f"{ODD} position 1 is finalized automatically"}
    day = found[f"Publish {ODD} position 1"]
    assert (day.decoded("dtstart"), day.decoded("dtend")) == (date(2027, 3, 28), date(2027, 3, 29))
    deadline = found[f"{ODD} position 1 is finalized automatically"]
    assert deadline.decoded("dtstart") == datetime(2027, 3, 4, 12, tzinfo=UTC)
    later = read(calendar_of([one], metrics_of([one], left=None, moment=NOON + timedelta(days=1), first_seen={("b-1", 1): NOON})))
    assert {name: str(event["uid"]) for name, event in found.items()} == {name: str(event["uid"]) for name, event in later.items()}
    assert len({str(event["uid"]) for event in found.values()}) == 3
    assert b"secret words" not in data and b"b-1" not in data


def test_status_writes_the_calendar_of_a_launch(desk: Desk) -> None:
    """Whole, and with nothing that lets anybody in."""
    in_review(desk, 1)
    path: Path = desk.folder / "launch.ics"
    assert desk.run("status", "-o", path).document["report"] == str(path)
    found = read(path.read_bytes())
    assert {"Publish spring position 1", "Publish spring position 2", "spring position 1 is finalized automatically"} <= set(found)
    assert KEY.encode() not in path.read_bytes()
    assert all(json.dumps(identity)[1:-1].encode() not in path.read_bytes() for identity in desk.state.books.bundles)
