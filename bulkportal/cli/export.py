"""`bulkportal export`: the platform's bundles as the workbook that is imported."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, logged, profiled, settings_here
from bulkportal.cli.param_types import DayOption
from bulkportal.columns.bundles import BUNDLE_TYPES, PLATFORMS
from bulkportal.counting import counted
from bulkportal.errors import ExitCode, UsageProblem
from bulkportal.google_sheets import spreadsheet_of
from bulkportal.settings import Settings

if TYPE_CHECKING:  # the pipeline loads late
    from bulkportal.pipeline.reading import Export

F = TypeVar("F", bound=Callable[..., Any])

SCHEMA = "bulkportal.export/1"


def filtered(function: F) -> F:
    """The options that choose bundles, shared with `status`."""
    # Each decorator puts its option before those that are there: reversed, the help lists them in this order.
    for option in reversed(
        (
            click.option("--status", metavar="WORD", help="Only bundles in this status, such as pending_setup or published."),
            click.option("--type", "bundle_type", type=click.Choice(BUNDLE_TYPES), help="Only this type."),
            click.option("--platform", type=click.Choice(PLATFORMS), help="Only this platform."),
            click.option("--account-status", metavar="WORD", help="Only bundles whose account is pending, configured, in_review or finalized."),
            click.option("--ref", "external_ref", metavar="REF", help="Only the bundle with exactly this reference."),
            click.option("--country", metavar="CODE", help="Only this country."),
            click.option("--from", "since", type=DayOption(), help="Only videos to be published on this day or later."),
            click.option("--to", "until", type=DayOption(), help="Only videos to be published on this day or earlier."),
            click.option("--text", metavar="WORDS", help="Only what has these words in a name, title, account or caption."),
        )
    ):
        function = option(function)
    return function


class _Output(click.Path):
    """A path, or the address of a Google Sheet as it is."""

    def __init__(self) -> None:
        super().__init__(path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """An address stays a text: as a path it would lose a slash."""
        return value if isinstance(value, str) and spreadsheet_of(value) else super().convert(value, param, ctx)


@click.command()
@common
@click.argument("what", type=click.Choice(["bundles", "accounts"]), default="bundles")
@click.option("--output", "-o", type=_Output(), required=True, help="The workbook to write; with --csv the folder; or a Google Sheet's address.")
@click.option("--csv", "as_csv", is_flag=True, help="CSV files in a folder instead of a workbook.")
@click.option("--download-issues", is_flag=True, help="Only the videos whose file the account manager cannot open.")
@filtered
@profiled
@logged
@click.option("--force", is_flag=True, help="Write over files that are there.")
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def export(  # noqa: PLR0913 - one parameter for each option
    *,
    what: str,
    output: Path | str,
    as_csv: bool,
    download_issues: bool,
    force: bool,
    base_url: str | None,
    as_json: bool,
    quiet: bool,
    log_file: Path | None,
    **chosen: str | date | None,
) -> int:
    """Write what the platform has as the same workbook, ready to edit and import.

    Importing it unchanged does nothing. Each row's action drop-down offers what its status allows.
    A slot that is paid for and empty is a row to fill in.

    \b
    bulkportal export -o launch.xlsx
    bulkportal export -o launch/ --csv --platform tiktok
    bulkportal export -o fixes.xlsx --download-issues
    bulkportal export accounts -o accounts.xlsx
    bulkportal export -o https://docs.google.com/spreadsheets/d/ID
    """
    from bulkportal.exporting import csv_folder
    from bulkportal.records import log as event_log

    if isinstance(output, str):
        if what == "accounts" or as_csv or download_issues:
            raise UsageProblem("Into a Google Sheet the bundles are exported, whole.", hint="Leave accounts, --csv and --download-issues out.")
        return _into_google(output, force=force, chosen=chosen, how=(as_json, quiet), settings=settings_here(base_url), log_file=log_file)
    if what == "accounts":
        files: tuple[Path, ...] = (_ending(output, (".xlsx", ".csv")),)
        require_free(files, force=force)
        with event_log.log_command(log_file, "export") as noted:
            noted.update(told := _accounts(files[0], settings_here(base_url), quiet=quiet, chosen=chosen))
    else:
        files = csv_folder.targets(output, issues=download_issues) if as_csv else (_ending(output, (".xlsx",)),)
        require_free(files, force=force)
        wanted = _ExportTarget(output=output, as_csv=as_csv, issues=download_issues)
        with event_log.log_command(log_file, "export") as noted:
            noted.update(told := _bundles(wanted, settings_here(base_url), quiet=quiet, chosen=chosen))
        # With no video flagged nothing was written.
        files = files if told["videos"] or not download_issues else ()
    _tell(what, files, told, as_json=as_json, quiet=quiet)
    return ExitCode.OK


def _into_google(address: str, *, force: bool, chosen: Mapping[str, Any], how: tuple[bool, bool], settings: Settings, log_file: Path | None) -> int:
    from bulkportal.cli import console
    from bulkportal.exporting.filters import Filters
    from bulkportal.pipeline import reading
    from bulkportal.pipeline.live_sheets import ExportSheet
    from bulkportal.records import log as event_log

    as_json, quiet = how
    target = ExportSheet.of(address, settings)
    with event_log.log_command(log_file, "export") as noted, console.Progress(quiet=quiet) as progress:
        target.require_free(force=force)  # before the platform is read, which takes a while
        made = asyncio.run(reading.export(Filters(**chosen), settings, progress))
        target.write(made.sheets, made.stamp)
        told = _counts(made)
        noted.update(told)
    _tell("bundles", (target.address,), told, as_json=as_json, quiet=quiet)
    return ExitCode.OK


def _counts(made: Export) -> dict[str, object]:
    sheets = made.sheets
    told: dict[str, object] = {} if made.issues else {"bundles": len(sheets.bundles), "empty_slots": sheets.empty}
    return {**told, "videos": len(sheets.videos) - sheets.empty, "requests": dict(made.requests)}


@dataclass(frozen=True, slots=True, kw_only=True)
class _ExportTarget:
    """The output of an export of bundles."""

    output: Path
    as_csv: bool
    issues: bool


def _bundles(wanted: _ExportTarget, settings: Settings, *, quiet: bool, chosen: Mapping[str, Any]) -> dict[str, object]:
    from bulkportal.cli import console
    from bulkportal.exporting.filters import Filters
    from bulkportal.pipeline import reading

    with console.Progress(quiet=quiet) as progress:
        made = asyncio.run(reading.export(Filters(**chosen), settings, progress, issues=wanted.issues))
    if wanted.issues and not made.sheets.videos:
        return {"videos": 0, "requests": dict(made.requests)}
    made.write(wanted.output, as_csv=wanted.as_csv)
    return _counts(made)


def _accounts(output: Path, settings: Settings, *, quiet: bool, chosen: Mapping[str, Any]) -> dict[str, object]:
    from bulkportal.cli import console
    from bulkportal.exporting import account_list
    from bulkportal.pipeline import reading

    used = sorted(name for name, value in chosen.items() if value)
    if used:
        raise UsageProblem("The list of accounts is written whole; filters are for bundles.", hint="Leave the filters out.")
    with console.Progress(quiet=quiet) as progress:
        made = asyncio.run(reading.accounts(settings, progress))
    account_list.write_accounts(account_list.rows_of(made.items), output)
    return {"accounts": len(made.items), "requests": dict(made.requests)}


def _ending(path: Path, endings: Sequence[str]) -> Path:
    if path.suffix.casefold() in endings:
        return path
    named = " or ".join(endings)
    raise UsageProblem(f"{path} does not end in {named}.", hint=f"Write a name that ends in {named}; bundles also go into a folder, with --csv.")


def require_free(files: Sequence[Path], *, force: bool) -> None:
    """An export never takes the place of a file that someone may have edited."""
    there = next((file for file in files if file.exists()), None)
    if there is not None and not force:
        raise UsageProblem(f"{there} is there already.", hint="Give another name, or --force to write over it.")


_WORDS = {"bundles": "bundle", "videos": "video", "empty_slots": "empty slot", "accounts": "account"}


def _tell(what: str, files: Sequence[Path | str], told: Mapping[str, object], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        document = {"schema": SCHEMA, "command": "export", "exit_code": 0, "what": what, "files": [str(file) for file in files], **told}
        screen.say_json(document)
    if quiet:
        return
    if not files:
        screen.say("No video is flagged by its manager: nothing to fix, and no file was written.", err=as_json)
        return
    counts = [counted(number, word) for name, word in _WORDS.items() if isinstance(number := told.get(name), int)]
    for file in files:
        screen.say(f"Written: {file}", err=as_json)
    screen.say(f"{', '.join(counts)}.", err=as_json)
    if told.get("bundles") == 0:
        screen.say(
            "Nothing on the platform fits what was asked for. Filters are compared letter by letter, except --text and --country.", err=as_json
        )
