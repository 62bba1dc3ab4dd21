"""The document "Bundles", its second half: create, list, get, update, publish-readiness."""

from __future__ import annotations

import pytest

from tests.contract.asking import order, seen, set_status
from tests.contract.proofs import proves
from tests.simulator.stage import ACCOUNT, Stage, code, video

DOCUMENT = "Bundles"
SHOWN = {
    "bundle_type": "account_and_videos",
    "platform": "tiktok",
    "country": "FR",
    "status": "published",
    "videos_quantity": 5,
    "edits_quantity": 1,
    "used_edits": 0,
    "external_ref": "campaign-42",
    "existing_account_id": None,
    "auto_finalize_videos": False,
    "wants_niche_warming": True,
    "wants_deep_warming": False,
    "wants_moderation": False,
    "is_published": True,
    "account_configured": True,
    "videos_total": 5,
    "videos_configured_count": 1,
    "next_action": None,
    "created_at": "2027-03-01T12:00:00Z",
    "updated_at": "2027-03-01T12:00:00Z",
}
"""What the examples of the document show, for the bundle below."""


def shown_bundle(stage: Stage) -> str:
    """A bundle with something in every field of the examples."""
    return stage.published(
        videos_quantity=5,
        edits_quantity=1,
        external_ref="campaign-42",
        auto_finalize_videos=False,
        wants_niche_warming=True,
        niche_warming_instructions="Street food",
    )


# -- Endpoints


@proves(DOCUMENT, "Endpoints", "POST /bundles")
def test_endpoint_create_a_bundle(either: Stage) -> None:
    """201, with the id, the status pending_setup, and beside `data` what was charged and what remains."""
    answer = order(either)
    body = answer.json()
    assert answer.status_code == 201
    assert (seen(either, body["data"]["id"])["status"], body["data"]["videos_quantity"]) == ("pending_setup", 3)
    assert body["credits_charged"] == body["cost_breakdown"]["total"] > 0
    assert body["credits_remaining"] == 1000 - body["credits_charged"] == either.balance


@proves(DOCUMENT, "Endpoints", "GET /bundles")
def test_endpoint_list_all_bundles(either: Stage) -> None:
    """All bundles of the user, and none of another."""
    made = {either.create(videos_quantity=1) for _ in range(3)}
    assert {row["id"] for row in either.send("GET", "/bundles").json()["data"]} == made
    assert either.send("GET", "/bundles", api_key="tok_live_other").json()["data"] == []


@proves(DOCUMENT, "Endpoints", "GET /bundles/:id")
def test_endpoint_get_a_single_bundle(either: Stage) -> None:
    """The bundle of that id."""
    bundle, _ = either.create(), either.create()
    assert seen(either, bundle)["id"] == bundle


@proves(DOCUMENT, "Endpoints", "PATCH /bundles/:id")
def test_endpoint_update_bundle_settings(either: Stage) -> None:
    """What is given is changed, the rest is left as it is."""
    bundle = either.create(external_ref="a", title="Spring")
    assert either.send("PATCH", f"/bundles/{bundle}", {"title": "Summer"}).status_code == 200
    assert (seen(either, bundle)["title"], seen(either, bundle)["external_ref"]) == ("Summer", "a")


@proves(DOCUMENT, "Endpoints", "GET /bundles/:id/publish-readiness")
def test_endpoint_check_publish_readiness(either: Stage) -> None:
    """It says what POST publish would do: refused while there are blockers, done when there are none."""
    bundle = either.create()
    for configured in (False, True):
        if configured:
            either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
            either.send("PUT", f"/bundles/{bundle}/videos/1", video())
        ready = either.send("GET", f"/bundles/{bundle}/publish-readiness").json()["data"]["ready"]
        assert ready is configured
        assert either.send("POST", f"/bundles/{bundle}/publish").is_success is ready


@proves(DOCUMENT, "Endpoints", "POST /bundles/:id/publish", "POST /bundles/:id/unpublish")
def test_endpoints_publish_and_unpublish_a_bundle(either: Stage) -> None:
    """From pending_setup to published and back."""
    bundle = either.published()
    assert seen(either, bundle)["status"] == "published"
    either.send("POST", f"/bundles/{bundle}/unpublish")
    assert seen(either, bundle)["status"] == "pending_setup"


# -- List Bundles


