"""An operation as a call of the client, with every `Ref` replaced by what is now known."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from bulkportal.apply.entries import Entry
from bulkportal.plan.operations import Operation, OperationKind, Ref, Slot, Value
from bulkportal.portal.answers import PositionAnswer
from bulkportal.portal.client import Portal
from bulkportal.portal.remote import Credits, Json
from bulkportal.portal.wire import Reply


class Unresolved(Exception):
    """Something that this needs is not known, because the operation that would tell it failed."""

    def __init__(self, identity: str) -> None:
        super().__init__(identity)
        self.identity = identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A success. `answer` holds what later operations may refer to; `positions` a batch's own answers.

    `credits` is what the platform says it charged, None where it did not say.
    """

    answer: Mapping[str, Json]
    credits: Credits | None = None
    request_id: str | None = None
    replayed: bool = False
    positions: Mapping[int, PositionAnswer] = field(default_factory=dict)


class Answers:
    """What the operations done so far have told, by identity."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, Json]] = {}

    def tell(self, identity: str, answer: Mapping[str, Json]) -> None:
        """Keep the answer of an operation that is done."""
        self._known[identity] = answer

    def resolve(self, value: Value) -> Json:
        """The value with every `Ref` replaced. Raises Unresolved."""
        if isinstance(value, Ref):
            found = self._known.get(value.identity, {}).get(value.field)
            if found is None:
                raise Unresolved(value.identity)
            return found
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self.resolve(item) for item in value]
        return value

    def body(self, body: Mapping[str, Value]) -> dict[str, Json]:
        """A whole body, resolved. Raises Unresolved."""
        return {name: self.resolve(value) for name, value in body.items()}

    def bundle_id(self, operation: Operation) -> str:
        """The id of the operation's bundle; nothing for one that creates it. Raises Unresolved."""
        return str(self.resolve(operation.bundle_id))


_CALLS: Mapping[OperationKind, Callable[[Portal, str, Entry], Awaitable[Reply]]] = {
    OperationKind.CREATE_BUNDLE: lambda portal, _, entry: portal.create_bundle(entry.body, entry.key),
    OperationKind.ADD_VIDEO_SLOTS: lambda portal, bundle, entry: portal.add_video_slots(bundle, _quantity(entry), entry.key),
    OperationKind.ADD_EDIT_SLOTS: lambda portal, bundle, entry: portal.add_edit_slots(bundle, _quantity(entry), entry.key),
    OperationKind.UPDATE_BUNDLE: lambda portal, bundle, entry: portal.update_bundle(bundle, entry.body, entry.key),
    OperationKind.CONFIGURE_ACCOUNT: lambda portal, bundle, entry: portal.put_account(bundle, entry.body, entry.key),
    OperationKind.PUBLISH: lambda portal, bundle, entry: portal.publish(bundle, entry.key),
    OperationKind.UNPUBLISH: lambda portal, bundle, entry: portal.unpublish(bundle, entry.key),
    OperationKind.PUBLISH_VIDEOS: lambda portal, bundle, entry: portal.publish_all(bundle, entry.key),
    OperationKind.FINALIZE_ACCOUNT: lambda portal, bundle, entry: portal.finalize_account(bundle, entry.key),
    OperationKind.CORRECT_ACCOUNT: lambda portal, bundle, entry: portal.correct_account(bundle, entry.body, entry.key),
}

_SLOT_CALLS: Mapping[OperationKind, Callable[[Portal, str, int, Entry], Awaitable[Reply]]] = {
    OperationKind.UPDATE_POSITION: lambda portal, bundle, position, entry: portal.patch_video(bundle, position, entry.body, entry.key),
    OperationKind.FINALIZE_VIDEO: lambda portal, bundle, position, entry: portal.finalize_video(bundle, position, entry.key),
    OperationKind.CORRECT_VIDEO: lambda portal, bundle, position, entry: portal.correct_video(
        bundle, position, str(entry.body["message"]), entry.key
    ),
    OperationKind.UNSCHEDULE_VIDEO: lambda portal, bundle, position, entry: portal.unschedule(bundle, position, entry.key),
    OperationKind.FIX_DOWNLOAD: lambda portal, bundle, position, entry: portal.fix_download(bundle, position, entry.body, entry.key),
}
"""The calls that concern one slot."""


async def send(portal: Portal, operation: Operation, entry: Entry) -> Sent:
    """Send what the ledger holds for this operation, and nothing else; uploads are for `transfers`. Raises `Failure`s of the portal."""
    if operation.kind is OperationKind.CONFIGURE_POSITIONS:
        return await _configure(portal, entry)
    if operation.kind in _SLOT_CALLS:
        return _sent(await _SLOT_CALLS[operation.kind](portal, entry.bundle_id or "", operation.slots[0].position, entry))
    return _sent(await _CALLS[operation.kind](portal, entry.bundle_id or "", entry))


def resend_body(slots: tuple[Slot, ...], answers: Answers) -> tuple[list[dict[str, Json]], dict[int, str]]:
    """The bodies of the slots whose parts are all known, and the positions that wait for what failed."""
    bodies: list[dict[str, Json]] = []
    missing: dict[int, str] = {}
    for slot in slots:
        try:
            bodies.append(answers.body(slot.body))
        except Unresolved as unresolved:
            missing[slot.position] = unresolved.identity
    return bodies, missing


async def _configure(portal: Portal, entry: Entry) -> Sent:
    videos = cast("list[dict[str, Json]]", entry.body["videos"])
    reply = await portal.put_batch(entry.bundle_id or "", videos, entry.key)
    return Sent(answer={}, credits=reply.credits_charged, request_id=reply.request_id, replayed=reply.replayed, positions=reply.positions)


def _quantity(entry: Entry) -> int:
    quantity = entry.body["quantity"]
    if not isinstance(quantity, int):
        raise TypeError(f"{entry.identity} has no quantity")
    return quantity


def _sent(reply: Reply) -> Sent:
    return Sent(answer=dict(reply.data), credits=reply.credits_charged, request_id=reply.request_id, replayed=reply.replayed)
