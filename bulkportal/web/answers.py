"""Answers with limits: the host decides what it sends, and we how much of it is read, decompressed, and for how long."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx

_PIECE = 1 << 18
"""Bytes that are decompressed at once: a compressed kilobyte may be a megabyte, and a megabyte a gigabyte."""

_PACKED = {"gzip": 47, "x-gzip": 47, "deflate": 47}
"""Codings that are understood, with zlib's window bits: 47 is 15 + 32, which recognises both headers by itself."""

_BEGINS = "http11.receive_response_headers.started"
"""httpcore's event for the moment when a request has been sent and its answer is awaited."""


class BrokenAnswer(Exception):
    """An answer that was given up. `why` continues a sentence after "the answer"; `again` says whether another try could help."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.why = why
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How large an answer may be, unpacked, and how many seconds it may take from the end of its request to its last byte.

    The seconds come on top of those that the request allows for the answer to begin.
    """

    most_bytes: int = 32 << 20
    seconds: float = 60.0


class Unpacking:
    """Decompresses an answer piece by piece, and counts. Raises BrokenAnswer for more than `most` bytes, and for data not coded as stated."""

    def __init__(self, coding: str, most: int) -> None:
        codings = [word.strip().casefold() for word in coding.split(",") if word.strip().casefold() not in ("", "identity")]
        if len(codings) > 1 or any(word not in _PACKED for word in codings):
            raise BrokenAnswer("is compressed in a way that was not asked for", again=False)
        self._inflater: Any = zlib.decompressobj(_PACKED[codings[0]]) if codings else None  # zlib's own type has no name to import
        self._bare = "deflate" in codings
        self._most = most
        self._size = 0

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The bytes that come out of a piece of what was received."""
        if self._inflater is None:
            yield self._counted(piece)
            return
        while piece:
            found = self._inflated(piece)
            piece = self._inflater.unconsumed_tail
            yield self._counted(found)

    def _inflated(self, piece: bytes) -> bytes:
        try:
            return bytes(self._inflater.decompress(piece, _PIECE))
        except zlib.error:
            # Only at the very beginning: an error after the first bytes is damage, not another format.
            if not self._bare or self._size:
                raise BrokenAnswer("is packed wrongly") from None
        # Some servers send deflate without its frame.
        self._bare = False
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        return self._inflated(piece)

    def _counted(self, found: bytes) -> bytes:
        self._size += len(found)
        if self._size > self._most:
            raise BrokenAnswer(f"is larger than {self._most >> 20} MB", again=False)
        return found


class Prompt(httpx.AsyncBaseTransport):
    """A transport that returns answers read to their end, within limits. Raises BrokenAnswer for one that broke off or was too much."""

    def __init__(self, inner: httpx.AsyncBaseTransport, limits: Limits | None = None) -> None:
        self._inner = inner
        self._limits = limits or Limits()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and read the whole answer."""
        clock = asyncio.get_running_loop().time
        began = False
        try:
            async with asyncio.timeout(None) as limit:

                def begin() -> None:
                    if limit.when() is None:
                        # Counted from the end of the request: an upload may rightly take ten minutes to leave. httpx's own read timeout is for each
                        # piece, so an answer that trickles would never run into it.
                        limit.reschedule(clock() + self._seconds(request))

                request.extensions = {**request.extensions, "trace": _tracing(begin)}
                response = await self._inner.handle_async_request(request)
                # Again here, as not every transport reports the event: one in a test, or of another version of httpcore.
                began = True
                begin()
                return await self._read(response, request)
        except TimeoutError:
            if began:
                raise BrokenAnswer("took too long to finish") from None
            raise httpx.ReadTimeout("the answer took too long to begin", request=request) from None

    async def aclose(self) -> None:
        """Close the transport below."""
        await self._inner.aclose()

    def _seconds(self, request: httpx.Request) -> float:
        patience = request.extensions.get("timeout", {}).get("read")
        return (patience or 0.0) + self._limits.seconds

    async def _read(self, response: httpx.Response, request: httpx.Request) -> httpx.Response:
        if response.is_stream_consumed:  # it never came over a wire
            return response
        body = bytearray()
        try:
            unpacking = Unpacking(response.headers.get("content-encoding", ""), self._limits.most_bytes)
            async for piece in response.aiter_raw():
                for found in unpacking.feed(piece):
                    body += found
        except BrokenAnswer:
            raise
        except (httpx.HTTPError, OSError) as error:
            raise BrokenAnswer(f"broke off ({type(error).__name__})") from None
        finally:
            await response.aclose()
        # It is decompressed by now, and httpx would do so once more.
        headers = [(name, value) for name, value in response.headers.multi_items() if name.casefold() != "content-encoding"]
        return httpx.Response(response.status_code, headers=headers, content=bytes(body), request=request, extensions=response.extensions)


def _tracing(begin: Callable[[], None]) -> Callable[[str, Any], Any]:
    async def trace(event: str, _: Any) -> None:
        if event == _BEGINS:
            begin()

    return trace
