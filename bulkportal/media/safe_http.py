"""Requests to addresses that a sheet names: an address from a sheet is untrusted input.

Only public hosts are asked: names are resolved here and the connection goes to that very address, so
that no name can lead into a private network. No key and no cookie is sent. Redirects are few
and checked one by one; time and bytes are limited.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self

import httpx

from bulkportal.media.inward import is_inward
from bulkportal.version import __version__
from bulkportal.web import DIRECT, Ways, client_over, proxy_for

HOSTS_NAME = "BULKPORTAL_LINK_HOSTS"
"""Where hosts really are, as ``cdn.example.com=http://127.0.0.1:8000`` with commas between: for gateways, private stores and tests."""

MOST_REDIRECTS = 5

_TIMEOUT = httpx.Timeout(20.0, connect=10.0)
_LIMITS = httpx.Limits(max_connections=8, max_keepalive_connections=8)


class NotReached(Exception):
    """An address that may not be asked, or did not answer; `private` says that it leads into a private network."""

    def __init__(self, why: str, *, private: bool = False) -> None:
        super().__init__(why)
        self.why = why
        self.private = private


def known_hosts(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The hosts that the environment maps to another address."""
    pairs = (pair.partition("=") for pair in environment.get(HOSTS_NAME, "").split(",") if "=" in pair)
    return {name.strip().lower(): base.strip().rstrip("/") for name, _, base in pairs}


class Reach:
    """Connections to anywhere. Use as an async context manager."""

    def __init__(self, hosts: Mapping[str, str] | None = None) -> None:
        self._hosts = known_hosts() if hosts is None else hosts
        # Uncompressed, so that sizes and first bytes are those of the file.
        headers = {"User-Agent": f"bulkportal/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}
        self._client = client_over(Ways(_LIMITS), headers=headers, timeout=_TIMEOUT)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._client.aclose()

    @asynccontextmanager
    async def get(self, address: str, headers: Mapping[str, str] | None = None) -> AsyncIterator[tuple[httpx.Response, str]]:
        """The answer to a GET, its body unread, and the address that gave it in the end. Raises NotReached."""
        for _ in range(MOST_REDIRECTS + 1):
            # Each redirect is checked like the first address: a public host may lead into the private network.
            request = await self._request(address, headers or {})
            try:
                response = await self._client.send(request, stream=True)
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                raise NotReached(_why(error)) from None
            try:
                if not response.has_redirect_location:
                    yield response, address
                    return
                address = str(httpx.URL(address).join(response.headers["Location"]))
            except httpx.InvalidURL:
                raise NotReached("it redirects to something that is not an address") from None
            finally:
                await response.aclose()
        raise NotReached(f"it redirects more than {MOST_REDIRECTS} times")

    async def _request(self, address: str, headers: Mapping[str, str]) -> httpx.Request:
        try:
            url = httpx.URL(address)
        except httpx.InvalidURL:
            raise NotReached("it is not an address") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise NotReached("it does not begin with https://")
        # May lie in a private network, since whoever runs the program said so, and not the sheet.
        elsewhere = self._hosts.get(url.host.lower())
        if elsewhere is not None:
            target = httpx.URL(elsewhere + url.raw_path.decode("ascii"))
            return self._client.build_request("GET", target, headers={**headers, "Host": url.netloc.decode("ascii")})
        # Behind a proxy the name is looked up there, and this machine may not even be able to.
        if proxy_for(url) is not None:
            _only_public(url.host)
            return self._client.build_request("GET", url, headers=headers)
        place = await _public_place(url)
        pinned = url.copy_with(host=place)
        # The connection goes to the address that was checked, so a name that changes its answer between two look-ups gains nothing.
        # The certificate is still checked against the name (sni_hostname), and the server still sees it (Host).
        own = {**headers, "Host": url.netloc.decode("ascii")}
        return self._client.build_request("GET", pinned, headers=own, extensions={"sni_hostname": url.host, DIRECT: True})


async def _public_place(url: httpx.URL) -> str:
    """The address of a host, provided that all its addresses are public."""
    port = url.port or (443 if url.scheme == "https" else 80)
    try:
        async with asyncio.timeout(10):
            found = await asyncio.get_running_loop().getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
    except (OSError, TimeoutError, UnicodeError):
        raise NotReached(f"there is no host {url.host}") from None
    places = [str(entry[4][0]) for entry in found]
    for place in places:
        # All of its addresses, not the first: a name with a public and a private one would be asked at either.
        _only_public(place)
    return places[0]


def _only_public(host: str) -> None:
    if is_inward(host):
        raise NotReached("it leads into a private network", private=True)


def _why(error: Exception) -> str:
    match error:
        case httpx.TimeoutException():
            return "it did not answer in time"
        case httpx.ConnectError() if "CERTIFICATE" in str(error).upper():
            return "its certificate is not valid"
        case httpx.ConnectError():
            return "no connection could be made"
        case _:
            return "the connection broke off"
