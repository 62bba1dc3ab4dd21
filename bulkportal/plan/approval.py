"""A plan as lines that a person can approve, and the check that an approved plan still holds.

A line is one thing that would happen to one row: a batch of positions has one line for each. Its stamp is
made from everything that was shown (what is set, to which value, for how many credits), so that a later plan
can be compared with the approved one, line by line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bulkportal.check.findings import Finding
from bulkportal.counting import counted, noun
from bulkportal.errors import StalePlan, UsageProblem
from bulkportal.google_sheets import LiveTab
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import FieldChange, Hold, Operation, Plan, Ref, Value, price_of
from bulkportal.portal.remote import Credits, Json, credits_in_words, in_figures
from bulkportal.sheets.table import RowAddress

# If the sheet was sorted, every line of the plan has moved; nobody reads a thousand of them.
_MOST_MOVED = 20
_APPROVE = "Approve that line as well, then apply the plan again."
_UNNEEDED = "it is no longer needed: the row is as the sheet wants it"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """One thing that would happen. `identity` names it across plans; `stamp` holds a fingerprint of each part that was shown (JSON)."""

    identity: str
    operation: Operation
    row: RowAddress
    changes: tuple[FieldChange, ...]
    price: Credits | None
    stamp: str

    @property
    def costs(self) -> bool:
        """Whether it costs credits, or may."""
        return self.operation.costs


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedPlan:
    """The content of a plan workbook: the stamp of every line shown, and the lines that were approved.

    `shown` is the text of each line by column, and `signatures` says who approved, in words.
    `rows` gives the row of the workbook that each line concerns (``Videos!2``), and `said` what it does, in
    words. `edited` names changes in the shown lines themselves. `workspace` is the one that the
    plan was made for, `coverage` the maximum that it stated for renewals of delivered accounts. `publish`, `publish_partial`,
    `bundle`, `date_order` and `read_hidden` are the options with which it was made. `live` are the tabs of the Google Sheet
    that it was made from, as they stood then.
    """

    stamps: Mapping[str, str]
    approved: frozenset[str]
    rows: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    edited: tuple[str, ...] = ()
    shown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signatures: tuple[str, ...] = ()
    workspace: str = ""
    publish: bool = False
    publish_partial: bool = False
    bundle: str | None = None
    date_order: str | None = None
    read_hidden: bool | None = None
    coverage: Credits = 0
    live: tuple[LiveTab, ...] = ()


def lines_of(plan: Plan) -> tuple[PlanLine, ...]:
    """The lines of a plan, in order. Uploads belong to the rows that need them and have no lines of their own."""
    return tuple(line for operation in plan.operations for line in _lines(operation, plan))


def approved_only(plan: Plan, approved: Iterable[str]) -> Plan:
    """The plan without what was not approved. Rows with an unapproved part are in `unsigned`, and what depends on such a part is held."""
    signed = set(approved)
    kept: list[Operation] = []
    held: list[Hold] = []
    unsigned: dict[RowAddress, list[str]] = {}
    gone: dict[str, str] = {}
    # One pass is enough: operations stand behind those that they need.
    for operation in plan.operations:
        if operation.kind is OperationKind.UPLOAD_MEDIA:
            kept.append(operation)
            continue
        # By position: nobody approves a batch, whose size is a mere setting.
        left = _signed_part(operation, signed)
        missing = [row for row in operation.rows if left is None or row not in left.rows]
        for row in missing:
            unsigned.setdefault(row, []).append(operation.kind.words)
        missed = next((gone[name] for name in operation.needs if name in gone), "")
        if missing or missed:
            # Also if only a part of it is missing: a bundle must not be published with half of
            # its videos because the other half was not approved.
            gone[operation.identity] = missed or f"{operation.kind.words} ({', '.join(map(str, missing))})"
        if left is None:
            continue
        if missed:
            reason = f"{operation.kind.words} rests on {missed}, which is not approved"
            held += [Hold(row=row, reason=reason, next_step=_APPROVE) for row in left.rows]
        else:
            kept.append(left)
    return replace(plan, operations=_resting(kept), held=plan.held + tuple(held), unsigned={row: ", ".join(words) for row, words in unsigned.items()})


def _resting(kept: Sequence[Operation]) -> tuple[Operation, ...]:
    """These operations without unneeded uploads, and without needs that are not among them."""
    needed = set(_wanted_uploads(kept))
    # An upload for an unapproved line would be useless, and its file would stay in the platform's storage.
    left = [o for o in kept if o.kind is not OperationKind.UPLOAD_MEDIA or o.identity in needed]
    there = {o.identity for o in left}
    return tuple(replace(o, needs=tuple(name for name in o.needs if name in there)) for o in left)


def drift(plan: Plan, signed: ApprovedPlan, done: Iterable[str], errors: Iterable[Finding]) -> tuple[str, ...]:
    """What has changed since the plan was approved, in words; empty if it still holds.

    `done` names what has been done already, for example by an earlier attempt to apply the same plan: that is no change,
    unless its row has a problem now. `errors` are the errors that the check finds now.
    """
    trouble = _trouble(plan, errors)
    finished = {identity for identity in done if signed.rows.get(identity, "") not in trouble}
    unchanged = {str(row) for row in plan.unchanged}
    now = {line.identity: line for line in lines_of(plan)}
    found: list[str] = []
    for identity in signed.stamps:
        # An unapproved line may change freely: it is not sent either way.
        if identity not in signed.approved:
            continue
        line = now.get(identity)
        row = signed.rows.get(identity, "")
        said = f"{row}: {signed.said.get(identity, identity)}" if row else identity
        if line is None and identity not in finished:
            found.append(f"{said}: {trouble.get(row, _UNNEEDED if row in unchanged else 'it is no longer possible')}")
        elif line is not None and line.stamp != signed.stamps[identity]:
            names = _moved_parts(signed.stamps[identity], line.stamp)
            told = f" (moved: {', '.join(names)})" if names else ""
            found.append(f"{said} is no longer what was signed{told}; now it would be: {in_words(line)}")
    found += [
        f"{line.row} ({line.operation.bundle}): {in_words(line)} was not in the plan" for name, line in now.items() if name not in signed.stamps
    ]
    return tuple(found)


def approved_part(made: Plan, signed: ApprovedPlan, workspace: str, done: Iterable[str], errors: Iterable[Finding]) -> Plan:
    """The approved part of a plan in this workspace. `done` and `errors` are those of `drift`.

    Raises StalePlan, naming what has changed since, and UsageProblem for a plan of another workspace.
    """
    if signed.workspace and signed.workspace != workspace:
        raise UsageProblem(
            "This plan was made for another account or another address of the platform.",
            hint="Use the key and the address (--base-url, --profile) with which it was planned, or make a new plan.",
        )
    # A workbook can be edited after it was made: with a lowered price in a visible cell, a person would approve less than is paid.
    found = signed.edited + _not_shown(made, signed) + drift(made, signed, done, errors)
    if found:
        more = [f"... and {len(found) - _MOST_MOVED} more"] if len(found) > _MOST_MOVED else []
        head = "The plan is stale; this has moved since it was made:"
        raise StalePlan.listing(head, [*found[:_MOST_MOVED], *more], hint="Make a new plan and have it approved.")
    return approved_only(made, signed.approved)


def within_coverage(made: Plan, signed: ApprovedPlan) -> Plan:
    """The approved plan, once it is known which accounts it writes to. Raises StalePlan if Coverage may cost more than was approved."""
    if made.renewals > signed.coverage:
        raise StalePlan(
            f"The plan is stale; this has moved since it was made:\n  Coverage of delivered accounts: it said at most {in_figures(signed.coverage)} "
            f"credits, and renewing them may take {in_figures(made.renewals)} now",
            hint="Make a new plan and have it approved.",
        )
    return made


def _not_shown(made: Plan, signed: ApprovedPlan) -> tuple[str, ...]:
    """Approved lines whose text differs from what would be done now, for example in the price."""
    found: list[str] = []
    for line in lines_of(made):
        shown = signed.shown.get(line.identity) if line.identity in signed.approved else None
        wrong = {name: text for name, text in texts_of(line).items() if shown is not None and _one_line_end(text) != shown.get(name, "")}
        found += [f"{line.row}: the plan says {(shown or {}).get(name) or 'nothing'} under {name}, and it is {text}" for name, text in wrong.items()]
    return tuple(found)


def _one_line_end(text: str) -> str:
    # A workbook that went through a spreadsheet program comes back with other line ends.
    return text.replace("\r\n", "\n").strip()


def approvers(signed: ApprovedPlan) -> str:
    """Who approved a plan, in words; empty if nobody is named."""
    return "; ".join(filter(None, signed.signatures))


def left_out(made: Plan, signed: ApprovedPlan | None) -> str:
    """What was not done for lack of an approval, in one sentence; empty if everything was approved, or no approval was needed."""
    if signed is not None and signed.stamps and not signed.approved:
        return "Nothing was sent: no line of the plan is approved. Write yes beside the lines that are to be done, and apply it again."
    waiting = len(made.unsigned.keys() - {hold.row for hold in made.held})
    if not waiting:
        return ""
    return f"What was not approved was not done: {counted(waiting, 'row')} {noun(waiting, 'waits', 'wait')} for it."


def texts_of(line: PlanLine) -> dict[str, str]:
    """The text of a line by column, without the place of its row."""
    operation = line.operation
    undone = operation.kind.traits.can_be_undone
    return {
        "bundle": operation.bundle,
        "what": operation.kind.words,
        "changes": "\n".join(change_in_words(change) for change in line.changes) or _target(operation),
        "credits": in_figures(line.price) if line.costs else "",
        "can be undone": f"{undone}; {operation.warning}" if operation.warning else undone,
    }


_WORDS = ("message", "comment", "video_url")
"""The fields of an action's body that say what is asked for."""


