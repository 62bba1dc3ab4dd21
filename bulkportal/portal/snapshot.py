"""Snapshot: the platform's state of everything that the sheet refers to, at one moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeAlias, TypeVar

from bulkportal import names
from bulkportal.portal.client import Portal
from bulkportal.portal.failures import Broken, Halted, Refused
from bulkportal.portal.parsing import ACCOUNT_STATES
from bulkportal.portal.remote import Json, PriceList, Refusal, RemoteBundle, RemotePosition, RemoteState
from bulkportal.portal.together import each

Detail: TypeAlias = Callable[[RemoteBundle, RemotePosition], bool]

_FEW_PAGES = 3

_Read = TypeVar("_Read")


async def take(portal: Portal, references: Sequence[str], ids: Sequence[str], *, now: datetime, detail: Detail) -> RemoteState:
    """Read the bundles with these references and with these ids, with accounts and slots.

    `now` must have a time zone; the platform's day is the UTC date (API reference 3.4). `detail` says for
    which slots the complete view is wanted; the list may leave fields out (API reference 2.13). References are compared
    as names are (see `names`), so that one with another kind of blank is found.
    """
    wanted = tuple(dict.fromkeys(reference for reference in references if reference))
    listed = await _find(portal, wanted)
    under = _by_name(listed)
    by_reference = {reference: tuple(under.get(names.plain(reference), ())) for reference in wanted}
    asked = dict.fromkeys(identity for found in by_reference.values() for identity in found)
    asked.update(dict.fromkeys(identity for identity in ids if identity))
    known = {bundle.id: bundle for bundle in listed}
    read = await each(asked, lambda identity: _bundle(portal, identity, known.get(identity), detail))
    nowhere: dict[str, str] = {}
    return RemoteState(
        taken_at=now,
        today=now.astimezone(UTC).date(),
        bundles={bundle.id: bundle for bundle in read if isinstance(bundle, RemoteBundle)},
        by_reference=by_reference,
        # After the bundles: the later price and balance are read, the less they can change before the question is asked.
        prices=await if_told(portal.prices(), PriceList()),
        balance=await if_told(portal.balance(), None),
        countries=frozenset(await if_told(portal.countries(), nowhere)),
        names={name: next(iter(ids)) for name, ids in under.items()},
        refused={identity: no for identity, no in zip(asked, read, strict=True) if isinstance(no, Refusal)},
    )


def _by_name(listed: Iterable[RemoteBundle]) -> Mapping[str, Mapping[str, None]]:
    """The ids under each name, each once; several stay several."""
    found: dict[str, dict[str, None]] = {}
    for bundle in listed:
        if name := names.plain(bundle.external_ref or ""):
            found.setdefault(name, {})[bundle.id] = None
    return found


async def _find(portal: Portal, references: Sequence[str]) -> list[RemoteBundle]:
    """The candidate bundles: the whole list where it is short, else one look-up per reference.

    Where a look-up finds nothing, the list is read after all: the bundle may be there under a name that only looks like
    this one, and would else be bought a second time.
    """
    if not references:
        return []
    # A page is one request for a hundred bundles, a look-up one for each reference; the list also shows names that only look alike.
    listed = await _short_list(portal, most=max(_FEW_PAGES, len(references)))
    if listed is None:
        listed = await _look_up(portal, references)
    return [bundle async for bundle in portal.list_bundles()] if listed is None else listed


async def _short_list(portal: Portal, *, most: int) -> list[RemoteBundle] | None:
    """The whole list, or None as soon as it is known to have more than `most` pages."""
    found: dict[str, RemoteBundle] = {}
    for number in range(1, most + 1):
        page = await portal.page_of_bundles(number)
        if page.pages is not None and page.pages > most:
            return None
        fresh = {bundle.id: bundle for bundle in page.bundles if bundle.id not in found}
        found |= fresh
        if not fresh or page.last(number):
            return list(found.values())
    return None


async def _look_up(portal: Portal, references: Sequence[str]) -> list[RemoteBundle] | None:
    """One look-up per reference; None where one finds nothing, or the server ignores what is asked for."""
    # A server that ignores an unknown filter answers with the whole list, which would be taken for what was found.
    probe = await portal.page_of_bundles(1, {"external_ref": references[0]})
    if not probe.bundles or any(bundle.external_ref != references[0] for bundle in probe.bundles):
        return None
    found = await each(references, portal.find_bundles)
    return [bundle for under in found for bundle in under] if all(found) else None


async def _bundle(portal: Portal, identity: str, listed: RemoteBundle | None, detail: Detail) -> RemoteBundle | Refusal:
    """A bundle with everything in it. One that was listed is kept, even if its owner does not let us read it (S18)."""
    try:
        read = await portal.get_bundle(identity)
    except Refused as no:
        # A bundle that the list shows is there, even if it is a colleague's: taken for missing, it would be bought.
        return listed or Refusal(code=no.code, message=no.message, request_id=no.request_id or "")
    bundle = read if listed is None else _merged(listed, read)
    account = await _account(portal, bundle)
    slots = await _slots(portal, bundle, detail)
    return replace(with_account(bundle, account), positions=slots)


def with_account(bundle: RemoteBundle, account: Mapping[str, Json]) -> RemoteBundle:
    """The bundle with its account as the account's own view shows it: that takes precedence over the bundle's views.

    Every reader of the platform puts the two together here, so that no two of them see different things.
    """
    said = account.get("status")
    status = said if isinstance(said, str) and said else bundle.account_status
    return replace(
        bundle,
        account={**bundle.account, **account},
        account_status=status,
        account_configured=bundle.account_configured or status in ACCOUNT_STATES,
        delivered=bundle.delivered or status == "finalized",
    )


def with_whole(slot: RemotePosition, whole: RemotePosition | None) -> RemotePosition:
    """The slot of the list with its own view, which takes precedence; as listed where that was not read."""
    return slot if whole is None else replace(whole, values={**slot.values, **whole.values}, complete=whole.complete)


def _merged(listed: RemoteBundle, read: RemoteBundle) -> RemoteBundle:
    """The bundle's own view, completed by what only the list says (S13, S19)."""
    return replace(
        read,
        external_ref=read.external_ref or listed.external_ref,
        title=read.title if read.title_known else listed.title,
        title_known=read.title_known or listed.title_known,
        account_status=read.account_status or listed.account_status,
        account_configured=read.account_configured or listed.account_configured,
        delivered=read.delivered or listed.delivered,
    )


