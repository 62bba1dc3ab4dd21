"""The client: a method per endpoint, a path each, a typed result. Nothing here decides anything.

Reads are repeated freely. Of the writes, those that may be sent twice without harm (full replacements, uploads)
are "safe"; those that cost or act are "looked": they are left to the runner, which looks at the platform before it
sends them again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import httpx

from bulkportal.portal import parsing
from bulkportal.portal.coverage_answers import read_covers
from bulkportal.portal.failures import Refused
from bulkportal.portal.pacing import Allowance, Timing, Traffic
from bulkportal.portal.remote import Cover, Credits, Json, PriceList, RemoteBundle, RemotePosition
from bulkportal.portal.secret import Secret
from bulkportal.portal.uploading import Uploaded, UploadRequest, send_upload
from bulkportal.portal.wire import MEDIA_SECONDS, PAID_SECONDS, Call, Method, Reply, Wire, broken, segment

Body = Mapping[str, Json]

PER_PAGE = 100
"""The most a page may hold (seed 003); always asked for (API reference D19)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePage:
    """One page of bundles. `pages` is how many there are, None where the platform did not say."""

    bundles: tuple[RemoteBundle, ...]
    size: int
    pages: int | None

    def last(self, number: int) -> bool:
        """Whether page `number` ends the list: by the count where there is one, else by being short (1.5)."""
        # An empty page is the last whatever the count says: bundles may be gone since it was made.
        if self.pages is not None and self.size:
            return number >= self.pages
        return self.size < PER_PAGE


