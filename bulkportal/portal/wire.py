"""The wire: two of httpx's clients over transports of ours, from a call to an answer or a failure.

    AsyncClient ── Retry ── Pace ── Prompt ── connections        the platform, with the key
    AsyncClient ── Retry ────────── Prompt ── connections        the storage host, without it

What each host is trusted with stands in `web.clients`. The storage host gets bare requests: no key and no shared headers
(API reference 2.20 and 7.8).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

import httpx

from bulkportal.errors import KeyProblem, UsageProblem
from bulkportal.portal import error_mapping, parsing
from bulkportal.portal.bodies import FileBody, MultipartBody
from bulkportal.portal.failures import Broken, Failure, FailureFacts, Family, Refused, Unanswered, Unreachable
from bulkportal.portal.pacing import Pace, Timing
from bulkportal.portal.rate_limit import Bucket, SharedBucket, name_of
from bulkportal.portal.remote import Credits, Json
from bulkportal.portal.retrying import REPEAT, Repeat, Retry
from bulkportal.portal.secret import Secret
from bulkportal.web import Limits, Prompt, Ways, certificates, client_over, is_loopback, proxy_for

Method: TypeAlias = Literal["GET", "POST", "PUT", "PATCH"]

PLAIN_SECONDS, MEDIA_SECONDS, UPLOAD_SECONDS = 30.0, 120.0, 600.0
"""Read timeouts: plain calls, calls in which the server fetches media, uploads (API reference 1.9)."""

PAID_SECONDS = 120.0
"""The read timeout of what costs credits: giving up on a purchase that is still being processed helps nobody."""

STILL_SECONDS = 60.0
"""How long a transfer may stall before it is given up: a piece of a megabyte that is not accepted."""

GIVEN_UP = 8
"""Files after which a storage host that could not be reached for any of them is not tried again."""

_LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=8, keepalive_expiry=4.0)
"""Few connections, since httpcore's pool slows down with many; dropped before a server would drop them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to the platform. `key` is an idempotency key, `request_id` our own id for it.

    `rehearsal` asks for a dry run, which a server that does not know the header carries out for real (API reference 1.8).
    """

    method: Method
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Json] | None = None
    form: MultipartBody | None = None
    key: str | None = None
    repeat: Repeat | None = None
    seconds: float = PLAIN_SECONDS
    request_id: str = field(default_factory=lambda: f"bp_{uuid.uuid4().hex}")
    rehearsal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A success. `data` is the object under `data`, `body` the whole answer, `status` the HTTP status.

    `replayed` says that the platform repeated the answer it gave to this key before (API reference 1.7). A position
    of a batch that is missing from `positions` was not mentioned: its outcome is unknown.
    """

    data: Mapping[str, Json]
    credits_charged: Credits | None = None
    credits_remaining: Credits | None = None
    request_id: str | None = None
    replayed: bool = False
    status: int = 200
    body: Json = field(default=None, repr=False)
    positions: Mapping[int, parsing.PositionAnswer] = field(default_factory=dict)


