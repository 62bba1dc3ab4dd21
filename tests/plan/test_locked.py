"""No advice that is impossible: what is said of a locked row depends on its status and on its bundle's."""

from __future__ import annotations

import pytest

from bulkportal.plan.events import for_account, for_slot, may_come
from bulkportal.portal.remote import RemoteBundle, RemotePosition

ALLOWED = {"unschedule": ("configured",), "finalize": ("accepted", "in_review"), "unpublish": ("published", "published_priority")}


def bundle(status: str, account: str = "configured") -> RemoteBundle:
    """A bundle in that status."""
    return RemoteBundle(
        id="bnd-1",
        external_ref="spring",
        bundle_type="account_and_videos",
        platform="tiktok",
        country="US",
        status=status,
        videos_quantity=1,
        edits_quantity=0,
        account_status=account,
    )


@pytest.mark.parametrize("status", ["finalized", "in_review", "cancelled"])
def test_corrections_are_not_advised_where_the_platform_takes_none(status: str) -> None:
    """Only a published or an accepted video is sent back, and none of a bundle that is over."""
    slot = RemotePosition(position=1, status=status, values={})
    assert for_slot(slot, bundle("accepted")) == "Restore what the platform has."
    accepted = RemotePosition(position=1, status="accepted", values={})
    assert "corrections" in for_slot(accepted, bundle("accepted"))
    assert "corrections" not in for_slot(accepted, bundle("cancelled"))


def test_unpublishing_is_advised_only_before_acceptance() -> None:
    """Afterwards an account in review can be corrected, and one that is settled cannot."""
    assert "unpublish" in for_account(bundle("published"))
    assert "account-corrections" in for_account(bundle("accepted", account="in_review"))
    for status in ("accepted", "finalized", "completed", "cancelled"):
        assert for_account(bundle(status, account="finalized")) == "Restore what the platform has."
    assert for_account(bundle("cancelled", account="in_review")) == "Restore what the platform has."


@pytest.mark.parametrize(
    ("status", "action", "waits"),
    [
        *(("pending", "finalize", True), ("configured", "finalize", True), ("finalized", "finalize", False), ("cancelled", "finalize", False)),
        *(
            ("pending_setup", "unpublish", True),
            ("accepted", "unpublish", False),
            ("completed", "unpublish", False),
            ("in_review", "unschedule", False),
        ),
        ("brand_new_status", "unpublish", True),
    ],
)
def test_waiting_is_advised_only_for_what_may_still_come(status: str, action: str, waits: bool) -> None:
    """A status that nobody knows rules nothing out."""
    assert may_come(status, ALLOWED[action]) is waits