def _target(operation: Operation) -> str:
    """The text of an operation without single changes: the message of an action; for a new bundle, everything that determines its price."""
    if operation.kind is not OperationKind.CREATE_BUNDLE:
        words = next((text for name in _WORDS if isinstance(text := operation.body.get(name), str)), "")
        return f"{operation.target}: {words}" if words else operation.target
    told = [str(operation.body[name]) for name in ("bundle_type", "platform", "country") if operation.body.get(name)]
    told += [
        counted(number, noun)
        for name, noun in (("videos_quantity", "video"), ("edits_quantity", "edit"))
        if isinstance(number := operation.body.get(name), int) and number
    ]
    told += [name.removeprefix("wants_").replace("_", " ") for name, value in operation.body.items() if name.startswith("wants_") and value is True]
    return f"{operation.target}: {', '.join(told)}"


def in_words(line: PlanLine) -> str:
    """What a line does: the kind, the fields from what to what, and the credits."""
    fields = ", ".join(change_in_words(change) for change in line.changes)
    price = f" for {credits_in_words(line.price)}" if line.operation.costs else ""
    return line.operation.kind.words + (f" ({fields})" if fields else f" ({line.operation.target})") + price


def change_in_words(change: FieldChange) -> str:
    """One field with its old and new value; an empty old value is left out, an empty new one marked."""
    return f"{change.field}: {change.new}" if not change.old else f"{change.field}: {change.old} → {change.new or '(empty)'}"


