"""Ending a connection without an answer, or in the middle of one.

An ASGI application cannot close its socket, so the protocol hands each request its transport.
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bulkportal.simulator.calls import Answer
from bulkportal.simulator.request_cycle import ApiReply, ReplyEnding

_TRANSPORT = "simulator.transport"


class ClosableProtocol(H11Protocol):
    """uvicorn's HTTP/1.1, with the transport in the scope's state."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # h11 is given a transport that can write
        """Remember the transport for the requests of this connection."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, _TRANSPORT: transport}


class BrokenOff(Response):
    """A response that is sent by half, or not at all; then the connection is closed."""

    def __init__(self, answer: Answer, *, half: bool) -> None:
        super().__init__(content=answer.encoded(), status_code=answer.status, headers=dict(answer.headers))
        self.half = half

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is to be sent and close."""
        body = bytes(self.body)
        if self.half:
            start = {"type": "http.response.start", "status": self.status_code}
            await send({**start, "headers": self.raw_headers})
            # The headers with the full Content-Length are out by then, so the client sees an answer cut short and not a short answer.
            part = body[: len(body) // 2]
            await send({"type": "http.response.body", "body": part, "more_body": True})
        transport: asyncio.Transport = scope["state"][_TRANSPORT]
        transport.close()
        # uvicorn answers 500 by itself unless it has seen the connection end.
        while (await receive())["type"] != "http.disconnect":
            continue


class NoOneThere(Response):
    """For a client that went away before its request was complete."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send nothing; nobody is listening."""


def response_of(reply: ApiReply) -> Response:
    """The Starlette response for a reply."""
    answer = reply.answer
    media = "application/octet-stream" if isinstance(answer.body, bytes) else "application/json"
    named = {name.lower() for name in answer.headers}
    if answer.body != b"" and "content-type" not in named:
        answer = answer.with_headers({"Content-Type": media})
    if reply.ending is ReplyEnding.WHOLE:
        headers = dict(answer.headers)
        return Response(content=answer.encoded(), status_code=answer.status, headers=headers)
    return BrokenOff(answer, half=reply.ending is ReplyEnding.HALF)
