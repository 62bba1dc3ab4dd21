"""The document "Publish & Unpublish", its first half: publish and unpublish."""

from __future__ import annotations

import pytest

from tests.contract.asking import seen, set_status
from tests.contract.proofs import proves
from tests.simulator.stage import ACCOUNT, Stage, code, video

DOCUMENT = "Publish & Unpublish"


def ready(stage: Stage, **changes: object) -> str:
    """A bundle with all that publication needs."""
    bundle = stage.create(**changes)
    assert stage.send("PUT", f"/bundles/{bundle}/account", ACCOUNT).status_code == 200
    assert stage.send("PUT", f"/bundles/{bundle}/videos/1", video()).status_code == 200
    return bundle


@proves(DOCUMENT, "Publish", "POST /bundles/:id/publish")
@proves(DOCUMENT, "Publish, response", "id, status, published_at")
def test_publish_submits_a_configured_bundle(either: Stage) -> None:
    """The answer holds the id, the status published and the moment; it costs nothing."""
    bundle, before = ready(either), either.balance
    done = either.send("POST", f"/bundles/{bundle}/publish")
    assert done.status_code == 200
    assert done.json() == {"data": {"id": bundle, "status": "published", "published_at": "2027-03-01T12:00:00Z"}}
    assert (seen(either, bundle)["status"], either.balance) == ("published", before)


@proves(DOCUMENT, "Publish, requirements", "pending_setup")
@proves(DOCUMENT, "Publish, error responses", "409 invalid_status")
@pytest.mark.parametrize("status", ["published", "accepted", "in_review", "finalized", "completed", "cancelled", "draft"])
def test_error_invalid_status_on_publish(february: Stage, status: str) -> None:
    """A bundle in any other status than pending_setup is not published."""
    bundle = ready(february)
    set_status(february, bundle, status=status)
    assert code(february.send("POST", f"/bundles/{bundle}/publish")) == (409, "invalid_status")
    assert seen(february, bundle)["status"] == status


@proves(DOCUMENT, "Publish, requirements", "complete account")
@proves(DOCUMENT, "Publish, error responses", "400 account_not_configured")
@pytest.mark.parametrize("missing", ["the account", "biography", "profile_picture_url"])
def test_error_account_not_configured_on_publish(february: Stage, missing: str) -> None:
    """Without username, visible name, biography or profile picture the bundle is not published."""
    bundle = february.create()
    february.send("PUT", f"/bundles/{bundle}/videos/1", video())
    if missing in ACCOUNT:
        february.send("PUT", f"/bundles/{bundle}/account", {**ACCOUNT, missing: None})
    assert code(february.send("POST", f"/bundles/{bundle}/publish")) == (400, "account_not_configured")
    assert seen(february, bundle)["status"] == "pending_setup"


@proves(DOCUMENT, "Publish, requirements", "complete account")
@pytest.mark.parametrize("missing", ["username", "visible_name"])
def test_account_without_a_name_is_not_even_configured(either: Stage, missing: str) -> None:
    """Username and visible name are already required to configure the account."""
    bundle = either.create()
    refused = either.send("PUT", f"/bundles/{bundle}/account", {**ACCOUNT, missing: None})
    assert code(refused) == (400, "VALIDATION_ERROR")
    assert refused.json()["error"]["details"]["field"] == missing


@proves(DOCUMENT, "Publish, requirements", "one configured video")
@proves(DOCUMENT, "Publish, error responses", "400 no_videos_configured")
def test_error_no_videos_configured_on_publish(february: Stage) -> None:
    """An account_and_videos bundle needs one configured video; one of several is enough."""
    bundle = february.create()
    february.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    path = f"/bundles/{bundle}/publish"
    assert code(february.send("POST", path)) == (400, "no_videos_configured")
    february.send("PUT", f"/bundles/{bundle}/videos/3", video())
    assert february.send("POST", path).status_code == 200


@proves(DOCUMENT, "Publish, requirements", "one configured video")
def test_account_only_is_published_without_videos(either: Stage) -> None:
    """The rule on videos is for account_and_videos bundles alone."""
    bundle = either.create(bundle_type="account_only", videos_quantity=0)
    either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    assert either.send("POST", f"/bundles/{bundle}/publish").status_code == 200


@proves(DOCUMENT, "Unpublish", "POST /bundles/:id/unpublish")
@proves(DOCUMENT, "Unpublish, response", "id, status, unpublished_at")
def test_unpublish_reverts_a_bundle_to_setup(either: Stage) -> None:
    """The answer holds the id, the status pending_setup and the moment; the bundle can be configured and published again."""
    bundle = either.published()
    done = either.send("POST", f"/bundles/{bundle}/unpublish")
    assert done.status_code == 200
    assert done.json() == {"data": {"id": bundle, "status": "pending_setup", "unpublished_at": "2027-03-01T12:00:00Z"}}
    assert either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT).status_code == 200
    assert either.send("POST", f"/bundles/{bundle}/publish").status_code == 200


@proves(DOCUMENT, "Unpublish, requirements", "no refund")
def test_unpublish_refunds_no_credits(either: Stage) -> None:
    """The balance stays as it is, and the history gets no line."""
    bundle = either.published()
    before = either.balance, either.send("GET", "/credits/history").json()["data"]
    either.send("POST", f"/bundles/{bundle}/unpublish")
    assert (either.balance, either.send("GET", "/credits/history").json()["data"]) == before


@proves(DOCUMENT, "Unpublish, requirements", "published")
@proves(DOCUMENT, "Unpublish, error responses", "409 invalid_status")
@pytest.mark.parametrize("status", ["pending_setup", "completed", "cancelled", "draft"])
def test_error_invalid_status_on_unpublish(february: Stage, status: str) -> None:
    """A bundle that is not published is not unpublished."""
    bundle = february.create()
    set_status(february, bundle, status=status)
    assert code(february.send("POST", f"/bundles/{bundle}/unpublish")) == (409, "invalid_status")
    assert seen(february, bundle)["status"] == status


@proves(DOCUMENT, "Unpublish, requirements", "not accepted")
@proves(DOCUMENT, "Unpublish, error responses", "409 already_accepted")
@pytest.mark.parametrize("status", ["accepted", "in_review", "finalized"])
def test_error_already_accepted_on_unpublish(february: Stage, status: str) -> None:
    """Once an operator has accepted it there is no way back."""
    bundle = february.published()
    february.operate("POST", f"/bundles/{bundle}/accept")
    set_status(february, bundle, status=status)
    assert code(february.send("POST", f"/bundles/{bundle}/unpublish")) == (409, "already_accepted")
    assert seen(february, bundle)["status"] == status
