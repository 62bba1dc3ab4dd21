"""Google Sheets: an import reads one with a service account, and writes its results back after the run; an export writes one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bulkportal import google_sheets, installing
from bulkportal.a1 import column_number, letter
from bulkportal.apply.outcomes import Event
from bulkportal.check.base import PREFIX
from bulkportal.check.findings import Address, Finding, ValidationResult, found
from bulkportal.check.status_columns import own_status
from bulkportal.check.wording import listed
from bulkportal.columns.field import STATUS_COLUMNS
from bulkportal.counting import counted
from bulkportal.errors import BulkportalError, ExitCode, UnreadableInput, UsageProblem
from bulkportal.exporting.export_rows import Sheets
from bulkportal.exporting.provenance import Provenance
from bulkportal.google_sheets import LiveTab, NotDone, Place
from bulkportal.pipeline.job import Job, Result
from bulkportal.report.live_tab import LiveEdit, edit_of, is_same_header
from bulkportal.report.own_sheets import Numbered, by_sheet
from bulkportal.report.summary import RowLine
from bulkportal.settings import Settings, google_account_of
from bulkportal.sheets.table import RowAddress, Table

if TYPE_CHECKING:  # an extra, and the library takes a while to load
    from bulkportal.google_sheets.spreadsheet import Spreadsheet

_LONGEST_TITLE = 31
_REFUSED = "address_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The content of an address, its name for people, and its tabs, if results can be written back."""

    data: bytes
    label: str
    tabs: tuple[LiveTab, ...] = ()


def live(tables: Sequence[Table], tabs: Sequence[LiveTab]) -> list[Table]:
    """The tables from a Google Sheet, each with its tab. A tab without a title says why none of them can be written."""
    if not tabs:
        return list(tables)
    refused = next((tab for tab in tabs if not tab.title), None)
    return [table if table.sheet.startswith(PREFIX) else replace(table, live=refused or _tab_of(table, tabs)) for table in tables]


def _tab_of(table: Table, tabs: Sequence[LiveTab]) -> LiveTab:
    # A workbook cuts titles to 31 characters and replaces []:*?/\ in them; a cut title may fit two tabs.
    named = [tab for tab in tabs if tab.title.strip() == table.sheet] or [tab for tab in tabs if tab.title[:_LONGEST_TITLE] == table.sheet]
    if len(named) == 1:
        return named[0]
    trouble = f"the tab {table.sheet} is called something else in a workbook, so it is not certain which one it is"
    return LiveTab(spreadsheet=tabs[0].spreadsheet, title=table.sheet, trouble=trouble, hint="Give it a short name, without []:*?/\\.")


def fetched(address: str, job: Job) -> Fetched:
    """Fetch an address: a Google Sheet by the service account if there is one, else by its link. Raises what `sheets.download` raises."""
    from bulkportal.sheets.download import fetch

    identity, account = google_sheets.spreadsheet_of(address), google_account_of(os.environ, job.profile)
    if not identity or account is None:
        there = fetch(address)
        return Fetched(data=there.data, label=there.label)
    sheet = opened(identity, account, _is_stopped(job))
    tabs: tuple[LiveTab, ...] = ()
    try:
        # In this order: a cell edited between the two calls then differs from the value remembered here, and its row is left alone.
        tabs = sheet.read()
        return Fetched(data=sheet.workbook(), label=f"{sheet.name}.xlsx", tabs=tabs)
    except NotDone as problem:
        if not tabs:
            tabs = (LiveTab(spreadsheet=identity, title="", trouble=problem.why, hint=problem.hint),)
        try:
            there = fetch(address)  # it may be shared by its link, or too large for the export of a service account
        except UnreadableInput as error:
            if error.code != _REFUSED:
                raise
            why = f"the service account cannot read it, since {problem.why}, and it is not shared with everyone who has the link"
            raise UnreadableInput.of(_REFUSED, "advised", file=sheet.name, why=why, advice=problem.hint) from None
    return Fetched(data=there.data, label=there.label, tabs=tabs)


