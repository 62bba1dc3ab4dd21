"""Reading and configuring slots (seed 001; API reference 2.13 to 2.16)."""

from __future__ import annotations

from datetime import timedelta

from bulkportal.simulator import bodies, storage, views
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, data, invalid
from bulkportal.simulator.content import WantedContent, read_content, require_date
from bulkportal.simulator.publishing import publish_bundle
from bulkportal.simulator.records import Bundle, VideoSlot, stamp
from bulkportal.simulator.state import State

OPEN_SLOT = ("pending", "configured", "pending_corrections")
ENDED = ("completed", "cancelled", "archived")


def list_videos(state: State, call: ApiCall) -> Answer:
    """GET /bundles/:id/videos, which is not paginated."""
    bundle = state.bundle(call.params["id"], call.tenant)
    return data([views.slot_row(slot) for slot in bundle.standing])


def get_video(state: State, call: ApiCall) -> Answer:
    """GET /bundles/:id/videos/:position."""
    bundle = state.bundle(call.params["id"], call.tenant)
    return data(views.slot_full(state.slot(bundle, call.params["position"])))


def put_video(state: State, call: ApiCall) -> Answer:
    """PUT /bundles/:id/videos/:position: full replacement; omitted fields are cleared."""
    bundle = state.bundle(call.params["id"], call.tenant)
    slot = state.slot(bundle, call.params["position"])
    body = call.json()
    auto = bodies.flag(body, "auto_publish")
    before = state.wallet(call.tenant).balance
    configure(state, bundle, slot, _without(body, "auto_publish"))
    beside: JsonObject = {"ignored_fields": slot.ignored_fields} if slot.ignored_fields else {}
    beside.update(_charged_since(state, call.tenant, before))
    if auto:
        beside.update(auto_publish(state, bundle, [slot]))
    return data(views.slot_full(slot), beside)


def patch_video(state: State, call: ApiCall) -> Answer:
    """PATCH /bundles/:id/videos/:position: names at any status; the rest in the current edition."""
    bundle = state.bundle(call.params["id"], call.tenant)
    slot = state.slot(bundle, call.params["position"])
    body = call.json()
    if "target_publish_start_date" in body:
        body["target_publish_date"] = body.pop("target_publish_start_date")
    dates = ("target_publish_date", "target_publish_end_date")
    known = ["name", "external_ref"]
    if state.edition.current:
        known += ["description", *dates]
    if not any(name in body for name in known):
        raise invalid("At least one field must be provided.", fields=known)
    name = bodies.text(body, "name", longest=200)
    reference = bodies.text(body, "external_ref", longest=bodies.REFERENCE_MAX)
    if state.edition.current:
        _patch_content(state, bundle, slot, body)
    if "name" in body:
        slot.name = name or f"Video {slot.position}"
    if "external_ref" in body:
        slot.external_ref = reference
    slot.updated_at = state.clock.now()
    return data(views.slot_full(slot))


def _patch_content(state: State, bundle: Bundle, slot: VideoSlot, body: JsonObject) -> None:
    description = bodies.text(body, "description")
    target, end = bodies.day(body, "target_publish_date"), None
    if "target_publish_end_date" in body:
        end = bodies.day(body, "target_publish_end_date")
        if target is None or end is None or end < target:
            raise invalid("The end of the window needs a start that is not later.")
    if "description" in body and description is None:
        raise invalid("'description' cannot be empty.", field="description")
    if target is not None:
        require_date(state, bundle, slot, target)
    # Its name and reference are the client's own; the rest of a finalized video is settled (seed 000).
    if slot.status == "finalized" and (target is not None or description is not None):
        raise _closed(slot.status)
    if target is not None:
        slot.target, slot.target_end = target, end or target + timedelta(days=1)
    if description is not None:
        slot.content["description"] = description


def put_batch(state: State, call: ApiCall) -> Answer:
    """PUT /bundles/:id/videos/batch: each position for itself; failures do not undo the rest."""
    bundle = state.bundle(call.params["id"], call.tenant)
    body = call.json()
    items = _batch_items(state, body)
    auto = bodies.flag(body, "auto_publish")
    before = state.wallet(call.tenant).balance
    # The last one, so that the good ones are configured before it and are seen to stay.
    spoiled = items[-1] if call.trouble == "partial_batch" else None
    results = [_configure_item(state, bundle, item, spoiled=item is spoiled) for item in items]
    done = [result for result in results if "error" not in result]
    beside = _charged_since(state, call.tenant, before)
    if auto and done:
        slots = [bundle.slots[_whole(result["position"]) - 1] for result in done]
        beside.update(auto_publish(state, bundle, slots))
    # The answer's shape is inferred (API reference 2.16), so a client must read one that says nothing of a position as unknown, not
    # as done.
    shown = results[:-1] if call.trouble == "unmentioned" else results
    counts = {"configured": len(done), "failed": len(results) - len(done)}
    return data({**counts, "results": shown}, beside)


