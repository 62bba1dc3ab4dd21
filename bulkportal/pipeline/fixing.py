"""The certain corrections of a file, and the corrected copy of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from bulkportal.check import said_words
from bulkportal.check.calendar_solver import CALENDAR_CODES
from bulkportal.check.checker import Frames
from bulkportal.check.date_moves import DateMove, Moves, date_moves
from bulkportal.check.finding_groups import compressed
from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.check.known import OFFLINE, Known
from bulkportal.check.labels import WHY
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.source import Source, wishes_of
from bulkportal.sheets.correcting import Corrected, Edit, write_corrected
from bulkportal.sheets.table import ROW, Table

if TYPE_CHECKING:
    from bulkportal.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCorrection:
    """One corrected cell with its place and its field; `is_moved` says that it now holds another day, not the same one in another spelling."""

    table: Table
    field: str
    edit: Edit
    is_moved: bool = False

    @property
    def outcome(self) -> str:
        """What the cell holds now, where the reason does not say it."""
        if self.is_moved:
            return f" was {self.edit.before}, is now {self.edit.after}"
        return f" is now {self.edit.after}" if self.field != "target_publish_date" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The corrections, the files written (none if nothing was corrected), and the errors left to a person."""

    corrections: tuple[CellCorrection, ...]
    written: tuple[Path, ...]
    left: tuple[Finding, ...]
    notice: str = ""
    """What of the file could not be preserved; empty if nothing was lost."""

    def summary(self) -> list[tuple[str, str, int]]:
        """One line for each kind of correction: where, what, and how many cells."""
        return [(place, what, len(each)) for (place, what), each in in_groups(self.corrections).items()]


def in_groups(corrections: Iterable[CellCorrection]) -> dict[tuple[str, str], list[CellCorrection]]:
    """The corrections by their kind: where they are, and what they do."""
    groups: dict[tuple[str, str, str, str], list[CellCorrection]] = {}
    for one in corrections:
        groups.setdefault((one.table.sheet, one.field, one.edit.why, one.outcome), []).append(one)
    return {
        (f"{sheet}!{', '.join(compressed(f'{one.edit.column}{one.edit.row}' for one in each))}", f"{field}{outcome}. {why}"): each
        for (sheet, field, why, outcome), each in groups.items()
    }


def sure_corrections(source: Source, checked: ValidationResult) -> Iterator[CellCorrection]:
    """Every certain correction: the proposal of a finding, and the usual spelling of a value that was understood anyway."""
    proposed = {(finding.sheet, finding.row, finding.column): finding for finding in checked.findings if _is_sure(finding)}
    for change in source.typed.corrections():
        sheet = source.typed.sheets[change.table]
        finding = proposed.get((sheet.table.sheet, change.row, change.field))
        # A finding that proposes something else wins: it is yielded below, and the cell must be corrected once.
        if finding is None or finding.proposal == change.after:
            edit = Edit(row=change.row, column=sheet.letters[change.field], before=change.before, after=change.after, why=change.why)
            yield CellCorrection(table=sheet.table, field=change.field, edit=edit)
            proposed.pop((sheet.table.sheet, change.row, change.field), None)
    sheets = {sheet.table.sheet: sheet for sheet in source.typed.sheets}
    for (name, row, field), finding in proposed.items():
        sheet = sheets[name or ""]
        edit = Edit(row=row or 0, column=sheet.letters[field or ""], before=finding.value or "", after=finding.proposal or "", why=_why(finding))
        yield CellCorrection(table=sheet.table, field=field or "", edit=edit)


def _is_sure(finding: Finding) -> bool:
    """Whether a finding's proposal is a certain correction, and not another day, which only `dates` asks for."""
    return bool(finding.proposal) and finding.code not in CALENDAR_CODES


def _why(finding: Finding) -> str:
    return said_words.WHY if finding.code in said_words.UNKNOWN_WORD else WHY


