"""What a person sees: progress on standard error, a summary at the end."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bulkportal.apply.outcomes import TO_FIX, Event, RowState
from bulkportal.check.finding_groups import FindingGroup, each_alone, groups_of
from bulkportal.check.findings import Finding, ValidationResult, errors_of, in_lines
from bulkportal.cli import screen
from bulkportal.cli.options import OutputOptions, page_asked, profile
from bulkportal.cli.writing import Files, Writer, write_all, write_page
from bulkportal.columns.bundles import client_of
from bulkportal.counting import counted
from bulkportal.errors import BulkportalError, ExitCode, UsageProblem
from bulkportal.pipeline.job import Result
from bulkportal.plan.approval import change_in_words, lines_of
from bulkportal.plan.operations import Plan, summed
from bulkportal.portal.remote import credits_in_words, in_figures
from bulkportal.report.as_json import findings_as_text, to_json
from bulkportal.report.proposal import Proposal, coverage_in_words, propose
from bulkportal.report.summary import Report
from bulkportal.sheets.file_names import by_products_of, fitting, launch_stem
from bulkportal.sheets.file_names import shown as shown_name
from bulkportal.sheets.signature import WORKBOOKS

if TYPE_CHECKING:  # the library of bars is loaded where one is drawn: a check ends before
    from bulkportal.cli.progress import ProgressBars, StepBar

_LINE_EVERY = 5.0
_MOST_FINDINGS = 40
_MOST_CONSEQUENCES = 20
_COLORS = {
    RowState.DONE: "green",
    RowState.UNCHANGED: "green",
    RowState.INVALID: "red",
    RowState.REFUSED: "red",
    RowState.HELD: "yellow",
    RowState.WAITING: "yellow",
    RowState.UNKNOWN: "magenta",
}


def with_page(how: OutputOptions, inputs: Iterable[Path]) -> OutputOptions:
    """The same with the HTML page, if one was requested. Raises UsageProblem where it would overwrite an input."""
    page = page_asked(how.report or report_path(inputs))
    may_write(page, inputs)
    return replace(how, page=page)


def may_write(report: Path | None, inputs: Iterable[Path]) -> None:
    """Look, before anything is sent, whether the report would overwrite an input. Raises UsageProblem."""
    if report is None:
        return
    # A workbook keeps its own suffix, whatever the report is called.
    others = {path.resolve().with_suffix(report.suffix) for path in inputs if {path.suffix.casefold(), report.suffix.casefold()} <= set(WORKBOOKS)}
    if report.resolve() in others | {path.resolve() for path in inputs}:
        raise UsageProblem(f"The report would overwrite the input {report}.", hint="Give another name with --report.")


def warn(trouble: str) -> None:
    """Report what could not be stored of a run that went on nevertheless."""
    if trouble:
        screen.say(f"Warning: {trouble}", err=True)


class Progress:
    """A bar on a terminal, plain lines elsewhere; both on standard error. Call it with events."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: StepBar | None = None
        self._last = 0.0
        self._started = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._bars: ProgressBars | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.clear()

    def clear(self) -> None:
        """Take everything off the screen; the next event brings it back."""
        if self._bars is not None:
            self._bars.close()
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __call__(self, event: Event) -> None:
        """Show an event."""
        if self._quiet:
            return
        # The bars write to the terminal themselves, past `screen`: names of files are sanitized here.
        event = replace(event, text=screen.one_line(event.text))
        if event.transfer is not None:
            self._transfers().show(replace(event.transfer, name=screen.one_line(event.transfer.name)), event.text)
            if self._bar is not None:
                # A file's steps come in leaps: an estimate made from them would jump by hours.
                self._bar.untimed()
        elif self._terminal:
            self._show(event)
        else:
            self._line(event)

    def _transfers(self) -> ProgressBars:
        if self._bars is None:
            from bulkportal.cli.progress import ProgressBars

            self._bars = ProgressBars(terminal=self._terminal)
        return self._bars

    def _show(self, event: Event) -> None:
        if self._bar is None:
            from bulkportal.cli.progress import StepBar

            self._bar = StepBar(event.text)
        self._bar.show(event.text, done=event.done, total=event.total, pace=f"wait {event.seconds:.0f} s" if event.seconds else "")

    def _line(self, event: Event) -> None:
        moment = time.monotonic()
        # Lines that end in a log file: at most one in five seconds, and the last one always.
        last = event.total and event.done == event.total
        if not last and moment - self._last < _LINE_EVERY and self._last:
            return
        self._last = moment
        if event.total:
            screen.say(f"{event.done} of {counted(event.total, 'step')}{self._pace(event, moment)}: {event.text}", err=True)
        else:
            screen.say(f"{event.text} ...", err=True)

    def _pace(self, event: Event, moment: float) -> str:
        """The speed, the time left, the requests still allowed, and how long the platform asked to wait."""
        rate = event.done / max(moment - self._started, 0.001)
        words = [f"{rate:.1f} a second"]
        if 0 < event.done < event.total:
            words.append(f"about {_duration((event.total - event.done) / rate + event.seconds)} left")
        if event.allowance is not None:
            words.append(f"{counted(event.allowance, 'request')} left for now")
        if event.seconds:
            words.append(f"waiting {_duration(event.seconds)}")
        return "".join(f", {word}" for word in words)


