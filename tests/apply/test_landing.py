"""Slots whose answer was lost are not bought again before the first request can no longer land."""

from __future__ import annotations

import time

import pytest

from bulkportal.apply.landing import LANDING, moment, seconds_between
from bulkportal.pipeline import run as running
from bulkportal.portal import client, wire
from bulkportal.portal.failures import FailureFacts, Family, Unreachable
from tests.conftest import Desk, OpenDesk, bundle, video

SLOTS = "POST /bundles/{id}/add-video-slots"
EDITS = "POST /bundles/{id}/add-edit-slots"
ONE = bundle("winter", videos_quantity=2, publish=None)


@pytest.fixture
def forgetful(open_desk: OpenDesk) -> Desk:
    """A platform that forgets keys, and a bundle of two slots on it."""
    desk = open_desk(balance=1000)
    assert desk.import_(desk.sheets("launch", bundles=[ONE])).code == 0
    desk.operate("POST", "/forget-keys", {"on": True})
    return desk


def charged_for_slots(desk: Desk) -> int:
    """The credits that went for slots, by the platform's books."""
    return sum(write.charged for write in desk.state.journal.writes if f"{write.method} {write.route}" in (SLOTS, EDITS))


def lands(desk: Desk) -> None:
    """The platform goes on with what it was slow about."""
    desk.operate("DELETE", "/faults")
    until = time.monotonic() + 60
    while not charged_for_slots(desk) and time.monotonic() < until:
        time.sleep(0.01)


def test_what_takes_credits_is_given_more_time_than_a_question(desk: Desk) -> None:
    """And what may still land is waited for longer than any request is."""
    assert wire.PLAIN_SECONDS < wire.PAID_SECONDS < LANDING
    assert max(wire.PAID_SECONDS, wire.MEDIA_SECONDS) < LANDING
    assert desk.home.parent.exists()


@pytest.mark.parametrize(("column", "route"), [("videos_quantity", SLOTS), ("edits_quantity", EDITS)])
def test_a_purchase_that_lands_after_its_answer_was_given_up_is_paid_once(
    forgetful: Desk, monkeypatch: pytest.MonkeyPatch, column: str, route: str
) -> None:
    """The client gives up, looks, sees nothing, and does not send again: the row is unknown, and the next run settles it."""
    monkeypatch.setattr(client, "PAID_SECONDS", 0.2)
    forgetful.trouble("slow", route, seconds=300)
    launch = forgetful.sheets("launch", bundles=[ONE | {column: 2 if column == "edits_quantity" else 5}])
    ended = forgetful.import_(launch)
    assert (ended.code, ended.rows) == (5, {"total": 1, "unknown": 1}), ended.err
    assert "UTC" in ended.err and "nothing is paid twice" in ended.err
    again = forgetful.import_(launch)
    assert charged_for_slots(forgetful) == 0 and again.code == 5 and again.rows == {"total": 1, "unknown": 1}, "it has not landed yet"
    lands(forgetful)
    once = charged_for_slots(forgetful)
    ended = forgetful.import_(launch)
    assert (ended.code, ended.document["credits"]["charged"]) == (0, once)
    assert charged_for_slots(forgetful) == once > 0


@pytest.mark.parametrize("fault", ["drop_before", "html_502"])
def test_an_answer_that_does_not_come_is_waited_for_and_then_sent_again(forgetful: Desk, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    """A reset, or the page of a proxy: nobody has said that nothing will come of it. When it can no longer land it is sent again."""
    forgetful.trouble(fault, SLOTS)
    launch = forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 5}])
    assert forgetful.import_(launch).code == 5
    assert forgetful.import_(launch).code == 5
    sent = [write for write in forgetful.state.journal.writes if f"{write.method} {write.route}" == SLOTS]
    assert len(sent) == 1
    monkeypatch.setattr(running, "LANDING", 0.5)
    assert forgetful.import_(launch).code == 0
    assert (len(forgetful.bundles["winter"].slots), charged_for_slots(forgetful)) == (5, 30)


