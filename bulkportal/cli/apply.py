"""`bulkportal apply`: an approved plan, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from bulkportal.cli.options import OutputOptions, bringing, logged, paged, profiled, sends_media, settings_here, spoken
from bulkportal.cli.param_types import FiniteRange
from bulkportal.cli.queueing import queueable
from bulkportal.errors import UsageProblem


@click.command()
@sends_media
@click.argument("file", type=click.Path(path_type=Path), metavar="PLAN")
@click.option("--yes", "-y", is_flag=True, help="Do not ask again before spending credits or doing what cannot be undone.")
@click.option("--max-credits", type=FiniteRange(min=0), metavar="N", help="Send nothing if the approved lines take more than N credits.")
@click.option("--all-or-nothing", is_flag=True, help="Send nothing if any row has an error.")
@click.option("--dry-run", is_flag=True, help="Stop after seeing whether the plan still stands, and what it takes.")
@click.option("--publish", "publishing", is_flag=True, help="Refuse a plan that was not made with --publish.")
@click.option("--media-root", type=click.Path(path_type=Path), help="The folder of the media, where the plan was moved elsewhere.")
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--report", type=click.Path(path_type=Path, dir_okay=False), help="Where the report workbook goes.")
@paged
@profiled
@logged
@spoken
@queueable
def apply(  # noqa: PLR0913 - one parameter for each option
    *,
    file: Path,
    yes: bool,
    max_credits: float | None,
    all_or_nothing: bool,
    dry_run: bool,
    publishing: bool,
    media_root: Path | None,
    base_url: str | None,
    report: Path | None,
    how: OutputOptions,
    today: date | None,
    log_file: Path | None,
) -> int:
    """Do the approved lines of a plan workbook. A stale plan is refused (exit 11), naming what has moved.

    \b
    bulkportal plan launch.xlsx -o plan.xlsx   # then approve lines in it
    bulkportal apply plan.xlsx --yes
    """
    from bulkportal import pipeline
    from bulkportal.cli import console, sending
    from bulkportal.report.signed_plan import read_signed

    chosen = settings_here(base_url)
    where = report or console.report_path([file])
    console.may_write(where, [file])
    how = console.with_page(replace(how, report=where, spare=chosen.home / "reports"), [file])
    signed = read_signed(file, file.name)
    if publishing and not signed.publish:
        hint = "Make a new one with `bulkportal plan --publish`, and have it approved."
        raise UsageProblem(f"{file.name} was made without --publish, and only what was approved is sent.", hint=hint)
    job = pipeline.Job(
        command="apply",
        # As when the plan was made: another setting today would read other rows, and every signed plan would be stale.
        profile=chosen.profile.model_copy(update={"read_hidden": signed.read_hidden}),
        inputs=(file,),
        live=signed.live,
        media_root=media_root,
        max_credits=max_credits,
        all_or_nothing=all_or_nothing,
        dry_run=dry_run,
        bundle=signed.bundle,
        date_order=signed.date_order,
        publish=signed.publish,
        publish_partial=signed.publish_partial,
        signed=signed,
        today=today,
        bringing=bringing(),
        report=where,
        approver="terminal",
    )
    return sending.send(job, chosen, how, yes=yes, log_file=log_file)
