"""Several requests at once: never more than a few, their results in order, and a failure raised as itself."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from bulkportal.portal.failures import Failure

AT_ONCE = 4

T = TypeVar("T")
U = TypeVar("U")


async def each(items: Iterable[T], read: Callable[[T], Awaitable[U]], *, at_once: int = AT_ONCE) -> list[U]:
    """The result of `read` for each item, in order. The first failure cancels the others and is raised as itself, not in a group."""
    queue = iter(enumerate(items))
    found: dict[int, U] = {}

    async def work() -> None:
        # One iterator for all of them: each takes what is next, so a slow answer holds nobody up.
        for number, item in queue:
            found[number] = await read(item)

    # Raised after the block: what is raised inside an except* is wrapped in a group once more.
    first: Failure
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(work())
        return [found[number] for number in sorted(found)]
    except* Failure as failures:
        first = _first(failures)
    raise first


def _first(group: BaseExceptionGroup[Failure]) -> Failure:
    inner = group.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
