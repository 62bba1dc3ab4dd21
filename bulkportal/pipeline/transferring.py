"""Inspects or uploads one file for another machine: downloaded if it is in a store, and uploaded only if its hash is the expected one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bulkportal import remote_files
from bulkportal.errors import UsageProblem
from bulkportal.media import Facts, safe_http
from bulkportal.media.cache import Seen
from bulkportal.media.fetching import Fetcher, NotFetched
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure
from bulkportal.portal.uploading import Purpose, Uploaded, UploadRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTransfer:
    """A file for a bundle. `location` is an address, or a path that all machines share; `key` is the idempotency key of the upload."""

    workspace: str
    bundle_id: str
    sha256: str
    purpose: str
    location: str
    mime: str
    identity: str
    key: str

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> MediaTransfer:
        """From the arguments of a job, which may hold more."""
        return cls(**{name: str(said[name]) for name in cls.__slots__})


async def transferred(portal: Portal, file: MediaTransfer, home: Path) -> Uploaded:
    """Upload it; `home` caches downloads for a while. Raises UsageProblem with the reason if it was not uploaded."""
    try:
        path, changed_at = await brought(file.location, file.sha256, home)
        wanted = UploadRequest(
            path=path,
            bundle_id=file.bundle_id,
            content_type=file.mime,
            purpose=cast("Purpose", file.purpose),
            identity=file.identity,
            changed_at=changed_at,
        )
        return await portal.upload(wanted, file.key)
    except (Failure, OSError) as error:
        raise UsageProblem(f"It was not uploaded: {error}.") from None


async def brought(location: str, sha256: str, home: Path) -> tuple[Path, int]:
    """The file with this hash on this machine, and its mtime. Raises UsageProblem if the content is another one, OSError."""
    path = await _here(location, home)
    found, changed_at = await asyncio.to_thread(_hashed, path)
    if found != sha256:
        raise UsageProblem("The file has changed since it was looked at.", hint="Run the launch again.")
    return path, changed_at


async def looked_at(location: str, home: Path) -> Facts:
    """The facts about a file; `home` caches them, and downloads for a while. Raises UsageProblem, OSError."""
    path = await _here(location, home)
    with Seen(home) as seen:
        return await asyncio.to_thread(seen.facts, path)


async def _here(location: str, home: Path) -> Path:
    if not remote_files.is_remote(location):
        return Path(location)
    try:
        async with safe_http.Reach() as reach:
            fetcher = Fetcher(home / "fetched", reach)
            fetcher.tidy()
            return await fetcher.fetch(location)
    except NotFetched as error:
        raise UsageProblem(f"It was not fetched: {error.why or error.trouble}.") from None


def _hashed(path: Path) -> tuple[str, int]:
    """The hash of a file, and its mtime."""
    # Taken before the content is read: a change during that shows in the comparison with the mtime at sending.
    changed_at = path.stat().st_mtime_ns
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), changed_at
