"""The document "Publish & Unpublish", its second half: slots for videos and for edits."""

from __future__ import annotations

import pytest

from tests.contract.asking import set_status
from tests.contract.proofs import proves
from tests.simulator.stage import Stage, code

DOCUMENT = "Publish & Unpublish"
VIDEOS, EDITS = "add-video-slots", "add-edit-slots"
PRICES = {"2026-02": {VIDEOS: 10, EDITS: 5}, "2026-05": {VIDEOS: 2, EDITS: 3}}
NOT_A_QUANTITY = [0, -1, 1.5, "2", True, None]


def add(stage: Stage, bundle: str, what: str, quantity: object) -> tuple[int, dict[str, object]]:
    """Ask for slots: the status and the body of the answer."""
    answer = stage.send("POST", f"/bundles/{bundle}/{what}", {"quantity": quantity})
    return answer.status_code, answer.json()


def refusal(stage: Stage, bundle: str, what: str, quantity: object = 1) -> tuple[int, str]:
    """Ask for slots and be refused: status and code. Nothing is charged and nothing is added."""
    path, before = f"/bundles/{bundle}", (stage.balance, stage.send("GET", f"/bundles/{bundle}").json())
    found = code(stage.send("POST", f"{path}/{what}", {"quantity": quantity}))
    assert (stage.balance, stage.send("GET", path).json()) == before
    return found


@proves(DOCUMENT, "Add Video Slots", "POST /bundles/:id/add-video-slots")
@proves(DOCUMENT, "Add Video Slots, response", "videos_quantity, previous_videos_quantity")
def test_add_video_slots_appends_pending_positions(either: Stage) -> None:
    """The answer holds the new number and the one before, and beside `data` what was charged and what remains."""
    bundle = either.create()
    before, cost = either.balance, 2 * PRICES[either.state.edition.name][VIDEOS]
    status, body = add(either, bundle, VIDEOS, 2)
    assert (status, body) == (
        200,
        {
            "data": {"id": bundle, "videos_quantity": 5, "previous_videos_quantity": 3},
            "credits_charged": cost,
            "credits_remaining": before - cost,
        },
    )
    rows = either.send("GET", f"/bundles/{bundle}/videos").json()["data"]
    assert [(row["position"], row["status"]) for row in rows[3:]] == [(4, "pending"), (5, "pending")]


@proves(DOCUMENT, "Add Video Slots, body", "quantity")
@proves(DOCUMENT, "Add Video Slots, error responses", "400 invalid_quantity")
@pytest.mark.parametrize("quantity", NOT_A_QUANTITY)
def test_error_invalid_quantity_of_video_slots(february: Stage, quantity: object) -> None:
    """`quantity` is required, and is an integer of at least 1."""
    assert refusal(february, february.create(), VIDEOS, quantity) == (400, "invalid_quantity")


@proves(DOCUMENT, "Add Video Slots, requirements", "bundle type")
@proves(DOCUMENT, "Add Video Slots, error responses", "400 invalid_bundle_type")
def test_error_invalid_bundle_type_for_video_slots(february: Stage) -> None:
    """An account_only bundle takes no videos."""
    only = february.create(bundle_type="account_only", videos_quantity=0)
    assert refusal(february, only, VIDEOS) == (400, "invalid_bundle_type")


@proves(DOCUMENT, "Add Video Slots, requirements", "bundle type")
def test_video_slots_are_for_account_and_videos_and_for_videos_only(either: Stage) -> None:
    """Both types take more slots."""
    bundle = either.published()
    either.operate("POST", f"/bundles/{bundle}/deliver-account")
    account = either.send("GET", f"/bundles/{bundle}").json()["data"]["saved_account_id"]
    only = either.create(bundle_type="videos_only", account_id=account, platform=None, country=None)
    assert [add(either, one, VIDEOS, 1)[0] for one in (bundle, only)] == [200, 200]


@proves(DOCUMENT, "Add Video Slots, requirements", "not completed")
@proves(DOCUMENT, "Add Video Slots, error responses", "409 bundle_completed")
def test_error_bundle_completed_for_video_slots(february: Stage) -> None:
    """A completed bundle takes no more; one that is published or accepted does."""
    bundle = february.published()
    assert add(february, bundle, VIDEOS, 1)[0] == 200
    february.operate("POST", f"/bundles/{bundle}/accept")
    assert add(february, bundle, VIDEOS, 1)[0] == 200
    set_status(february, bundle, status="completed")
    assert refusal(february, bundle, VIDEOS) == (409, "bundle_completed")


@proves(DOCUMENT, "Add Video Slots, error responses", "402 insufficient_credits")
def test_error_insufficient_credits_for_video_slots(february: Stage) -> None:
    """More than the balance pays for: nothing is added, nothing charged."""
    assert refusal(february, february.create(), VIDEOS, 97) == (402, "insufficient_credits")


