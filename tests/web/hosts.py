"""A host of raw bytes: what no framework would send."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socket import socket

Play = Callable[[bytes, socket], None]


@contextmanager
def hosted(play: Play) -> Iterator[str]:
    """A server that reads the head of each request and lets `play` answer; yields its address."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            head = b""
            while b"\r\n\r\n" not in head and (piece := self.request.recv(65536)):
                head += piece
            try:
                play(head, self.request)
            except OSError:
                return  # the client has had enough

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(5)
