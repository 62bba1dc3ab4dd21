"""The rules of the seed "Bundles" (003) and of creation (API reference 2.1 to 2.6)."""

from __future__ import annotations

import pytest

from .stage import ACCOUNT, Stage, code, video


def test_the_flat_costs_price_every_creation(stage: Stage) -> None:
    """GET /credit-costs holds all six prices."""
    costs = stage.send("GET", "/credit-costs").json()["data"]
    assert set(costs) == {
        "account_creation",
        "video_slot",
        "edit_slot",
        "niche_warming",
        "deep_warming",
        "moderation",
    }


def test_every_debit_is_in_the_history(stage: Stage) -> None:
    """Initial balance less the debits is the balance, and each names its bundle."""
    bundle = stage.create()
    stage.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": 2})
    history = stage.send("GET", "/credits/history").json()["data"]
    assert [item["amount"] for item in history] == [-20, -35]
    assert all(bundle in item["description"] for item in history)
    assert 1000 + sum(item["amount"] for item in history) == history[0]["balance_after"]
    assert stage.send("GET", "/credits/balance").json() == {"data": {"credits": 945}}


def test_lists_have_pages_without_a_pagination_object(stage: Stage) -> None:
    """The seeds show no pagination object, yet page and per_page count."""
    made = [stage.create(videos_quantity=1) for _ in range(5)]
    pages = [stage.send("GET", f"/bundles?page={page}&per_page=2").json() for page in (1, 2, 3, 4)]
    assert [row["id"] for page in pages for row in page["data"]] == made[::-1]
    assert all(set(page) == {"data"} for page in pages)


def test_an_external_ref_is_unique_at_creation_and_at_patch(stage: Stage) -> None:
    """409 DUPLICATE_EXTERNAL_REF, and nothing is charged."""
    first, second = stage.create(external_ref="a"), stage.create()
    again = stage.send(
        "POST",
        "/bundles",
        {
            "bundle_type": "account_only",
            "country": "FR",
            "external_ref": "a",
        },
    )
    assert code(again) == (409, "DUPLICATE_EXTERNAL_REF")
    assert stage.balance == 930
    path = f"/bundles/{second}"
    assert code(stage.send("PATCH", path, {"external_ref": "a"}))[0] == 409
    assert stage.send("PATCH", f"/bundles/{first}", {"external_ref": None}).status_code == 200
    assert stage.send("PATCH", path, {"external_ref": "a"}).json()["data"]["external_ref"] == "a"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"bundle_type": "everything"}, "VALIDATION_ERROR"),
        ({"country": "XX"}, "COUNTRY_NOT_ENABLED"),
        ({"platform": "myspace"}, "VALIDATION_ERROR"),
        ({"videos_quantity": 0}, "VALIDATION_ERROR"),
        ({"videos_quantity": "3"}, "VALIDATION_ERROR"),
        ({"edits_quantity": 4}, "VALIDATION_ERROR"),
        ({"account_id": "x"}, "ACCOUNT_ID_NOT_ALLOWED"),
        ({"wants_deep_warming": True}, "VALIDATION_ERROR"),
        ({"title": "x" * 201}, "VALIDATION_ERROR"),
        (
            {"platform": "instagram", "wants_deep_warming": True, "wants_niche_warming": True},
            "VALIDATION_ERROR",
        ),
    ],
)
def test_a_wrong_order_is_refused_free_of_charge(stage: Stage, changes: dict[str, object], expected: str) -> None:
    """Each rule of creation has its 400."""
    order = {"bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 3}
    assert code(stage.send("POST", "/bundles", {**order, **changes})) == (400, expected)
    assert stage.balance == 1000


def test_readiness_lists_every_blocker(stage: Stage) -> None:
    """Blockers come together, and name missing fields (seed 003, API reference 4.5)."""
    bundle = stage.create()
    path = f"/bundles/{bundle}/publish-readiness"

    def blockers() -> list[str]:
        found = stage.send("GET", path).json()["data"]
        assert found["ready"] == (not found["blockers"])
        return [item["code"] for item in found["blockers"]]

    assert blockers() == ["ACCOUNT_MISSING", "NO_VIDEOS_CONFIGURED"]
    partial = {**ACCOUNT, "profile_picture_url": None}
    stage.send("PUT", f"/bundles/{bundle}/account", partial)
    assert blockers() == ["ACCOUNT_MISSING_FIELDS", "NO_VIDEOS_CONFIGURED"]
    stage.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    stage.send("PUT", f"/bundles/{bundle}/videos/1", video())
    assert blockers() == []
    stage.send("POST", f"/bundles/{bundle}/publish")
    assert blockers() == ["BUNDLE_ALREADY_PUBLISHED"]
    stage.operate("POST", f"/bundles/{bundle}/cancel")
    assert blockers() == ["BUNDLE_NOT_IN_SETUP"]


def test_unknown_paths_and_methods_use_the_envelope(stage: Stage) -> None:
    """404 and 405 look like every other error."""
    assert code(stage.send("GET", "/nothing")) == (404, "NOT_FOUND")
    assert code(stage.send("DELETE", "/bundles")) == (405, "METHOD_NOT_ALLOWED")
