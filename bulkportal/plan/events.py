"""Planning of actions: each checked against the status it starts from, and found done where it was done before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bulkportal.plan import actions, diff
from bulkportal.plan.actions import Action
from bulkportal.plan.desired import Wanted
from bulkportal.plan.draft import Draft
from bulkportal.plan.operations import ACCOUNT_PLACE, Operation, OperationKind, Slot, Value
from bulkportal.portal.remote import RemotePosition


def plan_video(bundle: Draft, position: int, row: Wanted, slot: RemotePosition | None) -> None:
    """Plan the action of a Videos row, or say at its cell why it cannot be done."""
    name = str(row.values["action"])
    place = f"{bundle.name} position {position}"
    if slot is None:
        message = f"There is no {place} on the platform yet, so there is nothing to {name}."
        bundle.blame(row, "action", "action_no_target", message, "Empty the cell, or correct bundle and position.")
        return
    message = str(row.values.get("message", ""))
    identity = actions.identity(name, place, *_words(name, row, slot), export=bundle.basis.checked.export)
    if name == "fix-download":
        _fix_download(bundle, position, row, slot, identity)
        return
    action = actions.VIDEO_ACTIONS[name]
    if _is_done(bundle, row, identity, action, slot.status):
        return
    if not _is_allowed(bundle, row, action, slot.status, place):
        return
    body: Mapping[str, Value] = {"message": message} if name == "corrections" else {}
    _add(bundle, row, action, identity, Slot(position=position, row=row.row, body=body, media=""), target=place)


def _words(name: str, row: Wanted, slot: RemotePosition) -> tuple[str, ...]:
    """What tells one event from another of the same name at the same place."""
    if name == "corrections":
        return (str(row.values.get("message", "")),)
    if name == "fix-download":
        return (diff.media_of(row), str(slot.values.get("download_issue_comment") or ""))
    return ()


def plan_bundle(bundle: Draft, row: Wanted, name: str) -> None:
    """Plan the action of a Bundles row, or say at its cell why it cannot be done."""
    remote = bundle.remote
    if remote is None:
        message = f"{bundle.name} is not on the platform yet, so there is nothing to {name}."
        bundle.blame(row, "action", "action_no_target", message, "Empty the cell, or correct the bundle's name.")
        return
    if name == "publish-videos":
        _publish_videos(bundle, row)
        return
    of_account = name in actions.ACCOUNT_ACTIONS
    action = actions.ACCOUNT_ACTIONS[name] if of_account else actions.BUNDLE_ACTIONS[name]
    status = (remote.account_status or "unknown") if of_account else remote.status
    message = str(row.values.get("message", "")) if action.kind is OperationKind.CORRECT_ACCOUNT else ""
    identity = actions.identity(name, bundle.name, message, export=bundle.basis.checked.export)
    place = f"the account of {bundle.name}" if of_account else bundle.name
    if _is_done(bundle, row, identity, action, status) or not _is_allowed(bundle, row, action, status, place):
        return
    body: dict[str, Value] = {}
    if message:
        fields = actions.account_fields(message)
        body = {"comment": message, **({"fields": dict(fields)} if fields else {})}
    _add(bundle, row, action, identity, Slot(position=ACCOUNT_PLACE, row=row.row, body=body, media=""), target=bundle.name)


def _fix_download(bundle: Draft, position: int, row: Wanted, slot: RemotePosition, identity: str) -> None:
    if slot.values.get("download_issue") is not True:
        done = actions.done_on(identity, bundle.basis.memory.events)
        when = f" on {done[:16].replace('T', ' ')} UTC" if done else ""
        bundle.made.notes[row.row] = f"nothing to fix: its link is not flagged (any more){when}"
        return
    carousel = slot.values.get("video_type") == "carousel"
    wanted = "carousel_images" if carousel else "video"
    if wanted not in row.media:
        message = f"Position {position} of {bundle.name} is a {'carousel' if carousel else 'video'}; {wanted} is what it needs."
        bundle.blame(row, wanted, "action_media_missing", message, f"Write the new media into {wanted}.")
        return
    purpose = "carousel" if carousel else "video"
    addresses = [bundle.address(item, purpose, row.row) for item in row.media[wanted]]
    body: Mapping[str, Value] = {"carousel_images": addresses} if carousel else {"video_url": addresses[0]}
    done_slot = Slot(position=position, row=row.row, body=body, media=diff.media_of(row))
    action = replace(actions.VIDEO_ACTIONS["fix-download"], says="its publish date moves to tomorrow")
    _add(bundle, row, action, identity, done_slot, target=f"{bundle.name} position {position}")


def _publish_videos(bundle: Draft, row: Wanted) -> None:
    """Hand over the configured slots of a live bundle (API reference 2.18); repeating it does nothing."""
    remote = bundle.remote
    if remote is None:
        return
    if remote.status not in actions.LIVE:
        message = f"{bundle.name} is {remote.status}; its videos can be published when it is {' or '.join(actions.LIVE[:3])}."
        bundle.blame(row, "action", "action_not_allowed", message, "Publish the bundle first (publish: yes), or empty the cell.")
        return
    now = {slot.position for slot in remote.positions if slot.status == "configured"}
    configures = (o for o in bundle.made.operations if o.kind is OperationKind.CONFIGURE_POSITIONS)
    coming = {slot.position for operation in configures for slot in operation.slots}
    if not now | coming:
        bundle.made.notes[row.row] = "nothing to publish: no configured video waits"
        return
    positions = sorted(now | coming)
    numbers = ",".join(str(number) for number in positions)
    bundle.add(
        OperationKind.PUBLISH_VIDEOS,
        actions.identity("publish-videos", bundle.name, numbers),
        rows=(row.row,),
        body={"positions": positions},
        changes=("publish",),
        target=f"{bundle.name} positions {numbers.replace(',', ', ')}",
    )


def _is_done(bundle: Draft, row: Wanted, identity: str, action: Action, status: str) -> bool:
    memory = bundle.basis.memory
    done = actions.done_on(identity, memory.events)
    if done is not None:
        bundle.made.notes[row.row] = f"{row.values['action']}: done on {done[:16].replace('T', ' ')} UTC"
        return True
    # Final states speak for themselves; others may have come about in another way, unless we had begun.
    if status in action.results and (status not in ("configured", "pending_corrections") or identity in memory.begun):
        bundle.made.notes[row.row] = f"{row.values['action']}: it is {status} already"
        return True
    return False


def _is_allowed(bundle: Draft, row: Wanted, action: Action, status: str, place: str) -> bool:
    if status in action.allowed:
        return True
    message = f"{place} is {status}; {row.values['action']} is possible only when it is {' or '.join(action.allowed)}."
    bundle.blame(row, "action", "action_not_allowed", message[:1].upper() + message[1:], "Empty the cell, or wait until the status allows it.")
    return False


def _add(bundle: Draft, row: Wanted, action: Action, identity: str, slot: Slot, *, target: str) -> None:
    operation = Operation(
        identity=identity,
        kind=action.kind,
        bundle=bundle.name,
        bundle_id=bundle.bundle_id(),
        target=target,
        rows=(row.row,),
        needs=tuple(bundle.foundation),
        body=slot.body,
        slots=(slot,),
        changes=(str(row.values["action"]),),
        warning=action.says,
        irreversible=action.irreversible,
    )
    bundle.append(operation)
