"""Copies the books from one home to another, and verifies the copy: counts, contents, sums and seals."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bulkportal.apply.entries import entry_of
from bulkportal.apply.homes import Where, are_there
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.ledger_file import SCHEMA
from bulkportal.database import Row, Statements
from bulkportal.errors import UsageProblem
from bulkportal.portal.remote import Credits

TABLES = tuple(re.findall(r"CREATE TABLE (\w+)", SCHEMA.tables))
"""The tables that both homes have; leases and claims stay behind."""

# A generated column of PostgreSQL's tables (see `postgres.books.translated`): SQLite hides its own, and the server takes no value for it.
_PLACE = "rowid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What was copied: rows by table, the fingerprint of each table's content, the credits of all charges, and seals verified."""

    rows: Mapping[str, int] = field(default_factory=dict)
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    credits: Credits = 0
    sealed: int = 0


def copy(source: Where, target: Where) -> Copied:
    """Copy the books into an empty home, in one transaction; a copy that differs is rolled back.

    No run may be active meanwhile. A source file belongs to the new home from then on: nothing is paid from it without a question.

    Raises:
        UsageProblem: there are no books at the source, the target holds some already, or what was written differs from what was read.
        AnotherRun: a run is at work at the source.

    """
    if not are_there(source):
        raise UsageProblem(f"There is no ledger in {source}.", hint="Name the folder that holds ledger.sqlite3, or an address of PostgreSQL.")
    if source == target:
        raise UsageProblem("The ledger would be copied onto itself.", hint="Name another place to copy it to.")
    # Both transactions are open until the end: nothing is kept at the target
    # unless it proves equal, and nobody begins at the source meanwhile.
    with Ledger(source, "", "") as old, Ledger(target, "", "") as new, old.alone_at_work() as reading:
        content = {table: _content(reading, table) for table in TABLES}
        with new.alone_at_work() as writing:
            for table in TABLES:
                if writing.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():  # noqa: S608 - our own names
                    raise UsageProblem(f"The ledger of {target} holds something already.", hint="Books are copied into an empty place only.")
            for table, rows in content.items():
                _write(writing, table, rows)
            copied = _measured(content)
            if _measured({table: _content(writing, table) for table in TABLES}) != copied:
                raise UsageProblem(f"What was written to {target} is not what was read.", hint="Nothing was kept there; look at its disk.")
        # Last: a source that is given up before the target has proven good would leave nobody with a ledger.
        old.moved_to(reading, str(target))
    return copied


def _content(database: Statements, table: str) -> list[dict[str, object]]:
    rows: Sequence[Row] = database.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608 - our own names
    return [{name: row[name] for name in row.keys() if name != _PLACE} for row in rows]  # noqa: SIM118 - a row of SQLite iterates over its values


def _write(database: Statements, table: str, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        names = tuple(rows[0])
        marks = ", ".join("?" for _ in names)
        database.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", [tuple(row.values()) for row in rows])  # noqa: S608 - our own names


def _measured(content: Mapping[str, Sequence[Mapping[str, object]]]) -> Copied:
    """The measures of a content. Raises ValueError where a seal does not match."""
    for row in content["operations"]:
        entry_of(row)
    return Copied(
        rows={table: len(rows) for table, rows in content.items()},
        fingerprints={table: _fingerprint(rows) for table, rows in content.items()},
        credits=sum(float(str(row["credits"])) for row in content["charges"]),
        sealed=len(content["operations"]),
    )


def _fingerprint(rows: Sequence[Mapping[str, object]]) -> str:
    """The same for the same rows in any order."""
    lines = sorted(json.dumps(dict(row), ensure_ascii=False, sort_keys=True) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
