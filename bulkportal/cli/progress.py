"""Bars on a terminal: one for the steps, one for all bytes, one for each large file; plain lines elsewhere.

All of them have the same columns, so that they read as a table: name, part, bar, amount, pace, time left.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from typing import NoReturn

from tqdm import tqdm

from bulkportal.apply.outcomes import Transfer
from bulkportal.cli import screen

LINE_EVERY = 5.0
_LEAST_BAR = 4_000_000
"""Bytes from which a file gets a bar of its own: smaller ones are sent before anybody could read it."""

_LEAST_NAME, _MOST_NAME = 20, 44

_HEAD = "{desc} {percentage:3.0f}% {bar} "
_BYTES = _HEAD + "{n_fmt:>5} of {total_fmt:>5}B {rate_fmt:>10} {remaining:>5} left"
_STILL = _HEAD + "{n_fmt:>5} of {total_fmt:>5}B STILL"
_STEPS = _HEAD + "{n_fmt:>5} of {total_fmt:>5} PACE LEFT"
_UNKNOWN = "{desc} ... {elapsed}"


class StepBar:
    """The current step, and how much is done."""

    def __init__(self, text: str) -> None:
        self._bar: tqdm[NoReturn] = tqdm(desc=text, file=sys.stderr, dynamic_ncols=True, leave=False, mininterval=0.2, bar_format=_UNKNOWN)
        self._pace = ""
        self._timed = True

    def show(self, text: str, *, done: int, total: int, pace: str) -> None:
        """Show the step; a `total` of 0 is not known yet. `pace` is a word or two of about ten letters."""
        bar = self._bar
        # `reset` starts the clock again: the time spent on checking must not count into the pace of sending.
        if total and bar.total != total:
            bar.reset(total=total)
        bar.set_description_str(_fitted(text, _name_width()) if total else text, refresh=False)
        # Never back: bundles are worked on at the same time, and their events may arrive out of order.
        bar.update(max(done - bar.n, 0))
        self._pace = pace
        self._draw()

    def untimed(self) -> None:
        """Show no time left any more: files are being sent, and a step takes as long as its file."""
        if self._timed:
            self._timed = False
            self._draw()

    def close(self) -> None:
        """Remove the bar."""
        self._bar.close()

    def _draw(self) -> None:
        left = "{remaining:>5} left" if self._timed else " " * 10
        known = _STEPS.replace("PACE", f"{self._pace:>11}").replace("LEFT", left)
        self._bar.bar_format = known if self._bar.total else _UNKNOWN
        self._bar.refresh()


class ProgressBars:
    """Shows transfers on standard error; `close` removes everything again."""

    def __init__(self, *, terminal: bool) -> None:
        self._terminal = terminal
        self._all: tqdm[NoReturn] | None = None
        self._files: dict[str, tqdm[NoReturn]] = {}
        self._said: dict[str, float] = {}
        self._started = time.monotonic()
        self._last = 0.0

    def show(self, transfer: Transfer, text: str) -> None:
        """Show the progress of a transfer."""
        if not transfer.still:
            self._said.pop(transfer.name, None)
        if transfer.still and not (self._terminal and transfer.name in self._files):
            self._stands(transfer, text)
        elif self._terminal:
            self._bars(transfer)
        else:
            self._line(transfer)

    def close(self) -> None:
        """Remove the bars."""
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
        if bar is None:
            return
        if transfer.over:
            self._take_away(self._files.pop(transfer.name))
            return
        looks = _STILL.replace("STILL", f"{f'still for {transfer.still:.0f} s':>21}") if transfer.still else _BYTES
        changed, bar.bar_format = looks != bar.bar_format, looks
        bar.update(transfer.sent - bar.n)
        if changed:
            bar.refresh()

    def _take_away(self, gone: tqdm[NoReturn]) -> None:
        """Close a bar and let those below it move up, so that no gap remains."""
        # tqdm itself moves up only bars that did not fit on the screen, and leaves a hole between the others.
        place = gone.pos
        gone.close()
        for bar in sorted(self._files.values(), key=lambda bar: bar.pos):
            if bar.pos > place:
                bar.clear()
                bar.pos -= 1
                bar.refresh()

    def _stands(self, transfer: Transfer, text: str) -> None:
        """Print a line when a transfer stalls, and again only when that has lasted twice as long."""
        if transfer.still >= 2 * self._said.get(transfer.name, 0.0):
            self._said[transfer.name] = transfer.still
            tqdm.write(screen.one_line(f"{text}."), file=sys.stderr)

    def _line(self, transfer: Transfer) -> None:
        moment = time.monotonic()
        if moment - self._last < LINE_EVERY and transfer.all_sent < transfer.all_size:
            return
        self._last = moment
        rate = transfer.all_sent / max(moment - self._started, 0.001)
        words = [f"{_size(transfer.all_sent)} of {_size(transfer.all_size)} uploaded", f"{_size(rate)} a second"]
        if rate and transfer.all_sent < transfer.all_size:
            words.append(f"about {tqdm.format_interval((transfer.all_size - transfer.all_sent) / rate)} left")
        screen.say(f"{', '.join(words)}: {transfer.name}", err=True)


def _bar(name: str, size: int) -> tqdm[NoReturn]:
    return tqdm(
        total=size, desc=_fitted(name, _name_width()), unit="B", unit_scale=True, file=sys.stderr,
        dynamic_ncols=True, leave=False, mininterval=0.2, bar_format=_BYTES,
    )  # fmt: skip


def _name_width() -> int:
    """A third of the screen."""
    columns = 80
    with contextlib.suppress(OSError):
        columns = os.get_terminal_size(sys.stderr.fileno()).columns
    return min(max(columns // 3, _LEAST_NAME), _MOST_NAME)


def _fitted(name: str, width: int) -> str:
    """A name of exactly that width; a long one loses its middle, since files differ at their ends."""
    half = (width - 3) // 2
    return f"{name:<{width}}" if len(name) <= width else f"{name[: width - 3 - half]}...{name[-half:]}"


def _size(count: float) -> str:
    return f"{tqdm.format_sizeof(count)}B"
