"""The jobs: a command line is carried out in a process of its own, as if somebody had typed it here; a file is transferred."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job as QueuedJob

from bulkportal import redaction
from bulkportal.errors import ExitCode
from bulkportal.queues.order import IMPORTS, MEDIA, Order
from bulkportal.queues.results import Ending, Results

tasks = Blueprint()

FAN_OUT = "BULKPORTAL_FAN_OUT"
"""The variable by which a worker tells the commands that it runs that others may transfer their files."""

_AGAIN = {ExitCode.TEMPORARY: 60, ExitCode.LOCKED: 20, ExitCode.INTERRUPTED: 0}
"""Exit codes after which a job is handed back, and after how many seconds it may be taken again."""

_NEEDS_SOMEBODY = (ExitCode.USAGE, ExitCode.KEY, ExitCode.FAULT)

_MOST_TRIES = 30


class HandedBack(Exception):
    """The job goes back into its queue."""

    def __init__(self, code: int, seconds: float) -> None:
        super().__init__(f"handed back after exit code {code}")
        self.seconds = seconds


class NeedsSomebody(Exception):
    """No worker can do it as it is: a person must look."""


class _Later(BaseRetryStrategy):
    """What was handed back comes again; all else does not."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, HandedBack) and job.attempts < _MOST_TRIES:
            return RetryDecision(retry_in={"seconds": int(exception.seconds)})
        return None


@dataclass(slots=True)
class Hands:
    """The commands that this worker runs just now. Once it is `stopping`, each ends what is in flight and no other begins."""

    running: set[asyncio.subprocess.Process] = field(default_factory=set)
    stopping: bool = False

    def stop(self) -> None:
        """Let each command end what is in flight."""
        self.stopping = True
        for process in self.running:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)


HANDS = Hands()


@tasks.task(name="carry_out", queue=IMPORTS, pass_context=True, retry=_Later())
async def carry_out(context: JobContext, /, **said: Any) -> int:
    """Carry out a command line; gives its exit code. It is handed back where running it again may help."""
    order, job = Order.from_json(said), context.job.id or 0
    if HANDS.stopping:
        raise HandedBack(ExitCode.INTERRUPTED, 0)
    results: Results = context.additional_context["results"]
    results.began(job, order)
    code, document = await _run(order)
    results.ended(job, _ending(code, document))
    if code in _AGAIN or code < 0:
        raise HandedBack(code, _AGAIN.get(ExitCode(code), 5) if code in _AGAIN else 5)
    if code in _NEEDS_SOMEBODY:
        raise NeedsSomebody(f"exit code {code}")
    return code


async def _run(order: Order) -> tuple[int, dict[str, Any]]:
    """The exit code of the command, below nought for a signal that killed it, and what it said in JSON."""
    environment = {**os.environ, FAN_OUT: "1"}
    folder = order.folder or None
    if folder is not None and not os.path.isdir(folder):  # noqa: PTH112, ASYNC240 - one look
        return ExitCode.USAGE, {"error": {"message": f"The folder {folder} is not there any more."}}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bulkportal", *order.words, "--json"),
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    HANDS.running.add(process)
    try:
        if HANDS.stopping:
            process.send_signal(signal.SIGTERM)
        out, _ = await process.communicate()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()
        raise
    finally:
        HANDS.running.discard(process)
    with suppress(ValueError):
        said = json.loads(out)
        return process.returncode or 0, said if isinstance(said, dict) else {}
    return process.returncode or 0, {}


def _ending(code: int, document: dict[str, Any]) -> Ending:
    error = document.get("error")
    words = error.get("message", "") if isinstance(error, dict) else str(error or "")
    run_id, report = (str(document.get(name) or "") for name in ("run_id", "report"))
    return Ending(exit_code=code, run_id=run_id, report=report, words=redaction.masked(words)[:500])


__all__ = ["FAN_OUT", "HANDS", "MEDIA", "carry_out", "tasks"]
