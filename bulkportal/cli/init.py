"""`bulkportal init`: a commented settings file."""

from __future__ import annotations

from pathlib import Path

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common


@click.command()
@common
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--print", "only_print", is_flag=True, help="Show it instead of writing it.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def init(*, file: Path | None, only_print: bool, force: bool) -> int:
    """Write a bulkportal.toml in which every setting is explained.

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
    write_bytes(target, template_file.TEXT.encode())
    screen.say(f"Written: {target}")
    screen.say("Next: `bulkportal config show` says what counts now.")
    return 0
