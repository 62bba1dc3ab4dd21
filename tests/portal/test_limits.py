"""An answer of the platform has an end, in bytes and in time, whatever the server does; real sockets throughout."""

from __future__ import annotations

import asyncio
import gzip
import json
import zlib
from collections.abc import Callable
from socket import socket
from threading import Event
from typing import cast

import pytest

from bulkportal.errors import TemporaryTrouble
from bulkportal.pipeline.portal_session import required
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Failure, Unanswered
from bulkportal.portal.pacing import Timing
from bulkportal.portal.secret import Secret
from bulkportal.portal.wire import Call, Wire
from tests.portal.fakes import KEY
from tests.web.hosts import Play, hosted

SMALL = 1 << 20


def answer(body: bytes, coding: str = "") -> bytes:
    packed = f"Content-Encoding: {coding}\r\n" if coding else ""
    return f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n{packed}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body


def playing(data: bytes, seen: list[bytes] | None = None) -> Play:
    def play(head: bytes, peer: socket) -> None:
        if seen is not None:
            seen.append(head)
        peer.sendall(data)

    return play


async def asked(base: str, **limits: float) -> object:
    """`GET /me`."""
    made = Timing(jitter=lambda: 0.0, **limits)
    async with Portal(base_url=base, key=Secret(KEY), version="1", timing=made) as portal:
        return await portal.me()


def failure(base: str, **limits: float) -> Failure:
    with pytest.raises(Failure) as caught:
        asyncio.run(asked(base, **limits))
    return caught.value


def bomb(coding: str) -> bytes:
    """Sixty-four megabytes in as many kilobytes."""
    noughts = bytes(64 << 20)
    match coding:
        case "gzip":
            return gzip.compress(noughts, 9)
        case "deflate":
            return zlib.compress(noughts, 9)
        case _:
            return gzip.compress(gzip.compress(noughts, 9), 9)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip, gzip"])
def test_a_bomb_is_given_up_where_it_is_too_large(coding: str) -> None:
    """Told as an answer that cannot be used, and not asked for again."""
    seen: list[bytes] = []
    with hosted(playing(answer(bomb(coding), coding), seen)) as base:
        found = failure(base, most_bytes=SMALL)
    assert isinstance(found, Broken) and ("larger than 1 MB" in found.message or "compressed" in found.message)
    assert len(seen) == 1


def test_what_is_not_packed_has_the_same_limit() -> None:
    """Plain bytes, with and without a length."""
    for head in (b"", b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n"):
        data = head + b'"' + b"x" * (2 * SMALL) if head else answer(b'"' + b"x" * (2 * SMALL))
        with hosted(playing(data)) as base:
            assert "larger than 1 MB" in failure(base, most_bytes=SMALL).message


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
        ("x-gzip", gzip.compress),
        ("identity", bytes),
    ],
)
def test_packed_answers_are_read(coding: str, pack: Callable[[bytes], bytes]) -> None:
    """In every way that is asked for, and in the ways that servers confuse with them."""
    body = json.dumps({"data": {"email": "a@b.example", "notes": "x" * 700_000}}).encode()
    with hosted(playing(answer(pack(body), coding))) as base:
        assert asyncio.run(asked(base)) == json.loads(body)["data"]


class Hasty(asyncio.SelectorEventLoop):
    """A loop whose clock can be put forward."""

    ahead = 0.0

    def time(self) -> float:
        return super().time() + self.ahead


@pytest.mark.parametrize("slow", ["body", "head"])
def test_an_answer_that_trickles_is_given_up(slow: str) -> None:
    """However steadily its bytes come: a few at a time, never long enough apart for the timeout between two of them."""
    over, runner = Event(), asyncio.Runner(loop_factory=Hasty)
    came: asyncio.Queue[None] = asyncio.Queue()
    begun = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + (b"\r\n" if slow == "body" else b"X-Slow: ")

    def trickle(_: bytes, peer: socket) -> None:
        peer.sendall(begun)
        while not over.wait(0.001):
            peer.sendall(b" ")
            runner.get_loop().call_soon_threadsafe(came.put_nowait, None)

    async def story(base: str, loop: Hasty) -> None:
        wire = Wire(base_url=base, key=Secret(KEY), agent="x", timing=Timing(jitter=lambda: 0.0, answer_seconds=60.0))
        sending = asyncio.create_task(wire.send(Call(method="GET", path="/me", seconds=60.0, repeat="never")))
        try:
            while not sending.done():
                while not came.empty():
                    came.get_nowait()
                await asyncio.wait({sending, asyncio.create_task(came.get())}, return_when=asyncio.FIRST_COMPLETED)
                for _ in range(20):  # what has come is read
                    await asyncio.sleep(0)
                loop.ahead += 20.0
            await sending
        finally:
            await wire.aclose()

    with runner, hosted(trickle) as base:
        try:
            with pytest.raises(Failure) as caught:
                runner.run(story(base, cast("Hasty", runner.get_loop())))
        finally:
            over.set()
    assert isinstance(caught.value, Broken if slow == "body" else Unanswered)
    assert "too long" in caught.value.message


def test_a_command_that_depends_on_it_ends_with_temporary_trouble() -> None:
    """A sentence, not a fault of ours."""

    async def story(base: str) -> None:
        await required(asked(base, most_bytes=SMALL))

    with hosted(playing(answer(bomb("gzip"), "gzip"))) as base, pytest.raises(TemporaryTrouble, match="larger than 1 MB"):
        asyncio.run(story(base))


def test_an_answer_that_is_not_packed_as_it_says_is_broken() -> None:
    """As one that breaks off is."""
    for data in (answer(b"plainly not", "gzip"), answer(b"{}", "br"), answer(b"{}" * 50)[:-7]):
        with hosted(playing(data)) as base:
            found = failure(base)
        assert isinstance(found, Broken), found
