"""`bulkportal init`: a commented settings file; on a terminal with a few questions, the same as on the desk's page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common

if TYPE_CHECKING:
    from bulkportal.settings.first_time import FirstAnswers


@click.command()
@common
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--print", "only_print", is_flag=True, help="Show it instead of writing it.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--yes", "-y", is_flag=True, help="Ask nothing: the commented file as it is.")
def init(*, file: Path | None, only_print: bool, force: bool, yes: bool) -> int:
    """Write a bulkportal.toml in which every setting is explained.

    On a terminal it asks where the key is, what one run may spend, the time zone and the order of dates. The key itself is never asked for.

    \b
    bulkportal init
    bulkportal init --print
    """
    from bulkportal.errors import UsageProblem
    from bulkportal.settings import FILE_NAME, template_file
    from bulkportal.sheets.writer import write_bytes

    if only_print:
        screen.write_ours(template_file.TEXT)
        return 0
    target = file or Path(FILE_NAME)
    if target.exists() and not force:
        raise UsageProblem(f"{target} is there already.", hint="Edit it, or give --force to write over it.")
    # Both: with its output in a file nobody would see the questions.
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    if asks:
        from bulkportal.settings.first_time import keep

        keep(_asked(), target, "main", anew=True)
    else:
        write_bytes(target, template_file.TEXT.encode())
    screen.say(f"Written: {target}")
    screen.say("Next: `bulkportal doctor` says whether all is in place." if asks else "Next: `bulkportal config show` says what counts now.")
    return 0


def _asked() -> FirstAnswers:
    """The questions of the desk's first page."""
    from bulkportal.settings.first_time import FirstAnswers

    screen.say("The key itself is never asked for, only where it is kept.")
    place = click.prompt("Where is the key?", type=click.Choice(["file", "keyring", "environment"]), default="environment")
    names = {"file": "Path of the file", "keyring": "Name in the keyring, as service:user", "environment": "Name of the variable"}
    at = click.prompt(names[place], default="TOKPORTAL_API_KEY" if place == "environment" else None)
    credit = click.prompt("The most credits that one run may take (blank: no limit)", default="", show_default=False)
    zone = click.prompt("Time zone, such as Europe/Paris (blank: UTC)", default="", show_default=False)
    order = click.prompt("What comes first in 03/04/2027?", type=click.Choice(["day", "month", "ask"]), default="ask")
    return FirstAnswers(key_place=place, key_at=at, max_credits=credit, time_zone=zone, date_order="" if order == "ask" else order)