def opened(identity: str, account: Path, stopped: Callable[[], bool]) -> Spreadsheet:
    """A Google Sheet by its id. Raises UsageProblem where the extra is missing, or the account's file cannot be used."""
    try:
        from bulkportal.google_sheets.spreadsheet import Spreadsheet as Opened
    except ImportError as error:
        raise UsageProblem("A Google service account needs an extra of bulkportal.", hint=f"{installing.hint('gsheets')}.") from error
    return Opened(identity, account, stopped)


def _is_stopped(job: Job) -> Callable[[], bool]:
    return lambda: job.brake.is_interrupted


# -- written back


async def write_back(job: Job, result: Result) -> Result:
    """The result, after its rows have been written back into the Google Sheets that they were read from.

    The import is over: what goes wrong here is a finding, and its exit code stays as it is.
    """
    if job.dry_run or result.exit_code == ExitCode.USAGE:  # not confirmed: nothing has happened
        return result
    job.tell(Event(text="writing results back into the Google Sheet"))
    work = asyncio.ensure_future(asyncio.to_thread(_written, job, result))
    try:
        # A thread cannot be cancelled: without the shield it would go on writing, and nobody would report what it wrote.
        told, rows = await asyncio.shield(work)
    except asyncio.CancelledError:  # a second interrupt; what the import did is still to be reported
        told, rows = (_not_written(result.checked.sheets[0].table, NotDone("it was interrupted")),), 0
    report = result.report
    said = f"{counted(rows, 'row')} got {'its' if rows == 1 else 'their'} results in the Google Sheet." if rows else ""
    report = replace(report, findings=(*report.findings, *told), message=" ".join(filter(None, (report.message, said))))
    return replace(result, report=report)


def _written(job: Job, result: Result) -> tuple[tuple[Finding, ...], int]:
    """Write all results. Returns findings about what could not be written, and the number of rows written."""
    lines = {line.address: line for line in result.report.lines}
    findings = by_sheet(result.report)
    told: list[Finding] = []
    rows = 0
    sheets: dict[str, Spreadsheet] = {}
    for table, tab in _live(result.checked):
        try:
            if tab.spreadsheet not in sheets and not tab.trouble:
                sheets[tab.spreadsheet] = _opened_again(job, tab)
            made = _edited(table, tab, sheets.get(tab.spreadsheet), lines, findings.get((table.file, table.sheet), []))
        except NotDone as problem:
            told.append(_not_written(table, problem))
        except BulkportalError as problem:  # the account's file has gone meanwhile
            told.append(_not_written(table, NotDone(problem.message.rstrip("."), problem.hint)))
        except Exception as problem:  # noqa: BLE001 - money has been spent by now: whatever happens here, the report must be written
            told.append(_not_written(table, NotDone(f"of an error in bulkportal ({type(problem).__name__})")))
        else:
            rows += sum(row != table.header_row for row in made.edit.values)
            if made.changed:
                told.append(_changed(table, made.changed))
    return tuple(told), rows


def _opened_again(job: Job, tab: LiveTab) -> Spreadsheet:
    account = google_account_of(os.environ, job.profile)
    if account is None:
        raise NotDone("no service account is named any more")
    return opened(tab.spreadsheet, account, _is_stopped(job))


def _edited(table: Table, tab: LiveTab, sheet: Spreadsheet | None, lines: Mapping[RowAddress, RowLine], findings: Sequence[Numbered]) -> LiveEdit:
    """Read a tab again, and write the results of rows that have not changed. Raises NotDone."""
    if sheet is None:
        raise NotDone(tab.trouble, tab.hint)
    now = sheet.again(tab)
    table, tab = _with_own_columns(_as_it_stood(table, tab), tab, now)
    if not is_same_header(table, tab, now):
        raise NotDone("its headers were edited since it was read", "Import the sheet again: what was done is not done twice.")
    made = edit_of(table, lines, findings, (tab, now))
    sheet.edit(made.edit)
    return made


