"""Which delivered accounts may have their Coverage renewed by a plan, and the most that this costs. Pure.

A write to the bundle of a delivered account may first renew its Coverage, so that a free configuration costs
25 credits all the same (API reference 5.1, 5.2). If the platform states until when an account is
covered, the renewal is known before; else only the maximum can be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Coverage, Operation, Plan
from bulkportal.portal.remote import Cover, Credits, RemoteBundle, RemoteState, in_figures

PERIOD = timedelta(days=30)
"""How long one payment lasts; the first period is included in the account's price."""

PRICE: Credits = 25
"""The price of a period if neither the account nor the price list states one (API reference 5.1)."""

MARGIN = timedelta(hours=1)
"""Coverage that ends within this time may end before the run does."""


@dataclass(slots=True)
class _Touched:
    """A delivered account that the plan writes to; `young` says that its first period cannot be over yet."""

    id: str
    operations: list[Operation] = field(default_factory=list)
    young: bool = False


def with_coverage(plan: Plan, remote: RemoteState) -> Plan:
    """The plan with the delivered accounts that it writes to, if their Coverage may cost credits or its end is known."""
    covers = remote.covers or {}
    found = (_coverage(touched, covers.get(touched.id), remote) for touched in _touched(plan, remote))
    return replace(plan, coverage=tuple(coverage for coverage in found if coverage is not None))


def asks_for_covers(plan: Plan, remote: RemoteState) -> bool:
    """Whether the plan writes to a delivered account whose Coverage may have ended."""
    return any(not touched.young for touched in _touched(plan, remote))


def _touched(plan: Plan, remote: RemoteState) -> Iterable[_Touched]:
    new = {o.bundle: str(o.body["account_id"]) for o in plan.operations if o.kind is OperationKind.CREATE_BUNDLE and o.body.get("account_id")}
    found: dict[str, _Touched] = {}
    for operation in plan.operations:
        if not operation.kind.traits.renews:
            continue
        bundle = remote.bundles.get(operation.bundle_id) if isinstance(operation.bundle_id, str) else None
        # A delivered account whose id is not known is named after its bundle.
        account = new.get(operation.bundle, "") if bundle is None else (bundle.account_id or f"#{bundle.id}") if bundle.delivered else ""
        if account:
            touched = found.setdefault(account, _Touched(id=account))
            touched.operations.append(operation)
            touched.young = touched.young or (bundle is not None and _is_young(bundle, remote.taken_at))
    return found.values()


def _is_young(bundle: RemoteBundle, now: datetime) -> bool:
    """Whether the account that this bundle set up was delivered less than a period ago: it cannot be older than its bundle."""
    # It uses an account that was there before it, so its own age says nothing.
    if bundle.bundle_type == "videos_only":
        return False
    try:
        created = datetime.fromisoformat(bundle.created_at or "")
    except ValueError:
        return False
    return (created if created.tzinfo else created.replace(tzinfo=UTC)) + PERIOD > now + MARGIN


def _coverage(touched: _Touched, cover: Cover | None, remote: RemoteState) -> Coverage | None:
    price = remote.prices.of("coverage")
    price = PRICE if price is None else price
    most, sure = (0 if touched.young else price, False) if cover is None else _due(cover, price, remote.taken_at)
    until = cover.until if cover is not None and cover.fee is not False else None
    if not most and until is None:
        return None
    return Coverage(
        account="" if touched.id.startswith("#") else touched.id,
        bundles=tuple(dict.fromkeys(operation.bundle for operation in touched.operations)),
        row=touched.operations[0].rows[0],
        most=most,
        sure=sure,
        until=until,
    )


def _due(cover: Cover, price: Credits, now: datetime) -> tuple[Credits, bool]:
    """The most that the next write costs for an account whose Coverage the platform reports, and whether that is certain."""
    takes = price if cover.credits is None else cover.credits
    if cover.fee is False:
        return 0, False
    if cover.on is False:  # stated by the platform, whatever the clock of this machine says
        return takes, True
    if cover.until is not None and cover.until > now + MARGIN:
        return 0, False
    # Certain only by a date alone: if the platform also says that it is covered, the two contradict each other.
    return takes, cover.on is None and cover.until is not None and cover.until <= now


def coverage_findings(plan: Plan, checked: ValidationResult) -> tuple[Finding, ...]:
    """A warning for each account that may be renewed, at the first row that writes to it."""
    return tuple(_findings(plan, checked))


def _findings(plan: Plan, checked: ValidationResult) -> Iterator[Finding]:
    for coverage in plan.coverage:
        if coverage.most:
            code = "coverage_is_over" if coverage.sure else "coverage_may_renew"
            words = {"bundles": ", ".join(coverage.bundles), "credits": in_figures(coverage.most), "ended": coverage.ended}
            yield checked.place(coverage.row, "bundle").found(code, words, value=coverage.account or None)
