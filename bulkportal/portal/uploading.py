"""Uploading one file: directly where it is small, past the platform where it is large (API reference 2.20)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from bulkportal.portal import parsing
from bulkportal.portal.bodies import FileBody, Meter, MultipartBody
from bulkportal.portal.failures import Broken, Failure, FailureFacts, Family, Refused
from bulkportal.portal.remote import Json
from bulkportal.portal.wire import UPLOAD_SECONDS, Call, Reply, Wire, broken

Purpose: TypeAlias = Literal["video", "carousel", "profile_picture"]

DIRECT_BYTES = 4 * 1024 * 1024
"""The largest file sent through the platform itself, which seems to allow a few MB only (API reference 1.9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRequest:
    """A file to upload. `identity` is the operation's, and makes two builds of the request equal.

    `changed_at` is the modification time (nanoseconds) of the content that is meant, 0 for whatever is there;
    `meter` hears of every piece that goes.
    """

    path: Path
    bundle_id: str
    content_type: str
    purpose: Purpose
    identity: str
    filename: str = ""
    changed_at: int = 0
    meter: Meter | None = None

    @property
    def name(self) -> str:
        """The name to give to the platform."""
        return self.filename or self.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """Where the file is. `video_url` wants `public_url`, images want `storage_path` (API reference 2.20)."""

    public_url: str | None
    storage_path: str | None
    request_id: str | None = None
    replayed: bool = False


async def send_upload(wire: Wire, file: UploadRequest, key: str) -> Uploaded:
    """Upload a file; one that is too large for the platform goes to the storage host directly."""
    body = FileBody(file.path, changed_at=file.changed_at, meter=file.meter)
    if body.length <= DIRECT_BYTES:
        try:
            return await _direct(wire, file, body, key)
        except Refused as refusal:
            # The host seems to be serverless, with an undocumented limit for bodies: it is found by trying, and nothing was stored.
            if refusal.status != 413:
                raise
    return await _presigned(wire, file, body)


async def _direct(wire: Wire, file: UploadRequest, body: FileBody, key: str) -> Uploaded:
    fields = {"bundle_id": file.bundle_id}
    # Videos have an endpoint of their own, which knows no purpose (API reference 2.20).
    if file.purpose != "video":
        fields["purpose"] = file.purpose
    form = MultipartBody(body, filename=file.name, content_type=file.content_type, fields=fields, identity=file.identity)
    call = Call(
        method="POST",
        path=f"/upload/{_kind(file)}/direct",
        form=form,
        key=key,
        repeat="safe",
        seconds=UPLOAD_SECONDS,
    )
    return _uploaded(await wire.ask(call))


async def _presigned(wire: Wire, file: UploadRequest, body: FileBody) -> Uploaded:
    """Get an address just before using it; one that has expired meanwhile is requested once more."""
    for attempt in (1, 2):
        granted = await _grant(wire, file)
        # The address is signed for one type; the storage host refuses any other (API reference 7.8).
        content_type = parsing.text(granted.data.get("content_type")) or file.content_type
        url = parsing.text(granted.data.get("upload_url")) or ""
        status = await wire.put_file(url, body, content_type)
        if 200 <= status < 300:
            return _uploaded(granted)
        if status != 403 or attempt == 2:
            raise _not_taken(file, status, granted.request_id)
    # For the type checker: the second attempt returns or raises.
    raise RuntimeError("an upload ended without an outcome")


def _not_taken(file: UploadRequest, status: int, request_id: str | None) -> Failure:
    message = f"the storage host did not accept the file {file.name} (status {status})"
    facts = FailureFacts(message=message, family=Family.UPLOAD, status=status, request_id=request_id)
    wrong_request = 400 <= status < 500 and status != 429
    return Refused(facts) if wrong_request else Broken(facts)


async def _grant(wire: Wire, file: UploadRequest) -> Reply:
    """A presigned address. No idempotency key: these two calls refuse one (API reference 1.7)."""
    asked: dict[str, Json] = {
        "filename": file.name,
        "bundle_id": file.bundle_id,
        "content_type": file.content_type,
    }
    if file.purpose != "video":
        asked["purpose"] = file.purpose
    path = f"/upload/{_kind(file)}"
    call = Call(method="POST", path=path, body=asked, repeat="safe")
    reply = await wire.ask(call)
    if not parsing.text(reply.data.get("upload_url")):
        raise broken("the answer holds no address for the upload", reply)
    return reply


def _uploaded(reply: Reply) -> Uploaded:
    public_url = parsing.text(reply.data.get("public_url"))
    storage_path = parsing.text(reply.data.get("storage_path"))
    if public_url is None and storage_path is None:
        raise broken("the answer does not say where the file is", reply)
    return Uploaded(
        public_url=public_url,
        storage_path=storage_path,
        request_id=reply.request_id,
        replayed=reply.replayed,
    )


def _kind(file: UploadRequest) -> str:
    return "video" if file.purpose == "video" else "image"
