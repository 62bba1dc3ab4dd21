"""The public contract of edition 2026-05: headers, sandbox, keys, prices and errors, where the first documents are silent or differ."""

from __future__ import annotations

import pytest

from tests.contract.asking import order, seen, set_status
from tests.contract.proofs import proves
from tests.simulator.stage import ACCOUNT, Stage, code, day, video

PUBLIC, PLUGIN, SDK = "developers.tokportal.com", "TokPortal's Cursor plugin", "Python SDK"
TERMS = ["markets", "noodles", "ramen"]


# -- Versioning, rate limits


@proves(PUBLIC, "Versioning", "X-TokPortal-API-Version", "X-TokPortal-API-Stability", "X-TokPortal-Request-ID")
@pytest.mark.parametrize("path", ["/me", "/nothing", "/bundles/none"])
def test_every_answer_names_version_and_request(may: Stage, path: str) -> None:
    """Answers and refusals alike; a safe id of the caller comes back, otherwise the platform makes one."""
    answer = may.http.get(path, headers={"X-Request-ID": "night-7"})
    assert answer.headers["X-TokPortal-API-Version"] == "2026-05-25"
    assert answer.headers["X-TokPortal-API-Stability"] == "stable"
    assert answer.headers["X-TokPortal-Request-ID"] == "night-7"
    unsafe = may.http.get(path, headers={"X-Request-ID": "x" * 129})
    assert unsafe.headers["X-TokPortal-Request-ID"].startswith("req_")


@proves(PUBLIC, "Rate limits", "120 requests, 2 more each second")
@proves(PUBLIC, "Rate limits, headers", "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset")
@proves(PUBLIC, "Rate limits, errors", "429 RATE_LIMIT_EXCEEDED")
def test_error_rate_limit_exceeded(either: Stage) -> None:
    """Each key has its own bucket; headers tell what is left; past it 429, with the seconds to wait in Retry-After and in details."""
    either.operate("POST", "/settings", {"rate": 120})
    answers = [either.send("GET", "/me") for _ in range(120)]
    assert {answer.headers["X-RateLimit-Limit"] for answer in answers} == {"120"}
    assert answers[0].headers["X-RateLimit-Remaining"] == "119"
    assert int(answers[-1].headers["X-RateLimit-Remaining"]) < int(answers[-1].headers["X-RateLimit-Limit"])
    refused = next(answer for answer in iter(lambda: either.send("GET", "/me"), None) if answer.status_code != 200)
    assert code(refused) == (429, "RATE_LIMIT_EXCEEDED")
    assert refused.headers["Retry-After"] == str(refused.json()["error"]["details"]["retry_after_seconds"]) == "1"
    assert either.send("GET", "/me", api_key="tok_live_other").status_code == 200


@proves(PUBLIC, "Rate limits, errors", "429 capacity_cooldown")
def test_error_capacity_cooldown(either: Stage) -> None:
    """Creation is closed for the workspace for a while: nothing is created, nothing charged; the code is in lower case."""
    either.fault("POST /bundles", "capacity_cooldown")
    assert code(order(either)) == (429, "capacity_cooldown")
    assert (either.balance, either.state.books.bundles) == (1000, {})


