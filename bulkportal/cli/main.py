"""The entry: commands are loaded only when called, and every ending becomes an exit code at one gate."""

from __future__ import annotations

import difflib
import gc
import importlib
import io
import os
import sys
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import click
from click.exceptions import NoSuchCommand
from click.shell_completion import CompletionItem

from bulkportal.cli import crash_report, screen
from bulkportal.cli.groups import GIVEN_WORDS
from bulkportal.errors import BulkportalError, ExitCode, NoRoom, UnreadableInput, is_no_room
from bulkportal.postgres import waiting
from bulkportal.version import __version__

# Name → (module, function, one line of help). Importing them would load polars for a mere --help.
COMMANDS = {
    "demo": ("bulkportal.cli.demo", "demo", "A sample launch against the built-in simulator: no key, no network."),
    "template": ("bulkportal.cli.template", "template", "An empty workbook with drop-downs, notes and examples."),
    "check": ("bulkportal.cli.check", "check", "Find every mistake, each with its cell. Offline."),
    "fix": ("bulkportal.cli.fix", "fix", "A copy of a sheet with the mistakes corrected that need no thought."),
    "map": ("bulkportal.cli.map", "map_", "Which column each header means; your own headers, kept in the profile."),
    "plan": ("bulkportal.cli.plan", "plan", "Show what an import would do and what it costs. Sends nothing."),
    "apply": ("bulkportal.cli.apply", "apply", "Do exactly what was approved in a plan workbook."),
    "import": ("bulkportal.cli.import_", "import_", "Check, plan, confirm, apply, report: the main job."),
    "export": ("bulkportal.cli.export", "export", "The platform's bundles as the same workbook, ready to edit and import."),
    "status": ("bulkportal.cli.status", "status", "What stands where, what needs doing now, and a report to share."),
    "run": ("bulkportal.cli.run", "run", "The nightly import: every launch in a folder, once, and put away."),
    "desk": ("bulkportal.cli.desk", "desk", "A local page: drop a sheet, correct it, see its price, approve, watch, report."),
    "share": ("bulkportal.cli.share", "share", "What one client may see, as files to send."),
    "worker": ("bulkportal.cli.worker", "worker", "Take queued launches and transfers from PostgreSQL, on any number of hosts."),
    "queue": ("bulkportal.cli.queue", "queue", "What waits for the workers, runs, and is stuck."),
    "schedule": ("bulkportal.cli.schedule", "schedule", "A timer for the nightly import: cron, systemd, Windows, GitHub."),
    "runs": ("bulkportal.cli.runs", "runs", "The memory of past runs: list, show, compare, resume."),
    "undo": ("bulkportal.cli.undo", "undo", "The workbook that puts back what a run changed, and the list of what cannot be."),
    "audit": ("bulkportal.cli.audit", "audit", "Who had what done and paid for, and whether that log was altered."),
    "ledger": ("bulkportal.cli.ledger", "ledger", "The books: prepared, and copied from one home to another."),
    "init": ("bulkportal.cli.init", "init", "A commented bulkportal.toml: profiles of clients, keys, habits and caps."),
    "config": ("bulkportal.cli.config", "config", "Which settings count here, and where each comes from."),
    "doctor": ("bulkportal.cli.doctor", "doctor", "Key, permissions, platform, clock, credits, media, ledger: is all in place?"),
    "completion": ("bulkportal.cli.completion", "completion", "Commands and options completed by bash, zsh or fish."),
    "simulate": ("bulkportal.cli.simulate", "simulate", "The platform's API on this machine, for rehearsals and tests."),
}

_GO_ON = frozenset({"import", "apply", "run", "runs"})
"""The commands that keep what they did, and do only the rest when they are run again."""

_BETWEEN_SEARCHES = 50_000
"""Objects made between two searches for cycles that nobody holds. With Python's 700 the loading of modules, which makes none, is searched often."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order of a working day."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """The command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _ = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(module), function)
        return found if isinstance(found, click.Command) else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Store the words as given: a queue takes them over. Not in `obj`, which is the profile."""
        ctx.meta[GIVEN_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The requested command; an unknown name gets the nearest one as a hint, without importing any command."""
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as unknown:
            raise NoSuchCommand(unknown.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands that begin so, without importing them."""
        found = [CompletionItem(name, help=text) for name, (_, _, text) in COMMANDS.items() if name.startswith(incomplete)]
        return [*found, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """The list of commands, from their one-line helps, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="bulkportal")
def cli() -> None:
    """Spreadsheets in, TokPortal bundles out: every mistake at its cell, every credit spent once.

    Try it without a key or a network:  bulkportal demo
    """


