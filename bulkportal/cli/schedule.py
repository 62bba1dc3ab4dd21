"""`bulkportal schedule`: a timer that runs the night by itself."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click

from bulkportal import remote_files
from bulkportal.automate import timers
from bulkportal.automate.timers import Timer
from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import UNCAPPED, F, common, profile, profiled
from bulkportal.cli.param_types import FiniteRange, PathOption, may_be_elsewhere
from bulkportal.errors import ExitCode, UsageProblem
from bulkportal.portal.remote import in_figures


@click.group(cls=Commands)
def schedule() -> None:
    """A timer for the nightly import."""


def _timed(function: F) -> F:
    for option in reversed(
        (
            click.argument("inbox", type=PathOption()),
            click.argument("options", nargs=-1, metavar="[-- OPTIONS OF RUN...]"),
            click.option("--max-credits", type=FiniteRange(min=0), metavar="N", help="What one night may take: the option of `run`."),
            click.option("--at", default="02:30", show_default=True, metavar="HH:MM", help="When, by the machine's clock."),
            profiled,
        )
    ):
        function = option(function)
    return function


@schedule.command(name="print")
@common
@_timed
@click.option("--cron", "kind", flag_value="cron", help="A line for crontab -e.")
@click.option("--systemd", "kind", flag_value="systemd", default=True, help="A user's service and timer (the default).")
@click.option("--windows", "kind", flag_value="windows", help="A command that makes a task of the Task Scheduler.")
@click.option("--github", "kind", flag_value="github", help="A workflow for GitHub Actions; the inbox is a folder of the repository.")
def print_(*, inbox: str, options: tuple[str, ...], max_credits: float | None, at: str, kind: str) -> int:
    """Print a timer for this machine, or for GitHub. Nothing is changed.

    \b
    bulkportal schedule print inbox --cron --max-credits 500
    bulkportal schedule print inbox --at 03:00 --max-credits 500 -- --publish
    """
    timer = _timer(inbox, _capped(options, max_credits), at, here=kind != "github")
    _warn(timer)
    if kind == "systemd":
        for name, text in timers.systemd(timer).items():
            screen.write(f"# {name}\n{text}\n")
        return ExitCode.OK
    makers = {"cron": timers.cron, "windows": timers.windows, "github": timers.github}
    screen.write(makers[kind](timer))
    return ExitCode.OK


@schedule.command()
@common
@_timed
@click.option("--force", is_flag=True, help="Overwrite units with different content.")
def install(*, inbox: str, options: tuple[str, ...], max_credits: float | None, at: str, force: bool) -> int:
    """Write the units of a systemd timer of this user, and say how to start it. Nothing is started.

    \b
    bulkportal schedule install inbox --max-credits 500
    """
    from bulkportal.sheets.writer import write_bytes

    if not may_be_elsewhere(inbox) and not Path(inbox).is_dir():
        raise UsageProblem(f"There is no folder {inbox}.", hint="Make it first; a timer would fail every night.")
    folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
    timer = _timer(inbox, _capped(options, max_credits), at, here=True)
    _warn(timer)
    units = timers.systemd(timer)
    changed = {name: text for name, text in units.items() if not _says(folder / name, text)}
    there = [name for name in changed if (folder / name).exists()]
    if there and not force:
        raise UsageProblem(f"{folder / there[0]} exists already, with different content.", hint="Give --force to write over it.")
    for name, text in changed.items():
        write_bytes(folder / name, text.encode())
        screen.say(f"Written: {folder / name}")
    if not changed:
        screen.say(f"{folder} has these units already.")
    key = Path.home() / ".config" / "bulkportal" / "environment"
    screen.say(f"The key: write TOKPORTAL_API_KEY=... into {key} (chmod 600), or name it in the profile.")
    screen.say(f"Now:  systemctl --user daemon-reload && systemctl --user enable --now {timers.UNIT}.timer")
    screen.say(f"Then: systemctl --user list-timers {timers.UNIT}.timer; loginctl enable-linger lets it run while nobody is logged in.")
    return ExitCode.OK


def _says(path: Path, text: str) -> bool:
    try:
        return path.read_text(encoding="utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def _timer(inbox: str, options: tuple[str, ...], at: str, *, here: bool) -> Timer:
    moment = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", at)
    if moment is None:
        raise UsageProblem(f"{at} is not a time of day.", hint="Write it as HH:MM, such as 02:30.")
    capped = _accepted(inbox, options) or profile().max_credits_per_night is not None
    # Units are files that others may read, and the command line stands in the list of processes.
    if may_be_elsewhere(inbox) and urlsplit(inbox).password:
        raise UsageProblem(
            "A timer must not hold a password.", hint="Write the address into an environment variable, and give env:NAME instead, or use an SSH key."
        )
    # In a crontab the second line would be a command of its own.
    if any("\n" in word for word in (*options, inbox)):
        raise UsageProblem("No timer can hold a line break.", hint="Give the folder another name.")
    chosen = ["--profile", profile().name] if profile().name else []
    # A timer starts in another folder; a workflow of GitHub starts in its checkout, where only the relative path is right.
    place = str(Path(inbox).resolve()) if here and not may_be_elsewhere(inbox) else inbox
    command = [*_program(), "run", place, *chosen, *options]
    kept = {name: os.environ[name] for name in ("BULKPORTAL_HOME", "BULKPORTAL_CONFIG") if here and os.environ.get(name)}
    return Timer(
        program=command,
        folder=Path.cwd(),
        hour=int(moment[1]),
        minute=int(moment[2]),
        variables=kept,
        extra=_extra(inbox),
        notice="" if capped else UNCAPPED,
    )


def _extra(inbox: str) -> str:
    """The extra that an inbox at an address needs."""
    return remote_files.STORES.get(remote_files.scheme(inbox), "")


def _program() -> list[str]:
    """The command as a timer finds it: by its full path."""
    # cron and systemd have a short PATH, without a virtual environment's folder: that one first, for it is what runs now.
    script = shutil.which("bulkportal", path=str(Path(sys.executable).parent)) or shutil.which("bulkportal")
    return [script] if script else [sys.executable, "-m", "bulkportal"]


def _capped(options: tuple[str, ...], max_credits: float | None) -> tuple[str, ...]:
    return options if max_credits is None else (*options, "--max-credits", in_figures(max_credits))


def _warn(timer: Timer) -> None:
    if timer.notice:
        screen.say(f"Warning: {timer.notice}", err=True)


def _accepted(inbox: str, options: tuple[str, ...]) -> bool:
    """Whether these options of `run` set a cap. Raises a usage error for an unknown option, with which a timer would fail every night."""
    from bulkportal.cli.run import run

    # Parsed by click itself, since any list of options kept here would be out of date with the next one.
    return run.make_context("run", [inbox, *options], resilient_parsing=False).params["max_credits"] is not None
