"""A process in which a night kills itself at one of its steps."""

from __future__ import annotations

import os
import signal
from typing import Any

from bulkportal.automate import batch_run
from bulkportal.automate.remote_inbox import RemoteInbox
from bulkportal.records.history import RunHistory


def _strike(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def strikes_at(point: str) -> None:
    """A night of a folder kills itself there."""
    owner, name = {"imported": (RunHistory, "decide"), "decided": (batch_run, "move"), "moved": (RunHistory, "mark_moved")}[point]
    setattr(owner, name, _strike)


def strikes_beside(point: str) -> None:
    """A night of a bucket or a server kills itself before or after that step."""
    name, _, when = point.partition("/")
    owner: Any = RunHistory if hasattr(RunHistory, name) else RemoteInbox
    done = getattr(owner, name)

    def strike(self: object, *words: Any, **more: Any) -> Any:
        if when == "after":
            done(self, *words, **more)
        if name != "_put" or "/done/" in str(words[0]):
            os.kill(os.getpid(), signal.SIGKILL)
        return done(self, *words, **more)

    setattr(owner, name, strike)
