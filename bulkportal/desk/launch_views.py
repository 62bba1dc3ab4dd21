"""The way of a launch beside its grid: what its headers mean, its plan, the run and the report."""

from __future__ import annotations

import getpass
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse

from bulkportal.a1 import split_address
from bulkportal.apply.outcomes import RowState
from bulkportal.check.finding_groups import groups_of
from bulkportal.codes.live_codes import LIVE
from bulkportal.desk import running
from bulkportal.desk.addresses import elsewhere
from bulkportal.desk.approving import TYPED_FROM, Shown, Yes, agreed, shown, sign
from bulkportal.desk.open_launch import OpenLaunch, WantedCell
from bulkportal.desk.pages import answer, body_of, go, launch_of, page, session_of
from bulkportal.desk.row_troubles import report_of, row_states
from bulkportal.desk.session import Session, media_root
from bulkportal.errors import UsageProblem
from bulkportal.pipeline.job import Job
from bulkportal.plan.approval import PlanLine, change_in_words, texts_of
from bulkportal.plan.kinds import OperationKind
from bulkportal.portal.remote import in_figures

_WRITTEN_BACK = frozenset(code.code for code in LIVE)
_LOOK = 0.25
"""Seconds between two looks at what a run has written."""


# -- what the headers mean


def sheet(request: Request) -> Response:
    """What was read: the sheets, their header rows, and which column each header means."""
    launch = launch_of(request)
    kinds = {(one.table.file, one.table.sheet): one.kind for one in launch.marks.checked.result.sheets}
    tables = [
        {"number": number, "table": table, "kind": kinds.get((table.file, table.sheet), ""), "rows": table.frame.height}
        for number, table in enumerate(launch.now.tables)
    ]
    meanings = launch.now.meanings()
    numbers = {table.sheet: number for number, table in enumerate(launch.now.tables)}
    near = [one for one in meanings if one.column and not one.is_sure]
    unknown = [one for one in meanings if not one.column]
    sure = [one for one in meanings if one.is_sure]
    notes = [note for table in launch.now.tables for note in table.notes]
    own_words = launch.now.unknown_words(launch.marks.checked.result)
    facts = {"tables": tables, "near": near, "unknown": unknown, "sure": sure, "numbers": numbers, "notes": notes, "own_words": own_words}
    facts["can_keep"] = session_of(request).profile_place() is not None
    facts |= {"came": elsewhere(launch.source), "can_fetch": bool(session_of(request).address_of(launch))}
    return page(request, "sheet.html", launch=launch, step="sheet", stale=launch.is_stale(), **facts)


async def fetch(request: Request) -> Response:
    """Fetch the launch again from where it lies."""
    launch, session = await run_in_threadpool(launch_of, request), session_of(request)
    address = await run_in_threadpool(session.address_of, launch)
    if not address:
        raise UsageProblem("It is not known any more where this was fetched from.", hint="Give the address on the first page once more.")
    return go(f"/launch/{await run_in_threadpool(session.open_address, address)}/sheet")


async def header(request: Request) -> Response:
    """Take a suggestion: the header gets the name of the column it means, in the corrected copy."""
    launch = await run_in_threadpool(launch_of, request)
    body = await body_of(request)
    meaning = next((one for one in launch.now.meanings() if [one.sheet, one.cell] == [body.get("sheet"), body.get("cell")]), None)
    if meaning is None or not meaning.column:
        raise UsageProblem("There is no such suggestion any more.", hint="Load the page again.")
    if body.get("keep"):
        await run_in_threadpool(session_of(request).keep_meanings, {meaning.header: meaning.column}, {})
    number, table = next((number, table) for number, table in enumerate(launch.now.tables) if table.sheet == meaning.sheet)
    wanted = WantedCell(table=number, row=table.header_row, column=split_address(meaning.cell)[0], text=meaning.column)
    await run_in_threadpool(launch.change, [wanted], "header", f"Read as {meaning.column}.")
    await run_in_threadpool(launch.wait, 25.0)
    return go(request.headers.get("x-bulkportal-page") or f"/launch/{request.path_params['launch']}/sheet")


async def word(request: Request) -> Response:
    """Say what a word means in a column: its cells get that value, in the corrected copy."""
    launch = await run_in_threadpool(launch_of, request)
    body = await body_of(request)
    known = await run_in_threadpool(lambda: launch.now.unknown_words(launch.marks.checked.result))
    found = next((one for one in known if [one.sheet, one.column, one.word] == [body.get(name) for name in ("sheet", "column", "word")]), None)
    meaning = str(body.get("meaning"))
    if found is None or meaning not in found.choices:
        raise UsageProblem("There is no such word any more.", hint="Load the page again.")
    if body.get("keep"):
        await run_in_threadpool(session_of(request).keep_meanings, {}, {found.column: {found.word: meaning}})
    number = next(number for number, table in enumerate(launch.now.tables) if table.sheet == found.sheet)
    wanted = [WantedCell(table=number, row=row, column=letter, text=meaning) for letter, row in map(split_address, found.cells)]
    await run_in_threadpool(launch.change, wanted, "word", f"{found.word} was said to mean {meaning}.")
    await run_in_threadpool(launch.wait, 25.0)
    return go(request.headers.get("x-bulkportal-page") or f"/launch/{request.path_params['launch']}/sheet")