class Portal:
    """The platform. Use as an async context manager; raises `Failure`s only (see `failures`)."""

    def __init__(
        self,
        *,
        base_url: str,
        key: Secret,
        version: str,
        transport: httpx.AsyncBaseTransport | None = None,
        storage: httpx.AsyncBaseTransport | None = None,
        timing: Timing | None = None,
    ) -> None:
        agent = f"bulkportal/{version}"
        self._wire = Wire(base_url=base_url, key=key, agent=agent, transport=transport, storage=storage, timing=timing)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._wire.aclose()

    @property
    def allowance(self) -> Allowance:
        """How many requests may leave just now, and how many wait."""
        return self._wire.pace.allowance

    @property
    def traffic(self) -> Traffic:
        """How many requests were sent, repeated and throttled."""
        return self._wire.pace.traffic

    # --- workspace ------------------------------------------------------------------------------------

    async def me(self) -> Body:
        """Who owns this key (API reference 1.1); a good probe."""
        return (await self._wire.ask(Call(method="GET", path="/me"))).data

    async def balance(self) -> Credits | None:
        """The credits left."""
        return parsing.balance_from((await self._read("/credits/balance")).body)

    async def prices(self) -> PriceList:
        """The price list in force."""
        return parsing.prices_from((await self._read("/credit-costs")).body)

    async def countries(self) -> dict[str, str]:
        """The countries open for new accounts, names by code."""
        return parsing.countries_from((await self._read("/countries")).body)

    async def platforms(self) -> tuple[str, ...]:
        """The platforms on offer."""
        return parsing.platforms_from((await self._read("/platforms")).body)

    async def history(self, page: int = 1, *, date_from: str = "", date_to: str = "") -> Sequence[Body]:
        """One page of the credit history (API reference 2.22)."""
        asked = {"page": str(page), "per_page": str(PER_PAGE), "date_from": date_from, "date_to": date_to}
        reply = await self._read("/credits/history", {name: value for name, value in asked.items() if value})
        return _listed(reply)

    async def coverage(self) -> dict[str, Cover]:
        """The Coverage of every saved account, up to 1,000 a request; Refused where the edition does not offer it."""
        return await read_covers(self._read)

    async def list_accounts(self) -> AsyncIterator[Body]:
        """All saved accounts, as sent (API reference 2.21): the caller chooses what may be shown."""
        async for account in self._every("/accounts"):
            yield account

    # --- bundles --------------------------------------------------------------------------------------

    async def list_views(self, **filters: str) -> AsyncIterator[Body]:
        """All bundles, each once, with every field the list has of them (seed 003)."""
        async for view in self._every("/bundles", filters):
            yield view

    async def page_of_bundles(self, number: int, filters: Mapping[str, str] | None = None) -> BundlePage:
        """One page of the list (seed 003)."""
        asked = {**(filters or {}), "page": str(number), "per_page": str(PER_PAGE)}
        reply = await self._read("/bundles", asked)
        items = _listed(reply)
        bundles = tuple(filter(None, map(parsing.bundle_from, items)))
        return BundlePage(bundles=bundles, size=len(items), pages=parsing.pages_of(reply.body))

    async def list_bundles(self, **filters: str) -> AsyncIterator[RemoteBundle]:
        """All bundles, each once."""
        async for view in self.list_views(**filters):
            if (bundle := parsing.bundle_from(view)) is not None:
                yield bundle

    async def find_bundles(self, external_ref: str) -> tuple[RemoteBundle, ...]:
        """The bundles under exactly this reference; compared here too, since a filter may be ignored."""
        # A bulk creation copies one reference onto all its bundles (API reference 2.2), so there may be several.
        found = self.list_bundles(external_ref=external_ref)
        return tuple([bundle async for bundle in found if bundle.external_ref == external_ref])

    async def get_bundle(self, bundle_id: str) -> RemoteBundle:
        """One bundle, without its slots: the embedded list is a summary that may be wrong (S7)."""
        reply = await self._wire.ask(Call(method="GET", path=_bundle(bundle_id)))
        # The id that was asked for stands in where an answer leaves its own out.
        bundle = parsing.bundle_from({"id": bundle_id, **reply.data})
        if bundle is None:
            raise broken("the answer names no bundle", reply)
        return bundle

    async def create_bundle(self, body: Body, key: str) -> Reply:
        """Create a bundle. COSTS CREDITS. `reply.data["id"]` is there in both editions (API reference 2.1)."""
        reply = await self._write(_paid("/bundles", body, key))
        identity = parsing.identity_of(reply.data)
        if identity is None:
            raise broken("the answer names no bundle", reply)
        return replace(reply, data={**reply.data, "id": identity})

    async def update_bundle(self, bundle_id: str, body: Body, key: str) -> Reply:
        """Change title, reference or auto-finalize; allowed in every status (seed 003)."""
        return await self._write(_safe("PATCH", _bundle(bundle_id), body, key))

    async def add_video_slots(self, bundle_id: str, quantity: int, key: str) -> Reply:
        """Add slots. COSTS CREDITS; each call adds again (seed 002)."""
        path = _bundle(bundle_id, "add-video-slots")
        return await self._write(_paid(path, {"quantity": quantity}, key))

    async def add_edit_slots(self, bundle_id: str, quantity: int, key: str) -> Reply:
        """Add edit slots. COSTS CREDITS; each call adds again (seed 002)."""
        path = _bundle(bundle_id, "add-edit-slots")
        return await self._write(_paid(path, {"quantity": quantity}, key))

    async def publish(self, bundle_id: str, key: str) -> Reply:
        """Submit a bundle (seed 002). The answer may report moved dates (API reference 2.7)."""
        return await self._write(_keyed("POST", _bundle(bundle_id, "publish"), None, key))

    async def unpublish(self, bundle_id: str, key: str) -> Reply:
        """Take a bundle back to setup; nothing is refunded (seed 002)."""
        return await self._write(_keyed("POST", _bundle(bundle_id, "unpublish"), None, key))

    async def readiness(self, bundle_id: str) -> Body:
        """Whether a bundle can be published, and what is missing (seed 003)."""
        return (await self._wire.ask(Call(method="GET", path=_bundle(bundle_id, "publish-readiness")))).data

    # --- dry runs: carried out for real by a server that does not know them (API reference 1.8) ---------

    async def rehearse_update(self, bundle_id: str, body: Body) -> Reply:
        """As `update_bundle`, as a dry run. With a body that changes nothing it is harmless everywhere."""
        return await self._wire.send(_rehearsal("PATCH", _bundle(bundle_id), body))

    async def rehearse_creation(self, body: Body) -> Reply:
        """As `create_bundle`, as a dry run."""
        return await self._wire.send(_rehearsal("POST", "/bundles", body))

    async def rehearse_slots(self, bundle_id: str, route: str, quantity: int) -> Reply:
        """As `add_video_slots` or `add_edit_slots`, by the end of its path, as a dry run."""
        return await self._wire.send(_rehearsal("POST", _bundle(bundle_id, route), {"quantity": quantity}))

    # --- the account of a bundle ----------------------------------------------------------------------

    async def get_account(self, bundle_id: str) -> Body:
        """The account as configured, `status` included where the platform returns it; empty where none is."""
        reply = await self._wire.ask(Call(method="GET", path=_bundle(bundle_id, "account")))
        return parsing.account_from(reply.data)

    async def put_account(self, bundle_id: str, body: Body, key: str) -> Reply:
        """Configure the account, all of it: what is left out is cleared (API reference 2.11)."""
        call = _safe("PUT", _bundle(bundle_id, "account"), body, key)
        # The platform fetches and stores the profile picture before it answers (API reference 1.9).
        return await self._write(replace(call, seconds=MEDIA_SECONDS))

    async def finalize_account(self, bundle_id: str, key: str) -> Reply:
        """Accept the account; it must be in review (API reference 2.12). Cannot be undone."""
        return await self._write(_keyed("POST", _bundle(bundle_id, "account", "finalize"), None, key))

    async def correct_account(self, bundle_id: str, body: Body, key: str) -> Reply:
        """Send the account back: `comment`, and `fields` with a word on each (API reference 2.12)."""
        path = _bundle(bundle_id, "account", "corrections")
        return await self._write(_keyed("POST", path, body, key))

    # --- the slots of a bundle ------------------------------------------------------------------------

    async def get_videos(self, bundle_id: str) -> tuple[RemotePosition, ...]:
        """All slots, by position. The list is not paginated (seed 001) and may leave fields out."""
        items = _listed(await self._read(_bundle(bundle_id, "videos")))
        slots = {slot.position: slot for item in items if (slot := parsing.position_from(item)) is not None}
        return tuple(slots[position] for position in sorted(slots))

    async def get_video(self, bundle_id: str, position: int) -> RemotePosition:
        """One slot, complete."""
        reply = await self._wire.ask(Call(method="GET", path=_slot(bundle_id, position)))
        slot = parsing.position_from({"position": position, **reply.data}, complete=True)
        if slot is None:
            raise broken("the answer names no slot", reply)
        return slot

    async def patch_video(self, bundle_id: str, position: int, body: Body, key: str) -> Reply:
        """Change a few fields of a slot; which ones depends on the edition (API reference 2.15)."""
        return await self._write(_safe("PATCH", _slot(bundle_id, position), body, key))

    async def put_batch(self, bundle_id: str, videos: Sequence[Body], key: str) -> Reply:
        """Configure several slots in one call (API reference 2.16); each answers for itself."""
        body: dict[str, Json] = {"videos": [dict(video) for video in videos]}
        call = _safe("PUT", _bundle(bundle_id, "videos", "batch"), body, key)
        # `send`, not `ask`: the shape of this answer is undocumented, and one without `data` may still name every position.
        reply = await self._wire.send(replace(call, seconds=MEDIA_SECONDS))
        return replace(reply, positions=parsing.batch_from(reply.body))

    async def finalize_video(self, bundle_id: str, position: int, key: str) -> Reply:
        """Finalize a slot (seed 000). Cannot be undone."""
        return await self._write(_keyed("POST", _slot(bundle_id, position, "finalize"), None, key))

    async def correct_video(self, bundle_id: str, position: int, message: str, key: str) -> Reply:
        """Send a slot back with a message. Where `message` is refused for its name, `comment` is tried (D5)."""
        path = _slot(bundle_id, position, "corrections")
        try:
            return await self._write(_keyed("POST", path, {"message": message}, key))
        except Refused as refusal:
            if refusal.status not in (400, 422) or "comment" not in f"{refusal.message} {refusal.details}".lower():
                raise
        # Another body wants another key.
        return await self._write(_keyed("POST", path, {"comment": message}, f"{key}-comment"))

    async def unschedule(self, bundle_id: str, position: int, key: str) -> Reply:
        """Empty a configured slot (seed 000): its content is wiped."""
        return await self._write(_keyed("POST", _slot(bundle_id, position, "unschedule"), None, key))

    async def fix_download(self, bundle_id: str, position: int, body: Body, key: str) -> Reply:
        """Give a flagged slot a working link: `video_url` or `carousel_images` (seed 004)."""
        call = _keyed("POST", _slot(bundle_id, position, "fix-download"), body, key)
        return await self._write(replace(call, seconds=MEDIA_SECONDS))

    async def publish_all(self, bundle_id: str, key: str) -> Reply:
        """Publish every configured slot of an active bundle (API reference 2.18)."""
        path = _bundle(bundle_id, "videos", "publish-all")
        return await self._write(_keyed("POST", path, None, key))

    # --- files ----------------------------------------------------------------------------------------

    async def upload(self, file: UploadRequest, key: str) -> Uploaded:
        """Upload a file (API reference 2.20). `key` goes with direct uploads only: presigned ones refuse it."""
        return await send_upload(self._wire, file, key)

    async def stored_size(self, public_url: str) -> int | None:
        """The size of an uploaded file as its public address shows it; -1 if not known, None if it is not there."""
        return await self._wire.stored_size(public_url)

    async def _every(self, path: str, filters: Mapping[str, str] | None = None) -> AsyncIterator[Body]:
        """Every item of a list that has an id, each once, whether or not the platform counts its pages (API reference 1.5)."""
        seen: set[str] = set()
        number = 1
        while True:
            reply = await self._read(path, {**(filters or {}), "page": str(number), "per_page": str(PER_PAGE)})
            items = _listed(reply)
            fresh = {name: item for item in items if (name := parsing.identity_of(item)) is not None and name not in seen}
            seen.update(fresh)
            for item in fresh.values():
                yield item
            # A page without anything new is the end: a server that ignores `page` would send its first one for ever.
            if not fresh or BundlePage(bundles=(), size=len(items), pages=parsing.pages_of(reply.body)).last(number):
                return
            number += 1

    async def _read(self, path: str, params: Mapping[str, str] | None = None) -> Reply:
        return await self._wire.send(Call(method="GET", path=path, params=params or {}))

    async def _write(self, call: Call) -> Reply:
        return await self._wire.ask(call)


