"""An inbox, wherever it is: what a night asks of it, and the inbox that is a folder of this machine.

A night works in a folder of this machine. For an inbox that is one, that is the inbox itself; for one elsewhere it is a
folder of ours, to which launches are brought and from which everything is delivered (`elsewhere`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bulkportal.automate.inbox import Item, is_still, items, open_inbox
from bulkportal.errors import BulkportalError
from bulkportal.records.history import RunHistory, Taken


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanContext:
    """How an inbox is looked at.

    `still_seconds` is how long a launch must not have changed; `clock` tells the time in seconds; `stopped` says that the
    run was interrupted, so that nothing is waited for.
    """

    diary: RunHistory
    still_seconds: float
    clock: Callable[[], float]
    stopped: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """The launches of an inbox: `ready` lie here, written to the end; `incomplete` are being written; `failed` could not be had, and why."""

    ready: tuple[Item, ...]
    incomplete: tuple[str, ...] = ()
    failed: tuple[tuple[str, BulkportalError], ...] = ()


class Inbox(Protocol):
    """Where launches are put, and where what became of them goes.

    `folder` is where a night works; `name` is what people are told, `short` its last part.
    """

    @property
    def folder(self) -> Path:
        """The folder of this machine in which a night works, with reports/, done/ and failed/ in it."""

    @property
    def name(self) -> str:
        """Its path or address, without anything secret."""

    @property
    def short(self) -> str:
        """The last part of its name."""

    def open(self) -> None:
        """Make what a night needs. Raises UsageProblem."""

    async def find(self, context: ScanContext) -> ScanResult:
        """The launches that lie in it; what is still is in `folder` afterwards. Raises the errors of `errors`."""

    async def deliver(self, diary: RunHistory) -> tuple[Taken, ...]:
        """Take what is in reports/, done/ and failed/ to where people look, and only then the launches out of the inbox.

        Gives back the launches of which this was the last step. Raises the errors of `errors`; doing it again finishes it.
        """

    async def there(self, places: Collection[Path]) -> set[Path]:
        """Those places in done/ and failed/ where something lies. Raises the errors of `errors`."""

    def shown(self, path: Path) -> str:
        """A place in `folder` as people find it."""


@dataclass(slots=True)
class Folder:
    """An inbox that is a folder of this machine: everything is in its place at once."""

    folder: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.folder)

    @property
    def short(self) -> str:
        """The folder's own name."""
        return self.folder.name

    def open(self) -> None:
        """Make the folders of ours. Raises UsageProblem if there is no such folder, or it cannot be written to."""
        self.folder = open_inbox(self.folder)

    async def find(self, context: ScanContext) -> ScanResult:
        """What lies there, by name."""
        found = items(self.folder)
        ready = tuple(item for item in found if self._is_still(item, context))
        return ScanResult(ready=ready, incomplete=tuple(item.name for item in found if item not in ready))

    def _is_still(self, item: Item, context: ScanContext) -> bool:
        now, enough = context.clock(), context.still_seconds
        if is_still(item, now, enough):
            return True
        # A file from a machine whose clock is ahead is judged by how long we have seen it unchanged.
        return item.mark.newest / 1e9 > now and context.diary.sighted(str(item.path), item.mark, now) >= enough

    async def deliver(self, diary: RunHistory) -> tuple[Taken, ...]:  # noqa: ARG002 - of the protocol
        """Nothing: the night wrote and moved it there."""
        return ()

    async def there(self, places: Collection[Path]) -> set[Path]:
        """Those that are."""
        return {place for place in places if place.exists()}

    def shown(self, path: Path) -> str:
        """The path."""
        return str(path)