@proves(PUBLIC, "Rate limits, pagination", "page, per_page, total, total_pages")
def test_lists_carry_a_pagination_object(may: Stage) -> None:
    """Beside `data`, for every list that has pages."""
    for _ in range(3):
        may.create(videos_quantity=1)
    for path, total in (("/bundles", 3), ("/credits/history", 3), ("/accounts", 0), ("/account-bans", 0)):
        answer = may.send("GET", f"{path}?page=2&per_page=2").json()
        assert answer["pagination"] == {"page": 2, "per_page": 2, "total": total, "total_pages": (total + 1) // 2}
        assert len(answer["data"]) == total // 3


# -- Sandbox, idempotency


@proves(PUBLIC, "Sandbox", "X-TokPortal-Dry-Run")
@proves(PUBLIC, "Sandbox, response", "dry_run, credits_would_charge")
def test_dry_run_prices_and_changes_nothing(may: Stage) -> None:
    """The same validation and price; the answer says that it was one, what it would cost, and that nothing was charged."""
    body = {"bundle_type": "account_and_videos", "country": "FR", "videos_quantity": 2}
    answer = may.send("POST", "/bundles", body, dry="true").json()
    marks = ("dry_run", "credits_would_charge", "credits_charged", "credits_remaining")
    assert [answer[name] for name in marks] == [True, 36, 0, 1000]
    assert answer["cost_breakdown"]["total"] == 36
    assert answer["data"]["id"].startswith("00000000-0000-4000-8000-")
    assert (may.balance, may.state.books.bundles) == (1000, {})
    assert code(may.send("POST", "/bundles", {**body, "country": "XX"}, dry="true")) == (400, "COUNTRY_NOT_ENABLED")


@proves(PUBLIC, "Sandbox, error", "400 DRY_RUN_ID_IN_LIVE_REQUEST")
def test_error_dry_run_id_in_live_request(may: Stage) -> None:
    """The id of a dry run means nothing in a live request."""
    body = {"bundle_type": "account_only", "country": "FR"}
    identity = may.send("POST", "/bundles", body, dry="true").json()["data"]["id"]
    assert code(may.send("GET", f"/bundles/{identity}")) == (400, "DRY_RUN_ID_IN_LIVE_REQUEST")


@proves(SDK, "Idempotency", "Idempotency-Key")
def test_idempotency_key_repeats_the_answer_and_not_the_charge(either: Stage) -> None:
    """The same request under the same key is carried out once; the repeated answer says Idempotent-Replayed."""
    bundle = either.create()
    before, asked = either.balance, {"quantity": 1}
    first, again = (either.send("POST", f"/bundles/{bundle}/add-video-slots", asked, key="slots-1") for _ in range(2))
    assert again.json() == first.json()
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert either.balance == before - first.json()["credits_charged"]


@proves(PLUGIN, "Idempotency, error", "400 IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE")
@pytest.mark.parametrize("path", ["/upload/video", "/upload/image"])
def test_error_idempotency_key_not_allowed(may: Stage, path: str) -> None:
    """An answer that holds a secret address is never kept, so these take no key."""
    body = {"filename": "a.png", "content_type": "image/png", "bundle_id": may.create()}
    assert code(may.send("POST", path, body, key="k")) == (400, "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE")


# -- Credits


@proves(PUBLIC, "Credits, prices", "account 32", "video slot 2", "edit slot 3", "advanced warming 5 a term")
@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({"bundle_type": "account_only", "videos_quantity": None}, 32),
        ({}, 32 + 3 * 2),
        ({"edits_quantity": 2}, 32 + 3 * 2 + 2 * 3),
        ({"wants_advanced_warming": True, "advanced_warming_terms": TERMS}, 32 + 3 * 2 + 3 * 5),
    ],
)
def test_price_of_a_creation(may: Stage, changes: dict[str, object], price: int) -> None:
    """Account 32, each video slot 2, each edit slot 3, each term of advanced warming 5."""
    assert order(may, **changes).json()["credits_charged"] == price


@proves(PUBLIC, "Credits, prices", "sound volume 1")
def test_price_of_a_sound_volume_once(may: Stage) -> None:
    """The first setting of a volume costs 1 credit, the next is free."""
    path = f"/bundles/{may.create()}/videos/1"
    charged = [may.send("PUT", path, video(volume_added_sound=volume)).json().get("credits_charged") for volume in (50, 60)]
    assert charged == [1, None]


@proves(PUBLIC, "Credits, rule", "debited at creation")
@proves(PUBLIC, "Create a bundle, response", "bundle_id, cost_breakdown")
def test_creation_is_debited_at_once_with_a_breakdown(either: Stage) -> None:
    """The sum of the parts is what was charged; configuring and publishing are free."""
    answer = order(either, edits_quantity=1).json()
    parts, bundle = answer["cost_breakdown"], answer["data"]["bundle_id"]
    assert {"account_creation", "video_slots", "edit_slots", "total"} <= set(parts)
    assert sum(value for name, value in parts.items() if name != "total") == parts["total"] == answer["credits_charged"]
    either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    either.send("PUT", f"/bundles/{bundle}/videos/1", video())
    assert either.send("POST", f"/bundles/{bundle}/publish").status_code == 200
    assert either.balance == 1000 - parts["total"]


# -- Errors