def _listed(reply: Reply) -> list[dict[str, Json]]:
    items = parsing.items_of(reply.body)
    if items is None:
        raise broken("the answer is not a list", reply)
    return items


def _keyed(method: Method, path: str, body: Body | None, key: str) -> Call:
    """A call that may only be repeated after looking at the platform."""
    return Call(method=method, path=path, body=body, key=key, repeat="looked")


def _paid(path: str, body: Body, key: str) -> Call:
    """A call that costs credits: it gets a long timeout, and may only be repeated after looking at the platform."""
    return Call(method="POST", path=path, body=body, key=key, repeat="looked", seconds=PAID_SECONDS)


def _rehearsal(method: Method, path: str, body: Body) -> Call:
    """A dry run; never repeated, since it may turn out to be none."""
    return Call(method=method, path=path, body=body, repeat="never", rehearsal=True)


def _safe(method: Method, path: str, body: Body, key: str) -> Call:
    """An idempotent call: it sets values, so that sending it twice has the effect of once."""
    return Call(method=method, path=path, body=body, key=key, repeat="safe")


def _bundle(bundle_id: str, *parts: str) -> str:
    return "/".join(("/bundles", segment(bundle_id), *parts))


def _slot(bundle_id: str, position: int, *parts: str) -> str:
    return _bundle(bundle_id, "videos", str(int(position)), *parts)