# -- the plan


def plan(request: Request) -> Response:
    """The plan that was made last, or the way to one."""
    launch, session = launch_of(request), session_of(request)
    made = session.plan_of(request.path_params["launch"], launch)
    facts = _plan_facts(made) if made is not None else {"made": None}
    return page(request, "plan.html", launch=launch, step="plan", trouble=session.trouble(), running=_is_running(session, launch), **facts)


def _plan_facts(made: Shown) -> dict[str, Any]:
    report = made.result.report
    left = [line for line in report.lines if line.state in (RowState.INVALID, RowState.HELD)]
    lines = [_line(line) for line in made.lines]
    return {
        "made": made,
        "report": report,
        "lines": lines,
        "new": [line for line in lines if line["new"]],
        "changes": [line for line in lines if not line["new"]],
        "unchanged": report.totals.get(RowState.UNCHANGED, 0),
        "left": left,
        "causes": groups_of(report.findings),
        "typed_from": TYPED_FROM,
    }


def _line(line: PlanLine) -> dict[str, Any]:
    texts = texts_of(line)
    return {
        "identity": line.identity,
        "row": str(line.row),
        "bundle": texts["bundle"],
        "what": texts["what"],
        "changes": [(change.field, change.old, change.new) for change in line.changes],
        "about": "" if line.changes else texts["changes"],
        "words": "; ".join(map(change_in_words, line.changes)),
        "credits": texts["credits"],
        "price": line.price if line.costs else 0,
        "forever": line.operation.irreversible or line.operation.paid,
        "undone": texts["can be undone"],
        "new": line.operation.kind is OperationKind.CREATE_BUNDLE,
    }


async def make_plan(request: Request) -> Response:
    """Look at the platform, and plan. Only reads."""
    launch, session = await run_in_threadpool(launch_of, request), session_of(request)
    ident = request.path_params["launch"]
    if _is_running(session, launch):
        raise UsageProblem("This launch is being sent just now.", hint="Wait for its end, or stop it, and plan again.")
    session.plans[ident] = await run_in_threadpool(_planned, session, launch)
    return go(f"/launch/{ident}/plan")


def _planned(session: Session, launch: OpenLaunch) -> Shown:
    version, source, settings = launch.version, launch.save(), session.settings()
    said = settings.profile.options
    came = elsewhere(launch.source)
    live = came.tabs if came is not None and session.rehearsal is None else ()  # what is only rehearsed is not told to the others
    job = Job(
        command="plan", profile=settings.profile, inputs=(source,), live=live, date_order=settings.profile.date_order,
        encoding=settings.profile.encoding, media_root=media_root(launch.source, settings.profile),
        publish=said.publish, publish_partial=said.publish_partial, batch=said.batch,
    )  # fmt: skip
    return shown(job, settings, version)


# -- sending


async def price(request: Request) -> Response:
    """What the ticked lines take, as `send` will hold it against what was shown."""
    session = session_of(request)
    made = session.plans.get(request.path_params["launch"])
    approved = _texts(await body_of(request), "approved")
    if made is None or not set(approved) <= {line.identity for line in made.lines}:
        raise UsageProblem("This is not the plan that was shown last.", hint="Look at the plan again.")
    part = await run_in_threadpool(made.part, approved)
    taken = made.credits(approved)
    forever = len(part.irreversible)
    return answer({"credits": in_figures(taken), "forever": forever, "lines": len(approved), "typed": taken is not None and taken >= TYPED_FROM})


async def send(request: Request) -> Response:
    """Send what was approved: in a process of its own, by the command that a person would type."""
    launch, session = await run_in_threadpool(launch_of, request), session_of(request)
    body = await body_of(request)
    yes = Yes(
        digest=str(body.get("digest")), approved=tuple(_texts(body, "approved")), credits=str(body.get("credits")), typed=str(body.get("typed", ""))
    )
    await run_in_threadpool(_send_once, session, launch, request.path_params["launch"], yes)
    return go(f"/launch/{request.path_params['launch']}/run")


def _send_once(session: Session, launch: OpenLaunch, ident: str, yes: Yes) -> None:
    # A double click, or the same page open twice, must find the first one's run at work, and not begin a second one in its folder.
    with session.sending:
        _send(session, launch, ident, yes)


