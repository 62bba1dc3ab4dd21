"""The jobs: a command line is run in a process of its own, as if typed on this machine; a file is inspected, or uploaded."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from procrastinate import BaseRetryStrategy, Blueprint, JobContext, RetryDecision
from procrastinate.jobs import Job as QueuedJob

from bulkportal import redaction
from bulkportal.counting import counted
from bulkportal.errors import BulkportalError, ExitCode
from bulkportal.pipeline.portal_session import open_portal
from bulkportal.pipeline.transferring import MediaTransfer, looked_at, transferred
from bulkportal.queues.job_results import Ending, Results
from bulkportal.queues.order import FAN_OUT, IMPORTS, MEDIA, QueuedCommand
from bulkportal.queues.patience import is_of_the_server, patiently
from bulkportal.queues.tables import OF_ONE_FILE, OF_ONE_LOOK
from bulkportal.settings import Settings, profile_of, resolve

_AGAIN: Mapping[int, float] = {ExitCode.TEMPORARY: 60, ExitCode.LOCKED: 20, ExitCode.INTERRUPTED: 0}
"""Exit codes after which a job goes back into its queue, with the seconds after which it may be taken again."""

_NEEDS_SOMEBODY = (ExitCode.USAGE, ExitCode.KEY, ExitCode.FAULT, ExitCode.STALE)

_MOST_TRIES = 30


class HandedBack(Exception):
    """The job goes back into its queue."""

    def __init__(self, code: int, seconds: float) -> None:
        super().__init__(f"handed back after exit code {code}")
        self.seconds = seconds


class NeedsSomebody(Exception):
    """No worker can do the job as it is: a person must look. The exception makes procrastinate mark it as failed."""


class _Later(BaseRetryStrategy):
    """Retries jobs that were handed back, and no others."""

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> RetryDecision | None:
        if isinstance(exception, HandedBack) and job.attempts < _MOST_TRIES:
            return RetryDecision(retry_in={"seconds": int(exception.seconds)})
        return None


@dataclass(slots=True)
class Hands:
    """The commands that this worker is running. Once it is `stopping`, each finishes what is in flight and no other begins.

    `ended` counts completed jobs by the task's name.
    """

    running: set[asyncio.subprocess.Process] = field(default_factory=set)
    stopping: bool = False
    ended: Counter[str] = field(default_factory=Counter)

    def stop(self) -> None:
        """Tell each command to finish what is in flight."""
        self.stopping = True
        for process in self.running:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)


# One for the process: procrastinate calls the jobs as plain functions.
HANDS = Hands()


async def carry_out(context: JobContext, /, **said: Any) -> int:
    """Run a command line; returns its exit code. The job is handed back where running it again may help."""
    order, job = QueuedCommand.from_json(said), context.job.id or 0
    if HANDS.stopping:
        raise HandedBack(ExitCode.INTERRUPTED, 0)
    results: Results = context.additional_context["results"]
    results.began(job, order)
    altered = await asyncio.to_thread(order.altered)
    if altered:
        message = f"{altered} is no longer the file that was handed over. Look at it, and hand it over again."
        code, document = int(ExitCode.STALE), {"message": message}
    else:
        code, document = await _run(order)
    results.ended(job, _ending(code, document))
    HANDS.ended["carry_out"] += 1
    # Negative: killed by a signal, for example for its memory. What it had in flight is open in the ledger, so the next
    # attempt asks before it sends.
    if code in _AGAIN or code < 0:
        raise HandedBack(code, _AGAIN.get(code, 5))
    if code in _NEEDS_SOMEBODY:
        raise NeedsSomebody(f"exit code {code}")
    return code


async def _run(order: QueuedCommand) -> tuple[int, dict[str, Any]]:
    """The exit code of the command, negative for a signal that killed it, and its JSON document."""
    # A process of its own: a launch that exhausts the memory, or hangs, must not take the worker and its other jobs with it.
    environment = {**os.environ, FAN_OUT: "1"}
    folder = order.folder or None
    if folder is not None and not os.path.isdir(folder):  # noqa: PTH112, ASYNC240 - one look
        return ExitCode.USAGE, {"message": f"The folder {folder} is no longer there."}
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
        if HANDS.stopping:  # `stop` was called while the process was starting, and did not reach it
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


# Also from `running`: a job taken back from a killed worker must find its file.
_TAKE = f"UPDATE transfers SET state='running'{OF_ONE_FILE} AND state IN ('waiting','running') RETURNING state"  # noqa: S608 - our own names
_KEEP = (
    "UPDATE transfers SET state=%(state)s, public_url=%(public_url)s, storage_path=%(storage_path)s, request_id=%(request_id)s, words=%(words)s"  # noqa: S608 - our own names
    f"{OF_ONE_FILE} AND state='running' RETURNING state"
)

_TAKE_LOOK = f"UPDATE looks SET state='running'{OF_ONE_LOOK} AND state IN ('waiting','running') RETURNING state"  # noqa: S608 - our own names
_KEEP_LOOK = (
    f"UPDATE looks SET state=%(state)s, facts=%(facts)s, words=%(words)s{OF_ONE_LOOK}"  # noqa: S608 - our own names
    " AND state='running' RETURNING state"
)


async def transfer(context: JobContext, /, **said: Any) -> str:
    """Upload a file for the launch that waits for it, unless the launch has started to do so itself.

    The job is handed back while the server is away, since the launch waits for it.
    """
    return await _handed_back_if_away(_transferred, context, said)


async def look(context: JobContext, /, **said: Any) -> str:
    """Inspect a file for the launch that waits for it, unless the launch has done so itself; handed back as a transfer is."""
    return await _handed_back_if_away(_looked, context, said)


async def _handed_back_if_away(work: Callable[[JobContext, dict[str, Any]], Awaitable[str]], context: JobContext, said: dict[str, Any]) -> str:
    try:
        return await work(context, said)
    except Exception as error:
        if not is_of_the_server(error):
            raise
        raise HandedBack(ExitCode.TEMPORARY, 1) from error


async def _ask(context: JobContext, statement: str, **values: Any) -> list[dict[str, Any]]:
    return await patiently(lambda: context.app.connector.execute_query_all_async(statement, **values))


async def _looked(context: JobContext, said: dict[str, Any]) -> str:
    row = {"ask": str(said["ask"]), "place": str(said["place"])}
    if not await _ask(context, _TAKE_LOOK, **row):
        return "not needed"
    try:
        settings = _settings_of(said)
        facts = await looked_at(row["place"], settings.home)
    except (BulkportalError, OSError) as problem:
        words = problem.message if isinstance(problem, BulkportalError) else problem.strerror or type(problem).__name__
        await _ask(context, _KEEP_LOOK, **row, state="failed", facts="", words=redaction.masked(words)[:500])
        return "failed"
    await _ask(context, _KEEP_LOOK, **row, state="done", facts=facts.to_text(), words="")
    HANDS.ended["look"] += 1
    return "done"


def _settings_of(said: Mapping[str, Any]) -> Settings:
    """The settings of the job's profile on this machine."""
    return resolve(profile=profile_of(os.environ, str(said.get("profile") or "") or None))


