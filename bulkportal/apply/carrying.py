"""Who else may look at a file, and transfer it: another machine that can read it too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bulkportal.apply.entries import LedgerEntry
from bulkportal.media import Facts
from bulkportal.plan.operations import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Where a file is that somebody else has transferred."""

    public_url: str | None
    storage_path: str | None
    request_id: str | None = None


class Carrier(AbstractAsyncContextManager["Carrier"], Protocol):
    """Hands files to others while it is open."""

    def place_in_common(self, path: Path) -> str:
        """Where others find a file of this machine that is worth handing over; blank where it is to be looked at here."""
        ...

    async def look(self, places: Sequence[str], here: Callable[[str], Awaitable[None]]) -> dict[str, Facts]:
        """What others have found of the files at `places` (addresses, or paths in common).

        `here` looks at one on this machine, and is called for each of which no other could tell.
        """
        ...

    def begin(self, workspace: str, addresses: Mapping[str, str]) -> None:
        """Say whose files will come, and at which address each lies that was fetched from elsewhere, by its path here."""
        ...

    async def carry(self, wanted: Upload, entry: LedgerEntry) -> Carried | None:
        """Where the file is, once somebody has transferred it; None where it is to be transferred here."""
        ...