class Wire:
    """Holds the connections and the key."""

    def __init__(
        self,
        *,
        base_url: str,
        key: Secret,
        agent: str,
        transport: httpx.AsyncBaseTransport | None = None,
        storage: httpx.AsyncBaseTransport | None = None,
        timing: Timing | None = None,
    ) -> None:
        self._base = checked_url(base_url)
        self._timing = timing or Timing()
        bucket = _bucket(self._timing, name_of(self._base, key))
        self._limits = Limits(most_bytes=self._timing.most_bytes, seconds=self._timing.answer_seconds)
        self.pace = Pace(Prompt(transport or transport_to(self._base), self._limits), self._timing, bucket)
        self._lost: dict[bytes, list[Failure]] = {}
        headers = {
            "X-API-Key": _checked_key(key),
            "X-TokPortal-Client": agent,
            "User-Agent": agent,
            "Accept": "application/json",
            # Named, since httpx asks for br and zstd too where their packages happen to be there, and `web.Unpacking` counts neither.
            "Accept-Encoding": "gzip, deflate",
        }
        self._platform = client_over(Retry(self.pace, self._timing), base_url=self._base, headers=headers)
        # Without Pace: the storage host is another server, and counts nothing against the key.
        self._storage = client_over(Retry(Prompt(storage or Ways(_LIMITS), self._limits), self._timing))

    async def aclose(self) -> None:
        """Close every connection."""
        await self._platform.aclose()
        await self._storage.aclose()

    async def send(self, call: Call) -> Reply:
        """The answer to a call, whatever its shape, or a failure raised."""
        response = await self._respond(call)
        body = error_mapping.body_of(response)
        return Reply(
            data=parsing.data_of(body) or {},
            credits_charged=parsing.charged(body, "credits_charged"),
            credits_remaining=parsing.charged(body, "credits_remaining"),
            request_id=error_mapping.request_id_of(response) or response.request.headers.get("X-Request-ID"),
            replayed=response.headers.get("Idempotent-Replayed", "").lower() == "true",
            status=response.status_code,
            body=body,
        )

    async def ask(self, call: Call) -> Reply:
        """As `send`, for calls whose answer must hold an object under `data`; one without it is `Broken`."""
        reply = await self.send(call)
        if parsing.data_of(reply.body) is None:
            raise broken("the answer lacks its data", reply)
        return reply

    async def put_file(self, url: str, file: FileBody, content_type: str) -> int:
        """Put a file to a presigned address; the storage host's status. The address appears in no failure."""
        target = self._target(url)
        if target is None:
            message = "the address given for the upload cannot be used"
            raise Broken(FailureFacts(message=message, family=Family.UPLOAD))
        headers = {"Content-Type": content_type, "Content-Length": str(file.length)}
        # httpx counts `write` for each piece, not for the whole file.
        timeout = httpx.Timeout(UPLOAD_SECONDS, connect=10.0, write=STILL_SECONDS).as_dict()
        extensions = {REPEAT: "safe", error_mapping.PLAIN: True, "timeout": timeout}
        request = httpx.Request("PUT", target, headers=headers, content=file, extensions=extensions)
        # By host: each file would wait through every attempt to connect, and a sheet may have thousands.
        if (lost := self._lost.get(target.netloc, [])) and len(lost) >= GIVEN_UP:
            raise lost[-1]
        try:
            response = await self._storage.send(request)
        except Unreachable as failure:
            # The platform may well be there: this concerns the file, and not the run.
            broken_off = Broken(replace(failure.facts, family=Family.UPLOAD))
            self._lost.setdefault(target.netloc, []).append(broken_off)
            raise broken_off from None
        self._lost.pop(target.netloc, None)
        return response.status_code

    async def stored_size(self, url: str) -> int | None:
        """The size of the file at a public address of the platform; -1 if it is not known, None if the file is not there.

        Asked without the key, as anybody would.
        """
        target = self._target(url)
        if target is None:
            return None
        timeout = httpx.Timeout(PLAIN_SECONDS, connect=10.0).as_dict()
        request = httpx.Request("HEAD", target, extensions={error_mapping.PLAIN: True, "timeout": timeout})
        try:
            response = await self._storage.send(request)
        except Failure:
            return None
        length = response.headers.get("content-length", "")
        return None if response.status_code != 200 else int(length) if length.isdecimal() else -1

    def _target(self, url: str) -> httpx.URL | None:
        """An address that the platform gave, perhaps relative to its own; None where it cannot be used."""
        try:
            given = httpx.URL(url)
            target = given if given.is_absolute_url else httpx.URL(self._base).join(given)
        except httpx.InvalidURL:
            return None
        # Whoever can read along could exchange the file, so what the platform names is not trusted to be encrypted.
        return target if _encrypted(target) else None

    async def _respond(self, call: Call) -> httpx.Response:
        """Send a call; raise what its answer means unless it is a success."""
        lost: Failure | None = None
        response: httpx.Response | None = None
        try:
            request = self._request(call)
            response = await self._platform.send(request)
        except error_mapping.TRANSLATED as error:
            lost = error_mapping.failure_from(error, request_id=call.request_id)
        # Raised outside the handler: an httpx exception as its context would carry the request, and with it the key, into a traceback.
        if response is None:
            raise lost or Unanswered(FailureFacts(message="nothing came back", family=Family.NETWORK))
        failure = error_mapping.failure_of(response)
        if failure is not None:
            raise failure
        return response

    def _request(self, call: Call) -> httpx.Request:
        headers = {"X-Request-ID": call.request_id}
        if call.key is not None:
            headers["Idempotency-Key"] = call.key
        if call.rehearsal:
            headers["X-TokPortal-Dry-Run"] = "true"
        if call.form is not None:
            headers |= {"Content-Type": call.form.content_type, "Content-Length": str(call.form.length)}
        # Calls that fetch media hold a connection for minutes; httpx's default of five seconds for a free one would fail the others.
        timeout = httpx.Timeout(connect=10.0, read=call.seconds, write=STILL_SECONDS, pool=300.0).as_dict()
        return self._platform.build_request(
            call.method,
            call.path,
            params=dict(call.params) or None,
            json=None if call.body is None else dict(call.body),
            content=call.form,
            headers=headers,
            extensions={"timeout": timeout} | ({} if call.repeat is None else {REPEAT: call.repeat}),
        )


