"""The simulator on loopback: an application, a blocking server, and one in a thread for tests."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import uvicorn
from starlette.formparsers import MultiPartException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bulkportal.simulator import admin_api, start_data
from bulkportal.simulator.calls import Answer, ApiCall, ApiRefusal, Part
from bulkportal.simulator.disconnect import ClosableProtocol, NoOneThere, response_of
from bulkportal.simulator.request_cycle import ApiReply, exchange_api, exchange_storage
from bulkportal.simulator.routes import BASE
from bulkportal.simulator.state import SimulatorSettings, State

START_SECONDS = 10.0

# Loopback and nothing else: it accepts any key, and a key that is tried on it may be a real one.
_HOST = "127.0.0.1"


def make_app(state: State) -> ASGIApp:
    """The application over a state: the API, the storage host and the operator interface.

    Every path and every method comes here, so that all refusals are in the envelope of the API.
    """

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await _answered(state, Request(scope, receive))
        await response(scope, receive, send)

    return app


async def _answered(state: State, request: Request) -> Response:
    try:
        call = await _received(request)
    except ClientDisconnect:
        # Half a request must have no effect: its sender is gone and cannot have meant it.
        state.journal.incomplete += 1
        return NoOneThere()
    return response_of(await _dispatch(state, call))


async def _dispatch(state: State, call: ApiCall) -> ApiReply:
    path = call.path
    if path.startswith(f"{BASE}/"):
        return await exchange_api(state, _below(call, BASE))
    if path.startswith(f"{admin_api.BASE}/"):
        return ApiReply(answer=admin_api.answer(state, _below(call, admin_api.BASE)))
    if path.startswith("/_storage/"):
        return await exchange_storage(state, call)
    missing = ApiRefusal(404, "NOT_FOUND", f"There is nothing at {path}; the API is at {BASE}.")
    return ApiReply(answer=Answer(status=404, body=missing.envelope()))


def _below(call: ApiCall, base: str) -> ApiCall:
    return ApiCall(
        method=call.method,
        path=call.path.removeprefix(base),
        query=call.query,
        headers=call.headers,
        body=call.body,
        form=call.form,
    )


async def _received(request: Request) -> ApiCall:
    """The whole request; a client that breaks off raises ClientDisconnect."""
    body = await request.body()
    multipart = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    return ApiCall(
        method=request.method,
        # Still quoted: a `%2F` inside an id must not become a slash, or the request would go to another endpoint.
        path=request.scope["raw_path"].decode("ascii", "replace"),
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        body=body,
        form=await _form(request) if multipart else None,
    )


async def _form(request: Request) -> Mapping[str, str | Part] | None:
    fields: dict[str, str | Part] = {}
    try:
        async with request.form() as form:
            for name, value in form.multi_items():
                if isinstance(value, str):
                    fields[name] = value
                else:
                    fields[name] = Part(
                        filename=value.filename or "",
                        content_type=value.content_type or "",
                        content=await value.read(),
                    )
    except MultiPartException:
        return None
    return fields


class _Server(uvicorn.Server):
    """uvicorn, telling when it accepts connections."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._tell = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._tell()


def _config(state: State) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(state),
        # h11 and not httptools, whichever is installed: the faults close connections from inside a request, by the transport of this class.
        http=ClosableProtocol,
        ws="none",
        loop="asyncio",
        lifespan="off",
        log_config=None,
        log_level=logging.WARNING,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _bound(state: State, port: int) -> socket.socket:
    # asyncio turns Nagle's delay off only where the protocol is named; it costs 40 ms an answer.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError:
        listener.close()
        raise
    state.origin = f"http://{_HOST}:{listener.getsockname()[1]}"
    return listener


def _prepared(edition: str, settings: SimulatorSettings, data: Path | None) -> State:
    state = State(edition=edition, settings=settings)
    if data is not None:
        state.start = start_data.read(data)
        start_data.load(state, state.start)
    return state


def serve(
    *,
    port: int = 0,
    edition: str = "2026-02",
    data: Path | None = None,
    balance: int = 1000,
    rate: int = 120,
    ready: Callable[[str], None],
) -> None:
    """Serve until interrupted; `ready` gets the base URL once requests are accepted.

    A mistake in the start data or an unknown edition is a ValueError, a taken port an OSError.
    """
    state = _prepared(edition, SimulatorSettings(balance=balance, rate=rate), data)
    with _bound(state, port) as listener:
        base_url = f"{state.origin}{BASE}"
        _Server(_config(state), lambda: ready(base_url)).run(sockets=[listener])


class RunningSimulator:
    """The simulator in a thread of this process, for tests and demos.

    `state` may be read and changed directly.
    """

    def __init__(
        self,
        *,
        edition: str = "2026-02",
        balance: int = 1000,
        rate: int = 120,
        data: Path | None = None,
        settings: SimulatorSettings | None = None,
    ) -> None:
        chosen = settings or SimulatorSettings(balance=balance, rate=rate)
        self.state = _prepared(edition, chosen, data)
        self._listener = _bound(self.state, 0)
        self._ready = threading.Event()
        self._server = _Server(_config(self.state), self._ready.set)
        self._thread = threading.Thread(target=self._run, name="simulator", daemon=True)

    @property
    def base_url(self) -> str:
        """Where the API is."""
        return f"{self.state.origin}{BASE}"

    @property
    def operator_url(self) -> str:
        """Where the operator interface is."""
        return f"{self.state.origin}{admin_api.BASE}"

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(START_SECONDS):
            self.__exit__(None, None, None)
            raise RuntimeError(f"The simulator did not start within {START_SECONDS:.0f} seconds.")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.should_exit = True
        self._thread.join(START_SECONDS)
        self._listener.close()
