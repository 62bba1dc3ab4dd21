"""Bytes on their way: a bar for each file and one for all of them on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import NoReturn

import click
from tqdm import tqdm

from bulkportal.apply.outcomes import Transfer

LINE_EVERY = 5.0
_LEAST_BAR = 4_000_000
"""Bytes from which a file gets a bar of its own: smaller ones are gone before one could read it."""


class Bars:
    """Shows transfers on standard error; `close` takes everything away again."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._all: tqdm[NoReturn] | None = None
        self._files: dict[str, tqdm[NoReturn]] = {}
        self._started = time.monotonic()
        self._last = 0.0

    def show(self, transfer: Transfer, text: str) -> None:
        """Show how far a transfer is."""
        if transfer.still:
            tqdm.write(f"{text}.", file=sys.stderr)
        elif self._terminal:
            self._bars(transfer)
        else:
            self._line(transfer)

    def close(self) -> None:
        """Take the bars away."""
        for bar in (*self._files.values(), *([self._all] if self._all else ())):
            bar.close()
        self._files, self._all = {}, None

    def _bars(self, transfer: Transfer) -> None:
        if self._all is None:
            self._all = _bar("all files", transfer.all_size)
        self._all.update(transfer.all_sent - self._all.n)
        bar = self._files.get(transfer.name)
        if bar is None and transfer.size >= _LEAST_BAR and not transfer.over:
            bar = self._files[transfer.name] = _bar(transfer.name, transfer.size)
        if bar is not None:
            bar.update(transfer.sent - bar.n)
            if transfer.over:
                self._files.pop(transfer.name).close()

    def _line(self, transfer: Transfer) -> None:
        moment = time.monotonic()
        if moment - self._last < LINE_EVERY and transfer.all_sent < transfer.all_size:
            return
        self._last = moment
        rate = transfer.all_sent / max(moment - self._started, 0.001)
        words = [f"{_size(transfer.all_sent)} of {_size(transfer.all_size)} uploaded", f"{_size(rate)} a second"]
        if rate and transfer.all_sent < transfer.all_size:
            words.append(f"about {tqdm.format_interval((transfer.all_size - transfer.all_sent) / rate)} left")
        click.echo(f"{', '.join(words)}: {transfer.name}", err=True)


def _bar(name: str, size: int) -> tqdm[NoReturn]:
    shown = name if len(name) <= 24 else f"{name[:12]}...{name[-9:]}"
    return tqdm(total=size, desc=f"{shown:<24}", unit="B", unit_scale=True, file=sys.stderr, dynamic_ncols=True, leave=False, mininterval=0.2)


def _size(count: float) -> str:
    return f"{tqdm.format_sizeof(count)}B"