@proves(PUBLIC, "Errors", "401 AUTH_MISSING_KEY", "401 AUTH_INVALID_KEY", "401 AUTH_REVOKED_KEY")
@pytest.mark.parametrize(
    ("key", "expected"),
    [("", "AUTH_MISSING_KEY"), ("tok_live_refused", "AUTH_INVALID_KEY"), ("tok_live_revoked", "AUTH_REVOKED_KEY")],
)
def test_errors_of_authentication(either: Stage, key: str, expected: str) -> None:
    """No key, a wrong one, a revoked one: 401 before anything else is looked at."""
    assert code(either.send("GET", "/bundles/none", api_key=key)) == (401, expected)


@proves(PUBLIC, "Errors", "402 INSUFFICIENT_CREDITS")
def test_error_insufficient_credits_tells_what_is_missing(may: Stage) -> None:
    """details: required, available, missing and the breakdown; nothing is created or charged."""
    refused = order(may, videos_quantity=500)
    assert code(refused) == (402, "INSUFFICIENT_CREDITS")
    details = refused.json()["error"]["details"]
    assert [details[name] for name in ("required", "available", "missing")] == [1032, 1000, 32]
    assert sum(details["breakdown"].values()) == 1032
    assert may.state.books.bundles == {}


@proves(PUBLIC, "Errors", "404 ACCOUNT_NOT_FOUND")
def test_error_account_not_found(either: Stage) -> None:
    """A videos_only bundle has no account of its own."""
    first = either.published()
    either.operate("POST", f"/bundles/{first}/deliver-account")
    only = either.create(bundle_type="videos_only", account_id=seen(either, first)["saved_account_id"], platform=None, country=None)
    assert code(either.send("GET", f"/bundles/{only}/account")) == (404, "ACCOUNT_NOT_FOUND")


@proves(PUBLIC, "Errors", "409 ACCOUNT_NOT_CONFIGURED")
def test_error_account_not_configured_is_409_now(may: Stage) -> None:
    """The code of the first documents in upper case, with 409 instead of 400."""
    assert code(may.send("POST", f"/bundles/{may.create()}/publish")) == (409, "ACCOUNT_NOT_CONFIGURED")


@proves(PUBLIC, "Errors", "409 ACCOUNT_INVALID_STATUS")
def test_error_account_invalid_status(may: Stage) -> None:
    """The account is not in review."""
    assert code(may.send("POST", f"/bundles/{may.published()}/account/finalize")) == (409, "ACCOUNT_INVALID_STATUS")


@proves(PUBLIC, "Errors", "409 BUNDLE_ALREADY_PUBLISHED")
def test_error_bundle_already_published(may: Stage) -> None:
    """Publishing again, and configuring the account of a published bundle."""
    bundle = may.published()
    assert code(may.send("POST", f"/bundles/{bundle}/publish")) == (409, "BUNDLE_ALREADY_PUBLISHED")
    assert code(may.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)) == (409, "BUNDLE_ALREADY_PUBLISHED")


@proves(PUBLIC, "Errors", "409 BUNDLE_INVALID_STATUS")
def test_error_bundle_invalid_status(may: Stage) -> None:
    """Unpublishing what is not published or has been accepted, publishing what was called off, publishing a video of a bundle in setup."""
    setup, accepted, cancelled = may.create(), may.create(), may.create()
    set_status(may, accepted, status="accepted")
    set_status(may, cancelled, status="cancelled")
    for path in (f"{setup}/unpublish", f"{accepted}/unpublish", f"{cancelled}/publish", f"{setup}/videos/publish-all"):
        assert code(may.send("POST", f"/bundles/{path}")) == (409, "BUNDLE_INVALID_STATUS")


@proves(PUBLIC, "Errors", "404 SAVED_ACCOUNT_NOT_FOUND", "403 SAVED_ACCOUNT_NOT_OWNED")
def test_errors_of_a_saved_account(either: Stage) -> None:
    """There is none with this id, or it belongs to another user; in reads and in an order for videos only."""
    bundle = either.published()
    either.operate("POST", f"/bundles/{bundle}/deliver-account")
    account = seen(either, bundle)["saved_account_id"]
    assert code(either.send("GET", "/accounts/none")) == (404, "SAVED_ACCOUNT_NOT_FOUND")
    assert code(either.send("GET", f"/accounts/{account}", api_key="tok_live_other")) == (403, "SAVED_ACCOUNT_NOT_OWNED")
    body = {"bundle_type": "videos_only", "account_id": account, "videos_quantity": 1}
    assert code(either.send("POST", "/bundles", body, api_key="tok_live_other")) == (403, "SAVED_ACCOUNT_NOT_OWNED")


