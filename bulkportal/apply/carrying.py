"""The interface to other machines that can read the same files: they may inspect and upload them for a run."""

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
    """Where a file is after another machine has uploaded it."""

    public_url: str | None
    storage_path: str | None
    request_id: str | None = None


class Carrier(AbstractAsyncContextManager["Carrier"], Protocol):
    """Hands files to other machines while it is open."""

    def place_in_common(self, path: Path) -> str:
        """The path by which others find a file of this machine; empty where it is better inspected here."""
        ...

    async def look(self, places: Sequence[str], here: Callable[[str], Awaitable[None]]) -> dict[str, Facts]:
        """The facts that others found for the files at `places` (addresses, or shared paths).

        `here` inspects one file on this machine; it is called for each that no other machine could inspect.
        """
        ...

    def begin(self, workspace: str, addresses: Mapping[str, str]) -> None:
        """Name the workspace, and the address of each file that was fetched from elsewhere, by its path here."""
        ...

    async def carry(self, wanted: Upload, entry: LedgerEntry) -> Carried | None:
        """Where the file is once another machine has uploaded it; None where this machine must upload it."""
        ...
