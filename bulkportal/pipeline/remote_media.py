"""Remote media: downloaded if it must be uploaded from here, checked if that was asked for.

Where other machines can help, each file in a store or a shared folder is downloaded and inspected by whichever is free.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from bulkportal import media, remote_files
from bulkportal.apply.outcomes import Event
from bulkportal.check.checker import Typed
from bulkportal.check.media_cells import MediaProblem
from bulkportal.check.media_files import FileFacts
from bulkportal.counting import counted
from bulkportal.media import links, safe_http
from bulkportal.media.cache import Seen
from bulkportal.media.fetching import Fetcher, NotFetched, look_in_cloud
from bulkportal.media.share_links import host_of
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.media_lookup import AT_ONCE, Key, unreadable

Found: TypeAlias = media.Facts | media.LinkFacts | MediaProblem


async def look_elsewhere(typed: Typed, job: Job, home: Path | None, left: Mapping[Key, Path], *, fetch: bool) -> FileFacts:
    """The facts about links and files in cloud stores: downloaded if they must be uploaded, else checked if asked for; and about files `left`.

    Files in cloud stores are always downloaded, since the platform cannot read them; links only with --rehost.
    """
    keys = typed.media_texts().unique(maintain_order=True).rows()
    clouds = [key for key in keys if remote_files.is_remote(key[1])]
    webs = [key for key in keys if media.is_address(key[1])]
    fetched = [*clouds, *(webs if job.bringing.rehost else ())] if fetch else []
    looked = [key for key in (*clouds, *webs) if key not in set(fetched)] if job.bringing.online else []
    if not fetched and not looked and not left:
        return {}
    async with safe_http.Reach() as reach:
        found: dict[Key, Found] = {}
        if fetched or left:
            fetcher = Fetcher((home or Path(tempfile.mkdtemp(prefix="bulkportal-"))) / "fetched", reach)
            found = await _Looks(job=job, fetcher=fetcher, home=home).found(fetched, left)
        if looked:
            job.tell(Event(text=f"looking at {counted(len(looked), 'link')}"))
        seen = await links.look([text for _, text in looked if not remote_files.is_remote(text)], reach)
    stored = [text for _, text in looked if remote_files.is_remote(text)]
    seen = {**seen, **dict(zip(stored, await asyncio.gather(*map(look_in_cloud, stored)), strict=True))}
    return found | {key: seen[key[1]] for key in looked}


@dataclass(slots=True, kw_only=True)
class _Looks:
    """Downloads and inspects files, a few at a time, each once: here, or on another machine that finds it at the same place."""

    job: Job
    fetcher: Fetcher
    home: Path | None
    paths: dict[str, tuple[str, Path]] = field(default_factory=dict)
    seen: dict[str, Found] = field(default_factory=dict)
    total: int = 0
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def found(self, fetched: Sequence[Key], left: Mapping[Key, Path]) -> dict[Key, Found]:
        """The facts about each file."""
        carrier, places = self.job.carrier, {key: key[1] for key in fetched}
        if fetched:
            self.fetcher.tidy()
        if carrier is not None:
            common = {key: carrier.place_in_common(path) for key, path in left.items()}
            places |= common
            self.paths = {place: (key[1], left[key]) for key, place in common.items()}
        wanted = list(dict.fromkeys(places.values()))
        self.total = len(wanted)
        shared = [place for place in wanted if place in self.paths or remote_files.is_remote(place)] if carrier is not None else []
        here = [place for place in wanted if place not in set(shared)]
        told, _ = await asyncio.gather(carrier.look(shared, self.look) if carrier is not None else _nothing(), asyncio.gather(*map(self.look, here)))
        for place, facts in told.items():
            await self._believe(place, facts)
        return {key: self.seen[place] for key, place in places.items()}

    async def look(self, place: str) -> None:
        """Inspect a file here."""
        text, path = self.paths.get(place, (place, None))
        async with self.slots:
            self.seen[place] = await (_fetch(place, self.fetcher, self.home) if path is None else asyncio.to_thread(_seen, text, path, self.home))
            what = "fetching" if path is None else "looking at"
            self.job.tell(Event(text=f"{what} {media.name_of(text)}", done=len(self.seen), total=self.total))

    async def _believe(self, place: str, facts: media.Facts) -> None:
        """Accept the facts from another machine, unless it has seen another file under the same name."""
        if place not in self.paths:
            # Its mtime is that of a copy there. Whichever machine uploads it downloads it first, and compares the hash.
            self.seen[place] = replace(facts, path=self.fetcher.place_of(place), changed_at=0)
            return
        _, path = self.paths[place]
        try:
            now = path.stat()
        except OSError:
            now = None
        if now is None or (now.st_size, now.st_mtime_ns) != (facts.size, facts.changed_at):
            await self.look(place)
            return
        self.seen[place] = replace(facts, path=path)


async def _nothing() -> dict[str, media.Facts]:
    return {}


def _seen(text: str, path: Path, home: Path | None) -> media.Facts | MediaProblem:
    try:
        with Seen(home) as seen:
            return seen.facts(path)
    except (OSError, ValueError) as error:
        return unreadable(text, error)


async def _fetch(address: str, fetcher: Fetcher, home: Path | None) -> Found:
    try:
        place = await fetcher.fetch(address)
        with Seen(home) as seen:
            return await asyncio.to_thread(seen.facts, place)
    except NotFetched as error:
        if error.trouble != "unsure":
            return media.LinkFacts(address=address, trouble=error.trouble, why=error.why, hint=error.hint)
        why = error.why
    except OSError as error:
        why = error.strerror or "unknown reason"
    return MediaProblem.of("media_not_fetched", name=media.name_of(address), host=host_of(address), why=why)
