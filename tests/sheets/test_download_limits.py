"""A sheet at an address has an end, in bytes and in time, also behind a redirect."""

from __future__ import annotations

import gzip
import time
from socket import socket
from threading import Event

import pytest

from bulkportal.errors import TemporaryTrouble, UnreadableInput
from bulkportal.sheets import download
from bulkportal.sheets.download import fetch
from tests.web.hosts import Play, hosted

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\n"


def led_on(then: Play) -> Play:
    """First to another place on the same host."""

    def play(head: bytes, peer: socket) -> None:
        if head.startswith(b"GET /first"):
            peer.sendall(b"HTTP/1.1 302 Found\r\nLocation: /second.csv\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            then(head, peer)

    return play


@pytest.mark.parametrize("coding", ["gzip", "gzip, gzip", ""])
def test_a_bomb_is_too_large(coding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted as it is unpacked."""
    monkeypatch.setattr(download, "MOST_BYTES", 1 << 20)
    body = bytes(32 << 20)
    for _ in filter(None, coding.split(",")):
        body = gzip.compress(body, 9)
    packed = f"Content-Encoding: {coding}\r\n".encode() if coding else b""
    play = led_on(lambda _, peer: peer.sendall(HEAD + packed + b"\r\n" + body))
    with hosted(play) as base, pytest.raises((UnreadableInput, TemporaryTrouble)) as caught:
        fetch(f"{base}/first")
    assert "larger than 1 MB" in caught.value.message or "compressed" in caught.value.message


@pytest.mark.parametrize("begun", [HEAD + b"\r\n", HEAD + b"X-Slow: "])
def test_a_server_that_trickles_is_left(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its body, and in its head."""
    monkeypatch.setattr(download, "MOST_SECONDS", 0.1)
    monkeypatch.setattr(download, "QUIET_SECONDS", 0.3)
    over = Event()

    def trickle(_: bytes, peer: socket) -> None:
        peer.sendall(begun)
        while not over.is_set():
            peer.sendall(b"x")
            time.sleep(0.02)

    with hosted(led_on(trickle)) as base:
        try:
            with pytest.raises(TemporaryTrouble, match=r"longer than 0\.1 seconds"):
                fetch(f"{base}/first")
        finally:
            over.set()
