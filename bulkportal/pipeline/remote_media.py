"""Media that lie elsewhere: fetched where they must be uploaded from here, looked at where somebody asks for it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

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
from bulkportal.pipeline.media_lookup import AT_ONCE, Key


async def look_elsewhere(typed: Typed, job: Job, home: Path | None, *, fetch: bool) -> FileFacts:
    """What lies at links and in cloud stores: fetched here where it must be uploaded, else looked at if asked for.

    Cloud stores are always fetched, since the platform cannot read them; links with --rehost.
    """
    keys = typed.media_texts().rows()
    clouds = [key for key in keys if remote_files.is_remote(key[1])]
    webs = [key for key in keys if media.is_address(key[1])]
    fetched = [*clouds, *(webs if job.bringing.rehost else ())] if fetch else []
    looked = [key for key in (*clouds, *webs) if key not in set(fetched)] if job.bringing.online else []
    if not fetched and not looked:
        return {}
    async with safe_http.Reach() as reach:
        found = await _fetched(fetched, job, reach, home)
        if looked:
            job.tell(Event(text=f"looking at {counted(len(looked), 'link')}"))
        seen = await links.look([text for _, text in looked if not remote_files.is_remote(text)], reach)
    stored = [text for _, text in looked if remote_files.is_remote(text)]
    seen = {**seen, **dict(zip(stored, await asyncio.gather(*map(look_in_cloud, stored)), strict=True))}
    return found | {key: seen[key[1]] for key in looked}


async def _fetched(
    keys: Sequence[Key], job: Job, reach: safe_http.Reach, home: Path | None
) -> dict[Key, media.Facts | media.LinkFacts | MediaProblem]:
    if not keys:
        return {}
    fetcher = Fetcher((home or Path(tempfile.mkdtemp(prefix="bulkportal-"))) / "fetched", reach)
    fetcher.tidy()
    slots = asyncio.Semaphore(AT_ONCE)
    done = 0

    async def one(address: str) -> media.Facts | media.LinkFacts | MediaProblem:
        nonlocal done
        async with slots:
            facts = await _fetch(address, fetcher, home)
            done += 1
            job.tell(Event(text=f"fetching {media.name_of(address)}", done=done, total=len(keys)))
        return facts

    return dict(zip(keys, await asyncio.gather(*(one(text) for _, text in keys)), strict=True))


async def _fetch(address: str, fetcher: Fetcher, home: Path | None) -> media.Facts | media.LinkFacts | MediaProblem:
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
