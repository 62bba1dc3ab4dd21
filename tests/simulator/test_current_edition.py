"""What the current edition (2026-05) does differently (API reference 5, 6)."""

from __future__ import annotations

import pytest

from bulkportal.simulator.editions import edition_named

from .stage import Stage, code, day, video


def test_prices_stand_under_costs(current: Stage) -> None:
    """Account 32, video 2, edit 3, advanced warming 5 a target."""
    costs = current.send("GET", "/credit-costs").json()["data"]["costs"]
    assert costs["account_creation"] == 32
    assert (costs["video_upload"], costs["video_edit"], costs["advanced_warming"]) == (2, 3, 5)
    order = {
        "bundle_type": "account_and_videos",
        "country": "US",
        "videos_quantity": 2,
        "edits_quantity": 1,
        "wants_advanced_warming": True,
        "advanced_warming_terms": ["cooking", "markets", "noodles"],
    }
    answer = current.send("POST", "/bundles", order).json()
    assert answer["credits_charged"] == 32 + 2 * 2 + 3 + 3 * 5
    assert answer["data"]["country"] == "USA"
    balance = current.send("GET", "/credits/balance").json()["data"]
    assert balance["total_credits"] == 946


def test_codes_are_upper_case(current: Stage) -> None:
    """The endpoints of seed 002 say it in capitals here, and with 409."""
    bundle = current.create()
    path = f"/bundles/{bundle}"
    assert code(current.send("POST", f"{path}/publish")) == (409, "ACCOUNT_NOT_CONFIGURED")
    assert code(current.send("POST", f"{path}/unpublish")) == (409, "BUNDLE_INVALID_STATUS")
    wrong = current.send("POST", f"{path}/add-video-slots", {"quantity": 0})
    assert code(wrong) == (400, "INVALID_QUANTITY")
    poor = current.send("POST", f"{path}/add-video-slots", {"quantity": 999})
    assert code(poor) == (402, "INSUFFICIENT_CREDITS")
    current.published()
    again = current.send("POST", f"/bundles/{current.published()}/publish")
    assert code(again) == (409, "BUNDLE_ALREADY_PUBLISHED")


def test_a_patch_edits_caption_and_window(current: Stage) -> None:
    """The description and the pair of dates (API reference 2.15)."""
    path = f"/bundles/{current.create()}/videos/1"
    current.send("PUT", path, video())
    window = {"target_publish_start_date": day(5), "target_publish_end_date": day(9)}
    done = current.send("PATCH", path, {"description": "New", **window}).json()["data"]
    assert (done["description"], done["target_publish_end_date"]) == ("New", day(9))
    assert done["video_url"]
    early = current.send("PATCH", path, {"target_publish_date": day(1)})
    assert code(early) == (400, "INVALID_DATE")


def test_a_dry_run_has_no_effect(current: Stage) -> None:
    """Same validation and price, synthetic ids, nothing written (API reference 1.8)."""
    order = {"bundle_type": "account_only", "country": "FR"}
    answer = current.send("POST", "/bundles", order, dry="true", key="k")
    body = answer.json()
    assert body["dry_run"] is True
    assert (body["credits_charged"], body["credits_would_charge"]) == (0, 32)
    assert body["credits_remaining"] == 1000
    identity = body["data"]["id"]
    assert identity.startswith("00000000-0000-4000-8000-")
    assert (current.balance, current.state.books.bundles) == (1000, {})
    wrong = current.send("POST", "/bundles", {**order, "country": "XX"}, dry="true")
    assert code(wrong) == (400, "COUNTRY_NOT_ENABLED")
    live = current.send("POST", f"/bundles/{identity}/publish")
    assert code(live) == (400, "DRY_RUN_ID_IN_LIVE_REQUEST")
    assert current.send("POST", "/bundles", order, key="k").json()["credits_charged"] == 32


def test_the_seeds_edition_runs_a_dry_run_for_real(stage: Stage) -> None:
    """The danger a client must know: an old server ignores the header (1.8)."""
    order = {"bundle_type": "account_only", "country": "FR"}
    answer = stage.send("POST", "/bundles", order, dry="true").json()
    assert "dry_run" not in answer
    assert stage.balance == 995


def test_countries_and_platforms_follow_the_edition(current: Stage, stage: Stage) -> None:
    """USA and no YouTube here, US and YouTube there; aliases work in both."""
    for place, american, platforms in ((current, "USA", 2), (stage, "US", 3)):
        answer = place.send("GET", "/countries").json()
        assert american in [item["code"] for item in answer["data"]]
        assert answer["videos_only_countries"]
        assert len(place.send("GET", "/platforms").json()["data"]) == platforms


def test_there_are_two_editions() -> None:
    """Any other name is an error that lists them."""
    with pytest.raises(ValueError, match=r"2026-02, 2026-05"):
        edition_named("2030-01")


def test_a_stale_date_moves_when_one_video_is_published(current: Stage) -> None:
    """The answer tells the old and the new date (API reference 2.18)."""
    bundle = current.published()
    current.operate("POST", "/clock", {"today": day(2)})
    done = current.send("POST", f"/bundles/{bundle}/videos/1/publish").json()["data"]
    assert (done["original_date"], done["new_date"]) == (day(3), day(5))


def test_a_failed_bulk_order_creates_nothing(current: Stage) -> None:
    """Too many accounts, no platform or too few credits refuse it whole (2.2)."""
    order = {"platforms": ["tiktok"], "country": "FR", "accounts_count": 40}
    assert code(current.send("POST", "/bundles/bulk", order)) == (402, "INSUFFICIENT_CREDITS")
    wrong: list[dict[str, object]] = [{"platforms": []}, {"accounts_count": 101}, {"upload_accounts_count": 1}]
    for changes in wrong:
        assert current.send("POST", "/bundles/bulk", {**order, **changes}).status_code == 400
    assert (current.balance, current.state.books.bundles) == (1000, {})
