"""What no client of ours does, whatever a host sends."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bulkportal.web import Prompt, Ways, client_over


class Host(ThreadingHTTPServer):
    """A host that sets cookies, leads on, and keeps the headers it was sent."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[dict[str, str]] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Host

    def do_GET(self) -> None:
        self.server.heard.append(dict(self.headers))
        self.send_response(302 if self.path == "/on" else 200)
        self.send_header("Set-Cookie", "session=stranger; Path=/")
        self.send_header("Location", "/there")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def host() -> Iterator[Host]:
    with Host() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def ask(address: str, times: int = 1) -> list[int]:
    async def asked() -> list[int]:
        async with client_over(Prompt(Ways())) as client:
            return [(await client.get(address)).status_code for _ in range(times)]

    return asyncio.run(asked())


def test_no_cookie_comes_back_and_nobody_is_followed(host: Host) -> None:
    """A cookie that was set is not sent, and a redirect is an answer."""
    assert ask(f"{host.base}/on", times=2) == [302, 302]
    assert not [headers for headers in host.heard if "Cookie" in headers]


def test_no_password_is_taken_from_a_file(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .netrc of this machine is nobody's business."""
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login ops password SECRET\n", "utf-8")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    monkeypatch.setenv("HOME", str(tmp_path))
    ask(host.base)
    assert [headers for headers in host.heard if "Authorization" in headers] == []


def test_what_an_address_asks_for_is_not_logged(host: Host, caplog: pytest.LogCaptureFixture) -> None:
    """A presigned address is a permission by itself."""
    caplog.set_level(logging.INFO, logger="httpx")
    ask(f"{host.base.replace('//', '//ops:SECRET@')}/clip.mp4?X-Signature=SECRET")
    assert "/clip.mp4" in caplog.text and "SECRET" not in caplog.text