def test_a_sheet_that_asks_for_less_meanwhile_waits_as_well(forgetful: Desk) -> None:
    """The five may still come: nothing is added to a bundle before that is known."""
    forgetful.trouble("drop_before", SLOTS)
    assert forgetful.import_(forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 5}])).code == 5
    assert forgetful.import_(forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 3}])).code == 5
    assert charged_for_slots(forgetful) == 0


def test_a_process_that_is_killed_while_slots_are_bought_late_pays_once(forgetful: Desk) -> None:
    """The next run starts at once, and before the purchase lands."""
    forgetful.trouble("slow", SLOTS, seconds=300)
    launch = forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 4}])
    assert forgetful.killed_at(forgetful.writes + 1, "import", launch, "--yes")
    assert forgetful.import_(launch).code == 5
    lands(forgetful)
    assert forgetful.import_(launch).code == 0
    assert (len(forgetful.bundles["winter"].slots), charged_for_slots(forgetful)) == (4, 20)


@pytest.mark.parametrize("fault", ["429_after", "refused_after", "500_after", "503_after", "html_after", "truncate_after", "empty_200"])
def test_whatever_the_answer_was_the_platform_is_looked_at_before_slots_are_sent_again(forgetful: Desk, fault: str) -> None:
    """They were added and charged: that is found, and nothing is added twice."""
    forgetful.trouble(fault, SLOTS, times=None)
    launch = forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 4}])
    ended = forgetful.import_(launch)
    assert (ended.code, ended.rows, ended.document["credits"]["charged"]) == (0, {"total": 1, "done": 1}, 20), ended.err
    assert len(forgetful.bundles["winter"].slots) == 4


