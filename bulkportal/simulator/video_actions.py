"""Actions on one slot (seeds 000 and 004; API reference 2.18, 2.19)."""

from __future__ import annotations

from datetime import timedelta

from bulkportal.simulator import bodies, storage
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, data, invalid
from bulkportal.simulator.content import earliest_date
from bulkportal.simulator.publishing import move_stale_dates
from bulkportal.simulator.records import Bundle, VideoSlot, stamp
from bulkportal.simulator.state import State

HANDED_OVER = ("published", "published_priority", "accepted")
CORRECTABLE = ("published", "accepted")
RESETTABLE = ("pending", "configured", "pending_corrections")


def _place(state: State, call: ApiCall) -> tuple[Bundle, VideoSlot]:
    bundle = state.bundle(call.params["id"], call.tenant)
    return bundle, state.slot(bundle, call.params["position"])


def _require(slot: VideoSlot, verb: str, allowed: tuple[str, ...]) -> None:
    if slot.status not in allowed:
        words = " or ".join(f"'{status}'" for status in allowed)
        message = f"Cannot {verb} a video with status '{slot.status}'. The video must be {words}."
        if verb == "unschedule":
            message = f"Cannot unschedule a video with status '{slot.status}'. Only {words} videos can be unscheduled."
        facts = {"current_status": slot.status, "allowed_statuses": list(allowed)}
        raise ApiRefusal(409, "INVALID_STATUS_TRANSITION", message, facts)


def finalize(state: State, call: ApiCall) -> Answer:
    """POST .../finalize, from accepted or in_review; there is no way back."""
    _, slot = _place(state, call)
    _require(slot, "finalize", ("accepted", "in_review"))
    now = state.clock.now()
    slot.status, slot.finalized_at, slot.updated_at = "finalized", now, now
    return data({"position": slot.position, "status": "finalized", "finalized_at": stamp(now)})


def corrections(state: State, call: ApiCall) -> Answer:
    """POST .../corrections: back to the creator (seed 000).

    The current edition takes them in review too, answers pending_corrections and says `comment`;
    either word for the message is read in both (API reference 6.2, D5 and D6).
    """
    _, slot = _place(state, call)
    body = call.json()
    message = bodies.text(body, "message") or bodies.text(body, "comment")
    if message is None:
        raise invalid("'message' is required.", field="message")
    allowed = (*CORRECTABLE, "in_review") if state.edition.current else CORRECTABLE
    _require(slot, "request corrections for", allowed)
    now = state.clock.now()
    # Seed 000 puts a video back to `configured`, so one that waits for corrections looks there like one that nobody has begun (D6).
    slot.status, slot.updated_at = "pending_corrections" if state.edition.current else "configured", now
    slot.correction_message, slot.correction_requested_at = message, now
    answer = {"position": slot.position, "status": slot.status}
    return data({**answer, "correction_requested_at": stamp(now), "correction_message": message})


def unschedule(state: State, call: ApiCall) -> Answer:
    """POST .../unschedule, from configured; the content is wiped, the slot stays paid (S20)."""
    _, slot = _place(state, call)
    _require(slot, "unschedule", ("configured",))
    return _emptied(state, slot, "unscheduled_at")


def reset(state: State, call: ApiCall) -> Answer:
    """POST .../reset empties a slot that nobody has begun with (its rules are inferred)."""
    _, slot = _place(state, call)
    _require(slot, "reset", RESETTABLE)
    return _emptied(state, slot, "reset_at")


def _emptied(state: State, slot: VideoSlot, when: str) -> Answer:
    now = state.clock.now()
    slot.clear()
    slot.updated_at = now
    return data({"position": slot.position, "status": "pending", when: stamp(now)})


def publish(state: State, call: ApiCall) -> Answer:
    """POST .../publish hands one configured slot of an active bundle over."""
    bundle, slot = _place(state, call)
    _require_handed_over(bundle)
    _require(slot, "publish", ("configured",))
    old, earliest = slot.target, earliest_date(state, bundle)
    answer: JsonObject = {"video_id": slot.id, "position": slot.position, "bundle_id": bundle.id}
    if state.edition.current and old is not None and old < earliest:
        slot.target, slot.target_end = earliest, earliest + timedelta(days=1)
        answer["date_adjusted"] = True
        answer["original_date"], answer["new_date"] = old.isoformat(), earliest.isoformat()
    slot.status, slot.updated_at = "published", state.clock.now()
    return data({**answer, "status": slot.status})


def publish_all(state: State, call: ApiCall) -> Answer:
    """POST .../publish-all hands over every configured slot; those already out are skipped."""
    bundle = state.bundle(call.params["id"], call.tenant)
    _require_handed_over(bundle)
    moved = move_stale_dates(state, bundle) if state.edition.current else []
    waiting = [slot for slot in bundle.standing if slot.status == "configured"]
    now = state.clock.now()
    for slot in waiting:
        slot.status, slot.updated_at = "published", now
    ids = [slot.id for slot in waiting]
    answer: JsonObject = {"bundle_id": bundle.id, "videos_published": len(ids), "video_ids": ids}
    if moved:
        answer["dates_adjusted"], answer["adjusted_videos"] = len(moved), moved
    return data(answer)


def _require_handed_over(bundle: Bundle) -> None:
    if bundle.status not in HANDED_OVER:
        message = f"Videos cannot be published while the bundle is {bundle.status}."
        facts = {"current_status": bundle.status, "allowed_statuses": list(HANDED_OVER)}
        raise ApiRefusal(409, "BUNDLE_INVALID_STATUS", message, facts)


def fix_download(state: State, call: ApiCall) -> Answer:
    """POST .../fix-download: a new file, the flag cleared, the date tomorrow (seed 004)."""
    bundle, slot = _place(state, call)
    body = call.json()
    address, images = bodies.url(body, "video_url"), bodies.texts(body, "carousel_images")
    # The seed does not say what happens with both or the wrong one; refused, since guessing would replace the wrong file.
    name = "carousel_images" if slot.video_type == "carousel" else "video_url"
    given = {"carousel_images": bool(images), "video_url": address is not None}
    if [field for field, there in given.items() if there] != [name]:
        raise invalid(f"Give '{name}', and nothing else, for a {slot.video_type}.", field=name)
    if not slot.download_issue:
        message = "The video does not have a download issue flagged."
        raise ApiRefusal(409, "VIDEO_NO_DOWNLOAD_ISSUE", message)
    if address is not None:
        slot.content["video_url"] = storage.rehost(state, address, bundle.id, "videos")
    else:
        kept = [storage.rehost_address(state, image, bundle.id) for image in images or []]
        slot.content["carousel_images"] = kept
    slot.download_issue, slot.download_issue_comment = False, None
    # Tomorrow even for a new account, for which configuring would ask for three days: the platform breaks its own rule (S21).
    slot.target = state.clock.today() + timedelta(days=1)
    slot.target_end = slot.target + timedelta(days=1)
    slot.updated_at = state.clock.now()
    return data(_fixed_view(slot, name))


def _fixed_view(slot: VideoSlot, media: str) -> JsonObject:
    return {
        "id": slot.id,
        "position": slot.position,
        "status": slot.status,
        "video_type": slot.video_type,
        "name": slot.name,
        media: slot.content.get(media),
        "download_issue": False,
        "download_issue_comment": None,
        "target_publish_date": f"{slot.target}T00:00:00Z",
        "target_publish_end_date": f"{slot.target_end}T00:00:00Z",
        "updated_at": stamp(slot.updated_at),
    }