@proves(PUBLIC, "Create a bundle, errors", "400 COUNTRY_NOT_ENABLED", "400 ACCOUNT_ID_NOT_ALLOWED")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [({"country": "XX"}, "COUNTRY_NOT_ENABLED"), ({"account_id": "a"}, "ACCOUNT_ID_NOT_ALLOWED")],
)
def test_errors_of_an_order(either: Stage, changes: dict[str, object], expected: str) -> None:
    """A country that is not open, and an account where a new one is ordered; nothing is charged."""
    assert code(order(either, **changes)) == (400, expected)
    assert either.balance == 1000


@proves(PUBLIC, "Create a bundle, errors", "400 YOUTUBE_DELAYED")
def test_error_youtube_delayed(may: Stage) -> None:
    """YouTube cannot be ordered at present."""
    assert code(order(may, platform="youtube")) == (400, "YOUTUBE_DELAYED")


@proves(
    PLUGIN,
    "Warming, errors",
    "400 DEEP_WARMING_DEPRECATED",
    "400 WARMING_CONFLICT",
    "400 ADVANCED_WARMING_FLAG_REQUIRED",
    "400 ADVANCED_WARMING_TERMS_REJECTED",
    "400 ADVANCED_WARMING_COUNT_MISMATCH",
)
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"platform": "instagram", "wants_deep_warming": True}, "DEEP_WARMING_DEPRECATED"),
        ({"wants_niche_warming": True, "niche_warming_instructions": "Food", "advanced_warming_terms": TERMS}, "WARMING_CONFLICT"),
        ({"wants_advanced_warming": None, "advanced_warming_terms": TERMS}, "ADVANCED_WARMING_FLAG_REQUIRED"),
        ({"advanced_warming_terms": ["ramen", "Ramen", "soup"]}, "ADVANCED_WARMING_TERMS_REJECTED"),
        ({"advanced_warming_terms": TERMS, "advanced_warming_terms_count": 6}, "ADVANCED_WARMING_COUNT_MISMATCH"),
    ],
)
def test_errors_of_warming(may: Stage, changes: dict[str, object], expected: str) -> None:
    """Deep warming is gone, niche excludes advanced; terms need their flag, differ from each other, and are as many as was said."""
    assert code(order(may, **{"wants_advanced_warming": True, **changes})) == (400, expected)
    assert may.balance == 1000


@proves(PUBLIC, "Configure videos, errors", "400 UNKNOWN_FIELD")
@pytest.mark.parametrize("path", ["videos/1", "videos/batch", "account"])
def test_error_unknown_field(may: Stage, path: str) -> None:
    """A field that does not exist is refused and named, instead of being passed over."""
    refused = may.send("PUT", f"/bundles/{may.create()}/{path}", {**video(), "colour": "red"})
    assert code(refused) == (400, "UNKNOWN_FIELD")
    assert "colour" in refused.json()["error"]["details"]["fields"]


@proves(PUBLIC, "Configure videos, errors", "400 INVALID_DATE")
def test_error_invalid_date(may: Stage) -> None:
    """A date that is too early: details.earliest_allowed is the first that is taken."""
    path = f"/bundles/{may.create()}/videos/1"
    refused = may.send("PUT", path, video(target_publish_date=day(2)))
    assert code(refused) == (400, "INVALID_DATE")
    assert refused.json()["error"]["details"] == {"earliest_allowed": day(3), "min_days_ahead": 3}
    assert may.send("PUT", path, video(target_publish_date=day(3))).status_code == 200


@proves(PUBLIC, "Configure videos, errors", "400 VIDEOS_PER_DAY_EXCEEDED")
@proves(PUBLIC, "Configure videos, rule", "three videos a day")
def test_error_videos_per_day_exceeded(may: Stage) -> None:
    """A fourth video on one day of a bundle; details name the day and the count. A slot does not count against itself."""
    bundle = may.create(videos_quantity=4)
    for position in (1, 2, 3, 3):
        assert may.send("PUT", f"/bundles/{bundle}/videos/{position}", video()).status_code == 200
    refused = may.send("PUT", f"/bundles/{bundle}/videos/4", video())
    assert code(refused) == (400, "VIDEOS_PER_DAY_EXCEEDED")
    assert refused.json()["error"]["details"] == {"date": day(3), "current_count": 3}
