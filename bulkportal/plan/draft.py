"""The draft of one bundle's plan: its state so far, and the ways to add operations and findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.columns.field import CLEAR
from bulkportal.media import Facts, direct, name_of
from bulkportal.plan import diff
from bulkportal.plan.desired import Files, Media, Wanted, WantedBundle
from bulkportal.plan.kinds import PAID, OperationKind
from bulkportal.plan.operations import BATCH, FieldChange, Hold, Memory, Operation, Ref, Remembered, Reused, Slot, Upload, Value
from bulkportal.portal.remote import Json, RemoteBundle, RemoteState
from bulkportal.sheets.table import RowAddress

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The user's choices for this run. `batch` is the number of positions sent at once.

    `reuse_uploads` says that the platform accepts an uploaded file for several bundles.
    """

    publish: bool = False
    publish_partial: bool = False
    batch: int = BATCH
    reuse_uploads: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything that a plan is made from."""

    checked: ValidationResult
    remote: RemoteState
    memory: Memory
    files: Files
    choices: Choices


@dataclass(slots=True)
class BundleDraft:
    """One bundle as the sheet wants it and as it is, with the operations planned so far."""

    wanted: WantedBundle
    basis: Basis
    remote: RemoteBundle | None = None
    operations: list[Operation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    held: list[Hold] = field(default_factory=list)
    reused: list[Reused] = field(default_factory=list)
    links: dict[RowAddress, str] = field(default_factory=dict)
    notes: dict[RowAddress, str] = field(default_factory=dict)
    changes: dict[RowAddress, tuple[FieldChange, ...]] = field(default_factory=dict)
    happened: list[str] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name that people know."""
        return self.wanted.reference or self.wanted.key

    @property
    def platform(self) -> str:
        """The platform, by the remote bundle or the sheet; empty if neither says."""
        if self.remote is not None:
            return self.remote.platform
        row = self.wanted.bundle
        return str(row.values.get("platform", "")) if row else ""

    @property
    def lasting_name(self) -> str:
        """The name under which events of the bundle are remembered: an event stays the same if the bundle is renamed."""
        return self.name if self.remote is None else f"#{self.remote.id}"

    def remembered(self, place: int) -> Remembered | None:
        """What earlier runs set there; None if the bundle is new."""
        return None if self.remote is None else self.basis.memory.places.get((self.remote.id, place))

    def blame(self, row: Wanted, field: str, code: str, variant: str = "", /, **words: object) -> None:
        """Add a finding with a registered code at a cell of a row; the row is then not sent."""
        value = row.values.get(field)
        place = self.basis.checked.place(row.row, field)
        self.findings.append(place.found(code, words, value=None if value is None else str(value), variant=variant))

    def show(self, row: Wanted, names: Iterable[str], there: Mapping[str, Json], wires: Mapping[str, str]) -> None:
        """Record for display what would change on a row: each field with its old and new value."""
        made = (FieldChange(field=n, old=_text(there.get(wires[n])), new="" if n in row.clear else _text(row.values.get(n))) for n in names)
        self.changes[row.row] = self.changes.get(row.row, ()) + tuple(change for change in made if change.old != change.new)

    def has_conflicts(self, row: Wanted, position: int | None, changed: tuple[str, ...], there: Mapping[str, Json]) -> bool:
        """Whether an edited cell was also changed on the platform since the export; reported as base, yours and theirs."""
        base = None if self.remote is None else self.basis.checked.base.get((self.remote.id, position))
        if base is None:
            return False
        wires = diff.BUNDLES_WIRE if position is None else diff.POSITIONS_WIRE
        found = diff.conflicts(changed, _unnamed(base, position), wires, _unnamed(there, position))
        for name in found:
            mine = CLEAR if name in row.clear else row.values.get(name)
            was, yours, theirs = (as_cell(value) for value in (base.get(name), mine, there.get(wires[name])))
            self.blame(row, name, "conflict", name=name, base=was, yours=yours, theirs=theirs)
        return bool(found)

    def address(self, item: Media, purpose: str, row: RowAddress, *, public: bool = False) -> Value:
        """The address to send for a piece of media: its link, a known upload, or a `Ref` to an upload planned here.

        `public` asks for a web address even where a storage path is usual.
        """
        if item.facts is None:
            return direct(item.text)
        # video_url takes the public address, images take the storage path (API reference 2.20).
        wanted_field = "public_url" if public or purpose == "video" else "storage_path"
        known = self._uploaded_before(item.facts, purpose)
        if known and known[1].get(wanted_field):
            self._reuse(item.facts, purpose, *known)
            return known[1][wanted_field]
        # By content and not by path: a file under two names is uploaded once, and a replaced file is another upload.
        identity = f"upload:{self.name}:{purpose}:{item.facts.sha256}"
        for number, operation in enumerate(self.operations):
            if operation.identity == identity:
                if row not in operation.rows:
                    self.operations[number] = _with_row(operation, row)
                self._reuse(item.facts, purpose)
                return Ref(identity=identity, field=wanted_field)
        facts = item.facts
        upload = Upload(path=str(facts.path), purpose=purpose, sha256=facts.sha256, size=facts.size, mime=facts.mime, changed_at=facts.changed_at)
        operation = Operation(
            identity=identity,
            kind=OperationKind.UPLOAD_MEDIA,
            bundle=self.name,
            bundle_id=self.bundle_id(),
            target=f"{self.name}: {name_of(item.text)}",
            rows=(row,),
            # An upload is scoped to a bundle, which must be paid for first (API reference
            # 2.20); and where slots cannot be bought, their files are not needed.
            needs=self.rests_on(*PAID),
            upload=upload,
        )
        self.operations.append(operation)
        return Ref(identity=identity, field=wanted_field)

    def _uploaded_before(self, facts: Facts, purpose: str) -> tuple[str, Mapping[str, str]] | None:
        """An earlier upload of the same content: of this bundle, or of any bundle if the platform allows that."""
        uploads = self.basis.memory.uploads
        own = self.remote.id if self.remote is not None else ""
        if (own, facts.sha256, purpose) in uploads:
            return own, uploads[own, facts.sha256, purpose]
        if not self.basis.choices.reuse_uploads:
            return None
        return next(((bundle, found) for (bundle, sha256, use), found in uploads.items() if (sha256, use) == (facts.sha256, purpose)), None)

    def _reuse(self, facts: Facts, purpose: str, bundle_id: str = "", addresses: Mapping[str, str] | None = None) -> None:
        address = (addresses or {}).get("public_url", "")
        self.reused.append(Reused(bundle_id=bundle_id, sha256=facts.sha256, purpose=purpose, size=facts.size, public_url=address))

    def bundle_id(self) -> str | Ref:
        """The bundle's id, or a `Ref` to its creation."""
        return self.remote.id if self.remote else Ref(identity=f"create:{self.name}", field="id")

    def add(  # noqa: PLR0913 - one keyword for each part of an operation
        self,
        kind: OperationKind,
        identity: str,
        *,
        rows: tuple[RowAddress, ...],
        body: Mapping[str, Value] | None = None,
        price: float | None = 0,
        slots: tuple[Slot, ...] = (),
        changes: tuple[str, ...] = (),
        target: str = "",
    ) -> None:
        """Add an operation of this bundle to its plan."""
        creates = kind is OperationKind.CREATE_BUNDLE
        operation = Operation(
            identity=identity,
            kind=kind,
            bundle=self.name,
            bundle_id="" if creates else self.bundle_id(),
            target=target or self.name,
            rows=rows,
            needs=self._needs(kind),
            price=price,
            body=body or {},
            slots=slots,
            changes=changes,
        )
        self.operations.append(operation)

    def rests_on(self, *kinds: OperationKind) -> tuple[str, ...]:
        """The creation, and the operations of these kinds, that the bundle's plan has so far."""
        return tuple(o.identity for o in self.operations if o.kind in (OperationKind.CREATE_BUNDLE, *kinds))

    def _needs(self, kind: OperationKind) -> tuple[str, ...]:
        """What must be done before: the creation; for an account also the unpublishing; for publishing everything planned so far."""
        # Publishing comes last: afterwards the account cannot be configured any more (API reference 2.11).
        if kind not in (OperationKind.PUBLISH, OperationKind.PUBLISH_VIDEOS):
            return self.rests_on(*([OperationKind.UNPUBLISH] if kind is OperationKind.CONFIGURE_ACCOUNT else []))
        settles = (OperationKind.CONFIGURE_POSITIONS, OperationKind.UPLOAD_MEDIA)
        partial = self.basis.choices.publish_partial
        return tuple(o.identity for o in self.operations if not (partial and o.kind in settles))

    def hold(self, reason: str) -> None:
        """Hold every row of the bundle."""
        self.held.extend(Hold(row=row, reason=reason) for row in self.wanted.rows)


def as_cell(value: object) -> str:
    """A value as a cell would show it."""
    return _text(value) or "(blank)"


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _with_row(operation: Operation, row: RowAddress) -> Operation:
    return replace(operation, rows=(*operation.rows, row))


def _unnamed(values: Mapping[str, _T], position: int | None) -> Mapping[str, _T | None]:
    """The values without the name that the platform gives to an unnamed slot, which nobody has chosen."""
    return {**values, "name": None} if position is not None and values.get("name") == f"Video {position}" else values
