"""The grid: pages of rows with their marks, changes of cells, what was found, and where the next mark is."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bulkportal.a1 import column_number
from bulkportal.check.findings import Finding
from bulkportal.desk.marks import CellMarks, proposed, worst_of
from bulkportal.desk.open_launch import Changed, OpenLaunch, WantedCell
from bulkportal.desk.pages import answer, body_of, go, launch_of, page, session_of
from bulkportal.desk.row_troubles import row_states
from bulkportal.errors import UsageProblem
from bulkportal.sheets.table import ROW, Table

PAGE = 1_000
"""Rows that are sent at once."""

_PATIENCE = 25.0
_MOST_CAUSES = 200
"""Causes that are listed beside the grid; of more it is said how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Which rows of which table are looked at: all, those with findings, those of one cause; and those alone that hold a text."""

    table: int
    only: str = "all"
    cause: int = -1
    find: str = ""

    @classmethod
    def asked(cls, request: Request, launch: OpenLaunch) -> View:
        """The view that the address names. Raises UsageProblem for a table that there is not."""
        query = request.query_params
        table = _number(query.get("table", "0"))
        if not 0 <= table < len(launch.now.tables):
            raise UsageProblem("There is no such sheet.", hint="Load the page again.")
        return cls(table=table, only=query.get("only", "all"), cause=_number(query.get("cause", "-1")), find=query.get("find", ""))

    def rows(self, launch: OpenLaunch) -> list[int]:
        """The numbers of its rows, from the top."""
        table, marks = launch.now.tables[self.table], launch.marks
        frame = table.frame
        if self.find:
            # `lower` as in Polars, not `casefold`: that makes "ss" of "ß", which stays a "ß" in the frame and would never be found.
            text = pl.any_horizontal(pl.col(*table.letters).str.to_lowercase().str.contains(self.find.lower(), literal=True))
            frame = frame.filter(text)
        rows: list[int] = frame[ROW].to_list()
        chosen = {"findings": lambda: marks.rows(self.table), "cause": lambda: marks.rows_of_cause(self.cause, self.table, launch.now.tables)}
        if self.only in chosen:
            kept = set(chosen[self.only]())
            rows = [row for row in rows if row in kept]
        return rows


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        return -1


def grid(request: Request) -> Response:
    """The page of the grid; of a large launch the rows with findings first."""
    launch = launch_of(request)
    tables = launch.now.tables
    large = {number: table.frame.height > PAGE and bool(launch.marks.rows(number)) for number, table in enumerate(tables)}
    return page(request, "grid.html", launch=launch, step="grid", tables=tables, large=large, marks=launch.marks, stale=launch.is_stale())


def rows(request: Request) -> Response:
    """One page of rows: their numbers and texts, the columns, the marks, and how many there are."""
    launch = launch_of(request)
    launch.judge()
    view = View.asked(request, launch)
    table, numbers = launch.now.tables[view.table], view.rows(launch)
    pages = max(1, -(-len(numbers) // PAGE))
    at = min(max(_number(request.query_params.get("page", "1")), 1), pages)
    shown = numbers[(at - 1) * PAGE : at * PAGE]
    letters = letters_of(table)
    frame = table.frame.filter(pl.col(ROW).is_in(shown)).sort(ROW)
    known = [letter for letter in letters if letter in frame.columns]
    texts = frame.select(ROW, *known).rows()
    return answer(
        {
            "version": launch.version,
            "total": len(numbers),
            "all": table.frame.height,
            "page": at,
            "pages": pages,
            "columns": [_column(table, letter, launch) for letter in letters],
            "letters": known,
            "rows": texts,
            "locked": [[row, letter] for row in shown for letter in known if (row, letter) in table.formulas],
            "marks": _marks(launch.marks, view.table, shown),
            "states": _states(request, launch, table, shown),
        }
    )


def letters_of(table: Table) -> list[str]:
    """The columns to show: those with a header, and those with texts."""
    return sorted({*table.headers, *table.letters}, key=column_number)


def _column(table: Table, letter: str, launch: OpenLaunch) -> dict[str, str]:
    return {"letter": letter, "title": table.headers.get(letter, ""), "field": fields_of(launch, table).get(letter, "")}


def fields_of(launch: OpenLaunch, table: Table) -> Mapping[str, str]:
    """What the columns of a table mean, by their letters."""
    for sheet in launch.marks.checked.result.sheets:
        if (sheet.table.file, sheet.table.sheet) == (table.file, table.sheet):
            return {letter: name for name, letter in sheet.letters.items()}
    return {}


def _states(request: Request, launch: OpenLaunch, table: Table, shown: Sequence[int]) -> list[list[object]]:
    """What the last run says of the rows that it could not do."""
    states = row_states(session_of(request), launch)
    return [[row, *states[table.sheet, row]] for row in shown if (table.sheet, row) in states]


def _marks(marks: CellMarks, table: int, shown: Iterable[int]) -> list[list[object]]:
    """The marks of these rows: row, column, how bad it is, what is wrong, what to do, and what would correct it."""
    rows = set(shown)
    return [[row, letter, *_worst(found)] for (row, letter), found in marks.at.get(table, {}).items() if row in rows]


def _worst(found: Sequence[Finding]) -> tuple[str, str, str, str | None, str]:
    first, proposing = worst_of(found), proposed(found)
    words = " ".join(dict.fromkeys(finding.message for finding in (first, *found)))
    return first.severity.value, words, first.hint, proposing.proposal if proposing else None, first.code


def marks(request: Request) -> Response:
    """The marks of the rows that are named, at most as many as a page has: of those that were just changed, what they hold by themselves."""
    launch = launch_of(request)
    launch.judge()
    view = View.asked(request, launch)
    asked = list(map(_number, request.query_params.get("rows", "").split(",")))[:PAGE]
    return answer({"version": launch.marks.version, "marks": _marks(launch.marks, view.table, asked)})


def news(request: Request) -> Response:
    """Which version of the cells this is by now, and whether somebody has saved the file anew."""
    launch = launch_of(request)
    return answer({"version": launch.version, "stale": launch.is_stale()})


async def findings(request: Request) -> Response:
    """What is to be corrected, by its causes, as soon as the cells have been checked as they are now."""
    launch = await run_in_threadpool(launch_of, request)
    checked = await run_in_threadpool(launch.wait, _PATIENCE)
    return answer({**summary(launch), "checked": checked})


def summary(launch: OpenLaunch) -> dict[str, Any]:
    """The causes with their places, the safe fixes with their counts, and the sums."""
    marks = launch.marks
    return {
        "version": marks.version,
        "errors": marks.errors,
        "warnings": marks.warnings,
        "trouble": launch.trouble,
        "undo": len(launch.journal.done),
        "redo": len(launch.journal.undone),
        "causes": [
            {
                "number": number, "error": cause.is_error, "message": cause.first.message, "hint": cause.first.hint, "code": cause.first.code,
                "place": cause.place, "count": len(cause.findings), "table": _table_of(launch, cause.first), "money": cause.first.money,
                "cell": [cause.first.row, cause.first.cell],
            }
            for number, cause in enumerate(marks.causes[:_MOST_CAUSES])
        ],
        "more": max(len(marks.causes) - _MOST_CAUSES, 0),
        "fixes": [{"place": fix.place, "what": fix.what, "count": len(fix.corrections)} for fix in marks.fixes],
    }  # fmt: skip


def _table_of(launch: OpenLaunch, finding: Finding) -> int:
    return next((number for number, table in enumerate(launch.now.tables) if (table.file, table.sheet) == (finding.file, finding.sheet)), -1)


def following(request: Request) -> Response:
    """The next marked cell after a cell, or the one before it, round the corner at the ends; with the page of the view it is on."""
    launch = launch_of(request)
    launch.judge()
    query = request.query_params
    order = launch.marks.ordered()
    if not order:
        return answer({"cell": None})
    # By number: as texts AA would come before B.
    keys = [(table, row, column_number(letter)) for table, row, letter in order]
    letter = query.get("column", "A")
    here = (_number(query.get("table", "0")), _number(query.get("row", "0")), column_number(letter) if letter.isalpha() else 0)
    at = bisect_left(keys, here) - 1 if query.get("back") else bisect_right(keys, here)
    table, row, found = order[at % len(order)]
    view = View.asked(request, launch)
    if view.table != table:
        large = launch.now.tables[table].frame.height > PAGE
        view = View(table=table, only="findings" if large or view.only != "all" else "all")
    numbers = view.rows(launch)
    if row not in numbers:
        view, numbers = View(table=table, only="findings"), View(table=table, only="findings").rows(launch)
    place = numbers.index(row) if row in numbers else 0
    return answer({"cell": [table, row, found], "only": view.only, "page": place // PAGE + 1, "count": len(order)})


# -- changes


async def cells(request: Request) -> Response:
    """Write texts into cells: one that was typed, or a range that was pasted, in one call."""
    launch = await run_in_threadpool(launch_of, request)
    body = await body_of(request)
    wanted = _wanted(body)
    return _changed(launch, await run_in_threadpool(launch.change, wanted, "paste" if len(wanted) > 1 else "edit"))


def _wanted(body: Mapping[str, Any]) -> list[WantedCell]:
    try:
        table = int(body["table"])
        return [WantedCell(table=table, row=int(row), column=_letter(column), text=str(text)) for row, column, text in body["cells"]]
    except (KeyError, TypeError, ValueError) as error:
        raise UsageProblem("That was not understood.", hint="Load the page again.") from error


def _letter(text: object) -> str:
    if not isinstance(text, str) or not (text.isascii() and text.isalpha() and text.isupper()) or len(text) > 3:
        raise ValueError(text)
    return text


async def accept(request: Request) -> Response:
    """Write what is proposed for one cell, such as the day to which a date is to be moved."""
    launch = await run_in_threadpool(launch_of, request)
    (cell,) = _wanted({**(body := await body_of(request)), "cells": [[body.get("row"), body.get("column"), ""]]})
    return _changed(launch, await run_in_threadpool(launch.accept, cell.table, cell.row, cell.column))


async def undo(request: Request) -> Response:
    """Take the last change back."""
    launch = await run_in_threadpool(launch_of, request)
    return _changed(launch, await run_in_threadpool(launch.undo))


async def redo(request: Request) -> Response:
    """Do it again."""
    launch = await run_in_threadpool(launch_of, request)
    return _changed(launch, await run_in_threadpool(launch.redo))


async def fix(request: Request) -> Response:
    """Make the corrections that cannot be wrong: those of one place, or all."""
    launch = await run_in_threadpool(launch_of, request)
    place = (await body_of(request)).get("place")
    return _changed(launch, await run_in_threadpool(launch.fix, None if place is None else [str(place)]))


async def reread(request: Request) -> Response:
    """Read the file again that somebody has saved meanwhile."""
    launch = await run_in_threadpool(launch_of, request)
    await run_in_threadpool(launch.read)
    return go(f"/launch/{request.path_params['launch']}/grid")


def _changed(launch: OpenLaunch, done: Changed) -> Response:
    return answer(
        {
            "version": done.version,
            "cells": [[one.table, one.row, one.column, one.after] for one in done.cells],
            "refused": [[one.table, one.row, one.column] for one in done.refused],
            "rows": [[table, row] for table, some in done.rows.items() for row in sorted(some)],
            "undo": len(launch.journal.done),
            "redo": len(launch.journal.undone),
        }
    )
