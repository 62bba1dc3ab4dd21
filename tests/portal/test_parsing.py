"""Both editions' shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulkportal.portal import parsing
from bulkportal.portal.parsing import PositionAnswer
from bulkportal.portal.remote import Json, in_figures
from tests.conftest import examples

SEED_BUNDLE: dict[str, Json] = {
    "id": "bnd_abc123",
    "bundle_type": "account_and_videos",
    "platform": "tiktok",
    "country": "US",
    "status": "accepted",
    "account_status": "in_review",
    "videos_quantity": 5,
    "edits_quantity": 0,
    "used_edits": 0,
    "credit_cost": 60,
    "external_ref": "campaign-42",
    "existing_account_id": None,
    "auto_finalize_videos": True,
    "is_published": True,
    "account_configured": True,
    "next_action": None,
    "created_at": "2026-01-15T10:30:00Z",
}


def test_the_seeds_bundle_is_read_whole() -> None:
    """Seed 003's list example."""
    bundle = parsing.bundle_from(SEED_BUNDLE)
    assert bundle is not None
    assert (bundle.id, bundle.external_ref, bundle.videos_quantity, bundle.credit_cost) == (
        "bnd_abc123",
        "campaign-42",
        5,
        60,
    )
    assert bundle.is_published and bundle.account_configured and not bundle.delivered and not bundle.title_known


@pytest.mark.parametrize(
    ("change", "delivered"),
    [
        ({}, False),
        ({"account_status": "finalized"}, True),
        ({"existing_account_id": "x"}, True),
        ({"saved_account_id": "x"}, True),
        ({"bundle_type": "videos_only"}, True),
    ],
)
def test_an_account_is_delivered_by_any_of_four_signs(change: dict[str, Json], delivered: bool) -> None:
    """Reference 3.4."""
    bundle = parsing.bundle_from({**SEED_BUNDLE, **change})
    assert bundle is not None and bundle.delivered is delivered


def test_a_bundle_of_the_other_edition_is_read_too() -> None:
    """`bundle_id` instead of `id`, flags missing, in_review counted as published (S4)."""
    bundle = parsing.bundle_from({"bundle_id": "b", "status": "in_review", "account": {"status": "in_review"}})
    assert bundle is not None
    assert bundle.is_published and bundle.account_configured and bundle.account_status == "in_review"
    assert parsing.bundle_from({"status": "x"}) is None


def test_an_account_loses_its_secrets() -> None:
    """Reference 2.21; flat or nested; empty where nothing is set."""
    nested: dict[str, Json] = {
        "id": "b",
        "account": {"username": "u", "tokmail_password": "p", "social_credentials": {}},
    }
    assert parsing.account_from(nested) == {"username": "u"}
    assert parsing.account_from({"username": None, "status": "pending"}) == {}


def test_a_slot_needs_a_position() -> None:
    """And keeps everything else as the platform named it."""
    slot = parsing.position_from({"position": 2, "status": "pending", "x": 1}, complete=True)
    assert slot is not None and slot.complete and slot.values["x"] == 1
    assert parsing.position_from({"position": 0}) is None
    assert parsing.position_from({"position": True}) is None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"account_creation": 25, "video_slot": 10, "edit_slot": 5}, (25, 10, 5)),
        ({"costs": {"account_creation": 32, "video_upload": 2, "video_edit": 3}}, (32, 2, 3)),
        (
            {"costs": {"account_creation": {"tiktok": 32, "instagram": 32}, "video_upload": "2"}},
            (32, 2, None),
        ),
        ({"costs": {"account_creation": {"tiktok": 32, "instagram": 40}}}, (None, None, None)),
        ({"video_slot": {"credits": 10}, "edit_slot": True, "account_creation": -1}, (None, 10, None)),
        ({}, (None, None, None)),
    ],
)
def test_prices_are_read_in_every_shape_and_never_guessed(data: Json, expected: tuple[object, ...]) -> None:
    """Reference 2.22: unknown is unknown, not nothing."""
    prices = parsing.prices_from({"data": data})
    assert (prices.of("account_creation"), prices.of("video_slot"), prices.of("edit_slot")) == expected


