"""Launches handed to workers: done once, reported as here, handed back when a worker stops, taken back when one dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import KEY, Desk, OpenDesk, bundle, video
from tests.docs.test_json_documents import assert_shown
from tests.postgres import PASSWORD, Server, asked

ROOT = Path(__file__).parents[2]


@pytest.fixture
def books(postgres: Server) -> str:
    """The address of empty books."""
    return postgres.database()


def queued(desk: Desk, books: str, *words: object, **more: str) -> dict[str, Any]:
    """What a command says that is handed over."""
    ended = desk.run(*words, "--queue", BULKPORTAL_LEDGER=books, **more)
    assert ended.code == 0, ended.err
    return ended.document


def standing(desk: Desk, books: str) -> dict[str, Any]:
    """How the queues stand."""
    ended = desk.run("queue", "status", BULKPORTAL_LEDGER=books)
    assert ended.code == 0, ended.err
    return ended.document


def worker(desk: Desk, books: str, *words: str) -> subprocess.Popen[str]:
    """A worker, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "bulkportal", "worker", *words],
        env=desk.environment(BULKPORTAL_LEDGER=books, PYTHONPATH=str(ROOT)),
        cwd=desk.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def worked(desk: Desk, books: str) -> str:
    """A worker has worked until the queues were empty; what it said."""
    out, err = worker(desk, books, "--once", "--json").communicate(timeout=250)
    document = json.loads(out)
    assert_shown(document)
    assert document["exit_code"] == 0
    return err


def until(happened: Callable[[], object], seconds: float = 200) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.1)


@pytest.fixture
def ended() -> Iterator[Callable[[subprocess.Popen[str]], subprocess.Popen[str]]]:
    """Whatever happens, no worker is left."""
    started: list[subprocess.Popen[str]] = []
    yield lambda process: started.append(process) or process
    for process in started:
        process.kill()
        process.communicate()


def launch_of(desk: Desk, name: str = "launch", count: int = 1) -> Path:
    """A launch of so many bundles with a video each."""
    names = [f"{name}-{number}" for number in range(count)]
    return desk.sheets(name, bundles=[bundle(one, videos_quantity=1) for one in names], videos=[video(one, 1) for one in names])


def test_a_launch_is_queued_done_by_a_worker_and_reported_where_a_local_one_is(desk: Desk, books: str) -> None:
    """Nothing is sent by who queues it; the report lies beside the sheet; doing it again sends nothing."""
    launch = launch_of(desk)
    told = queued(desk, books, "import", launch, "--yes")
    assert told["schema"] == "bulkportal.queued/1" and told["files"] == [str(launch)]
    assert desk.writes == 0
    before = standing(desk, books)
    assert before["schema"] == "bulkportal.queue/1"
    for document in (told, before):
        assert_shown(document)
    assert (before["waiting"], before["running"], before["stuck"]) == (1, 0, 0)
    assert (before["jobs"][0]["job"], before["jobs"][0]["command"]) == (told["job"], "import")
    worked(desk, books)
    after = standing(desk, books)
    (job,) = after["jobs"]
    assert (after["waiting"], after["running"], after["stuck"]) == (0, 0, 0)
    assert (job["state"], job["exit_code"]) == ("done", 0), job
    assert_shown(after)
    assert len(desk.bundles) == 1
    report = Path(job["report"])
    here = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=books)
    assert (here.rows, Path(here.document["report"])) == ({"total": 2, "unchanged": 2}, report)
    runs = desk.run("runs", "list", BULKPORTAL_LEDGER=books).document["runs"]
    assert job["run_id"] in [run["run_id"] for run in runs]


def test_the_exit_code_of_a_queued_launch_is_that_of_a_local_one(desk: Desk, books: str) -> None:
    """A mistake in a row ends it with 4, none that could be sent with 6, and both are over; each says why it ended so."""
    bad = desk.sheets("bad", bundles=[bundle("spring", videos_quantity=1), bundle("autumn", country="XX")], videos=[video("spring", 1)])
    queued(desk, books, "import", bad, "--yes")
    queued(desk, books, "import", bad, "--yes", "--all-or-nothing")
    broken = desk.folder / "broken.xlsx"
    broken.write_bytes(b"no workbook")
    queued(desk, books, "import", broken, "--yes")
    worked(desk, books)
    jobs = standing(desk, books)["jobs"]
    assert [(job["state"], job["exit_code"]) for job in jobs] == [("done", 4), ("done", 6), ("done", 6)], jobs
    rows, all_of_it, unread = (job["message"] for job in jobs)
    assert rows.startswith("Of 3 rows, not done: 1 invalid. D3: "), rows
    assert all_of_it == "Nothing was sent: --all-or-nothing, and there are errors."
    assert "broken.xlsx" in unread, unread
    shown = desk.said("queue", "status", BULKPORTAL_LEDGER=books).out
    assert "ended    import" in shown and f", exit code 6: {all_of_it}" in shown, shown


