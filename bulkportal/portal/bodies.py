"""Request bodies made from files: small in memory, and the same bytes however often they are read.

A retry must resend identical bytes under one idempotency key, and a random multipart boundary would make two
builds differ (API reference 1.7). So the boundary comes from the operation's identity.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import httpx

from bulkportal.portal.failures import Facts, Family, Refused

CHUNK = 1024 * 1024


class FileBody(httpx.AsyncByteStream):
    """The bytes of a file. Opened anew for each reading, so it can be sent again; its length is fixed when made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.length = path.stat().st_size
        except OSError as error:
            raise _unreadable(path, error.strerror) from None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks():
            yield chunk

    def _chunks(self) -> Iterator[bytes]:
        """The promised number of bytes; a file that shrank meanwhile is a refusal, not a broken request."""
        left = self.length
        try:
            with self.path.open("rb", buffering=0) as file:
                while left > 0:
                    chunk = file.read(min(CHUNK, left))
                    if not chunk:
                        raise _unreadable(self.path, "it became shorter while it was sent")
                    left -= len(chunk)
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
        yield self._head
        async for chunk in self._file:
            yield chunk
        yield self._tail


def _field(boundary: str, name: str, value: str) -> str:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'


def _quoted(filename: str) -> str:
    """A file name as a form's header wants it (the HTML standard's three escapes)."""
    return filename.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _unreadable(path: Path, why: str | None) -> Refused:
    message = f"the file {path.name} cannot be read: {why or 'unknown reason'}"
    return Refused(Facts(message=message, family=Family.UPLOAD, code="FILE_UNREADABLE"))
