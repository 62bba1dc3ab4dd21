"""The input of a job with cells that somebody is editing: checked like any other, and written as a corrected copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from bulkportal.check.findings import Finding, ValidationResult
from bulkportal.check.known import OFFLINE
from bulkportal.check.mapping import Meaning
from bulkportal.check.said_words import UnknownWord, unknown_words
from bulkportal.errors import UsageProblem
from bulkportal.pipeline.fixing import CellCorrection, sure_corrections
from bulkportal.pipeline.job import Job
from bulkportal.pipeline.source import Source, headers, tables_of
from bulkportal.sheets.correcting import Edit, write_corrected
from bulkportal.sheets.edited import Cells, edited
from bulkportal.sheets.table import Table

Changed: TypeAlias = Mapping[int, Cells]
"""Cells of tables, by the number of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The result of checking edited tables: the rows with every finding, and the certain corrections."""

    result: ValidationResult
    corrections: tuple[CellCorrection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """The tables of a job. They are checked by the same code as a file that contains the edited cells."""

    job: Job
    tables: tuple[Table, ...]

    @classmethod
    def read(cls, job: Job) -> Editing:
        """Read what the job names. Raises UnreadableInput and UsageProblem."""
        return cls(job=job, tables=tuple(tables_of(job)))

    def with_cells(self, changed: Changed) -> Editing:
        """The same with other texts in some cells."""
        return replace(self, tables=tuple(edited(table, changed.get(number, {})) for number, table in enumerate(self.tables)))

    def only(self, rows: Mapping[int, frozenset[int]]) -> Editing:
        """The same with some of the rows of each table alone."""
        return replace(self, tables=tuple(table.only(rows.get(number, frozenset())) for number, table in enumerate(self.tables)))

    def findings(self) -> Sequence[Finding]:
        """Every finding that can be made offline."""
        return Source.of(self.job, self.tables, self.job.home).check(OFFLINE).findings

    def check(self) -> Checked:
        """Every finding that can be made offline, and every certain correction."""
        source = Source.of(self.job, self.tables, self.job.home)
        found = source.check(OFFLINE)
        return Checked(result=found, corrections=tuple(sure_corrections(source, found)))

    def meanings(self) -> tuple[Meaning, ...]:
        """Which column each header means."""
        return headers(self.job, {}, self.tables)

    def unknown_words(self, checked: ValidationResult) -> tuple[UnknownWord, ...]:
        """The words that their columns do not know, as a check has found them, with their meanings in the profile."""
        return tuple(unknown_words(tuple(checked.findings), checked.sheets, self.job.profile.values))

    def write(self, edits: Mapping[int, Sequence[Edit]], folder: Path) -> tuple[Path, ...]:
        """Write the corrected copy of each file into a folder, under its own name; a file without corrections is copied as it is.

        The tables must be those that were read. Raises UsageProblem for a kind of file that is read only.
        """
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(self._copied(path, edits, folder) for path in self._paths())

    def _copied(self, path: Path, edits: Mapping[int, Sequence[Edit]], folder: Path) -> Path:
        target = folder / path.name
        if target == path:  # the user's own file is only read
            target = path.with_name(f"{path.stem}.corrected{path.suffix}")
        of_file = [(table, edits.get(number, ())) for number, table in enumerate(self.tables) if table.path == path]
        of_file = [(table, changed) for table, changed in of_file if changed]
        if not of_file:
            shutil.copyfile(path, target)
            return target
        done = write_corrected(path, target, of_file)
        missing = [edit for table, changed in of_file for edit in changed if edit not in done.edits.get(table.sheet, ())]
        if self.job.inputs[0].is_dir():  # the list of changes is a CSV file, which inside the folder would be read as a sheet
            for listed in done.written[1:]:
                listed.replace(folder.parent / listed.name)
        if missing:
            raise UsageProblem(f"{path.name} has formulas in cells that were edited.", hint="Undo those edits; formulas are left alone.")
        return target

    def _paths(self) -> Iterator[Path]:
        yield from dict.fromkeys(table.path for table in self.tables if table.path is not None)
