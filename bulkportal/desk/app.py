"""Every address of the desk, and what answers there."""

from __future__ import annotations

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bulkportal.desk import desk_views, grid_views, launch_views, run_views
from bulkportal.desk.pages import FOLDER, page, trouble
from bulkportal.desk.safety import TooLong, too_long
from bulkportal.desk.session import Session
from bulkportal.errors import BulkportalError, unwritten
from bulkportal.sheets.file_names import shown

_L = "/launch/{launch}"


def make_app(session: Session) -> Starlette:
    """The application over a session. It believes who asks: `safety.Guard` stands before it."""
    pages = {
        "/": desk_views.home,
        "/settings": desk_views.settings,
        "/status": desk_views.status,
        "/runs": run_views.runs,
        "/runs/{run}": run_views.run_of,
        "/runs/{run}/report": run_views.run_report,
        "/runs/{run}/undo": run_views.undo_of,
        f"{_L}/sheet": launch_views.sheet,
        f"{_L}/grid": grid_views.grid,
        f"{_L}/rows": grid_views.rows,
        f"{_L}/marks": grid_views.marks,
        f"{_L}/news": grid_views.news,
        f"{_L}/next": grid_views.following,
        f"{_L}/findings": grid_views.findings,
        f"{_L}/plan": launch_views.plan,
        f"{_L}/run": launch_views.run,
        f"{_L}/events": launch_views.events,
        f"{_L}/report": launch_views.report,
        f"{_L}/file/{{kind}}": launch_views.file,
    }
    writes = {
        "/open": desk_views.open_,
        "/export": desk_views.export,
        "/drop": desk_views.drop,
        "/rehearsal": desk_views.rehearse,
        "/language": desk_views.speak,
        "/settings": desk_views.keep_settings,
        "/runs/{run}/undo": run_views.open_undo,
        f"{_L}/fetch": launch_views.fetch,
        f"{_L}/header": launch_views.header,
        f"{_L}/word": launch_views.word,
        f"{_L}/accept": grid_views.accept,
        f"{_L}/cells": grid_views.cells,
        f"{_L}/undo": grid_views.undo,
        f"{_L}/redo": grid_views.redo,
        f"{_L}/fix": grid_views.fix,
        f"{_L}/reread": grid_views.reread,
        f"{_L}/plan": launch_views.make_plan,
        f"{_L}/price": launch_views.price,
        f"{_L}/send": launch_views.send,
        f"{_L}/stop": launch_views.stop,
    }
    routes = [Route(path, endpoint, methods=["GET"]) for path, endpoint in pages.items()]
    routes += [Route(path, endpoint, methods=["POST"]) for path, endpoint in writes.items()]
    app = Starlette(
        routes=[*routes, Mount("/static", StaticFiles(directory=FOLDER / "static"))],
        exception_handlers={BulkportalError: _told, OSError: _not_written, TooLong: _too_long, 404: _missing, Exception: _fault},
    )
    app.state.session = session
    return app


async def _told(request: Request, problem: Exception) -> Response:
    return trouble(request, problem)


async def _not_written(request: Request, problem: Exception) -> Response:
    """A full disk, a folder that was taken away, a file that is locked: the system's own reason."""
    why = getattr(problem, "strerror", None) or type(problem).__name__
    place = getattr(problem, "filename", None)
    what = f"{shown(Path(place).name)} cannot be written or read: {why}." if isinstance(place, str) else f"It cannot be written down: {why}."
    return trouble(request, unwritten(problem, what, hint="Nothing was lost of what stood there before. See to the file, and try again."))


async def _fault(request: Request, problem: Exception) -> Response:
    """A fault of ours, in words; its details are kept where the session says."""
    kept = request.app.state.session.keep_fault(problem)
    told = BulkportalError("This is a fault in bulkportal itself.", hint=f"{kept} The page of runs tells what was sent. Load the page again.".strip())
    return trouble(request, told)


async def _too_long(_: Request, __: Exception) -> Response:
    return too_long()


async def _missing(request: Request, _: Exception) -> Response:
    return page(request, "trouble.html", 404, problem={"message": "There is nothing here.", "hint": "", "code": 2})
