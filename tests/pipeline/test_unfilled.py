"""Slots that are paid for and stay empty are told: by the check, by the plan with their price, and by the status."""

from __future__ import annotations

from typing import Any

from tests.check.sheets import checked, codes
from tests.conftest import Desk, bundle, video


def doubts(desk: Desk, *arguments: object, command: str = "plan") -> list[dict[str, Any]]:
    """What a command says of empty slots."""
    found = desk.run(command, *arguments, *(["--yes"] if command == "import" else []))
    return [finding for finding in found.document["findings"] if finding["code"] == "slots_unfilled"]


def test_the_check_names_the_slots_that_no_row_fills() -> None:
    """A warning, whether it is to be published or not; none where all are filled."""
    rows = [video("spring", position) for position in (1, 2, 4)]
    for publish in ("yes", "no"):
        found = checked([bundle("spring", videos_quantity=5, publish=publish)], rows)
        assert codes(found) == [("F2", "slots_unfilled")] and not found.errors
        assert "5 in all, 3 filled, 2 left empty" in found.findings[0].message
    assert codes(checked([bundle("spring", videos_quantity=2)], rows[:2])) == []


def test_the_plan_names_the_credits_and_keeps_nothing_back(desk: Desk) -> None:
    """The purchase goes through all the same, with exit 0; the price is the platform's."""
    folder = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=4)], videos=[video("spring", 1)])
    (doubt,) = doubts(desk, folder)
    assert doubt["severity"] == "warning" and "30 credits" in doubt["message"]
    ended = desk.import_(folder)
    assert ended.code == 0 and "slots_unfilled" in ended.codes


def test_a_bundle_that_is_bought_without_any_video_is_told_by_the_plan(desk: Desk) -> None:
    """Nothing at all fills it yet."""
    (doubt,) = doubts(desk, desk.sheets("launch", bundles=[bundle("spring", videos_quantity=3, publish="no")]))
    assert "0 filled, 3 left empty" in doubt["message"]


def test_what_the_platform_has_filled_counts(desk: Desk) -> None:
    """The second sheet brings only what is missing."""
    first = desk.sheets("first", bundles=[bundle("spring", videos_quantity=3, publish="no")], videos=[video("spring", 1), video("spring", 2)])
    assert len(doubts(desk, first, command="import")) == 1
    last = desk.sheets("last", bundles=[bundle("spring", videos_quantity=3)], videos=[video("spring", 3)])
    assert doubts(desk, last) == []
    assert doubts(desk, desk.sheets("more", bundles=[bundle("spring", videos_quantity=4)], videos=[video("spring", 3)])) != []


def test_a_row_with_an_error_is_told_once(desk: Desk) -> None:
    """It wants to fill its slot: that it cannot is its own finding."""
    folder = desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1), video("spring", 2, description=None)])
    assert doubts(desk, folder) == []


def test_the_status_has_a_thing_to_do(desk: Desk) -> None:
    """Which positions are empty, until they are filled."""
    one = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=3)], videos=[video("spring", 1)])
    assert desk.import_(one).code == 0
    (todo,) = [each for each in desk.run("status").document["todo"] if each["kind"] == "empty_slots"]
    assert todo["bundle"] == "spring" and "2, 3" in todo["detail"]
    rest = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=3)], videos=[video("spring", place) for place in (1, 2, 3)])
    assert desk.import_(rest).code == 0
    assert [each for each in desk.run("status").document["todo"] if each["kind"] == "empty_slots"] == []