@proves(DOCUMENT, "List Bundles, query parameters", "status", "bundle_type", "account_status", "platform", "external_ref")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=published", ["shown"]),
        ("status=accepted", []),
        ("bundle_type=account_only", ["only"]),
        ("bundle_type=account_and_videos", ["shown"]),
        ("account_status=configured", ["shown"]),
        ("account_status=pending", ["only"]),
        ("account_status=in_review", []),
        ("platform=instagram", ["only"]),
        ("external_ref=campaign-42", ["shown"]),
        ("external_ref=campaign-4", []),
        ("platform=tiktok&status=published", ["shown"]),
        ("platform=tiktok&status=pending_setup", []),
    ],
)
def test_list_is_filtered(either: Stage, query: str, found: list[str]) -> None:
    """By status, bundle_type, account_status, platform and external_ref, each exactly and all together."""
    names = {
        shown_bundle(either): "shown",
        either.create(bundle_type="account_only", platform="instagram", videos_quantity=0): "only",
    }
    assert [names[row["id"]] for row in either.send("GET", f"/bundles?{query}").json()["data"]] == found


@proves(DOCUMENT, "List Bundles, query parameters", "account_status")
def test_list_finds_accounts_that_are_ready_to_finalize(either: Stage) -> None:
    """account_status=in_review is the list of the accounts that wait for the brand."""
    bundle, _ = either.published(), either.published()
    either.operate("POST", f"/bundles/{bundle}/deliver-account")
    rows = either.send("GET", "/bundles?account_status=in_review").json()["data"]
    assert [(row["id"], row["account_status"]) for row in rows] == [(bundle, "in_review")]
    assert either.send("POST", f"/bundles/{bundle}/account/finalize").status_code == 200


@proves(DOCUMENT, "List Bundles, query parameters", "page", "per_page")
def test_list_has_pages_of_25_and_at_most_100(either: Stage) -> None:
    """`page` begins at 1, `per_page` is 25 unless told and never more than 100; the pages together are the whole, each bundle once."""
    either.operate("POST", "/credits", {"amount": 5000})
    made = [either.create(bundle_type="account_only", videos_quantity=0) for _ in range(103)]

    def page(query: str) -> list[str]:
        return [row["id"] for row in either.send("GET", f"/bundles?{query}").json()["data"]]

    assert (len(page("")), len(page("per_page=100")), len(page("per_page=200"))) == (25, 100, 100)
    assert page("") == page("page=1")
    assert sorted(page("per_page=100") + page("per_page=100&page=2")) == sorted(made)
    assert page("per_page=100&page=3") == []


@proves(DOCUMENT, "List Bundles, response", "a bundle of the list")
def test_list_shows_every_field_of_the_document(either: Stage) -> None:
    """All fields of the example, `account_status` among them, with the computed ones."""
    bundle = shown_bundle(either)
    row = either.send("GET", "/bundles").json()["data"][0]
    assert {name: row[name] for name in SHOWN} == SHOWN
    assert (row["id"], row["account_status"], row["credit_cost"]) == (bundle, "configured", 1000 - either.balance)


@proves(DOCUMENT, "List Bundles, example", "5 slots with niche warming = 60")
@proves(DOCUMENT, "Get Bundle, example", "3 slots with niche warming = 40")
@pytest.mark.parametrize(("slots", "credits"), [(5, 60), (3, 40)])
def test_price_of_the_examples(february: Stage, slots: int, credits: int) -> None:  # noqa: A002 - the platform's money, not the builtin
    """Account and niche warming are 10 credits together, each slot is 10; `credit_cost` keeps what was charged."""
    made = order(february, country="US", videos_quantity=slots, wants_niche_warming=True).json()
    assert (made["credits_charged"], seen(february, made["data"]["id"])["credit_cost"]) == (credits, credits)


# -- Get Bundle


@proves(DOCUMENT, "Get Bundle, response", "a single bundle", "its account", "its videos")
def test_single_bundle_shows_every_field_of_the_document(either: Stage) -> None:
    """The fields of the list, the account with its four fields, and each video with id, position, status and name."""
    found = seen(either, shown_bundle(either))
    assert {name: found[name] for name in SHOWN} == SHOWN
    assert found["account"] == ACCOUNT
    videos = found["videos"]
    assert isinstance(videos, list)
    assert [set(one) for one in videos] == [{"id", "position", "status", "name"}] * 5
    assert [(one["position"], one["status"], one["name"]) for one in videos[:2]] == [(1, "configured", "Video 1"), (2, "pending", "Video 2")]


# -- Update Bundle


