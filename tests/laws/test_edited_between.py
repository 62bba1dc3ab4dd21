"""Paid once, even when the sheet is edited between a crash and the next run (docs/explanation/paying-once.md, rule 2)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bulkportal.pipeline import run as running
from tests.conftest import NOBODY, Desk, OpenDesk, bundle, video

Rows = list[dict[str, object]]
PAUSE = 0.3
_ONE_SLOT = bundle("spring-01", videos_quantity=1, publish=None)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent lands within a second here, or never."""
    monkeypatch.setattr(running, "LANDING", 1.0)


def rows() -> tuple[Rows, Rows]:
    """Two bundles of three videos, published."""
    bundles = [bundle(name, videos_quantity=3) for name in ("spring-01", "spring-02")]
    return bundles, [video(name, position) for name in ("spring-01", "spring-02") for position in (1, 2, 3)]


def title(desk: Desk, launch: Path) -> Path:
    """Other titles."""
    bundles, videos = rows()
    return desk.sheets(launch.name, bundles=[row | {"title": "A better title"} for row in bundles], videos=videos)


def order(desk: Desk, launch: Path) -> Path:
    """The rows the other way round."""
    bundles, videos = rows()
    return desk.sheets(launch.name, bundles=bundles[::-1], videos=videos[::-1])


def name(desk: Desk, launch: Path) -> Path:
    """Another name, in another folder."""
    place = desk.folder / "elsewhere" / "final version (2)"
    place.parent.mkdir()
    shutil.move(launch, place)
    return place


def quantity(desk: Desk, launch: Path) -> Path:
    """One more slot each, and a video for it."""
    bundles, videos = rows()
    more = [video(str(row["bundle"]), 4) for row in bundles]
    return desk.sheets(launch.name, bundles=[row | {"videos_quantity": 4} for row in bundles], videos=videos + more)


def content(desk: Desk, launch: Path) -> Path:
    """Another caption and another day on every video, another biography."""
    bundles, videos = rows()
    changed = [row | {"description": "Another dish", "target_publish_date": "2031-01-07"} for row in videos]
    return desk.sheets(launch.name, bundles=[row | {"biography": "Two markets."} for row in bundles], videos=changed)


@pytest.mark.parametrize(
    ("edit", "forgetful", "price"),
    [(title, True, 70), (order, True, 70), (name, False, 70), (quantity, True, 90), (content, False, 70)],
)
def test_an_edit_after_the_charge_pays_nothing_twice(open_desk: OpenDesk, edit, forgetful: bool, price: int) -> None:
    """Killed when the first creation was charged, edited, run again: the price of the edited sheet, once."""
    desk = open_desk(balance=1000)
    bundles, videos = rows()
    launch = desk.sheets("launch", bundles=bundles, videos=videos)
    desk.operate("POST", "/forget-keys", {"on": forgetful})
    desk.trouble("slow_after", "POST /bundles", times=2, seconds=PAUSE)
    assert desk.killed_at(2, "import", launch, "--yes")
    assert desk.balance < 1000, "nothing was charged before the edit"
    edited = edit(desk, launch)
    ended = desk.until_done(edited)
    assert ended.code == 0, ended.err
    assert 1000 - desk.balance == price
    assert sorted(desk.bundles) == ["spring-01", "spring-02"]
    for made in desk.bundles.values():
        assert made.status == "published"
        assert {slot.status for slot in made.slots} == {"configured"}
    if edit is title:
        assert {made.title for made in desk.bundles.values()} == {"A better title"}
    if edit is content:
        assert {slot.content["description"] for made in desk.bundles.values() for slot in made.slots} == {"Another dish"}
        assert {made.account.fields["biography"] for made in desk.bundles.values() if made.account} == {"Two markets."}
    sent = desk.writes
    assert (desk.import_(edited).code, desk.writes) == (0, sent)


@pytest.mark.parametrize(("fault", "forgetful"), [("drop_after", True), ("html_after", False), ("drop_before", True)])
def test_slots_whose_answer_was_lost_are_bought_once(open_desk: OpenDesk, fault: str, forgetful: bool) -> None:
    """A longer sheet, an answer lost on the way, and a still longer sheet: each slot is paid once."""
    desk = open_desk(balance=1000)
    first = [bundle("spring-01", videos_quantity=1, publish=None)]
    assert desk.import_(desk.sheets("launch", bundles=first)).code == 0
    desk.operate("POST", "/forget-keys", {"on": forgetful})
    desk.trouble(fault, "POST /bundles/{id}/add-video-slots")
    desk.trouble("slow_after", "POST /bundles/{id}/add-video-slots", seconds=PAUSE, skip=1)
    launch = desk.sheets("launch", bundles=[first[0] | {"videos_quantity": 3}])
    desk.until_done(launch)
    launch = desk.sheets("launch", bundles=[first[0] | {"videos_quantity": 4}])
    assert desk.until_done(launch).code == 0
    assert len(desk.bundles["spring-01"].slots) == 4
    assert 1000 - desk.balance == 15 + 30


def killed_before_slots(open_desk: OpenDesk) -> tuple[Desk, Path]:
    """A bundle of one slot, and the sheet that wants three; the process died before its request arrived."""
    desk = open_desk(balance=1000)
    assert desk.import_(desk.sheets("launch", bundles=[_ONE_SLOT])).code == 0
    launch = desk.sheets("launch", bundles=[_ONE_SLOT | {"videos_quantity": 3}])
    sent = desk.writes
    desk.trouble("drop_before", "POST /bundles/{id}/add-video-slots", times=None)
    assert desk.killed_at(sent + 1, "import", launch, "--yes")
    desk.operate("DELETE", "/faults")
    return desk, launch


def test_slots_that_somebody_else_bought_meanwhile_are_not_bought_again(open_desk: OpenDesk) -> None:
    """The process dies before its request arrives; a person adds the slots by hand; the next run finds them."""
    desk, launch = killed_before_slots(open_desk)
    by_hand(desk, quantity=2)
    ended = desk.until_done(launch)
    assert (ended.code, len(desk.bundles["spring-01"].slots)) == (0, 3)
    assert 1000 - desk.balance == 15 + 20


def test_slots_that_somebody_bought_in_part_are_topped_up(open_desk: OpenDesk) -> None:
    """The sheet wants three, one was bought by hand after the crash: one more is bought, not two."""
    desk, launch = killed_before_slots(open_desk)
    by_hand(desk, quantity=1)
    desk.until_done(launch)
    assert len(desk.bundles["spring-01"].slots) == 3
    assert 1000 - desk.balance == 15 + 20


def test_a_longer_sheet_after_a_lost_request_for_slots_pays_the_difference(open_desk: OpenDesk) -> None:
    """Killed before three slots were bought; the sheet then wants four: three are bought, once."""
    desk, _ = killed_before_slots(open_desk)
    launch = desk.sheets("launch", bundles=[_ONE_SLOT | {"videos_quantity": 4}])
    assert desk.until_done(launch).code == 0
    assert len(desk.bundles["spring-01"].slots) == 4
    assert 1000 - desk.balance == 15 + 30


def by_hand(desk: Desk, *, quantity: int) -> None:
    """Somebody adds slots on the platform's own site."""
    import httpx

    url = f"{desk.base_url}/bundles/{desk.bundles['spring-01'].id}/add-video-slots"
    httpx.post(url, json={"quantity": quantity}, headers={"X-API-Key": "tok_live_by_hand"}, trust_env=False, verify=NOBODY).raise_for_status()
