"""`bulkportal audit`: who had what done and paid, and whether that log was touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import common, home_here, profiled
from bulkportal.counting import counted
from bulkportal.errors import ExitCode

if TYPE_CHECKING:
    from bulkportal.records.audit import Audit

SCHEMA = "bulkportal.audit.verdict/1"


@click.group(cls=Commands)
def audit() -> None:
    """The audit log, kept in BULKPORTAL_HOME: approvals, what was paid, what cannot be undone."""


@audit.command()
@common
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def verify(*, as_json: bool) -> int:
    """Look through every line; exits 6 if any was changed, taken out, put in, moved or cut off.

    The hash of the last line can be noted elsewhere: as long as the log goes on from it, nothing before it was touched.

    \b
    bulkportal audit verify
    """
    from bulkportal.records.audit import verified

    verdict = verified(home_here())
    code = ExitCode.INVALID if verdict.faults else ExitCode.OK
    if as_json:
        document = {
            "schema": SCHEMA,
            "exit_code": int(code),
            "lines": verdict.lines,
            "head": verdict.head,
            "faults": list(verdict.faults),
            "open": list(verdict.open),
        }
        screen.say_json(document)
        return code
    for fault in verdict.faults:
        screen.say(fault)
    for step in verdict.open:
        screen.say(f"About to be sent, with no outcome recorded: {step}. That run was killed there, or is still running; look on the platform.")
    screen.say(f"{counted(verdict.lines, 'line')}; {'the log was altered.' if verdict.faults else 'all is as it was written.'}")
    if not verdict.faults and verdict.lines:
        screen.say(f"Last line: {verdict.head}")
    return code


@audit.command()
@common
@click.argument("run_id", required=False)
@profiled
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many of the newest lines.")
@click.option("--json", "as_json", is_flag=True, help="The lines as they are, JSON Lines.")
def show(*, run_id: str | None, limit: int, as_json: bool) -> int:
    """Show the newest lines, or those of one run.

    \b
    bulkportal audit show
    """
    found = [line for line in _audit().lines() if run_id is None or str(line.get("run_id", "")).startswith(run_id)]
    for line in found[-limit:]:
        if as_json:
            screen.say_json(line, indent=None)
        else:
            screen.say(_words(line))
    if not found:
        screen.say("Nothing is written there yet.", err=True)
    return ExitCode.OK


def _audit() -> Audit:
    from bulkportal.records.audit import Audit

    return Audit(home_here())


def _words(line: Mapping[str, object]) -> str:
    facts = line.get("facts")
    said = facts.items() if isinstance(facts, dict) else ()
    shown = ", ".join(f"{name} {_value(value)}" for name, value in said if value not in (None, "", [], {}))
    return f"{str(line.get('at'))[:19].replace('T', ' ')}  {line.get('user')}  {line.get('run_id')}  {line.get('event')}: {shown}"


def _value(value: object) -> str:
    match value:
        case dict():
            return ", ".join(f"{count} {name}" for name, count in value.items() if count)
        case list():
            return ", ".join(map(str, value))
        case _:
            return str(value)