def test_a_launch_that_nobody_has_approved_waits_for_a_yes_and_says_what_it_takes(desk: Desk, books: str) -> None:
    """Who queues it is told so at once; nothing is sent before the yes, and no more is paid than it allows."""
    launch = launch_of(desk, "other")
    told = desk.said("import", launch, "--queue", BULKPORTAL_LEDGER=books)
    assert told.code == 0 and "bulkportal queue retry 1 --yes approves it" in told.err
    worked(desk, books)
    (job,) = standing(desk, books)["jobs"]
    assert (job["state"], job["exit_code"], desk.writes) == ("stuck", 2, 0)
    assert job["message"].startswith("Nothing was sent: 1 step takes 15 credits"), job
    assert job["next_step"] == "Approve it: bulkportal queue retry 1 --yes"
    shown = desk.said("queue", "status", BULKPORTAL_LEDGER=books).out
    assert job["message"] in shown and job["next_step"] in shown
    assert desk.run("queue", "retry", job["job"], "--max-credits", 14, BULKPORTAL_LEDGER=books).code == 2
    assert desk.run("queue", "retry", job["job"], "--yes", "--max-credits", 14, BULKPORTAL_LEDGER=books).code == 0
    assert standing(desk, books)["waiting"] == 1
    worked(desk, books)
    (job,) = standing(desk, books)["jobs"]
    assert (job["state"], job["exit_code"], desk.writes) == ("done", 8, 0)
    assert desk.run("queue", "retry", 999, "--yes", BULKPORTAL_LEDGER=books).code == 2


def test_what_somebody_has_seen_to_is_put_back(desk: Desk, books: str) -> None:
    """A key that the worker has not."""
    queued(desk, books, "import", launch_of(desk), "--yes")
    key, desk.key = desk.key, ""
    worked(desk, books)
    (job,) = standing(desk, books)["jobs"]
    assert (job["state"], job["exit_code"]) == ("stuck", 3) and "no API key" in job["message"], job
    assert job["next_step"] == "See to it, then put it back: bulkportal queue retry 1"
    desk.key = key
    assert desk.run("queue", "retry", 1, BULKPORTAL_LEDGER=books).code == 0
    worked(desk, books)
    assert (standing(desk, books)["jobs"][0]["exit_code"], len(desk.bundles)) == (0, 1)


def test_a_plan_that_was_approved_and_a_night_are_queued_as_well(desk: Desk, books: str) -> None:
    """Each as its command is."""
    plan, launch = desk.folder / "plan.xlsx", launch_of(desk)
    assert desk.run("plan", launch, "-o", plan, BULKPORTAL_LEDGER=books).code == 0
    queued(desk, books, "apply", plan, "--yes")
    inbox = desk.folder / "inbox"
    inbox.mkdir()
    launch_of(desk, "night").rename(inbox / "night")
    queued(desk, books, "run", inbox, "--still-seconds", "0", "--max-credits", "500")
    worked(desk, books)
    jobs = standing(desk, books)["jobs"]
    assert [(job["command"], job["state"]) for job in jobs] == [("apply", "done"), ("run", "done")], jobs
    assert jobs[1]["exit_code"] == 0 and list((inbox / "done").iterdir())


def test_what_no_worker_could_do_is_refused_with_a_sentence(desk: Desk, books: str) -> None:
    """Standard input, a file that is not there, paths of this machine beside what any machine may take, secrets, and books in a file."""
    launch = launch_of(desk)
    for words, said in (
        (("-",), "Standard input"),
        ((desk.folder / "none.xlsx",), "There is no file"),
        ((launch, "s3://launches/one.xlsx"), "lies on this machine only, and other workers cannot read it"),
        (("s3://launches/one.xlsx", "--report", desk.folder / "r.xlsx"), "--report"),
        (("s3://launches/one.xlsx", "--media-root", desk.folder), "--media-root"),
        (("sftp://me:Secret4you@host/one.xlsx",), "holds a password"),
    ):
        ended = desk.run("import", *words, "--yes", "--queue", BULKPORTAL_LEDGER=books)
        assert ended.code == 2 and said in ended.err, (words, ended.err)
        assert "Secret4you" not in ended.err
    ended = desk.run("import", launch, "--yes", "--queue")
    assert ended.code == 2 and "BULKPORTAL_LEDGER" in ended.err
    assert standing(desk, books)["jobs"] == []