def end(
    report: Report,
    checked: ValidationResult,
    how: OutputOptions,
    plan: Plan | None = None,
    write: Writer | None = None,
    told: Collection[Finding] = (),
) -> int:
    """Write the workbook if one is due, and print the summary. Returns the exit code.

    `write` writes another workbook than the report. A report that cannot be written must not hide what
    was done: it goes to the home folder instead, and if that fails too, the summary still holds everything. `told` are
    the findings that are on the screen already, from before the question.
    """
    files = Files() if how.report is None else write_all(report, checked, how, write)
    files = replace(files, page=write_page(report, checked, how))
    where = files.report
    # Without a spare place nothing was sent, and what was asked for is missing.
    if how.spare is None and ((how.report and not where) or (how.page and not files.page)):
        report = replace(report, exit_code=ExitCode.TEMPORARY if files.no_room else ExitCode.USAGE)
    if files.no_room and report.exit_code == ExitCode.OK:
        report = replace(report, exit_code=ExitCode.TEMPORARY)
    if how.as_json:
        _say_document(report, where)
    if not how.quiet or report.exit_code:
        if not told:
            _Printer(how).read(checked)
        _Printer(how).tell(report, checked, plan, files, told)
    return report.exit_code


def _say_document(report: Report, where: Path | None) -> None:
    """The document on standard output, its findings a block at a time: there may be hundreds of thousands."""
    screen.say_json_around(to_json(replace(report, findings=()), shown_name(where) if where else None), "findings", findings_as_text(report.findings))


def end_early(report: Report, checked: ValidationResult, how: OutputOptions, problem: BulkportalError) -> None:
    """Report a problem, and the rows it keeps waiting. The findings of the rows are in the report and the document."""
    for number, line in enumerate(problem.lines):
        screen.say(line if number else f"Error: {line}", err=True)
    if problem.hint:
        screen.say(f"  {problem.hint}", err=True)
    files = Files() if how.report is None else write_all(report, checked, how, None)
    if how.as_json:
        _say_document(report, files.report)
    _Printer(how).tell(replace(report, message=""), checked, None, files, report.findings)


def show_proposal(result: Result, plan: Plan, how: OutputOptions) -> Proposal:
    """Show all that matters before confirming, on standard error: findings, held rows, their consequences, and the plan."""
    voice = _Printer(replace(how, as_json=True))  # where the question is, wherever standard output goes
    proposal = propose(result.report, result.checked, plan)
    voice.read(result.checked)
    voice.before(result.report, proposal)
    voice.plan(plan)
    return proposal


