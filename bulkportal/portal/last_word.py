"""A last check before a request leaves: made after the rate limiter has let it through, since that may have taken long.

A caller that sends what must not be sent twice sets the check by `asking`; requests that only read are not checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpx

_QUESTION: ContextVar[Callable[[], None] | None] = ContextVar("last_word", default=None)

_READS = ("GET", "HEAD")


@contextmanager
def asking(question: Callable[[], None]) -> Iterator[None]:
    """Within this context, `question` is called before each request that changes something; if it raises, the request is not sent."""
    token = _QUESTION.set(question)
    try:
        yield
    finally:
        _QUESTION.reset(token)


def ask(request: httpx.Request) -> None:
    """Call the check, if there is one and the request changes something. Raises what it raises."""
    question = _QUESTION.get()
    if question is not None and request.method not in _READS:
        question()
