"""`bulkportal status`: what stands where, what needs doing, and a report to share."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.export import filtered, require_free
from bulkportal.cli.options import common, logged, profiled, settings_here, words_here
from bulkportal.errors import ExitCode, UsageProblem
from bulkportal.portal.remote import in_figures
from bulkportal.status_report.metrics import Metrics

if TYPE_CHECKING:  # it loads the client
    from bulkportal.pipeline.reading import Status

_ENDINGS = (".xlsx", ".html", ".csv", ".json", ".ics")
_MOST_TODO = 10


@click.command()
@common
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="The report to write: .xlsx, .html, .csv, .json or .ics.")
@filtered
@profiled
@logged
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def status(  # noqa: PLR0913 - one parameter for each option
    *,
    output: Path | None,
    force: bool,
    base_url: str | None,
    as_json: bool,
    quiet: bool,
    log_file: Path | None,
    status: str | None,  # the option of that name
    **chosen: str | date | None,
) -> int:
    """Count what the platform has, and say what needs doing now, and by when. Only reads.

    As .ics: a calendar with the publish dates, and with the moments at which reviews end automatically.

    \b
    bulkportal status
    bulkportal status -o status.xlsx
    bulkportal status -o status.html
    bulkportal status -o launch.ics
    bulkportal status --json
    """
    from bulkportal.cli import console
    from bulkportal.exporting.filters import Filters
    from bulkportal.pipeline import reading
    from bulkportal.records import log as event_log
    from bulkportal.status_report.as_json import to_json

    if output is not None:
        _known_ending(output)
        require_free([output], force=force)
    filters = Filters(status=status, **chosen)  # type: ignore[arg-type]  # click has converted each of them
    with event_log.log_command(log_file, "status") as noted, console.Progress(quiet=quiet) as progress:
        counted = asyncio.run(reading.status(filters, settings_here(base_url), progress))
        noted["requests"] = dict(counted.requests)
    figures = counted.figures
    document = screen.as_json(to_json(figures, counted.requests, str(output) if output else None))
    if output is not None:
        _write(counted, document, output)
    if as_json:
        screen.write(document + "\n")
    if not quiet:
        _tell(figures, output, err=as_json)
    return ExitCode.OK


def _known_ending(path: Path) -> None:
    if path.suffix.casefold() not in _ENDINGS:
        endings = f"{', '.join(_ENDINGS[:-1])} or {_ENDINGS[-1]}"
        raise UsageProblem(f"No status is written as {path.name}.", hint=f"Write a name that ends in {endings}.")


def _write(counted: Status, document: str, path: Path) -> None:
    from bulkportal.sheets.writer import write_bytes
    from bulkportal.status_report.as_html import write_status
    from bulkportal.status_report.as_json import write_lines
    from bulkportal.status_report.as_workbook import write_status_workbook

    figures = counted.figures
    match path.suffix.casefold():
        case ".json":
            write_bytes(path, f"{document}\n".encode())
        case ".csv":
            write_lines(figures, path)
        case ".html":
            write_status(figures, words_here(), path)
        case ".ics":
            from bulkportal.status_report.as_calendar import write_calendar

            write_calendar(counted.fetched, figures, path)
        case _:
            write_status_workbook(figures, path)


def _tell(figures: Metrics, output: Path | None, *, err: bool) -> None:
    def say(text: str = "") -> None:
        screen.say(text, err=err)

    say(f"Bundles: {len(figures.lines)}{_listed(figures.bundles_by('status'))}")
    say(f"Videos:  {figures.slots}{_listed(figures.videos_by_status)}")
    left = in_figures(figures.left)
    say(f"Credits: {in_figures(figures.spent)} spent, {left} left")
    if figures.todo:
        say("What needs doing now:")
    for todo in figures.todo[:_MOST_TODO]:
        due = f" By {todo.due:%Y-%m-%d %H:%M} UTC." if todo.due else ""
        say(f"  {todo.bundle}: {todo.what}.{due} {todo.detail}".rstrip())
    if len(figures.todo) > _MOST_TODO:
        say(f"  ... and {len(figures.todo) - _MOST_TODO} more; a report has all of them.")
    if output is not None:
        say(f"Written: {output}")


def _listed(counts: dict[str, int]) -> str:
    return f" ({', '.join(f'{count} {name}' for name, count in counts.items())})" if counts else ""
