"""Which delivered accounts a plan writes to, and what renewing their Coverage may take: as much as is known, and else the most."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bulkportal.plan.coverage import asks_for_covers, coverage_findings, with_coverage
from bulkportal.plan.operations import Plan
from bulkportal.plan.planner import plan
from bulkportal.portal.remote import Cover, RemoteBundle
from tests.conftest import bundle
from tests.plan.plans import NOW, PRICES, Rows, basis, remote_bundle, remote_state

OLD = (NOW - timedelta(days=90)).isoformat()
EDIT: Rows = [{"bundle": "spring", "position": 1, "name": "Noodles"}]
LATER, SOON, PAST = (NOW + timedelta(days=9), NOW + timedelta(minutes=30), NOW - timedelta(days=1))


def delivered(**over: object) -> RemoteBundle:
    """The bundle `spring` with a delivered account, long ago."""
    return remote_bundle(**{"delivered": True, "account_id": "acc-1", "created_at": OLD, "status": "accepted", "is_published": True, **over})


def renewed(
    *remote: RemoteBundle, cover: Cover | None = None, videos: Rows = EDIT, bundles: Rows = (), price: float | None = None
) -> tuple[Plan, list[str]]:
    """The plan with its Coverage, and the codes of what is said of it."""
    covers = None if cover is None else {cover.account: cover}
    state = remote_state(*remote, prices=PRICES if price is None else {**PRICES, "coverage": price}, covers=covers)
    stand = basis(bundles, videos, remote=state)
    made = with_coverage(plan(stand), state)
    assert asks_for_covers(made, state) == any(one.most or one.until for one in with_coverage(made, replace(state, covers=None)).coverage)
    return made, [finding.code for finding in coverage_findings(made, stand.checked)]


def test_where_nothing_is_told_the_most_is_shown() -> None:
    """By the price of the list, or by the documents' where the list has none."""
    made, codes = renewed(delivered())
    (one,) = made.coverage
    assert (one.account, one.bundles, one.most, one.sure, one.until, one.ended) == ("acc-1", ("spring",), 25, False, None, "")
    assert codes == ["coverage_may_renew"]
    assert renewed(delivered(), price=30)[0].renewals == 30
    nameless = renewed(delivered(account_id=None))[0]
    assert [(one.account, one.most) for one in nameless.coverage] == [("", 25)]


@pytest.mark.parametrize(
    ("cover", "most", "sure", "codes"),
    [
        (Cover(account="acc-1", until=LATER), 0, False, []),
        (Cover(account="acc-1", until=SOON), 25, False, ["coverage_may_renew"]),
        (Cover(account="acc-1", until=PAST), 25, True, ["coverage_is_over"]),
        (Cover(account="acc-1", until=PAST, on=True), 25, False, ["coverage_may_renew"]),
        (Cover(account="acc-1", until=LATER, on=False, credits=12), 12, True, ["coverage_is_over"]),
        (Cover(account="acc-1", on=True), 25, False, ["coverage_may_renew"]),
    ],
)
def test_what_the_platform_tells_decides(cover: Cover, most: int, sure: bool, codes: list[str]) -> None:
    """A date alone is sure; where word and date contradict each other, nothing is."""
    made, said = renewed(delivered(), cover=cover)
    (one,) = made.coverage
    assert (one.most, one.sure, one.until, said) == (most, sure, cover.until, codes)
    assert made.least == (most if sure else 0) and made.most == most


def test_an_account_without_a_fee_costs_nothing() -> None:
    """Nor does one whose bundle is younger than a period: its account cannot be older."""
    assert renewed(delivered(), cover=Cover(account="acc-1", fee=False, until=PAST)) == (replace(renewed(delivered())[0], coverage=()), [])
    for created in (NOW - timedelta(days=3), (NOW - timedelta(days=3)).replace(tzinfo=None)):
        assert renewed(delivered(created_at=created.isoformat()))[0].coverage == ()
    assert renewed(delivered(created_at="lately"))[0].renewals == renewed(delivered(created_at=None))[0].renewals == 25


def test_a_bundle_for_an_account_that_was_there_says_nothing_of_its_age() -> None:
    """And one account is renewed once, for however many bundles and rows."""
    young = NOW.isoformat()
    own = delivered(bundle_type="videos_only", created_at=young)
    other = replace(own, id="bnd-2", external_ref="autumn")
    made, _ = renewed(own, other, videos=[*EDIT, {"bundle": "spring", "position": 2, "name": "B"}, {"bundle": "autumn", "position": 1, "name": "C"}])
    assert [(one.bundles, one.most, str(one.row)) for one in made.coverage] == [(("spring", "autumn"), 25, "Videos!2")]
    assert (
        renewed(own, replace(other, bundle_type="account_and_videos"), videos=[*EDIT, {"bundle": "autumn", "position": 1, "name": "C"}])[0].coverage
        == ()
    )


def test_what_is_bought_for_a_delivered_account_renews_it() -> None:
    """The new bundle is not there yet: its account is the one that the row names. Without one there is nothing to renew."""
    row = bundle("new", bundle_type="videos_only", account_id="acc-9", videos_quantity=1)
    for gone in ("username", "visible_name", "biography", "profile_picture"):
        row.pop(gone)
    made, codes = renewed(bundles=[row], videos=())
    assert [(one.account, one.bundles, one.most) for one in made.coverage] == [("acc-9", ("new",), 25)]
    assert (codes, made.price) == (["coverage_may_renew"], 10)
    assert renewed(bundles=[bundle("new")], videos=())[0].coverage == ()
    assert renewed(remote_bundle(created_at=OLD))[0].coverage == (), "not delivered yet"
