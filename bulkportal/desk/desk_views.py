"""The pages around the launches: the first one, dropping and opening, settings, status."""

from __future__ import annotations

import asyncio
import filecmp
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bulkportal.automate import diagnosis
from bulkportal.automate.health import HealthCheck
from bulkportal.automate.inbox import FAILED
from bulkportal.desk.pages import answer, body_of, go, page, session_of, words_of
from bulkportal.desk.session import Session, ident_of
from bulkportal.errors import BulkportalError, UsageProblem
from bulkportal.exporting.fetched import day_of
from bulkportal.exporting.filters import Filters
from bulkportal.pipeline.job import quiet
from bulkportal.pipeline.reading import Status
from bulkportal.pipeline.reading import export as ask_export
from bulkportal.pipeline.reading import status as ask_status
from bulkportal.records.nights import Nights, nights_of
from bulkportal.remote_files import is_elsewhere
from bulkportal.settings.first_time import FirstAnswers, keep
from bulkportal.sheets.file_names import allowed, fitting, place_for
from bulkportal.status_report.as_html import days_of

_SHEETS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt"})
_MOST_NIGHTS, _MOST_FAILED = 14, 100


def home(request: Request) -> Response:
    """The first page; a link that names a file leads to its launch."""
    session = session_of(request)
    path = request.query_params.get("open")
    if path:
        return RedirectResponse(f"/launch/{session.open(Path(path))}/sheet", 303)
    recent = [(ident_of(one), one) for one in session.recent() if one.exists()]
    sheets = (
        [one for one in sorted(session.folder.glob("*")) if one.suffix.casefold() in _SHEETS and one.is_file()][:40]
        if session.folder.is_dir()
        else []
    )
    return page(request, "home.html", recent=recent, sheets=sheets, failed=_failed(session), folder=session.folder, trouble=session.trouble())


def _failed(session: Session) -> list[Path]:
    """The launches that nights have put aside, of every inbox of the last nights, and of the folder of the desk."""
    with suppress(BulkportalError, OSError):
        inboxes = {session.folder.resolve(), *(Path(night.inbox).resolve() for night in nights_of(session.settings_home(), _MOST_NIGHTS).last)}
        found = (one for folder in sorted(inboxes) if (folder / FAILED).is_dir() for one in sorted((folder / FAILED).iterdir()))
        return [one for one in found if one.suffix.casefold() in _SHEETS and one.is_file()][:_MOST_FAILED]
    return []


async def open_(request: Request) -> Response:
    """Put a launch on the desk that lies on this machine, or at an address."""
    named = str((await body_of(request)).get("path", "")).strip().strip('"')
    if not named:
        raise UsageProblem("No file was named.", hint="Drop one, or give its whole path.")
    session = session_of(request)
    ident = await (run_in_threadpool(session.open_address, named) if is_elsewhere(named) else run_in_threadpool(session.open, Path(named)))
    return go(f"/launch/{ident}/sheet")


async def export(request: Request) -> Response:
    """Write what the platform has into a workbook in the folder of the desk, and open it. The platform is only read."""
    session, body = session_of(request), await body_of(request)
    client, platform, text = (str(body.get(name) or "").strip() or None for name in ("client", "platform", "text"))
    place = await run_in_threadpool(_exported, session, Filters(client=client, platform=platform, text=text))
    return go(f"/launch/{await run_in_threadpool(session.open, place)}/sheet")


def _exported(session: Session, filters: Filters) -> Path:
    made = asyncio.run(ask_export(filters, session.settings(), quiet))
    if not made.sheets.bundles:
        raise UsageProblem("The platform has nothing of that kind.", hint="Ask for less, or leave the fields blank.")
    place = session.folder / f"{made.stamp.run_id}.xlsx"
    made.write(place)
    return place


async def drop(request: Request) -> Response:
    """Take a file that was dropped: a sheet is opened, anything else is laid beside the sheet of the launch that is named."""
    session = session_of(request)
    name = allowed(request.query_params.get("name", ""))
    if not name:
        raise UsageProblem("The file has no name.", hint="Give it one, and drop it again.")
    ident = request.query_params.get("launch", "")
    is_sheet = Path(name).suffix.casefold() in _SHEETS
    if not is_sheet and not ident:
        raise UsageProblem(f"{name} is not a sheet.", hint="Drop a workbook or a CSV file first; pictures and videos are dropped on its grid.")
    launch = session.launch(ident) if ident else None
    folder = launch.source.parent if launch is not None and not launch.source.is_dir() else launch.source if launch is not None else session.folder
    place = await _kept(request.stream(), folder, name)
    if launch is not None:
        await run_in_threadpool(launch.recheck)
        return answer({"name": place.name})
    return go(f"/launch/{await run_in_threadpool(session.open, place)}/sheet")