def test_no_key_and_no_password_is_in_a_queue(desk: Desk, books: str) -> None:
    """Neither in the arguments of a job, nor in what became of it, nor in what a worker says."""
    queued(desk, books, "import", launch_of(desk), "--yes")
    said = worked(desk, books)
    held = json.dumps([asked(books, f"SELECT * FROM {table}") for table in ("procrastinate_jobs", "procrastinate_events", "results")], default=str)
    for secret in (KEY, PASSWORD, "every%40one"):
        assert secret not in held
        assert secret not in said


def test_a_worker_that_is_told_to_stop_ends_what_is_in_flight_and_hands_the_rest_back(
    open_desk: OpenDesk, books: str, ended: Callable[[subprocess.Popen[str]], subprocess.Popen[str]]
) -> None:
    """Exit code 0; another worker goes on, and each bundle is paid for once."""
    desk = open_desk(balance=5000)
    queued(desk, books, "import", launch_of(desk, count=12), "--yes")
    desk.trouble("slow", "POST /bundles", times=None, seconds=1.0)
    first = ended(worker(desk, books))
    until(lambda: desk.writes)
    first.send_signal(signal.SIGTERM)
    _, err = first.communicate(timeout=250)
    assert first.returncode == 0, err
    assert standing(desk, books)["waiting"] == 1, err
    assert 0 < len(desk.bundles) < 12
    desk.operate("DELETE", "/faults")
    worked(desk, books)
    (job,) = standing(desk, books)["jobs"]
    assert (job["state"], job["exit_code"], len(desk.bundles)) == ("done", 0, 12), job
    assert 5000 - desk.balance == asked(books, "SELECT sum(credits) AS sum FROM charges")[0]["sum"]


def test_a_job_of_a_worker_that_died_is_taken_back_and_done_once(
    open_desk: OpenDesk, books: str, ended: Callable[[subprocess.Popen[str]], subprocess.Popen[str]]
) -> None:
    """Killed with its command in the middle of a launch."""
    desk = open_desk(balance=5000)
    queued(desk, books, "import", launch_of(desk, count=8), "--yes")
    desk.trouble("slow", "POST /bundles", times=None, seconds=1.0)
    first = ended(worker(desk, books, "--stalled-after", "2"))
    until(lambda: desk.writes)
    children = [int(pid) for pid in Path(f"/proc/{first.pid}/task/{first.pid}/children").read_text().split()]
    for pid in (first.pid, *children):
        os.kill(pid, signal.SIGKILL)
    desk.operate("DELETE", "/faults")
    second = ended(worker(desk, books, "--stalled-after", "2"))
    until(lambda: [job["state"] for job in standing(desk, books)["jobs"]] == ["done"])
    second.send_signal(signal.SIGTERM)
    _, err = second.communicate(timeout=250)
    assert second.returncode == 0 and "taken back" in err
    assert len(desk.bundles) == 8 and 5000 - desk.balance == asked(books, "SELECT sum(credits) AS sum FROM charges")[0]["sum"]


def test_a_worker_goes_on_when_postgresql_was_away(
    open_desk: OpenDesk, books: str, postgres: Server, ended: Callable[[subprocess.Popen[str]], subprocess.Popen[str]]
) -> None:
    """It is the same process before and after, and takes what is queued then."""
    desk = open_desk(balance=5000)
    process = ended(worker(desk, books, "--stalled-after", "3"))
    until(lambda: asked(books, "SELECT to_regclass('bulkportal.procrastinate_workers') AS there")[0]["there"])
    until(lambda: asked(books, "SELECT 1 FROM procrastinate_workers"))
    postgres.stop(signal.SIGQUIT)
    postgres.start()
    queued(desk, books, "import", launch_of(desk), "--yes")
    until(lambda: process.poll() is not None or [job["state"] for job in standing(desk, books)["jobs"]] == ["done"])
    assert process.poll() is None, process.communicate()
    assert len(desk.bundles) == 1
