"""The plan of one bundle, step by step: what it needs, in the order in which it can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.field import Role
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan import advice, diff, events, pricing
from bulkportal.plan.desired import Wanted
from bulkportal.plan.draft import Draft, Made, shown
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import ACCOUNT_PLACE, BUNDLE_PLACE, Hold, Operation, Slot, Value, price_of
from bulkportal.plan.unfilled import unfilled
from bulkportal.portal.remote import OVER, Json, RemoteBundle, RemotePosition, live_link

_OPEN_SLOTS = frozenset({"pending", "configured"})


class BundlePlan(Draft):
    """The plan of one bundle, built step by step."""

    def make(self) -> Made:
        """All operations of the bundle, or why there are none."""
        if not self._find():
            return self.made
        if self.wanted.broken is not None:
            reason = f"its bundle's row {self.wanted.broken} has errors"
            self._hold(reason)
            return self.made
        self._create_or_grow()
        self._settings()
        if self.wanted.action == "unpublish":  # first: what follows may only be possible then
            self._bundle_action()
        self._account()
        self._positions()
        self._publish()
        if self.wanted.action != "unpublish":
            self._bundle_action()
        self._without_blamed()
        self.made.doubts += unfilled(self)
        self._tell()
        return self.made

    def _find(self) -> bool:
        state = self.basis.remote
        if self.wanted.bundle_id is None:
            ids = state.by_reference.get(self.wanted.reference or "", ())
            if len(ids) > 1:
                self._twice(ids)
                return False
            self.remote = state.bundles.get(ids[0]) if ids else None
        else:
            self.remote = state.bundles.get(self.wanted.bundle_id)
        if self.remote is not None and self.wanted.bundle is not None:
            self._fixed(self.wanted.bundle, self.remote)
        return True

    def _twice(self, ids: Sequence[str]) -> None:
        rows = self.wanted.rows
        for row in rows[:1]:
            place = self.basis.checked.place(row, "bundle")
            message = f"The platform has {len(ids)} bundles under the reference {self.name}: {', '.join(ids)}."
            hint = "Give all but one another reference on the platform; which one is meant would be a guess."
            self.made.findings.append(place.finding(code="reference_twice", message=message, hint=hint, value=self.name))
        self._hold("the platform has several bundles under its reference")

    def _fixed(self, row: Wanted, remote: RemoteBundle) -> None:
        base = self.basis.checked.base.get((remote.id, None))
        for name, value in diff.fixed_differences(row, remote, base):
            there = shown(value)
            message = f"The bundle exists with {name} {there}; it cannot become {shown(row.values[name])}."
            back = "Empty the cell" if value is None else f"Write {there}"
            hint = f"{back}, or use another bundle name to have a new bundle made."
            self.blame(row, name, "bundle_fixed", message, hint)

    def _hold(self, reason: str) -> None:
        self.made.held.extend(Hold(row=row, reason=reason) for row in self.wanted.rows)

    # -- create, slots, settings

    def _create_or_grow(self) -> None:
        row = self.wanted.bundle
        if row is None:
            return
        if self.remote is None:
            body = self._creation_body(row)
            price = pricing.creation(body, self.basis.remote.prices)
            self.add(OperationKind.CREATE_BUNDLE, f"create:{self.name}", rows=(row.row,), body=body, price=price)
            return
        for kind, there in (
            (OperationKind.ADD_VIDEO_SLOTS, self.remote.videos_quantity),
            (OperationKind.ADD_EDIT_SLOTS, self.remote.edits_quantity),
        ):
            name = kind.traits.column
            total = row.values.get(name)
            if not isinstance(total, int) or total <= there:
                continue
            if self.remote.status in OVER:
                message = f"{self.name} is {self.remote.status}: no slots can be added to it any more, and what they cost would be lost."
                self.blame(row, name, "slots_bundle_over", message, f"Write {there}, or empty the cell; new videos need another bundle.")
                continue
            if not self.has_conflicts(row, None, (name,), {name: there}):
                self._add_slots(kind, row, total, there)

    def _add_slots(self, kind: OperationKind, row: Wanted, total: int, there: int) -> None:
        price = pricing.slots(kind.traits.item, total - there, self.basis.remote.prices)
        prefix = "slots" if kind is OperationKind.ADD_VIDEO_SLOTS else "edits"
        operation = Operation(
            identity=f"{prefix}:{self.name}:{total}",
            kind=kind,
            bundle=self.name,
            bundle_id=self.bundle_id(),
            target=f"{self.name}: {there} to {total}",
            rows=(row.row,),
            needs=self.rests_on(OperationKind.ADD_VIDEO_SLOTS),
            price=price,
            body={"quantity": total - there},
            total=total,
            before=there,
            changes=(kind.traits.item,),
        )
        self.append(operation)

    def _creation_body(self, row: Wanted) -> dict[str, Json]:
        kind = str(row.values.get("bundle_type", ""))
        body: dict[str, Json] = {"external_ref": self.wanted.reference}
        for name in diff.CREATION:
            known = BUNDLES[name]
            if name in row.values and (known.belongs(None, kind) or known.role is Role.SLOTS):
                body[known.wire] = diff.plain(row.values[name])
        if body.get("wants_niche_warming") is not True:
            body.pop("niche_warming_instructions", None)
        if kind == "account_only":
            body.pop("videos_quantity", None)
        return body

    def _settings(self) -> None:
        row, remote = self.wanted.bundle, self.remote
        if row is None or remote is None:
            return
        remembered = self.basis.memory.places.get((remote.id, BUNDLE_PLACE))
        changes = diff.settings_changes(row, remote, remembered)
        if diff.is_renamed(row, remote, self.basis.checked.base.get((remote.id, None))):
            name = changes["bundle"] = str(row.values["bundle"])
            self._free(row, name, remote)
        there: dict[str, Json] = {"external_ref": remote.external_ref, "title": remote.title, "auto_finalize_videos": remote.auto_finalize_videos}
        told = tuple(name for name in changes if name != "title" or remote.title_known)
        if not changes or self.has_conflicts(row, None, told, there):
            return
        self.show(row, tuple(changes), there, diff.BUNDLES_WIRE)
        body: dict[str, Value] = {diff.BUNDLES_WIRE[name]: value for name, value in changes.items()}
        self.add(OperationKind.UPDATE_BUNDLE, f"settings:{self.name}", rows=(row.row,), body=body, changes=tuple(changes))

    def _free(self, row: Wanted, name: str, remote: RemoteBundle) -> None:
        """Tell at its cell that a new name is another bundle's already: the platform takes each once (seed 003)."""
        owners = [identity for identity in self.basis.remote.by_reference.get(name, ()) if identity != remote.id]
        if owners:
            message = f"The name {name} belongs to another bundle of the platform ({owners[0]}); this row's bundle_id is {remote.id}."
            self.blame(row, "bundle", "bundle_name_taken", message, "Choose a name that no other bundle has, or correct the bundle id.")

    # -- account

    def _account(self) -> None:
        row = self.wanted.bundle
        kind = self.remote.bundle_type if self.remote else str(row.values.get("bundle_type", "")) if row else ""
        if row is None or kind == "videos_only":
            return
        row = diff.meant(row, BUNDLES, self.platform, kind)
        changed = self._account_changes(row)
        if not changed or (self.remote is not None and self.has_conflicts(row, None, changed, self.remote.account)):
            return
        if self.remote is not None and self.remote.status != "pending_setup" and not self.rests_on(OperationKind.UNPUBLISH):
            message = f"The account cannot be changed while the bundle is {self.remote.status}."
            hint = advice.for_account(self.remote)
            self.blame(row, changed[0], "account_locked", message, hint)
            return
        self.show(row, changed, self.remote.account if self.remote else {}, diff.BUNDLES_WIRE)
        body: dict[str, Value] = dict(diff.account_body(row, self.remote))
        for item in row.media.get("profile_picture", ()):
            body["profile_picture_url"] = self.address(item, "profile_picture", row.row)
        slot = Slot(position=ACCOUNT_PLACE, row=row.row, body=body, media=diff.media_of(row), changes=changed)
        self.add(OperationKind.CONFIGURE_ACCOUNT, f"account:{self.name}", rows=(row.row,), body=body, slots=(slot,), changes=changed)

    def _account_changes(self, row: Wanted) -> tuple[str, ...]:
        if self.remote is None:
            return tuple(name for name in diff.ACCOUNT_FIELDS if name in row.values)
        remembered = self.basis.memory.places.get((self.remote.id, ACCOUNT_PLACE))
        return diff.changed_account_fields(row, self.remote, remembered)

    # -- positions

    def _positions(self) -> None:
        resting: dict[tuple[str, ...], list[Slot]] = {}
        for position, row in self.wanted.positions.items():
            remote = self.remote.slot(position) if self.remote else None
            if "action" in row.values:
                events.plan_video(self, position, row, remote)
            elif self._is_beyond(position) and not self.rests_on(OperationKind.ADD_VIDEO_SLOTS):
                self.made.held.append(Hold(row=row.row, reason="the slot that it needs cannot be added"))
            elif (slot := self._slot(position, row, remote)) is not None:
                resting.setdefault(self._bought_for(slot), []).append(slot)
        size = self.basis.choices.batch
        for needs, slots in resting.items():
            for start in range(0, len(slots), size):
                self._configure(tuple(slots[start : start + size]), needs)

    def _bought_for(self, slot: Slot) -> tuple[str, ...]:
        """The purchases that a position rests on: one that is there already waits for none, unless it is to be edited."""
        kinds = [OperationKind.ADD_EDIT_SLOTS] if "editing_instructions" in slot.changes else []
        return self.rests_on(*kinds, *([OperationKind.ADD_VIDEO_SLOTS] if self._is_beyond(slot.position) else []))

    def _is_beyond(self, position: int) -> bool:
        """Whether a bundle that is there has no such slot yet."""
        return self.remote is not None and position > self.remote.videos_quantity

    def _configure(self, batch: tuple[Slot, ...], needs: tuple[str, ...]) -> None:
        numbers = ", ".join(str(slot.position) for slot in batch)
        operation = Operation(
            identity=f"configure:{self.name}:{numbers.replace(', ', ',')}",
            kind=OperationKind.CONFIGURE_POSITIONS,
            bundle=self.name,
            bundle_id=self.bundle_id(),
            target=f"{self.name} positions {numbers}",
            rows=tuple(slot.row for slot in batch),
            needs=needs,
            price=price_of(batch),
            slots=batch,
            changes=tuple(dict.fromkeys(name for slot in batch for name in slot.changes)),
        )
        self.append(operation)

    def _slot(self, position: int, row: Wanted, remote: RemotePosition | None) -> Slot | None:
        row = diff.meant(row, POSITIONS, self.platform, remote.values.get("video_type") if remote else None)
        remembered = self.basis.memory.places.get((self.remote.id, position)) if self.remote else None
        if remote is None:
            changed = tuple(name for name in diff.SLOT_FIELDS if name in row.values)
        else:
            changed = diff.changed_slot_fields(row, remote, remembered)
        if not changed:
            return None
        standing = changed if remote is None or remote.configured else tuple(name for name in changed if name in diff.LABELS)
        if remote is not None and self.has_conflicts(row, position, standing, remote.values):
            return None
        if remote is not None and events.needs_fixing(self, row, remote, changed):
            return None
        there: Mapping[str, Json] = {} if remote is None else remote.values if remote.configured else diff.own_labels(remote)
        if remote is not None and set(changed) <= set(diff.LABELS):
            self.show(row, changed, there, diff.POSITIONS_WIRE)
            self._light_edit(position, row, changed)
            return None
        if remote is not None and remote.status not in _OPEN_SLOTS:
            message = f"Position {position} is {remote.status}; its {', '.join(changed)} cannot be changed any more."
            hint = advice.for_slot(remote, self.remote)
            self.blame(row, changed[0], "slot_locked", message, hint)
            return None
        self.show(row, changed, there, diff.POSITIONS_WIRE)
        body: dict[str, Value] = dict(diff.slot_body(row, remote))
        self._set_media(body, row, changed)
        price = pricing.settings(body, remote.values if remote is not None else {}, self.basis.remote.prices)
        whole: dict[str, Value] = {"position": position, **body}
        return Slot(position=position, row=row.row, body=whole, media=diff.media_of(row), changes=changed, price=price)

    def _light_edit(self, position: int, row: Wanted, changed: tuple[str, ...]) -> None:
        """Only name or reference differ: a PATCH, allowed in every status, which clears nothing (API reference 2.15)."""
        body: dict[str, Value] = {name: None if name in row.clear else diff.plain(row.values[name]) for name in changed}
        slot = Slot(position=position, row=row.row, body=body, media="", changes=changed)
        identity = f"rename:{self.name}:{position}"
        self.add(OperationKind.UPDATE_POSITION, identity, rows=(row.row,), body=body, slots=(slot,), changes=changed)

    def _set_media(self, body: dict[str, Value], row: Wanted, changed: tuple[str, ...]) -> None:
        kind = body.get("video_type")
        if kind != "carousel" and "video" in row.media and ("video" in changed or "video_url" not in body):
            body["video_url"] = self.address(row.media["video"][0], "video", row.row)
        if kind == "carousel" and "carousel_images" in row.media and ("carousel_images" in changed or "carousel_images" not in body):
            body["carousel_images"] = [self.address(item, "carousel", row.row) for item in row.media["carousel_images"]]

    # -- publish

    def _publish(self) -> None:
        if not self.wanted.publish or (self.remote is None and self.wanted.bundle is None):
            return
        if self.remote is not None and not events.may_publish(self, self.wanted.bundle, self.remote):
            return
        waits = [*self.wanted.invalid_rows, *(f.address for f in self.made.findings if f.address)]
        rows = (self.wanted.bundle.row,) if self.wanted.bundle else self.wanted.rows
        if waits and not self.basis.choices.publish_partial:
            names = ", ".join(str(row) for row in dict.fromkeys(waits))
            self.made.held.extend(Hold(row=row, reason=f"not published: it waits for {names}", unpublished=self.name) for row in rows)
            return
        identity = events.publishing(self) if self.wanted.action == "publish" else f"publish:{self.name}"
        self.add(OperationKind.PUBLISH, identity, rows=rows, changes=("publish",))

    def _bundle_action(self) -> None:
        row = self.wanted.bundle
        if row is not None and self.wanted.action and self.wanted.action != "publish":
            events.plan_bundle(self, row, self.wanted.action)

    def _without_blamed(self) -> None:
        """Take back what was planned for rows that turned out to be wrong, and what needs it: such a row is not sent."""
        blamed = {finding.address for finding in self.made.findings}
        kept: list[Operation] = []
        gone: set[str] = set()
        for operation in self.made.operations:
            if blamed.issuperset(operation.rows):
                gone.add(operation.identity)
            elif gone.intersection(operation.needs):
                gone.add(operation.identity)
                where = ", ".join(sorted({str(address) for address in blamed}))
                self.made.held.extend(Hold(row=row, reason=f"it waits for {where}, which has errors") for row in operation.rows)
            else:
                kept.append(operation)
        self.made.operations = kept

    # -- the small print

    def _tell(self) -> None:
        if self.remote is None:
            return
        for position, row in self.wanted.positions.items():
            slot = self.remote.slot(position)
            if slot is None:
                continue
            link = live_link(slot.values)
            if link:
                self.made.links[row.row] = link
            if slot.values.get("download_issue") is True:
                self.made.notes.setdefault(row.row, "as it should be, but its link is flagged: the manager waits for fix-download")
