"""A platform that answers as a table says, launches for it, and what comes of them: the real runner, client and ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx

from bulkportal.apply.outcomes import Applied, Event
from bulkportal.apply.runner import RunContext, apply
from bulkportal.plan.operations import Plan
from bulkportal.sheets.table import RowAddress
from tests.apply.test_ledger import Working
from tests.conftest import bundle, video
from tests.plan.plans import planned, remote_bundle, remote_video
from tests.portal.fakes import portal_to, run

Answer = Callable[[httpx.Request], httpx.Response]
LAUNCH = planned([bundle("spring", publish=None)], [video("spring", n) for n in (1, 2)])
MADE = {"data": {"id": "bnd-1"}, "credits_charged": 25}
THERE = {"id": "bnd-1", "external_ref": "spring", "status": "pending_setup", "videos_quantity": 2, "edits_quantity": 0}
EDITS = planned(
    videos=[{"bundle": "spring", "position": n, "description": "New"} for n in (1, 2)],
    remote=[remote_bundle(positions=(remote_video(1), remote_video(2)))],
)


def platform(**answers: object) -> Answer:
    """A platform in a table: by method and the end of the path, such as ``POST_bundles``, a body, or a status with its body."""

    def answered(request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/ext").strip("/").split("/")
        name = f"{request.method}_{path[-1] if path[-1].isalpha() else path[-2] if path[-1].isdecimal() else path[0][:-1]}"
        found = answers.get(name, {"data": {}})
        status, body = found if isinstance(found, tuple) else (200, found)
        return httpx.Response(status, json=body)

    return answered


def applied(
    made: Plan, answers: Answer, home: Path, *, books: type[Working] = Working, late: Callable[[], set[RowAddress]] = set
) -> tuple[Applied, list[Event]]:
    """What comes of a plan on that platform; the dates of the rows `late` have become too early."""
    told: list[Event] = []

    async def played() -> Applied:
        async with portal_to(answers) as portal:
            with books(home, "w", "run-1") as ledger:
                return await apply(made, RunContext(portal=portal, ledger=ledger, tell=told.append, late=late))

    return run(played()), told


def refusal(code: str, message: str = "No.") -> dict[str, object]:
    """A no of the platform."""
    return {"error": {"code": code, "message": message}}
