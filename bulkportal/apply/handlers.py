"""For each kind of operation: the request that carries it out, and how its effect is found on the platform.

The properties of a kind are declared in `plan.kinds`; `tests/laws/test_every_operation.py` keeps the two in step.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

from bulkportal.apply.entries import LedgerEntry
from bulkportal.apply.references import Sent
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation
from bulkportal.portal import parsing
from bulkportal.portal.client import Portal
from bulkportal.portal.remote import Credits, Json, RemoteBundle, RemotePosition
from bulkportal.portal.wire import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What the platform shows of an operation that has happened: its answer, and its cost as far as known.

    `several` holds the ids where one reference names more than one bundle. `moved` says that the number of slots is
    neither the one before nor the one wanted: somebody else added some meanwhile, and the
    stored request would add too many.
    """

    answer: Mapping[str, Json]
    credits: Credits | None = None
    several: tuple[str, ...] = ()
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """A ledger entry, the slot it concerns, and whether we may have sent it before."""

    entry: LedgerEntry
    position: int = 0
    ours: bool = True

    @property
    def bundle(self) -> str:
        """The id of its bundle."""
        return self.entry.bundle_id or ""

    def has_led_to(self, status: object) -> bool:
        """Whether a status shows that the operation has happened.

        If we have not sent it, only an unambiguous status counts: a video may be configured without anybody having
        asked for corrections.
        """
        action = OperationKind(self.entry.kind).traits.action
        return action is not None and status in (action.results if self.ours else action.settled)


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind is carried out. `send` is None for uploads, which `transfers` sends.

    `find_effect` returns None where the platform shows that the operation has not happened. A kind without it sets a value, and
    may be retried without verification. `rehearse` asks for a dry run of a purchase.
    """

    send: Callable[[Portal, Request], Awaitable[Reply]] | None
    find_effect: Callable[[Portal, Request], Awaitable[Effect | None]] | None = None
    rehearse: Callable[[Portal, Operation], Awaitable[Reply]] | None = None


async def _find_creation(portal: Portal, request: Request) -> Effect | None:
    entry = request.entry
    # By the reference that was sent, not the name in the sheet, which may have been edited since.
    found = await portal.find_bundles(str(entry.body.get("external_ref") or entry.bundle))
    if not found:
        return None
    if len(found) > 1:
        return Effect(answer={}, several=tuple(bundle.id for bundle in found))
    # The bundle's own cost before the planned price: an edition with other prices may have charged something else.
    bundle = found[0]
    return Effect(answer={"id": bundle.id}, credits=entry.price if bundle.credit_cost is None else bundle.credit_cost)


def _find_slots(count: Callable[[RemoteBundle], int]) -> Callable[[Portal, Request], Awaitable[Effect | None]]:
    async def find(portal: Portal, request: Request) -> Effect | None:
        entry, bundle = request.entry, await portal.get_bundle(request.bundle)
        there = count(bundle)
        # At least, not exactly: somebody may have bought more on the website after ours had landed.
        if there >= entry.total:
            return Effect(answer={"id": bundle.id}, credits=entry.price)
        # Neither number: sending the stored quantity now would lead to more slots than the sheet asks for.
        return None if there == entry.before else Effect(answer={"id": bundle.id}, credits=0, moved=True)

    return find


def _find_in_bundle(happened: Callable[[RemoteBundle, Request], bool]) -> Callable[[Portal, Request], Awaitable[Effect | None]]:
    async def find(portal: Portal, request: Request) -> Effect | None:
        return Effect(answer={}) if happened(await portal.get_bundle(request.bundle), request) else None

    return find


async def _find_in_account(portal: Portal, request: Request) -> Effect | None:
    return Effect(answer={}) if request.has_led_to((await portal.get_account(request.bundle)).get("status")) else None


def _find_in_video(happened: Callable[[RemotePosition, Request], bool]) -> Callable[[Portal, Request], Awaitable[Effect | None]]:
    async def find(portal: Portal, request: Request) -> Effect | None:
        slot = await portal.get_video(request.bundle, request.position)
        return Effect(answer=slot.values) if happened(slot, request) else None

    return find


async def _find_handed_over(portal: Portal, request: Request) -> Effect | None:
    wanted = request.entry.body["positions"]
    waits = [slot for slot in await portal.get_videos(request.bundle) if isinstance(wanted, list) and slot.position in wanted]
    # The answer names ids, not positions, and slots that are published already are skipped (API reference 2.18): only the slots can
    # tell.
    return Effect(answer={}) if waits and all(slot.status != "configured" for slot in waits) else None


_find_status = _find_in_video(lambda slot, request: request.has_led_to(slot.status))

HANDLERS: Mapping[OperationKind, Handler] = {
    OperationKind.CREATE_BUNDLE: Handler(
        lambda portal, it: portal.create_bundle(it.entry.body, it.entry.key),
        _find_creation,
        lambda portal, step: portal.rehearse_creation(parsing.fields(dict(step.body))),  # type: ignore[arg-type]  # a creation waits for nothing
    ),
    OperationKind.ADD_VIDEO_SLOTS: Handler(
        lambda portal, it: portal.add_video_slots(it.bundle, _quantity(it.entry), it.entry.key),
        _find_slots(lambda bundle: bundle.videos_quantity),
        lambda portal, step: portal.rehearse_slots(str(step.bundle_id), "add-video-slots", step.total - step.before),
    ),
    OperationKind.ADD_EDIT_SLOTS: Handler(
        lambda portal, it: portal.add_edit_slots(it.bundle, _quantity(it.entry), it.entry.key),
        _find_slots(lambda bundle: bundle.edits_quantity),
        lambda portal, step: portal.rehearse_slots(str(step.bundle_id), "add-edit-slots", step.total - step.before),
    ),
    OperationKind.UPDATE_BUNDLE: Handler(lambda portal, it: portal.update_bundle(it.bundle, it.entry.body, it.entry.key)),
    OperationKind.UPLOAD_MEDIA: Handler(None),
    OperationKind.CONFIGURE_ACCOUNT: Handler(lambda portal, it: portal.put_account(it.bundle, it.entry.body, it.entry.key)),
    OperationKind.CONFIGURE_POSITIONS: Handler(
        lambda portal, it: portal.put_batch(it.bundle, cast("list[dict[str, Json]]", it.entry.body["videos"]), it.entry.key)
    ),
    OperationKind.UPDATE_POSITION: Handler(lambda portal, it: portal.patch_video(it.bundle, it.position, it.entry.body, it.entry.key)),
    OperationKind.PUBLISH: Handler(
        lambda portal, it: portal.publish(it.bundle, it.entry.key), _find_in_bundle(lambda bundle, _: bundle.is_published)
    ),
    OperationKind.PUBLISH_VIDEOS: Handler(lambda portal, it: portal.publish_all(it.bundle, it.entry.key), _find_handed_over),
    OperationKind.UNPUBLISH: Handler(
        lambda portal, it: portal.unpublish(it.bundle, it.entry.key), _find_in_bundle(lambda bundle, it: it.has_led_to(bundle.status))
    ),
    OperationKind.FINALIZE_VIDEO: Handler(lambda portal, it: portal.finalize_video(it.bundle, it.position, it.entry.key), _find_status),
    OperationKind.CORRECT_VIDEO: Handler(
        lambda portal, it: portal.correct_video(it.bundle, it.position, str(it.entry.body["message"]), it.entry.key), _find_status
    ),
    OperationKind.UNSCHEDULE_VIDEO: Handler(lambda portal, it: portal.unschedule(it.bundle, it.position, it.entry.key), _find_status),
    OperationKind.FIX_DOWNLOAD: Handler(
        lambda portal, it: portal.fix_download(it.bundle, it.position, it.entry.body, it.entry.key),
        # `is not True`: answers of seed 001 have no such field, and then there is no issue (API reference 6.1, S11).
        _find_in_video(lambda slot, _: slot.values.get("download_issue") is not True),
    ),
    OperationKind.FINALIZE_ACCOUNT: Handler(lambda portal, it: portal.finalize_account(it.bundle, it.entry.key), _find_in_account),
    OperationKind.CORRECT_ACCOUNT: Handler(lambda portal, it: portal.correct_account(it.bundle, it.entry.body, it.entry.key), _find_in_account),
}


async def send(portal: Portal, operation: Operation, entry: LedgerEntry) -> Sent:
    """Send the request stored in the ledger for this operation. Raises `Failure`s of the portal."""
    handler = HANDLERS[operation.kind]
    if handler.send is None:
        raise RuntimeError(f"{operation.identity} is an upload")
    reply = await handler.send(portal, Request(entry, _position(operation)))
    return Sent(
        answer=dict(reply.data),
        credits=reply.credits_charged,
        request_id=reply.request_id,
        replayed=reply.replayed,
        positions=reply.positions,
    )


async def rehearse(portal: Portal, operation: Operation) -> Reply:
    """The answer to a dry run of a purchase. Raises `Failure`s of the portal."""
    handler = HANDLERS[operation.kind]
    if handler.rehearse is None:
        raise RuntimeError(f"{operation.identity} takes no credits")
    return await handler.rehearse(portal, operation)


async def find_effect(portal: Portal, entry: LedgerEntry, operation: Operation | None = None, *, ours: bool = True) -> Effect | None:
    """The effect of an operation; None if the platform shows that it has not happened. Raises `Failure`s of the portal."""
    find = HANDLERS[OperationKind(entry.kind)].find_effect
    return None if find is None else await find(portal, Request(entry, _position(operation), ours))


def _position(operation: Operation | None) -> int:
    return operation.slots[0].position if operation is not None and operation.slots else 0


def _quantity(entry: LedgerEntry) -> int:
    quantity = entry.body["quantity"]
    if not isinstance(quantity, int):
        raise TypeError(f"{entry.identity} has no quantity")
    return quantity
