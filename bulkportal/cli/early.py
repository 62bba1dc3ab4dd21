"""A command that a problem ends after its files were read: its rows are still counted, and one document reports them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from bulkportal.cli.options import OutputOptions
from bulkportal.errors import BulkportalError, ExitCode, Interrupted

if TYPE_CHECKING:
    from bulkportal.pipeline.job import CutShort


_ELSEWHERE = (ExitCode.FAULT, ExitCode.STALE)
"""A fault has its trace, and a stale plan is about its lines, not about rows."""


class EarlyEnd(click.exceptions.Exit):
    """The command has reported everything, and ends with this code."""


class Early:
    """Holds, once the files are read, what turns a problem into a result. `clear` removes the bars before it is reported."""

    def __init__(self, clear: Callable[[], None]) -> None:
        self._clear = clear
        self._made: CutShort | None = None

    def keep(self, made: CutShort) -> None:
        """Store it: the files are read."""
        self._made = made

    @contextmanager
    def ending(self, how: OutputOptions, *, sent: Callable[[], bool] = bool) -> Iterator[None]:
        """Report a problem with the rows it concerns; `sent` is whether requests may have left by then.

        By default it is `bool`, which called without anything gives False: a command that only reads sends nothing.
        """
        try:
            yield
        except (click.Abort, KeyboardInterrupt):
            self._end(Interrupted("Interrupted.", hint="Run the same command again; it goes on where it stopped."), how, sent=sent())
            raise
        except BulkportalError as problem:
            self._end(problem, how, sent=sent() and isinstance(problem, Interrupted))
            raise

    def _end(self, problem: BulkportalError, how: OutputOptions, *, sent: bool) -> None:
        if self._made is None or problem.exit_code in _ELSEWHERE:
            return
        from bulkportal.cli import console

        self._clear()
        result = self._made(problem, sent=sent)
        # Another run's report must not be written over, nor the user's own workbook for nothing.
        keeps = problem.exit_code is ExitCode.LOCKED or how.in_place is not None
        console.end_early(result.report, result.checked, replace(how, in_place=None, report=None if keeps else how.report), problem)
        raise EarlyEnd(problem.exit_code) from None
