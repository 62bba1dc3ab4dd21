"""The one gate from httpx to our failures: its exceptions, and answers that are not successes.

| httpx | ours |
| --- | --- |
| ConnectError, ConnectTimeout, PoolTimeout, ProxyError | Unreachable |
| any other transport error before the answer began | Unanswered |
| DecodingError, and an answer that broke off, or was too large or too slow (BrokenAnswer of `web.Prompt`) | Broken |
| LocalProtocolError, UnsupportedProtocol, InvalidURL, TooManyRedirects | Refused: the request itself is malformed |
| StreamError and CookieConflict | not translated: a fault of ours |
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Mapping
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import cast

import httpx

from bulkportal.portal import parsing
from bulkportal.portal.failures import (
    Broken,
    Failure,
    FailureFacts,
    Family,
    Refused,
    Unanswered,
    Unreachable,
    failure_for,
    family_of,
)
from bulkportal.portal.remote import Json
from bulkportal.web import BrokenAnswer

TRANSLATED = (httpx.HTTPError, httpx.InvalidURL, BrokenAnswer, OSError)
"""What may be raised by a request without being a fault of ours. OSError: some of them leak through httpcore."""

PLAIN = "bulkportal_plain"
"""Request extension: the answer need not be JSON (the storage host's answers are not)."""

UNUSABLE = "ANSWER_UNUSABLE"
"""Code of an answer that would be as unusable another time."""

_BODY = "bulkportal_body"

# A header may ask for a year; a nightly run must come to its end.
LONGEST_WAIT = 3600.0

# A ProxyError too: it is the proxy's no to CONNECT, before which nothing of an https request has passed.
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_MALFORMED = (httpx.LocalProtocolError, httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.TooManyRedirects)
_ID_HEADERS = ("x-tokportal-request-id", "x-request-id", "request-id", "x-vercel-id")


def failure_from(error: Exception, *, request_id: str | None = None, host: str = "the platform") -> Failure:
    """What an exception means; `host` is the server that was asked.

    Only the exception's kind is reported, never its text, which may hold an address that must not be seen.
    """
    kind = type(error).__name__
    # First: some of these are transport errors too, and would be taken for a request that may have arrived.
    if isinstance(error, _MALFORMED):
        message = f"the request could not be made ({kind})"
        return Refused(FailureFacts(message=message, family=Family.VALIDATION, request_id=request_id))
    if isinstance(error, _NEVER_LEFT):
        message = f"{host} cannot be reached{_why_unreachable(error)} ({kind})"
        return Unreachable(FailureFacts(message=message, family=Family.NETWORK, request_id=request_id))
    if isinstance(error, BrokenAnswer):
        unusable = FailureFacts.of(UNUSABLE, Family.NETWORK, request_id=request_id, why=error.why)
        return Broken(replace(unusable, code="") if error.again else unusable)
    if isinstance(error, (httpx.DecodingError, httpx.HTTPStatusError)):
        message = f"the answer broke off or could not be decoded ({kind})"
        return Broken(FailureFacts(message=message, family=Family.NETWORK, request_id=request_id))
    why = "it took too long" if isinstance(error, httpx.TimeoutException) else "the connection broke off"
    message = f"no answer came back from {host}: {why} ({kind})"
    return Unanswered(FailureFacts(message=message, family=Family.NETWORK, request_id=request_id))


def _why_unreachable(error: BaseException | None) -> str:
    """What the system said, where that is known; httpx has one exception for all of it."""
    while error is not None:
        match error:
            # Before SSLError, of which it is a kind.
            case ssl.SSLCertVerificationError():
                return ": its certificate cannot be trusted"
            case ssl.SSLError():
                return ": no secure connection can be made with it"
            case socket.gaierror():
                return ": its name is not known"
            case ConnectionRefusedError():
                return ": it refuses connections"
        error = error.__cause__ or error.__context__
    return ""


def body_of(response: httpx.Response) -> Json:
    """The JSON of a fully read answer, None where there is none; a lone `null` is none. Parsed once, since several ask for it."""
    if _BODY not in response.extensions:
        response.extensions[_BODY] = parsing.parsed(response.content)
    return cast("Json", response.extensions[_BODY])


def failure_of(response: httpx.Response) -> Failure | None:
    """What a fully read answer means; None for a success. A success that is not JSON is no success."""
    plain = bool(response.extensions.get(PLAIN))
    body = None if plain else body_of(response)
    if response.is_success:
        if plain or body is not None:
            return None
        return Broken(_facts(response, {}, "", "the answer is not JSON"))
    error = parsing.error_of(body)
    said = error.message or f"the platform answered {response.status_code} without an explanation"
    return failure_for(_facts(response, error.details, error.code, said))


def _facts(response: httpx.Response, details: Mapping[str, Json], code: str, message: str) -> FailureFacts:
    return FailureFacts(
        message=message,
        family=family_of(code, response.status_code),
        status=response.status_code,
        code=code,
        details=details,
        request_id=request_id_of(response),
        retry_after=_retry_after(response, details),
    )


def request_id_of(response: httpx.Response) -> str | None:
    """The answer's request id, looked for in the order of the platform's own clients (API reference 1.3)."""
    return next((value for name in _ID_HEADERS if (value := response.headers.get(name))), None)


def _retry_after(response: httpx.Response, details: Mapping[str, Json]) -> float | None:
    """The longer of the header and `details.retry_after_seconds` (API reference 1.6, D27)."""
    # The platform's own example has 1 in the header and 2 in the body.
    asked = (_seconds(response), parsing.number(details.get("retry_after_seconds")))
    known = [min(float(value), LONGEST_WAIT) for value in asked if value is not None and value >= 0]
    return max(known, default=None)


def _seconds(response: httpx.Response) -> float | None:
    """`Retry-After` in seconds; a date is counted from the answer's own `Date`, so no local clock is needed."""
    text = response.headers.get("retry-after", "").strip()
    number = parsing.number(text)
    if number is not None or not text:
        return number
    try:
        until = parsedate_to_datetime(text)
        since = parsedate_to_datetime(response.headers.get("date", ""))
        return (until - since).total_seconds()
    except (ValueError, TypeError):
        return None