@pytest.mark.parametrize("fault", ["429_after", "429"])
def test_slots_that_nobody_could_look_for_are_in_the_books_of_the_next_run(forgetful: Desk, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too busy, by its word, and the platform cannot be asked whether it added them: they wait, and are looked for.

    The platform has answered, so nothing is on its way: the next run finds them, or buys them, at once, and tells what they took.
    """

    async def in_vain(*_: object) -> None:
        raise Unreachable(FailureFacts(message="the network is down", family=Family.NETWORK))

    launch = forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 4}])
    forgetful.trouble(fault, SLOTS)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("bulkportal.apply.purchase.find_effect", in_vain)
        ended = forgetful.import_(launch)
    assert (ended.code, ended.rows) == (5, {"total": 1, "waiting": 1}), ended.err
    again = forgetful.import_(launch)
    assert (again.code, again.document["credits"]["charged"]) == (0, 20), again.err
    assert (len(forgetful.bundles["winter"].slots), charged_for_slots(forgetful)) == (4, 20)


@pytest.mark.parametrize(
    ("route", "wanted", "count"),
    [(SLOTS, ONE | {"videos_quantity": 4}, 1), ("POST /bundles", ONE | {"bundle": "spring", "username": "spring.daily"}, 2)],
    ids=["slots", "bundle"],
)
def test_what_was_refused_in_unknown_words_and_could_not_be_looked_for_is_in_the_books_of_the_next_run(
    forgetful: Desk, route: str, wanted: dict[str, object], count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody in between refuses what was carried out, and then the network is down. Closed as refused, its credits would be in no book."""

    async def in_vain(*_: object) -> None:
        raise Unreachable(FailureFacts(message="the network is down", family=Family.NETWORK))

    before = forgetful.balance
    launch = forgetful.sheets("launch", bundles=[wanted])
    forgetful.trouble("refused_after", route)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("bulkportal.apply.purchase.find_effect", in_vain)
        ended = forgetful.import_(launch)
    assert (ended.code, ended.rows) == (5, {"total": 1, "waiting": 1}), ended.err
    monkeypatch.setattr(running, "LANDING", 0.0)
    again = forgetful.import_(launch)
    assert (again.code, again.document["credits"]["charged"]) == (0, before - forgetful.balance), again.err
    assert (len(forgetful.bundles), len(forgetful.executed(route))) == (count, count)


@pytest.mark.parametrize("fault", ["429_after", "500_after", "html_after", "refused_after"])
def test_a_bundle_is_looked_for_before_it_is_created_again(open_desk: OpenDesk, fault: str) -> None:
    """On the worst platform, which takes one reference twice: it is ours, and its charge is told."""
    desk = open_desk(balance=1000)
    desk.operate("POST", "/forget-keys", {"on": True})
    desk.state.require_free_reference = lambda *_, **__: None  # type: ignore[method-assign]
    desk.trouble(fault, "POST /bundles")
    ended = desk.import_(desk.sheets("launch", bundles=[ONE]))
    assert (ended.code, len(desk.bundles), ended.document["credits"]["charged"]) == (0, 1, 1000 - desk.balance), ended.err


def test_busy_by_its_word_and_by_its_books_is_sent_again(forgetful: Desk) -> None:
    """A 429 that did nothing, twice."""
    forgetful.trouble("429", SLOTS, times=2)
    ended = forgetful.import_(forgetful.sheets("launch", bundles=[ONE | {"videos_quantity": 4}]))
    assert (ended.code, charged_for_slots(forgetful)) == (0, 20), ended.err


@pytest.mark.parametrize(
    ("then", "now", "passed"),
    [
        ((1000.0, 50.0), (1000.0 + 31_536_000, 60.0), 10.0),
        ((1000.0, 50.0), (0.0, 60.0), 10.0),
    ],
    ids=["set a year forward", "set back"],
)
def test_a_clock_that_was_set_does_not_shorten_the_wait(then: tuple[float, float], now: tuple[float, float], passed: float) -> None:
    """Within one start of the system its own clock counts."""
    first, second = (f"{day:.3f} {up:.3f} one-start" for day, up in (then, now))
    assert seconds_between(first, second) == passed


def test_over_a_restart_the_time_of_day_counts() -> None:
    """And where that went backwards, nothing is known."""
    assert seconds_between("1000.000 900.000 one", "1400.000 3.000 two") == 400
    assert seconds_between("1000.000 900.000 one", "400.000 3.000 two") is None
    assert seconds_between("", moment()) is None


@pytest.mark.parametrize("fault", ["429", "429_after", "refused_after"])
def test_an_event_is_looked_for_before_it_is_asked_for_again(open_desk: OpenDesk, fault: str) -> None:
    """A video is sent back for corrections, and the platform says that it was too busy: done once, and told as done."""
    desk = open_desk()
    rows = [video("winter", 1)]
    assert desk.import_(desk.sheets("launch", bundles=[bundle("winter", videos_quantity=1)], videos=rows)).code == 0
    desk.operate("POST", "/forget-keys", {"on": True})
    desk.bundles["winter"].slots[0].status = "published"
    desk.bundles["winter"].status = "published"
    desk.trouble(fault, "POST /bundles/{id}/videos/{position}/corrections")
    asked = desk.sheets("asked", videos=[{"bundle": "winter", "position": 1, "action": "corrections", "message": "Brighter, please"}])
    ended = desk.import_(asked)
    assert (ended.code, ended.rows) == (0, {"total": 1, "done": 1}), ended.err
    assert len(desk.executed("POST /bundles/{id}/videos/{position}/corrections")) == 1


def test_an_event_refused_in_unknown_words_that_could_not_be_looked_for_is_not_asked_for_twice(
    open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody in between refuses corrections that were asked for, and then the network is down: the next run looks first."""

    async def in_vain(*_: object, **__: object) -> None:
        raise Unreachable(FailureFacts(message="the network is down", family=Family.NETWORK))

    desk, route = open_desk(), "POST /bundles/{id}/videos/{position}/corrections"
    rows = [video("winter", 1)]
    assert desk.import_(desk.sheets("launch", bundles=[bundle("winter", videos_quantity=1)], videos=rows)).code == 0
    desk.operate("POST", "/forget-keys", {"on": True})
    desk.bundles["winter"].slots[0].status = desk.bundles["winter"].status = "published"
    desk.trouble("refused_after", route)
    asked = desk.sheets("asked", videos=[{"bundle": "winter", "position": 1, "action": "corrections", "message": "Brighter, please"}])
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("bulkportal.apply.verification.find_effect", in_vain)
        ended = desk.import_(asked)
    assert (ended.code, ended.rows) == (5, {"total": 1, "waiting": 1}), ended.err
    again = desk.import_(asked)
    assert (again.code, len(desk.executed(route))) == (0, 1), again.err
