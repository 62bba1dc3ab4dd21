"""`bulkportal undo`: the workbook that puts back what a run changed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, profiled, settings_here
from bulkportal.counting import counted
from bulkportal.errors import UsageProblem

if TYPE_CHECKING:  # it loads polars, which a mere --help must not wait for
    from bulkportal.pipeline.undo import Undo


@click.command()
@common
@click.argument("run_id", metavar="RUN")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The workbook to write.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@profiled
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; all else on standard error.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def undo(*, run_id: str, output: Path, force: bool, base_url: str | None, as_json: bool, quiet: bool) -> int:
    """Write the workbook that puts back what a run changed, and the list of what cannot be put back, with what it cost.

    Nothing is sent: look at the workbook, and import it. It holds only the rows and cells that the run changed, with the values
    from before: captions, dates, names, settings; `unschedule` for videos that the run configured, `unpublish` for bundles
    that it published. What somebody else has changed since is a conflict, which its import reports and does not overwrite.
    With a key, the platform is asked whether all that is still possible; it is only read.

    RUN is the name of a run as `bulkportal runs list` shows it, the beginning of one, or `last`: the newest that changed something.

    \b
    bulkportal undo last -o undo.xlsx
    bulkportal undo run-20270301-200000-1a2b3c -o undo.xlsx
    bulkportal import undo.xlsx
    """
    from bulkportal.cli import console
    from bulkportal.cli.export import require_free
    from bulkportal.pipeline.undo import undo as undone

    if output.suffix.casefold() != ".xlsx":
        raise UsageProblem(f"{output} does not end in .xlsx.", hint="Write a name that ends in .xlsx.")
    require_free([output], force=force)
    with console.Progress(quiet=quiet) as progress:
        made = asyncio.run(undone(run_id, settings_here(base_url), progress))
    if not made.changed_nothing:
        made.write(output)
    if as_json:
        screen.say_json({**made.document(), "file": None if made.changed_nothing else str(output)})
    if not quiet:
        _tell(made, output, err=as_json)
    return 0


def _tell(made: Undo, output: Path, *, err: bool) -> None:
    from bulkportal.portal.remote import credits_in_words

    if made.changed_nothing:
        screen.say(f"{made.run_id} changed nothing: there is nothing to put back, and no workbook was written.", err=err)
        return
    screen.say(f"{counted(made.rows, 'row')} put back what {made.run_id} changed." if made.rows else "Nothing can be put back.", err=err)
    if made.not_undone:
        screen.say(f"Not undone: {counted(len(made.not_undone), 'line')}, {credits_in_words(made.credits)} stay spent.", err=err)
    for line in made.not_undone:
        screen.say(f"  {line.operation} {line.target}: {line.why}", err=err)
    if not made.looked and made.rows:
        screen.say("Without a key the platform was not asked; the import will show whether its statuses allow all this.", err=err)
    screen.say(f"Written: {output}", err=err)
    if made.rows:
        screen.say(f"Look at it, then: bulkportal import {output}", err=err)
