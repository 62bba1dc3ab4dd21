"""Who is told: a real mail server and a real web server, both on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller


@dataclass(slots=True)
class MailBox:
    """A mail server that keeps what it is sent."""

    port: int
    mails: list[Message] = field(default_factory=list)

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802 - the server's name for it
        """Keep a mail."""
        content = getattr(envelope, "content", b"")
        self.mails.append(message_from_bytes(content))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[MailBox]:
    """A mail server on loopback."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    box = MailBox(port)
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass(slots=True)
class Hook:
    """A web server that keeps what it is asked: method and path, and the body."""

    address: str = ""
    status: int = 200
    calls: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        """The paths, in order."""
        return [path for path, _ in self.calls]


@contextmanager
def web_hook() -> Iterator[Hook]:
    """A web server on loopback."""
    hook = Hook()

    class Handler(BaseHTTPRequestHandler):
        def _keep(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            hook.calls.append((self.path, body))
            self.send_response(hook.status)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST = _keep  # noqa: N815 - the server's names for them

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hook.address = f"127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
