"""Many scenarios at once, one told in full, and the control."""

from __future__ import annotations

import multiprocessing
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection, wait

from troubles.judge import Verdict
from troubles.play import Desk, Play, play
from troubles.scenarios import Scenario, scenario
from troubles.table import Table

_CONTROLS = (("list right", "forgets keys", False), ("index lags", "remembers keys", True), ("index lags", "forgets keys", True))
_STRUCK = ("drop_after", "500_after", "html_after", "truncate_after")


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A scenario to play, the row of the table that it belongs to, and whether the platform's index lags."""

    scenario: Scenario
    case: str
    lags: bool = False


def play_all(seed: str, numbers: Sequence[int], table: Table, *, workers: int) -> None:
    """Play so many scenarios of a seed and count the verdicts."""
    started = time.monotonic()
    scenarios = [scenario(seed, number) for number in numbers]
    _count([Task(scenario=one, case=one.case) for one in scenarios], table, workers=workers)
    table.notes.append(f"{len(numbers)} scenarios of seed {seed} in {time.monotonic() - started:.0f} s.")


def without_nets(seed: str, faults: int, table: Table, *, workers: int) -> None:
    """The control: one net at a time holds; with neither, the bench must see credits spent twice."""
    tasks = [
        Task(scenario=_control(seed, number, fault, memory), case=f"control: {name}", lags=lags)
        for name, memory, lags in _CONTROLS
        for number, fault in enumerate(_STRUCK[:faults])
    ]
    _count(tasks, table, workers=workers)


def _count(tasks: Sequence[Task], table: Table, *, workers: int) -> None:
    """Play in several processes and count; complaints go to standard error at once."""
    started, bad, done = time.monotonic(), 0, 0
    for done, (task, verdict) in enumerate(_verdicts(tasks, workers=min(workers, len(tasks))), start=1):
        bad += not verdict.good
        table.add(verdict, task.case, verdict.scenario.memory)
        if not verdict.good:
            print("\n  ".join([str(verdict.scenario), *verdict.complaints]), file=sys.stderr, flush=True)
        if done % 50 == 0 or done == len(tasks):
            seconds = time.monotonic() - started
            print(f"{done} of {len(tasks)} scenarios, {bad} with complaints, {seconds:.0f} s", file=sys.stderr, flush=True)
    table.unplayed += len(tasks) - done


def _verdicts(tasks: Sequence[Task], *, workers: int) -> Iterator[tuple[Task, Verdict]]:
    context = multiprocessing.get_context("spawn")
    open_ends: list[Connection] = []
    processes = []
    for worker in range(workers):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(tasks[worker::workers], theirs))
        process.start()
        theirs.close()
        open_ends.append(ours)
        processes.append(process)
    while open_ends:
        for end in wait(open_ends):
            if not isinstance(end, Connection):
                continue
            try:
                told = end.recv()
            except EOFError:
                open_ends.remove(end)
                continue
            if isinstance(told, str):
                raise RuntimeError(f"a worker of the bench failed:\n{told}")  # noqa: TRY004  it is told as text
            yield told
    for process in processes:
        process.join()


def _work(tasks: Iterable[Task], verdicts: Connection) -> None:
    try:
        with Desk() as desk:
            for task in tasks:
                verdicts.send((task, play(task.scenario, desk, lags=task.lags)))
    except Exception:  # noqa: BLE001  told to the main process, which ends
        verdicts.send(traceback.format_exc())


def tell(seed: str, number: int) -> int:
    """One scenario with its runs, its writes and its verdict."""
    with Desk() as desk:
        verdict = play(scenario(seed, number), desk, look=_show)
    print(f"{verdict.expected} credits expected, {verdict.charged} charged, {verdict.reported} reported")
    print("\n".join(verdict.complaints) or "nothing to complain of")
    return 0 if verdict.good else 1


def _show(playing: Play) -> None:
    print(playing.scenario)
    for row in playing.sheet.bundles + playing.sheet.videos:
        print({name: value for name, value in row.items() if value is not None})
    for number, told in enumerate(playing.runs, start=1):
        print(f"run {number}: {told or 'killed'}")
    for write in playing.state.journal.writes:
        marks = [name for name in ("executed", "replayed", "fault", "error") if getattr(write, name)]
        words = ", ".join(name if getattr(write, name) is True else f"{name} {getattr(write, name)}" for name in marks)
        print(f"{write.number:4} {write.method} {write.path} -> {write.status} {write.charged or ''} {(write.idempotency_key or '')[:11]} {words}")


def _control(seed: str, number: int, fault: str, memory: str) -> Scenario:
    plain = scenario(seed, number)
    return replace(plain, case="control", fault=fault, memory=memory, target="create", between="nothing", times=1, seconds=0.0)
