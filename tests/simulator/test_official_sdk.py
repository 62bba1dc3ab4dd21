"""The provider's own Python SDK drives every route, and understands every refusal."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.simulator.routes import OPERATIONS, find

from .sdk_drives import DRIVES, FEBRUARY, WITHOUT_METHOD, At, Sdk, data_of
from .stage import ACCOUNT, Stage, video

client_module = pytest.importorskip("tokportal.client")
Failure = client_module.TokPortalApiError


@pytest.fixture(params=["stage", "current"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> At:
    """Each edition in turn, with the SDK in three hands."""
    stage = request.getfixturevalue(request.param)
    assert isinstance(stage, Stage)
    owner, other, refused = (Sdk(key, stage.simulator.base_url) for key in ("tok_live_x", "tok_live_other", "tok_live_refused"))
    return At(stage, owner, other, refused, tmp_path)


UNKNOWN_TO_THE_SDK = {("GET", "/reports/account-coverage"): "it is newer than the SDK that is published"}


def test_every_route_is_driven_by_the_sdk() -> None:
    """A new route needs a line in `DRIVES`. The operator's interface and the storage host are not the platform's API."""
    assert set(DRIVES) == {
        f"{operation.method} {operation.template}" for operation in OPERATIONS if (operation.method, operation.template) not in UNKNOWN_TO_THE_SDK
    }


def test_every_route_is_known_to_the_sdk() -> None:
    """Methods, paths and key policies agree with the SDK's own table."""
    known = {(item["method"], item["path"]): item["idempotency_policy"] for item in client_module.OPERATION_DEFINITIONS.values()}
    assert not set(UNKNOWN_TO_THE_SDK) & set(known)
    for operation in OPERATIONS:
        if (operation.method, operation.template) in UNKNOWN_TO_THE_SDK:
            continue
        policy = known[(operation.method, operation.template)]
        assert (policy == "reject-sensitive-response") == operation.secret, operation.template
        assert (policy == "not-applicable") == (operation.method == "GET"), operation.template


@pytest.mark.parametrize("route", DRIVES)
def test_the_sdk_gets_what_it_asks_for(at: At, route: str) -> None:
    """The last request of the call goes to this route, and its answer is what the SDK's user expects; 404 where the edition has no such route."""
    drive = DRIVES[route]
    if at.stage.state.edition.name not in drive.editions:
        with pytest.raises(Failure) as unknown:
            drive.done(at)
        assert (unknown.value.status, unknown.value.code) == (404, "NOT_FOUND")
        return
    assert drive.shows(data_of(drive.done(at)))
    assert route_of(at.sdk) == route
    assert at.sdk.by_operation is (route in WITHOUT_METHOD)


@pytest.mark.parametrize("route", DRIVES)
def test_the_sdk_is_refused_as_documented(at: At, route: str) -> None:
    """The SDK's own error, with the status, the code in this edition's spelling, a sentence and the id of the request."""
    drive = DRIVES[route]
    with pytest.raises(Failure) as refused:
        drive.refused(at)
    error = refused.value
    assert (error.status, error.code) == drive.refusal_in(at.stage.state.edition.name)
    assert str(error) and error.request_id
    assert error.retryable is (error.status >= 500)
    assert route in {route_of(sdk) for sdk in (at.sdk, at.other, at.refused) if sdk.sent}


def route_of(sdk: Sdk) -> str:
    """The route of the last request."""
    method, path = sdk.sent[-1]
    return f"{method} {find(method, path)[0].template}"


def test_the_sdk_launches_a_bundle(at: At) -> None:
    """Create, upload, configure the account and a batch, publish, and pay once."""
    order = {"bundle_type": "account_and_videos", "platform": "tiktok", "country": "US", "videos_quantity": 2, "external_ref": "sdk-1"}
    made = at.sdk.bundles.create(order, idempotency_key="sdk-1")
    assert at.sdk.bundles.create(order, idempotency_key="sdk-1") == made
    bundle = made["data"]["id"]
    uploaded = at.sdk.uploads.video_direct(at.file("a.mp4"), bundle)["data"]["public_url"]
    at.sdk.bundles.configure_account(bundle, ACCOUNT)
    items = [{"position": 1, **video(video_url=uploaded)}, {"position": 2, **video()}]
    assert at.sdk.bundles.batch_configure_videos(bundle, {"videos": items})["data"]["configured"] == 2
    assert at.sdk.bundles.publish(bundle)["data"]["status"] == "published"
    assert at.sdk.credits.history()["data"][0]["amount"] == -made["credits_charged"]
    assert len(at.stage.state.wallet("owner").entries) == 1


def test_the_sdk_reads_the_details_of_a_refusal(at: At) -> None:
    """`details` arrive as they are documented."""
    with pytest.raises(Failure) as early:
        at.sdk.bundles.finalize_video(at.stage.create(), 1)
    details = {name: early.value.details[name] for name in ("current_status", "allowed_statuses")}
    assert details == {"current_status": "pending", "allowed_statuses": ["accepted", "in_review"]}
    with pytest.raises(Failure) as poor:
        at.sdk.bundles.add_video_slots(at.stage.create(), 999)
    assert poor.value.code == ("insufficient_credits" if at.stage.state.edition.name == FEBRUARY else "INSUFFICIENT_CREDITS")
    assert poor.value.details["missing"] == poor.value.details["required"] - poor.value.details["available"]


def test_the_sdk_can_tell_what_is_worth_another_try(at: At) -> None:
    """429 says how long to wait; a proxy's page and a closed service are retryable, a wrong key is not."""
    for fault, status in (("429", 429), ("html_502", 502), ("503_before", 503)):
        at.stage.fault("*", fault)
        with pytest.raises(Failure) as failed:
            at.sdk.me()
        assert (failed.value.status, failed.value.retryable) == (status, True)
        assert failed.value.retry_after_seconds == (1 if fault == "429" else None)
    with pytest.raises(Failure) as refused:
        at.refused.me()
    assert (refused.value.code, refused.value.retryable) == ("AUTH_INVALID_KEY", False)
