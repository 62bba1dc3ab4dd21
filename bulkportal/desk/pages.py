"""Pages and answers of the desk: drawn by templates in which every text stays text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from bulkportal.desk.open_launch import OpenLaunch
from bulkportal.desk.session import Session
from bulkportal.errors import BulkportalError, ExitCode, UsageProblem
from bulkportal.html.rendering import as_bytes
from bulkportal.html.words import LANGUAGES, Words
from bulkportal.portal.remote import in_figures
from bulkportal.redaction import masked
from bulkportal.sheets.file_names import shown
from bulkportal.version import __version__

FOLDER = Path(__file__).parent
STEPS = ("sheet", "grid", "plan", "run", "report")
"""The steps of a launch, in order; each is a page of its own."""

_STATUS = {ExitCode.LOCKED: 409, ExitCode.STALE: 409, ExitCode.TEMPORARY: 503, ExitCode.KEY: 403, ExitCode.FAULT: 500}
_NAMES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "pt": "Português"}


def session_of(request: Request) -> Session:
    """The desk that is asked."""
    found: Session = request.app.state.session
    return found


def launch_of(request: Request) -> OpenLaunch:
    """The launch that is asked for. Raises UsageProblem for one that is not on the desk."""
    found = session_of(request).launch(request.path_params["launch"])
    if found is None:
        raise UsageProblem("This launch is not on the desk.", hint="Open it again from the first page.")
    return found


@dataclass(frozen=True, slots=True)
class Speech:
    """The words of the desk in one language."""

    words: Words

    def __call__(self, key: str, number: float | None = None, **facts: object) -> str:
        """A sentence of the desk, in the form that goes with a number."""
        if number is not None:
            facts = {"count": self.words.number(number), **facts}
        return self.words.fill(f"desk.{key}", number=number, **facts)


def words_of(request: Request) -> Words:
    """The words of the language that was chosen here, else of the profile, else of the browser."""
    session = session_of(request)
    profile = session.profile_if_any()
    chosen = session.language or (profile.language if profile.language != "en" else _asked(request.headers.get("accept-language", "")))
    return Words(chosen, profile.time_zone)


def _asked(header: str) -> str:
    """The first language of a browser's list that there are words for."""
    tags = [part.partition(";")[0].strip() for part in header.split(",")]
    return next((tag for tag in tags if tag.partition("-")[0].casefold() in LANGUAGES), "en")


def page(request: Request, template: str, status: int = 200, /, **facts: Any) -> Response:
    """A page from a template."""
    session, words = session_of(request), words_of(request)
    text = (
        _environment()
        .get_template(template)
        .render(
            t=Speech(words),
            words=words,
            languages=_NAMES,
            session=session,
            rehearsal=session.rehearsal is not None,
            ident=request.path_params.get("launch"),
            steps=STEPS,
            version=__version__,
            path=request.url.path,
            when=lambda text: _moment(words, text),
            **{"step": "", "launch": None, **facts},
        )
    )
    return Response(as_bytes(text), status, media_type="text/html; charset=utf-8")


def _moment(words: Words, text: object) -> str:
    """A moment as records hold it, in the words and the zone of the page; what is none, as it is."""
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return str(text)
    return words.moment(found if found.tzinfo is not None else found.replace(tzinfo=UTC))


def answer(document: Mapping[str, Any], status: int = 200) -> Response:
    """A JSON document, without what must not be seen."""
    text = masked(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    return Response(text.encode("utf-8", "replace"), status, media_type="application/json")


def go(place: str) -> Response:
    """Where the page is to go next."""
    return answer({"go": place})


def trouble(request: Request, problem: Exception) -> Response:
    """What went wrong, as a page for who opens one, as a document for a page that asks."""
    if not isinstance(problem, BulkportalError):
        raise problem
    status = _STATUS.get(problem.exit_code, 422)
    told = {"message": " ".join(problem.lines), "hint": problem.hint, "code": int(problem.exit_code)}
    if request.method == "POST" or request.headers.get("sec-fetch-mode") not in (None, "navigate"):
        return answer(told, status)
    return page(request, "trouble.html", status, problem=told)


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that a page has sent. Raises UsageProblem for anything else."""
    try:
        found = json.loads(await request.body() or b"{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UsageProblem("That was not understood.", hint="Load the page again.")
    return found


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    filters: dict[str, Callable[..., Any]] = {"credits": in_figures, "path": shown}
    made.filters.update(filters)
    return made
