"""The document "Bundles", its first half: key, types, lifecycle, options, computed fields, lists."""

from __future__ import annotations

import pytest

from bulkportal.settings import DEFAULT_BASE_URL
from tests.contract.asking import order, seen, set_status
from tests.contract.proofs import proves
from tests.simulator.stage import ACCOUNT, Stage, code, video

DOCUMENT = "Bundles"
COMPUTED = ("is_published", "account_configured", "videos_total", "videos_configured_count", "next_action")
CONFIGURED = ("configured", "in_review", "pending_corrections", "accepted", "published", "finalized")


@proves(DOCUMENT, "Authentication", "X-API-Key")
@pytest.mark.parametrize("path", ["/bundles", "/bundles/none", "/bundles/none/videos/1"])
def test_every_endpoint_requires_the_key_in_its_header(either: Stage, path: str) -> None:
    """Without the header X-API-Key nothing is answered, not even that there is no such bundle."""
    assert either.plain.get(either.simulator.base_url + path).status_code == 401
    assert either.send("GET", path).status_code in (200, 404)


@proves(DOCUMENT, "Base URL", "/api/ext")
def test_base_url_is_below_api_ext(either: Stage) -> None:
    """Every path is below it, here as at app.tokportal.com, which is where bulkportal asks unless told otherwise."""
    assert DEFAULT_BASE_URL == "https://app.tokportal.com/api/ext"
    assert either.simulator.base_url.endswith("/api/ext")
    host = either.simulator.base_url.removesuffix("/api/ext")
    answers = [either.plain.get(f"{host}{path}/bundles", headers={"X-API-Key": "k"}).status_code for path in ("", "/api", "/api/ext")]
    assert answers == [404, 404, 200]


# -- Bundle Types


@proves(DOCUMENT, "Bundle Types", "account_only")
def test_bundle_type_account_only_has_no_videos(either: Stage) -> None:
    """Account creation and setup; an order that asks for videos is refused."""
    assert code(order(either, bundle_type="account_only")) == (400, "VALIDATION_ERROR")
    bundle = str(order(either, bundle_type="account_only", videos_quantity=None).json()["data"]["id"])
    assert (seen(either, bundle)["videos_total"], seen(either, bundle)["next_action"]) == (0, "configure_account")


@proves(DOCUMENT, "Bundle Types", "account_and_videos")
def test_bundle_type_account_and_videos_has_both(either: Stage) -> None:
    """An account to configure, and a slot for each video."""
    bundle = str(order(either).json()["data"]["id"])
    assert either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT).status_code == 200
    assert either.send("PUT", f"/bundles/{bundle}/videos/3", video()).status_code == 200


@proves(DOCUMENT, "Bundle Types", "videos_only")
def test_bundle_type_videos_only_is_for_an_existing_account(either: Stage) -> None:
    """Videos on an account that exists: it is named, it gives platform and country, and it is not configured again."""
    first = either.published(platform="tiktok", country="DE")
    either.operate("POST", f"/bundles/{first}/deliver-account")
    account = seen(either, first)["saved_account_id"]
    bundle = str(order(either, bundle_type="videos_only", account_id=account, platform=None, country=None).json()["data"]["id"])
    found = seen(either, bundle)
    assert (found["existing_account_id"], found["platform"], found["country"], found["account"]) == (account, "tiktok", "DE", None)
    assert either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT).status_code == 404


# -- Lifecycle


@proves(DOCUMENT, "Lifecycle", "pending_setup")
def test_lifecycle_pending_setup_after_creation(either: Stage) -> None:
    """A new bundle awaits its configuration; an operator cannot accept it yet."""
    bundle = either.create()
    assert seen(either, bundle)["status"] == "pending_setup"
    assert either.plain.post(f"{either.simulator.operator_url}/bundles/{bundle}/accept").status_code == 409


@proves(DOCUMENT, "Lifecycle", "published")
def test_lifecycle_published_after_publish(either: Stage) -> None:
    """Configuration is complete and submitted: the account is no longer open to changes."""
    bundle = either.published()
    assert seen(either, bundle)["status"] == "published"
    assert either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT).status_code == 409


