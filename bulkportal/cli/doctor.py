"""`bulkportal doctor`: whether everything is in place."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common
from bulkportal.errors import ExitCode

if TYPE_CHECKING:
    from bulkportal.automate.health import HealthCheck

SCHEMA = "bulkportal.doctor/1"
_COLORS = {"ok": "green", "warning": "yellow", "problem": "red"}


@click.command()
@common
@click.argument("templates", nargs=-1, type=click.Path(path_type=Path), metavar="[WORKBOOK...]")
@click.option("--profile", "name", metavar="NAME", help="The profile of bulkportal.toml (BULKPORTAL_PROFILE).")
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.option("--quiet", "-q", is_flag=True, help="Only what needs attention.")
def doctor(
    *,
    templates: tuple[Path, ...],
    name: str | None,
    base_url: str | None,
    as_json: bool,
    no_color: bool,
    quiet: bool,
) -> int:
    """Look at key, permissions, platform, clock, rate, credits, media, ledger, audit log and versions.

    Workbooks that are named are looked at too: has the template they were made from all of today's columns?
    Exits 0 if nothing is wrong or only worth a look, 3 for the key, 5 for the platform, 6 for a file, else 2.

    \b
    bulkportal doctor
    bulkportal doctor launch.xlsx --profile acme
    """
    from bulkportal.automate import diagnosis as looks
    from bulkportal.automate.results import worst

    found = [*looks.everything(os.environ, name, base_url), *_templates(templates)]
    code = worst(ExitCode.OK, *(one.code for one in found))
    if as_json:
        checks = [{"name": one.name, "health": one.health.value, "said": one.said, "advice": one.advice} for one in found]
        screen.say_json({"schema": SCHEMA, "exit_code": int(code), "checks": checks})
        return code
    color = screen.colored(no_color=no_color)
    wide = max(len(one.name) for one in found)
    for one in found:
        if quiet and one.health.value == "ok":
            continue
        health = f"{one.health.value:<8}"
        screen.say(f"{one.name:<{wide}}  {one.said}", lead=health, fg=_COLORS[one.health.value], color=color)
        if one.advice:
            screen.say(f"{'':<8}{'':<{wide}}  {one.advice}")
    return code


def _templates(paths: tuple[Path, ...]) -> list[HealthCheck]:
    from bulkportal.automate import diagnosis as looks

    return [looks.template(path) for path in paths]
