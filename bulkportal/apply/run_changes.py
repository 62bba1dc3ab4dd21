"""What a run changes, with the values before: recorded in the ledger before anything is sent, and settled at the end of the run.

Changes that a crash left unsettled are judged by the operations that the run had begun.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bulkportal.apply.entries import LedgerEntry
from bulkportal.apply.ledger import OPEN, Ledger
from bulkportal.apply.outcomes import OperationState, Outcome, RowState
from bulkportal.plan.changes import RunChange
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import BUNDLE_PLACE
from bulkportal.portal.remote import Credits

DONE, UNKNOWN = "done", "unknown"
"""The states of the changes that are kept after a run."""

_FACTS = ("platform", "bundle_type", "before", "after", "untold", "media", "was_empty", "status", "price")
_COLUMNS = "workspace, run_id, line, identity, number, kind, bundle, bundle_id, place, facts, state, credits"
_DONE = (OperationState.DONE, OperationState.FOUND)


def keep_changes(ledger: Ledger, changes: Sequence[RunChange]) -> None:
    """Record what this run is about to change, with the values before. Raises as the ledger does."""
    first = _next_line(ledger)
    rows = [_row(ledger, line, change) for line, change in enumerate(changes, start=first)]
    with ledger.books.writing() as database:
        database.executemany(f"INSERT INTO changes ({_COLUMNS}) VALUES ({', '.join('?' * 12)})", rows)  # noqa: S608 - our own names


def settle_changes(ledger: Ledger, outcomes: Iterable[Outcome]) -> None:
    """Record the outcomes; changes that were not made are deleted. Raises as the ledger does."""
    by_identity = {outcome.operation.identity: outcome for outcome in outcomes}
    done: list[tuple[object, ...]] = []
    gone: list[tuple[str, int]] = []
    paid: set[str] = set()
    for line, change in _kept(ledger, ledger.run_id):
        outcome = by_identity.get(change.identity)
        state = change.state if outcome is None else _state(outcome, change.number)
        if not state:
            gone.append((ledger.run_id, line))
        elif outcome is not None:
            # A batch is one charge and several changes: the charge is put on the first, so that the sum is right.
            taken = outcome.credits if change.identity not in paid else 0
            paid.add(change.identity)
            done.append((state, taken, change.bundle_id or outcome.bundle_id or "", ledger.run_id, line))
    with ledger.books.writing() as database:
        database.executemany("UPDATE changes SET state=?, credits=?, bundle_id=? WHERE run_id=? AND line=?", done)
        database.executemany("DELETE FROM changes WHERE run_id=? AND line=?", gone)


def bought_again(outcomes: Iterable[Outcome], renewals: Mapping[str, Credits]) -> tuple[RunChange, ...]:
    """What a run paid besides its plan: purchases of a killed run that it retried, and renewals of Coverage."""
    again = (outcome for outcome in outcomes if outcome.state in _DONE)
    bought = tuple(
        RunChange(
            identity=one.operation.identity,
            kind=one.operation.kind,
            bundle=one.operation.bundle,
            bundle_id=one.bundle_id or "",
            place=BUNDLE_PLACE,
            credits=one.credits,
            state=DONE,
        )
        for one in again
    )
    return bought + tuple(
        RunChange(identity=f"coverage:{line}", kind=None, bundle="", bundle_id="", place=BUNDLE_PLACE, credits=taken, state=DONE)
        for line, taken in renewals.items()
    )


def runs_with_changes(ledger: Ledger) -> frozenset[str]:
    """The runs of all workspaces that have recorded a change, or were the last to do an operation: no other can have changed anything."""
    query = "SELECT run_id FROM changes UNION SELECT run_id FROM operations WHERE state='done'"
    return frozenset(row["run_id"] for row in ledger.books.rows(query))


def changes_of_run(ledger: Ledger, run_id: str) -> tuple[RunChange, ...]:
    """The changes of a run, in order; for a killed run, as far as its operations show them."""
    started = next((run.started_at for run in ledger.runs() if run.run_id == run_id), "")
    found = (_as_it_ended(ledger, run_id, started, change) for _, change in _kept(ledger, run_id))
    return tuple(change for change in found if change is not None)


def _as_it_ended(ledger: Ledger, run_id: str, started: str, change: RunChange) -> RunChange | None:
    if change.state != "planned":
        return change
    entry = ledger.find(change.identity)
    # An entry from before the run says nothing about it: the run died before it got there. Both moments are UTC in one
    # format, so they compare as texts.
    if entry is None or entry.begun_at < started:
        return None
    bundle_id = change.bundle_id or entry.bundle_id or str(entry.answer.get("id") or "") or _created(ledger, change)
    if entry.run_id != run_id or entry.state in OPEN:  # a later run has touched it, or its outcome is not known
        return replace(change, state=UNKNOWN, bundle_id=bundle_id)
    return replace(change, state=DONE, bundle_id=bundle_id, credits=_credits(entry, change)) if entry.state == "done" else None


def _created(ledger: Ledger, change: RunChange) -> str:
    entry = ledger.find(f"create:{change.bundle}")
    return "" if entry is None else str(entry.answer.get("id") or "")


def _credits(entry: LedgerEntry, change: RunChange) -> Credits:
    return entry.credits if not change.number else 0


def _state(outcome: Outcome, number: int) -> str:
    slots = outcome.operation.slots
    verdict = outcome.verdicts.get(slots[number].row) if number < len(slots) else None
    if verdict is not None:
        return {RowState.DONE: DONE, RowState.UNKNOWN: UNKNOWN}.get(verdict.state, "")
    if outcome.state in _DONE or outcome.credits:
        return DONE
    return UNKNOWN if outcome.state is OperationState.UNKNOWN else ""


def _next_line(ledger: Ledger) -> int:
    # A run records twice: its plan, and at the end what it paid besides.
    rows = ledger.books.rows("SELECT coalesce(MAX(line), 0) AS last FROM changes WHERE run_id=?", ledger.run_id)
    return int(rows[0]["last"]) + 1


def _row(ledger: Ledger, line: int, change: RunChange) -> tuple[object, ...]:
    facts = json.dumps({name: getattr(change, name) for name in _FACTS}, ensure_ascii=False)
    own = (change.identity, change.number, change.kind.value if change.kind else "", change.bundle, change.bundle_id, change.place)
    return (ledger.workspace, ledger.run_id, line, *own, facts, change.state, change.credits)


def _kept(ledger: Ledger, run_id: str) -> Iterator[tuple[int, RunChange]]:
    for row in ledger.books.rows("SELECT * FROM changes WHERE run_id=? ORDER BY line", run_id):
        facts = json.loads(row["facts"])
        plain = {name: row[name] for name in ("identity", "number", "bundle", "bundle_id", "place", "state", "credits")}
        yield row["line"], RunChange(kind=OperationKind(row["kind"]) if row["kind"] else None, **plain, **{**facts, "untold": tuple(facts["untold"])})
