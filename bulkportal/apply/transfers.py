"""Uploads: several at a time, no faster than allowed, each content once where bundles may share it.

A transfer past the platform takes nothing of its request budget, so uploads run beside each other whatever the
pace of the API is. What is told while bytes flow is for progress only.
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
"""Uploads at the same time: one hardly fills a line, and more than a few only share it."""

STILL_AFTER = 15.0
"""Seconds without a byte after which a transfer counts as stalled."""

MEDIA_AGAIN = "Its row is not sent without it. Put the file right if it is named here, then run this again: only what is missing is sent."

TOLD_EVERY = 0.2
"""Seconds between two signs of progress of one transfer."""


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
        """Upload the file of an operation, or take what another bundle's upload of it gave. Raises `Failure`s."""
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
            # Who waits for this content uploads it by itself then: the failure may be of this bundle alone.
            mine.cancel()
            # Our own end is passed on; that of the other upload only means that this one has to send the file itself.
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
        # One line for all transfers: each piece is given the time after the piece before it, whoever sent that.
        self._free_at = max(now, self._free_at) + count / self.max_rate
        if self._free_at > now:
            await self.sleep(self._free_at - now)


@dataclass(slots=True)
class _Meter:
    """One transfer as it goes; a second attempt begins again."""

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
        """Say so when nothing moves."""
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
    """What another upload of the same content gave; nothing if it failed, and then one's own is due."""
    try:
        return await asyncio.shield(known)
    except asyncio.CancelledError:  # the other upload failed, or we are to stop
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
