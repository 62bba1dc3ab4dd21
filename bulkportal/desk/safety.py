"""Who may ask the desk, and for what: it listens on this machine alone, and other pages and other users of the machine are strangers.

Every request passes here before anything of it is read: its host must be ours (a name that was made to lead here is none), its
sender must hold what the first link gave, and what changes anything must come from a page of ours. See docs/explanation/desk-safety.md.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

OWN_HEADER = "x-bulkportal"
"""A header that no form and no picture of another page can send."""

POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

MOST_BYTES = 4 << 20
"""The longest body of a request that brings no file."""

MOST_FILE = 512 << 20
"""The longest file that may be dropped: as long as a file that is read."""

READS = frozenset({"GET", "HEAD"})
_FILES = ("/drop",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """What lets a browser in: the port, the token of the first link, and what it is exchanged for."""

    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    @property
    def origin(self) -> str:
        """Where the desk is."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def hosts(self) -> frozenset[str]:
        """The only names under which it answers."""
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def cookie_name(self) -> str:
        """Cookies know no ports: two desks must not take each other's."""
        return f"bulkportal-desk-{self.port}"

    @property
    def link(self) -> str:
        """The first link, the only one that holds the token."""
        return f"{self.origin}/?{urlencode({'token': self.token})}"

    def lets_in(self, headers: Headers) -> bool:
        """Whether a request holds the cookie."""
        try:
            found = SimpleCookie(headers.get("cookie", "")).get(self.cookie_name)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self.cookie.encode())


class TooLong(Exception):
    """A body has more bytes than are taken."""


def too_long() -> Response:
    """The answer to what has more bytes than are taken."""
    return PlainTextResponse("That is more than is accepted at once.", 413)


class Guard:
    """The application behind it, for requests that may pass. `seen` is told of each of them."""

    def __init__(self, app: ASGIApp, let_in: Pass, seen: Callable[[], None]) -> None:
        self._app, self._pass, self._seen = app, let_in, seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer or refuse one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answered[name] = value
            await send(message)

        refused = self._refusal(scope, headers)
        if refused is not None:
            await refused(scope, receive, sealed)
            return
        self._seen()
        await self._limited(scope, receive, sealed, MOST_FILE if scope["path"].endswith(_FILES) else MOST_BYTES)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        # A page elsewhere can have its own name lead to 127.0.0.1 and so be of the same origin as we are; its name gives it away.
        if headers.get("host") not in self._pass.hosts or len(headers.getlist("host")) != 1:
            return PlainTextResponse("This is not the place that was asked for.", 421)
        method = scope["method"]
        if method not in {*READS, "POST"}:
            return PlainTextResponse("Only GET and POST are understood.", 405, {"Allow": "GET, HEAD, POST"})
        if not _is_ours(scope, headers, self._pass.origin):
            return PlainTextResponse("Only pages of the desk itself may ask this.", 403)
        first = self._first(scope)
        if first is not None:
            return first
        if not self._pass.lets_in(headers):
            return PlainTextResponse("Open the desk by the link that `bulkportal desk` prints.", 403)
        limit = MOST_FILE if scope["path"].endswith(_FILES) else MOST_BYTES
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > limit:
            return too_long()
        return None

    def _first(self, scope: Scope) -> Response | None:
        """The answer to the first link: the cookie, and the way to the page without the token."""
        query = parse_qs(scope["query_string"].decode("latin-1"))
        token = query.pop("token", None)
        if scope["path"] != "/" or scope["method"] not in READS or token is None:
            return None
        if not hmac.compare_digest(token[0].encode(), self._pass.token.encode()):
            return PlainTextResponse("This link belongs to another desk, or to one that has ended.", 403)
        rest = urlencode(query, doseq=True)
        answer = RedirectResponse(f"/?{rest}" if rest else "/", 303)
        # Without `secure`, since there is no TLS on this machine's own address, and without an age, so that it ends with the browser.
        answer.set_cookie(self._pass.cookie_name, self._pass.cookie, httponly=True, samesite="strict", path="/")
        return answer

    async def _limited(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        """The application, to which no more than so many bytes are handed on, whatever the length was said to be; it answers TooLong."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                raise TooLong
            return message

        await self._app(scope, counted, send)


def _is_ours(scope: Scope, headers: Headers, origin: str) -> bool:
    """Whether a page of the desk sent it, or for a page that is opened, a person."""
    site, sender = headers.get("sec-fetch-site"), headers.get("origin")
    # A page that a person opens is not refused here, wherever the link stood; a picture or a script of another page is.
    if scope["method"] in READS:
        opened = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        return opened or site in (None, "same-origin", "none")
    if headers.get(OWN_HEADER) is None or (site is None and sender is None):
        return False
    # Old browsers send one of the two headers; whichever is there must be ours.
    return site in (None, "same-origin") and sender in (None, origin, origin.replace("127.0.0.1", "localhost"))
