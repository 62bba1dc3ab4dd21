"""Looking at a link without fetching it: its first bytes show status, type and size, or that a page came instead of the file."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import httpx

from bulkportal.media import share_links
from bulkportal.media.facts import Kind, LinkFacts
from bulkportal.media.probing import CHUNK, START, mime_of
from bulkportal.media.safe_http import NotReached, Reach

AT_ONCE = 6
MOST_OF_PAGE = 1 << 18
SECONDS = 30.0
"""The most time for one link, redirects included."""


async def look(addresses: Sequence[str], reach: Reach, told: Callable[[int], None] = lambda _: None) -> Mapping[str, LinkFacts]:
    """The facts about each link; `told` is called with the number done so far. Never raises for a link."""
    slots = asyncio.Semaphore(AT_ONCE)
    found: dict[str, LinkFacts] = {}

    async def one(address: str) -> None:
        async with slots:
            found[address] = await look_at(address, reach)
        told(len(found))

    await asyncio.gather(*(one(address) for address in dict.fromkeys(addresses)))
    return found


async def look_at(address: str, reach: Reach) -> LinkFacts:
    """The facts about one link."""
    try:
        async with asyncio.timeout(SECONDS):
            return await _look(address, share_links.direct(address), reach, follow=True)
    except NotReached as error:
        return LinkFacts(address=address, trouble="private" if error.private else "unsure", why=error.why)
    except TimeoutError:
        return LinkFacts(address=address, trouble="unsure", why="it did not answer in time")


async def _look(address: str, target: str, reach: Reach, *, follow: bool) -> LinkFacts:
    # A GET of the first bytes, and no HEAD: many hosts refuse HEAD, sign for GET only, or answer HEAD differently.
    async with reach.get(target, {"Range": f"bytes=0-{START - 1}"}) as (response, final):
        trouble = trouble_of(response, final)
        if trouble:
            return LinkFacts(address=address, trouble=trouble, why=f"status {response.status_code}")
        if response.status_code == 416:  # not even the first byte is there
            return LinkFacts(address=address, size=0)
        start, body = await begin(response)
        if mime_of(start) != "text/html":
            return _facts(address, response, start)
        page = await rest_of_page(start, body)
    kind = share_links.page_of(page)
    again = share_links.confirmed(page, final) if kind == "virus_scan" and follow else None
    if again is not None:
        return await _look(address, again, reach, follow=False)
    return LinkFacts(address=address, mime="text/html", trouble="page" if kind == "virus_scan" else kind)


def trouble_of(response: httpx.Response, final: str) -> str:
    """The trouble that a status means, empty if it brings content; Google redirects to its login where a file is not shared."""
    status = response.status_code
    if share_links.host_of(final) == "accounts.google.com" or status in (401, 403):
        return "login"
    if status in (404, 410):
        return "gone"
    return "" if status in (200, 206, 416) else "unsure"


async def begin(response: httpx.Response) -> tuple[bytes, AsyncIterator[bytes]]:
    """The first bytes of a body, enough to tell what it is, and the rest of it. Raises NotReached."""
    # Raw: the request asks for no compression, and a host that compresses all the same is shown as what it sent.
    body = response.aiter_raw(CHUNK)
    start = b""
    try:
        async for chunk in body:
            start += chunk
            if len(start) >= START:
                break
    except httpx.HTTPError:
        raise NotReached("the connection broke off") from None
    return start, body


async def rest_of_page(start: bytes, body: AsyncIterator[bytes]) -> str:
    """A web page's text, as far as it fits into a quarter of a megabyte."""
    page = start
    with contextlib.suppress(httpx.HTTPError):
        async for chunk in body:
            page += chunk
            if len(page) > MOST_OF_PAGE:
                break
    return page.decode("utf-8", "replace")


def _facts(address: str, response: httpx.Response, start: bytes) -> LinkFacts:
    mime = mime_of(start)
    if mime == "application/octet-stream":  # content decides; the host is believed only where the content is not recognised
        mime = response.headers.get("content-type", "").partition(";")[0].strip().lower() or mime
    family = mime.partition("/")[0]
    kind: Kind = "video" if family == "video" else "image" if family == "image" else "other"
    return LinkFacts(address=address, kind=kind, mime=mime, size=size_of(response), version=version_of(response))


def size_of(response: httpx.Response) -> int | None:
    """The size of the whole file, where the host tells."""
    # Of a part, Content-Length is the length of the part alone.
    total = (
        response.headers.get("content-range", "").rpartition("/")[2] if response.status_code == 206 else response.headers.get("content-length", "")
    )
    return int(total) if total.isdecimal() else None


def version_of(response: httpx.Response) -> str:
    """A mark that changes with the content of an address; empty where the host sends none."""
    mark = response.headers.get("etag") or response.headers.get("last-modified")
    return f"{mark}/{size_of(response)}" if mark else ""
