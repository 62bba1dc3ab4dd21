"""Troubles on the platform's side: faults that kill the client, a network that goes away, an index that lags."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, ValuesView
from dataclasses import dataclass, field

from bulkportal.simulator.faults import FaultRule
from bulkportal.simulator.records import Bundle


@dataclass(slots=True, kw_only=True)
class Blow(FaultRule):
    """A fault that also kills the client when it strikes, at once or a moment later (`kill -9`)."""

    victim: Callable[[], int | None] = field(default=lambda: None)
    delay: float = 0.0

    def strikes(self) -> bool:
        """As a plain fault, and the client dies."""
        if not FaultRule.strikes(self):
            return False
        victim = self.victim()
        if victim is not None and self.delay:
            threading.Timer(self.delay, kill, (victim,)).start()
        elif victim is not None:
            kill(victim)
        return True


@dataclass(slots=True, kw_only=True)
class Gone(FaultRule):
    """No request is answered any more once another fault has struck."""

    first: FaultRule

    def strikes(self) -> bool:
        """Whether the network is gone."""
        return self.first.struck > 0


def kill(process: int) -> None:
    """`kill -9`, unless it is dead already."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


class Lagging(dict[str, Bundle]):
    """Books whose list and whose look-up by reference lag behind: a new bundle is there, and not found before the index has caught up."""

    def __init__(self) -> None:
        super().__init__()
        self._indexed: frozenset[str] = frozenset()

    def catch_up(self) -> None:
        """From now on all that is there is found."""
        self._indexed = frozenset(self)

    def values(self) -> ValuesView[Bundle]:
        """The bundles that are found."""
        return {name: bundle for name, bundle in self.items() if name in self._indexed}.values()

    def everything(self) -> Iterator[Bundle]:
        """All bundles."""
        return iter(dict.values(self))
