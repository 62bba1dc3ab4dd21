"""`plan --quote`: the platform's own price, asked only where a harmless try has shown that it plays dry runs."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from bulkportal.apply import dry_run_quote
from bulkportal.portal.client import Portal
from tests.conftest import Desk, OpenDesk, bundle, video
from tests.exporting import launches

THERE = {"bundles": [launches.bundle("there", account=launches.account(1), videos=[launches.video(1)])]}


def wanted(desk: Desk) -> Path:
    """A new bundle of two videos, and two more slots for one that is there."""
    country = "USA" if desk.state.edition.current else "US"
    rows = [bundle("spring-01", country=country, publish=""), {"bundle": "there", "videos_quantity": 3}]
    return desk.sheets("launch", bundles=rows, videos=[video("spring-01", n) for n in (1, 2)])


def executed(desk: Desk) -> list[tuple[str, bool]]:
    """The writes that came, and whether each was carried out."""
    return [(f"{write.method} {write.route}", write.executed) for write in desk.state.journal.writes]


def test_the_platform_quotes_what_an_import_takes(open_desk: OpenDesk) -> None:
    """Nothing is made, nothing charged; and the import then takes just that."""
    desk = open_desk(edition="2026-05", data=THERE)
    launch = wanted(desk)
    ended = desk.run("plan", launch, "--quote")
    price = ended.document["credits"]["planned"]
    assert f"Quoted by the platform: {price} credits for 2 steps." in ended.err
    assert executed(desk) == [("PATCH /bundles/{id}", False), ("POST /bundles", False), ("POST /bundles/{id}/add-video-slots", False)]
    assert (desk.balance, len(desk.bundles), ended.codes) == (5000, 1, ["slots_unfilled"])
    assert desk.import_(launch).document["credits"]["charged"] == price


def test_edits_of_videos_that_are_bought_with_them_are_no_trouble(open_desk: OpenDesk) -> None:
    """A dry run adds no video slots, so that it must refuse their edits: that is not told as a refusal."""
    desk = open_desk(edition="2026-05", data=THERE)
    ended = desk.run("plan", desk.sheets("more", bundles=[{"bundle": "there", "videos_quantity": 3, "edits_quantity": 3}]), "--quote")
    assert (ended.code, ended.codes) == (0, ["slots_unfilled"])
    assert "Quoted by the platform: 4 credits for 1 of 2 steps; the others are computed." in ended.err
    assert len(executed(desk)) == 3


def test_a_platform_without_dry_runs_is_asked_nothing_that_costs(open_desk: OpenDesk) -> None:
    """It would make the bundle for real. The one harmless try changes nothing, and the user is told."""
    desk = open_desk(data=THERE)
    before = dataclasses.asdict(desk.bundles["there"])
    ended = desk.run("plan", wanted(desk), "--quote")
    assert "Not quoted: this platform does not support dry runs" in ended.err
    assert [route for route, _ in executed(desk)] == ["PATCH /bundles/{id}"]
    after = dataclasses.asdict(desk.bundles["there"])
    assert {name for name in before if before[name] != after[name]} <= {"updated_at"}
    assert (desk.balance, ended.code) == (5000, 0)


def test_an_empty_workspace_cannot_be_tried(open_desk: OpenDesk) -> None:
    """There is no bundle on which a try would be harmless."""
    desk = open_desk(edition="2026-05")
    launch = desk.sheets("launch", bundles=[bundle("spring-01", country="USA", publish="")], videos=[video("spring-01", n) for n in (1, 2)])
    ended = desk.run("plan", launch, "--quote")
    assert "Not quoted" in ended.err
    assert executed(desk) == []


def test_a_quote_that_differs_is_a_finding(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The price list says one thing, the dry run another."""
    desk = open_desk(edition="2026-05", data=THERE)
    launch = wanted(desk)
    true = desk.state.edition.prices
    asked = Portal.prices

    async def outdated(portal: Portal) -> object:
        told = await asked(portal)
        return dataclasses.replace(told, items={**told.items, "video_slot": 1})

    monkeypatch.setattr(Portal, "prices", outdated)
    ended = desk.run("plan", launch, "--quote")
    assert ended.codes == ["quote_differs", "quote_differs", "slots_unfilled"]
    assert f"quotes {2 * true['video_slot']:g} credits to add video slots there: 1 to 3; by its price list it would be 2" in str(ended.document)


def test_a_dry_run_that_was_none_stops_at_once(open_desk: OpenDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that answers the try as it should and then carries a creation out: said loudly, and no further step is asked."""
    desk = open_desk(data=THERE)

    async def played(_: Portal) -> bool:
        return True

    monkeypatch.setattr(dry_run_quote, "_is_played", played)
    ended = desk.run("plan", wanted(desk), "--quote")
    assert ended.code == 2
    assert "did it for real and charged 25 credits" in ended.err
    assert len(executed(desk)) == 1
    monkeypatch.undo()
    assert desk.import_(desk.folder / "launch").document["credits"]["charged"] == 20


def test_what_the_dry_run_refuses_is_told_in_its_words(open_desk: OpenDesk) -> None:
    """Before anybody has paid for the rest."""
    desk = open_desk(edition="2026-05", data=THERE, balance=1)
    ended = desk.run("plan", wanted(desk), "--quote")
    assert ended.codes == ["quote_refused", "quote_refused", "slots_unfilled"]
    assert "INSUFFICIENT_CREDITS" in ended.out
