"""A refusal in words: what the platform said, with its details, and a next step that belongs to its code."""

from __future__ import annotations

import re

import pytest

from bulkportal.apply.refused import NEXT_STEPS, in_words, next_step
from bulkportal.portal import failures
from bulkportal.portal.remote import Json
from tests.conftest import Desk, OpenDesk, bundle, video

# fmt: off
DOCUMENTED = (
    "AUTH_MISSING_KEY", "AUTH_INVALID_KEY", "AUTH_REVOKED_KEY", "VALIDATION_ERROR", "UNKNOWN_FIELD", "BUNDLE_NOT_FOUND",
    "BUNDLE_NOT_OWNED", "BUNDLE_INVALID_STATUS", "invalid_status", "BUNDLE_ALREADY_PUBLISHED", "already_accepted",
    "account_not_configured", "no_videos_configured", "DUPLICATE_EXTERNAL_REF", "DUPLICATE_ACCOUNT_BUNDLE", "BUNDLE_PRICING_CHANGED",
    "insufficient_credits", "invalid_bundle_type", "invalid_quantity", "edits_exceed_videos", "bundle_completed", "ACCOUNT_NOT_FOUND",
    "ACCOUNT_INVALID_STATUS", "SAVED_ACCOUNT_NOT_FOUND", "SAVED_ACCOUNT_NOT_OWNED", "VIDEO_NOT_FOUND", "VIDEO_POSITION_OUT_OF_RANGE",
    "INVALID_STATUS_TRANSITION", "VIDEO_NO_DOWNLOAD_ISSUE", "UPLOAD_FAILED", "INVALID_DATE", "VIDEOS_PER_DAY_EXCEEDED",
    "RATE_LIMIT_EXCEEDED", "capacity_cooldown", "MANAGED_ACCOUNT_TASK_BLOCKED", "COUNTRY_NOT_ENABLED", "ACCOUNT_ID_NOT_ALLOWED",
    "YOUTUBE_DELAYED", "DEEP_WARMING_DEPRECATED", "WARMING_CONFLICT", "ADVANCED_WARMING_COUNT_MISMATCH",
    "ADVANCED_WARMING_TERMS_REJECTED", "IDEMPOTENCY_KEY_NOT_ALLOWED_FOR_SENSITIVE_RESPONSE", "DRY_RUN_ID_IN_LIVE_REQUEST",
    "BUNDLE_NOT_IN_SETUP", "ACCOUNT_MISSING", "ACCOUNT_MISSING_FIELDS",
)
# fmt: on


@pytest.mark.parametrize("code", DOCUMENTED)
def test_every_documented_code_has_a_step_of_its_own(code: str) -> None:
    """However it is spelt."""
    assert next_step(code) == next_step(code.swapcase())
    assert code.upper() in NEXT_STEPS or code.startswith("ADVANCED_WARMING")
    assert next_step(code)[0].isupper() and next_step(code).endswith(".")


def test_every_code_that_is_sorted_has_a_step() -> None:
    """What the client knows the family of, a person is told what to do about."""
    assert set(failures._EXACT) <= set(NEXT_STEPS)  # the table of codes, which no answer shows


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "Correct the cell"),
        (404, "look for it"),
        (409, "status"),
        (403, "key"),
        (402, "credits"),
        (413, "link"),
        (418, "Correct"),
        (None, "as the platform's message says"),
    ],
)
def test_an_unknown_code_is_judged_by_its_status(status: int | None, words: str) -> None:
    """A sensible step, and never none."""
    assert words in next_step("SOMETHING_NEW", status)


def test_a_date_that_the_platform_offers_is_named() -> None:
    """The row can be mended without looking anything up."""
    assert "2030-04-09" in next_step("INVALID_DATE", 400, {"earliest_allowed": "2030-04-09"})


@pytest.mark.parametrize(
    ("details", "told"),
    [
        ({"required": 60, "available": 12, "missing": 48}, "Not enough (credits needed: 60, there: 12, missing: 48)."),
        (
            {"current_status": "draft", "allowed_statuses": ["accepted", "in_review"]},
            "Not enough (its status is draft, possible in accepted, in_review).",
        ),
        ({"missing_fields": ["biography", "username"]}, "Not enough (missing: biography, username)."),
        ({"some_new_fact": 7}, "Not enough (some new fact: 7)."),
        ({"nested": {"a": 1}, "retry_after_seconds": 3, "api_token": "abc"}, "Not enough."),
        ({}, "Not enough."),
        ({"hint": "enough"}, "Not enough."),
    ],
)
def test_details_are_told_in_words(details: dict[str, Json], told: str) -> None:
    """Those that the documents name, those that they do not, and none that is a secret or said already."""
    assert in_words("Not enough.", details) == told


def test_a_refused_action_tells_its_statuses_everywhere(desk: Desk) -> None:
    """On the screen, in the JSON and in the report: the code, the status and what is allowed."""
    desk.import_(desk.sheets("one", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)]))
    sheet = desk.sheets("two", bundles=[{"bundle": "spring-01", "action": "unpublish"}])
    taken = desk.bundles["spring-01"]

    def accepted() -> None:
        taken.status = "accepted"

    before = desk.state.bundle

    def seen(identity: str, tenant: str) -> object:
        if desk.writes > writes:
            accepted()
        return before(identity, tenant)

    writes = desk.writes
    desk.state.bundle = seen  # type: ignore[method-assign, assignment]
    ended = desk.import_(sheet, "--report", desk.folder / "r.xlsx")
    found = ended.document["findings"][0]
    assert ended.code == 4 and found["code"] == "refused_by_platform"
    assert re.search(r"already_accepted|invalid_status", found["message"])
    assert found["hint"] != "Correct the row and run this again." and found["hint"] in ended.err


def test_credits_that_are_missing_are_counted(open_desk: OpenDesk) -> None:
    """Spent by somebody else between plan and purchase: the stop says what is needed, what is there and what is missing."""
    desk = open_desk(edition="2026-05", balance=100)
    first = True

    def spend() -> None:
        nonlocal first
        if first:
            first = False
            desk.state.charge("owner", {"elsewhere": 90}, "Somebody else")

    sheet = desk.sheets("one", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)])
    with desk.while_paying(spend):
        ended = desk.import_(sheet)
    assert ended.code == 8
    words = " ".join(ended.err.split())
    assert "36 credits are needed and 10 are available (missing: 26)" in words
