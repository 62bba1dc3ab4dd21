"""`bulkportal plan`: what an import would do and cost."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.check.findings import ValidationResult
from bulkportal.cli.early import Early
from bulkportal.cli.options import OutputOptions, PlanOptions, SheetOptions, for_plan, job_of, settings_here, shared
from bulkportal.cli.writing import Writer
from bulkportal.errors import ExitCode
from bulkportal.report.summary import Report

if TYPE_CHECKING:  # the pipeline and openpyxl load late
    from bulkportal.pipeline.job import Result
    from bulkportal.report.as_workbook import BeforeWriting, WrittenReport


@click.command()
@shared
@for_plan
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="Write the plan as a workbook.")
@click.option("--quote", is_flag=True, help="Have the platform quote the credits in a dry run, where it supports dry runs.")
@click.option("--detailed-exitcode", is_flag=True, help="Exit 10 if there is something to do.")
def plan(
    *,
    sheets: SheetOptions,
    planning: PlanOptions,
    how: OutputOptions,
    output: Path | None,
    quote: bool,
    detailed_exitcode: bool,
) -> int:
    """Show what an import would do, row by row, and what it costs. Sends nothing.

    \b
    bulkportal plan launch.xlsx
    bulkportal plan launch.xlsx -o plan.xlsx
    """
    from bulkportal import pipeline
    from bulkportal.cli import console

    given = sheets.inputs()
    chosen = settings_here(planning.base_url)
    where = output or sheets.report
    console.may_write(where, given.paths)
    how = console.with_page(replace(how, report=where), given.paths)
    with console.Progress(quiet=how.quiet) as progress:
        early = Early(progress.clear)
        job = job_of("plan", chosen.profile, sheets, given, planning, quote=quote, tell=progress, read=early.keep)
        with early.ending(how if output is None else replace(how, report=None)):  # what is not a plan must not replace one
            result = asyncio.run(pipeline.plan(job, chosen))
    made = result.report
    if detailed_exitcode and made.exit_code == ExitCode.OK and made.operations:
        made = replace(made, exit_code=ExitCode.CHANGES)
    chosen_here = {name: getattr(job, name) for name in ("publish", "publish_partial", "bundle", "date_order")}
    options = tuple(name if value is True else f"{name}={value}" for name, value in chosen_here.items() if value)
    # Kept in the workbook, since `apply` plans again and must read the same rows.
    options += () if chosen.profile.read_hidden is None else (f"read_hidden={chosen.profile.read_hidden}",)
    writer = _writer(result, output, options=options)
    return console.end(made, result.checked, how, result.plan, writer)


def _writer(result: Result, output: Path | None, *, options: tuple[str, ...]) -> Writer | None:
    """The writer of the plan workbook; None if none was requested, or if --report requests a report instead."""
    plan = result.plan
    if plan is None or output is None:
        return None

    def write(report: Report, checked: ValidationResult, path: Path, *, before: BeforeWriting) -> WrittenReport:
        from bulkportal.report.as_plan import Circumstances, write_plan

        return write_plan(report, checked, plan, path, Circumstances(options=options, workspace=result.workspace), before)

    return write
