"""What can surely be corrected in a file, and the corrected copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bulkportal.check.causes import compressed
from bulkportal.check.findings import Checked, Finding
from bulkportal.check.known import OFFLINE
from bulkportal.check.labels import WHY
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.source import Source
from bulkportal.sheets.correcting import Corrected, Edit, write_corrected
from bulkportal.sheets.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class CellCorrection:
    """One corrected cell with its place and its field."""

    table: Table
    field: str
    edit: Edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """The corrections, the files that were written (none where there was nothing to correct), and what is left to a person."""

    corrections: tuple[CellCorrection, ...]
    written: tuple[Path, ...]
    left: tuple[Finding, ...]
    notice: str = ""
    """What of the file could not be kept; empty where nothing was lost."""

    def summary(self) -> list[tuple[str, str, int]]:
        """One line for each kind of correction: where, what, and how many cells."""
        groups: dict[tuple[str, str, str, str], list[str]] = {}
        for one in self.corrections:
            same = one.edit.after if one.field != "target_publish_date" else ""
            groups.setdefault((one.table.sheet, one.field, one.edit.why, same), []).append(f"{one.edit.column}{one.edit.row}")
        return [
            (f"{sheet}!{', '.join(compressed(cells))}", f"{field}{f' is now {after}' if after else ''}. {why}", len(cells))
            for (sheet, field, why, after), cells in groups.items()
        ]


def _corrections(source: Source, checked: Checked) -> Iterator[CellCorrection]:
    """What is proposed in a finding, and the usual spelling of what is read already."""
    proposed = {(finding.sheet, finding.row, finding.column): finding for finding in checked.findings if finding.proposal}
    for change in source.typed.corrections():
        sheet = source.typed.sheets[change.table]
        finding = proposed.get((sheet.table.sheet, change.row, change.field))
        if finding is None or finding.proposal == change.after:
            edit = Edit(row=change.row, column=sheet.letters[change.field], before=change.before, after=change.after, why=change.why)
            yield CellCorrection(table=sheet.table, field=change.field, edit=edit)
            proposed.pop((sheet.table.sheet, change.row, change.field), None)
    sheets = {sheet.table.sheet: sheet for sheet in source.typed.sheets}
    for (name, row, field), finding in proposed.items():
        sheet = sheets[name or ""]
        edit = Edit(row=row or 0, column=sheet.letters[field or ""], before=finding.value or "", after=finding.proposal or "", why=WHY)
        yield CellCorrection(table=sheet.table, field=field or "", edit=edit)


def fix(job: Job, target: Path) -> Fixed:
    """Write a copy of the job's one file with every correction that cannot be wrong. Raises UnreadableInput and UsageProblem."""
    source = Source.read(job)
    checked = source.check(OFFLINE)
    corrections = tuple(_corrections(source, checked))
    done = Corrected(written=(), edits={})
    if corrections:
        tables = {sheet.table.sheet: sheet.table for sheet in source.typed.sheets}
        done = write_corrected(
            job.inputs[0], target, [(table, [one.edit for one in corrections if one.table.sheet == name]) for name, table in tables.items()]
        )
        corrections = tuple(one for one in corrections if one.edit in done.edits.get(one.table.sheet, ()))
    mended = {(one.table.sheet, one.edit.row, one.field) for one in corrections}
    return Fixed(
        corrections=corrections,
        written=done.written,
        notice=done.notice,
        left=tuple(f for f in checked.errors if f.proposal is None or (f.sheet, f.row, f.column) not in mended),
    )
