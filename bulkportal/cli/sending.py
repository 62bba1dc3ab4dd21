"""What `import` and `apply` share: the question before money, the signals, the run and its end."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bulkportal.cli import screen
from bulkportal.cli.early import Early
from bulkportal.cli.options import OutputOptions
from bulkportal.cli.queueing import carrier_here
from bulkportal.errors import Interrupted

if TYPE_CHECKING:  # the pipeline loads late
    from bulkportal.apply.circuit_breaker import CircuitBreaker
    from bulkportal.check.findings import Finding
    from bulkportal.pipeline.job import Job, Result
    from bulkportal.plan.operations import Plan
    from bulkportal.settings import Settings

T = TypeVar("T")


def send(job: Job, chosen: Settings, how: OutputOptions, *, yes: bool, log_file: Path | None) -> int:
    """Do a job with a person at the terminal: ask before spending unless `yes`, send, write the report, and return the exit code."""
    from bulkportal import pipeline
    from bulkportal.apply.circuit_breaker import CircuitBreaker
    from bulkportal.cli import console
    from bulkportal.records import log as event_log

    # Made here and not in the pipeline: the signal handler has to reach it before the first request leaves.
    brake = CircuitBreaker()
    with event_log.open_log(log_file) as log, console.Progress(quiet=how.quiet) as progress:
        asker, early = Asker(how, progress.clear, yes=yes), Early(progress.clear)
        job = replace(
            job,
            tell=progress,
            confirm=asker,
            show=asker.show,
            read=early.keep,
            adopt=asker.adopt,
            brake=brake,
            carrier=carrier_here(chosen),
            log=log,
        )
        with early.ending(how, sent=lambda: asker.agreed):
            result = interruptible(pipeline.import_(job, chosen), brake)
    console.warn(result.not_kept)
    return console.end(result.report, result.checked, how, result.plan, told=asker.told)


class Asker:
    """Shows all that matters of a plan and asks one question, after `clear` has removed the bars.

    Without a terminal the answer is no. `told` are the findings that were shown, `agreed` whether the answer was yes.
    """

    def __init__(self, how: OutputOptions, clear: Callable[[], None], *, yes: bool) -> None:
        self._how, self._clear, self._yes = how, clear, yes
        self._proposed: Result | None = None
        self.told: tuple[Finding, ...] = ()
        self.agreed = yes

    def show(self, result: Result) -> None:
        """Store the proposal that is about to be confirmed."""
        self._proposed = result

    def adopt(self, copied: str) -> bool:
        """Whether a copied ledger is to be used from now on. --yes never answers this beforehand; only this question or `runs adopt` does."""
        # Two machines with the same ledger buy everything twice, so a flag in a script must never say that the other one is gone.
        if self._yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return False
        self._clear()
        screen.say(copied, err=True)
        return _confirm("Is the other one no longer in use, so that this one may buy?")

    def __call__(self, plan: Plan) -> bool:
        """Whether to go on."""
        # Both must be a terminal: with standard error in a file nobody would see the question, and an Enter meant for something else
        # would answer it.
        if self._yes or not (sys.stdin.isatty() and sys.stderr.isatty()) or self._proposed is None:
            return self._yes
        from bulkportal.cli import console

        self._clear()
        proposal = console.show_proposal(self._proposed, plan, self._how)
        self.told = tuple(self._proposed.report.findings)
        self.agreed = _confirm(proposal.question)
        return self.agreed


def _confirm(question: str) -> bool:
    """Whether the person at the terminal answers yes; no is the default.

    Raises:
        click.Abort: it was interrupted, or the input ended.

    """
    try:
        with _interrupted_at_once():
            screen.write(screen.folded(f"{screen.one_line(question)} [y/N]: ", err=True), err=True)
            while (answer := _typed_line().strip().casefold()) not in ("y", "yes", "", "n", "no"):
                screen.write("Answer y or n: ", err=True)
    except (KeyboardInterrupt, EOFError):
        # Not a no: a script that closes its input has decided nothing, and the command ends as interrupted.
        raise click.Abort from None
    return answer in ("y", "yes")


def _typed_line() -> str:
    """The next line that is typed.

    A signal that comes just before a read that blocks is seen only behind it: so the line is waited for in short waits, and read once it is there.
    """
    while os.name != "nt" and not select.select([sys.stdin], [], [], 0.2)[0]:
        pass
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


@contextmanager
def _interrupted_at_once() -> Iterator[None]:
    """While a question waits nothing is in flight, so that Ctrl-C or SIGTERM ends the command instead of waiting for it."""
    try:
        # In place of asyncio's handlers, which would only be called once the loop runs again: the question blocks it.
        before = {number: signal.signal(number, signal.default_int_handler) for number in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread, which gets no signals
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def interruptible(work: Coroutine[object, object, T], brake: CircuitBreaker) -> T:
    """Run it; on a first interrupt, requests in flight are finished, on a second one it stops at once."""

    async def watched() -> T:
        loop = asyncio.get_running_loop()
        task = asyncio.ensure_future(work)

        def stop() -> None:
            # The second interrupt may lose answers of purchases. They are open in the ledger, and the next run asks the platform about them.
            if brake.is_interrupted:
                task.cancel()
                return
            brake.interrupt("what was in flight was finished.")
            screen.say(err=True)
            screen.say("Stopping after what is in flight; interrupt again to stop at once.", err=True)

        for number in (signal.SIGINT, signal.SIGTERM):
            try:
                loop.add_signal_handler(number, stop)
            except (NotImplementedError, ValueError, RuntimeError):  # Windows, or not the main thread
                break
        return await task

    try:
        return asyncio.run(watched())
    except asyncio.CancelledError:
        raise Interrupted("Stopped at once.", hint="Run the same command again: the platform is asked what became of the last requests.") from None
