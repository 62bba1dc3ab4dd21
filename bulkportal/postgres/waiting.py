"""Waits for the server of the books while it is away: for how long, and what is reported meanwhile.

A program with a display registers it by `tell_by`; without that, waits are silent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bulkportal.counting import counted

PATIENCE = 30.0
"""Seconds to wait for a server that went away: a restart takes a few."""

SILENT = 2.0
"""Seconds after which a wait is reported: a shorter one is over before anybody could read about it."""


class _Teller:
    """Reports all waits of this process as one: once the first has lasted, and again when the last has ended."""

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
    """Report long waits by this function from now on."""
    _TELLER.say = say


class Wait:
    """One wait for a server. Its owner calls `lasts` once `SILENT` seconds have passed, and `end` in any case."""

    def __init__(self, patience: float, where: object = "") -> None:
        seconds = counted(round(patience), "second")
        self._words = (
            f"PostgreSQL{f' ({where})' if where else ''} does not answer. It is waited for, up to {seconds}; nothing is sent meanwhile,"
            " and nothing is lost. See whether it runs, and can be reached from here."
        )

    def lasts(self) -> None:
        """Report the wait."""
        _TELLER.tell(self, self._words)

    def end(self, *, is_back: bool) -> None:
        """Report its end, if it was reported."""
        _TELLER.end(self, is_back=is_back)


@contextmanager
def told(patience: float, where: object = "") -> Iterator[None]:
    """Report the wait for a server while the block runs; an exception means that it was in vain."""
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
        # The timer may be reporting just now: its end must not be reported first.
        timer.join()
        wait.end(is_back=is_back)