@proves(DOCUMENT, "Update Bundle, response", "id, title, auto_finalize_videos, external_ref, updated_at")
def test_update_answers_with_the_settings(either: Stage) -> None:
    """These five, and nothing else."""
    bundle = either.create(title="My Campaign")
    answer = either.send("PATCH", f"/bundles/{bundle}", {"auto_finalize_videos": False, "external_ref": "campaign-42-updated"})
    assert answer.json() == {
        "data": {
            "id": bundle,
            "title": "My Campaign",
            "auto_finalize_videos": False,
            "external_ref": "campaign-42-updated",
            "updated_at": "2027-03-01T12:00:00Z",
        }
    }


@proves(DOCUMENT, "Update Bundle, body", "auto_finalize_videos")
def test_update_auto_finalize_videos(either: Stage) -> None:
    """It is toggled with true and false; anything else is refused."""
    path = f"/bundles/{either.create()}"
    toggled = [either.send("PATCH", path, {"auto_finalize_videos": wanted}).json()["data"]["auto_finalize_videos"] for wanted in (False, True)]
    assert toggled == [False, True]
    assert code(either.send("PATCH", path, {"auto_finalize_videos": "yes"})) == (400, "VALIDATION_ERROR")


@proves(DOCUMENT, "Update Bundle, body", "external_ref", "title")
@pytest.mark.parametrize("field", ["external_ref", "title"])
def test_update_texts_have_200_characters_at_most_and_null_clears(either: Stage, field: str) -> None:
    """200 characters are taken, 201 are refused, null clears."""
    path = f"/bundles/{either.create()}"
    assert either.send("PATCH", path, {field: "x" * 200}).json()["data"][field] == "x" * 200
    assert code(either.send("PATCH", path, {field: "x" * 201})) == (400, "VALIDATION_ERROR")
    assert either.send("PATCH", path, {field: None}).json()["data"][field] is None


@proves(DOCUMENT, "Update Bundle, rule", "regardless of bundle status")
@pytest.mark.parametrize(
    "status", ["pending_setup", "published", "published_priority", "accepted", "in_review", "finalized", "completed", "cancelled", "draft"]
)
def test_update_works_in_every_status(either: Stage, status: str) -> None:
    """The three settings can be changed at any time."""
    bundle = either.create()
    set_status(either, bundle, status=status)
    body = {"title": "T", "external_ref": "r", "auto_finalize_videos": False}
    assert either.send("PATCH", f"/bundles/{bundle}", body).status_code == 200
    found = seen(either, bundle)
    assert ({name: found[name] for name in body}, found["status"]) == (body, status)


@proves(DOCUMENT, "Update Bundle, error responses", "400 VALIDATION_ERROR")
@pytest.mark.parametrize("body", [{}, {"title": 5}, {"external_ref": ["a"]}, {"auto_finalize_videos": 1}])
def test_error_validation_error_on_update(either: Stage, body: dict[str, object]) -> None:
    """No field, or a value of the wrong kind."""
    assert code(either.send("PATCH", f"/bundles/{either.create()}", body)) == (400, "VALIDATION_ERROR")


@proves(DOCUMENT, "Update Bundle, error responses", "404 BUNDLE_NOT_FOUND")
@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("GET", ""), ("GET", "/publish-readiness"), ("GET", "/videos"), ("GET", "/account")])
def test_error_bundle_not_found(either: Stage, method: str, path: str) -> None:
    """There is no bundle with this id."""
    assert code(either.send(method, f"/bundles/none{path}", {"title": "x"})) == (404, "BUNDLE_NOT_FOUND")


@proves(DOCUMENT, "Update Bundle, error responses", "403 BUNDLE_NOT_OWNED")
@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("GET", ""), ("GET", "/publish-readiness"), ("GET", "/videos"), ("GET", "/account")])
def test_error_bundle_not_owned(either: Stage, method: str, path: str) -> None:
    """The bundle belongs to another user."""
    answer = either.send(method, f"/bundles/{either.create()}{path}", {"title": "x"}, api_key="tok_live_other")
    assert code(answer) == (403, "BUNDLE_NOT_OWNED")


@proves(DOCUMENT, "Update Bundle, error responses", "409 DUPLICATE_EXTERNAL_REF")
@proves(DOCUMENT, "Update Bundle, body", "external_ref")
def test_error_duplicate_external_ref(either: Stage) -> None:
    """Unique per user: refused while another bundle has it, taken once that is cleared; another user's bundles do not count."""
    first, second = either.create(external_ref="a"), either.create()
    assert code(either.send("PATCH", f"/bundles/{second}", {"external_ref": "a"})) == (409, "DUPLICATE_EXTERNAL_REF")
    assert either.send("PATCH", f"/bundles/{first}", {"external_ref": "a"}).status_code == 200
    either.send("PATCH", f"/bundles/{first}", {"external_ref": None})
    assert either.send("PATCH", f"/bundles/{second}", {"external_ref": "a"}).status_code == 200
    other = {"bundle_type": "account_only", "country": "FR", "external_ref": "a"}
    assert either.send("POST", "/bundles", other, api_key="tok_live_other").status_code == 201


