"""A process with less of the fence, and one that is stopped at a point of it."""

from __future__ import annotations

import os
import signal
from typing import Any

import httpx

from bulkportal.apply.ledger import Ledger
from bulkportal.apply.postgres_claim import PostgresClaim
from bulkportal.plan.operations import Operation
from bulkportal.web import Prompt


def without(fence: str, put: object) -> None:
    """Take away what is not of this fence: `put` sets an attribute, as `setattr` does."""
    assert callable(put)
    if fence in ("none", "epoch"):
        put(PostgresClaim, "try_alone", lambda *_: None)
        put(PostgresClaim, "is_alone", lambda *_: True)
    if fence == "none":
        put(PostgresClaim, "keep", lambda *_: None)
        put(Ledger, "last_word", lambda *_: None)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def stops(point: str, fence: str) -> None:
    """In this process: without what is not of the fence, and stopped at that point."""
    without(fence, setattr)
    if point == "after begin":
        begin = Ledger.begin

        def begun(self: Ledger, operation: Operation, *rest: Any) -> Any:
            entry = begin(self, operation, *rest)
            if operation.paid:
                _stop()
            return entry

        Ledger.begin = begun  # type: ignore[method-assign]
        return
    send = Prompt.handle_async_request

    async def sent(self: Prompt, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and request.url.path.endswith("add-video-slots"):
            _stop()
        return await send(self, request)

    Prompt.handle_async_request = sent  # type: ignore[method-assign]
