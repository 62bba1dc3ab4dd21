"""Readiness, publish, unpublish, more slots (seeds 002, 003; API reference 2.6 to 2.10, 4.5)."""

from __future__ import annotations

from datetime import timedelta

from bulkportal.simulator import bodies, views
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, data
from bulkportal.simulator.content import earliest_date
from bulkportal.simulator.records import Bundle, stamp
from bulkportal.simulator.state import State

READY_FIELDS = ("username", "visible_name", "profile_picture_url")


def readiness(state: State, call: ApiCall) -> Answer:
    """GET /bundles/:id/publish-readiness; free and without effect."""
    bundle = state.bundle(call.params["id"], call.tenant)
    found = blockers(bundle)
    return data({"bundle_id": bundle.id, "ready": not found, "blockers": found})


def blockers(bundle: Bundle) -> list[JsonObject]:
    """What prevents a bundle from being published (seed 003, API reference 4.5)."""
    if bundle.status in views.PAST_SETUP:
        return [_blocker("BUNDLE_ALREADY_PUBLISHED", "The bundle is already published.")]
    if bundle.status != "pending_setup":
        return [_blocker("BUNDLE_NOT_IN_SETUP", f"The bundle's status is {bundle.status}.")]
    found = _account_blockers(bundle) if bundle.has_account else []
    if bundle.bundle_type == "account_and_videos" and not views.configured_count(bundle):
        found.append(_blocker("NO_VIDEOS_CONFIGURED", "At least one video must be configured."))
    return found


def _account_blockers(bundle: Bundle) -> list[JsonObject]:
    account = bundle.account
    if account is None:
        return [_blocker("ACCOUNT_MISSING", "The bundle has no account configuration yet.")]
    found = []
    if not views.account_configured(bundle):
        found.append(_blocker("ACCOUNT_NOT_CONFIGURED", "The account is not configured."))
    missing = [name for name in READY_FIELDS if not account.fields.get(name)]
    if missing:
        blocker = _blocker("ACCOUNT_MISSING_FIELDS", "Account is missing required fields.")
        found.append({**blocker, "details": {"missing_fields": missing}})
    return found


def _blocker(code: str, message: str) -> JsonObject:
    return {"code": code, "message": message}