@proves(DOCUMENT, "Lifecycle", "accepted")
def test_lifecycle_accepted_by_an_operator(either: Stage) -> None:
    """An operator accepts it, and that is not taken back."""
    bundle = either.published()
    either.operate("POST", f"/bundles/{bundle}/accept")
    assert seen(either, bundle)["status"] == "accepted"
    assert either.send("POST", f"/bundles/{bundle}/unpublish").status_code == 409


@proves(DOCUMENT, "Lifecycle", "in_review")
def test_lifecycle_in_review_for_bundles_with_videos(either: Stage) -> None:
    """The video phase: accepted, then in_review; a bundle without videos does not have it."""
    bundle = either.published()
    only = either.create(bundle_type="account_only", videos_quantity=0)
    set_status(either, only, status="accepted")
    either.operate("POST", f"/bundles/{bundle}/accept")
    either.operate("POST", f"/bundles/{bundle}/review")
    assert seen(either, bundle)["status"] == "in_review"
    assert either.plain.post(f"{either.simulator.operator_url}/bundles/{only}/review").status_code == 409


@proves(DOCUMENT, "Lifecycle", "finalized")
def test_lifecycle_finalized_after_in_review(either: Stage) -> None:
    """The video phase: in_review, then finalized; not straight from accepted, and not while a video is open."""
    bundle = either.accepted()
    finalize = f"{either.simulator.operator_url}/bundles/{bundle}/finalize"
    assert either.plain.post(finalize).status_code == 409
    either.operate("POST", f"/bundles/{bundle}/review")
    assert either.plain.post(finalize).status_code == 409
    set_status(either, bundle, position=1, status="finalized")
    either.operate("POST", f"/bundles/{bundle}/finalize")
    assert seen(either, bundle)["status"] == "finalized"


@proves(DOCUMENT, "Lifecycle", "completed")
def test_lifecycle_completed_is_the_end(either: Stage) -> None:
    """All work is done: after the video phase, or from accepted without videos; nothing is published, unpublished or added any more."""
    bundle, other = either.accepted(), either.create(bundle_type="account_only", videos_quantity=0)
    set_status(either, bundle, position=1, status="finalized")
    set_status(either, other, status="accepted")
    assert either.plain.post(f"{either.simulator.operator_url}/bundles/{bundle}/complete").status_code == 409
    for one, steps in ((bundle, ("review", "finalize", "complete")), (other, ("complete",))):
        for step in steps:
            either.operate("POST", f"/bundles/{one}/{step}")
        assert seen(either, one)["status"] == "completed"
    for request in ("publish", "unpublish", "add-video-slots"):
        assert either.send("POST", f"/bundles/{bundle}/{request}", {"quantity": 1}).status_code == 409


# -- Platforms


@proves(DOCUMENT, "Platforms", "tiktok")
def test_platform_tiktok(either: Stage) -> None:
    """TikTok is `tiktok`, and is what an order means that names none."""
    assert order(either, platform="tiktok").json()["data"]["platform"] == "tiktok"
    assert order(either, platform=None).json()["data"]["platform"] == "tiktok"


@proves(DOCUMENT, "Platforms", "instagram")
def test_platform_instagram(either: Stage) -> None:
    """Instagram is `instagram`."""
    assert order(either, platform="instagram").json()["data"]["platform"] == "instagram"


@proves(DOCUMENT, "Platforms", "youtube")
def test_platform_youtube(february: Stage) -> None:
    """YouTube is `youtube`; any other word is refused."""
    assert order(february, platform="youtube").json()["data"]["platform"] == "youtube"
    assert code(order(february, platform="YouTube")) == (400, "VALIDATION_ERROR")


# -- Options


@proves(DOCUMENT, "Options", "niche_warming")
def test_option_niche_warming_excludes_deep_warming(february: Stage) -> None:
    """Each is kept alone; both together are refused."""
    niche = order(february, platform="instagram", wants_niche_warming=True).json()["data"]
    deep = order(february, platform="instagram", wants_deep_warming=True).json()["data"]
    assert [(one["wants_niche_warming"], one["wants_deep_warming"]) for one in (niche, deep)] == [(True, False), (False, True)]
    both = order(february, platform="instagram", wants_niche_warming=True, wants_deep_warming=True)
    assert code(both) == (400, "VALIDATION_ERROR")


