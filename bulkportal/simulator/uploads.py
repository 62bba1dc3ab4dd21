"""Sending media to the platform: presigned, direct, or by address (API reference 2.20)."""

from __future__ import annotations

from bulkportal.simulator import bodies, storage
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, JsonObject, Part, data, invalid
from bulkportal.simulator.records import Stored
from bulkportal.simulator.state import State

PURPOSES = ("carousel", "profile_picture")


def presigned_video(state: State, call: ApiCall) -> Answer:
    """POST /upload/video: an address to PUT the bytes to."""
    body = call.json()
    bundle = state.bundle(bodies.required_text(body, "bundle_id"), call.tenant)
    filename = bodies.required_text(body, "filename")
    media_type = bodies.text(body, "content_type") or storage.guessed_type(filename)
    _require_video(media_type)
    stored = storage.keep(state, bundle.id, "videos", filename, media_type)
    upload = storage.presign(state, stored)
    return data({"upload_url": upload, "public_url": storage.public_url(state, stored)})


def presigned_image(state: State, call: ApiCall) -> Answer:
    """POST /upload/image: the same, with the storage path."""
    body = call.json()
    bundle = state.bundle(bodies.required_text(body, "bundle_id"), call.tenant)
    filename = bodies.required_text(body, "filename")
    media_type = bodies.required_text(body, "content_type")
    _require_image(media_type)
    stored = storage.keep(state, bundle.id, _folder(body), filename, media_type)
    answer = {"upload_url": storage.presign(state, stored), **_image_view(state, stored)}
    return data(answer)


def direct_video(state: State, call: ApiCall) -> Answer:
    """POST /upload/video/direct: the file itself, as multipart."""
    part, bundle_id = _part_for_bundle(state, call)
    media_type = _type_of(part)
    _require_video(media_type)
    stored = storage.keep(state, bundle_id, "videos", part.filename, media_type)
    stored.content = part.content
    return data({"public_url": storage.public_url(state, stored), **_file_view(stored)})


def direct_image(state: State, call: ApiCall) -> Answer:
    """POST /upload/image/direct: an image and what it is for."""
    part, bundle_id = _part_for_bundle(state, call)
    media_type = _type_of(part)
    _require_image(media_type)
    folder = _folder({"purpose": call.text_part("purpose")})
    stored = storage.keep(state, bundle_id, folder, part.filename, media_type)
    stored.content = part.content
    return data({**_image_view(state, stored), **_file_view(stored)})


def image_from_url(state: State, call: ApiCall) -> Answer:
    """POST /upload/image/from-url: the platform fetches it (here: pretends to)."""
    body = call.json()
    bundle = state.bundle(bodies.required_text(body, "bundle_id"), call.tenant)
    address = bodies.url(body, "url")
    if address is None:
        raise invalid("'url' is required.", field="url")
    folder = _folder(body)
    hosted = storage.rehost(state, address, bundle.id, folder)
    stored = state.books.stored[hosted.partition(storage.PUBLIC)[2]]
    return data({**_image_view(state, stored), **_file_view(stored)})


def _part_for_bundle(state: State, call: ApiCall) -> tuple[Part, str]:
    limit = state.settings.direct_limit
    if limit is not None and len(call.body) > limit:
        message = "The file is too large for a direct upload."
        raise ApiRefusal(413, "PAYLOAD_TOO_LARGE", message, {"limit_bytes": limit})
    identity = call.text_part("bundle_id")
    if not identity:
        raise invalid("'bundle_id' is required.", field="bundle_id")
    return call.file_part(), state.bundle(identity, call.tenant).id


def _type_of(part: Part) -> str:
    # Many clients send every part as `application/octet-stream`; the name then says more than the header does.
    generic = part.content_type in ("", "application/octet-stream")
    return storage.guessed_type(part.filename) if generic else part.content_type


def _require_video(media_type: str) -> None:
    if not media_type.startswith("video/"):
        raise invalid(f"'{media_type}' is not a video type.", field="content_type")


def _require_image(media_type: str) -> None:
    if media_type not in storage.IMAGE_TYPES:
        message = f"'{media_type}' is not JPEG, PNG, WebP or GIF."
        raise invalid(message, field="content_type")


def _folder(body: JsonObject) -> str:
    purpose = bodies.one_of(body, "purpose", PURPOSES) or "carousel"
    return "profile-pictures" if purpose == "profile_picture" else "carousels"


def _image_view(state: State, stored: Stored) -> JsonObject:
    return {"public_url": storage.public_url(state, stored), "storage_path": stored.key}


def _file_view(stored: Stored) -> JsonObject:
    return {
        "filename": stored.filename,
        "size_bytes": len(stored.content or b""),
        "content_type": stored.content_type,
    }
