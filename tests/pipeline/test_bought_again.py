"""A bundle that was bought and that the platform has no more: it is said before it is bought again."""

from __future__ import annotations

from tests.conftest import Desk, bundle, video


def test_a_bundle_that_is_gone_is_bought_again_and_that_is_said_before(desk: Desk) -> None:
    """In the plan and before the question, with its old id and the price; a bundle that nobody has bought says nothing."""
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1, publish=None)], videos=[video("spring", 1)])
    first = desk.import_(launch)
    assert first.code == 0 and not [one for one in first.document["findings"] if one["code"] == "bundle_bought_again"]
    gone = desk.bundles["spring"].id
    del desk.state.books.bundles[gone]
    planned = desk.run("plan", launch)
    (told,) = [one for one in planned.document["findings"] if one["code"] == "bundle_bought_again"]
    assert (told["severity"], told["column"], told["value"]) == ("warning", "bundle", "spring")
    assert gone in told["message"] and f"{planned.document['credits']['planned']} credits" in told["message"]
    before = desk.balance
    again = desk.import_(launch)
    assert again.code == 0 and before - desk.balance == planned.document["credits"]["planned"]
    assert [one["code"] for one in again.document["findings"]].count("bundle_bought_again") == 1
    assert not [one for one in desk.run("plan", launch).document["findings"] if one["code"] == "bundle_bought_again"]
