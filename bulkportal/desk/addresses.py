"""Launches that lie at an address: fetched into the folder of the desk, with what it takes to write the results back into a Google Sheet.

The fetched file is a launch like any other. Where it came from stands beside it, in the folder of everything that comes of it
(``address.json``, schema ``bulkportal.desk-address/1``), and counts for as long as the file is as it was fetched: the rows of one
that somebody has saved anew may be other rows than those of the sheet.
"""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bulkportal.errors import BulkportalError, StalePlan, UnreadableInput, UsageProblem
from bulkportal.google_sheets import LiveTab, spreadsheet_of
from bulkportal.google_sheets.tabs import from_lines, to_lines
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.live_sheets import fetched
from bulkportal.pipeline.source import tables_of
from bulkportal.remote_files import holds_secret
from bulkportal.sheets.file_names import allowed, by_products_of, place_for
from bulkportal.sheets.writer import write_bytes

SCHEMA = "bulkportal.desk-address/1"

_WHERE = "address.json"
_AGAIN = "Fetch it again, and look at its plan."
_KINDS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".txt", ".zip"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where a launch was fetched from: the address, empty where it may hold a secret, and the tabs of a Google Sheet as they stood then."""

    address: str
    tabs: tuple[LiveTab, ...] = ()

    @property
    def is_written_back(self) -> bool:
        """Whether the results go back there."""
        return any(not tab.trouble for tab in self.tabs)


def bring(address: str, folder: Path, job: Job) -> Path:
    """Fetch what lies at an address into a folder, in the place of what was fetched from there before. Gives the file.

    Raises UnreadableInput, TemporaryTrouble and UsageProblem.
    """
    there = fetched(address, replace(job, inputs=(), addresses=(address,)))
    key = _key_of(address)
    name = allowed(there.label)
    if Path(name).suffix.casefold() not in _KINDS:
        name = f"{name or 'sheet'}.xlsx"
    # Only what was fetched from there may be replaced, and only while nobody has saved anything else in its place.
    place = place_for(folder, name, lambda file: _known(file).get("key") == key)
    about = {"schema": SCHEMA, "key": key, "address": "" if holds_secret(address) else address, "file": _digest(there.data)}
    try:
        # In this order: where only the first is written, the file is nobody's, and no result goes into a row that was another one.
        write_bytes(place, there.data)
        write_bytes(by_products_of(place) / _WHERE, json.dumps({**about, "tabs": to_lines(there.tabs)}, ensure_ascii=False).encode())
    except OSError as error:
        raise UsageProblem(f"{name} cannot be kept in {folder}: {error.strerror}.", hint="Open the desk on another folder.") from error
    return place


def elsewhere(source: Path) -> Elsewhere | None:
    """Where a launch was fetched from; None where it was not, and where the file is another one by now."""
    said = _known(source)
    with suppress(KeyError, TypeError, ValueError, IndexError):
        return Elsewhere(address=str(said["address"]), tabs=from_lines(said["tabs"]))
    return None


def require_unchanged(source: Path, address: str, job: Job) -> None:
    """See that what lies at an address is what was fetched from there. Raises StalePlan where it is not, and where that cannot be seen."""
    try:
        there = fetched(address, replace(job, inputs=(), addresses=(address,))).data
        then = source.read_bytes()
    except (BulkportalError, OSError) as problem:
        why, hint = (problem.message, problem.hint) if isinstance(problem, BulkportalError) else (f"{source.name} cannot be read here.", "")
        raise StalePlan(f"Nothing was sent: {source.name} may have changed where it lies. {why}", hint=hint or _AGAIN) from problem
    if there != then and not _hold_the_same(there, then, job):
        raise StalePlan(f"{source.name} has been saved since it was read here.", hint=_AGAIN)


def _hold_the_same(one: bytes, other: bytes, job: Job) -> bool:
    """Whether two files read alike: a Google Sheet is another file at every export."""
    try:
        first, second = (tables_of(replace(job, inputs=(), stream=data)) for data in (one, other))
    except UnreadableInput:
        return False
    return len(first) == len(second) and all(table.holds_the_same(twin) for table, twin in zip(first, second, strict=True))


def _known(source: Path) -> dict[str, Any]:
    """What was written down of a file when it was fetched, if it is the same still."""
    with suppress(OSError, ValueError):
        said = json.loads((by_products_of(source) / _WHERE).read_bytes())
        if isinstance(said, dict) and said.get("schema") == SCHEMA and said.get("file") == _digest(source.read_bytes()):
            return said
    return {}


def _key_of(address: str) -> str:
    """What tells one place from another without saying where it is."""
    return hashlib.sha256((spreadsheet_of(address) or address).encode()).hexdigest()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
