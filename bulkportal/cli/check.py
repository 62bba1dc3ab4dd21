"""`bulkportal check`: every finding, with its cell, without a network."""

from __future__ import annotations

from dataclasses import replace

import click

from bulkportal.cli.options import OutputOptions, SheetOptions, home_if_any, job_of, profile, shared


@click.command()
@shared
@click.option("--in-place", is_flag=True, help="Write the report into the workbook itself; a backup is kept beside it.")
def check(*, sheets: SheetOptions, how: OutputOptions, in_place: bool) -> int:
    """Find every mistake in the sheets, each with its cell. Needs no key and no network, but for --online.

    \b
    bulkportal check launch.xlsx
    bulkportal check bundles.csv videos.csv
    bulkportal check tiktok.csv --bundle spring-01
    """
    from bulkportal import pipeline
    from bulkportal.cli import console, writing

    given = sheets.inputs()
    place = writing.in_place(given, sheets.report) if in_place else None
    where = console.report_path(given.paths) if in_place else sheets.report
    console.may_write(where, given.paths)
    how = console.with_page(replace(how, report=where, in_place=place), given.paths)
    job = job_of("check", profile(), sheets, given, home=home_if_any())
    if job.bringing.online:
        import asyncio  # late: so does what needs it

        result = asyncio.run(pipeline.check_online(job))
    else:
        result = pipeline.check(job)
    return console.end(result.report, result.checked, how)
