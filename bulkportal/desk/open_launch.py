"""One launch on the desk: its sheets as they were read, what was changed in them since, and what the check says of it.

Nothing is judged here. A change is written into the journal, and counts from then on. The rows that it is about are judged by themselves as soon
as somebody asks for their marks, and everything is checked again in a thread as soon as nobody has changed anything for half a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from bulkportal.desk.journal import CellEdit, Journal, Step
from bulkportal.desk.marks import CellMarks, at_cells, proposed
from bulkportal.errors import BulkportalError, UsageProblem
from bulkportal.pipeline.editing import Checked, Editing
from bulkportal.pipeline.job import Job
from bulkportal.sheets.correcting import Edit
from bulkportal.sheets.edited import as_read, may_be_edited
from bulkportal.sheets.file_names import by_products_of, launch_stem
from bulkportal.sheets.fingerprint import fingerprint
from bulkportal.sheets.table import ROW, Table

QUIET = 0.5
"""Seconds without a change after which everything is checked again."""

BY_HAND = "Edited on the desk."
MOST_CELLS = 200_000
"""Cells that may be changed at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedCell:
    """A text that somebody wants in a cell."""

    table: int
    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What became of a change: the cells with what they hold now, those that cannot be changed, and the version of it all.

    `rows` are the changed rows by table; what is found in them, `judge` tells.
    """

    version: int
    cells: tuple[CellEdit, ...]
    refused: tuple[WantedCell, ...] = ()
    rows: Mapping[int, frozenset[int]] = field(default_factory=dict)


@dataclass(slots=True)
class OpenLaunch:
    """See above. `job_of` makes the job of a check, with the settings of the moment."""

    source: Path
    job_of: Callable[[], Job]
    opened: Editing = field(init=False)
    now: Editing = field(init=False)
    journal: Journal = field(init=False)
    dropped: int = 0
    version: int = 0
    marks: CellMarks = field(init=False)
    trouble: str = ""
    _print: str = ""
    _changed_at: float = 0.0
    _is_closed: bool = False
    _unjudged: dict[int, frozenset[int]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _judging: threading.Lock = field(default_factory=threading.Lock)
    _told: threading.Condition = field(init=False)
    _worker: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        self._told = threading.Condition(self._lock)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="check")
        self.read()

    # -- where things are

    @property
    def name(self) -> str:
        """The name that people know it by."""
        return self.source.name

    @property
    def folder(self) -> Path:
        """Where everything that comes of it is kept."""
        return by_products_of(self.source)

    def by_product(self, kind: str) -> Path:
        """The place of its plan or report: a workbook with macros stays one."""
        ending = ".xlsm" if self.source.suffix.casefold() == ".xlsm" else ".xlsx"
        path = self.folder / f"{launch_stem(self.source)}.{kind}{ending}"
        return path if path != self.source else path.with_name(f"{launch_stem(self.source)}.{kind}-2{ending}")

    # -- reading

    def read(self) -> None:
        """Read the files again, with the changes that still fit them. Raises UnreadableInput and UsageProblem."""
        with self._lock:
            prints = fingerprint(self.source)
            # The print is taken first: a file that is saved while it is read is then stale, and not taken for what was read.
            self.opened = Editing.read(self.job_of())
            self.journal, self.dropped = Journal.open(self.folder / f"{self.name}.edits.jsonl", prints, self._text_as_read)
            self._print = prints
            self.now = self.opened.with_cells(self.journal.texts())
            self.version += 1
            self._unjudged = {}
            self.marks = CellMarks.of(self.version, self.now.check(), self.now.tables)
            self._told.notify_all()

    def is_stale(self) -> bool:
        """Whether somebody has saved the file since it was read."""
        with suppress(OSError):
            return fingerprint(self.source) != self._print
        return True

    def _text_as_read(self, table: int, row: int, column: str) -> str | None:
        tables = self.opened.tables
        if table >= len(tables) or not may_be_edited(tables[table], row, column):
            return None
        return text_at(tables[table], row, column)

    def text(self, table: int, row: int, column: str) -> str:
        """What a cell holds now."""
        return text_at(self.now.tables[table], row, column)

    # -- changing

    def change(self, wanted: Sequence[WantedCell], what: str, why: str = BY_HAND) -> Changed:
        """Write texts into cells, all at once. What cannot be changed is reported, and the rest is done. Raises UsageProblem for too many."""
        if len(wanted) > MOST_CELLS:
            raise UsageProblem(f"{len(wanted)} cells at once are too many.", hint="Paste fewer, or edit the file in your spreadsheet program.")
        with self._lock:
            refused, edits = [], []
            for one in {(one.table, one.row, one.column): one for one in wanted}.values():
                if not self._can(one):
                    refused.append(one)
                elif (before := self.text(one.table, one.row, one.column)) != (after := as_read(one.text)):
                    edits.append(CellEdit(table=one.table, row=one.row, column=one.column, before=before, after=after, why=why))
            if edits:
                self.journal.add(Step(what=what, cells=tuple(edits)))
            return replace(self._after(edits), refused=tuple(refused))

    def _can(self, one: WantedCell) -> bool:
        tables = self.opened.tables
        return 0 <= one.table < len(tables) and may_be_edited(tables[one.table], one.row, one.column)

    def fix(self, places: Iterable[str] | None = None) -> Changed:
        """Make the corrections that cannot be wrong: those of the places that are named, or all of them."""
        with self._lock:
            chosen = None if places is None else set(places)
            numbers = {(table.file, table.sheet): number for number, table in enumerate(self.now.tables)}
            edits = [
                CellEdit(
                    table=numbers[one.table.file, one.table.sheet], row=one.edit.row, column=one.edit.column,
                    before=one.edit.before, after=one.edit.after, why=one.edit.why,
                )
                for fix in self.marks.fixes
                if chosen is None or fix.place in chosen
                for one in fix.corrections
            ]  # fmt: skip
            # The marks are those of the last check; a cell that was changed since is somebody's newer word.
            edits = [one for one in edits if self.text(*one.place) == one.before]
            if edits:
                self.journal.add(Step(what="fix", cells=tuple(edits)))
            return self._after(edits)

    def accept(self, table: int, row: int, column: str) -> Changed:
        """Write what a finding of a cell proposes. Raises UsageProblem where nothing is proposed any more."""
        self.judge()
        with self._lock:
            finding = proposed(self.marks.at.get(table, {}).get((row, column), ()))
            if finding is None:
                raise UsageProblem("Nothing is proposed for this cell any more.", hint="Load the page again.")
            return self.change([WantedCell(table=table, row=row, column=column, text=finding.proposal or "")], "accept", finding.message)

    def undo(self) -> Changed:
        """Take the last change back."""
        with self._lock:
            step = self.journal.undo()
            # Backwards, so that a cell which a step changed twice ends as it was before the first.
            return self._after([replace(one, before=one.after, after=one.before) for one in reversed(step.cells)] if step else [])

    def redo(self) -> Changed:
        """Do again what was taken back last."""
        with self._lock:
            step = self.journal.redo()
            return self._after(list(step.cells) if step else [])

    def _after(self, edits: Sequence[CellEdit]) -> Changed:
        rows: dict[int, frozenset[int]] = {}
        if edits:
            # Always from what was read, with all edits: no state can come about
            # that a desk which is opened later would not come to as well.
            self.now = self.opened.with_cells(self.journal.texts())
            rows = {number: frozenset(one.row for one in edits if one.table == number) for number in {one.table for one in edits}}
            self.version += 1
            self._changed_at = time.monotonic()
            self._unjudged = _together(self._unjudged, rows)
            self._worker.submit(self._check_all)
        return Changed(version=self.version, cells=tuple(edits), rows=rows)

    # -- checking

    def judge(self) -> None:
        """Judge the rows that were changed, with all rows of their bundles, by the same check as ever. What concerns other rows follows later."""
        with self._judging:
            with self._lock:
                now, version, rows, self._unjudged = self.now, self.version, self._unjudged, {}
                checked = self.marks.checked
            # Another header is another sheet: of that, only a check of everything can tell.
            rows = {number: below for number, some in rows.items() if (below := some - {now.tables[number].header_row})}
            if not rows:
                return
            with suppress(BulkportalError):
                found = at_cells(now.only(_family(now, rows, checked)).findings(), now.tables)
                with self._lock:
                    if self.marks.version < version:  # or else everything has been checked meanwhile
                        self.marks = self.marks.with_rows(rows, found)

    def _check_all(self) -> None:
        with self._lock:
            while not self._is_closed and (rest := self._changed_at + QUIET - time.monotonic()) > 0:
                self._told.wait(rest)
            now, version = self.now, self.version
            if self._is_closed or self.marks.version == version:
                return
        try:
            # Outside of the lock: a check of a large launch takes seconds, and typing must not wait for it.
            made, trouble = CellMarks.of(version, now.check(), now.tables), ""
        except BulkportalError as problem:
            made, trouble = replace(self.marks, version=version), f"{problem.message} {problem.hint}".strip()
        with self._lock:
            self.trouble = trouble
            # Marks of cells that have changed meanwhile would stand at the wrong texts.
            if version == self.version:
                self.marks = made
            else:
                self._worker.submit(self._check_all)
            self._told.notify_all()

    def wait(self, seconds: float) -> bool:
        """Wait until everything has been checked as it stands now; False if that takes longer, or nothing is checked any more."""
        with self._lock:
            self._told.wait_for(lambda: self._is_closed or self.marks.version >= self.version, seconds)
            return self.marks.version >= self.version

    def recheck(self) -> None:
        """Check everything again: something that it looks at, such as a file beside it, has changed."""
        with self._lock:
            self.version += 1
            self._worker.submit(self._check_all)

    # -- writing

    def edits(self) -> dict[int, list[Edit]]:
        """The changed cells of each table, as a corrected copy gets them."""
        reasons, found = self.journal.reasons(), {}
        for number, cells in self.journal.texts().items():
            table = self.opened.tables[number]
            changed = [
                Edit(row=row, column=column, before=before, after=after, why=reasons[number, row, column])
                for (row, column), after in sorted(cells.items())
                if (before := text_at(table, row, column)) != after
            ]
            if changed:
                found[number] = changed
        return found

    def save(self) -> Path:
        """Write the corrected copy. Gives what is to be imported: it, or the file itself where nothing was changed. Raises UsageProblem."""
        with self._lock:
            # The copy is made from the file as it was read: written now, it would take back what somebody has saved since.
            if self.is_stale():
                raise UsageProblem(f"{self.name} has been saved by somebody since it was opened.", hint="Read it again; your edits are kept.")
            edits = self.edits()
            if not edits:
                return self.source
            folder = self.folder / self.source.name if self.source.is_dir() else self.folder
            written = self.opened.write(edits, folder)
            return folder if self.source.is_dir() else written[0]

    def close(self) -> None:
        """End the thread that checks, also while it waits for quiet."""
        with self._lock:
            self._is_closed = True
            self._told.notify_all()
        self._worker.shutdown(wait=False, cancel_futures=True)


def text_at(table: Table, row: int, column: str) -> str:
    """The text of a cell of a table, empty where there is none."""
    if row == table.header_row:
        return table.headers.get(column, "")
    if column not in table.frame.columns:
        return ""
    place = table.frame[ROW].search_sorted(row)
    if place >= table.frame.height or table.frame[ROW][place] != row:
        return ""
    return table.frame[column][place] or ""


def _together(one: Mapping[int, frozenset[int]], other: Mapping[int, frozenset[int]]) -> dict[int, frozenset[int]]:
    return {number: one.get(number, frozenset()) | other.get(number, frozenset()) for number in {*one, *other}}


def _family(now: Editing, rows: Mapping[int, frozenset[int]], checked: Checked) -> dict[int, frozenset[int]]:
    """These rows, and all rows of every table that name the same bundles."""
    letters = {(sheet.table.file, sheet.table.sheet): sheet.letters for sheet in checked.result.sheets}
    names: set[str] = set()
    for number, some in rows.items():
        table = now.tables[number]
        changed = table.frame.filter(pl.col(ROW).is_in(sorted(some)))
        names |= {text for letter in _columns(table, letters) for text in changed[letter].drop_nulls()}
    family: dict[int, frozenset[int]] = {}
    for number, table in enumerate(now.tables):
        found = set(rows.get(number, ()))
        for letter in _columns(table, letters):
            found.update(table.frame.filter(pl.col(letter).is_in(sorted(names)))[ROW].to_list())
        family[number] = frozenset(found)
    return family


def _columns(table: Table, letters: Mapping[tuple[str, str], Mapping[str, str]]) -> list[str]:
    """The columns that name the bundle of a row."""
    own = letters.get((table.file, table.sheet), {})
    return [own[name] for name in ("bundle", "bundle_id") if name in own and own[name] in table.frame.columns]
