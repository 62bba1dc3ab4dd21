"""What the current edition (2026-05) does differently (API reference 5, 6)."""

from __future__ import annotations

import pytest

from bulkportal.simulator.editions import edition_named

from .stage import ACCOUNT, Stage, code, day, video


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


def test_lists_carry_a_pagination_object(current: Stage) -> None:
    """page, per_page, total, total_pages."""
    for _ in range(3):
        current.create()
    answer = current.send("GET", "/bundles?page=2&per_page=2").json()
    assert answer["pagination"] == {"page": 2, "per_page": 2, "total": 3, "total_pages": 2}
    assert len(answer["data"]) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"platform": "youtube"}, "YOUTUBE_DELAYED"),
        ({"wants_deep_warming": True}, "DEEP_WARMING_DEPRECATED"),
        ({"advanced_warming_terms_count": 3}, "ADVANCED_WARMING_FLAG_REQUIRED"),
        (
            {"wants_advanced_warming": True, "advanced_warming_terms": ["aa", "AA", "bb"]},
            "ADVANCED_WARMING_TERMS_REJECTED",
        ),
        (
            {
                "wants_advanced_warming": True,
                "advanced_warming_terms": ["aa", "bb", "cc"],
                "advanced_warming_terms_count": 6,
            },
            "ADVANCED_WARMING_COUNT_MISMATCH",
        ),
        (
            {
                "wants_niche_warming": True,
                "niche_warming_instructions": "Food",
                "wants_advanced_warming": True,
                "advanced_warming_terms_count": 3,
            },
            "WARMING_CONFLICT",
        ),
    ],
)
def test_new_refusals_of_creation(current: Stage, changes: dict[str, object], expected: str) -> None:
    """Each has its code, and nothing is charged."""
    order = {"bundle_type": "account_only", "country": "FR"}
    assert code(current.send("POST", "/bundles", {**order, **changes})) == (400, expected)
    assert current.balance == 1000


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


def test_unknown_fields_and_early_dates_have_their_own_codes(current: Stage) -> None:
    """UNKNOWN_FIELD, and INVALID_DATE with the earliest day."""
    path = f"/bundles/{current.create()}/videos/1"
    assert code(current.send("PUT", path, video(colour="red"))) == (400, "UNKNOWN_FIELD")
    early = current.send("PUT", path, video(target_publish_date=day(2)))
    assert code(early) == (400, "INVALID_DATE")
    assert early.json()["error"]["details"] == {"earliest_allowed": day(3), "min_days_ahead": 3}


def test_a_day_holds_three_videos(current: Stage) -> None:
    """The fourth on one day is refused; a slot does not count against itself."""
    bundle = current.create(videos_quantity=4)
    answers = [current.send("PUT", f"/bundles/{bundle}/videos/{n}", video()) for n in (1, 2, 3, 3)]
    assert all(answer.is_success for answer in answers)
    full = current.send("PUT", f"/bundles/{bundle}/videos/4", video())
    assert code(full) == (400, "VIDEOS_PER_DAY_EXCEEDED")
    assert full.json()["error"]["details"]["current_count"] == 3


def test_some_options_cost_a_credit_once(current: Stage) -> None:
    """A volume is charged the first time it is set (API reference 5.1)."""
    path = f"/bundles/{current.create()}/videos/1"
    answers = [current.send("PUT", path, video(volume_added_sound=v)).json() for v in (50, 60)]
    assert answers[0]["credits_charged"] == 1
    assert "credits_charged" not in answers[1]


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


def test_stale_dates_move_together_at_publication(current: Stage) -> None:
    """The calendar is shifted, keeping its cadence, and the answer says so (2.7)."""
    bundle = current.create()
    current.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    for position, ahead in ((1, 3), (2, 5)):
        slot = video(target_publish_date=day(ahead))
        current.send("PUT", f"/bundles/{bundle}/videos/{position}", slot)
    current.operate("POST", "/clock", {"today": day(2)})
    moved = current.send("POST", f"/bundles/{bundle}/publish").json()["data"]["adjusted_videos"]
    assert [(item["previous_date"], item["new_date"]) for item in moved] == [
        (day(3), day(5)),
        (day(5), day(7)),
    ]


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


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 200),
        ({"description": "x"}, 400),
        ({"video_url": None}, 400),
        ({"story_image_url": "https://cdn.example.com/s.jpg"}, 400),
    ],
)
def test_a_story_has_one_medium_and_no_caption(current: Stage, changes: dict[str, object], expected: int) -> None:
    """Exactly one of video_url and story_image_url (API reference 3.1)."""
    body = {**video(video_type="story", description=None), **changes}
    path = f"/bundles/{current.create()}/videos/1"
    assert current.send("PUT", path, body).status_code == expected


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
