"""The plan of one bundle, step by step, in the order in which its operations can be carried out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bulkportal.check.findings import Finding
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan import diff, events, pricing
from bulkportal.plan.desired import Wanted, WantedBundle
from bulkportal.plan.draft import Basis, BundleDraft, as_cell
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import ACCOUNT_PLACE, BUNDLE_PLACE, Hold, Operation, Slot, Value, price_of
from bulkportal.portal.remote import OVER, Json, RemoteBundle, RemotePosition, credits_in_words, live_link

# No document says which statuses take a configuration (API reference 2.14);
# these two are sure, and in any other one a person is at work on the video.
_OPEN_SLOTS = frozenset({"pending", "configured"})


def drafted(wanted: WantedBundle, basis: Basis) -> BundleDraft:
    """All operations of the bundle, or why there are none."""
    bundle = BundleDraft(wanted, basis)
    if not _find(bundle):
        return bundle
    if wanted.broken is not None:
        bundle.hold(f"its bundle's row {wanted.broken} has errors")
        return bundle
    # The order matters: each step takes as needs what the steps before it have planned (`BundleDraft.rests_on`).
    _create_or_grow(bundle)
    _settings(bundle)
    if bundle.wanted.action == "unpublish":  # before the rest, some of which is possible only then
        _bundle_action(bundle)
    _account(bundle)
    _positions(bundle)
    _publish(bundle)
    if bundle.wanted.action != "unpublish":
        _bundle_action(bundle)
    _without_blamed(bundle)
    bundle.doubts += _unfilled(bundle)
    _tell(bundle)
    return bundle


def _find(bundle: BundleDraft) -> bool:
    state = bundle.basis.remote
    if bundle.wanted.bundle_id is None:
        # A reference is unique per user, but the list shows the bundles of the whole organisation (API reference S18): several may have it.
        ids = state.by_reference.get(bundle.wanted.reference or "", ())
        if len(ids) > 1:
            _twice(bundle, ids)
            return False
        bundle.remote = state.bundles.get(ids[0]) if ids else None
    else:
        # An id that the platform does not have is an error of the check (`bundle_not_found`), so no creation is planned for it.
        bundle.remote = state.bundles.get(bundle.wanted.bundle_id)
    if bundle.remote is not None and bundle.wanted.bundle is not None:
        _fixed(bundle, bundle.wanted.bundle, bundle.remote)
    return True


def _twice(bundle: BundleDraft, ids: Sequence[str]) -> None:
    rows = bundle.wanted.rows
    for row in rows[:1]:
        place = bundle.basis.checked.place(row, "bundle")
        words = {"count": len(ids), "name": bundle.name, "ids": ", ".join(ids)}
        bundle.findings.append(place.found("reference_twice", words, value=bundle.name))
    bundle.hold("the platform has several bundles under its reference")


def _fixed(bundle: BundleDraft, row: Wanted, remote: RemoteBundle) -> None:
    base = bundle.basis.checked.base.get((remote.id, None))
    for name, value in diff.fixed_differences(row, remote, base):
        there = as_cell(value)
        back = "Empty the cell" if value is None else f"Write {there}"
        bundle.blame(row, name, "bundle_fixed", name=name, there=there, wanted=as_cell(row.values[name]), back=back)


def _create_or_grow(bundle: BundleDraft) -> None:
    row = bundle.wanted.bundle
    if row is None:
        return
    if bundle.remote is None:
        body = _creation_body(bundle, row)
        price = pricing.creation(body, bundle.basis.remote.prices)
        bundle.add(OperationKind.CREATE_BUNDLE, f"create:{bundle.name}", rows=(row.row,), body=body, price=price)
        return
    for kind, there in (
        (OperationKind.ADD_VIDEO_SLOTS, bundle.remote.videos_quantity),
        (OperationKind.ADD_EDIT_SLOTS, bundle.remote.edits_quantity),
    ):
        name = kind.traits.column
        total = row.values.get(name)
        # A smaller number takes nothing away: there is no way to return slots (API reference 5.2).
        if not isinstance(total, int) or total <= there:
            continue
        if bundle.remote.status in OVER:
            bundle.blame(row, name, "slots_bundle_over", name=bundle.name, status=bundle.remote.status, there=there)
            continue
        if not bundle.has_conflicts(row, None, (name,), {name: there}):
            _add_slots(bundle, kind, row, total, there)


def _add_slots(bundle: BundleDraft, kind: OperationKind, row: Wanted, total: int, there: int) -> None:
    price = pricing.slots(kind.traits.item, total - there, bundle.basis.remote.prices)
    prefix = "slots" if kind is OperationKind.ADD_VIDEO_SLOTS else "edits"
    operation = Operation(
        # Named by the total and not by the number added: from whatever number a later run starts, it is the same purchase.
        identity=f"{prefix}:{bundle.name}:{total}",
        kind=kind,
        bundle=bundle.name,
        bundle_id=bundle.bundle_id(),
        target=f"{bundle.name}: {there} to {total}",
        rows=(row.row,),
        # Video slots before edit slots: more edits than videos are refused (seed 002).
        needs=bundle.rests_on(OperationKind.ADD_VIDEO_SLOTS),
        price=price,
        body={"quantity": total - there},
        total=total,
        before=there,
        changes=(kind.traits.item,),
    )
    bundle.operations.append(operation)


def _creation_body(bundle: BundleDraft, row: Wanted) -> dict[str, Json]:
    kind = str(row.values.get("bundle_type", ""))
    body: dict[str, Json] = {"external_ref": bundle.wanted.reference}
    for name in diff.CREATION:
        known = BUNDLES[name]
        if name in row.values and (known.belongs(None, kind) or known.role is Role.SLOTS):
            body[known.wire] = diff.plain(row.values[name])
    if body.get("wants_niche_warming") is not True:
        # They go with the flag only (API reference 2.1).
        body.pop("niche_warming_instructions", None)
    if kind == "account_only":
        body.pop("videos_quantity", None)
    return body


def _settings(bundle: BundleDraft) -> None:
    row, remote = bundle.wanted.bundle, bundle.remote
    if row is None or remote is None:
        return
    changes = diff.settings_changes(row, remote, bundle.remembered(BUNDLE_PLACE))
    if diff.is_renamed(row, remote, bundle.basis.checked.base.get((remote.id, None))):
        name = changes["bundle"] = str(row.values["bundle"])
        _free(bundle, row, name, remote)
    there: dict[str, Json] = {"external_ref": remote.external_ref, "title": remote.title, "auto_finalize_videos": remote.auto_finalize_videos}
    # A change of a title that the platform does not return cannot be noticed, so it is no conflict.
    told = tuple(name for name in changes if name != "title" or remote.title_known)
    if not changes or bundle.has_conflicts(row, None, told, there):
        return
    bundle.show(row, tuple(changes), there, diff.BUNDLES_WIRE)
    body: dict[str, Value] = {diff.BUNDLES_WIRE[name]: value for name, value in changes.items()}
    bundle.add(OperationKind.UPDATE_BUNDLE, f"settings:{bundle.name}", rows=(row.row,), body=body, changes=tuple(changes))


def _free(bundle: BundleDraft, row: Wanted, name: str, remote: RemoteBundle) -> None:
    """Report at its cell that a new name belongs to another bundle: the platform accepts each only once (seed 003)."""
    owners = [identity for identity in bundle.basis.remote.by_reference.get(name, ()) if identity != remote.id]
    if owners:
        bundle.blame(row, "bundle", "bundle_name_taken", name=name, owner=owners[0], identity=remote.id)


# -- account


def _account(bundle: BundleDraft) -> None:
    row = bundle.wanted.bundle
    kind = bundle.remote.bundle_type if bundle.remote else str(row.values.get("bundle_type", "")) if row else ""
    if row is None or kind == "videos_only":
        return
    row = diff.applicable_fields(row, BUNDLES, bundle.platform, kind)
    changed = _account_changes(bundle, row)
    if not changed or (bundle.remote is not None and bundle.has_conflicts(row, None, changed, bundle.remote.account)):
        return
    # The platform takes a new profile during setup only (API reference 2.11), or once this very plan has unpublished the bundle.
    if bundle.remote is not None and bundle.remote.status != "pending_setup" and not bundle.rests_on(OperationKind.UNPUBLISH):
        bundle.blame(row, changed[0], "account_locked", status=bundle.remote.status, advice=events.for_account(bundle.remote))
        return
    bundle.show(row, changed, bundle.remote.account if bundle.remote else {}, diff.BUNDLES_WIRE)
    body: dict[str, Value] = dict(diff.account_body(row, bundle.remote))
    for item in row.media.get("profile_picture", ()):
        body["profile_picture_url"] = bundle.address(item, "profile_picture", row.row)
    slot = Slot(position=ACCOUNT_PLACE, row=row.row, body=body, media=diff.media_of(row), changes=changed)
    bundle.add(OperationKind.CONFIGURE_ACCOUNT, f"account:{bundle.name}", rows=(row.row,), body=body, slots=(slot,), changes=changed)


def _account_changes(bundle: BundleDraft, row: Wanted) -> tuple[str, ...]:
    if bundle.remote is None:
        return tuple(name for name in diff.ACCOUNT_FIELDS if name in row.values)
    return diff.changed_account_fields(row, bundle.remote, bundle.remembered(ACCOUNT_PLACE))


# -- positions


def _positions(bundle: BundleDraft) -> None:
    # Batches by the purchases that they need: an existing position must not fail because the purchase of another one did.
    resting: dict[tuple[str, ...], list[Slot]] = {}
    for position, row in bundle.wanted.positions.items():
        remote = bundle.remote.slot(position) if bundle.remote else None
        if "action" in row.values:
            events.plan_video(bundle, position, row, remote)
        elif _is_beyond(bundle, position) and not bundle.rests_on(OperationKind.ADD_VIDEO_SLOTS):
            bundle.held.append(Hold(row=row.row, reason="the slot that it needs cannot be added"))
        elif (slot := _slot(bundle, position, row, remote)) is not None:
            resting.setdefault(_bought_for(bundle, slot), []).append(slot)
    size = bundle.basis.choices.batch
    for needs, slots in resting.items():
        for start in range(0, len(slots), size):
            _configure(bundle, tuple(slots[start : start + size]), needs)


def _bought_for(bundle: BundleDraft, slot: Slot) -> tuple[str, ...]:
    """The purchases that a position needs: an existing one needs none, unless it asks for an edit."""
    kinds = [OperationKind.ADD_EDIT_SLOTS] if "editing_instructions" in slot.changes else []
    return bundle.rests_on(*kinds, *([OperationKind.ADD_VIDEO_SLOTS] if _is_beyond(bundle, slot.position) else []))


def _is_beyond(bundle: BundleDraft, position: int) -> bool:
    """Whether an existing bundle has no such slot yet."""
    return bundle.remote is not None and position > bundle.remote.videos_quantity


def _configure(bundle: BundleDraft, batch: tuple[Slot, ...], needs: tuple[str, ...]) -> None:
    numbers = ", ".join(str(slot.position) for slot in batch)
    operation = Operation(
        identity=f"configure:{bundle.name}:{numbers.replace(', ', ',')}",
        kind=OperationKind.CONFIGURE_POSITIONS,
        bundle=bundle.name,
        bundle_id=bundle.bundle_id(),
        target=f"{bundle.name} positions {numbers}",
        rows=tuple(slot.row for slot in batch),
        needs=needs,
        price=price_of(batch),
        slots=batch,
        changes=tuple(dict.fromkeys(name for slot in batch for name in slot.changes)),
    )
    bundle.operations.append(operation)


def _slot(bundle: BundleDraft, position: int, row: Wanted, remote: RemotePosition | None) -> Slot | None:
    row = diff.applicable_fields(row, POSITIONS, bundle.platform, remote.values.get("video_type") if remote else None)
    new = tuple(name for name in diff.SLOT_FIELDS if name in row.values)
    changed = new if remote is None else diff.changed_slot_fields(row, remote, bundle.remembered(position))
    if not changed:
        return None
    # An empty slot has no content to conflict with: only its labels can have been changed by others.
    standing = changed if remote is None or remote.configured else tuple(name for name in changed if name in diff.LABELS)
    if remote is not None and bundle.has_conflicts(row, position, standing, remote.values):
        return None
    if remote is not None and events.needs_fixing(bundle, row, remote, changed):
        return None
    there: Mapping[str, Json] = {} if remote is None else remote.values if remote.configured else diff.own_labels(remote)
    # Before the locks below: labels may be changed in every status (API reference 2.15).
    if remote is not None and set(changed) <= set(diff.LABELS):
        bundle.show(row, changed, there, diff.POSITIONS_WIRE)
        _light_edit(bundle, position, row, changed)
        return None
    if bundle.remote is not None and bundle.remote.status in OVER:
        words = {"position": position, "status": bundle.remote.status, "fields": ", ".join(changed), "bundle": bundle.name}
        bundle.blame(row, changed[0], "slot_locked", "bundle_over", **words)
        return None
    if remote is not None and remote.status not in _OPEN_SLOTS:
        words = {"position": position, "status": remote.status, "fields": ", ".join(changed), "advice": events.for_slot(remote, bundle.remote)}
        bundle.blame(row, changed[0], "slot_locked", **words)
        return None
    bundle.show(row, changed, there, diff.POSITIONS_WIRE)
    body: dict[str, Value] = dict(diff.slot_body(row, remote))
    _set_media(bundle, body, row, changed)
    price = pricing.settings(body, remote.values if remote is not None else {}, bundle.basis.remote.prices)
    whole: dict[str, Value] = {"position": position, **body}
    return Slot(position=position, row=row.row, body=whole, media=diff.media_of(row), changes=changed, price=price)


def _light_edit(bundle: BundleDraft, position: int, row: Wanted, changed: tuple[str, ...]) -> None:
    """Plan a PATCH where only name or reference differ: it is allowed in every status and clears nothing (API reference 2.15)."""
    body: dict[str, Value] = {name: None if name in row.clear else diff.plain(row.values[name]) for name in changed}
    slot = Slot(position=position, row=row.row, body=body, media="", changes=changed)
    identity = f"rename:{bundle.name}:{position}"
    bundle.add(OperationKind.UPDATE_POSITION, identity, rows=(row.row,), body=body, slots=(slot,), changes=changed)


def _set_media(bundle: BundleDraft, body: dict[str, Value], row: Wanted, changed: tuple[str, ...]) -> None:
    kind = body.get("video_type")
    # Unchanged media is sent as the address that the platform has: a PUT without it would clear it (API reference 2.14).
    if kind != "carousel" and "video" in row.media and ("video" in changed or "video_url" not in body):
        body["video_url"] = bundle.address(row.media["video"][0], "video", row.row)
    if kind == "carousel" and "carousel_images" in row.media and ("carousel_images" in changed or "carousel_images" not in body):
        body["carousel_images"] = [bundle.address(item, "carousel", row.row) for item in row.media["carousel_images"]]


# -- publish


def _publish(bundle: BundleDraft) -> None:
    if not bundle.wanted.publish or (bundle.remote is None and bundle.wanted.bundle is None):
        return
    if bundle.remote is not None and not events.may_publish(bundle, bundle.wanted.bundle, bundle.remote):
        return
    waits = [*bundle.wanted.invalid_rows, *(f.address for f in bundle.findings if f.address)]
    rows = (bundle.wanted.bundle.row,) if bundle.wanted.bundle else bundle.wanted.rows
    if waits and not bundle.basis.choices.publish_partial:
        names = ", ".join(str(row) for row in dict.fromkeys(waits))
        bundle.held.extend(Hold(row=row, reason=f"not published: it waits for {names}", unpublished=bundle.name) for row in rows)
        return
    # An action is an event, done once; `publish: yes` describes a state, and applies again after an unpublishing.
    identity = events.publishing(bundle) if bundle.wanted.action == "publish" else f"publish:{bundle.name}"
    bundle.add(OperationKind.PUBLISH, identity, rows=rows, changes=("publish",))


def _bundle_action(bundle: BundleDraft) -> None:
    row = bundle.wanted.bundle
    if row is not None and bundle.wanted.action and bundle.wanted.action != "publish":
        events.plan_bundle(bundle, row, bundle.wanted.action)


def _without_blamed(bundle: BundleDraft) -> None:
    """Remove what was planned for rows that turned out to be wrong, and what needs it: such a row is not sent."""
    blamed = {finding.address for finding in bundle.findings}
    kept: list[Operation] = []
    gone: set[str] = set()
    # One pass is enough: operations stand behind those that they need.
    for operation in bundle.operations:
        if blamed.issuperset(operation.rows):
            gone.add(operation.identity)
        elif gone.intersection(operation.needs):
            gone.add(operation.identity)
            where = ", ".join(sorted({str(address) for address in blamed}))
            bundle.held.extend(Hold(row=row, reason=f"it waits for {where}, which has errors") for row in operation.rows)
        else:
            kept.append(operation)
    bundle.operations = kept


# -- the small print


def _tell(bundle: BundleDraft) -> None:
    if bundle.remote is None:
        return
    for position, row in bundle.wanted.positions.items():
        slot = bundle.remote.slot(position)
        if slot is None:
            continue
        link = live_link(slot.values)
        if link:
            bundle.links[row.row] = link
        if slot.values.get("download_issue") is True:
            bundle.notes.setdefault(row.row, "as it should be, but its link is flagged: the manager waits for fix-download")


def _unfilled(bundle: BundleDraft) -> Iterator[Finding]:
    """A warning if a bundle that is bought, enlarged or published has slots that neither the sheet nor the platform fills."""
    row = bundle.wanted.bundle
    if row is None or not ("videos_quantity" in row.values or bundle.wanted.publish):
        return
    if bundle.remote is not None and bundle.remote.status in OVER:
        return
    slots = _slots(bundle)
    there = () if bundle.remote is None else bundle.remote.positions
    filled = {slot.position for slot in there if slot.configured} | bundle.wanted.claimed
    # An unscheduled slot remains paid for, but is empty afterwards (seed 000).
    filled -= {slot.position for operation in bundle.operations if operation.kind is OperationKind.UNSCHEDULE_VIDEO for slot in operation.slots}
    empty = slots - len([position for position in filled if 1 <= position <= slots])
    if empty <= 0:
        return
    cost = pricing.slots("video_slot", empty, bundle.basis.remote.prices)
    price = "" if cost is None else f" ({credits_in_words(cost)})"
    words = {"bundle": bundle.name, "slots": slots, "filled": slots - empty, "empty": empty, "price": price}
    yield bundle.basis.checked.place(row.row, "videos_quantity").found("slots_unfilled", words, value=str(slots))


def _slots(bundle: BundleDraft) -> int:
    """The number of video slots of the bundle after the plan."""
    # The largest and not the sum: each of these is a total.
    counts = [0 if bundle.remote is None else bundle.remote.videos_quantity]
    for operation in bundle.operations:
        if operation.kind is OperationKind.ADD_VIDEO_SLOTS:
            counts.append(operation.total)
        quantity = operation.body.get("videos_quantity")
        if operation.kind is OperationKind.CREATE_BUNDLE and isinstance(quantity, int):
            counts.append(quantity)
    return max(counts)
