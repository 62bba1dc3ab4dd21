"""Fetching what lies elsewhere into a folder here: links to be uploaded instead of passed on, and cloud stores.

A file is written beside its final name and moved there when it is complete. It stays for a while, with a mark
of its version, so that a second run fetches nothing that has not changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from bulkportal import private, remote_files
from bulkportal.media import links, share_links
from bulkportal.media.facts import LinkFacts
from bulkportal.media.probing import mime_of
from bulkportal.media.safe_http import NotReached, Reach

KEPT_SECONDS = 7 * 24 * 3600.0
TRIES = 3
MOST_BYTES = 4 << 30
MOST_SECONDS = 3600.0
"""Limits for one file: the platform accepts far less (see `check.media_files`), and a host that trickles would never end."""


class NotFetched(Exception):
    """Why there is no file: a trouble as of `links.LinkFacts`, words, and what to do where that is known."""

    def __init__(self, trouble: str, why: str = "", hint: str = "") -> None:
        super().__init__(why or trouble)
        self.trouble = trouble
        self.why = why
        self.hint = hint


@dataclass(slots=True)
class Fetcher:
    """Fetches into one folder."""

    folder: Path
    reach: Reach
    _one_each: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def fetch(self, address: str) -> Path:
        """The file at an address, fetched unless the local copy is still current. Raises NotFetched, OSError."""
        private.folder(self.folder)
        # Rows that share a link wait for one download, or two would write into the same part file.
        async with self._one_each.setdefault(address, asyncio.Lock()):
            place = self.place_of(address)
            version = await self._version(address)
            mark = place.with_suffix(".version")
            # Where a host states no version, the file is fetched each time: it may have changed.
            if version and place.exists() and mark.exists() and mark.read_text("utf-8") == version:
                return place
            part = place.with_name(f"{place.name}.part")
            private.create(part).close()
            try:
                await (asyncio.to_thread(_copy, address, part) if remote_files.is_remote(address) else self._from_web(address, part))
                part.replace(place)
            finally:
                part.unlink(missing_ok=True)
            # After the file itself: a crash between the two fetches it once more, instead of believing half of it.
            private.write(mark, version.encode())
            return place

    def tidy(self) -> None:
        """Delete what was fetched long ago."""
        oldest = time.time() - KEPT_SECONDS
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)

    def place_of(self, address: str) -> Path:
        """Where the file of an address is kept. A name of our own: the address may hold what no file name can, or a permission."""
        suffix = PurePosixPath(unquote(urlsplit(address).path)).suffix.lower()
        suffix = suffix if suffix[1:].isalnum() and len(suffix) <= 6 else ""
        return self.folder / f"{hashlib.sha256(address.encode()).hexdigest()[:32]}{suffix}"

    # -- the web

    async def _version(self, address: str) -> str:
        if remote_files.is_remote(address):
            return await asyncio.to_thread(_cloud_version, address)
        facts = await links.look_at(address, self.reach)
        if facts.trouble:
            raise NotFetched(facts.trouble, facts.why)
        return facts.version

    async def _from_web(self, address: str, part: Path) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                async with asyncio.timeout(MOST_SECONDS):
                    return await self._download(share_links.direct(address), part, follow=True)
            except TimeoutError:
                raise NotFetched("unsure", f"it took longer than {MOST_SECONDS:g} seconds") from None
            # NotReached may pass and is tried again; NotFetched (not shared, gone, a page) goes straight through to the caller.
            except NotReached as error:
                if attempt == TRIES or error.private:
                    raise NotFetched("private" if error.private else "unsure", error.why) from None
                await asyncio.sleep(0.5 * attempt)
        return None

    async def _download(self, target: str, part: Path, *, follow: bool) -> None:
        async with self.reach.get(target) as (response, final):
            trouble = links.trouble_of(response, final)
            if trouble == "unsure":
                raise NotReached(f"status {response.status_code}")
            if trouble:
                raise NotFetched(trouble, f"status {response.status_code}")
            start, body = await links.begin(response)
            if mime_of(start) != "text/html":
                return await self._write(response, start, body, part)
            page = await links.rest_of_page(start, body)
        kind = share_links.page_of(page)
        # Once: a confirmation that leads to the same page would be followed without end.
        again = share_links.confirmed(page, final) if kind == "virus_scan" and follow else None
        if again is None:
            raise NotFetched("page" if kind == "virus_scan" else kind)
        return await self._download(again, part, follow=False)

    async def _write(self, response: httpx.Response, start: bytes, body: AsyncIterator[bytes], part: Path) -> None:
        promised = links.size_of(response)
        size = len(start)
        with part.open("wb") as file:
            file.write(start)
            try:
                async for chunk in body:
                    file.write(chunk)
                    size += len(chunk)
                    if size > MOST_BYTES:
                        raise NotFetched("unsure", f"it is larger than {MOST_BYTES >> 30} GB")
            except httpx.HTTPError:
                raise NotReached("the connection broke off") from None
        # Some hosts simply stop sending, which looks the same as a regular end of the connection.
        if promised is not None and size != promised:
            raise NotReached(f"only {size} of {promised} bytes came")


async def look_in_cloud(address: str) -> LinkFacts:
    """What is known of a file in a cloud store without fetching it. Never raises for an address."""
    try:
        found = await asyncio.to_thread(_info, address)
    except NotFetched as error:
        return LinkFacts(address=address, trouble=error.trouble, why=error.why, hint=error.hint)
    size = found.get("size")
    return LinkFacts(address=address, size=size if isinstance(size, int) else None)


def _cloud_version(address: str) -> str:
    info = _info(address)
    # Amazon's, Google's (twice), SFTP's and the fallback: whatever distinguishes two contents comes before a mere time.
    mark = next((info[name] for name in ("ETag", "etag", "generation", "mtime", "LastModified") if info.get(name)), None)
    return f"{mark}/{info.get('size')}" if mark else ""


def _info(address: str) -> dict[str, object]:
    with _translated_errors(address):
        store, path = remote_files.connect(address)
        found: dict[str, object] = store.info(path)
    if found.get("type") == "directory":
        raise NotFetched("gone", "it is a folder")
    return found


def _copy(address: str, part: Path) -> None:
    with _translated_errors(address):
        store, path = remote_files.connect(address)
        store.get_file(path, str(part))


@contextlib.contextmanager
def _translated_errors(address: str) -> Iterator[None]:
    try:
        with remote_files.told(address):
            yield
    except remote_files.NotServed as problem:
        raise NotFetched(str(problem.trouble), problem.why, problem.hint) from None