def _batch_items(state: State, body: JsonObject) -> list[JsonObject]:
    bodies.refuse_unknown(body, ("videos", "auto_publish"), when=state.edition.current)
    listed = body.get("videos")
    if not isinstance(listed, list) or not listed:
        raise invalid("'videos' must be a list with at least one item.", field="videos")
    if len(listed) > state.settings.batch_cap:
        raise invalid(f"A batch has at most {state.settings.batch_cap} videos.", field="videos")
    items = [item for item in listed if isinstance(item, dict)]
    positions = [repr(item.get("position")) for item in items]
    if len(items) != len(listed) or len(set(positions)) != len(positions):
        raise invalid("Every item is an object, and its position occurs once.", field="videos")
    for item in items:
        if "auto_publish" in item:
            raise invalid("'auto_publish' stands beside 'videos', not inside.", field="videos")
    return items


def _configure_item(state: State, bundle: Bundle, item: JsonObject, *, spoiled: bool) -> JsonObject:
    position = item.get("position")
    if spoiled:
        failure = ApiRefusal(500, "UPLOAD_FAILED", "The file could not be fetched.")
        return {"position": position, **failure.envelope()}
    try:
        number = bodies.whole(item, "position", default=-1, least=1)
        slot = state.slot(bundle, str(number))
        configure(state, bundle, slot, item)
    except ApiRefusal as refusal:
        return {"position": position, **refusal.envelope()}
    result: JsonObject = {"position": number, "status": slot.status}
    if slot.ignored_fields:
        result["ignored_fields"] = slot.ignored_fields
    return result


def configure(state: State, bundle: Bundle, slot: VideoSlot, body: JsonObject) -> None:
    """Replace the content of one slot, or raise and leave it as it was."""
    wanted = read_content(state, bundle, slot, body)
    # After the body, as everywhere: a mistake in a cell is answered before a state that nobody can change (API reference 8).
    if bundle.status in ENDED or slot.status not in OPEN_SLOT:
        raise _closed(bundle.status if bundle.status in ENDED else slot.status)
    # Fetched before anything is charged or cleared: a link that cannot be fetched leaves the slot and the credits as they were (seed
    # 004).
    content = _rehosted(state, bundle, wanted)
    _charge_options(state, bundle, slot, content)
    now = state.clock.now()
    slot.clear()
    slot.status, slot.video_type, slot.content = "configured", wanted.video_type, content
    slot.name = wanted.name or slot.name
    slot.external_ref = wanted.external_ref
    slot.target = wanted.target
    # Configuring always resets the window to two days; only PATCH can set another end (API reference 2.15).
    slot.target_end = wanted.target + timedelta(days=1) if wanted.target else None
    slot.ignored_fields = wanted.ignored
    slot.updated_at = bundle.updated_at = now


def _closed(status: str) -> ApiRefusal:
    message = f"A video cannot be configured when the status is {status}."
    return ApiRefusal(409, "BUNDLE_INVALID_STATUS", message, {"current_status": status})


def _rehosted(state: State, bundle: Bundle, wanted: WantedContent) -> JsonObject:
    content = dict(wanted.content)
    address, images = content.get("video_url"), content.get("carousel_images")
    if isinstance(address, str):
        content["video_url"] = storage.rehost(state, address, bundle.id, "videos")
    if isinstance(images, list):
        kept = [storage.rehost_image(state, str(image), bundle.id) for image in images]
        content["carousel_images"] = kept
    return content


def _charge_options(state: State, bundle: Bundle, slot: VideoSlot, content: JsonObject) -> None:
    asked = {
        "volume": any(name.startswith("volume_") for name in content),
        "story_repost": "story_repost_url" in content,
        "instant_repost": content.get("instant_repost_as_story") is True,
    }
    # Each option is charged the first time it is set on a slot, and not again when the slot is replaced (API reference 2.14).
    fresh = {name for name, wanted in asked.items() if wanted} - slot.paid_options
    price = state.edition.price("video_option")
    if fresh and price:
        cost = dict.fromkeys(sorted(fresh), price)
        place = f"Bundle {bundle.id}: options of video {slot.position}"
        state.charge(bundle.tenant, cost, place)
    slot.paid_options |= fresh


def _charged_since(state: State, tenant: str, before: int) -> JsonObject:
    left = state.wallet(tenant).balance
    if left == before:
        return {}
    return {"credits_charged": before - left, "credits_remaining": left}


def auto_publish(state: State, bundle: Bundle, slots: list[VideoSlot]) -> JsonObject:
    """One attempt; its failure does not undo the configuration (the form of the answer is inferred)."""
    if bundle.status == "pending_setup":
        try:
            return {"auto_publish": publish_bundle(state, bundle)}
        except ApiRefusal as refusal:
            return {"auto_publish": refusal.envelope()}
    if bundle.status != "accepted":
        message = "The bundle is not accepted yet."
        return {"auto_publish": ApiRefusal(409, "BUNDLE_INVALID_STATUS", message).envelope()}
    now = state.clock.now()
    for slot in slots:
        slot.status, slot.updated_at = "published", now
    return {"auto_publish": {"id": bundle.id, "status": "published", "published_at": stamp(now)}}


def _without(body: JsonObject, name: str) -> JsonObject:
    return {key: value for key, value in body.items() if key != name}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else int(str(value))
