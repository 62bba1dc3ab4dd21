"""The changes that a plan makes, with the values before: the record from which a run can be undone. Pure.

It is made from the plan and its snapshot, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan import diff
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import ACCOUNT_PLACE, BUNDLE_PLACE, Memory, Operation, Plan, Ref, Remembered, Slot, Value
from bulkportal.portal.remote import EMPTY, Credits, Json, RemoteBundle, RemotePosition, RemoteState

_CONTENT = POSITIONS.of(Role.CONTENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChange:
    """One change that a run makes in one place: `place` is a position, 0 the account, -1 the bundle itself.

    `before` and `after` hold the platform's values by column, None where there is none; `untold` are columns whose old value
    is not known. `media` is the fingerprint of the old media. `was_empty` says that the slot was
    empty. `kind` is None for a renewal of Coverage, which no operation asked for. `status` is the status before. `number` distinguishes
    several changes of one operation. `state` is ``planned`` until the run has ended; what is still planned then was not
    sent, or a crash left its outcome unknown.
    """

    identity: str
    number: int = 0
    kind: OperationKind | None
    bundle: str
    bundle_id: str
    place: int
    platform: str = ""
    bundle_type: str = ""
    before: Mapping[str, Json] = field(default_factory=dict)
    after: Mapping[str, Json] = field(default_factory=dict)
    untold: tuple[str, ...] = ()
    media: str = ""
    was_empty: bool = False
    status: str = ""
    price: Credits | None = 0
    credits: Credits = 0
    state: str = "planned"


def changes_of(made: Plan, remote: RemoteState, memory: Memory) -> tuple[RunChange, ...]:
    """Every change that the operations of a plan make, in order."""
    creations = {operation.bundle: operation for operation in made.operations if operation.kind is OperationKind.CREATE_BUNDLE}
    return tuple(
        change for operation in made.operations for change in _changes(_Place.of(operation, creations.get(operation.bundle), remote, memory))
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """An operation with its bundle as it is now; None for a bundle still to be created."""

    operation: Operation
    remote: RemoteBundle | None
    platform: str
    bundle_type: str
    memory: Memory

    @classmethod
    def of(cls, operation: Operation, creation: Operation | None, state: RemoteState, memory: Memory) -> _Place:
        remote = state.bundles.get(operation.bundle_id) if isinstance(operation.bundle_id, str) else None
        body = {} if creation is None else creation.body
        platform, kind = (remote.platform, remote.bundle_type) if remote else (str(body.get("platform", "")), str(body.get("bundle_type", "")))
        return cls(operation, remote, platform, kind, memory)

    def remembered(self, place: int) -> Remembered | None:
        return None if self.remote is None else self.memory.places.get((self.remote.id, place))

    def slot(self, slot: Slot) -> RemotePosition | None:
        """The current content of the place of a slot."""
        return None if self.remote is None else self.remote.slot(slot.position)

    def change(  # noqa: PLR0913 - one keyword for each side of a change
        self,
        place: int,
        before: Mapping[str, Json] | None = None,
        after: Mapping[str, Json] | None = None,
        *,
        untold: Iterable[str] = (),
        was_empty: bool = False,
        status: str = "",
        price: Credits | None = 0,
        number: int = 0,
    ) -> RunChange:
        operation, remembered = self.operation, self.remembered(place)
        return RunChange(
            identity=operation.identity,
            number=number,
            kind=operation.kind,
            bundle=operation.bundle,
            bundle_id="" if self.remote is None else self.remote.id,
            place=place,
            platform=self.platform,
            bundle_type=self.bundle_type,
            before=before or {},
            after=after or {},
            untold=tuple(untold),
            media=remembered.media if remembered else "",
            was_empty=was_empty,
            status=status,
            price=price,
        )


def _changes(at: _Place) -> Iterator[RunChange]:
    operation, remote = at.operation, at.remote
    match operation.kind:
        case OperationKind.UPDATE_BUNDLE if remote is not None:
            yield _settings(at, remote)
        case OperationKind.CONFIGURE_ACCOUNT:
            yield _account(at)
        case OperationKind.CONFIGURE_POSITIONS | OperationKind.UPDATE_POSITION:
            for number, slot in enumerate(operation.slots):
                yield _slot(at, slot, number)
        case OperationKind.UNSCHEDULE_VIDEO | OperationKind.FIX_DOWNLOAD if (there := at.slot(operation.slots[0])) is not None:
            yield _emptied_or_fixed(at, there)
        case OperationKind.PUBLISH | OperationKind.UNPUBLISH:
            yield at.change(BUNDLE_PLACE, status=remote.status if remote else "", price=operation.price)
        case _:
            place = operation.slots[0].position if operation.slots else BUNDLE_PLACE
            yield at.change(place, price=operation.price)


def _settings(at: _Place, remote: RemoteBundle) -> RunChange:
    body = at.operation.body
    there: dict[str, Json] = {"title": remote.title, "auto_finalize_videos": remote.auto_finalize_videos, "bundle": remote.external_ref}
    untold: list[str] = []
    if not remote.title_known and "title" in at.operation.changes:
        remembered = at.remembered(BUNDLE_PLACE)
        if remembered is None or "title" not in remembered.sent:
            untold.append("title")
        else:
            there["title"] = remembered.sent["title"]
    names = at.operation.changes
    before = {name: there.get(name) for name in names if name not in untold}
    return at.change(BUNDLE_PLACE, before, {name: _known(body.get(diff.BUNDLES_WIRE[name])) for name in names}, untold=untold)


def _account(at: _Place) -> RunChange:
    names, body = at.operation.changes, at.operation.body
    there = {} if at.remote is None else at.remote.account
    before = {name: there.get(diff.BUNDLES_WIRE[name]) for name in names}
    after = {name: _known(body.get(diff.BUNDLES_WIRE[name])) for name in names}
    return at.change(ACCOUNT_PLACE, before, after, was_empty=not any(value not in EMPTY for value in there.values()))


def _slot(at: _Place, slot: Slot, number: int) -> RunChange:
    there = at.slot(slot)
    facts = {"status": there.status if there else "", "price": slot.price, "number": number}
    if at.operation.kind is OperationKind.UPDATE_POSITION:
        before = _values(there, slot.changes) if there is None or there.configured else _labels(there, slot.changes)
        return at.change(slot.position, before, _sent(slot, slot.changes), **facts)  # type: ignore[arg-type]  # each by its own name
    if there is None or not there.configured:
        before = {} if there is None else _labels(there, diff.LABELS)
        return at.change(slot.position, before, _sent(slot, diff.SLOT_FIELDS), was_empty=True, **facts)  # type: ignore[arg-type]  # the same
    # Replacing a slot clears what the body leaves out, such as the images of a carousel that becomes a video.
    lost = (name for name in diff.SLOT_FIELDS if _there(there, name) not in EMPTY and diff.POSITIONS_WIRE[name] not in slot.body)
    names = tuple(dict.fromkeys((*slot.changes, *lost)))
    remembered = at.remembered(slot.position)
    before = _values(there, names)
    untold = []
    for name in names:
        wire = diff.POSITIONS_WIRE[name]
        # The list may leave fields out (API reference 2.13). Recording them as empty would be a guess, and an undo would write it.
        if wire not in there.values and not there.complete:
            if remembered is not None and wire in remembered.sent:
                before[name] = remembered.sent[wire]
            else:
                untold.append(name)
    kept = {name: value for name, value in before.items() if name not in untold}
    return at.change(slot.position, kept, _sent(slot, names), untold=untold, **facts)  # type: ignore[arg-type]  # the same


def _emptied_or_fixed(at: _Place, there: RemotePosition) -> RunChange:
    filled = {name: value for name in diff.SLOT_FIELDS if (value := _there(there, name)) not in EMPTY}
    if at.operation.kind is OperationKind.FIX_DOWNLOAD:
        filled = {name: value for name, value in filled.items() if name in (*POSITIONS.media, "target_publish_date")}
    return at.change(there.position, filled, untold=() if there.complete else _CONTENT, status=there.status)


def _there(slot: RemotePosition, name: str) -> Json:
    return slot.values.get(diff.POSITIONS_WIRE[name])


def _values(slot: RemotePosition | None, names: Iterable[str]) -> dict[str, Json]:
    return {name: None if slot is None else _there(slot, name) for name in names}


def _labels(slot: RemotePosition, names: Iterable[str]) -> dict[str, Json]:
    own = diff.own_labels(slot)
    return {name: own.get(diff.POSITIONS_WIRE[name]) for name in names}


def _sent(slot: Slot, names: Iterable[str]) -> dict[str, Json]:
    return {name: _known(value) for name in names if (value := slot.body.get(diff.POSITIONS_WIRE[name])) is not None or name in slot.changes}


def _known(value: Value) -> Json:
    """A value as it is recorded; the address of a coming upload is not known."""
    if isinstance(value, Ref):
        return None
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return [str(item) for item in value if isinstance(item, str)] if not isinstance(value, dict) else None
