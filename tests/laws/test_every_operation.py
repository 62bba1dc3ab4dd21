"""Every kind of operation is whole: declared once, carried out by one handler, and an action happens once whatever becomes of its answer.

A kind that is added is tried here without anybody's naming it.
"""

from __future__ import annotations

import pytest

from bulkportal.apply.handlers import HANDLERS
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan.kinds import ACTIONS, OperationKind
from tests.conftest import Desk, bundle, video

_GOES_WITH: dict[str, dict[str, object]] = {
    "corrections": {"message": "Larger logo"},
    "account-corrections": {"message": "username: another.name"},
    "fix-download": {"video": "https://cdn.example.com/spring/again.mp4"},
}
"""What else the row of an action must say."""


def test_every_kind_has_one_handler() -> None:
    """None is declared that cannot be sent, and none is sent that is not declared."""
    assert HANDLERS.keys() == set(OperationKind)


@pytest.mark.parametrize("kind", OperationKind)
def test_what_may_not_happen_twice_is_looked_for(kind: OperationKind) -> None:
    """A purchase or an event has an effect that is found on the platform; what only sets something needs none. A purchase can be rehearsed."""
    assert (HANDLERS[kind].rehearse is not None) is kind.traits.paid
    assert (HANDLERS[kind].find_effect is not None) is (kind.traits.paid or kind.is_event)


@pytest.mark.parametrize("kind", OperationKind)
def test_every_kind_is_told_apart(kind: OperationKind) -> None:
    """It has words of its own, before and after, and a column that is one of Bundles."""
    others = [other for other in OperationKind if other is not kind]
    assert kind.traits.done and kind.traits.done not in {other.traits.done for other in others}
    assert kind.traits.column in {"", *(field.name for field in BUNDLES.fields)}


def test_the_action_columns_offer_what_can_be_done() -> None:
    """Every choice is the action of a kind, and every action a choice, on the sheet of what it is about."""
    of_video = {name for name, kind in ACTIONS.items() if kind.traits.action and kind.traits.action.of == "video"}
    assert set(POSITIONS["action"].choices) == of_video
    assert set(BUNDLES["action"].choices) == ACTIONS.keys() - of_video


def prepared(desk: Desk, name: str) -> None:
    """A bundle `spring` of two videos of which the action is possible."""
    live = desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1), video("spring", 2)])
    assert desk.import_(live).code == 0
    action, there = ACTIONS[name].traits.action, desk.bundles["spring"]
    assert action is not None
    if action.of == "video" and action.allowed:
        there.slots[0].status = action.allowed[0]
    elif action.of == "video":
        there.slots[0].download_issue = True
    elif action.of == "account":
        there.account.status = action.allowed[0]
    else:
        there.status = action.allowed[0]


@pytest.mark.parametrize("fault", ["", "drop_after"])
@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_happens_once(desk: Desk, name: str, fault: str) -> None:
    """Also where its answer is lost; the row is done then, and asked for again it is as it should be."""
    prepared(desk, name)
    of_video = name in POSITIONS["action"].choices
    row = {"bundle": "spring", "action": name, **({"position": 1} if of_video else {}), **_GOES_WITH.get(name, {})}
    sheet = desk.sheets("asked", **{"videos" if of_video else "bundles": [row]})
    before = desk.writes
    if fault:
        desk.trouble(fault)
    assert (ended := desk.import_(sheet)).code == 0, ended.out
    assert ended.rows == {"total": 1, "done": 1}
    assert [write.executed for write in desk.state.journal.writes[before:]] == [True]
    assert (again := desk.import_(sheet)).rows == {"total": 1, "unchanged": 1}, again.out
    assert desk.writes == before + 1