@proves(DOCUMENT, "Options", "deep_warming")
@pytest.mark.parametrize("platform", ["tiktok", "youtube"])
def test_option_deep_warming_is_for_instagram_only(february: Stage, platform: str) -> None:
    """Refused on any other platform."""
    assert code(order(february, platform=platform, wants_deep_warming=True)) == (400, "VALIDATION_ERROR")


@proves(DOCUMENT, "Options", "moderation")
def test_option_moderation(february: Stage) -> None:
    """Content moderation is off unless it is asked for."""
    made = [order(february, wants_moderation=wanted).json()["data"]["wants_moderation"] for wanted in (None, True)]
    assert made == [False, True]


@proves(DOCUMENT, "Options", "editing")
def test_option_editing_is_ordered_as_edit_slots(either: Stage) -> None:
    """Edits are ordered by number; instructions need a free one, and take it."""
    bundle = either.create(edits_quantity=1)
    told = video(editing_instructions="Add the logo")
    assert either.send("PUT", f"/bundles/{bundle}/videos/1", told).status_code == 200
    assert code(either.send("PUT", f"/bundles/{bundle}/videos/2", told)) == (400, "VALIDATION_ERROR")
    assert (seen(either, bundle)["edits_quantity"], seen(either, bundle)["used_edits"]) == (1, 1)


@proves(DOCUMENT, "Options", "auto_finalize_videos")
def test_option_auto_finalize_videos_finalizes_after_the_review(either: Stage) -> None:
    """A video in review is finalized by itself where the option is on, and waits where it is off. When is not documented: here after 72 hours."""
    bundles = [either.accepted(auto_finalize_videos=wanted) for wanted in (True, False)]
    for bundle in bundles:
        for step in ("post", "accept", "review"):
            either.operate("POST", f"/bundles/{bundle}/videos/1/{step}")
    either.operate("POST", "/clock", {"advance_seconds": 72 * 3600 + 1})
    found = [either.send("GET", f"/bundles/{bundle}/videos/1").json()["data"]["status"] for bundle in bundles]
    assert found == ["finalized", "in_review"]


# -- Computed State Fields


@proves(DOCUMENT, "Computed State Fields", "is_published")
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("pending_setup", False),
        ("published", True),
        ("published_priority", True),
        ("accepted", True),
        ("in_review", False),
        ("finalized", False),
        ("completed", True),
        ("draft", False),
        ("cancelled", False),
    ],
)
def test_computed_is_published(either: Stage, status: str, expected: bool) -> None:
    """True in published, published_priority, accepted and completed; in the list as in the single bundle."""
    bundle = either.create()
    set_status(either, bundle, status=status)
    shown = seen(either, bundle), either.send("GET", "/bundles").json()["data"][0]
    assert [one["is_published"] for one in shown] == [expected] * 2


@proves(DOCUMENT, "Computed State Fields", "account_configured")
@pytest.mark.parametrize(
    ("status", "expected"),
    [("pending", False), ("configured", True), ("in_review", False), ("finalized", True)],
)
def test_computed_account_configured(either: Stage, status: str, expected: bool) -> None:
    """True when the account is configured or finalized."""
    bundle = either.create()
    set_status(either, bundle, account_status=status)
    assert seen(either, bundle)["account_configured"] is expected


@proves(DOCUMENT, "Computed State Fields", "videos_total")
def test_computed_videos_total(either: Stage) -> None:
    """The number of video slots, added ones included."""
    bundle = either.create(videos_quantity=2)
    assert seen(either, bundle)["videos_total"] == 2
    either.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": 3})
    assert seen(either, bundle)["videos_total"] == 5


@proves(DOCUMENT, "Computed State Fields", "videos_configured_count")
@pytest.mark.parametrize("status", ["pending", *CONFIGURED])
def test_computed_videos_configured_count(either: Stage, status: str) -> None:
    """Counts configured, in_review, pending_corrections, accepted, published and finalized; not pending."""
    bundle = either.create()
    set_status(either, bundle, position=2, status=status)
    assert seen(either, bundle)["videos_configured_count"] == (status in CONFIGURED)


