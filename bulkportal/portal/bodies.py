"""Request bodies made from files: small in memory, and the same bytes however often they are read.

A retry must resend identical bytes under one idempotency key, and a random multipart boundary would make two
builds differ (API reference 1.7). So the boundary comes from the operation's identity.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import httpx

from bulkportal.portal.failures import FailureFacts, Family, Refused
from bulkportal.regular import open_to_read, refuse_other_kinds

CHUNK = 1024 * 1024


class Meter(Protocol):
    """Is called before bytes are sent, and may hold them back."""

    def begin(self) -> None:
        """Reading starts at the first byte, perhaps not for the first time."""

    async def passed(self, count: int) -> None:
        """Called before so many more bytes are sent."""


class FileBody(httpx.AsyncByteStream):
    """The bytes of a file. Opened anew for each reading, so that it can be sent again; its length is fixed at the start.

    `changed_at` is the modification time (nanoseconds) that the file must have, 0 for the one it has. The last
    piece is held back until the file has been seen unchanged: half of one version and half of another never arrive.
    """

    def __init__(self, path: Path, *, changed_at: int = 0, meter: Meter | None = None) -> None:
        self.path = path
        self._meter = meter
        _keep_freed_pieces()
        try:
            refuse_other_kinds(path)
            found = path.stat()
        except OSError as error:
            raise _unreadable(path, error.strerror) from None
        self.length = found.st_size
        self._changed_at = changed_at or found.st_mtime_ns
        if found.st_mtime_ns != self._changed_at:
            raise _changed(path, "it was changed after it was looked at")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._meter is not None:
            self._meter.begin()
        for chunk in self._chunks():
            if self._meter is not None:
                await self._meter.passed(len(chunk))
            yield chunk

    def _chunks(self) -> Iterator[bytes]:
        """Exactly the promised number of bytes; a file that shrank meanwhile is a refusal, not a broken request."""
        left = self.length
        try:
            with open_to_read(self.path) as file:
                # No more than promised either: a file that grows would run past its Content-Length.
                while left > 0:
                    chunk = file.read(min(CHUNK, left))
                    if not chunk:
                        raise _unreadable(self.path, "it became shorter while it was sent")
                    left -= len(chunk)
                    if left == 0 and os.fstat(file.fileno()).st_mtime_ns != self._changed_at:
                        raise _changed(self.path, "it was changed while it was sent")
                    yield chunk
        except OSError as error:
            raise _unreadable(self.path, error.strerror) from None


class MultipartBody(httpx.AsyncByteStream):
    """A form with one file, equal byte for byte whenever identity, fields and file are equal."""

    def __init__(self, file: FileBody, *, filename: str, content_type: str, fields: Mapping[str, str], identity: str) -> None:
        boundary = "bulkportal-" + hashlib.sha256(identity.encode()).hexdigest()[:40]
        self.content_type = f"multipart/form-data; boundary={boundary}"
        parts = [_field(boundary, name, value) for name, value in fields.items()]
        parts.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{_quoted(filename)}"\r\nContent-Type: {content_type}\r\n\r\n'
        )
        self._head = "".join(parts).encode()
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._file = file
        self.length = len(self._head) + file.length + len(self._tail)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        if self._file.length <= CHUNK:  # in one piece: each costs a write of its own
            yield b"".join([self._head, *[chunk async for chunk in self._file], self._tail])
            return
        yield self._head
        async for chunk in self._file:
            yield chunk
        yield self._tail


@functools.cache
def _keep_freed_pieces() -> None:
    """Let the C library reuse a freed piece of memory instead of returning it to the system, once for this process.

    glibc maps every block of a megabyte anew, which the system fills with zeros page by page, until it has seen a
    larger one allocated and freed. That took two fifths of the processor time of a transfer. This block is never written to.
    """
    bytes(8 * CHUNK)


def _field(boundary: str, name: str, value: str) -> str:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def _quoted(filename: str) -> str:
    """A file name as a form's header wants it (the HTML standard's three escapes)."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _unreadable(path: Path, why: str | None) -> Refused:
    return Refused(FailureFacts.of("FILE_UNREADABLE", Family.UPLOAD, name=path.name, why=why or "unknown reason"))


def _changed(path: Path, what: str) -> Refused:
    return Refused(FailureFacts.of("FILE_CHANGED", Family.UPLOAD, name=path.name, what=what))
