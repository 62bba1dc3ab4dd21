"""Uploads: several at a time, no faster than allowed, and each content once where bundles may share it.

Bytes go to the store and not to the API, so they take nothing of the request budget: uploads run side by side whatever the
pace of the API is. Progress events are for display only.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from bulkportal.apply.carrying import Carrier
from bulkportal.apply.entries import LedgerEntry
from bulkportal.apply.outcomes import Event, Transfer
from bulkportal.apply.references import Sent
from bulkportal.plan.operations import Operation, Upload
from bulkportal.portal.client import Portal
from bulkportal.portal.remote import Json
from bulkportal.portal.uploading import Purpose, Uploaded, UploadRequest

AT_ONCE = 4
"""Uploads at the same time: one hardly fills a line, and more than a few only share its bandwidth."""

STILL_AFTER = 15.0
"""Seconds without a byte after which a transfer counts as stalled."""

MEDIA_AGAIN = "Its row is not sent without it. Put the file right if it is named here, then run this again: only what is missing is sent."

TOLD_EVERY = 0.2
"""Seconds between two progress events of one transfer."""


@dataclass(slots=True)
class Transfers:
    """The uploads of one run. `carrier` hands files to other machines.

    `max_rate` is in bytes a second for all of them together. `shared` says that the platform takes an
    uploaded file for every bundle: then one content goes once. `clock` (monotonic seconds) and `sleep` are those of the rate.
    """

    tell: Callable[[Event], None] = lambda _: None
    max_rate: float | None = None
    shared: bool = False
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    carrier: Carrier | None = None
    saved_files: int = 0
    saved_bytes: int = 0
    bytes: int = 0
    sent_bytes: int = 0
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    _contents: dict[tuple[str, str], asyncio.Future[Uploaded]] = field(default_factory=dict)
    _free_at: float = 0.0

    def expect(self, operations: Iterable[Operation]) -> None:
        """Register what is to come, so that progress can be shown as a part of the whole."""
        self.bytes += sum(operation.upload.size for operation in operations if operation.upload is not None)

    async def send(self, portal: Portal, operation: Operation, entry: LedgerEntry) -> Sent:
        """Upload the file of an operation, or use the upload that another bundle has made of it. Raises `Failure`s."""
        wanted = operation.upload
        if wanted is None:
            raise RuntimeError(f"{operation.identity} has no file")
        content = (wanted.sha256, wanted.purpose)
        # Not shared unless the platform is known to allow it: uploads are scoped to a bundle (API reference 2.20).
        known = self._contents.get(content) if self.shared else None
        if known is not None and (done := await _given(known)) is not None:
            self.saved_files += 1
            self.saved_bytes += wanted.size
            return _sent(done, again=True)
        # Put in its place before the first byte leaves: the next operation with the same content must find it and wait.
        mine = self._contents[content] = asyncio.get_running_loop().create_future()
        try:
            done = await self._upload(portal, wanted, entry)
        except BaseException:
            # Whoever waits for this content then uploads it itself: the failure may concern this bundle alone.
            mine.cancel()
            raise
        mine.set_result(done)
        return _sent(done)

    async def _upload(self, portal: Portal, wanted: Upload, entry: LedgerEntry) -> Uploaded:
        meter = _Meter(self, Path(wanted.path).name, wanted.size)
        file = UploadRequest(
            path=Path(wanted.path),
            bundle_id=entry.bundle_id or "",
            content_type=wanted.mime,
            purpose=cast("Purpose", wanted.purpose),
            identity=entry.identity,
            changed_at=wanted.changed_at,
            meter=meter,
        )
        if self.carrier is not None and (carried := await self.carrier.carry(wanted, entry)) is not None:
            self.sent_bytes += wanted.size
            return Uploaded(public_url=carried.public_url, storage_path=carried.storage_path, request_id=carried.request_id)
        async with self._slots:
            # A task of its own: an upload that stalls calls nothing by which it could be noticed.
            watching = asyncio.create_task(meter.watch())
            try:
                return await portal.upload(file, entry.key)
            finally:
                watching.cancel()
                meter.end()

    async def pace(self, count: int) -> None:
        """Wait until so many bytes may go."""
        if self.max_rate is None:
            return
        now = self.clock()
        # One schedule for all transfers: each piece starts after the one before it, whichever transfer sent that.
        self._free_at = max(now, self._free_at) + count / self.max_rate
        if self._free_at > now:
            await self.sleep(self._free_at - now)


@dataclass(slots=True)
class _Meter:
    """The progress of one transfer; a second attempt starts at zero."""

    transfers: Transfers
    name: str
    size: int
    sent: int = 0
    moved_at: float = field(default_factory=time.monotonic)
    told_at: float = 0.0

    def begin(self) -> None:
        # A second attempt begins at the first byte; counted twice, the progress would pass a hundred per cent.
        self.transfers.sent_bytes -= self.sent
        self.sent = 0

    async def passed(self, count: int) -> None:
        await self.transfers.pace(count)
        self.sent += count
        self.transfers.sent_bytes += count
        self.moved_at = time.monotonic()
        if self.moved_at - self.told_at > TOLD_EVERY:
            self.told_at = self.moved_at
            self._tell(self.name)

    async def watch(self) -> None:
        """Report a transfer that makes no progress."""
        while True:
            await asyncio.sleep(STILL_AFTER / 3)
            still = time.monotonic() - self.moved_at
            if still > STILL_AFTER:
                self._tell(f"{self.name} has stood still for {still:.0f} seconds", still=still)

    def end(self) -> None:
        self._tell(self.name, over=True)

    def _tell(self, text: str, *, over: bool = False, still: float = 0.0) -> None:
        run = self.transfers
        transfer = Transfer(name=self.name, sent=self.sent, size=self.size, all_sent=run.sent_bytes, all_size=run.bytes, over=over, still=still)
        run.tell(Event(text=text, transfer=transfer))


def not_uploaded(operation: Operation, words: str) -> str:
    """Why a file was not uploaded, as a sentence for people."""
    name = Path(operation.upload.path).name if operation.upload else operation.target
    return f"{name} was not uploaded: {words.rstrip('.')}."


async def _given(known: asyncio.Future[Uploaded]) -> Uploaded | None:
    """The result of another upload of the same content; None if it failed, so that this operation must upload the file itself."""
    try:
        # Shielded: if this task is cancelled, the others must still get the result.
        return await asyncio.shield(known)
    except asyncio.CancelledError:  # the other upload failed; or this very task is cancelled, which must be passed on
        if (task := asyncio.current_task()) is not None and task.cancelling():
            raise
        return None


def _sent(done: Uploaded, *, again: bool = False) -> Sent:
    # An old server gives one address only; it then serves for both.
    answer: dict[str, Json] = {
        "public_url": done.public_url or done.storage_path,
        "storage_path": done.storage_path or done.public_url,
    }
    return Sent(answer=answer, request_id=None if again else done.request_id, replayed=done.replayed)