@proves(DOCUMENT, "Computed State Fields", "next_action")
def test_computed_next_action_leads_to_publication(either: Stage) -> None:
    """configure_account, configure_videos, publish_bundle, null: following it publishes the bundle."""
    bundle, steps = either.create(), []
    requests = {
        "configure_account": ("PUT", "account", ACCOUNT),
        "configure_videos": ("PUT", "videos/batch", {"videos": [{"position": 1, **video()}]}),
        "publish_bundle": ("POST", "publish", None),
    }
    while (step := seen(either, bundle)["next_action"]) is not None:
        steps.append(step)
        method, path, body = requests[str(step)]
        assert either.send(method, f"/bundles/{bundle}/{path}", body).status_code == 200
    assert steps == list(requests)
    assert seen(either, bundle)["status"] == "published"


@proves(DOCUMENT, "Computed State Fields, rule", "in the list and in the single bundle")
def test_computed_fields_are_the_same_in_the_list_and_in_the_single_bundle(either: Stage) -> None:
    """All five, in every stage of a bundle's life."""
    bundle = either.create()
    for method, path, body in (
        ("GET", "", None),
        ("PUT", "/account", ACCOUNT),
        ("PUT", "/videos/1", video()),
        ("POST", "/publish", None),
        ("POST", "/add-video-slots", {"quantity": 1}),
    ):
        assert either.send(method, f"/bundles/{bundle}{path}", body).status_code == 200
        single, row = seen(either, bundle), either.send("GET", "/bundles").json()["data"][0]
        assert [row[name] for name in COMPUTED] == [single[name] for name in COMPUTED]


@proves(DOCUMENT, "Computed State Fields, rule", "read-only")
@pytest.mark.parametrize("field", COMPUTED)
def test_computed_fields_are_read_only(either: Stage, field: str) -> None:
    """They cannot be set, neither alone nor beside a setting."""
    bundle = either.create()
    before = seen(either, bundle)
    for given in ("publish_bundle", True, 99):
        assert code(either.send("PATCH", f"/bundles/{bundle}", {field: given})) == (400, "VALIDATION_ERROR")
        either.send("PATCH", f"/bundles/{bundle}", {field: given, "title": "T"})
        assert seen(either, bundle)[field] == before[field]


@proves(DOCUMENT, "Computed State Fields, next_action", "configure_account")
def test_next_action_configure_account(either: Stage) -> None:
    """While the account is not configured, although a video is."""
    bundle = either.create()
    either.send("PUT", f"/bundles/{bundle}/videos/1", video())
    assert seen(either, bundle)["next_action"] == "configure_account"


@proves(DOCUMENT, "Computed State Fields, next_action", "configure_videos")
def test_next_action_configure_videos(either: Stage) -> None:
    """When the account is configured and no video is."""
    bundle = either.create()
    either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    assert seen(either, bundle)["next_action"] == "configure_videos"


@proves(DOCUMENT, "Computed State Fields, next_action", "publish_bundle")
def test_next_action_publish_bundle_or_auto_publish(either: Stage) -> None:
    """When all is configured; `auto_publish` on a video configuration then publishes the bundle as POST publish would."""
    bundle = either.create()
    either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    either.send("PUT", f"/bundles/{bundle}/videos/1", video())
    assert seen(either, bundle)["next_action"] == "publish_bundle"
    either.send("PUT", f"/bundles/{bundle}/videos/2", video(auto_publish=True))
    assert (seen(either, bundle)["status"], seen(either, bundle)["next_action"]) == ("published", None)


@proves(DOCUMENT, "Computed State Fields, next_action", "null")
@pytest.mark.parametrize("status", ["published", "accepted", "in_review", "finalized", "completed", "cancelled"])
def test_next_action_null_past_setup(either: Stage, status: str) -> None:
    """The bundle is past setup; nothing to do."""
    bundle = either.create()
    set_status(either, bundle, status=status)
    assert seen(either, bundle)["next_action"] is None