def _as_it_stood(table: Table, tab: LiveTab) -> Table:
    """The table without status columns that its tab did not have: an approved plan is read from its workbook, which adds some."""
    header = tab.row(table.header_row)
    added = [letter for letter in own_status(table).values() if not any(header[column_number(letter) - 1 : column_number(letter)])]
    headers = {letter: text for letter, text in table.headers.items() if letter not in added}
    return replace(table, headers=headers, frame=table.frame.drop(added, strict=False))


def _with_own_columns(table: Table, then: LiveTab, now: LiveTab) -> tuple[Table, LiveTab]:
    """The table and its tab as read, plus the status columns that another run has added since: they do not count as an edit."""
    header = now.row(table.header_row)
    start = next((column for column in range(then.width, len(header)) if header[column]), 0)
    if start == 0 or header[start:] != STATUS_COLUMNS:
        return table, then
    ours = {letter(column - 1): name for column, name in enumerate(STATUS_COLUMNS, start=start + 1)}
    rows = list(then.rows)
    rows[table.header_row - 1] = (*then.row(table.header_row), *[""] * (start - len(then.row(table.header_row))), *STATUS_COLUMNS)
    return replace(table, headers={**table.headers, **ours}), replace(then, rows=tuple(rows))


def _live(checked: ValidationResult) -> list[tuple[Table, LiveTab]]:
    return [(sheet.table, sheet.table.live) for sheet in checked.sheets if sheet.table.live is not None]


def _not_written(table: Table, problem: NotDone) -> Finding:
    advice = problem.hint or "The report workbook holds the results."
    return found("sheet_not_written", {"why": problem.why, "advice": advice}, file=table.file, sheet=table.sheet)


def _changed(table: Table, rows: Mapping[int, Sequence[Place]]) -> Finding:
    cells = [f"{letter(column - 1)}{row}" for row, places in rows.items() for _, column in places]
    place: Address = {"sheet": table.sheet, "row": next(iter(rows)), "cell": cells[0]}
    return found("edited_meanwhile", {"rows": counted(len(rows), "row"), "cells": listed(cells)}, file=table.file, **place)


# -- exported


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSheet:
    """A Google Sheet as the target of an export. Its methods raise UsageProblem."""

    sheet: Spreadsheet
    address: str

    @classmethod
    def of(cls, address: str, settings: Settings) -> ExportSheet:
        """The sheet at an address."""
        account = google_account_of(os.environ, settings.profile)
        if account is None:
            raise UsageProblem(
                "Nothing says which Google service account may write into the sheet.",
                hint="Set google_service_account in the profile, or BULKPORTAL_GOOGLE_SERVICE_ACCOUNT, to its JSON file.",
            )
        identity = google_sheets.spreadsheet_of(address)
        return cls(sheet=opened(identity, account, lambda: False), address=f"https://docs.google.com/spreadsheets/d/{identity}")

    def require_free(self, *, force: bool) -> None:
        """Check that the sheet may be written, as far as that shows, and that no existing tab would be replaced."""
        from bulkportal.exporting.as_tabs import TITLES

        with _as_problem():
            there = sorted(self.sheet.titles().intersection(TITLES))
        if there and not force:
            raise UsageProblem(f"The Google Sheet has a tab {there[0]} already.", hint="Name another sheet, or --force to replace it.")

    def write(self, sheets: Sheets, stamp: Provenance) -> None:
        """Add both sheets, with their hidden base copy."""
        from bulkportal.exporting.as_tabs import tabs_of

        with _as_problem():
            self.sheet.add(tabs_of(sheets, stamp))


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except NotDone as problem:
        raise UsageProblem(f"The Google Sheet cannot be written: {problem.why}.", hint=problem.hint) from None