async def _kept(stream: AsyncIterator[bytes], folder: Path, name: str) -> Path:
    """A dropped file in a folder, under a name that no other file has. Raises UsageProblem where it cannot be written."""
    # In the same folder, so that it can take its name in one step, and hidden, so that nothing takes half a file for a sheet.
    part = folder / fitting(f".{secrets.token_hex(4)}.{name}", ".part")
    try:
        with await run_in_threadpool(_begun, part) as file:
            async for piece in stream:
                await run_in_threadpool(file.write, piece)
        return await run_in_threadpool(_placed, part, folder, name)
    except OSError as error:
        raise UsageProblem(f"{name} cannot be kept in {folder}: {error.strerror}.", hint="Open the desk on another folder.") from error
    finally:
        await run_in_threadpool(_gone, part)


def _begun(part: Path) -> BinaryIO:
    part.parent.mkdir(parents=True, exist_ok=True)
    return part.open("xb")


def _placed(part: Path, folder: Path, name: str) -> Path:
    # The same file again is the same file; compared piece by piece, since videos have hundreds of megabytes.
    place = place_for(folder, name, partial(filecmp.cmp, part, shallow=False))
    part.replace(place)
    return place


def _gone(part: Path) -> None:
    part.unlink(missing_ok=True)


async def rehearse(request: Request) -> Response:
    """Turn the rehearsal on or off."""
    body = await body_of(request)
    await run_in_threadpool(lambda: session_of(request).rehearse(on=body.get("on") in (True, "on", "true")))
    return go(_page_of(request))


async def speak(request: Request) -> Response:
    """Speak another language."""
    session_of(request).speak(str((await body_of(request)).get("language", "")))
    return go(_page_of(request))


def _page_of(request: Request) -> str:
    """The page that asked, to be shown again; only ever one of ours."""
    asked = request.headers.get("x-bulkportal-page", "/")
    return asked if asked.startswith("/") and not asked.startswith("//") else "/"


# -- settings


def settings(request: Request) -> Response:
    """Where the key is, what may be spent, how dates are meant; then what `doctor` says."""
    session = session_of(request)
    profile = session.profile_if_any()
    asked = request.query_params.get("look") is not None
    lines = _doctor(session) if asked else []
    facts = {"profile": profile, "file": session.settings_file(), "trouble": session.trouble(), "lines": lines, "asked": asked}
    return page(request, "settings.html", **facts)


def _doctor(session: Session) -> list[HealthCheck]:
    if session.rehearsal is not None:
        found = session.settings()
        return [*asyncio.run(diagnosis.platform(found)), *diagnosis.machine(found)]
    return diagnosis.everything(session.environment, session.profile_name, None)


async def keep_settings(request: Request) -> Response:
    """Write the settings down. The key itself is never sent here: only where it is."""
    session = session_of(request)
    body = await body_of(request)
    said = FirstAnswers.of({name: str(value) for name, value in body.items()})
    await run_in_threadpool(keep, said, session.settings_file(), session.profile_if_any().name or "main")
    await run_in_threadpool(session.reread)
    return go("/settings?look=1")


# -- what stands where


def status(request: Request) -> Response:
    """What stands where on the platform, what needs doing, and the calendar; a day opens its rows."""
    session, words = session_of(request), words_of(request)
    problem: BulkportalError | None = None
    found: Status | None = None
    try:
        found = asyncio.run(ask_status(Filters(), session.settings(), quiet))
    except BulkportalError as error:
        problem = error
    day = _day(request.query_params.get("day", ""))
    facts: dict[str, Any] = {"found": found, "problem": problem, "day": day, "slots": [], "calendar": None}
    if found is not None:
        facts |= {"calendar": days_of(found.figures, words), "slots": _slots(found, day) if day else [], "accounts": _accounts(found)}
    try:
        nights = nights_of(session.settings().home, _MOST_NIGHTS)
    except BulkportalError as error:
        nights, problem = Nights(), problem or error
    return page(request, "status.html", **facts | {"problem": problem}, nights=nights, today=datetime.now(UTC).date())


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


def _slots(found: Status, day: date) -> list[dict[str, Any]]:
    """The videos of a day."""
    return [
        {"bundle": one.name, "position": slot.position, "name": str(slot.values.get("name") or ""), "status": slot.status}
        for one in found.fetched
        for slot in one.bundle.positions
        if day_of(slot) == day.isoformat()
    ]


def _accounts(found: Status) -> list[Any]:
    """Reviews of accounts, which end by themselves too, soonest first."""
    return sorted((task for task in found.figures.todo if task.due and task.position is None), key=lambda task: task.due or found.figures.moment)
