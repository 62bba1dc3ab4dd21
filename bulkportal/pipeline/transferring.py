"""One file transferred for another machine: fetched if it lies in a store, seen to be the one that is meant, and uploaded from here."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from bulkportal import remote_files
from bulkportal.errors import UsageProblem
from bulkportal.media import safe_http
from bulkportal.media.fetching import Fetcher, NotFetched
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Failure
from bulkportal.portal.uploading import Purpose, Uploaded, UploadRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaTransfer:
    """A file for a bundle. `location` is an address, or a path that all machines have in common; `key` goes with the request."""

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
    """Upload it; `home` keeps what is fetched for a while. Raises UsageProblem with why it was not uploaded."""
    try:
        path = await _here(file.location, home)
        found, changed_at = await asyncio.to_thread(_looked_at, path)
        if found != file.sha256:
            raise UsageProblem("The file has changed since it was looked at.", hint="Run the launch again.")
        wanted = UploadRequest(
            path=path,
            bundle_id=file.bundle_id,
            content_type=file.mime,
            purpose=cast("Purpose", file.purpose),
            identity=file.identity,
            changed_at=changed_at,
        )
        return await portal.upload(wanted, file.key)
    except NotFetched as error:
        raise UsageProblem(f"It was not fetched: {error.why or error.trouble}.") from None
    except (Failure, OSError) as error:
        raise UsageProblem(f"It was not uploaded: {error}.") from None


async def _here(location: str, home: Path) -> Path:
    if not remote_files.is_remote(location):
        return Path(location)
    async with safe_http.Reach() as reach:
        return await Fetcher(home / "fetched", reach).fetch(location)


def _looked_at(path: Path) -> tuple[str, int]:
    """The hash of a file, and when it was last changed."""
    changed_at = path.stat().st_mtime_ns
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), changed_at