def _bucket(timing: Timing, name: str) -> Bucket | None:
    """The bucket of a key, as far as it is shared."""
    match timing.shared:
        case None:
            return None
        case Path() as folder:
            return SharedBucket(timing.clock, folder, name)
        case address:
            from bulkportal.portal.server_rate import ServerBucket

            return ServerBucket(timing.clock, address, name)


def broken(message: str, reply: Reply) -> Broken:
    """A success that does not hold what it should: the outcome is unknown."""
    error = parsing.error_of(reply.body) if "error" in parsing.fields(reply.body) else parsing.Error()
    return Broken(
        FailureFacts(
            message=error.message or message,
            family=Family.SERVER,
            status=reply.status,
            code=error.code,
            details=error.details,
            request_id=reply.request_id,
        )
    )


def segment(identity: str) -> str:
    """An id as one part of a path. Ids are opaque (API reference 2.0), and come from people's sheets."""
    # `quote` leaves dots alone, and a part `..` would climb to another endpoint.
    if not identity.strip("."):
        raise Refused(FailureFacts.of("NO_ID", Family.NOT_FOUND))
    return quote(identity, safe="")


def checked_url(text: str) -> str:
    """A base address without its trailing slashes, or `UsageProblem`: the key must not travel in clear."""
    try:
        url = httpx.URL(text.strip())
    except httpx.InvalidURL:
        url = httpx.URL("")
    if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query or url.fragment:
        raise UsageProblem(
            f"The platform's address {_shown(url) or 'given'} is not a usable web address.",
            hint="Give it as https://host/path, without user name, question mark or #.",
        )
    if not _encrypted(url):
        raise UsageProblem(
            f"The platform's address {_shown(url)} is not encrypted: the API key would travel in the clear.",
            hint="Use https://. Plain http:// is accepted for this machine only.",
        )
    return str(url).rstrip("/")


def _shown(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.host}{url.path}" if url.host else ""


def _encrypted(url: httpx.URL) -> bool:
    """https, or http to this machine."""
    if url.scheme == "https":
        return bool(url.host)
    if url.scheme != "http":
        return False
    return is_loopback(url.host)


def _checked_key(key: Secret) -> str:
    """The key's text. Its form is not checked, but quotes or blanks around it are a mistake (API reference 1.1)."""
    text = key.reveal()
    if not text:
        raise KeyProblem("No API key was given.", hint="Set it in the environment or in a file.")
    if text != text.strip().strip("'\"") or not text.isascii() or not text.isprintable():
        raise KeyProblem(
            "The API key has quotes, blanks or unusual characters in or around it.",
            hint="Copy it again, without quotes.",
        )
    return text


def transport_to(url: httpx.URL | str) -> httpx.AsyncHTTPTransport:
    """Connections to a host. HTTP/1.1 only: HTTP/2 uploads are several times slower. httpx looks for a proxy only where it makes the transport."""
    return httpx.AsyncHTTPTransport(verify=certificates(), limits=_LIMITS, proxy=proxy_for(url), http2=False)