def _send(session: Session, launch: OpenLaunch, ident: str, yes: Yes) -> None:
    if _is_running(session, launch):
        raise UsageProblem("This launch is being sent just now.", hint="Wait for its end.")
    made, taken = agreed(session.plan_of(ident, launch), yes)
    session.require_unchanged(launch)
    profile = session.settings().profile
    kind = "rehearsal." if session.rehearsal is not None else ""
    signed, report = launch.by_product(f"{kind}plan"), launch.by_product(f"{kind}report")
    said = profile.options
    options = {"publish": said.publish or None, "publish_partial": said.publish_partial or None, "date_order": profile.date_order}
    sign(made, yes, {**options, "read_hidden": profile.read_hidden}, signed, (_person(), datetime.now(UTC).date()))
    # The cap is what was agreed to: the prices may have changed since, and then the run stops instead of taking more.
    words = ["apply", str(signed), "--yes", "--max-credits", in_figures(taken), "--media-root", str(media_root(launch.source, profile))]
    order = running.RunCommand(
        words=(*words, "--report", str(report)),
        cwd=Path.cwd(),
        environment=session.command_environment(),
        credits=in_figures(taken),
        plan=made.digest,
        rehearsal=session.rehearsal is not None,
    )
    running.start(order, running.following(session.runs_folder(launch)), session.begin)
    # What was shown is no longer what is to be done; sent again, it would have to be planned again.
    session.plans.pop(ident, None)


def _person() -> str:
    with suppress(OSError, KeyError, ImportError):
        return getpass.getuser()
    return "desk"


def _texts(body: dict[str, Any], name: str) -> list[str]:
    found = body.get(name)
    return [str(one) for one in found] if isinstance(found, list) else []


def _is_running(session: Session, launch: OpenLaunch) -> bool:
    run = session.run(launch)
    return run is not None and run.is_running


# -- the run


def run(request: Request) -> Response:
    """The run of the launch, as it stands: at work, ended, or broken off."""
    launch, session = launch_of(request), session_of(request)
    found = session.run(launch)
    facts: dict[str, Any] = {"run": found, "state": "none"}
    if found is not None:
        lines, _ = running.lines_from(found.events, 0)
        state = "running" if found.is_running else "ended" if found.summary else "broken"
        facts = {"run": found, "state": state, "far": running.how_far(lines, datetime.now(UTC)), "said": found.said, "log": found.words()}
    return page(request, "run.html", launch=launch, step="run", **facts)


def events(request: Request) -> Response:
    """How far the run is, each time something happens, until it has ended; a page that comes again goes on where it was."""
    launch, session = launch_of(request), session_of(request)
    found = session.run(launch)
    last = request.headers.get("last-event-id", "0")
    stream = _stream(found, int(last) if last.isdecimal() else 0) if found is not None else _nothing()
    return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def _nothing() -> AsyncIterator[bytes]:
    yield _event("end", 0, {})


async def _stream(run: running.RunFolder, begin: int) -> AsyncIterator[bytes]:
    # From the start also where a page comes again: the sums are those of the whole run, only what was told before is not told again.
    lines, place = await run_in_threadpool(running.lines_from, run.events, 0)
    told = begin
    while True:
        # Asked before the file is read: what the run writes as its last is then read after it has ended, and not missed between the two.
        alive = await run_in_threadpool(lambda: run.is_running)
        more, place = await run_in_threadpool(running.lines_from, run.events, place)
        lines += more
        if place > told or not told:
            told = max(place, 1)
            yield _event("far", told, running.how_far(lines, datetime.now(UTC)).document())
        if not alive and not more:
            yield _event("end", told, {"summary": bool(run.summary)})
            return
        # A comment of the event stream: it finds out that the page is gone, which nothing else would until the next event.
        yield b": here\n\n"
        await anyio.sleep(_LOOK)


def _event(name: str, place: int, document: dict[str, object]) -> bytes:
    return f"event: {name}\nid: {place}\ndata: {json.dumps(document)}\n\n".encode()


async def stop(request: Request) -> Response:
    """Do what Ctrl-C does."""
    launch, session = await run_in_threadpool(launch_of, request), session_of(request)
    found = session.run(launch)
    return answer({"stopped": found is not None and await run_in_threadpool(found.stop)})


# -- the report


def report(request: Request) -> Response:
    """How the last run ended: the sums, what became of the rows that are not in order, and the files to take."""
    launch, session = launch_of(request), session_of(request)
    found = session.run(launch)
    summary = found.summary if found is not None and not found.is_running else {}
    rows = sorted(row_states(session, launch).items())
    place = report_of(found.said, launch) if found is not None else None
    told = [one for one in summary.get("findings", []) if one.get("code") in _WRITTEN_BACK]
    facts = {
        "told": told,
        "summary": summary,
        "rows": rows,
        "place": place if place is not None and place.exists() else None,
        "counts": _counts(summary),
    }
    return page(request, "report.html", launch=launch, step="report", run=found, **facts)


def _counts(summary: dict[str, Any]) -> Sequence[tuple[str, int]]:
    return [(name, count) for name, count in summary.get("rows", {}).items() if count and name != "total"]


def file(request: Request) -> Response:
    """A file of the launch to take along: its corrected copy, its plan or its report."""
    launch, session = launch_of(request), session_of(request)
    kind = request.path_params["kind"]
    found = session.run(launch)
    said = found.said if found is not None else {}
    command = [str(word) for word in said.get("command", [])]
    places = {
        "corrected": launch.save() if kind == "corrected" else None,
        "plan": Path(command[2]) if len(command) > 2 else None,
        "report": report_of(said, launch) if said else None,
    }
    place = places.get(kind)
    if place is None or not place.is_file():
        raise UsageProblem("There is no such file yet.", hint="The earlier steps make it.")
    return FileResponse(place, filename=place.name)
