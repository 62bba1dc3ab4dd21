"""Which rows fail since when: compares the rows of one night with the problems known before. Pure.

A row is identified by its bundle, or its bundle and position, and not by its place: rows move in a sheet,
and a corrected copy has other row numbers.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from bulkportal.apply.outcomes import FAILING, SETTLED, RowState
from bulkportal.check.findings import ValidationResult
from bulkportal.portal.remote import Json
from bulkportal.records.said_rows import about
from bulkportal.report.summary import Report
from bulkportal.sheets.table import ROW, RowAddress

_SHEETS = {"bundle": "Bundles", "position": "Videos"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A failing row, or a failing file (then `sheet` is empty), that needs somebody's attention.

    `item` is the launch, `key` the row's name, `place` where it stood when last seen. `since` is the day on which it
    began to fail, `opened` how often it has begun. `run_id` is the run that saw it last.
    """

    item: str
    sheet: str
    key: str
    place: str
    state: str
    message: str
    since: date
    run_id: str
    opened: int = 1
    open: bool = True

    @property
    def identity(self) -> tuple[str, str, str]:
        """What identifies it from one night to the next."""
        return self.item, self.sheet, self.key

    @property
    def flapping(self) -> bool:
        """Whether it had been solved before."""
        return self.opened > 1

    @property
    def name(self) -> str:
        """What people call it."""
        return f"{self.item}: {self.key}" if self.sheet else self.item

    def document(self) -> dict[str, Json]:
        """Which row it is and what is wrong with it, for scripts."""
        return {
            "file": self.item,
            "sheet": self.sheet or None,
            "row": self.key,
            "place": self.place,
            "state": self.state,
            "message": self.message,
        }

    def nights(self, today: date) -> int:
        """For how many nights it has been failing, this one included."""
        return (today - self.since).days + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenRows:
    """What one run saw of one launch. `trouble` is what prevented the import of the whole file, `state` the same in one word.

    `whole` says that `rows` is complete: a row that it does not contain is in order.
    """

    run_id: str
    item: str
    rows: tuple[RowSeen, ...] = ()
    trouble: str = ""
    state: str = ""
    whole: bool = False

    def problems(self, today: date) -> Iterator[Problem]:
        """The failing rows, as if each began to fail today."""
        for row in self.rows:
            if row.state in FAILING:
                yield Problem(
                    item=self.item,
                    sheet=row.sheet,
                    key=row.key,
                    place=row.place,
                    state=row.state.value,
                    message=row.problem,
                    since=today,
                    run_id=self.run_id,
                )
        if self.trouble:
            yield Problem(
                item=self.item, sheet="", key=self.item, place=self.item, state=self.state, message=self.trouble, since=today, run_id=self.run_id
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The changes since the night before. `given_up` are problems whose file somebody has removed from failed/."""

    new: tuple[Problem, ...] = ()
    fixed: tuple[Problem, ...] = ()
    still: tuple[Problem, ...] = ()
    given_up: tuple[Problem, ...] = ()

    @property
    def oldest(self) -> Problem | None:
        """The problem that has waited longest."""
        return min((*self.still, *self.new), key=lambda problem: problem.since, default=None)

    @property
    def flapping(self) -> tuple[Problem, ...]:
        """The new ones that had been solved before."""
        return tuple(problem for problem in self.new if problem.flapping)

    @property
    def every(self) -> tuple[Problem, ...]:
        """All of them, as they are to be stored."""
        closed = (replace(problem, open=False) for problem in (*self.fixed, *self.given_up))
        return (*self.new, *self.still, *closed)


def changes(known: Sequence[Problem], seen: Iterable[SeenRows], today: date, *, gone: Collection[str] = ()) -> Changes:
    """Compare what a night saw with all problems known before, open or closed.

    A row that is in order now is fixed, in whichever file it was seen: its bundle has the same name in all files. What was not
    seen tonight stays as it was. `gone` names launches that were removed.
    """
    every = tuple(seen)
    before = {problem.identity: problem for problem in known}
    failing = {problem.identity: problem for one in every for problem in one.problems(today)}
    settled = {(row.sheet, row.key) for one in every for row in one.rows if row.state in SETTLED}
    readable = {one.item for one in every if not one.trouble}
    whole = {one.item for one in every if one.whole}
    new: list[Problem] = []
    still: list[Problem] = []
    fixed: list[Problem] = []
    given_up: list[Problem] = []
    for identity, problem in failing.items():
        old = before.get(identity)
        if old is not None and old.open:
            still.append(replace(problem, since=old.since, opened=old.opened))
        else:
            new.append(replace(problem, opened=old.opened + 1 if old else 1))
    for identity, problem in before.items():
        if not problem.open or identity in failing:
            continue
        solved = (problem.sheet, problem.key) in settled or (not problem.sheet and problem.item in readable) or problem.item in whole
        # Absence does not mean fixed: a row that was not checked tonight fails as before.
        (fixed if solved else given_up if problem.item in gone else still).append(problem)
    return Changes(new=tuple(new), fixed=tuple(fixed), still=tuple(still), given_up=tuple(given_up))


def between(first: Sequence[Problem], second: Sequence[Problem]) -> Changes:
    """The changes between two runs, by the rows that failed in each."""
    before = {problem.identity: problem for problem in first}
    after = {problem.identity: problem for problem in second}
    return Changes(
        new=tuple(problem for identity, problem in after.items() if identity not in before),
        fixed=tuple(problem for identity, problem in before.items() if identity not in after),
        still=tuple(problem for identity, problem in after.items() if identity in before),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSeen:
    """One row of one run. `sheet` is Bundles or Videos, `key` its name, `place` where it stood, such as ``Videos!14``.

    `about` is its subject independent of the sheet's spelling: the bundle as the platform knows it, and the position.
    """

    sheet: str
    key: str
    place: str
    state: RowState
    problem: str
    about: str = ""


def rows_of(report: Report, checked: ValidationResult) -> tuple[RowSeen, ...]:
    """Every row of a report, under names that differ within each sheet."""
    names, what = _names(checked), _about(checked)
    seen: Counter[tuple[str, str]] = Counter()
    found: list[RowSeen] = []
    for line in report.lines:
        sheet = _SHEETS[line.kind]
        key = names.get(line.address) or _by_content(checked, line.address)
        seen[sheet, key] += 1
        again = seen[sheet, key]
        # Keys are the diary's primary key: without a number, the second row of a name would overwrite the first.
        key = f"{key} ({again})" if again > 1 else key
        found.append(
            RowSeen(sheet=sheet, key=key, place=str(line.address), state=line.state, problem=line.problem, about=what.get(line.address, key))
        )
    return tuple(found)


def _names(checked: ValidationResult) -> Mapping[RowAddress, str]:
    bundles = _named(checked, checked.bundles, pl.coalesce("bundle", "bundle_id"))
    place = pl.concat_str(pl.coalesce("bundle", "bundle_id"), pl.lit(" position "), pl.col("position").cast(pl.String))
    return dict([*bundles, *_named(checked, checked.positions, place)])


def _about(checked: ValidationResult) -> Mapping[RowAddress, str]:
    tables = [sheet.table for sheet in checked.sheets]
    bundles = checked.bundles.select("_table", ROW, "_bundle").drop_nulls().iter_rows()
    positions = checked.positions.select("_table", ROW, "_bundle", "position").drop_nulls().iter_rows()
    return {tables[table].address(row): about(*names) for table, row, *names in (*bundles, *positions)}


def _named(checked: ValidationResult, frame: pl.DataFrame, name: pl.Expr) -> Iterator[tuple[RowAddress, str]]:
    for table, row, text in frame.select("_table", ROW, name.alias("name")).iter_rows():
        if text is not None:
            yield checked.sheets[table].table.address(row), text


def _by_content(checked: ValidationResult, address: RowAddress) -> str:
    """The name of a row without one, made from its cells."""
    table = next(sheet.table for sheet in checked.sheets if (sheet.table.file, sheet.table.sheet) == (address.file, address.sheet))
    cells = table.frame.filter(pl.col(ROW) == address.row).drop(ROW).row(0)
    return "unnamed row " + hashlib.sha256("\x1f".join(cell or "" for cell in cells).encode()).hexdigest()[:8]
