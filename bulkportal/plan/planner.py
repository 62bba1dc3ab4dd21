"""The door of the room: checked rows and the remote state in, a plan out. Pure.

For each bundle, in this order: create it or add slots, change its settings, upload media, configure the
account, configure positions in batches, publish. Nothing is planned that is there already.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from bulkportal import names
from bulkportal.check.findings import ValidationResult
from bulkportal.columns.positions import POSITIONS
from bulkportal.plan import diff
from bulkportal.plan.bundle_plan import drafted
from bulkportal.plan.desired import Files, Wanted, desired
from bulkportal.plan.draft import Basis, Choices
from bulkportal.plan.operations import Memory, Operation, Plan
from bulkportal.portal.remote import RemoteBundle, RemotePosition

__all__ = ["Basis", "Choices", "bundles_to_read", "details_wanted", "in_order", "plan", "wants_detail"]


def plan(basis: Basis) -> Plan:
    """Everything the sheet asks for that the platform does not have yet."""
    made = [drafted(wanted, basis) for wanted in desired(basis.checked, basis.files, publish=basis.choices.publish)]
    operations = tuple(operation for one in made for operation in one.operations)
    findings = tuple(finding for one in made for finding in one.findings)
    # A row is counted once: an error in it takes precedence over its being held.
    wrong = {f.address for f in findings} | basis.checked.invalid
    held = tuple(hold for one in made for hold in one.held if hold.row not in wrong)
    busy = {row for operation in operations for row in operation.rows} | {hold.row for hold in held}
    unchanged = tuple(row for row in basis.checked.rows if row not in busy and row not in wrong)
    return Plan(
        operations=operations,
        unchanged=unchanged,
        left_empty=basis.checked.left_empty.intersection(unchanged),
        held=held,
        findings=findings,
        balance=basis.remote.balance,
        reused=tuple(reused for one in made for reused in one.reused),
        links={row: link for one in made for row, link in one.links.items()},
        changes={row: changes for one in made for row, changes in one.changes.items()},
        notes={row: note for one in made for row, note in one.notes.items()},
        doubts=tuple(doubt for one in made for doubt in one.doubts),
        happened=tuple(identity for one in made for identity in one.happened),
    )


def details_wanted(checked: ValidationResult, files: Files) -> Mapping[str, Mapping[int, Wanted]]:
    """All rows of each bundle by its name and by ``#id``, to decide which bundles and slots must be read.

    Rows with errors are included: what the platform knows may be what resolves the error.
    """
    everything = replace(checked, invalid=frozenset())
    found: dict[str, Mapping[int, Wanted]] = {}
    for wanted in desired(everything, files):
        found[wanted.key] = wanted.positions
        if wanted.bundle_id is not None:
            found[f"#{wanted.bundle_id}"] = wanted.positions
    return found


def bundles_to_read(checked: ValidationResult, memory: Memory) -> list[str]:
    """The ids in the sheet, and those of bundles bought under names that look like names in it: the rules must know whether they still exist."""
    frames = (checked.bundles, checked.positions)
    named = {value for frame in frames for value in frame["bundle_id"].drop_nulls().to_list()}
    used = {name for frame in frames for name in frame["bundle"].drop_nulls().unique().to_list()}
    seen = {names.likeness(name) for name in used}
    alike = [identity for name, identity in memory.bought.items() if name not in used and names.likeness(name) in seen]
    return sorted(named) + sorted(alike)


def wants_detail(rows: Mapping[str, Mapping[int, Wanted]], memory: Memory, bundle: RemoteBundle, slot: RemotePosition) -> bool:
    """Whether a slot must be read in full before the plan can be made."""
    # By its id first: a name may have moved to another bundle since the sheet was written.
    keys = (f"#{bundle.id}", names.plain(bundle.external_ref or ""))
    wanted = next((rows[key][slot.position] for key in keys if slot.position in rows.get(key, {})), None)
    if wanted is None:
        return False
    if wanted.values.get("action") in ("unschedule", "fix-download"):  # an undo needs the values that it removes
        return True
    applicable = diff.applicable_fields(wanted, POSITIONS, bundle.platform, slot.values.get("video_type"))
    return diff.needs_detail(applicable, slot, memory.places.get((bundle.id, slot.position)))


def in_order(operations: Sequence[Operation]) -> Iterator[tuple[str, tuple[Operation, ...]]]:
    """The operations grouped by bundle, bundles in the order of their first operation."""
    by_bundle: dict[str, list[Operation]] = {}
    for operation in operations:
        by_bundle.setdefault(operation.bundle, []).append(operation)
    for name, own in by_bundle.items():
        yield name, tuple(own)
