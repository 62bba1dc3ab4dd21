"""Waiting for the server of the books when it is away: for how long, and what people are told of it meanwhile.

Whoever shows something to people says so by `tell_by`; without that, the wait is silent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bulkportal.counting import counted

PATIENCE = 30.0
"""Seconds for which a server that went away is waited for: a restart takes a few."""

SILENT = 2.0
"""Seconds of a wait after which it is told: a shorter one is over before somebody could read of it."""


class _Teller:
    """Tells of all waits of this process as of one: when the first of them has lasted, and when none is left."""

    def __init__(self) -> None:
        self.say: Callable[[str], None] = lambda _: None
        self._told: set[object] = set()
        self._one_at_a_time = threading.Lock()

    def tell(self, wait: object, words: str) -> None:
        with self._one_at_a_time:
            is_first = not self._told
            self._told.add(wait)
        if is_first:
            self.say(words)

    def end(self, wait: object, *, is_back: bool) -> None:
        with self._one_at_a_time:
            was_last = self._told == {wait}
            self._told.discard(wait)
        if was_last and is_back:
            self.say("PostgreSQL answers again.")


_TELLER = _Teller()


def tell_by(say: Callable[[str], None]) -> None:
    """Let people be told, from now on, of waits that last."""
    _TELLER.say = say


class Wait:
    """One wait for a server. Whoever waits has `lasts` called once `SILENT` seconds have passed, and `end` in any case."""

    def __init__(self, patience: float, where: object = "") -> None:
        seconds = counted(round(patience), "second")
        self._words = (
            f"PostgreSQL{f' ({where})' if where else ''} does not answer. It is waited for, up to {seconds}; nothing is sent meanwhile,"
            " and nothing is lost. See whether it runs, and can be reached from here."
        )

    def lasts(self) -> None:
        """Tell of it."""
        _TELLER.tell(self, self._words)

    def end(self, *, is_back: bool) -> None:
        """Tell that it is over, if it was told of."""
        _TELLER.end(self, is_back=is_back)


@contextmanager
def told(patience: float, where: object = "") -> Iterator[None]:
    """While this lasts the server is waited for; an exception means in vain."""
    wait = Wait(patience, where)
    timer = threading.Timer(SILENT, wait.lasts)
    timer.daemon = True
    timer.start()
    is_back = False
    try:
        yield
        is_back = True
    finally:
        timer.cancel()
        timer.join()
        wait.end(is_back=is_back)
