"""The provider's own Python SDK, against the simulator: what it can do, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.simulator.routes import OPERATIONS

from .stage import ACCOUNT, Stage, video

tokportal = pytest.importorskip("tokportal")
client_module = pytest.importorskip("tokportal.client")


@pytest.fixture(params=["stage", "current"])
def place(request: pytest.FixtureRequest) -> Stage:
    """Each edition in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Stage)
    return found


def test_the_sdk_launches_a_bundle(place: Stage, tmp_path: Path) -> None:
    """Create, upload, configure the account and a batch, publish, and pay once."""
    sdk = tokportal.TokPortal("tok_live_x", base_url=place.simulator.base_url)
    order = {
        "bundle_type": "account_and_videos",
        "platform": "tiktok",
        "country": "US",
        "videos_quantity": 2,
        "external_ref": "sdk-1",
    }
    made = sdk.bundles.create(order, idempotency_key="sdk-1")
    assert sdk.bundles.create(order, idempotency_key="sdk-1") == made
    bundle = made["data"]["id"]
    film = tmp_path / "a.mp4"
    film.write_bytes(b"film")
    uploaded = sdk.uploads.video_direct(str(film), bundle)["data"]["public_url"]
    sdk.request_operation("configureBundleAccount", path={"id": bundle}, body=ACCOUNT)
    items = [
        {"position": 1, **video(video_url=uploaded)},
        {"position": 2, **video()},
    ]
    batch = sdk.bundles.batch_configure_videos(bundle, {"videos": items})
    assert batch["data"]["configured"] == 2
    published = sdk.request_operation("publishBundle", path={"id": bundle})
    assert published["data"]["status"] == "published"
    assert sdk.credits.history()["data"][0]["amount"] == -made["credits_charged"]
    assert len(place.state.wallet("owner").entries) == 1


def test_the_sdk_understands_the_refusals(place: Stage) -> None:
    """Code, status and details arrive as the SDK expects them."""
    sdk = tokportal.TokPortal("tok_live_x", base_url=place.simulator.base_url)
    failure = client_module.TokPortalApiError
    bundle = place.create(external_ref="taken")
    with pytest.raises(failure) as duplicate:
        sdk.bundles.create({"bundle_type": "account_only", "country": "US", "external_ref": "taken"})
    assert (duplicate.value.status, duplicate.value.code) == (409, "DUPLICATE_EXTERNAL_REF")
    assert duplicate.value.request_id
    with pytest.raises(failure) as early:
        sdk.bundles.finalize_video(bundle, 1)
    assert early.value.details["current_status"] == "pending"
    place.fault("*", "429")
    with pytest.raises(failure) as limited:
        sdk.me()
    assert (limited.value.retryable, limited.value.retry_after_seconds) == (True, 1)
    place.fault("*", "html_502")
    with pytest.raises(failure) as proxy:
        sdk.me()
    assert proxy.value.status == 502
    refused = tokportal.TokPortal("tok_live_refused", base_url=place.simulator.base_url)
    with pytest.raises(failure) as key:
        refused.me()
    assert key.value.code == "AUTH_INVALID_KEY"


def test_every_operation_of_ours_is_known_to_the_sdk() -> None:
    """Methods, paths and key policies agree with the SDK's own table."""
    table = client_module.OPERATION_DEFINITIONS
    known = {(item["method"], item["path"]): item["idempotency_policy"] for item in table.values()}
    for operation in OPERATIONS:
        policy = known[(operation.method, operation.template)]
        assert (policy == "reject-sensitive-response") == operation.secret, operation.template
        assert (policy == "not-applicable") == (operation.method == "GET"), operation.template