def test_balance_and_countries_in_both_editions() -> None:
    """D18, and countries as objects or texts."""
    assert parsing.balance_from({"data": {"total_credits": 5, "credits": 7}}) == 5
    assert parsing.balance_from({"data": {"credits": 7}}) == 7
    assert parsing.balance_from({"data": {}}) is None
    assert parsing.countries_from({"data": [{"code": "us", "name": "USA"}, "FR", {"name": "?"}]}) == {"US": "USA", "FR": ""}
    assert parsing.countries_from({"error": {}}) == {}


def test_platforms_are_read_whatever_their_shape() -> None:
    """Nobody has shown it: texts, objects, a list inside `data`, and nothing at all."""
    assert parsing.platforms_from({"data": [{"value": "tiktok", "name": "TikTok"}, "Instagram", {"id": "youtube"}, {}, 3]}) == (
        "tiktok",
        "instagram",
        "youtube",
    )
    assert parsing.platforms_from({"data": {"platforms": ["tiktok", "tiktok"]}}) == ("tiktok",)
    assert parsing.platforms_from({"error": {}}) == ()


GOOD, BAD = PositionAnswer(ok=True), PositionAnswer(ok=False, code="UPLOAD_FAILED", message="dead")
ERROR: dict[str, Json] = {"code": "UPLOAD_FAILED", "message": "dead"}


@pytest.mark.parametrize(
    "body",
    [
        {
            "data": {
                "configured": 1,
                "results": [{"position": 1, "status": "configured"}, {"position": 2, "error": ERROR}],
            }
        },
        {"data": {"videos": [{"position": 1, "status": "configured"}], "errors": [{"position": 2, **ERROR}]}},
        {"data": [{"position": 1, "status": "configured"}, {"position": 2, "error": ERROR}]},
        {"data": [{"position": 1, "status": "configured"}], "errors": [{"position": 2, "error": ERROR}]},
        {"data": {"results": [{"position": 1, "error": None}]}, "failed": [{"position": "2", **ERROR}]},
        {"data": {"configured": [1], "failed": {"2": ERROR}}},
        [{"position": 1, "status": "configured"}, {"position": 2, "error": ERROR}],
    ],
)
def test_a_batch_answer_is_read_wherever_it_speaks(body: Json) -> None:
    """Reference 2.16; positions it does not mention are not in the mapping."""
    assert parsing.batch_from(body) == {1: GOOD, 2: BAD}


def test_of_two_statements_the_failure_counts() -> None:
    """A slot that is both listed and complained of has failed."""
    body: Json = {"data": {"videos": [{"position": 2, "status": "configured"}], "errors": [{"position": 2, **ERROR}]}}
    assert parsing.batch_from(body) == {2: BAD}


anything: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "error", "errors", "code", "message", "position", "id", "status", "costs", "results", "videos"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@examples(60)
@given(anything)
def test_no_answer_makes_the_reader_fall(body: Json) -> None:
    """Whatever comes, something or nothing is read from it."""
    parsing.error_of(body)
    parsing.items_of(body)
    parsing.pages_of(body)
    parsing.prices_from(body)
    parsing.balance_from(body)
    parsing.countries_from(body)
    parsing.platforms_from(body)
    parsing.batch_from(body)
    data = parsing.fields(body)
    parsing.bundle_from(data)
    parsing.position_from(data)


@pytest.mark.parametrize(
    ("amount", "said"), [(45, "45"), (45.0, "45"), (2.5, "2.5"), (1_000_000, "1000000"), (1_234_567.5, "1234567.5"), (None, "unknown")]
)
def test_credits_are_told_in_plain_figures(amount: float | None, said: str) -> None:
    """Never as 1e+06."""
    assert in_figures(amount) == said
