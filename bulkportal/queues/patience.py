"""Repeats a query while the server is away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bulkportal.errors import BooksAway
from bulkportal.postgres.waiting import PATIENCE, SILENT, Wait

T = TypeVar("T")

_PAUSE = 0.3


def is_of_the_server(error: BaseException) -> bool:
    """Whether an error means that the server has gone away, so that a retry may help."""
    import psycopg
    import psycopg_pool
    from procrastinate.exceptions import ConnectorException

    kinds = BooksAway | psycopg.OperationalError | psycopg.InterfaceError | psycopg_pool.PoolClosed | psycopg_pool.PoolTimeout | ConnectorException
    # procrastinate wraps the driver's errors, so the causes are searched too.
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, kinds):
        seen = seen.__cause__ or seen.__context__
    return seen is not None


async def patiently(ask: Callable[[], Awaitable[T]], patience: float = PATIENCE) -> T:
    """The result of a query that may run twice: while the server is away it is repeated, for as long as a restart may take.

    Raises as `ask`.
    """
    until, wait, is_back = time.monotonic() + patience, Wait(patience), False
    telling = asyncio.get_running_loop().call_later(SILENT, wait.lasts)
    try:
        while True:
            try:
                answer = await ask()
            except Exception as error:
                if not is_of_the_server(error) or time.monotonic() > until:
                    raise
                await asyncio.sleep(_PAUSE)
            else:
                is_back = True
                return answer
    finally:
        telling.cancel()
        wait.end(is_back=is_back)
