"""`bulkportal import`: check, plan, confirm, apply, report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from bulkportal.cli.options import OutputOptions, PlanOptions, SheetOptions, change_limit, for_plan, job_of, logged, settings_here, shared
from bulkportal.cli.param_types import FiniteRange
from bulkportal.cli.queueing import queueable


@click.command(name="import")
@shared
@for_plan
@logged
@click.option("--yes", "-y", is_flag=True, help="Do not ask before spending credits or doing what cannot be undone.")
@click.option("--max-credits", type=FiniteRange(min=0), metavar="N", help="Send nothing if the plan takes more than N credits.")
@change_limit
@click.option("--all-or-nothing", is_flag=True, help="Send nothing if any row has an error.")
@click.option("--in-place", is_flag=True, help="Write the report into the workbook itself; a backup is kept beside it.")
@click.option("--dry-run", is_flag=True, help="Stop after the plan.")
@queueable
def import_(  # noqa: PLR0913 - one parameter for each option
    *,
    sheets: SheetOptions,
    planning: PlanOptions,
    how: OutputOptions,
    yes: bool,
    max_credits: float | None,
    max_changes: float | None,
    all_or_nothing: bool,
    dry_run: bool,
    in_place: bool,
    log_file: Path | None,
) -> int:
    """Do what the sheets ask for, once: check, plan, confirm, apply, and write a report workbook.

    Rows with mistakes are left out and reported; the rest is done. Running it again does what is missing.

    \b
    bulkportal import launch.xlsx
    bulkportal import launch.xlsx --yes --max-credits 500
    """
    from bulkportal.cli import console, sending, writing

    given = sheets.inputs()
    chosen = settings_here(planning.base_url)
    place = writing.in_place(given, sheets.report) if in_place else None
    where = sheets.report or console.report_path(given.paths)
    console.may_write(where, given.paths)
    how = console.with_page(replace(how, report=where, spare=chosen.home / "reports", in_place=place), given.paths)
    job = job_of(
        "import",
        chosen.profile,
        sheets,
        given,
        planning,
        all_or_nothing=all_or_nothing,
        dry_run=dry_run,
        max_credits=max_credits,
        max_changes=max_changes,
        report=where,
        approver="--yes" if yes else "terminal",
    )
    return sending.send(job, chosen, how, yes=yes, log_file=log_file)
