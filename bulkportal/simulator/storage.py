"""Storage of media: public addresses, storage paths, presigned uploads and re-hosting.

Presigned addresses point at this server and expire (API reference 2.20). Media given as external
URLs are re-hosted (seed 004) without being downloaded: the simulator never leaves loopback.
"""

from __future__ import annotations

import mimetypes
import secrets
from datetime import timedelta
from urllib.parse import quote, unquote, urlsplit

from bulkportal.simulator.bodies import is_url
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, invalid
from bulkportal.simulator.records import Stored
from bulkportal.simulator.state import State

PUBLIC = "/_storage/public/"
LONGEST_SUFFIX = 5
IMAGE_TYPES = ("image/jpeg", "image/png", "image/webp", "image/gif")
PLACEHOLDER = b"This stands for media that the simulator re-hosted without downloading it.\n"


def public_url(state: State, stored: Stored) -> str:
    """The address under which a stored file can be fetched."""
    if stored.elsewhere and state.storage_host is not None:
        return state.storage_host.public + quote(stored.key)
    return f"{state.origin}{PUBLIC}{quote(stored.key)}"


def keep(state: State, bundle_id: str, folder: str, filename: str, content_type: str) -> Stored:
    """Make room for a file; its bytes may come later."""
    dot = filename.rpartition(".")[2] if "." in filename else ""
    suffix = f".{dot.lower()}" if dot.isascii() and dot.isalnum() and len(dot) <= LONGEST_SUFFIX else ""
    key = f"{folder}/{bundle_id}/{secrets.token_hex(12)}{suffix}"
    stored = Stored(key=key, bundle_id=bundle_id, filename=filename, content_type=content_type)
    state.books.stored[key] = stored
    return stored


def presign(state: State, stored: Stored) -> str:
    """A one-purpose upload address that expires."""
    if state.storage_host is not None:
        stored.elsewhere = True
        return state.storage_host.upload_url(stored.key, stored.content_type, state.settings.presigned_seconds)
    token = secrets.token_urlsafe(24)
    lifetime = timedelta(seconds=state.settings.presigned_seconds)
    stored.expires_at = state.clock.now() + lifetime
    state.books.tokens[token] = stored.key
    return f"{state.origin}/_storage/{token}"


def guessed_type(filename: str) -> str:
    """The media type a file name suggests."""
    return mimetypes.guess_type(filename)[0] or "application/octet-stream"


def rehost(state: State, address: str, bundle_id: str, folder: str) -> str:
    """The address after the platform made its own copy; UPLOAD_FAILED 500 when it could not.

    An address of ours is kept as it is, provided that its bytes have been sent.
    """
    hosts = (f"{state.origin}{PUBLIC}", *([state.storage_host.public] if state.storage_host else []))
    ours = next((host for host in hosts if address.startswith(host)), None)
    if ours is not None:
        if not _arrived(state, state.books.stored.get(unquote(address.removeprefix(ours)))):
            raise _failed(address)
        return address
    parts = urlsplit(address)
    # The simulator fetches nothing, so what would fail is named by the address: `.invalid` never resolves (RFC 2606).
    if (parts.hostname or "").endswith(".invalid") or "broken" in parts.path:
        raise _failed(address)
    name = parts.path.rpartition("/")[2] or "media"
    stored = keep(state, bundle_id, folder, name, guessed_type(name))
    stored.content = PLACEHOLDER
    return public_url(state, stored)


def rehost_image(state: State, value: str, bundle_id: str) -> str:
    """A carousel image: a storage path with bytes behind it, or an address (D15)."""
    if is_url(value):
        return rehost(state, value, bundle_id, "images")
    require_stored(state, value, "carousel_images")
    return value


def rehost_address(state: State, value: str, bundle_id: str) -> str:
    """An image that is fetched by its address, as a fix of a link is (seed 004): a storage path is none."""
    if not is_url(value):
        raise _failed(value)
    return rehost(state, value, bundle_id, "images")


def require_stored(state: State, path: str, field: str) -> None:
    """Refuse what is not the storage path of an uploaded file; UPLOAD_FAILED 500 while its bytes are missing."""
    found = state.books.stored.get(path)
    if found is None:
        raise invalid(f"'{path}' is neither a URL nor a storage path.", field=field)
    if not _arrived(state, found):
        raise _failed(path)


def _arrived(state: State, stored: Stored | None) -> bool:
    """Whether the bytes of a file have been sent, wherever they were to go."""
    if stored is None:
        return False
    if stored.elsewhere and state.storage_host is not None:
        return state.storage_host.holds(stored.key)
    return stored.content is not None


def _failed(address: str) -> ApiRefusal:
    return ApiRefusal(500, "UPLOAD_FAILED", f"The file at {address} could not be fetched.")


def answer_storage(state: State, call: ApiCall) -> Answer:
    """The storage host, which knows neither keys nor envelopes, and refuses in XML."""
    if call.method in ("GET", "HEAD"):
        return _fetch(state, call)
    return _receive(state, call)


def _receive(state: State, call: ApiCall) -> Answer:
    if call.method != "PUT":
        return _xml(405, "MethodNotAllowed", "Only PUT and GET are possible here.")
    if "x-api-key" in call.headers:
        state.journal.violation("api_key_sent_to_storage", path=call.path)
        return _xml(400, "InvalidRequest", "The API key must not be sent to the storage host.")
    if "content-length" not in call.headers:
        return _xml(411, "MissingContentLength", "A Content-Length is required.")
    key = state.books.tokens.get(call.path.removeprefix("/_storage/"))
    stored = state.books.stored.get(key) if key is not None else None
    if stored is None or stored.expires_at is None or state.clock.now() >= stored.expires_at:
        return _xml(403, "ExpiredToken", "The upload address is not valid or has expired.")
    # S3 signs the Content-Type: a client that guesses it a second time, and otherwise, is refused with 403 as if its address had
    # expired.
    if call.headers.get("content-type", "") != stored.content_type:
        return _xml(403, "SignatureDoesNotMatch", "The Content-Type is not the one signed.")
    stored.content = call.body
    return Answer(status=200, headers={"ETag": f'"{len(call.body):x}"'})


def _fetch(state: State, call: ApiCall) -> Answer:
    stored = state.books.stored.get(call.path.removeprefix(PUBLIC))
    if stored is None or stored.content is None:
        return _xml(404, "NoSuchKey", "There is no such file.")
    return Answer(body=stored.content, headers={"Content-Type": stored.content_type})


def _xml(status: int, code: str, message: str) -> Answer:
    page = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Answer(status=status, body=page.encode(), headers={"Content-Type": "application/xml"})