def publish(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/publish (seed 002)."""
    bundle = state.bundle(call.params["id"], call.tenant)
    return data(publish_bundle(state, bundle))


def publish_bundle(state: State, bundle: Bundle) -> JsonObject:
    """Publish a bundle in setup, or raise what prevents it; also used by auto_publish."""
    _require_publishable(state, bundle)
    now = state.clock.now()
    bundle.status = "published"
    bundle.published_at = bundle.updated_at = now
    answer: JsonObject = {"id": bundle.id, "status": "published", "published_at": stamp(now)}
    moved = move_stale_dates(state, bundle) if state.edition.current else []
    if moved:
        answer["adjusted_videos"] = moved
        answer["adjusted_videos_note"] = "Dates that had become too early were moved."
    return answer


def _require_publishable(state: State, bundle: Bundle) -> None:
    codes = [str(item["code"]) for item in blockers(bundle)]
    current = state.edition.current
    if "BUNDLE_ALREADY_PUBLISHED" in codes or "BUNDLE_NOT_IN_SETUP" in codes:
        code = "INVALID_STATUS"
        if current:
            already = "BUNDLE_ALREADY_PUBLISHED" in codes
            code = "BUNDLE_ALREADY_PUBLISHED" if already else "BUNDLE_INVALID_STATUS"
        raise ApiRefusal(409, code, "Bundle is not in pending_setup status.", {"current_status": bundle.status})
    account = bundle.account
    # Seed 002 asks for a biography, the list of readiness in seed 003 does not (S2): so a bundle can be `ready` and still be refused
    # here.
    lacks_biography = state.settings.strict_biography and account is not None and bundle.has_account and not account.fields.get("biography")
    if lacks_biography or any(code.startswith("ACCOUNT_") for code in codes):
        message = "Account configuration is incomplete."
        raise ApiRefusal(409 if current else 400, "ACCOUNT_NOT_CONFIGURED", message)
    if codes:
        raise ApiRefusal(400, "NO_VIDEOS_CONFIGURED", "At least 1 video is required for account_and_videos bundles.")


def move_stale_dates(state: State, bundle: Bundle) -> list[JsonObject]:
    """Move configured slots forward together, keeping their cadence (API reference 2.18)."""
    earliest = earliest_date(state, bundle)
    waiting = [slot for slot in bundle.standing if slot.status == "configured" and slot.target]
    targets = [slot.target for slot in waiting if slot.target is not None]
    if not targets or min(targets) >= earliest:
        return []
    # All by the same number of days and not each to the earliest: the days between them were somebody's plan.
    shift = earliest - min(targets)
    moved: list[JsonObject] = []
    for slot, old in zip(waiting, targets, strict=True):
        slot.target, slot.target_end = old + shift, old + shift + timedelta(days=1)
        moved.append(
            {
                "video_id": slot.id,
                "position": slot.position,
                "previous_date": old.isoformat(),
                "new_date": slot.target.isoformat(),
            }
        )
    return moved


def unpublish(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/unpublish: before acceptance only, and nothing is refunded (seed 002)."""
    bundle = state.bundle(call.params["id"], call.tenant)
    details = {"current_status": bundle.status}
    if bundle.status in ("accepted", "in_review", "finalized"):
        message = "Bundle has been accepted and cannot be unpublished."
        code = "BUNDLE_INVALID_STATUS" if state.edition.current else "ALREADY_ACCEPTED"
        raise ApiRefusal(409, code, message, details)
    if bundle.status not in ("published", "published_priority"):
        code = "BUNDLE_INVALID_STATUS" if state.edition.current else "INVALID_STATUS"
        raise ApiRefusal(409, code, "Bundle is not in published status.", details)
    now = state.clock.now()
    bundle.status, bundle.published_at, bundle.updated_at = "pending_setup", None, now
    return data({"id": bundle.id, "status": "pending_setup", "unpublished_at": stamp(now)})


def add_video_slots(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/add-video-slots: each call adds again (seed 002)."""
    bundle, quantity = _slots_asked(state, call, "videos")
    _require_not_completed(bundle)
    before = len(bundle.slots)
    cost = {"video_slots": quantity * state.edition.price("video_slot")}
    charged = state.charge(call.tenant, cost, f"Bundle {bundle.id}: {quantity} video slots")
    now = state.clock.now()
    for _ in range(quantity):
        bundle.add_slot(state.new_id(), now)
    bundle.credit_cost += sum(cost.values())
    bundle.updated_at = now
    after = len(bundle.slots)
    answer = {"id": bundle.id, "videos_quantity": after, "previous_videos_quantity": before}
    return data(answer, charged)


def add_edit_slots(state: State, call: ApiCall) -> Answer:
    """POST /bundles/:id/add-edit-slots: at most one edit per video (seed 002)."""
    bundle, quantity = _slots_asked(state, call, "videos/edits")
    before = bundle.edits_quantity
    # Paid edits are counted against slots, not against configured videos: a slot may be bought with its edit before it is filled.
    if before + quantity > len(bundle.slots):
        message = "Adding these slots would exceed the 1-edit-per-video limit."
        raise ApiRefusal(400, "EDITS_EXCEED_VIDEOS", message)
    _require_not_completed(bundle)
    cost = {"edit_slots": quantity * state.edition.price("edit_slot")}
    charged = state.charge(call.tenant, cost, f"Bundle {bundle.id}: {quantity} edit slots")
    bundle.edits_quantity = before + quantity
    bundle.credit_cost += sum(cost.values())
    bundle.updated_at = state.clock.now()
    answer = {
        "id": bundle.id,
        "edits_quantity": bundle.edits_quantity,
        "previous_edits_quantity": before,
        "videos_quantity": len(bundle.slots),
    }
    return data(answer, charged)


def _slots_asked(state: State, call: ApiCall, what: str) -> tuple[Bundle, int]:
    bundle = state.bundle(call.params["id"], call.tenant)
    body = call.json()
    try:
        quantity = bodies.whole(body, "quantity", least=1)
    except ApiRefusal:
        raise ApiRefusal(400, "INVALID_QUANTITY", "Quantity must be at least 1.") from None
    if not bundle.has_videos:
        raise ApiRefusal(400, "INVALID_BUNDLE_TYPE", f"Bundle type does not support {what}.")
    return bundle, quantity


def _require_not_completed(bundle: Bundle) -> None:
    if bundle.status == "completed":
        message = "Cannot add slots to a completed bundle."
        raise ApiRefusal(409, "BUNDLE_COMPLETED", message)
