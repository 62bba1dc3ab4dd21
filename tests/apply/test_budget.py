"""What may be spent: limits are held against the most that a plan can take, the balance against what it surely takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bulkportal.apply.budget import Budget, night_began, unconfirmed
from bulkportal.apply.upload_reuse import size
from bulkportal.plan.operations import Coverage, Plan
from tests.conftest import bundle
from tests.plan.plans import planned, remote_bundle

NOTHING = Budget(run=None)


def plan() -> Plan:
    """A new bundle for 25 credits, of a balance of 1,000."""
    return planned([bundle("spring", publish=None)])


def covered(made: Plan, most: float, *, sure: bool = False) -> Plan:
    """The same, with a delivered account that may be renewed."""
    return replace(made, coverage=(Coverage(account="acc-1", bundles=("spring",), row=made.operations[0].rows[0], most=most, sure=sure),))


@pytest.mark.parametrize(
    ("budget", "objection"),
    [
        (NOTHING, ""),
        (Budget(run=25), ""),
        (Budget(run=24), "the plan takes 25 credits, more than --max-credits 24."),
        (Budget(run=30, spent=6), "the plan takes 25 credits after 6 that are spent, more than --max-credits 30."),
        (Budget(run=float("nan")), "more than --max-credits"),
        (Budget(run=None, night=30, tonight=5), ""),
        (Budget(run=None, night=30, tonight=6), "6 have been spent since noon; max_credits_per_night allows 30."),
        (Budget(run=None, night=float("nan")), "max_credits_per_night allows"),
    ],
)
def test_a_limit_is_kept_to_the_credit(budget: Budget, objection: str) -> None:
    """What was spent counts; a limit that is no number allows nothing."""
    said = budget.objection(plan())
    assert (said == "") is (objection == "") and said.endswith(objection if objection.endswith(".") else said) and objection in said


def test_a_price_that_nobody_knows_keeps_no_limit() -> None:
    """Without one a person may say yes to it."""
    unknown = planned([bundle("spring", publish=None)], prices={})
    assert NOTHING.objection(unknown) == ""
    assert "so --max-credits cannot be kept" in Budget(run=1).objection(unknown)
    assert "so max_credits_per_night cannot be kept" in Budget(run=None, night=1).objection(unknown)
    assert "2 steps" not in unconfirmed(unknown) and "1 step takes an unknown number of credits" in unconfirmed(unknown)


def test_a_balance_that_is_too_small_is_said_before_anything_is_sent() -> None:
    """A renewal that may not come must not stop a launch; one that is due must."""
    poor = replace(plan(), balance=30)
    assert NOTHING.objection(poor) == NOTHING.objection(covered(poor, 25)) == NOTHING.objection(replace(poor, balance=None)) == ""
    assert NOTHING.objection(covered(poor, 25, sure=True)) == ("Nothing was sent: the plan takes 50 credits, and the balance is 30; 20 are missing.")


def test_renewals_count_for_the_limit() -> None:
    """The most that they may take."""
    assert "takes 25 credits and up to 25 more for Coverage, more than --max-credits 49" in Budget(run=49).objection(covered(plan(), 25))


def test_what_costs_nothing_needs_no_limit() -> None:
    """Not even one of nought."""
    free = planned(videos=[{"bundle": "spring", "position": 1, "name": "Noodles"}], remote=[remote_bundle()])
    assert Budget(run=0, night=0).objection(free) == ""


def test_what_nobody_has_said_yes_to() -> None:
    """All that takes credits, and all that cannot be undone."""
    made = covered(plan(), 25)
    assert unconfirmed(made) == (
        "Nothing was sent: 1 step takes 25 credits, which are never refunded, and the Coverage of 1 delivered account may take up to 25 credits."
        " Confirm with --yes."
    )
    forever = planned(videos=[{"bundle": "spring", "position": 1, "action": "unschedule"}], remote=[remote_bundle()])
    assert unconfirmed(forever) == "Nothing was sent: 1 step cannot be undone. Confirm with --yes."


def test_a_night_begins_at_noon() -> None:
    """In the zone that is named: one night is one amount, however late its run starts."""
    after = datetime(2027, 3, 1, 23, 30, tzinfo=UTC)
    assert night_began(after, "UTC") == datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert night_began(datetime(2027, 3, 2, 3, tzinfo=UTC), "UTC") == datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert night_began(datetime(2027, 3, 2, 3, tzinfo=UTC), "Asia/Tokyo") == datetime(2027, 3, 2, 3, tzinfo=UTC)
    assert night_began(after, None) <= after


def test_bytes_for_people() -> None:
    """In the unit that they reach."""
    assert [size(count) for count in (999, 1_000, 1_500_000, 2_000_000_000)] == ["999 bytes", "1.0 kB", "1.5 MB", "2.0 GB"]
