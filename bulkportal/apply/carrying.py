"""Who else may transfer a file: another machine that can read it too."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from bulkportal.apply.entries import LedgerEntry
from bulkportal.plan.operations import Upload


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Where a file is that somebody else has transferred."""

    public_url: str | None
    storage_path: str | None
    request_id: str | None = None


class Carrier(AbstractAsyncContextManager["Carrier"], Protocol):
    """Hands files to others while it is open."""

    def begin(self, workspace: str, addresses: Mapping[str, str]) -> None:
        """Say whose files will come, and at which address each lies that was fetched from elsewhere, by its path here."""
        ...

    async def carry(self, wanted: Upload, entry: LedgerEntry) -> Carried | None:
        """Where the file is, once somebody has transferred it; None where it is to be transferred here."""
        ...