async def _transferred(context: JobContext, said: dict[str, Any]) -> str:
    file = MediaTransfer.from_json(said)
    place = {"workspace": file.workspace, "bundle_id": file.bundle_id, "sha256": file.sha256, "purpose": file.purpose}
    if not await _ask(context, _TAKE, **place):
        return "not needed"
    nothing: dict[str, Any] = {"public_url": "", "storage_path": "", "request_id": None, "words": ""}
    try:
        settings = _settings_of(said)
        async with open_portal(settings) as portal:
            done = await transferred(portal, file, settings.home)
    except BulkportalError as problem:
        await _ask(context, _KEEP, **place, **nothing | {"state": "failed", "words": redaction.masked(problem.message)[:500]})
        return "failed"
    found = {"public_url": done.public_url or "", "storage_path": done.storage_path or "", "request_id": done.request_id}
    await _ask(context, _KEEP, **place, **nothing | found | {"state": "done"})
    HANDS.ended["transfer"] += 1
    return "done"


def _ending(code: int, document: dict[str, Any]) -> Ending:
    run_id, report = (str(document.get(name) or "") for name in ("run_id", "report"))
    return Ending(exit_code=code, run_id=run_id, report=report, words=redaction.masked(_why(code, document))[:500])


def _why(code: int, document: dict[str, Any]) -> str:
    """Why a command ended as it did, by its own document: what ended it, else which rows are not done, and the first error."""
    if code < 0:
        return f"It was killed from outside, such as for its memory (signal {-code})."
    launches = [f"{one['name']}: {one['message']}" for one in document.get("launches") or () if one.get("message") and one.get("exit_code")]
    said = (document.get("message"), document.get("trouble"), "; ".join(launches))
    told = next((str(words) for words in said if words), "")
    if told or not code:
        return told
    rows: Mapping[str, int] = document.get("rows") or {}
    left = [f"{count} {state}" for state, count in rows.items() if count and state not in ("total", "done", "unchanged")]
    parts = [f"Of {counted(rows['total'], 'row')}, not done: {', '.join(left)}."] if left else []
    parts += [f"{one['cell'] or one['file']}: {one['message']}" for one in document.get("findings") or () if one.get("severity") == "error"][:1]
    return " ".join(parts) or "It did not say why."


def blueprint() -> Blueprint:
    """The tasks, made for each app: procrastinate changes their names when it adds a blueprint."""
    made = Blueprint()
    made.task(name="carry_out", queue=IMPORTS, pass_context=True, retry=_Later())(carry_out)
    for work in (look, transfer):
        made.task(name=work.__name__, queue=MEDIA, pass_context=True, retry=_Later())(work)
    return made
