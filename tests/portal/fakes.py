"""A clock that jumps instead of waiting, a platform in a function, and a real server for what needs one."""

from __future__ import annotations

import asyncio
import contextlib
import selectors
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from typing import TypeVar

import httpx
import uvicorn
from starlette.applications import Starlette

from bulkportal.portal.client import Portal
from bulkportal.portal.pacing import Timing
from bulkportal.portal.secret import Secret

BASE = "https://platform.example/api/ext"
KEY = "tok_live_0123456789abcdef"

_Result = TypeVar("_Result")
Handler = Callable[[httpx.Request], httpx.Response]


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting for time to pass, lets it have passed."""

    now = 0.0

    def select(self, timeout: float | None = None):  # type: ignore[no-untyped-def]
        if timeout:
            self.now += timeout
        return super().select(0)


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run(main: Coroutine[object, object, _Result]) -> _Result:
    """Run with a clock that jumps: an hour of waiting costs nothing."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(main)


def now() -> float:
    """The jumping clock."""
    return asyncio.get_running_loop().time()


def timing() -> Timing:
    """The jumping clock, without dice."""
    return Timing(clock=now, sleep=asyncio.sleep, jitter=lambda: 0.0)


class Played(httpx.AsyncBaseTransport):
    """A transport that plays a list of answers and exceptions, the last for ever, and keeps the requests."""

    def __init__(self, *script: httpx.Response | Exception, latency: float = 0.0) -> None:
        self.script = script
        self.latency = latency
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        step = self.script[min(len(self.requests), len(self.script) - 1)]
        self.requests.append(request)
        await request.aread()
        await asyncio.sleep(self.latency)
        if isinstance(step, Exception):
            raise step
        return httpx.Response(step.status_code, headers=step.headers, content=step.content)


@contextlib.asynccontextmanager
async def portal_to(transport: httpx.AsyncBaseTransport | Handler, storage: httpx.AsyncBaseTransport | None = None) -> AsyncIterator[Portal]:
    """A portal whose platform is a transport or a function."""
    inner = transport if isinstance(transport, httpx.AsyncBaseTransport) else httpx.MockTransport(transport)
    made = Portal(base_url=BASE, key=Secret(KEY), version="1.0", transport=inner, storage=storage, timing=timing())
    async with made as portal:
        yield portal


@contextlib.contextmanager
def served(app: Starlette) -> Iterator[str]:
    """A real server on this machine; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=5)
        listener.close()
