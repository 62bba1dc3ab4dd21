"""The last word before a request leaves: asked after the pace has let it through, since that may have taken long.

Whoever sends what must not be sent twice says by `asking` what is asked; a request that only reads is not held up.
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
    """Within this, `question` is put before each request that changes something; what it raises keeps the request from leaving."""
    token = _QUESTION.set(question)
    try:
        yield
    finally:
        _QUESTION.reset(token)


def ask(request: httpx.Request) -> None:
    """Put the question, if there is one and the request changes something. Raises what it raises."""
    question = _QUESTION.get()
    if question is not None and request.method not in _READS:
        question()