@proves(DOCUMENT, "Add Video Slots, requirements", "debited immediately")
def test_video_slots_are_debited_immediately(either: Stage) -> None:
    """Balance and history show it at once, before anything is configured or published; each request adds and charges again."""
    bundle, price = either.create(), PRICES[either.state.edition.name][VIDEOS]
    before = either.balance
    for times in (1, 2):
        add(either, bundle, VIDEOS, 1)
        assert either.balance == before - times * price
        assert either.send("GET", f"/bundles/{bundle}").json()["data"]["credit_cost"] == 1000 - either.balance
        assert either.send("GET", "/credits/history").json()["data"][0]["amount"] == -price


@proves(DOCUMENT, "Add Video Slots, example", "2 video slots = 20")
def test_price_of_two_video_slots_is_twenty(february: Stage) -> None:
    """A video slot costs 10 credits."""
    assert add(february, february.create(), VIDEOS, 2)[1]["credits_charged"] == 20


@proves(DOCUMENT, "Add Edit Slots", "POST /bundles/:id/add-edit-slots")
@proves(DOCUMENT, "Add Edit Slots, response", "edits_quantity, previous_edits_quantity, videos_quantity")
def test_add_edit_slots_raises_the_number_of_edits(either: Stage) -> None:
    """The answer holds the new number, the one before and that of videos, and beside `data` the charge and what remains."""
    bundle = either.create(videos_quantity=5, edits_quantity=2)
    before, cost = either.balance, PRICES[either.state.edition.name][EDITS]
    status, body = add(either, bundle, EDITS, 1)
    assert (status, body) == (
        200,
        {
            "data": {"id": bundle, "edits_quantity": 3, "previous_edits_quantity": 2, "videos_quantity": 5},
            "credits_charged": cost,
            "credits_remaining": before - cost,
        },
    )


@proves(DOCUMENT, "Add Edit Slots, body", "quantity")
@proves(DOCUMENT, "Add Edit Slots, error responses", "400 invalid_quantity")
@pytest.mark.parametrize("quantity", NOT_A_QUANTITY)
def test_error_invalid_quantity_of_edit_slots(february: Stage, quantity: object) -> None:
    """`quantity` is required, and is an integer of at least 1."""
    assert refusal(february, february.create(), EDITS, quantity) == (400, "invalid_quantity")


@proves(DOCUMENT, "Add Edit Slots, requirements", "bundle type")
@proves(DOCUMENT, "Add Edit Slots, error responses", "400 invalid_bundle_type")
def test_error_invalid_bundle_type_for_edit_slots(february: Stage) -> None:
    """An account_only bundle takes no edits."""
    only = february.create(bundle_type="account_only", videos_quantity=0)
    assert refusal(february, only, EDITS) == (400, "invalid_bundle_type")


@proves(DOCUMENT, "Add Edit Slots, requirements", "one edit per video")
@proves(DOCUMENT, "Add Edit Slots, error responses", "400 edits_exceed_videos")
def test_error_edits_exceed_videos(february: Stage) -> None:
    """The sum of edits never exceeds that of videos: after more video slots there is room again."""
    bundle = february.create(videos_quantity=3, edits_quantity=2)
    assert refusal(february, bundle, EDITS, 2) == (400, "edits_exceed_videos")
    assert add(february, bundle, EDITS, 1)[0] == 200
    assert refusal(february, bundle, EDITS) == (400, "edits_exceed_videos")
    add(february, bundle, VIDEOS, 1)
    assert add(february, bundle, EDITS, 1)[0] == 200


@proves(DOCUMENT, "Add Edit Slots, requirements", "not completed")
@proves(DOCUMENT, "Add Edit Slots, error responses", "409 bundle_completed")
def test_error_bundle_completed_for_edit_slots(february: Stage) -> None:
    """A completed bundle takes no more."""
    bundle = february.published()
    set_status(february, bundle, status="completed")
    assert refusal(february, bundle, EDITS) == (409, "bundle_completed")


@proves(DOCUMENT, "Add Edit Slots, error responses", "402 insufficient_credits")
def test_error_insufficient_credits_for_edit_slots(february: Stage) -> None:
    """More than the balance pays for: nothing is added, nothing charged."""
    bundle = february.create(videos_quantity=99)
    assert refusal(february, bundle, EDITS, 2) == (402, "insufficient_credits")


@proves(DOCUMENT, "Add Edit Slots, requirements", "debited immediately")
def test_edit_slots_are_debited_immediately(either: Stage) -> None:
    """Balance and history show it at once."""
    bundle, price = either.create(), PRICES[either.state.edition.name][EDITS]
    before = either.balance
    add(either, bundle, EDITS, 2)
    assert either.balance == before - 2 * price
    assert either.send("GET", f"/bundles/{bundle}").json()["data"]["credit_cost"] == 1000 - either.balance
    assert either.send("GET", "/credits/history").json()["data"][0]["amount"] == -2 * price


@proves(DOCUMENT, "Add Edit Slots, example", "1 edit slot = 5")
def test_price_of_an_edit_slot_is_five(february: Stage) -> None:
    """An edit slot costs 5 credits."""
    assert add(february, february.create(), EDITS, 1)[1]["credits_charged"] == 5
