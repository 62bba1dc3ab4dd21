"""The desk as a server: one for each home, on 127.0.0.1 alone, until it is stopped or nobody has asked for anything for long."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

import anyio
import uvicorn
from filelock import FileLock, Timeout
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bulkportal import private
from bulkportal.desk.app import make_app
from bulkportal.desk.safety import Guard, Pass
from bulkportal.desk.session import Session
from bulkportal.errors import UsageProblem

IDLE = 4 * 60 * 60.0
"""Seconds without a request after which the desk ends by itself, unless a run is at work."""

_LOCK, _WHERE = "desk.lock", "desk.json"


@dataclass(slots=True)
class Idle:
    """When somebody last asked for something. `clock` counts seconds."""

    clock: Callable[[], float] = time.monotonic
    last: float = field(init=False)

    def __post_init__(self) -> None:
        self.last = self.clock()

    def seen(self) -> None:
        """Somebody is here."""
        self.last = self.clock()

    def is_over(self, seconds: float) -> bool:
        """Whether nobody has been here for so long."""
        return self.clock() - self.last >= seconds


class _Server(uvicorn.Server):
    """uvicorn, telling when it accepts connections and when it takes no more, and ending without more ado when it is stopped."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell, self._tell_end = started, ending

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """End well on Ctrl-C and SIGTERM: that is how a desk is closed."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Before the requests under way are waited for: some of them wait for a check.
        self._tell_end()
        await super().shutdown(sockets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Another:
    """A desk of the same home that is open already; `link` leads to it, where that can be told."""

    link: str


def serve(session: Session, port: int, ready: Callable[[str], None], *, idle: float = IDLE) -> Another | None:
    """Serve until stopped; `ready` gets the first link once requests are accepted. Gives the desk that is there already, if there is one.

    Raises UsageProblem for a port that is taken.
    """
    home = private.folder(session.home)
    # A lock of the system, which ends with the process: a desk that was killed keeps nobody out.
    lock = FileLock(home / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return Another(link=_link_of(home))
    try:
        with _bound(port) as listener:
            let_in = Pass(port=listener.getsockname()[1])
            # With the token in it, for a second `bulkportal desk` of the same person: the folder is its owner's only.
            private.write(home / _WHERE, json.dumps({"link": let_in.link}).encode())
            _run(session, let_in, listener, lambda: ready(let_in.link), idle)
    finally:
        with suppress(OSError):
            (home / _WHERE).unlink(missing_ok=True)
        session.close()
        lock.release()
    return None


def _link_of(home: Path) -> str:
    try:
        return str(json.loads((home / _WHERE).read_bytes())["link"])
    except (OSError, ValueError, KeyError):
        return ""


def _run(session: Session, let_in: Pass, listener: socket.socket, started: Callable[[], None], seconds: float) -> None:
    idle = Idle()
    app = Guard(faults_told(make_app(session)), let_in, idle.seen)
    config = uvicorn.Config(
        app, ws="none", loop="asyncio", lifespan="off", log_config=None, log_level=logging.WARNING, access_log=False, server_header=False,
        timeout_graceful_shutdown=1, h11_max_incomplete_event_size=1 << 16,
    )  # fmt: skip
    server = _Server(config, started, session.end_checks)

    async def watched() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(_end_when_idle, server, session, idle, seconds)
            await server.serve(sockets=[listener])
            group.cancel_scope.cancel()

    anyio.run(watched)


def faults_told(app: ASGIApp) -> ASGIApp:
    """The application; what it raises after it has answered has been told there, and is no matter for the terminal."""

    async def asked(scope: Scope, receive: Receive, send: Send) -> None:
        is_answered = False

        async def sent(message: Message) -> None:
            nonlocal is_answered
            is_answered = True
            await send(message)

        try:
            await app(scope, receive, sent)
        except Exception:
            if not is_answered:
                raise

    return asked


async def _end_when_idle(server: uvicorn.Server, session: Session, idle: Idle, seconds: float) -> None:
    while not server.should_exit:
        await anyio.sleep(min(seconds, 5.0) / 5)
        # The run would go on without the desk; but somebody who comes back to look at it should find it.
        if session.is_running():
            idle.seen()
        elif idle.is_over(seconds):
            server.should_exit = True


def _bound(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise UsageProblem(f"The desk cannot start: {error.strerror}.", hint="Give another --port, or 0 for a free one.") from error
    return listener
