"""The rules of the seed "Publish & Unpublish" (002), and of the bundle's account."""

from __future__ import annotations

from .stage import ACCOUNT, Stage, code


def test_slots_are_refused_where_they_make_no_sense(stage: Stage) -> None:
    """Wrong type, completed bundle, empty purse: each has its lower-case code."""
    only = stage.create(bundle_type="account_only", videos_quantity=0)
    bundle = stage.create()
    slots = {"quantity": 1}
    wrong = stage.send("POST", f"/bundles/{only}/add-video-slots", slots)
    assert code(wrong) == (400, "invalid_bundle_type")
    poor = stage.send("POST", f"/bundles/{bundle}/add-video-slots", {"quantity": 100})
    assert code(poor) == (402, "insufficient_credits")
    stage.operate("POST", "/status", {"bundle": bundle, "status": "completed"})
    late = stage.send("POST", f"/bundles/{bundle}/add-video-slots", slots)
    assert code(late) == (409, "bundle_completed")
    missing = stage.send("POST", "/bundles/none/add-edit-slots", slots)
    assert code(missing) == (404, "bundle_not_found")


def test_a_videos_only_bundle_has_no_account_to_set(stage: Stage) -> None:
    """404 ACCOUNT_NOT_FOUND, and it publishes without one."""
    delivered = stage.published()
    stage.operate("POST", f"/bundles/{delivered}/deliver-account")
    account = stage.send("GET", "/accounts?platform=tiktok&country=FR").json()["data"][0]["id"]
    assert stage.send("GET", f"/accounts/{account}").json()["data"]["username"] == "daily.bites"
    bundle = stage.create(bundle_type="videos_only", account_id=account, country=None, platform=None)
    assert code(stage.send("PUT", f"/bundles/{bundle}/account", ACCOUNT)) == (404, "ACCOUNT_NOT_FOUND")
    assert stage.send("POST", f"/bundles/{bundle}/publish").status_code == 200
    foreign = stage.send("GET", f"/accounts/{account}", api_key="tok_live_other")
    assert code(foreign) == (403, "SAVED_ACCOUNT_NOT_OWNED")
    assert code(stage.send("GET", "/accounts/none")) == (404, "SAVED_ACCOUNT_NOT_FOUND")


def test_account_corrections_name_a_field(stage: Stage) -> None:
    """A comment alone, or an unknown field, is refused (API reference 2.12)."""
    bundle = stage.published()
    path = f"/bundles/{bundle}/account/corrections"
    wrong: list[dict[str, object]] = [{"comment": "x"}, {"comment": "x", "fields": {"hat": "y"}}, {"fields": {}}]
    for body in wrong:
        assert code(stage.send("POST", path, body)) == (400, "validation_error")
    stage.operate("POST", f"/bundles/{bundle}/deliver-account")
    done = stage.send("POST", f"/bundles/{bundle}/account/finalize").json()["data"]
    assert done["account"]["status"] == "finalized"
