"""What the ledger holds: operations as they were begun, how they ended, and runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bulkportal import names
from bulkportal.apply.ledger_file import seal
from bulkportal.database import Row
from bulkportal.plan.operations import Remembered
from bulkportal.portal.remote import Credits, Json


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One operation as the ledger holds it. `body` is what was, or is to be, sent, with this `key`.

    `run_id` is the run that sent it last, `sent_at` the moment (see `landing`). `resumed` says that an earlier `begin` of it
    has no known end.
    """

    identity: str
    generation: int
    kind: str
    bundle: str
    bundle_id: str | None
    key: str
    body: Mapping[str, Json]
    state: str
    price: Credits | None
    total: int
    before: int
    answer: Mapping[str, Json]
    credits: Credits
    begun_at: str
    run_id: str = ""
    sent_at: str = ""
    is_paid: bool = False
    resumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """How an operation ended: its state, the answer worth keeping, and what it cost.

    `is_answered` says of an unknown end that the platform has answered: no request is on its way any more.
    """

    state: str
    answer: Mapping[str, Json] | None = None
    credits: Credits = 0
    request_id: str | None = None
    code: str | None = None
    is_answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """One run in the ledger. `finished_at` and `exit_code` are None for a run that never ended."""

    run_id: str
    command: str
    files: tuple[str, ...]
    job: Mapping[str, Json]
    started_at: str
    finished_at: str | None
    exit_code: int | None
    totals: Mapping[str, int]
    credits: Credits


_AS_THEY_ARE = (
    *("identity", "generation", "kind", "bundle", "bundle_id", "key"),
    *("state", "price", "total", "before", "begun_at", "run_id", "sent_at"),
)
"""The columns that are fields of an entry."""


def entry_of(row: Row) -> LedgerEntry:
    """An operation from its row. Raises ValueError if the row has been altered."""
    # Before the body is parsed: a flipped bit can leave valid JSON with another number in it.
    if seal(row["key"], row["body"]) != row["seal"]:
        raise ValueError(f"{row['identity']} was altered")
    plain = {name: row[name] for name in _AS_THEY_ARE}
    body, answer = json.loads(row["body"]), json.loads(row["answer"] or "{}")
    return LedgerEntry(**plain, body=body, answer=answer, credits=row["credits"] or 0, is_paid=bool(row["paid"]))


def run_record_of(row: Row) -> RunRecord:
    """A run from its row."""
    plain = {name: row[name] for name in ("run_id", "command", "started_at", "finished_at", "exit_code")}
    files, job, totals = (json.loads(row[name] or "{}") for name in ("files", "job", "totals"))
    return RunRecord(**plain, files=tuple(files), job=job, totals=totals, credits=row["credits"] or 0)


def place_of(row: Row) -> tuple[tuple[str, int], Remembered]:
    """What was set on a slot, an account or a bundle, by its place."""
    return (row["bundle_id"], row["position"]), Remembered(media=row["media"], sent=json.loads(row["sent"]))


def bought_of(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """The plain name and the id of each bundle whose id the platform has returned."""
    for row in rows:
        identity = json.loads(row["answer"] or "{}").get("id")
        if isinstance(identity, str) and identity:
            yield names.plain(row["bundle"]), identity