def fix(job: Job, target: Path, *, spelling: bool = True, dates: bool = False) -> Fixed:
    """Write a copy of the job's one file with every certain correction (`spelling`), with dates moved that must be (`dates`), or both.

    Raises UnreadableInput and UsageProblem.
    """
    return _fixed(Source.read(job), OFFLINE, target, spelling=spelling, dates=dates)


async def fix_online(job: Job, settings: Settings, target: Path, *, spelling: bool = True) -> Fixed:
    """The same with dates moved around those that the platform has already; it is only read. Raises the errors of `errors`."""
    from bulkportal.pipeline.portal_session import open_portal
    from bulkportal.pipeline.run import Run  # late: what is corrected offline needs no client
    from bulkportal.plan.knowing import known_of

    source = Source.read(job, settings.home)
    async with open_portal(settings, job.brake) as portal:
        run = await job.brake.unless_stopped(Run.begin(settings, source, portal))
        with run.ledger:
            planned = await run.plan()
    return _fixed(source, known_of(planned.remote, planned.memory), target, spelling=spelling, dates=True)


def _fixed(source: Source, known: Known, target: Path, *, spelling: bool, dates: bool) -> Fixed:
    job, checked = source.job, source.check(known)
    frames = Frames.of(source.typed, source.terms(known)) if dates else None
    moved = Moves(moves=(), impossible=()) if frames is None else date_moves(source.typed, frames, known, wishes_of(job.profile))
    elsewhere = {(move.place.sheet.table.sheet, move.place.row, move.place.field) for move in moved.moves}
    # A cell whose day is moved is written once, with the new day in the usual spelling.
    spelt = sure_corrections(source, checked) if spelling else ()
    corrections = [*(one for one in spelt if (one.table.sheet, one.edit.row, one.field) not in elsewhere), *_moved(moved)]
    done = Corrected(written=(), edits={})
    if corrections:
        tables = {sheet.table.sheet: sheet.table for sheet in source.typed.sheets}
        done = write_corrected(
            job.inputs[0], target, [(table, [one.edit for one in corrections if one.table.sheet == name]) for name, table in tables.items()]
        )
        corrections = [one for one in corrections if one.edit in done.edits.get(one.table.sheet, ())]
    mended = {(one.table.sheet, one.edit.row, one.field) for one in corrections}
    errors = (finding for finding in checked.errors if (finding.sheet, finding.row, finding.column) not in mended)
    return Fixed(
        corrections=tuple(corrections), written=done.written, notice=" ".join(_notices(checked, moved, done)), left=(*errors, *moved.impossible)
    )


def _moved(found: Moves) -> Iterator[CellCorrection]:
    for move in found.moves:
        sheet, place = move.place.sheet, move.place
        edit = Edit(row=place.row, column=sheet.letters[place.field], before=_written(move), after=move.after.isoformat(), why=move.why)
        yield CellCorrection(table=sheet.table, field=place.field, edit=edit, is_moved=True)


def _notices(checked: ValidationResult, moved: Moves, done: Corrected) -> Iterator[str]:
    """What the copy does not show: content that was lost, the encoding that was guessed, and dates that formulas calculate."""
    if done.notice:
        yield done.notice
    if done.written:  # the copy is UTF-8, so its own check cannot report the guess any more
        yield from (
            f"{finding.sheet}!{finding.cell}: {finding.message} {finding.hint}" for finding in checked.findings if finding.code == "encoding_guessed"
        )
    if moved.reckoned:
        cells: dict[str, list[str]] = {}
        for place in moved.reckoned:
            cells.setdefault(place.sheet.table.sheet, []).append(f"{place.sheet.letters[place.field]}{place.row}")
        listed = "; ".join(f"{sheet}!{', '.join(compressed(each))}" for sheet, each in cells.items())
        advice = "They may follow one that is: open the copy in your spreadsheet program, save it, and check it." if done.written else ""
        yield f"Dates that a formula calculates are not moved: {listed}. {advice}".rstrip()


def _written(move: DateMove) -> str:
    """The text of the cell, as written."""
    row = move.place.sheet.table.frame.filter(pl.col(ROW) == move.place.row)
    return str(row[move.place.sheet.letters[move.place.field]].item())
