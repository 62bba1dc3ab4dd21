"""The door of the room: checked rows and the remote state in, a plan out. Pure.

For each bundle, in this order: create it or add slots, change its settings, upload media, configure the
account, configure positions in batches, publish. Nothing is planned that is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bulkportal.check.findings import Checked, Finding
from bulkportal.plan import diff, pricing
from bulkportal.plan.desired import Files, Media, Wanted, WantedBundle, desired
from bulkportal.plan.operations import (
    ACCOUNT_PLACE,
    BUNDLE_PLACE,
    Hold,
    Memory,
    Operation,
    OperationKind,
    Plan,
    Ref,
    Slot,
    Upload,
    Value,
)
from bulkportal.portal.remote import Json, RemoteBundle, RemotePosition, RemoteState
from bulkportal.sheets.table import RowAddress

BATCH = 10
"""Positions in one batch. The platform documents no limit; each may make it fetch a file (API reference 2.16)."""

_OPEN_SLOTS = frozenset({"pending", "configured"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the user chose for this run. `batch` is the number of positions sent at once."""

    publish: bool = False
    publish_partial: bool = False
    batch: int = BATCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """All that a plan is made from."""

    checked: Checked
    remote: RemoteState
    memory: Memory
    files: Files
    choices: Choices


def plan(basis: Basis) -> Plan:
    """Everything the sheet asks for that the platform does not have yet."""
    made = [_BundlePlan(wanted, basis).make() for wanted in desired(basis.checked, basis.files, publish=basis.choices.publish)]
    operations = tuple(operation for one in made for operation in one.operations)
    findings = tuple(finding for one in made for finding in one.findings)
    wrong = {f.address for f in findings} | basis.checked.invalid
    held = tuple(hold for one in made for hold in one.held if hold.row not in wrong)
    busy = {row for operation in operations for row in operation.rows} | {hold.row for hold in held}
    return Plan(
        operations=operations,
        unchanged=tuple(row for row in basis.checked.rows if row not in busy and row not in wrong),
        held=held,
        findings=findings,
        balance=basis.remote.balance,
        links={row: link for one in made for row, link in one.links.items()},
        statuses={row: status for one in made for row, status in one.statuses.items()},
    )


def details_wanted(checked: Checked, files: Files) -> Mapping[str, Mapping[int, Wanted]]:
    """All rows of each bundle by key and position, for asking which bundles and slots must be read.

    Rows with errors are among them: what the platform knows may well be what clears the error.
    """
    everything = replace(checked, invalid=frozenset())
    return {wanted.key: wanted.positions for wanted in desired(everything, files)}


def wants_detail(rows: Mapping[str, Mapping[int, Wanted]], memory: Memory, bundle: RemoteBundle, slot: RemotePosition) -> bool:
    """Whether a slot must be read in full before the plan can be made."""
    keys = (bundle.external_ref or "", f"#{bundle.id}")
    wanted = next((rows[key][slot.position] for key in keys if slot.position in rows.get(key, {})), None)
    if wanted is None:
        return False
    meant = diff.meant(wanted, bundle.platform, slot.values.get("video_type"))
    return diff.needs_detail(meant, slot, memory.places.get((bundle.id, slot.position)))