def _trouble(plan: Plan, errors: Iterable[Finding]) -> dict[str, str]:
    """Why rows cannot be sent by the current plan, by their place."""
    held = {str(hold.row): hold.reason for hold in plan.held}
    return held | {str(finding.address): finding.message for finding in (*errors, *plan.findings) if finding.address is not None}


def _lines(operation: Operation, plan: Plan) -> Iterator[PlanLine]:
    if operation.kind is OperationKind.UPLOAD_MEDIA:
        return
    if operation.kind is OperationKind.CONFIGURE_POSITIONS:
        for slot in operation.slots:
            identity = f"configure:{operation.bundle}:{slot.position}"
            changes = plan.changes.get(slot.row, ())
            shown = {"media": slot.media, **_plain(slot.body)}
            yield _line(identity, replace(operation, price=slot.price), slot.row, changes, shown)
        return
    changes = tuple(change for change in plan.changes.get(operation.rows[0], ()) if change.field in operation.changes)
    if operation.kind.traits.adds_slots:
        # By totals: a person approves "3 becomes 5" and not "2 more", which would fit any number of existing slots.
        changes = (FieldChange(field=operation.kind.traits.column, old=str(operation.before), new=str(operation.total)),)
    media = " ".join(slot.media for slot in operation.slots)
    yield _line(operation.identity, operation, operation.rows[0], changes, {"media": media, **_plain(operation.body)})


def _line(identity: str, operation: Operation, row: RowAddress, changes: tuple[FieldChange, ...], shown: Mapping[str, Json]) -> PlanLine:
    # The old value is part of the stamp: whoever approved "A becomes C" did not approve "B becomes C".
    parts = {**shown, "credits": operation.price, **{f"{change.field} on the platform": change.old for change in changes}}
    stamp = json.dumps({name: digest(value) for name, value in sorted(parts.items())}, ensure_ascii=False)
    return PlanLine(identity=identity, operation=operation, row=row, changes=changes, price=operation.price, stamp=stamp)


def digest(value: Json) -> str:
    """The fingerprint of one part of a line."""
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:10]


def _moved_parts(was: str, is_now: str) -> list[str]:
    """The parts in which two stamps differ; none if one of them cannot be parsed, for example from an older bulkportal."""
    try:
        before, after = json.loads(was), json.loads(is_now)
    except ValueError:
        return []
    if not isinstance(before, dict) or not isinstance(after, dict):
        return []
    return [name for name in sorted(before.keys() | after.keys()) if before.get(name) != after.get(name)]


def _plain(body: Mapping[str, Value]) -> dict[str, Json]:
    # Without media: the address of an upload is unknown in one plan and known in the next. The fingerprint represents it.
    left_out = ("video_url", "carousel_images", "profile_picture_url")
    return {name: str(value) for name, value in body.items() if name not in left_out}


def _signed_part(operation: Operation, signed: set[str]) -> Operation | None:
    if operation.kind is not OperationKind.CONFIGURE_POSITIONS:
        return operation if operation.identity in signed else None
    slots = tuple(slot for slot in operation.slots if f"configure:{operation.bundle}:{slot.position}" in signed)
    if not slots:
        return None
    return replace(operation, slots=slots, rows=tuple(slot.row for slot in slots), price=price_of(slots))


def _wanted_uploads(operations: Sequence[Operation]) -> Iterator[str]:
    for operation in operations:
        for body in (operation.body, *(slot.body for slot in operation.slots)):
            for value in body.values():
                for item in value if isinstance(value, list) else [value]:
                    if isinstance(item, Ref):
                        yield item.identity
