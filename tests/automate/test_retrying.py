"""Rows that failed for a passing reason are tried again by the nights to come, until they pass, are corrected, or are given up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bulkportal.counting import ordinal
from tests.automate.inboxes import archive, fates, inbox_of, night, workbook
from tests.conftest import Desk, Ended, bundle, video
from tests.media import making

UPLOAD = "POST /upload/video/direct"
FIRST = datetime.now(UTC).date()


def away(desk: Desk, *, name: str = "spring", **over: object) -> Path:
    """A launch whose second video is a file beside it, while the store takes none."""
    making.video(inbox_of(desk) / "a.mp4", size=(108, 192), seconds=3)
    desk.trouble("503_before", UPLOAD, times=None)
    rows = [video("spring", 1), video("spring", 2, video="a.mp4", **over)]
    return workbook(inbox_of(desk) / f"{name}.xlsx", [bundle("spring", profile_picture="https://cdn.example.com/a.jpg")], rows)


def on(desk: Desk, day: int, *more: object, **variables: str) -> Ended:
    """The night of a day, counted from the first."""
    return night(desk, "--today", (FIRST + timedelta(days=day)).isoformat(), *more, **variables)


def content(desk: Desk, position: int) -> str | None:
    """The caption of a video on the platform."""
    slot = next(slot for slot in desk.bundles["spring"].slots if slot.position == position)
    return None if slot.status == "pending" else str(slot.content["description"])


def message(ended: Ended, name: str = "spring.xlsx") -> str:
    """What is said of a launch."""
    return next(one["message"] for one in ended.document["launches"] if one["file"] == name)


def test_a_row_whose_file_the_store_did_not_take_is_tried_again_until_it_passes(desk: Desk) -> None:
    """Without the file being put there again; nothing is paid twice, the bundle is published, and the file moves to done/."""
    away(desk)
    first = on(desk, 0)
    assert fates(first) == {"spring.xlsx": "failed"}
    assert "2 rows failed for a reason that may pass, and will be tried again" in message(first)
    paid = desk.balance
    second = on(desk, 1)
    assert fates(second) == {"spring.xlsx": "tried again"}
    assert "tried again for the 2nd night: 0 done" in message(second)
    desk.operate("DELETE", "/faults")
    third = on(desk, 2)
    assert "2 rows tried again for the 3rd night: 2 done" in message(third), third.document
    assert (content(desk, 2), desk.bundles["spring"].status, desk.balance) == ("Dish number 2 #streetfood", "published", paid)
    assert (archive(desk, "failed"), archive(desk, "done")) == ([], ["spring.RUN.xlsx"])
    assert fates(on(desk, 3)) == {}
    assert list((desk.home / "retries").iterdir()) == []


def test_it_takes_no_row_that_a_newer_file_speaks_of(desk: Desk) -> None:
    """Whatever that file is called, and whether or not it was done."""
    away(desk)
    on(desk, 0)
    desk.operate("DELETE", "/faults")
    newer = [video("spring", 2, description="Newer words", video="https://cdn.example.com/b.mp4")]
    workbook(inbox_of(desk) / "other.xlsx", [bundle("spring", profile_picture="https://cdn.example.com/a.jpg")], newer)
    assert fates(on(desk, 1)) == {"other.xlsx": "done"}
    assert fates(on(desk, 2)) == {}
    assert content(desk, 2) == "Newer words"


def test_nothing_else_of_the_file_is_sent_again(desk: Desk) -> None:
    """A caption that somebody has changed since stays, and a row with a mistake is not counted again."""
    away(desk)
    on(desk, 0)
    next(slot for slot in desk.bundles["spring"].slots if slot.position == 1).content["description"] = "Theirs"
    desk.operate("DELETE", "/faults")
    ended = on(desk, 1)
    assert next(one["rows"]["total"] for one in ended.document["launches"]) == 2
    assert (content(desk, 1), content(desk, 2)) == ("Theirs", "Dish number 2 #streetfood")


def test_it_is_given_up_when_the_profile_says_so(desk: Desk) -> None:
    """Said once; what is given up is tried no more."""
    settings = desk.folder / "bulkportal.toml"
    settings.write_text("[profiles.main]\ngive_up_after = 2\n", "utf-8")
    away(desk)
    said = [on(desk, day, BULKPORTAL_CONFIG=str(settings)) for day in range(4)]
    assert [bool(fates(one)) for one in said] == [True, True, True, False]
    assert "Given up after 2 nights: " in message(said[2])
    assert archive(desk, "failed") == ["spring.RUN.xlsx"]


def test_what_somebody_takes_out_of_failed_is_not_tried_again(desk: Desk) -> None:
    """Nobody wants it any more."""
    away(desk)
    on(desk, 0)
    desk.operate("DELETE", "/faults")
    for path in (inbox_of(desk) / "failed").iterdir():
        path.unlink()
    assert fates(on(desk, 1)) == {}
    assert content(desk, 2) is None


def test_a_launch_that_waits_in_its_inbox_says_for_which_night(desk: Desk) -> None:
    """The platform takes no new work; then it is given up, and put away."""
    settings = desk.folder / "bulkportal.toml"
    settings.write_text("[profiles.main]\ngive_up_after = 2\n", "utf-8")
    workbook(inbox_of(desk) / "spring.xlsx", [bundle("spring")], [video("spring", 1), video("spring", 2)])
    desk.trouble("capacity_cooldown", "POST /bundles", times=None)
    said = [on(desk, day, BULKPORTAL_CONFIG=str(settings)) for day in range(3)]
    assert [fates(one)["spring.xlsx"] for one in said] == ["waiting", "waiting", "failed"]
    assert "this being the 2nd night" in message(said[1])
    assert "Given up after 2 nights" in message(said[2])
    assert desk.balance == 5000


def test_nights_are_counted_as_people_count() -> None:
    """In English."""
    assert [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 21, 113)] == ["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "113th"]
