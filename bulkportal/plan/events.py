"""Plans actions: each is checked against the status that it starts from, and skipped if it was done before.

Advice to use an action that the platform would refuse is worse than none: for a locked row, only actions are
offered that its status allows, or will allow later.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from bulkportal.columns.corrections import by_field
from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS, media_field
from bulkportal.plan import diff, event_names
from bulkportal.plan.desired import Wanted
from bulkportal.plan.draft import BundleDraft
from bulkportal.plan.kinds import ACTIONS, Action, OperationKind
from bulkportal.plan.operations import ACCOUNT_PLACE, Hold, Operation, Slot, Value
from bulkportal.portal.remote import OVER, RemoteBundle, RemotePosition
from bulkportal.portal.transitions import OF_ACCOUNTS, OF_BUNDLES, OF_VIDEOS
from bulkportal.sheets.table import RowAddress

AGAIN = "to ask for it once more, ask in a new export"
_ANOTHER = "Write no under publish, or give the row another bundle name to have a new bundle made."

_RESTORE = "Restore what the platform has."
_ELSE_RESTORE = "otherwise restore what the platform has."

_ACTIONS = {action.name: action for kind in ACTIONS.values() if (action := kind.traits.action)}

_ORDER = {
    status: place
    for place, statuses in enumerate(
        (
            ("draft",),
            ("pending", "pending_setup"),
            ("configured", "pending_corrections"),
            ("published", "published_priority"),
            ("accepted",),
            ("in_review",),
            ("finalized", "cancelled", "archived"),
            ("completed",),
        )
    )
    for status in statuses
}
"""Statuses in the order in which they come (seeds 001 and 003); statuses of equal rank have no order among themselves."""


def plan_video(bundle: BundleDraft, position: int, row: Wanted, slot: RemotePosition | None) -> None:
    """Plan the action of a Videos row, or report at its cell why it is impossible."""
    name = str(row.values["action"])
    place = f"{bundle.name} position {position}"
    if slot is None:
        bundle.blame(row, "action", "action_no_target", place=place, action=name)
        return
    unsent = _unsent(bundle, row, slot, name)
    # Only for exported rows: in the sheet that launched the bundle, cells that differ now are old values, and not a wish.
    if unsent and row.edited:
        _blame_unsent(bundle, row, name, unsent)
        return
    if name == "unschedule" and slot.configured and bundle.has_conflicts(row, position, _filled_at_export(bundle, position), slot.values):
        return
    message = str(row.values.get("message", "")) if name == "corrections" else ""
    words = diff.media_of(row) if name == "fix-download" else message
    identity = event_names.identity(name, f"{bundle.lasting_name} position {position}", words, export=bundle.basis.checked.export)
    if name == "fix-download":
        made = _fix_download(bundle, position, row, slot, identity)
    elif _is_over(bundle, row, identity, slot.status, place):
        made = None
    else:
        body: Mapping[str, Value] = {"message": message} if message else {}
        made = Slot(position=position, row=row.row, body=body, media="")
    if made is not None:
        _add(bundle, row, identity, made, target=place, unsent=unsent)


def _filled_at_export(bundle: BundleDraft, position: int) -> tuple[str, ...]:
    """The content fields that the export showed: unscheduling empties the slot, and is meant for that content and no newer one."""
    base = bundle.basis.checked.base.get((bundle.remote.id, position), {}) if bundle.remote else {}
    return tuple(name for name in POSITIONS.of(Role.CONTENT) if base.get(name) not in (None, []))


def _unsent(bundle: BundleDraft, row: Wanted, slot: RemotePosition, name: str) -> tuple[str, ...]:
    """The cells that differ from the platform and would not be sent: a row with an action sends nothing else."""
    if bundle.remote is None or not (slot.configured or row.edited):
        return ()
    taken = POSITIONS.media if name == "fix-download" else ()
    applicable = diff.applicable_fields(row, POSITIONS, bundle.platform, slot.values.get("video_type"))
    changed = diff.changed_slot_fields(applicable, slot, bundle.remembered(slot.position))
    return tuple(field for field in changed if field not in taken)


def _blame_unsent(bundle: BundleDraft, row: Wanted, name: str, unsent: tuple[str, ...]) -> None:
    for field in unsent:
        bundle.blame(row, field, "action_with_changes", action=name, field=field)


def needs_fixing(bundle: BundleDraft, row: Wanted, slot: RemotePosition, changed: tuple[str, ...]) -> bool:
    """Whether a row has new media for a flagged link but no fix-download, reported at its cell: only a fix clears the flag (seed 004)."""
    media = next((field for field in POSITIONS.media if field in changed), "")
    if not media or slot.values.get("download_issue") is not True:
        return False
    bundle.blame(row, media, "link_flagged", position=slot.position, name=bundle.name)
    return True


def plan_bundle(bundle: BundleDraft, row: Wanted, name: str) -> None:
    """Plan the action of a Bundles row, or report at its cell why it is impossible."""
    remote = bundle.remote
    if remote is None:
        bundle.blame(row, "action", "action_no_target", "bundle", place=bundle.name, action=name)
        return
    if name == "publish-videos":
        _publish_videos(bundle, row, remote)
        return
    of_account = _action_of(row).of == "account"
    status = (remote.account_status or "unknown") if of_account else remote.status
    message = str(row.values.get("message", "")) if name == "account-corrections" else ""
    identity = event_names.identity(name, bundle.lasting_name, message, export=bundle.basis.checked.export)
    place = f"the account of {bundle.name}" if of_account else bundle.name
    if _is_over(bundle, row, identity, status, place):
        return
    body: dict[str, Value] = {}
    if message:
        fields = by_field(message)
        body = {"comment": message, **({"fields": dict(fields)} if fields else {})}
    _add(bundle, row, identity, Slot(position=ACCOUNT_PLACE, row=row.row, body=body, media=""), target=bundle.name)


def publishing(bundle: BundleDraft) -> str:
    """The identity of publishing a bundle, requested as an action."""
    return event_names.identity("publish-action", bundle.name, export=bundle.basis.checked.export)


def may_publish(bundle: BundleDraft, row: Wanted | None, remote: RemoteBundle) -> bool:
    """Whether an existing bundle can be published now; if not, the reason is noted on its row, or reported at its cell.

    `publish: yes` describes a lasting state; the action is an event, which is not repeated after an unpublishing.
    """
    if row is None:
        return _is_open(bundle, bundle.wanted.rows, remote)
    asked = row.values.get("action") == "publish"
    done = event_names.done_on(publishing(bundle), bundle.basis.memory.events) if asked else None
    note = ""
    if done is not None:
        note = f"publish: done {event_names.when(done)}"
        note += "" if remote.is_published else f"; it is {remote.status} again: write yes under publish, or ask in a new export"
    elif remote.is_published:
        note = f"publish: it is {remote.status} already" if asked else ""
        if publishing(bundle) in bundle.basis.memory.begun:
            bundle.happened.append(publishing(bundle))
    elif asked:
        return _is_allowed(bundle, row, "publish", OF_BUNDLES["publish"], remote.status, bundle.name)
    else:
        return _is_open(bundle, (row.row,), remote)
    if note:
        bundle.notes[row.row] = note
    return False


def _is_open(bundle: BundleDraft, rows: Collection[RowAddress], remote: RemoteBundle) -> bool:
    """Whether a bundle can be published. If it neither is nor can be, its rows are held: "unchanged" would hide that."""
    allowed = OF_BUNDLES["publish"]
    if not remote.is_published and remote.status not in allowed:
        reason = f"not published: the bundle is {remote.status}, and only one that is {' or '.join(allowed)} can be published"
        bundle.held += [Hold(row=row, reason=reason, next_step=_ANOTHER) for row in rows]
    return not remote.is_published and remote.status in allowed


def _fix_download(bundle: BundleDraft, position: int, row: Wanted, slot: RemotePosition, identity: str) -> Slot | None:
    done = event_names.done_on(identity, bundle.basis.memory.events)
    place = f"Position {position} of {bundle.name}"
    if slot.values.get("download_issue") is not True:
        note = f"fix-download: done {event_names.when(done)}" if done else "nothing to fix: its link is not flagged (any more)"
        bundle.notes[row.row] = note
        if identity in bundle.basis.memory.begun:
            bundle.happened.append(identity)
        return None
    carousel = slot.values.get("video_type") == "carousel"
    purpose = "carousel" if carousel else "video"
    wanted = media_field(slot.values.get("video_type"))
    (other,) = set(POSITIONS.media) - {wanted}
    if wanted not in row.media:
        bundle.blame(row, wanted, "action_media_missing", "other", place=place, kind=purpose, wanted=wanted)
        return None
    if other in row.media:
        bundle.blame(row, other, "action_media_unused", place=place, kind=purpose, other=other, wanted=wanted)
        return None
    if done is not None:
        # Sent before and flagged again: the same file would only be flagged once more, so a person must supply another one.
        said = f' and says: "{comment}"' if (comment := slot.values.get("download_issue_comment")) else ""
        bundle.blame(row, wanted, "link_flagged_again", place=place, when=event_names.when(done), comment=said, wanted=wanted)
        return None
    # A fix takes addresses, for images too: the platform fetches them itself (seed 004).
    addresses = [bundle.address(item, purpose, row.row, public=True) for item in row.media[wanted]]
    body: Mapping[str, Value] = {POSITIONS[wanted].wire: addresses if carousel else addresses[0]}
    return Slot(position=position, row=row.row, body=body, media=diff.media_of(row))


def _publish_videos(bundle: BundleDraft, row: Wanted, remote: RemoteBundle) -> None:
    """Publish the configured slots of a live bundle (API reference 2.18), each once."""
    allowed = OF_BUNDLES["publish-videos"]
    if not _is_allowed(bundle, row, "publish-videos", allowed, remote.status, bundle.name):
        return
    export = bundle.basis.checked.export
    before = event_names.handed_over(bundle.lasting_name, bundle.basis.memory.events, export=export)
    now = {slot.position for slot in remote.positions if slot.status == "configured"}
    configures = (o for o in bundle.operations if o.kind is OperationKind.CONFIGURE_POSITIONS)
    for name in bundle.basis.memory.begun:
        handed = event_names.handed_over(bundle.lasting_name, {name: ""}, export=export)
        if handed and now.isdisjoint(handed):
            bundle.happened.append(name)
    # Also those that this plan configures: slots added to a live bundle are invisible to the manager until they are
    # published (API reference 4.3).
    positions = sorted((now | {slot.position for operation in configures for slot in operation.slots}) - before.keys())
    if not positions:
        last = f"publish-videos: done {event_names.when(max(before.values()))}; " if before else ""
        waits = f"configured again: {_listed(now)}; {AGAIN}" if now else "no configured video waits"
        bundle.notes[row.row] = f"{last}{waits}"
        return
    bundle.add(
        OperationKind.PUBLISH_VIDEOS,
        event_names.handing_over(bundle.lasting_name, positions, export=export),
        rows=(row.row,),
        body={"positions": positions},
        changes=("publish",),
        target=f"{bundle.name} {_listed(positions)}",
    )


def _listed(positions: Collection[int]) -> str:
    """Position 4, or positions 4, 5."""
    numbers = ", ".join(str(number) for number in sorted(positions))
    return f"{'position' if len(positions) == 1 else 'positions'} {numbers}"


def _is_over(bundle: BundleDraft, row: Wanted, identity: str, status: str, place: str) -> bool:
    """Whether nothing is sent for an action: it is done already, or impossible, which is reported at its cell."""
    action = _action_of(row)
    return _is_done(bundle, row, identity, action, status) or not _is_allowed(bundle, row, action.name, action.allowed, status, place)


def _is_done(bundle: BundleDraft, row: Wanted, identity: str, action: Action, status: str) -> bool:
    memory = bundle.basis.memory
    done = event_names.done_on(identity, memory.events)
    if done is not None:
        again = f"; it is {status} again: {AGAIN}" if status in action.allowed else ""
        bundle.notes[row.row] = f"{row.values['action']}: done {event_names.when(done)}{again}"
        return True
    # Some statuses prove the action; others may have another cause, unless an earlier run had begun it.
    begun = identity in memory.begun and status in action.results
    if begun:
        bundle.happened.append(identity)
    if begun or status in action.settled:
        bundle.notes[row.row] = f"{row.values['action']}: it is {status} already"
    return begun or status in action.settled


def _is_allowed(bundle: BundleDraft, row: Wanted, name: str, allowed: tuple[str, ...], status: str, place: str) -> bool:
    if status in allowed:
        return True
    variant = "" if may_come(status, allowed) else "too_late"
    bundle.blame(row, "action", "action_not_allowed", variant, action=name, allowed=" or ".join(allowed), place=place, status=status)
    return False


def _action_of(row: Wanted) -> Action:
    """The action of a row."""
    return _ACTIONS[str(row.values["action"])]


def _add(bundle: BundleDraft, row: Wanted, identity: str, slot: Slot, *, target: str, unsent: tuple[str, ...] = ()) -> None:
    action = _action_of(row)
    left = f"not sent with it: {', '.join(unsent)}" if unsent else ""
    operation = Operation(
        identity=identity,
        kind=ACTIONS[action.name],
        bundle=bundle.name,
        bundle_id=bundle.bundle_id(),
        target=target,
        rows=(row.row,),
        needs=bundle.rests_on(),
        body=slot.body,
        slots=(slot,),
        changes=(action.name,),
        warning="; ".join(filter(None, (action.warning, left))),
        unsent=unsent,
    )
    bundle.operations.append(operation)


def for_account(bundle: RemoteBundle) -> str:
    """Advice for an account that cannot be changed."""
    if bundle.status in OF_BUNDLES["unpublish"]:
        return f"Write unpublish under action (credits are not refunded); {_ELSE_RESTORE}"
    if bundle.status not in OVER and bundle.account_status in OF_ACCOUNTS["account-corrections"]:
        return f"Ask for account-corrections under action; {_ELSE_RESTORE}"
    return _RESTORE


def for_slot(slot: RemotePosition, bundle: RemoteBundle | None) -> str:
    """Advice for a video that cannot be changed."""
    over = bundle is not None and bundle.status in OVER
    if not over and slot.status in OF_VIDEOS["corrections"]:
        return f"Ask for corrections under action; {_ELSE_RESTORE}"
    return _RESTORE


def may_come(status: str, allowed: Collection[str]) -> bool:
    """Whether a status may still become one of those allowed; an unknown status may."""
    return status not in _ORDER or any(_ORDER[each] > _ORDER[status] for each in allowed)
