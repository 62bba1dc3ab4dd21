"""Purchases of an earlier run whose end is not known: which of them concern this sheet, and which may be sent again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from bulkportal import names
from bulkportal.apply.entries import Entry
from bulkportal.apply.landing import ARRIVAL, later
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.outcomes import OperationState, Outcome
from bulkportal.apply.settling import as_operation, may_land
from bulkportal.check.findings import Checked
from bulkportal.check.known import DAYS_DELIVERED, DAYS_NEW
from bulkportal.columns.bundles import WITH_ACCOUNT
from bulkportal.plan.approval import Signed
from bulkportal.plan.kinds import OperationKind
from bulkportal.sheets.table import RowAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What is open, seen from a sheet. `conflicts` are a person's case; `landing` is for how many seconds a purchase may still land."""

    ledger: Ledger
    checked: Checked
    day: date
    landing: float
    signed: Signed | None = None
    conflicts: Collection[str] = frozenset()

    def entries(self) -> tuple[Entry, ...]:
        """The paid requests whose end is not known and which the sheet still asks for, or which may still land in a bundle of it."""
        return tuple(entry for entry in self.ledger.unsettled() if self._is_wanted(entry) or (self._lands_in(entry) and self.rows_of(entry.bundle)))

    def to_resume(self) -> tuple[Entry, ...]:
        """Those that may be sent again: not where it is a person's case or may still land, nor where its line was not approved."""
        return tuple(
            entry
            for entry in self.entries()
            if self._is_wanted(entry) and self._is_allowed(entry) and not self._lands_in(entry) and self._is_in_time(entry)
        )

    def patience(self) -> float:
        """For how many seconds it is worth waiting for a request that may be on its way."""
        longest = min(ARRIVAL, self.landing)
        waits = [self._arrives_in(entry) for entry in self.entries() if self._is_allowed(entry)]
        return max((wait for wait in waits if wait <= longest), default=0.0)

    def unknown(self) -> tuple[Outcome, ...]:
        """What to say of the purchases that may still land: they are not known yet, and until when."""
        return tuple(self._unknown(entry) for entry in self.entries() if self._lands_in(entry) and entry.identity not in self.conflicts)

    def _unknown(self, entry: Entry) -> Outcome:
        operation = as_operation(entry, self.rows_of(entry.bundle))
        words = f"It is not known yet what became of an earlier request to {operation.kind.words}: the platform may still carry it out."
        after = later(self._lands_in(entry))
        return Outcome(operation=operation, state=OperationState.UNKNOWN, bundle_id=entry.bundle_id, problem=words, next_step=after)

    def _lands_in(self, entry: Entry) -> float:
        return may_land(self.ledger, entry, self.landing)

    def _arrives_in(self, entry: Entry) -> float:
        """Seconds after which an open purchase may be sent again."""
        passed = self.ledger.since_sent(entry)
        longest = min(ARRIVAL, self.landing)
        return max(self._lands_in(entry), longest if passed is None else longest - passed, 0.0)

    def _is_allowed(self, entry: Entry) -> bool:
        return entry.identity not in self.conflicts and (self.signed is None or entry.identity in self.signed.approved)

    def _is_in_time(self, entry: Entry) -> bool:
        """Whether a video that a purchase was made for can be in time yet: days pass between two runs, as within one.

        Offline nobody knows of a new bundle that its account will be new, which needs more days.
        """
        wanted = pl.col("_bundle") == names.plain(entry.bundle)
        is_new = entry.kind == OperationKind.CREATE_BUNDLE
        if not is_new:
            wanted &= pl.col("position").is_between(entry.before + 1, entry.total)
        days = DAYS_NEW if is_new and entry.body.get("bundle_type") in WITH_ACCOUNT else DAYS_DELIVERED
        dates = self.checked.positions.filter(wanted)["target_publish_date"].to_list()
        first = self.day + timedelta(days=days)
        return not dates or any(day is None or day >= first for day in dates)

    def _is_wanted(self, entry: Entry) -> bool:
        rows = self.checked.bundles.filter(pl.col("_bundle") == names.plain(entry.bundle))
        if entry.kind == OperationKind.CREATE_BUNDLE:
            return not rows.is_empty()
        return any(total is not None and total >= entry.total for total in rows[OperationKind(entry.kind).traits.column].to_list())

    def rows_of(self, bundle: str) -> tuple[RowAddress, ...]:
        """The rows of Bundles that speak of a bundle."""
        frame = self.checked.bundles.filter(pl.col("_bundle") == names.plain(bundle)).select("_table", "_row")
        return tuple(self.checked.sheets[table].table.address(row) for table, row in frame.iter_rows())
