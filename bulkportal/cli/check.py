"""`bulkportal check`: every finding, with its cell, without a network."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from bulkportal.cli.options import bringing, encoding_said, home_if_any, inputs_of, profile, shared


@click.command()
@shared
@click.option("--in-place", is_flag=True, help="Write the report into the workbook itself; a backup is kept beside it.")
def check(  # noqa: PLR0913 - one parameter for each option
    *,
    files: tuple[str, ...],
    bundle: str | None,
    date_order: str | None,
    media_root: Path | None,
    report: Path | None,
    as_json: bool,
    no_color: bool,
    quiet: bool,
    verbose: bool,
    today: date | None,
    in_place: bool,
) -> int:
    """Find every mistake in the sheets, each with its cell. Needs no key and no network, but for --online.

    \b
    bulkportal check launch.xlsx
    bulkportal check bundles.csv videos.csv
    bulkportal check tiktok.csv --bundle spring-01
    """
    from bulkportal import pipeline
    from bulkportal.cli import console, writing

    given = inputs_of(files)
    place = writing.in_place(given, report) if in_place else None
    where = console.report_path(given.paths) if in_place else report
    console.may_write(where, given.paths)
    how = console.shown(as_json=as_json, no_color=no_color, quiet=quiet, verbose=verbose, report=where, in_place=place)
    how = console.with_page(how, given.paths)
    job = pipeline.Job(
        command="check",
        profile=profile(),
        inputs=given.paths,
        addresses=given.addresses,
        stream=given.stream,
        bundle=bundle,
        date_order=date_order,
        encoding=encoding_said(),
        media_root=media_root,
        today=today,
        home=home_if_any(),
        bringing=bringing(),
    )
    if job.bringing.online:
        import asyncio  # late: so does what needs it

        result = asyncio.run(pipeline.check_online(job))
    else:
        result = pipeline.check(job)
    return console.end(result.report, result.checked, how)
