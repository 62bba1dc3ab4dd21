"""`bulkportal map`: which column each header of a sheet means, and the profile's own names for columns."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, encoding_said, inputs_of, profile, profiled, reads_text

if TYPE_CHECKING:  # it loads polars, which a mere --help must not wait for
    from bulkportal.check.mapping import Meaning


@click.command(name="map")
@common
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--set", "own", multiple=True, metavar="HEADER=COLUMN", help="A header of your own and the column it means. May be given again.")
@click.option("--save", is_flag=True, help="Write what is near, and what --set says, into the profile.")
@reads_text
@profiled
def map_(*, files: tuple[str, ...], own: tuple[str, ...], save: bool) -> int:
    """Show which column each header means: sure, near (with how sure), or unknown.

    A near header is only read as its column once that is saved in the profile.

    \b
    bulkportal map launch.xlsx
    bulkportal map launch.xlsx --set "Hook=description" --save --profile acme
    """
    from bulkportal.pipeline import Job
    from bulkportal.pipeline.source import headers

    said = _said(own)
    given = inputs_of(files)
    job = Job(
        command="map",
        profile=profile(),
        inputs=given.paths,
        addresses=given.addresses,
        stream=given.stream,
        encoding=encoding_said(),
    )
    found = headers(job, said)
    for one in found:
        screen.say(f"{one.sheet + '!' + one.cell:<16} {one.header:<30}  {_meaning(one)}")
    near = {one.header: one.column for one in found if one.column and not one.is_sure}
    if save:
        _save({**near, **said})
    elif near:
        screen.say("Headers that are only near are not read. --save keeps them in the profile; --set HEADER=COLUMN says otherwise.")
    return 0


def _meaning(one: Meaning) -> str:
    fits = f"{one.fitting} of {one.values} values fit" if one.values else "no values"
    if not one.column:
        return "unknown: not read"
    return f"{one.column}  ({fits})" if one.is_sure else f"near {one.column}: {one.confidence:.0%} alike, {fits}"


def _said(own: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.rpartition("=") for text in own]
    if not all(header.strip() and column.strip() for header, _, column in pairs):
        raise click.UsageError('Write --set "Your header=column".')
    return {header.strip(): column.strip() for header, _, column in pairs}


def _save(columns: dict[str, str]) -> None:
    from bulkportal.errors import UsageProblem
    from bulkportal.settings import configured
    from bulkportal.settings.write_back import save_columns

    chosen, path = profile().name, configured(os.environ).path
    if not columns:
        screen.say("Nothing to save: every header is known, or nothing is near.")
        return
    if path is None or not chosen:
        raise UsageProblem("There is no profile to save into.", hint="`bulkportal init` writes bulkportal.toml; --profile names one of it.")
    save_columns(Path(path), chosen, columns)
    screen.say(f"Saved in [profiles.{chosen}.columns] of {path}: {', '.join(f'{header} = {column}' for header, column in columns.items())}")
