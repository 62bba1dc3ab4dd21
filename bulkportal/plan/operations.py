"""The operations of a plan, and the plan itself.

An operation is one thing to do on the platform. A value that is not known yet, such as the id of
a bundle still to be created or the address of a file still to be uploaded, is a `Ref` to the operation
whose answer will contain it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from bulkportal.check.findings import Finding
from bulkportal.plan.kinds import OperationKind
from bulkportal.portal.remote import Credits, Json
from bulkportal.sheets.table import RowAddress

BATCH = 10
"""Positions in one batch. The platform documents no limit; each may make it fetch a file (API reference 2.16)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """The field of an earlier operation's answer, known only once that is done."""

    identity: str
    field: str


Value: TypeAlias = "Json | Ref | Sequence[Value]"
"""A value in a body: plain, or known only later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A local file to send: where it is, what it is for, its fingerprint, and when it was last changed (nanoseconds)."""

    path: str
    purpose: str
    sha256: str
    size: int
    mime: str
    changed_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reused:
    """A file that is not uploaded again: an earlier upload is used, or one of this plan if `bundle_id` is blank."""

    bundle_id: str
    sha256: str
    purpose: str
    size: int
    public_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One position inside a `CONFIGURE_POSITIONS` operation: its row and the complete body.

    `media` is the fingerprint of the wanted media (see `plan.desired`), remembered once it is set. `price` is the price of setting
    it in credits, None if the platform states none.
    """

    position: int
    row: RowAddress
    body: Mapping[str, Value]
    media: str
    changes: tuple[str, ...] = ()
    price: Credits | None = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing to do.

    `identity` is its natural name, stable across runs and edits (docs/explanation/paying-once.md, rule 2).
    `bundle` is the bundle's name for people; `bundle_id` its id, or a `Ref` to its creation.
    `needs` names the operations that must be done first. `price` is in credits, None if the
    platform states none. `total` is the total number of slots wanted, for the two slot operations,
    and `before` the number when the plan was made. `warning` is what a person should know
    before it is sent. `unsent` names cells of the row that differ from the platform but are not sent with an action.
    """

    identity: str
    kind: OperationKind
    bundle: str
    bundle_id: str | Ref
    target: str
    rows: tuple[RowAddress, ...]
    needs: tuple[str, ...] = ()
    price: Credits | None = 0
    body: Mapping[str, Value] = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()
    upload: Upload | None = None
    total: int = 0
    before: int = 0
    changes: tuple[str, ...] = ()
    warning: str = ""
    unsent: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether it is a purchase, which is paid for each time it is sent."""
        return self.kind.traits.paid

    @property
    def irreversible(self) -> bool:
        """Whether there is no way back."""
        return self.kind.traits.irreversible

    @property
    def costs(self) -> bool:
        """Whether it costs credits, or may: a purchase, or a setting that is charged once, however often it is sent."""
        return self.paid or self.price is None or self.price > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that would change, with its old and new value as text for people. Blank means empty."""

    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A row that is not sent, the reason, and the next step. `unpublished` names the bundle that is not published because of it."""

    row: RowAddress
    reason: str
    next_step: str = "Settle that, then run this again."
    unpublished: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A delivered account that the plan writes to, and the most that renewing its Coverage may cost.

    `account` is its id, blank if the platform does not state it; `row` the first that writes to it. `sure` says that the
    renewal is certainly due, `until` when the account's Coverage ends or has ended, if that is known.
    """

    account: str
    bundles: tuple[str, ...]
    row: RowAddress
    most: Credits
    sure: bool = False
    until: datetime | None = None

    @property
    def ended(self) -> str:
        """Since when it is over, as words for the end of a sentence; blank if that is not known."""
        return f" since {self.until:%Y-%m-%d}" if self.until is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the sheet asks for and the platform does not have yet.

    `operations` are in an order that respects `needs`. `unchanged` are rows already as wanted; of these, `left_empty` are empty slots.
    `held` rows depend on something that is invalid. `findings` are errors that only the platform's
    state could show. `links` lead to what is live on the platform; `notes` explain why a
    row needs nothing, if that is not obvious, for example an action done before. `happened` names the events
    that an earlier run had begun and that the platform shows as done.
    `unsigned` says for rows which parts are not approved. `doubts` are warnings: they hold nothing back.
    `coverage` are the delivered accounts that it writes to.
    """

    operations: tuple[Operation, ...] = ()
    unchanged: tuple[RowAddress, ...] = ()
    left_empty: frozenset[RowAddress] = frozenset()
    held: tuple[Hold, ...] = ()
    findings: tuple[Finding, ...] = ()
    balance: Credits | None = None
    links: Mapping[RowAddress, str] = field(default_factory=dict)
    notes: Mapping[RowAddress, str] = field(default_factory=dict)
    reused: tuple[Reused, ...] = ()
    changes: Mapping[RowAddress, tuple[FieldChange, ...]] = field(default_factory=dict)
    happened: tuple[str, ...] = ()
    unsigned: Mapping[RowAddress, str] = field(default_factory=dict)
    doubts: tuple[Finding, ...] = ()
    coverage: tuple[Coverage, ...] = ()

    @property
    def irreversible(self) -> tuple[Operation, ...]:
        """The operations that cannot be undone."""
        return tuple(operation for operation in self.operations if operation.irreversible)

    @property
    def price(self) -> Credits | None:
        """The price of all operations; None if any one is unknown."""
        total: Credits = 0
        for operation in self.operations:
            if operation.price is None:
                return None
            total += operation.price
        return total

    def without(self, bundles: Collection[str], reason: str) -> Plan:
        """The plan without these bundles; their rows are held, except those with a finding of their own."""
        kept = tuple(operation for operation in self.operations if operation.bundle not in bundles)
        wrong = {finding.address for finding in self.findings}
        dropped = {row for operation in self.operations if operation.bundle in bundles for row in operation.rows} - wrong
        return replace(self, operations=kept, held=self.held + tuple(Hold(row=row, reason=reason) for row in sorted(dropped)))

    def bought_for(self, purchase: Operation) -> tuple[RowAddress, ...]:
        """The rows of positions that need a purchase; empty for one that is not for videos."""
        batches = (operation for operation in self.operations if operation.kind is OperationKind.CONFIGURE_POSITIONS)
        return tuple(row for batch in batches if purchase.identity in batch.needs for row in batch.rows)

    @property
    def renewals(self) -> Credits:
        """The most that renewing the Coverage of delivered accounts may cost, in addition to the price."""
        return sum(coverage.most for coverage in self.coverage)

    @property
    def least(self) -> Credits | None:
        """The least that the plan costs: the price, and the renewals that are certainly due."""
        price = self.price
        return None if price is None else price + sum(coverage.most for coverage in self.coverage if coverage.sure)

    @property
    def most(self) -> Credits | None:
        """The most that the plan can cost: the price, and every renewal of Coverage."""
        price = self.price
        return None if price is None else price + self.renewals

    @property
    def may_cost(self) -> bool:
        """Whether it may cost credits."""
        return bool(self.paid or self.renewals)

    @property
    def paid(self) -> tuple[Operation, ...]:
        """The operations that cost credits, or may."""
        return tuple(operation for operation in self.operations if operation.costs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What earlier runs set on one slot, account or bundle, for what the platform does not return.

    `media` is the fingerprint of the media that was set (the platform stores a copy under an address
    of its own, so the sheet's link cannot be compared with it); `sent` is the body that was sent.
    """

    media: str
    sent: Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What this workspace remembers. It only saves work: without it, nothing is paid twice either.

    `places` maps (bundle id, position) to what was set there; position 0 is the account and -1 the
    bundle's own settings. `uploads` maps (bundle id, sha256, purpose) to the addresses of the file.
    `events` maps the identity of each completed action to its time; `begun` are those whose outcome
    is not known. `bought` maps the names of bundles that were bought to their ids.
    """

    places: Mapping[tuple[str, int], Remembered] = field(default_factory=dict)
    uploads: Mapping[tuple[str, str, str], Mapping[str, str]] = field(default_factory=dict)
    events: Mapping[str, str] = field(default_factory=dict)
    begun: frozenset[str] = frozenset()
    bought: Mapping[str, str] = field(default_factory=dict)


ACCOUNT_PLACE = 0
BUNDLE_PLACE = -1


def price_of(slots: Iterable[Slot]) -> Credits | None:
    """The price of setting these slots; None if one of the prices is unknown."""
    return summed(("", slot.price) for slot in slots).get("", 0)


def summed(prices: Iterable[tuple[str, Credits | None]]) -> dict[str, Credits | None]:
    """The sum of the prices of each name, in the order of the names. None means unknown, and never zero."""
    sums: dict[str, Credits | None] = {}
    for name, price in prices:
        before = sums.get(name, 0)
        sums[name] = None if before is None or price is None else before + price
    return sums
