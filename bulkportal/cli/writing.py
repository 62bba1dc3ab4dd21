"""The files that a command writes: the report, in place or beside its source, and the rows to fix."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import click

from bulkportal.check.findings import ValidationResult
from bulkportal.cli import screen
from bulkportal.cli.options import Inputs, OutputOptions, home_if_any, words_here
from bulkportal.cli.overwrite_guard import is_as_written, preserve_edits, remember
from bulkportal.errors import NoRoom, UsageProblem, is_no_room
from bulkportal.report.summary import Report

if TYPE_CHECKING:  # writing loads openpyxl, which takes 100 ms
    from bulkportal.report.as_workbook import BeforeWriting, WrittenReport


class Writer(Protocol):
    """Writes a workbook to this path or one with another suffix, and calls `before` first."""

    def __call__(self, report: Report, checked: ValidationResult, path: Path, /, *, before: BeforeWriting) -> WrittenReport:
        """Write it; `before` looks at the final place first."""


T = TypeVar("T")

_IN_PLACE = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """The written files: the report, a backup of the input it replaced, the rows to fix and their number, and the HTML page.

    `no_room` means that something could not be written because a disk is full.
    """

    report: Path | None = None
    backup: Path | None = None
    failed: Path | None = None
    rows: int = 0
    page: Path | None = None
    no_room: bool = False


def in_place(given: Inputs, report: Path | None) -> Path:
    """The workbook that the report is to be written into. Raises UsageProblem where that cannot be, before anything is sent."""
    if report is not None:
        raise click.UsageError("--in-place and --report name two places; give one of them.")
    (path,) = given.paths if len(given.paths) == 1 and not given.addresses else (None,)
    if path is None or path.suffix.casefold() not in _IN_PLACE:
        raise click.UsageError("--in-place needs exactly one Excel workbook (.xlsx or .xlsm).")
    # The lock files of Excel and LibreOffice: saved from there later, the workbook would overwrite the report.
    if any(path.with_name(name).exists() for name in (f"~${path.name}", f".~lock.{path.name}#")):
        raise UsageProblem(f"{path.name} is open in a spreadsheet program.", hint="Close it there, or leave --in-place out.")
    return path


def write_all(report: Report, checked: ValidationResult, how: OutputOptions, write: Writer | None) -> Files:
    """Write the report, and beside it the rows to fix; what cannot be written is reported on standard error.

    A report that cannot be written in its place goes beside the input, and then to the spare folder.
    """
    tried = _Tried()
    written = _report(tried, report, checked, how, write)
    if written is None or write is not None:
        return Files(report=written.path if written else None, no_room=tried.no_room)
    failed, rows = _failed(tried, report, checked, written.path)
    return Files(report=written.path, backup=written.backup, failed=failed, rows=rows, no_room=tried.no_room)


def write_page(report: Report, checked: ValidationResult, how: OutputOptions) -> Path | None:
    """Write the HTML page where it is wanted, or else into the spare folder; failures are reported."""
    for path in (how.page, how.page and how.spare and how.spare / f"{report.run_id}.report.html"):
        if path is not None and _Tried()(path, partial(_page, report, checked, path)):
            return path
    return None


def _page(report: Report, checked: ValidationResult, path: Path) -> bool:
    from bulkportal.report.as_html import write_run

    write_run(report, checked, words_here(), path)
    return True


def _report(tried: _Tried, report: Report, checked: ValidationResult, how: OutputOptions, write: Writer | None) -> WrittenReport | None:
    from bulkportal.report.as_workbook import write_report

    # Where their workbook cannot take the report (it was opened meanwhile), the run has still happened and needs one beside it.
    if how.in_place is not None:
        there = tried(how.in_place, partial(write_report, report, checked, how.in_place, in_place=True))
        if there is not None:
            return there
    # What was paid must be readable somewhere: where the wanted place fails, the home folder takes the report.
    for path in (how.report, how.spare and how.spare / f"{report.run_id}.report.xlsx"):
        if path is not None and (there := tried(path, partial(_anew, path, checked, partial(write or write_report, report, checked)))):
            return there
    return None


def _failed(tried: _Tried, report: Report, checked: ValidationResult, where: Path) -> tuple[Path | None, int]:
    """The rows to fix, beside the report. One of an earlier run that nobody has touched goes when nothing failed."""
    inputs = {sheet.table.path.resolve() for sheet in checked.sheets if sheet.table.path is not None}
    path, number = where.with_name(f"{_stem(where)}.failed.xlsx"), 2
    # Somebody imports launch.failed.xlsx itself: its own rows to fix must not replace the file that was just read.
    while path.resolve() in inputs:
        path, number = where.with_name(f"{_stem(where)}.failed-{number}.xlsx"), number + 1
    rows = tried(path, partial(_refreshed, report, checked, path)) or 0
    return (path, rows) if rows else (None, 0)


def _refreshed(report: Report, checked: ValidationResult, path: Path) -> int:
    from bulkportal.report.failed import needs_fixing, write_failed

    home = home_if_any()
    if not needs_fixing(report):
        # Only ours is taken away: an edited one holds corrections that nobody has imported yet.
        if is_as_written(path, home):
            path.unlink()
        return 0
    _preserve_edits(path, home)
    rows = write_failed(report, checked, path)
    with suppress(OSError, UsageProblem):
        remember(path, home)
    return rows


def _anew(path: Path, checked: ValidationResult, write: Callable[..., WrittenReport]) -> WrittenReport:
    """Write a report where one may exist already: an edited one is copied to another name first."""
    home = home_if_any()
    path.parent.mkdir(parents=True, exist_ok=True)
    inputs = {sheet.table.path.resolve() for sheet in checked.sheets if sheet.table.path is not None}

    def before(place: Path) -> None:
        if place.resolve() in inputs:
            raise UsageProblem(f"The report would overwrite the input {place}.", hint="Give another name with --report.")
        _preserve_edits(place, home)

    written = write(path, before=before)
    with suppress(OSError, UsageProblem):  # then the next one is kept once more than needed
        remember(written.path, home)
    return written


def _preserve_edits(path: Path, home: Path | None) -> None:
    kept = preserve_edits(path, home)
    if kept is not None:
        screen.say(f"{path.name} was edited, or written elsewhere; it is kept as {kept.name}.", err=True)


@dataclass(slots=True)
class _Tried:
    """What could not be written so far."""

    no_room: bool = False

    def __call__(self, path: Path, work: Callable[[], T]) -> T | None:
        """Do it, or report what could not be written and go on."""
        try:
            return work()
        except UsageProblem as problem:
            self.no_room |= isinstance(problem, NoRoom)
            screen.say(f"{problem.message} {problem.hint}".strip(), err=True)
        except OSError as error:
            self.no_room |= is_no_room(error)
            screen.say(f"{path} cannot be written: {error.strerror or error}.", err=True)
        return None


def _stem(report: Path) -> str:
    """The name of the source, of whose report this is the path: ``launch`` for ``launch.report.xlsx``."""
    return report.stem.removesuffix(".report").removesuffix(".failed")