async def _account(portal: Portal, bundle: RemoteBundle) -> Mapping[str, Json]:
    """The account's own view; a videos_only bundle configures none."""
    nothing: Mapping[str, Json] = {}
    return nothing if bundle.bundle_type == "videos_only" else await _unless_refused(portal.get_account(bundle.id), nothing)


async def _slots(portal: Portal, bundle: RemoteBundle, detail: Detail) -> tuple[RemotePosition, ...]:
    """The slots, the wanted ones complete. A bundle without slots is not asked for any."""
    if bundle.bundle_type == "account_only" and not bundle.videos_quantity:
        return ()
    slots: list[RemotePosition] = []
    for slot in await _unless_refused(portal.get_videos(bundle.id), ()):
        whole = None
        if detail(bundle, slot):
            whole = await _unless_refused(portal.get_video(bundle.id, slot.position), None)
        slots.append(with_whole(slot, whole))
    return tuple(slots)


async def _unless_refused(reading: Awaitable[_Read], otherwise: _Read) -> _Read:
    """What is read, or `otherwise` where it does not exist or is not ours."""
    try:
        return await reading
    except Refused:
        return otherwise


async def if_told(reading: Awaitable[_Read], otherwise: _Read) -> _Read:
    """What is read, or `otherwise`, for what a run can do without; a key without permission to read it is no reason to stop."""
    try:
        return await reading
    except (Refused, Broken):
        return otherwise
    except Halted as halt:
        if halt.reason != "forbidden":
            raise
        return otherwise
