"""Past runs: what each did, its report, and what would put it back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from bulkportal.apply.entries import RunRecord
from bulkportal.apply.homes import are_there
from bulkportal.apply.ledger import Ledger
from bulkportal.desk.pages import go, page, session_of
from bulkportal.desk.session import Session
from bulkportal.errors import BulkportalError, UsageProblem
from bulkportal.pipeline.undo import Undo
from bulkportal.pipeline.undo import undo as ask_undo


def runs(request: Request) -> Response:
    """What past runs did, and their reports."""
    session = session_of(request)
    found: list[Any] = []
    problem: BulkportalError | None = None
    try:
        with _books(session) as ledger:
            found = [] if ledger is None else list(ledger.runs()[:100])
    except BulkportalError as error:
        problem = error
    return page(request, "runs.html", runs=found, problem=problem)


@contextmanager
def _books(session: Session) -> Iterator[Ledger | None]:
    """The books of the moment; None where nothing is remembered yet. Raises the errors of `errors`."""
    books = session.settings().books
    if not are_there(books):
        yield None
        return
    with Ledger(books, "", "") as ledger:
        yield ledger


def _run(ledger: Ledger | None, name: str) -> RunRecord | None:
    return None if ledger is None else next((one for one in ledger.runs() if one.run_id == name), None)


def run_of(request: Request) -> Response:
    """One run with its operations, and its report to take."""
    session = session_of(request)
    with _books(session) as ledger:
        run = _run(ledger, request.path_params["run"])
        operations = ledger.operations_of(run.run_id) if ledger is not None and run is not None else ()
    if run is None:
        raise UsageProblem("There is no such run.", hint="`bulkportal runs list` shows all of them.")
    report = Path(str(run.job.get("report") or ""))
    return page(request, "one_run.html", run=run, operations=operations, report=report if run.job.get("report") and report.is_file() else None)


def run_report(request: Request) -> Response:
    """The report of a past run."""
    with _books(session_of(request)) as ledger:
        run = _run(ledger, request.path_params["run"])
    place = Path(str(run.job.get("report") or "")) if run is not None else None
    # The path stands in the books, which a person may edit: only what a report can be is handed out.
    if place is None or not place.is_file() or place.suffix.casefold() not in (".xlsx", ".xlsm"):
        raise UsageProblem("The report of this run is not there any more.", hint="")
    return FileResponse(place, filename=place.name)


# -- putting a run back


def undo_of(request: Request) -> Response:
    """What would put a run back, and what cannot be put back. Only reads."""
    return page(request, "undo.html", made=_undo(request))


def open_undo(request: Request) -> Response:
    """Write the workbook that puts a run back, and put it on the desk as a launch like any other."""
    session, made = session_of(request), _undo(request)
    if made.changed_nothing:
        raise UsageProblem("The run changed nothing: there is nothing to put back.", hint="")
    if not made.rows:
        raise UsageProblem("Nothing of this run can be put back.", hint="The list says why.")
    place, number = session.folder / f"undo-{made.run_id}.xlsx", 2
    while place.exists():  # somebody may have changed the one that is there
        place, number = session.folder / f"undo-{made.run_id}-{number}.xlsx", number + 1
    made.write(place)
    return go(f"/launch/{session.open(place)}/sheet")


def _undo(request: Request) -> Undo:
    return asyncio.run(ask_undo(request.path_params["run"], session_of(request).settings()))
