"""A launch that waits in its inbox, or of which rows are tried again, gives way to what somebody imports meanwhile, whatever that file is called."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.automate.inboxes import fates, inbox_of, night, workbook
from tests.automate.test_retrying import away, content, on
from tests.automate.test_versions import held, saved
from tests.conftest import Desk, OpenDesk, bundle, video

ROWS = [bundle("spring")], [video("spring", 1), video("spring", 2)]


def waiting(desk: Desk) -> Path:
    """A launch that a night has left in its inbox whole, since the platform took no work; by now it does."""
    path = workbook(inbox_of(desk) / "spring.xlsx", *ROWS)
    desk.trouble("capacity_cooldown", "POST /bundles", times=None)
    assert fates(on(desk, 0)) == {"spring.xlsx": "waiting"}
    desk.operate("DELETE", "/faults")
    return path


def imported(desk: Desk, first: Mapping[str, object], code: int = 0, **over: object) -> None:
    """Somebody imports the same rows by hand, the first video changed, under another name and from another place."""
    rows = [bundle("spring", **over)], [video("spring", 1) | first, video("spring", 2)]
    ended = desk.import_(workbook(desk.folder / "by hand.xlsx", *rows))
    assert ended.code == code, ended.out


def test_what_was_imported_meanwhile_stays(desk: Desk) -> None:
    """The row of the launch that waited is held, and says by which file and when; it is put away, and nothing is paid twice."""
    waiting(desk)
    imported(desk, {"description": "Newer words"})
    paid = desk.balance
    ended = on(desk, 1)
    assert fates(ended) == {"spring.xlsx": "failed"}
    (told,) = held(ended)
    assert told["message"].startswith("by hand.xlsx was imported while this file waited (")
    assert (told["code"], told["sheet"], told["cell"]) == ("older_version", "Videos", "F2")
    assert (content(desk, 1), content(desk, 2), desk.balance) == ("Newer words", "Dish number 2 #streetfood", paid)


def test_a_row_that_was_called_off_meanwhile_is_not_done(desk: Desk) -> None:
    """Nothing of it was sent then, and nothing of the launch that waited is sent now; the rest of that launch is."""
    waiting(desk)
    imported(desk, {"status": "cancelled"}, code=4, publish=None)
    assert content(desk, 1) is None
    ended = on(desk, 1)
    assert [(told["sheet"], told["row"]) for told in held(ended)] == [("Videos", 2)]
    assert held(ended)[0]["message"].endswith("and calls this row off.")
    assert (content(desk, 1), content(desk, 2)) == (None, "Dish number 2 #streetfood")


def test_a_bundle_that_was_called_off_meanwhile_is_not_bought(desk: Desk) -> None:
    """Struck through in its own name, or on hold by a column: it costs nothing."""
    waiting(desk)
    imported(desk, {}, code=4, approval="Cancelled")
    assert desk.balance == 5000
    ended = on(desk, 1)
    assert (ended.code, desk.balance, desk.bundles) == (4, 5000, {})


def test_a_video_that_was_unscheduled_meanwhile_is_not_configured_again(desk: Desk) -> None:
    """What takes a row back says no other value of it, and is the newer word all the same."""
    imported(desk, {})
    path = workbook(inbox_of(desk) / "spring.xlsx", *ROWS)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    back = workbook(desk.folder / "back.xlsx", [], [{"bundle": "spring", "position": 1, "action": "unschedule"}])
    assert desk.import_(back).code == 0
    assert content(desk, 1) is None
    ended = on(desk, 0)
    assert [(told["code"], told["sheet"], told["row"]) for told in held(ended)] == [("older_version", "Videos", 2)]
    assert content(desk, 1) is None


def test_the_same_rows_elsewhere_hold_nothing(desk: Desk) -> None:
    """Two launches of one bundle repeat its row, and what both say is no contradiction."""
    waiting(desk)
    imported(desk, {})
    assert (fates(on(desk, 1)), desk.bundles["spring"].status) == ({"spring.xlsx": "done"}, "published")


def test_a_file_that_is_put_there_again_is_the_newer_one(desk: Desk) -> None:
    """Whoever saves it once more means it."""
    path = waiting(desk)
    imported(desk, {"description": "Newer words"})
    workbook(path, [bundle("spring")], [video("spring", 1, description="Newest words"), video("spring", 2)])
    assert fates(on(desk, 1)) == {"spring.xlsx": "done"}
    assert content(desk, 1) == "Newest words"


def test_a_launch_that_nobody_has_taken_yet_gives_way_too(desk: Desk) -> None:
    """Put there in the afternoon, corrected by hand in the evening, and the night comes last."""
    night(desk)
    workbook(inbox_of(desk) / "spring.xlsx", *ROWS)
    imported(desk, {"description": "Newer words"})
    assert [told["code"] for told in held(night(desk))] == ["older_version"]
    assert content(desk, 1) == "Newer words"


@pytest.mark.parametrize("older", ["a.xlsx", "z.xlsx"])
def test_a_newer_file_beside_it_may_call_a_row_off(desk: Desk, older: str) -> None:
    """In one night, in whichever order the two are taken."""
    box = inbox_of(desk)
    saved(workbook(box / older, *ROWS), 5)
    workbook(box / "m.xlsx", [bundle("spring")], [video("spring", 1, status="cancelled"), video("spring", 2)])
    ended = night(desk)
    assert [(told["file"], told["code"], told["sheet"], told["row"]) for told in held(ended)] == [(older, "older_version", "Videos", 2)]
    assert (content(desk, 1), content(desk, 2)) == (None, "Dish number 2 #streetfood")


@pytest.mark.parametrize("name", ["Spring", "spring\u200b", "  spring "])
def test_a_row_that_is_tried_again_gives_way_to_a_name_that_looks_the_same(desk: Desk, name: str) -> None:
    """In other capitals, or with a letter that nobody sees: a person has spoken of it, whatever becomes of that file."""
    away(desk)
    on(desk, 0)
    desk.operate("DELETE", "/faults")
    rows = [video(name, 2, description="Newer words", video="https://cdn.example.com/b.mp4")]
    workbook(inbox_of(desk) / "other.xlsx", [bundle(name, profile_picture="https://cdn.example.com/a.jpg", username="spring")], rows)
    assert set(fates(on(desk, 1))) == {"other.xlsx"}
    assert fates(on(desk, 2)) == {}
    assert content(desk, 2) in (None, "Newer words")


def test_another_client_with_a_bundle_of_the_same_name_holds_nothing(desk: Desk, open_desk: OpenDesk) -> None:
    """One home keeps the books of several clients, and what one of them imports is not about the bundles of another."""
    waiting(desk)
    other = open_desk()
    rows = [bundle("spring")], [video("spring", 1, description="Other words"), video("spring", 2)]
    assert other.import_(workbook(other.folder / "other.xlsx", *rows), BULKPORTAL_HOME=str(desk.home)).code == 0
    assert fates(on(desk, 1)) == {"spring.xlsx": "done"}
    assert content(desk, 1) != "Other words"


def test_a_row_is_tried_again_whatever_another_client_imports(desk: Desk, open_desk: OpenDesk) -> None:
    """Its retry is not dropped for a bundle that only has the same name."""
    away(desk)
    assert on(desk, 0).code == 4
    other = open_desk()
    assert other.import_(workbook(other.folder / "other.xlsx", *ROWS), BULKPORTAL_HOME=str(desk.home)).code == 0
    desk.operate("DELETE", "/faults")
    on(desk, 1)
    assert content(desk, 2) is not None
