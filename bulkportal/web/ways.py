"""Connections to any host, each by the route (direct or a proxy) that the environment names for it."""

from __future__ import annotations

import httpx

from bulkportal.web.surroundings import certificates, proxy_for

DIRECT = "bulkportal_direct"
"""Request extension: its address was looked up here already, so no proxy is asked."""


class Ways(httpx.AsyncBaseTransport):
    """A transport to everywhere. Raises UsageProblem where the environment cannot be used."""

    def __init__(self, limits: httpx.Limits | None = None) -> None:
        self._limits = limits or httpx.Limits()
        self._tls = certificates()
        self._ways: dict[str, httpx.AsyncHTTPTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send by the way to its host."""
        # For each request, since NO_PROXY and a redirect may name a host that is reached in another way than the last one.
        proxy = None if request.extensions.get(DIRECT) else proxy_for(request.url)
        name = "" if proxy is None else str(proxy.url)
        if name not in self._ways:
            self._ways[name] = httpx.AsyncHTTPTransport(verify=self._tls, limits=self._limits, proxy=proxy)
        return await self._ways[name].handle_async_request(request)

    async def aclose(self) -> None:
        """Close every connection."""
        for way in self._ways.values():
            await way.aclose()


class WaitingWays(httpx.BaseTransport):
    """The same for synchronous callers."""

    def __init__(self) -> None:
        self._tls = certificates()
        self._ways: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send by the way to its host."""
        proxy = proxy_for(request.url)
        name = "" if proxy is None else str(proxy.url)
        if name not in self._ways:
            self._ways[name] = httpx.HTTPTransport(verify=self._tls, proxy=proxy)
        return self._ways[name].handle_request(request)

    def close(self) -> None:
        """Close every connection."""
        for way in self._ways.values():
            way.close()