# -- Check Publish-Readiness


def blockers(stage: Stage, bundle: str) -> list[dict[str, object]]:
    """What stands between the bundle and its publication."""
    found: list[dict[str, object]] = stage.send("GET", f"/bundles/{bundle}/publish-readiness").json()["data"]["blockers"]
    return found


@proves(DOCUMENT, "Check Publish-Readiness, response", "ready")
def test_readiness_of_a_bundle_that_is_ready(either: Stage) -> None:
    """bundle_id, ready, and an empty list of blockers."""
    bundle = either.published()
    either.send("POST", f"/bundles/{bundle}/unpublish")
    answer = either.send("GET", f"/bundles/{bundle}/publish-readiness").json()
    assert answer == {"data": {"bundle_id": bundle, "ready": True, "blockers": []}}


@proves(DOCUMENT, "Check Publish-Readiness, response", "blockers present")
@proves(DOCUMENT, "Blocker Codes", "ACCOUNT_MISSING_FIELDS")
def test_blocker_account_missing_fields(either: Stage) -> None:
    """The account lacks a required field; details.missing_fields names it."""
    bundle = either.create()
    either.send("PUT", f"/bundles/{bundle}/account", {**ACCOUNT, "profile_picture_url": None})
    either.send("PUT", f"/bundles/{bundle}/videos/1", video())
    answer = either.send("GET", f"/bundles/{bundle}/publish-readiness").json()
    assert answer == {
        "data": {
            "bundle_id": bundle,
            "ready": False,
            "blockers": [
                {
                    "code": "ACCOUNT_MISSING_FIELDS",
                    "message": "Account is missing required fields.",
                    "details": {"missing_fields": ["profile_picture_url"]},
                }
            ],
        }
    }


@proves(DOCUMENT, "Check Publish-Readiness, rule", "no side effects")
def test_readiness_has_no_side_effects(either: Stage) -> None:
    """Neither the bundle nor the balance changes."""
    bundle = either.create()
    before = seen(either, bundle), either.balance
    blockers(either, bundle)
    assert (seen(either, bundle), either.balance) == before


@proves(DOCUMENT, "Blocker Codes", "BUNDLE_ALREADY_PUBLISHED")
@pytest.mark.parametrize("status", ["published", "published_priority", "accepted", "in_review", "finalized", "completed"])
def test_blocker_bundle_already_published(either: Stage, status: str) -> None:
    """The bundle is already published or accepted, or further."""
    bundle = either.published()
    set_status(either, bundle, status=status)
    assert [one["code"] for one in blockers(either, bundle)] == ["BUNDLE_ALREADY_PUBLISHED"]


@proves(DOCUMENT, "Blocker Codes", "BUNDLE_NOT_IN_SETUP")
@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_blocker_bundle_not_in_setup(either: Stage, status: str) -> None:
    """The status is not pending_setup, and the bundle was not published either."""
    bundle = either.create()
    set_status(either, bundle, status=status)
    assert [one["code"] for one in blockers(either, bundle)] == ["BUNDLE_NOT_IN_SETUP"]


@proves(DOCUMENT, "Blocker Codes", "ACCOUNT_MISSING")
def test_blocker_account_missing(either: Stage) -> None:
    """There is no account configuration yet; a videos_only bundle needs none."""
    bundle = either.create(bundle_type="account_only", videos_quantity=0)
    assert [one["code"] for one in blockers(either, bundle)] == ["ACCOUNT_MISSING"]
    first = either.published()
    either.operate("POST", f"/bundles/{first}/deliver-account")
    account = seen(either, first)["saved_account_id"]
    only = either.create(bundle_type="videos_only", account_id=account, platform=None, country=None)
    assert blockers(either, only) == []


@proves(DOCUMENT, "Blocker Codes", "ACCOUNT_NOT_CONFIGURED")
@pytest.mark.parametrize("status", ["pending", "pending_corrections"])
def test_blocker_account_not_configured(either: Stage, status: str) -> None:
    """The account exists with all its fields, but its status is neither configured nor finalized."""
    bundle = either.create(bundle_type="account_only", videos_quantity=0)
    either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    set_status(either, bundle, account_status=status)
    assert [one["code"] for one in blockers(either, bundle)] == ["ACCOUNT_NOT_CONFIGURED"]
    set_status(either, bundle, account_status="finalized")
    assert blockers(either, bundle) == []
