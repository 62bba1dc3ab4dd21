"""The state of the queues: what waits, runs and is stuck, by profile, how much of each key's rate is used, and how long the rest may take."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bulkportal.database import Row
from bulkportal.errors import ExitCode, UsageProblem
from bulkportal.portal.server_rate import levels
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.books import PostgresBooks
from bulkportal.queues.engine import prepare
from bulkportal.queues.tables import QUEUES

SCHEMA = "bulkportal.queue/1"

STALLED = 60.0
"""Seconds without a heartbeat of its worker after which a job counts as stuck, and is taken back."""

APPROVABLE = ("import", "apply")
"""The commands that ask before they pay; in a queue, where nobody can be asked, they wait for an approval."""

YES = ("--yes", "-y")

_LAST_DONE = 20

# Without inspections among the jobs that are done: one launch may queue hundreds, which would push the launches off the list.
_JOBS = """
SELECT j.id, j.queue_name, j.task_name, j.status::text AS status, j.attempts, j.args::text AS args, j.scheduled_at::text AS after,
    w.last_heartbeat IS NOT NULL AND w.last_heartbeat > now() - make_interval(secs => ?) AS alive,
    (SELECT min(e.at)::text FROM procrastinate_events e WHERE e.job_id = j.id) AS queued_at,
    r.host, r.began_at, r.ended_at, r.exit_code, r.run_id, r.report, r.words, r.bucket
FROM procrastinate_jobs j LEFT JOIN procrastinate_workers w ON w.id = j.worker_id LEFT JOIN results r ON r.job = j.id
WHERE j.status::text IN ('todo','doing','failed')
    OR j.id IN (SELECT id FROM procrastinate_jobs WHERE status::text NOT IN ('todo','doing','failed') AND task_name <> 'bulkportal:look'
        ORDER BY id DESC LIMIT ?)
ORDER BY j.id
"""

_MEAN = "SELECT avg(ended_at - began_at) AS mean FROM (SELECT * FROM results WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT 20) last"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedJob:
    """A job: its state is waiting, running, stuck or done. `exit_code` and the fields after it describe its last attempt.

    `message` is why that ended as it did, `next_step` what a person must do, if one must.
    """

    job: int
    queue: str
    state: str
    files: tuple[str, ...]
    command: str = ""
    profile: str = ""
    attempts: int = 0
    queued_at: str = ""
    host: str = ""
    exit_code: int | None = None
    run_id: str = ""
    report: str = ""
    message: str = ""
    next_step: str = ""

    def to_json(self) -> dict[str, Any]:
        """The job for scripts."""
        return {name: list(value) if isinstance(value, tuple) else value for name in self.__slots__ for value in (getattr(self, name),)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All queues. `rates` is the share of its rate limit that each profile's key has used; `seconds_left` an estimate, or None."""

    jobs: tuple[QueuedJob, ...]
    workers: int
    rates: Mapping[str, float]
    seconds_left: float | None

    def count(self, state: str) -> int:
        """How many jobs are in a state."""
        return sum(job.state == state for job in self.jobs)

    def by(self, name: str) -> dict[str, dict[str, int]]:
        """The jobs that are not done, by queue or profile and by state."""
        counts: dict[str, Counter[str]] = {}
        for job in self.jobs:
            if job.state != "done":
                counts.setdefault(str(getattr(job, name)) or "none", Counter())[job.state] += 1
        return {key: {state: found[state] for state in ("waiting", "running", "stuck")} for key, found in counts.items()}

    def to_json(self) -> dict[str, Any]:
        """The document of `queue status`."""
        return {
            "schema": SCHEMA,
            **{state: self.count(state) for state in ("waiting", "running", "stuck")},
            "workers": self.workers,
            "queues": self.by("queue"),
            "profiles": self.by("profile"),
            "rates": dict(self.rates),
            "seconds_left": self.seconds_left,
            "jobs": [job.to_json() for job in self.jobs],
        }