def run(arguments: Sequence[str]) -> int:
    """Run one command line. Returns its exit code. The only place where exceptions become exit codes."""
    as_json = "--json" in arguments
    waiting.tell_by(partial(screen.say, err=True))
    # Guessed from the words, since a command line that click refuses has no context that could be asked.
    command = next((word for word in arguments if word in COMMANDS), "")
    try:
        # Not standalone: click would print its errors itself, and end the process with exit codes of its own.
        return int(cli.main(list(arguments), prog_name="bulkportal", standalone_mode=False) or 0)
    except click.ClickException as problem:
        problem = _with_nearest(problem)
        _show(problem)
        _tell_json(as_json, command, BulkportalError(problem.format_message()), ExitCode.USAGE)
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        goes_on = "; it goes on where it stopped" if command in _GO_ON else ""
        screen.say(f"Interrupted. Run the same command again{goes_on}.", err=True)
        _tell_json(as_json, command, BulkportalError("Interrupted."), ExitCode.INTERRUPTED)
        return ExitCode.INTERRUPTED
    except BulkportalError as problem:
        if problem.exit_code is ExitCode.FAULT:
            return _fault(problem, command, as_json=as_json)
        for one in (problem, *(problem.others if isinstance(problem, UnreadableInput) else ())):
            _tell(one)
        _tell_json(as_json, command, problem, problem.exit_code)
        return problem.exit_code
    except BrokenPipeError:
        # The reader of our output went away (`| head`); Python would complain once more while closing.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK
    except Exception as fault:  # noqa: BLE001 - the last gate: a fault of ours, reported without a traceback
        return _fault(fault, command, as_json=as_json)


def _with_nearest(problem: click.ClickException) -> click.ClickException:
    """For a word that is not among an option's choices, suggest the nearest of them."""
    if isinstance(problem, click.BadParameter) and problem.param is not None and isinstance(problem.param.type, click.Choice):
        # click's exception has the rejected word only in its sentence.
        given = problem.message.split("'")[1] if "'" in problem.message else ""
        near = difflib.get_close_matches(given.casefold(), [str(choice) for choice in problem.param.type.choices], n=1)
        if near:
            return click.BadParameter(f"{problem.message} Did you mean '{near[0]}'?", problem.ctx, problem.param)
    return problem


def _show(problem: click.ClickException) -> None:
    # Through `screen`, as all output: the sentence quotes words of the command line.
    shown = io.StringIO()
    problem.show(file=shown)
    for line in shown.getvalue().splitlines():
        screen.say(line, err=True)


def _tell(problem: BulkportalError) -> None:
    for number, line in enumerate(problem.lines):
        screen.say(line if number else f"Error: {line}", err=True)
    if problem.hint:
        screen.say(f"  {problem.hint}", err=True)


def _profile_of(arguments: Sequence[str]) -> str | None:
    """The profile that a command line names, where the command itself can no longer be asked."""
    following = dict(pairwise(arguments))
    return following.get("--profile") or next((word.partition("=")[2] for word in arguments if word.startswith("--profile=")), None)


def _fault(fault: Exception, command: str, *, as_json: bool) -> int:
    # Not ours to report: a full disk may show itself anywhere, also deep in a library.
    if is_no_room(fault):
        name = fault.filename if isinstance(fault, OSError) and fault.filename else "a file"
        problem = NoRoom(f"There is no room to write {name}.", hint="Make room on its disk, then run this again; nothing is lost.")
        _tell(problem)
        _tell_json(as_json, command, problem, problem.exit_code)
        return problem.exit_code
    where = crash_report.write(fault, command, _profile_of(sys.argv))
    screen.say(f"Error: this is a fault in bulkportal itself ({type(fault).__name__}). {where}", err=True)
    screen.say("  Nothing that was sent is forgotten: running the same command again is safe. Please report it with that file.", err=True)
    _tell_json(as_json, command, BulkportalError(f"A fault in bulkportal itself. {where}"), ExitCode.FAULT)
    return ExitCode.FAULT


def _tell_json(as_json: bool, command: str, problem: BulkportalError, code: ExitCode) -> None:  # noqa: FBT001 - one private use
    if as_json:
        from bulkportal.cli.documents import failure_json

        screen.say_json(failure_json(command, problem, code))


def main() -> None:
    """The console script."""
    gc.set_threshold(_BETWEEN_SEARCHES)
    try:
        code = run(sys.argv[1:])
    finally:
        gc.freeze()  # the interpreter ends with a search through all that is alive, and it ends anyway
    sys.exit(code)
