"""Hands files to free workers: one file is one job, and the machine that uploads it requests an upload address itself.

Files that no worker takes in time, or that failed elsewhere, are inspected or uploaded by the launch itself, so that its report gives the reason.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from bulkportal.apply.carrying import Carried
from bulkportal.apply.entries import LedgerEntry
from bulkportal.errors import UsageProblem
from bulkportal.media import Facts
from bulkportal.pipeline.transferring import brought
from bulkportal.plan.operations import Upload
from bulkportal.portal.failures import FailureFacts, Family, Refused
from bulkportal.queues.engine import opened
from bulkportal.queues.look_round import LookRound
from bulkportal.queues.order import MEDIA, Places
from bulkportal.queues.patience import is_of_the_server, patiently
from bulkportal.queues.tables import OF_ONE_FILE
from bulkportal.settings import Settings

if TYPE_CHECKING:
    from procrastinate import App

UNTAKEN = 20.0
"""Seconds for which a file waits for a worker."""

LONGEST = 1800.0
"""Seconds after which a transfer that another machine has begun is made here."""

WORTH_HANDING_OVER = 4 << 20
"""Bytes below which a file in a shared folder is inspected here: that takes less time than a job."""

_PAUSE = 0.3

# Waiting again, even if an earlier run had it done: the ledger does not know that result, or it would not ask for this upload.
_ASK = (
    "INSERT INTO transfers (workspace, bundle_id, sha256, purpose, state) VALUES (%(workspace)s, %(bundle_id)s, %(sha256)s, %(purpose)s, 'waiting')"
    " ON CONFLICT (workspace, bundle_id, sha256, purpose) DO UPDATE SET state='waiting', words='' RETURNING state"
)
_LOOK = f"SELECT state, public_url, storage_path, request_id FROM transfers{OF_ONE_FILE}"  # noqa: S608 - our own names
_HERE = f"UPDATE transfers SET state='here'{OF_ONE_FILE} AND state=%(before)s RETURNING state"  # noqa: S608 - our own names


class FanOut:
    """The carrier for a launch that runs in a worker (see `apply.carrying.Carrier`)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._places = Places(files=(), others={}, shared=settings.profile.shared_folders)
        self._open = AsyncExitStack()
        self._app: App | None = None
        self._opening = asyncio.Lock()
        self._workspace = ""
        self._addresses: Mapping[str, str] = {}

    async def __aenter__(self) -> Self:
        # Connects when the first file is handed over: a launch without files needs no connection.
        return self

    async def __aexit__(self, *_: object) -> None:
        self._app = None  # the next launch of a night opens it again
        await self._open.aclose()

    def place_in_common(self, path: Path) -> str:
        """As `Carrier.place_in_common`."""
        return self._places.in_common(str(path)) if path.stat().st_size >= WORTH_HANDING_OVER else ""

    async def look(self, places: Sequence[str], here: Callable[[str], Awaitable[None]]) -> dict[str, Facts]:
        """As `Carrier.look`."""
        if not places:
            return {}
        try:
            app = await patiently(self._opened)
        except Exception as error:
            if not is_of_the_server(error):
                raise
            await asyncio.gather(*map(here, places))
            return {}
        looks = LookRound(app, self._settings.profile.name, here)
        await looks.play(places)
        return looks.facts

    def begin(self, workspace: str, addresses: Mapping[str, str]) -> None:
        """As `Carrier.begin`."""
        self._workspace, self._addresses = workspace, addresses

    async def carry(self, wanted: Upload, entry: LedgerEntry) -> Carried | None:
        """As `Carrier.carry`. A file that only this machine has is uploaded here."""
        carried = await self._carried(wanted, entry)
        if carried is None:
            await self._bring(wanted)
        return carried

    async def _bring(self, wanted: Upload) -> None:
        """Fetch a file that was only inspected elsewhere: it is not on this machine yet. Raises Refused."""
        address = self._addresses.get(wanted.path)
        if not address or wanted.changed_at:
            return
        try:
            await brought(address, wanted.sha256, self._settings.home)
        except (UsageProblem, OSError) as problem:
            why = problem.message if isinstance(problem, UsageProblem) else problem.strerror or "it cannot be read"
            raise Refused(FailureFacts(message=why, family=Family.UPLOAD)) from None

    async def _carried(self, wanted: Upload, entry: LedgerEntry) -> Carried | None:
        location = self._addresses.get(wanted.path) or self._places.in_common(wanted.path)
        if not location or not entry.bundle_id:
            return None
        file = {"workspace": self._workspace, "bundle_id": entry.bundle_id, "sha256": wanted.sha256, "purpose": wanted.purpose}
        said = {**file, "location": location, "mime": wanted.mime, "identity": entry.identity, "key": entry.key, "files": [wanted.path]}
        try:
            app = await patiently(self._opened)
            await patiently(partial(self._deferred, app, file, said))
            return await self._awaited(app, file)
        except Exception as error:
            if not is_of_the_server(error):
                raise
            return None  # the server stays away: the launch reports that itself, and sends nothing that it cannot record

    async def _deferred(self, app: App, file: Mapping[str, str], said: Mapping[str, Any]) -> None:
        """Queue the transfer. If queued twice, the file is uploaded once: the second job finds nothing waiting."""
        await app.connector.execute_query_one_async(_ASK, **file)
        await app.configure_task("bulkportal:transfer", queue=MEDIA).defer_async(**said, profile=self._settings.profile.name)

    async def _awaited(self, app: App, file: Mapping[str, str]) -> Carried | None:
        began = time.monotonic()
        while True:
            row: dict[str, Any] = await patiently(partial(app.connector.execute_query_one_async, _LOOK, **file))
            state, passed = row["state"], time.monotonic() - began
            if state == "done":
                return Carried(public_url=row["public_url"] or None, storage_path=row["storage_path"] or None, request_id=row["request_id"])
            if state not in ("waiting", "running"):
                return None
            over = passed > (UNTAKEN if state == "waiting" else LONGEST)
            if over:
                # Only from the state that was seen: a worker that has just finished wins, and its transfer counts.
                taken = await patiently(partial(app.connector.execute_query_all_async, _HERE, **file, before=state))
                if taken:
                    return None
            await asyncio.sleep(_PAUSE)

    async def _opened(self) -> App:
        async with self._opening:
            if self._app is None:
                assert self._settings.ledger is not None  # noqa: S101 - made only where the books are in PostgreSQL
                self._app = await self._open.enter_async_context(opened(self._settings.ledger, connections=2))
            return self._app
