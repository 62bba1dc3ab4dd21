"""What the last run says of the rows that it could not do: read from its report, as anybody would."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from bulkportal.apply.outcomes import FAILING, RowState
from bulkportal.columns.matcher import count_known
from bulkportal.desk.open_launch import OpenLaunch
from bulkportal.desk.session import Session
from bulkportal.errors import BulkportalError
from bulkportal.sheets.reader import read
from bulkportal.sheets.table import ROW, Table

RowTrouble = tuple[str, str, str]
"""The state of a row, its problem, and what to do next."""

_COLUMNS = ("status", "problem", "next_step")
_TOLD = frozenset(state.value for state in (*FAILING, RowState.WAITING))


def row_states(session: Session, launch: OpenLaunch) -> Mapping[tuple[str, int], RowTrouble]:
    """The rows that are not in order after the last run, by sheet and row; none while it runs, and where it left no report."""
    run = session.run(launch)
    if run is None or not run.summary or run.is_running:
        return {}
    report = report_of(run.said, launch)
    try:
        return _read(report, report.stat().st_mtime_ns)
    except OSError:
        return {}


def report_of(said: Mapping[str, object], launch: OpenLaunch) -> Path:
    """Where the report of a run is."""
    found = said.get("command")
    words = [str(word) for word in found] if isinstance(found, list) else []
    return Path(words[words.index("--report") + 1]) if "--report" in words[:-1] else launch.by_product("report")


@lru_cache(maxsize=8)
def _read(report: Path, _: int) -> Mapping[tuple[str, int], RowTrouble]:
    try:
        tables = list(read(report, label=report.name, recognise=count_known, encoding=None))
    except BulkportalError:
        return {}
    return {place: told for table in tables for place, told in _of_table(table).items()}


def _of_table(table: Table) -> dict[tuple[str, int], RowTrouble]:
    letters = {header: letter for letter, header in table.headers.items() if header in _COLUMNS}
    if "status" not in letters:
        return {}
    columns = [letters[name] if letters.get(name) in table.frame.columns else None for name in _COLUMNS]
    found: dict[tuple[str, int], RowTrouble] = {}
    for row in table.frame.select(ROW, *[column for column in columns if column]).iter_rows(named=True):
        status, problem, following = (row[column] or "" if column else "" for column in columns)
        if status in _TOLD:
            found[table.sheet, row[ROW]] = (status, problem, following)
    return found
