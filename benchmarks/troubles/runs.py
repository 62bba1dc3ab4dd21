"""Runs of the import in a process of their own, which can be killed. A fresh one is forked from a process that has all imported."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from bulkportal import pipeline
from bulkportal.apply import landing, ledger
from bulkportal.apply.landing import ARRIVAL
from bulkportal.errors import BulkportalError
from bulkportal.pipeline import run as running
from bulkportal.portal.secret import Secret
from bulkportal.settings import Settings
from troubles.books import address_of

KEY = "tok_live_chaos_0123456789"
_EARLY = [
    "troubles.runs",
    "httpcore",
    "anyio._backends._asyncio",
    "pandera.strategies.base_strategies",
    "pandera.backends.polars.builtin_checks",
    "pandera.backends.polars.components",
    "pandera.backends.polars.container",
]
"""What a run imports, and what its libraries import late: a new process has it all from the beginning."""
PATIENCE = 300.0
"""Seconds after which a run counts as hanging: one that the platform puts off for ever gives up by itself after two minutes of each request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A run to do. `shift` is by how many seconds its clock is wrong, `landing` for how long a request may still arrive.

    In these scenarios nothing arrives later than that, so that no run has to be waited for as long as in life.
    """

    folder: Path
    home: Path
    base_url: str
    shift: float = 0.0
    landing: float = ARRIVAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run said at its end. `states` counts its rows; `problems` are the words for those not done."""

    code: int
    message: str = ""
    states: dict[str, int] | None = None
    problems: tuple[str, ...] = ()
    planned: float | None = 0
    charged: float = 0
    crashed: bool = False


def _import(order: Order) -> Told:
    clock = _shifted(order.shift)
    running.LANDING = order.landing
    job = pipeline.Job(command="import", inputs=(order.folder,), confirm=lambda _: True, clock=lambda: clock.now(UTC))
    settings = Settings(base_url=order.base_url, key=Secret(KEY), home=order.home, ledger=address_of(order.home))
    try:
        report = asyncio.run(pipeline.import_(job, settings)).report
    except BulkportalError as error:
        return Told(code=int(error.exit_code), message=error.message)
    except Exception:  # noqa: BLE001  a crash is a verdict too
        return Told(code=7, message=traceback.format_exc(), crashed=True)
    lines = [line for line in report.lines if line.state not in ("done", "unchanged")]
    return Told(
        code=int(report.exit_code),
        message=report.message,
        states={name: count for name, count in report.totals.items() if count},
        problems=tuple(f"{line.address} {line.state}: {line.problem}" for line in lines),
        planned=report.planned,
        charged=report.charged,
    )


def _shifted(seconds: float) -> type[datetime]:
    """A clock that is wrong, for everything in this process that asks for the time of day."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + timedelta(seconds=seconds)

    for module in (landing, ledger, running):
        module.datetime = Shifted  # type: ignore[attr-defined]  a wrong clock, on purpose
    return Shifted


def _serve(orders: Connection) -> None:
    while True:
        try:
            order = orders.recv()
        except EOFError:
            return
        orders.send(_import(order))


class Runner:
    """Runs imports one after another; when it is killed, the next run gets a new process."""

    def __init__(self) -> None:
        os.environ["POLARS_MAX_THREADS"] = "1"
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_EARLY)
        self._process: BaseProcess | None = None
        self._orders: Connection | None = None

    @property
    def pid(self) -> int | None:
        """The process that works now."""
        return None if self._process is None else self._process.pid

    def run(self, order: Order) -> Told | None:
        """What the run said; None if it was killed. A run that hangs is killed and told as crashed."""
        if self._process is None or self._orders is None or not self._process.is_alive():
            self._start()
        orders, process = self._orders, self._process
        if orders is None or process is None:
            raise RuntimeError("a process did not start")
        orders.send(order)
        try:
            if not orders.poll(PATIENCE):
                process.kill()
                self.close()
                return Told(code=7, message=f"it was not done after {PATIENCE:.0f} seconds", crashed=True)
            return orders.recv()
        except (EOFError, ConnectionResetError):
            self.close()
            return None

    def _start(self) -> None:
        self.close()
        ours, theirs = self._context.Pipe()
        self._process = self._context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._orders = ours

    def close(self) -> None:
        """End the process."""
        if self._orders is not None:
            self._orders.close()
        if self._process is not None:
            self._process.join()
        self._orders = self._process = None