def report_path(inputs: Iterable[Path]) -> Path:
    """Where the report of these inputs goes: beside the first, never over it."""
    first = next(iter(inputs), None)
    if first is None:
        return Path("bulkportal.report.xlsx")
    folder = by_products_of(first) if profile().one_folder else first.resolve().parent
    stem = launch_stem(first.resolve())
    # A workbook with macros stays one, and does not open under another suffix.
    ending = ".xlsm" if first.suffix.casefold() == ".xlsm" else ".xlsx"
    path = folder / fitting(stem, f".report{ending}")
    # A report that is imported itself must not be written over by its own report.
    return folder / fitting(stem, f".next.report{ending}") if path == first.resolve() else path


class _Printer:
    """Prints the summary to the stream that is for people."""

    def __init__(self, how: OutputOptions) -> None:
        self._how = how

    def say(self, text: str = "", color: str | None = None) -> None:
        screen.say(text, fg=color, err=self._how.as_json, color=self._how.color)

    def read(self, checked: ValidationResult) -> None:
        """What had to be guessed to read the sheets; with -v also for sheets in which nothing was unusual."""
        for table, kind in ((sheet.table, sheet.kind) for sheet in checked.sheets):
            if self._how.verbose or table.notes:
                of = "" if len(checked.sheets) == 1 and table.file.startswith(table.sheet) else f", sheet {table.sheet}"
                self.say(" ".join((f"{table.file}{of}: one {kind} a row, headers in row {table.header_row}.", *table.notes)))

    def tell(self, report: Report, checked: ValidationResult, plan: Plan | None, files: Files, told: Collection[Finding]) -> None:
        if plan is not None and report.command == "plan":
            self.before(report, propose(report, checked, plan))
            self.plan(plan)
        else:
            self._findings(tuple(finding for finding in report.findings if finding not in told) if told else report.findings)
            self._failures(report)
        self._totals(report)
        if report.media:
            self.say(report.media)
        if report.message:
            self.say(report.message, "yellow")
        self._files(report, files)
        if _next(report, files.failed or files.report):
            self.say(f"Next: {_next(report, files.failed or files.report)}")

    def before(self, report: Report, proposal: Proposal) -> None:
        """What was found, and what is left out for it."""
        self._findings(report.findings)
        self._failures(report)
        for consequence in proposal.consequences[: None if self._how.verbose else _MOST_CONSEQUENCES]:
            self.say(consequence, "yellow")
        if len(proposal.consequences) > _MOST_CONSEQUENCES and not self._how.verbose:
            self.say(
                f"... and {counted(len(proposal.consequences) - _MOST_CONSEQUENCES, 'more bundle')}; -v shows all of them, and so does the plan."
            )

    def _files(self, report: Report, files: Files) -> None:
        if files.report is not None:
            self.say(f"{'Plan' if report.command == 'plan' else 'Report'}: {files.report}")
        if files.backup is not None:
            self.say(f"Backup: {files.backup}, as it was before")
        if files.failed is not None:
            self.say(f"To fix: {files.failed}, {counted(files.rows, 'row')} to correct and import")
        if files.page is not None:
            self.say(f"Page: {files.page}")

    def plan(self, plan: Plan) -> None:
        if not plan.operations:
            blocked = plan.held or plan.findings
            self.say("Nothing can be done as it stands." if blocked else "Nothing to do: the platform has everything that is in order here.")
            return
        self.say("What would be done:")
        for operation in plan.operations:
            price = "" if not operation.costs else f"  {credits_in_words(operation.price)}"
            told = filter(None, ("cannot be undone" if operation.irreversible else "", operation.warning))
            warning = f"  ({words})" if (words := ": ".join(told)) else ""
            text = f"  {operation.kind.words:<20} {operation.target}{price}{warning}"
            self.say(text, "red" if operation.irreversible else None)
            for line in lines_of(replace(plan, operations=(operation,))) if self._how.verbose else ():
                for change in line.changes:
                    self.say(f"{'':<23}{line.row!s:<12} {change_in_words(change)}")
        clients = summed((client_of(operation.bundle), operation.price) for operation in plan.paid)
        if len(clients) > 1:
            self.say(f"By client: {', '.join(f'{name} {credits_in_words(price)}' for name, price in clients.items())}")
        balance = in_figures(plan.balance)
        forever = f" {counted(len(plan.irreversible), 'step')} cannot be undone." if plan.irreversible else ""
        steps = counted(len(plan.operations), "step")
        self.say(f"In all: {steps}, {credits_in_words(plan.price)} of {balance}. Credits are never refunded.{forever}")
        if coverage := coverage_in_words(plan):
            self.say(coverage, "yellow" if plan.renewals else None)

    def _findings(self, findings: Sequence[Finding]) -> None:
        """Findings grouped by cause; with -v each finding by itself."""
        causes = groups_of(findings)
        shown = each_alone(findings) if self._how.verbose else causes[:_MOST_FINDINGS]
        for cause in shown:
            self._cause(cause)
        if len(causes) > _MOST_FINDINGS and not self._how.verbose:
            self.say(f"... and {counted(len(causes) - _MOST_FINDINGS, 'more kind')}; -v shows all of them, and so does the report.")
        if findings:
            errors = len(errors_of(findings))
            kinds = f", of {counted(len(causes), 'kind')}" if len(causes) < len(findings) else ""
            self.say(f"{counted(errors, 'error')} and {counted(len(findings) - errors, 'warning')}{kinds}")
        if any(cause.can_be_fixed for cause in causes):
            self.say("`bulkportal fix --safe FILE -o OUT` writes a copy in which what is marked as sure is corrected.")
        if any(cause.can_be_moved for cause in causes):
            self.say("`bulkportal fix --dates FILE -o OUT` writes a copy in which dates are moved as proposed.")

    def _cause(self, cause: FindingGroup) -> None:
        first = cause.first
        proposed = f" Proposed: {cause.proposal}." if cause.proposal else " A day is proposed where one has to move."
        corrected = f" Sure: {cause.proposal}." if cause.proposal else " Sure for all of them." if cause.can_be_fixed else ""
        sure = proposed if cause.can_be_moved else corrected
        head, advice = in_lines(first.severity, cause.place, f"{first.message}{_and_others(cause)}", f"{first.hint}{sure}", first.code).split("\n")
        self.say(head, "red" if cause.is_error else "yellow")
        self.say(advice)

    def _failures(self, report: Report) -> None:
        failed = [line for line in report.lines_in(RowState.UNKNOWN, RowState.HELD) if line.problem]  # refusals are findings
        for line in failed[: len(failed) if self._how.verbose else 20]:
            self.say(f"{line.state.value:<8}{line.address!s:<16} {line.problem}", _COLORS[line.state])
            self.say(f"{'':<24} {line.next_step}")
        if len(failed) > 20 and not self._how.verbose:
            self.say(f"... and {counted(len(failed) - 20, 'more row')}; -v shows all of them, and so does the report.")

    def _totals(self, report: Report) -> None:
        words = {RowState.WAITING: "in order" if report.command == "check" else "waiting"}
        counts = [f"{report.totals[state.value]} {words.get(state, state.value)}" for state in RowState if report.totals[state.value]]
        self.say(f"{counted(report.totals['total'], 'row')}: {', '.join(counts) or 'nothing is filled in yet'}")
        if report.command != "check":
            planned, charged, left = map(in_figures, (report.planned, report.charged, report.remaining))
            self.say(f"Credits: {planned} planned, {charged} charged, {left} left")


def _and_others(cause: FindingGroup) -> str:
    """How many more cells have the same problem, if the sentence is about one."""
    others = len(cause.findings) - 1
    return f" ({others} more like it.)" if others and not cause.is_said_alike else ""


def _next(report: Report, where: Path | None) -> str:
    """The next step, if there is one."""
    if report.command not in ("import", "apply"):
        return ""
    if report.exit_code in (ExitCode.TEMPORARY, ExitCode.INTERRUPTED):
        return "run the same command again; nothing is lost."
    red = report.command == "import" or any(report.totals[state.value] for state in TO_FIX)
    if report.exit_code == ExitCode.ROWS_FAILED and where is not None and red:
        # What an approved plan left open is planned and approved again.
        does = "plan" if report.command == "apply" else "import"
        return f"correct the red cells, then: bulkportal {does} {shlex.quote(str(where))}"
    return ""


def _duration(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