def look(address: PostgresAddress, stalled: float = STALLED) -> Standing:
    """The state of the queues now. Raises as `PostgresBooks` does."""
    prepare(address)
    with PostgresBooks(address, QUEUES) as books:
        rows = books.rows(_JOBS, stalled, _LAST_DONE)
        alive = "SELECT count(*) AS alive FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => ?)"
        workers = int(books.rows(alive, stalled)[0]["alive"])
        mean = books.rows(_MEAN)[0]["mean"]
        rates = _rates(books, rows)
    jobs = tuple(map(_job, rows))
    left = sum(job.state in ("waiting", "running") and job.queue.startswith("imports") for job in jobs)
    seconds = None if mean is None or not workers else left * float(mean) / workers
    return Standing(jobs=jobs, workers=workers, rates=rates, seconds_left=0.0 if not left else seconds)


def _job(row: Row) -> QueuedJob:
    said = json.loads(row["args"])
    words: Sequence[str] = said.get("words", ())
    return _with_next_step(_queued(row, said, words), words)


def _with_next_step(job: QueuedJob, words: Sequence[str]) -> QueuedJob:
    if job.state != "stuck":
        return job
    if job.exit_code is None:
        return replace(job, next_step="Its worker has fallen silent: another one takes it back by itself.")
    back = f"bulkportal queue retry {job.job}"
    # It has a run id, so its files and settings were usable: what it lacks is a confirmation.
    if job.exit_code == ExitCode.USAGE and job.run_id and job.command in APPROVABLE and not set(YES) & set(words):
        return replace(job, next_step=f"Approve it: {back} --yes")
    if job.exit_code == ExitCode.STALE:
        return replace(job, next_step="Look at it, and hand it over again.")
    return replace(job, next_step=f"See to it, then put it back: {back}")


def _queued(row: Row, said: Mapping[str, Any], words: Sequence[str]) -> QueuedJob:
    return QueuedJob(
        job=int(row["id"]),
        queue=row["queue_name"],
        state=_state(row),
        files=tuple(said.get("files", ())),
        command=words[0] if words else row["task_name"].rpartition(":")[2],
        profile=said.get("profile", ""),
        attempts=int(row["attempts"]),
        queued_at=row["queued_at"] or "",
        host=row["host"] or "",
        exit_code=row["exit_code"],
        run_id=row["run_id"] or "",
        report=row["report"] or "",
        message=row["words"] or "",
    )


def _state(row: Row) -> str:
    match row["status"]:
        case "todo":
            return "waiting"
        case "doing":
            return "running" if row["alive"] else "stuck"
        case "failed":
            return "stuck"
        case _:
            return "done"


def _rates(books: PostgresBooks, rows: Sequence[Row]) -> dict[str, float]:
    if not books.rows("SELECT 1 FROM versions WHERE part='buckets'"):
        return {}
    now = float(books.rows("SELECT extract(epoch FROM clock_timestamp())::float8 AS now")[0]["now"])
    known, found = levels(books), {}
    for row in rows:
        level = known.get(row["bucket"] or "")
        if level is not None:
            level.refill(now)
            found[json.loads(row["args"]).get("profile", "") or "none"] = round(1 - max(0.0, level.tokens) / level.most, 3)
    return found


def retry(address: PostgresAddress, job: int, more: Sequence[str] = ()) -> None:
    """Put a stuck job back into its queue, after a person has seen to it; `more` are the words that approve it.

    Raises UsageProblem for a job that is not stuck, or that needs no approval.
    """
    found = next((one for one in look(address).jobs if one.job == job), None)
    if found is None or found.state != "stuck":
        why = f"There is no job {job}." if found is None else f"Job {job} is {found.state}, not stuck."
        raise UsageProblem(why, hint="bulkportal queue status shows them.")
    if more and found.command not in APPROVABLE:
        raise UsageProblem(f"Job {job} is no import and no plan, and needs no yes.", hint=f"bulkportal queue retry {job}")
    with PostgresBooks(address, QUEUES) as books, books.writing() as database:
        if more:
            said = json.loads(database.execute("SELECT args::text AS args FROM procrastinate_jobs WHERE id=?", (job,)).fetchone()["args"])
            said["words"] = [*said["words"], *more]
            database.execute("UPDATE procrastinate_jobs SET args=?::jsonb WHERE id=?", (json.dumps(said), job))
        database.execute("SELECT procrastinate_retry_job_v2(?, now(), NULL, NULL, NULL)", (job,))