@dataclass(slots=True)
class _Made:
    operations: list[Operation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    held: list[Hold] = field(default_factory=list)
    links: dict[RowAddress, str] = field(default_factory=dict)
    statuses: dict[RowAddress, str] = field(default_factory=dict)


class _BundlePlan:
    """The plan of one bundle, built step by step."""

    def __init__(self, wanted: WantedBundle, basis: Basis) -> None:
        self.wanted = wanted
        self.basis = basis
        self.made = _Made()
        self.name = wanted.reference or wanted.key
        self.remote: RemoteBundle | None = None
        self.foundation: list[str] = []

    def make(self) -> _Made:
        """All operations of the bundle, or why there are none."""
        if not self._find():
            return self.made
        if self.wanted.broken is not None:
            reason = f"its bundle's row {self.wanted.broken} has errors"
            self._hold(reason)
            return self.made
        self._create_or_grow()
        self._settings()
        self._account()
        self._positions()
        self._publish()
        self._tell()
        return self.made

    @property
    def platform(self) -> str:
        """The platform, as far as sheet or remote say; nothing if neither does."""
        if self.remote is not None:
            return self.remote.platform
        row = self.wanted.bundle
        return str(row.values.get("platform", "")) if row else ""

    def _find(self) -> bool:
        state = self.basis.remote
        ids = state.by_reference.get(self.wanted.reference, ()) if self.wanted.reference else ()
        if len(ids) > 1:
            self._twice(ids)
            return False
        found = ids[0] if ids else self.wanted.bundle_id
        self.remote = state.bundles.get(found) if found else None
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
        for name, there in diff.fixed_differences(row, remote):
            message = f"The bundle exists with {name} {there}; it cannot become {row.values[name]}."
            hint = f"Write {there}, or use another bundle name to have a new bundle made."
            finding = self.basis.checked.place(row.row, name).finding(code="bundle_fixed", message=message, hint=hint, value=str(row.values[name]))
            self.made.findings.append(finding)

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
            self._add(OperationKind.CREATE_BUNDLE, f"create:{self.name}", rows=(row.row,), body=body, price=price)
            return
        for kind, name, item, there in (
            (OperationKind.ADD_VIDEO_SLOTS, "videos_quantity", "video_slot", self.remote.videos_quantity),
            (OperationKind.ADD_EDIT_SLOTS, "edits_quantity", "edit_slot", self.remote.edits_quantity),
        ):
            total = row.values.get(name)
            if isinstance(total, int) and total > there:
                self._add_slots(kind, row, total, there, item)

    def _add_slots(self, kind: OperationKind, row: Wanted, total: int, there: int, item: str) -> None:
        price = pricing.slots(item, total - there, self.basis.remote.prices)
        prefix = "slots" if kind is OperationKind.ADD_VIDEO_SLOTS else "edits"
        operation = Operation(
            identity=f"{prefix}:{self.name}:{total}",
            kind=kind,
            bundle=self.name,
            bundle_id=self._bundle_id(),
            target=f"{self.name}: {there} to {total}",
            rows=(row.row,),
            needs=tuple(self.foundation),
            price=price,
            body={"quantity": total - there},
            total=total,
            before=there,
            changes=(item,),
        )
        self._append(operation)

    def _creation_body(self, row: Wanted) -> dict[str, Json]:
        body: dict[str, Json] = {"external_ref": self.wanted.reference}
        names = ["bundle_type", "title", "videos_quantity", "edits_quantity", "auto_finalize_videos", "platform"]
        names += ["account_id"] if row.values.get("bundle_type") == "videos_only" else ["country"]
        names += ["niche_warming", "deep_warming", "moderation"]
        if row.values.get("niche_warming") is True:
            names.append("niche_warming_instructions")
        for name in names:
            if name in row.values:
                body[diff.BUNDLES_WIRE[name]] = diff.plain(row.values[name])
        if "account_id" in row.values and "account_id" in names:
            body["account_id"] = body.pop(diff.BUNDLES_WIRE["account_id"])
        if row.values.get("bundle_type") == "account_only":
            body.pop("videos_quantity", None)
        return body

    def _settings(self) -> None:
        if self.wanted.bundle is None or self.remote is None:
            return
        remembered = self.basis.memory.places.get((self.remote.id, BUNDLE_PLACE))
        changes = diff.settings_changes(self.wanted.bundle, self.remote, remembered)
        if changes:
            self._add(OperationKind.UPDATE_BUNDLE, f"settings:{self.name}", rows=(self.wanted.bundle.row,), body=changes, changes=tuple(changes))

    # -- account

    def _account(self) -> None:
        row = self.wanted.bundle
        kind = self.remote.bundle_type if self.remote else str(row.values.get("bundle_type", "")) if row else ""
        if row is None or kind == "videos_only":
            return
        row = diff.meant(row, self.platform)
        changed = self._account_changes(row)
        if not changed:
            return
        if self.remote is not None and self.remote.status != "pending_setup":
            message = f"The account cannot be changed while the bundle is {self.remote.status}."
            place = self.basis.checked.place(row.row, changed[0])
            hint = "Unpublish the bundle first (credits are not refunded), or put back what the platform has."
            self.made.findings.append(place.finding(code="account_locked", message=message, hint=hint, value=str(row.values.get(changed[0], ""))))
            return
        body: dict[str, Value] = dict(diff.account_body(row, self.remote))
        for item in row.media.get("profile_picture", ()):
            body["profile_picture_url"] = self._address(item, "profile_picture", row.row)
        slot = Slot(position=ACCOUNT_PLACE, row=row.row, body=body, media=diff.media_of(row), changes=changed)
        self._add(OperationKind.CONFIGURE_ACCOUNT, f"account:{self.name}", rows=(row.row,), body=body, slots=(slot,), changes=changed)

    def _account_changes(self, row: Wanted) -> tuple[str, ...]:
        if self.remote is None:
            return tuple(name for name in diff.ACCOUNT_FIELDS if name in row.values)
        remembered = self.basis.memory.places.get((self.remote.id, ACCOUNT_PLACE))
        return diff.changed_account_fields(row, self.remote, remembered)

    # -- positions

    def _positions(self) -> None:
        slots = [slot for position, row in self.wanted.positions.items() if (slot := self._slot(position, row)) is not None]
        size = self.basis.choices.batch
        for start in range(0, len(slots), size):
            batch = tuple(slots[start : start + size])
            numbers = ", ".join(str(slot.position) for slot in batch)
            operation = Operation(
                identity=f"configure:{self.name}:{numbers.replace(', ', ',')}",
                kind=OperationKind.CONFIGURE_POSITIONS,
                bundle=self.name,
                bundle_id=self._bundle_id(),
                target=f"{self.name} positions {numbers}",
                rows=tuple(slot.row for slot in batch),
                needs=tuple(self.foundation),
                slots=batch,
                changes=tuple(dict.fromkeys(name for slot in batch for name in slot.changes)),
            )
            self._append(operation)

    def _slot(self, position: int, row: Wanted) -> Slot | None:
        remote = self.remote.slot(position) if self.remote else None
        row = diff.meant(row, self.platform, remote.values.get("video_type") if remote else None)
        remembered = self.basis.memory.places.get((self.remote.id, position)) if self.remote else None
        if remote is None:
            changed = tuple(name for name in diff.SLOT_FIELDS if name in row.values)
        else:
            changed = diff.changed_slot_fields(row, remote, remembered)
        if not changed:
            return None
        if remote is not None and remote.status not in _OPEN_SLOTS:
            place = self.basis.checked.place(row.row, changed[0])
            message = f"Position {position} is {remote.status}; its {', '.join(changed)} cannot be changed any more."
            hint = "Put back what the platform has, or ask for corrections."
            self.made.findings.append(place.finding(code="slot_locked", message=message, hint=hint, value=str(row.values.get(changed[0], ""))))
            return None
        body: dict[str, Value] = dict(diff.slot_body(row, remote))
        self._set_media(body, row, changed)
        return Slot(position=position, row=row.row, body={"position": position, **body}, media=diff.media_of(row), changes=changed)

    def _set_media(self, body: dict[str, Value], row: Wanted, changed: tuple[str, ...]) -> None:
        kind = body.get("video_type")
        if kind != "carousel" and "video" in row.media and ("video" in changed or "video_url" not in body):
            body["video_url"] = self._address(row.media["video"][0], "video", row.row)
        if kind == "carousel" and "carousel_images" in row.media and ("carousel_images" in changed or "carousel_images" not in body):
            body["carousel_images"] = [self._address(item, "carousel", row.row) for item in row.media["carousel_images"]]

    def _address(self, item: Media, purpose: str, row: RowAddress) -> Value:
        """The address to send for a piece of media: its link, a known upload, or a `Ref` to an upload planned here."""
        if item.facts is None:
            return item.text
        # What goes where: video_url takes the public address, images their storage path (API reference 2.20).
        wanted_field = "public_url" if purpose == "video" else "storage_path"
        if self.remote is not None:
            known = self.basis.memory.uploads.get((self.remote.id, item.facts.sha256, purpose))
            if known and known.get(wanted_field):
                return known[wanted_field]
        identity = f"upload:{self.name}:{purpose}:{item.facts.sha256}"
        for number, operation in enumerate(self.made.operations):
            if operation.identity == identity:
                if row not in operation.rows:
                    self.made.operations[number] = _with_row(operation, row)
                return Ref(identity=identity, field=wanted_field)
        facts = item.facts
        upload = Upload(path=str(facts.path), purpose=purpose, sha256=facts.sha256, size=facts.size, mime=facts.mime)
        operation = Operation(
            identity=identity,
            kind=OperationKind.UPLOAD_MEDIA,
            bundle=self.name,
            bundle_id=self._bundle_id(),
            target=f"{self.name}: {item.text}",
            rows=(row,),
            needs=tuple(self.foundation),
            upload=upload,
        )
        self._append(operation)
        return Ref(identity=identity, field=wanted_field)

    # -- publish

    def _publish(self) -> None:
        if not self.wanted.publish or (self.remote is not None and (self.remote.is_published or self.remote.status != "pending_setup")):
            return
        if self.remote is None and self.wanted.bundle is None:
            return
        waits = [*self.wanted.invalid_rows, *(f.address for f in self.made.findings if f.address)]
        rows = (self.wanted.bundle.row,) if self.wanted.bundle else self.wanted.rows
        if waits and not self.basis.choices.publish_partial:
            names = ", ".join(str(row) for row in dict.fromkeys(waits))
            self.made.held.extend(Hold(row=row, reason=f"not published: it waits for {names}") for row in rows)
            return
        self._add(OperationKind.PUBLISH, f"publish:{self.name}", rows=rows, changes=("publish",))

    # -- the small print

    def _tell(self) -> None:
        if self.remote is None:
            return
        if self.wanted.bundle is not None:
            self.made.statuses[self.wanted.bundle.row] = self.remote.status
        for position, row in self.wanted.positions.items():
            slot = self.remote.slot(position)
            if slot is not None:
                self.made.statuses[row.row] = slot.status
                link = _live_link(slot.values)
                if link:
                    self.made.links[row.row] = link

    def _bundle_id(self) -> str | Ref:
        return self.remote.id if self.remote else Ref(identity=f"create:{self.name}", field="id")

    def _add(  # noqa: PLR0913 - one keyword for each part of an operation
        self,
        kind: OperationKind,
        identity: str,
        *,
        rows: tuple[RowAddress, ...],
        body: Mapping[str, Value] | None = None,
        price: float | None = 0,
        slots: tuple[Slot, ...] = (),
        changes: tuple[str, ...] = (),
    ) -> None:
        creates = kind is OperationKind.CREATE_BUNDLE
        operation = Operation(
            identity=identity,
            kind=kind,
            bundle=self.name,
            bundle_id="" if creates else self._bundle_id(),
            target=self.name,
            rows=rows,
            needs=self._needs(kind),
            price=price,
            body=body or {},
            slots=slots,
            changes=changes,
        )
        self._append(operation)

    def _needs(self, kind: OperationKind) -> tuple[str, ...]:
        """What must be done before: the bundle and its slots, and for publishing everything else too."""
        if kind is not OperationKind.PUBLISH:
            return tuple(self.foundation)
        settles = (OperationKind.CONFIGURE_POSITIONS, OperationKind.UPLOAD_MEDIA)
        partial = self.basis.choices.publish_partial
        return tuple(o.identity for o in self.made.operations if not (partial and o.kind in settles))

    def _append(self, operation: Operation) -> None:
        self.made.operations.append(operation)
        if operation.paid:
            self.foundation.append(operation.identity)


def _with_row(operation: Operation, row: RowAddress) -> Operation:
    return replace(operation, rows=(*operation.rows, row))


def _live_link(values: Mapping[str, Json]) -> str:
    for name in ("live_url", "post_url", "posted_url", "platform_url", "published_url"):
        value = values.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def in_order(operations: Sequence[Operation]) -> Iterator[tuple[str, tuple[Operation, ...]]]:
    """The operations of each bundle together, bundles in the order in which they first appear."""
    by_bundle: dict[str, list[Operation]] = {}
    for operation in operations:
        by_bundle.setdefault(operation.bundle, []).append(operation)
    for name, own in by_bundle.items():
        yield name, tuple(own)
