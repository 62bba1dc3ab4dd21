"""`bulkportal runs`: what past runs did, and going on with one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import click

from bulkportal.apply.entries import RunRecord
from bulkportal.apply.ledger import Ledger
from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import books_here, common, home_here, profile, profiled
from bulkportal.errors import UnreadableInput, UsageProblem
from bulkportal.portal.remote import Json, in_figures
from bulkportal.settings import profile_of

SCHEMA = "bulkportal.runs/1"


@click.group(cls=Commands)
def runs() -> None:
    """The memory of past runs, kept in BULKPORTAL_HOME."""


@runs.command(name="list")
@common
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many of the newest.")
def list_(*, as_json: bool, limit: int) -> int:
    """List past runs, newest first.

    \b
    bulkportal runs list --limit 5
    """
    with _ledger(as_json=as_json) as ledger:
        found = ledger.runs()[:limit]
    if as_json:
        screen.say_json({"schema": SCHEMA, "runs": [_document(run) for run in found]})
        return 0
    for run in found:
        screen.say(f"{run.run_id}  {run.started_at[:16].replace('T', ' ')}  {_ending(run):<22} {_rows(run)}  {', '.join(run.files)}")
    if not found:
        screen.say("No runs yet.")
    return 0


@runs.command()
@common
@click.argument("run_id", required=False)
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def show(*, run_id: str | None, as_json: bool) -> int:
    """Show one run with its operations; the newest if none is named.

    \b
    bulkportal runs show
    """
    with _ledger(as_json=as_json) as ledger:
        run = _chosen(ledger.runs(), run_id)
        operations = ledger.operations_of(run.run_id)
    if as_json:
        listed = [{"identity": i, "state": s, "credits": c, "request_id": r or None} for i, s, c, r in operations]
        screen.say_json({"schema": SCHEMA, **_document(run), "operations": listed})
        return 0
    screen.say(f"{run.run_id}: {run.command} of {', '.join(run.files)}")
    screen.say(f"  started  {run.started_at}")
    screen.say(f"  ended    {run.finished_at or 'never'} ({_ending(run)})")
    screen.say(f"  rows     {_rows(run)}")
    screen.say(f"  credits  {in_figures(run.credits)}")
    screen.say(f"  report   {run.job.get('report') or 'none'}")
    for identity, state, credits_, request_id in operations:
        screen.say(f"  {state:<9}{identity}  {f'{in_figures(credits_)} credits  ' if credits_ else ''}{request_id}")
    return 0


@runs.command()
@common
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def adopt(*, as_json: bool) -> int:
    """Say that this home is the only one: its ledger was copied here, and the one it came from is not used any more.

    \b
    bulkportal runs adopt
    """
    with _ledger(as_json=as_json) as ledger:
        before, home = ledger.copied_from(), books_here()
        ledger.adopt()
        if as_json:
            screen.say_json({"schema": SCHEMA, "home": str(home), "before": None if before is None else str(before)})
        elif before is None:
            screen.say(f"The ledger belongs to {home}.")
        else:
            screen.say(f"The ledger belongs to {home} from now on. Do not use the one in {before} any more.")
    return 0


@runs.command()
@common
@click.argument("first", required=False, metavar="A")
@click.argument("second", required=False, metavar="B")
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def diff(*, first: str | None, second: str | None, as_json: bool) -> int:
    """Which rows fail in run B that did not in run A, and the other way round.

    Without B the newest run; without both the last two of the same files. Rows are known by bundle and position.

    \b
    bulkportal runs diff
    """
    from bulkportal.records.failing_rows import between
    from bulkportal.records.history import RunHistory

    with _ledger(as_json=as_json) as ledger:
        found = ledger.runs()
    after = _chosen(found, second)
    before = _chosen(found, first) if first else next((run for run in found if run.started_at < after.started_at and run.files == after.files), None)
    if before is None:
        raise UsageProblem(f"No earlier run of {', '.join(after.files)} is remembered.", hint="Name two runs; `bulkportal runs list` shows them.")
    home = home_here()
    with RunHistory(home) as diary:
        sides = [diary.failing_in(run.run_id) for run in (before, after)]
    for run, rows in zip((before, after), sides, strict=True):
        if rows is None:
            raise UsageProblem(f"Which rows failed in {run.run_id} is not remembered.", hint="It did not end, or an older bulkportal ran it.")
    changes = between(sides[0] or (), sides[1] or ())
    parts = {"new": changes.new, "fixed": changes.fixed, "still": changes.still}
    if as_json:
        rows_of = {name: [problem.document() for problem in problems] for name, problems in parts.items()}
        screen.say_json({"schema": SCHEMA, "first": before.run_id, "second": after.run_id, **rows_of})
        return 0
    screen.say(f"{before.run_id} -> {after.run_id}")
    for name, problems in parts.items():
        screen.say(f"{_TITLES[name]}: {len(problems)}")
        for problem in problems:
            screen.say(f"  {problem.name} [{problem.place}]: {problem.message}".rstrip())
    return 0


_TITLES = {"new": "Failing now", "fixed": "No longer failing", "still": "Still failing"}


@runs.command()
@common
@click.argument("run_id", required=False)
@click.option("--yes", "-y", is_flag=True, help="Do not ask before spending credits or doing what cannot be undone.")
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error.")
def resume(*, run_id: str | None, yes: bool, as_json: bool) -> int:
    """Go on with a run that did not end well; the newest such run if none is named.

    It reads the same files again, so what was corrected meanwhile counts.

    \b
    bulkportal runs resume
    """
    from bulkportal.cli.main import run as run_command

    with _ledger(as_json=as_json, resuming=True) as ledger:
        found = ledger.runs()
    # `None` too: a run without an exit code was killed.
    # Not a launch of a night: its file has been moved to done/ or failed/, and resuming would not find it.
    chosen = _chosen(found, run_id) if run_id else next((run for run in found if run.exit_code != 0 and run.command != "run"), None)
    if chosen is None:
        screen.say("Nothing to resume: the last runs ended well.", err=True)
        if as_json:
            _nothing_to_resume()
        return 0
    if chosen.command == "run":
        hint = "`bulkportal run INBOX` goes on with what was cut off. Correct what is in failed/, and put it into the inbox."
        raise UsageProblem(f"{chosen.run_id} was a launch of a night, which only `bulkportal run` resumes.", hint=hint)
    _refuse_undone(chosen, found)
    _refuse_outdated(chosen, found)
    # Not taken over from the run before: a yes was to that plan, and this one is made afresh.
    flags = [*(["--yes"] if yes else []), *(["--json"] if as_json else [])]
    return run_command([chosen.command, *_arguments(chosen), *flags])


def _refuse_undone(run: RunRecord, runs: tuple[RunRecord, ...]) -> None:
    """Refuse to resume a run that was undone: it would do, and pay for, the same again. Raises UsageProblem."""
    from bulkportal.pipeline.undo import undone_by

    undo = undone_by(run, runs, books_here())
    if undo is not None:
        what = f"{run.run_id} was put back by {undo.run_id}, and going on with it would do that again."
        raise UsageProblem(what, hint=f"If that is meant, import {', '.join(run.files)} anew: its plan says what it takes.")


def _refuse_outdated(run: RunRecord, runs: tuple[RunRecord, ...]) -> None:
    """Refuse where another file has been imported since with other values for the same rows. Raises UsageProblem."""
    from bulkportal.automate.versions import said_since
    from bulkportal.pipeline.job import Job
    from bulkportal.records.history import RunHistory

    given, inputs = run.job, run.job.get("inputs")
    paths = tuple(Path(str(path)) for path in inputs) if isinstance(inputs, list) else ()
    if not paths or not all(path.exists() for path in paths):  # an address, or a file that has gone: the command says so
        return
    bundle, order, encoding = (str(given[name]) if given.get(name) is not None else None for name in ("bundle", "date_order", "encoding"))
    name = given.get("profile")
    job = Job(
        command=run.command,
        profile=profile_of(os.environ, str(name)) if name else profile(),
        inputs=paths,
        bundle=bundle,
        date_order=order,
        encoding=encoding,
    )
    # A file that was corrected later than the other one was imported is the newest word itself.
    since = max(datetime.fromisoformat(run.started_at).timestamp(), *(path.stat().st_mtime for path in paths))
    with Ledger(books_here(), "", "") as ledger, RunHistory(home_here()) as diary, suppress(UnreadableInput):  # the command says what cannot be read
        # Whether an undo of it still stands has been judged by now.
        undos = {one.run_id for one in runs if one.job.get("undoes") == run.run_id}
        said = said_since(diary, ledger.workspace_of_run(run.run_id), job, since)
        older = next((one for one in said if one.newer.run_id not in undos), None)
        if older is not None:
            row, other = older.place.sheet.table.address(older.place.row), older.newer
            how = "takes it back" if older.is_off else f"says otherwise in {older.column}"
            what = f"{row} is older than {other.file}, which was imported at {other.moment} and {how}."
            hint = f"Going on with {run.run_id} would put the older value back. If that is meant, import {', '.join(run.files)} anew."
            raise UsageProblem(what, hint=hint)


def _arguments(run: RunRecord) -> list[str]:
    """The command line that runs it again."""
    job = run.job
    inputs = job.get("inputs")
    if not isinstance(inputs, list) or not inputs:
        raise UsageProblem(f"{run.run_id} read standard input, or an address that was not kept.", hint="Run the command again with the same input.")
    words = [*(str(path) for path in inputs), *_valued(job, _VALUES), *_flagged(job, _FLAGS)]
    if run.command == "apply":  # the rest stands in the plan workbook
        return words
    hidden = job.get("read_hidden")
    words += [] if hidden is None else ["--read-hidden" if hidden else "--skip-hidden"]
    return [*words, *_valued(job, _IMPORT_VALUES), *_flagged(job, _IMPORT_FLAGS)]


# The platform among them: a rehearsal that was sent to a simulator must not go on at the platform that the environment names.
_VALUES = {
    "profile": "--profile",
    "base_url": "--base-url",
    "media_root": "--media-root",
    "max_credits": "--max-credits",
    "report": "--report",
}
_FLAGS = {"all_or_nothing": "--all-or-nothing", "dry_run": "--dry-run", "rehost": "--rehost"}
_IMPORT_VALUES = {
    "bundle": "--bundle",
    "date_order": "--date-order",
    "encoding": "--encoding",
    "max_changes": "--max-changes",
    "batch": "--batch",
}
_IMPORT_FLAGS = {"publish": "--publish", "publish_partial": "--publish-partial"}


def _flagged(job: Mapping[str, Json], options: Mapping[str, str]) -> list[str]:
    return [option for name, option in options.items() if job.get(name)]


def _valued(job: Mapping[str, Json], options: Mapping[str, str]) -> list[str]:
    return [word for name, option in options.items() if job.get(name) is not None for word in (option, str(job[name]))]


def _chosen(found: tuple[RunRecord, ...], run_id: str | None) -> RunRecord:
    if not found:
        raise UsageProblem("No runs yet.", hint="`bulkportal import launch.xlsx` makes the first.")
    if run_id is None:
        return found[0]
    matching = [run for run in found if run.run_id == run_id or run.run_id.startswith(run_id)]
    if len(matching) != 1:
        raise UsageProblem(f"{len(matching) or 'No'} runs are called {run_id}.", hint="`bulkportal runs list` shows the names.")
    return matching[0]


def _document(run: RunRecord) -> dict[str, Json]:
    return {
        "run_id": run.run_id,
        "command": run.command,
        "files": list(run.files),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "exit_code": run.exit_code,
        "rows": dict(run.totals),
        "credits": run.credits,
        "report": run.job.get("report"),
    }


def _ending(run: RunRecord) -> str:
    return "did not end" if run.exit_code is None else f"exit {run.exit_code}"


def _rows(run: RunRecord) -> str:
    shown = [f"{count} {state}" for state, count in run.totals.items() if count and state != "total"]
    return ", ".join(shown) or "no rows"


def _nothing_to_resume() -> None:
    from bulkportal.cli.documents import nothing_json

    screen.say_json(nothing_json("runs"))


@contextmanager
def _ledger(*, as_json: bool, resuming: bool = False) -> Iterator[Ledger]:
    books = books_here()
    if isinstance(books, Path) and not books.exists():
        screen.say(f"Nothing is remembered in {books} yet.", err=True)
        if as_json and resuming:
            _nothing_to_resume()
        elif as_json:
            screen.say_json({"schema": SCHEMA, "runs": []})
        raise click.exceptions.Exit(0)
    # No workspace and no run: what is asked here is about all accounts that this home has worked for.
    with Ledger(books, "", "") as ledger:
        yield ledger
