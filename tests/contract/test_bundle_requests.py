"""The document "Bundles": endpoints, get, update, publish-readiness."""

from __future__ import annotations

import pytest

from tests.contract.asking import SHOWN, order, seen, set_status, shown_bundle
from tests.contract.proofs import proves
from tests.simulator.stage import ACCOUNT, Stage, code, video

DOCUMENT = "Bundles"


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
    """All bundles of the user, and none of another organization."""
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


@proves(DOCUMENT, "Endpoints", "POST /bundles/:id/publish")
def test_endpoint_publish_a_bundle(either: Stage) -> None:
    """From pending_setup to published."""
    assert seen(either, either.published())["status"] == "published"


@proves(DOCUMENT, "Endpoints", "POST /bundles/:id/unpublish")
def test_endpoint_unpublish_a_bundle(either: Stage) -> None:
    """From published back to pending_setup."""
    bundle = either.published()
    assert either.send("POST", f"/bundles/{bundle}/unpublish").status_code == 200
    assert seen(either, bundle)["status"] == "pending_setup"


# -- Examples


def priced(stage: Stage, slots: int) -> tuple[object, object]:
    """What a bundle of so many slots with niche warming was charged, and what it says that it cost."""
    made = order(stage, country="US", videos_quantity=slots, wants_niche_warming=True).json()
    return made["credits_charged"], seen(stage, made["data"]["id"])["credit_cost"]


@proves(DOCUMENT, "List Bundles, example", "5 slots with niche warming = 60")
def test_price_of_five_slots_with_niche_warming_is_sixty(february: Stage) -> None:
    """Each slot is 10, account and niche warming are 10 together; `credit_cost` keeps it."""
    assert priced(february, 5) == (60, 60)


@proves(DOCUMENT, "Get Bundle, example", "3 slots with niche warming = 40")
def test_price_of_three_slots_with_niche_warming_is_forty(february: Stage) -> None:
    """Each slot is 10, account and niche warming are 10 together; `credit_cost` keeps it."""
    assert priced(february, 3) == (40, 40)


# -- Get Bundle


@proves(DOCUMENT, "Get Bundle, response", "a single bundle")
def test_single_bundle_shows_every_field_of_the_document(either: Stage) -> None:
    """The fields of the list, but for account_status; instead the account and the videos."""
    found = seen(either, shown_bundle(either))
    assert {name: found[name] for name in SHOWN} == SHOWN
    assert {"account", "videos"} <= set(found)
    assert "account_status" not in found


@proves(DOCUMENT, "Get Bundle, response", "its account")
def test_single_bundle_shows_its_account(either: Stage) -> None:
    """username, visible_name, biography and profile_picture_url; null before it is configured."""
    assert seen(either, either.create())["account"] is None
    assert seen(either, shown_bundle(either))["account"] == ACCOUNT


@proves(DOCUMENT, "Get Bundle, response", "its videos")
def test_single_bundle_shows_its_videos(either: Stage) -> None:
    """Each with id, position, status and name, and no more; names are "Video 1", "Video 2" until they are given."""
    videos = seen(either, shown_bundle(either))["videos"]
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


def text_up_to_200(stage: Stage, field: str) -> None:
    """200 characters are taken, 201 are refused, null clears."""
    path = f"/bundles/{stage.create()}"
    assert stage.send("PATCH", path, {field: "x" * 200}).json()["data"][field] == "x" * 200
    assert code(stage.send("PATCH", path, {field: "x" * 201})) == (400, "VALIDATION_ERROR")
    assert stage.send("PATCH", path, {field: None}).json()["data"][field] is None


@proves(DOCUMENT, "Update Bundle, body", "external_ref")
def test_update_external_ref(either: Stage) -> None:
    """200 characters are taken, 201 are refused, null clears."""
    text_up_to_200(either, "external_ref")


@proves(DOCUMENT, "Update Bundle, body", "title")
def test_update_title(either: Stage) -> None:
    """200 characters are taken, 201 are refused, null clears."""
    text_up_to_200(either, "title")


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


@proves(DOCUMENT, "Update Bundle, rule", "at least one field")
@pytest.mark.parametrize("body", [None, {}, {"status": "completed"}], ids=["no body", "empty", "no setting"])
def test_update_needs_at_least_one_field(either: Stage, body: dict[str, object] | None) -> None:
    """Each is optional, and yet one of the three must be there."""
    assert code(either.send("PATCH", f"/bundles/{either.create()}", body)) == (400, "VALIDATION_ERROR")


@proves(DOCUMENT, "Update Bundle, error responses", "400 VALIDATION_ERROR")
@pytest.mark.parametrize("body", [{}, {"title": 5}, {"external_ref": ["a"]}, {"auto_finalize_videos": 1}, {"auto_finalize_videos": None}])
def test_error_validation_error_on_update(either: Stage, body: dict[str, object]) -> None:
    """No field, or a value of the wrong kind; what stands beside it is not changed either."""
    bundle = either.create(title="Spring")
    assert code(either.send("PATCH", f"/bundles/{bundle}", {"title": "Summer", **body} if body else {})) == (400, "VALIDATION_ERROR")
    assert seen(either, bundle)["title"] == "Spring"


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


@proves("TokPortal's Cursor plugin", "Publish-readiness", "NO_VIDEOS_CONFIGURED")
def test_blocker_no_videos_configured(either: Stage) -> None:
    """What POST publish would refuse, told before: an account_and_videos bundle without a configured video."""
    bundle = either.create()
    either.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)
    assert [one["code"] for one in blockers(either, bundle)] == ["NO_VIDEOS_CONFIGURED"]
    either.send("PUT", f"/bundles/{bundle}/videos/2", video())
    assert blockers(either, bundle) == []


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
