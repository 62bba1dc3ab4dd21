"""`bulkportal template`: empty sheets to fill in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.export import require_free
from bulkportal.cli.options import client_here, common, logged, profiled, settings_here
from bulkportal.columns.bundles import PLATFORMS
from bulkportal.counting import counted

if TYPE_CHECKING:  # what reads the platform is loaded only where it is read
    from bulkportal.templating import LiveOptions

SCHEMA = "bulkportal.template/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Live:
    """Whether and how the platform is read."""

    wanted: bool
    client: str | None
    base_url: str | None

    @property
    def whose(self) -> str:
        """The one client whose bundles may be shown, empty for all of them."""
        return client_here(self.client)


@click.command()
@common
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--csv", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="CSV files in a folder instead.")
@click.option("--platform", type=click.Choice(PLATFORMS), help="Only the columns that count on this platform.")
@click.option("--semicolon", is_flag=True, help="CSV with semicolons, as spreadsheet programs of many countries want them.")
@click.option("--live", is_flag=True, help="Let drop-downs offer what the platform has: countries, bundles, accounts. Needs the key; only reads.")
@click.option("--client", metavar="NAME", help="With --live: only this client's bundles and accounts; by default the profile's client_prefix.")
@profiled
@logged
@click.option("--base-url", metavar="URL", help="With --live: the platform's address (TOKPORTAL_BASE_URL).")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def template(  # noqa: PLR0913 - one parameter for each option
    *,
    file: Path | None,
    folder: Path | None,
    platform: str | None,
    semicolon: bool,
    live: bool,
    client: str | None,
    base_url: str | None,
    log_file: Path | None,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Write an empty workbook with drop-downs, notes and a guide.

    \b
    bulkportal template launch.xlsx
    bulkportal template tiktok.xlsx --platform tiktok
    bulkportal template launch.xlsx --live
    bulkportal template --csv launch/
    """
    from bulkportal import templating
    from bulkportal.records import log as event_log

    how = _Live(wanted=live, client=client, base_url=base_url)
    targets = _targets(file, folder, how)
    # Before the platform is read, which may take minutes.
    require_free(targets, force=force)
    with event_log.log_command(log_file, "template") as noted:
        told: dict[str, object] = {}
        if file is not None:
            offer = _read(how, platform, told, quiet=quiet) if live else None
            templating.write_template(file, platform=platform, offer=offer)
        elif folder is not None:
            templating.write_csv_templates(folder, platform=platform, delimiter=";" if semicolon else ",")
        noted.update(told)
    _tell(targets, told, as_json=as_json, quiet=quiet)
    return 0


def _targets(file: Path | None, folder: Path | None, how: _Live) -> list[Path]:
    """What will be written. Raises a usage error for a combination that makes no sense."""
    from bulkportal.errors import UsageProblem
    from bulkportal.templating import CSV_NAMES

    if (file is None) == (folder is None):
        raise click.UsageError("Name a workbook, such as launch.xlsx, or give --csv DIR.")
    if not how.wanted and (how.client or how.base_url):
        raise click.UsageError(f"{'--client' if how.client else '--base-url'} is for --live, which reads the platform.")
    if folder is not None:
        if how.wanted:
            raise UsageProblem("CSV files have no drop-downs, so --live has nothing to offer them.", hint="Name a workbook, or leave --live out.")
        return [folder / name for name in CSV_NAMES.values()]
    if file is not None and file.suffix.casefold() not in (".xlsx", ""):
        raise UsageProblem(f"{file} does not end in .xlsx.", hint="Write a name that ends in .xlsx, or use --csv DIR.")
    return [file] if file is not None else []


def _read(how: _Live, platform: str | None, told: dict[str, object], *, quiet: bool) -> LiveOptions:
    """What the platform has; what was found is added to `told`."""
    from bulkportal.cli import console
    from bulkportal.pipeline import offering

    with console.Progress(quiet=quiet) as progress:
        read = asyncio.run(offering.offered(settings_here(how.base_url), progress, client=how.whose, platform=platform))
    offer = read.offer
    told.update(countries=len(offer.countries), bundles=len(offer.bundles), accounts=len(offer.accounts), requests=dict(read.requests))
    return offer


def _tell(targets: Sequence[Path], told: dict[str, object], *, as_json: bool, quiet: bool) -> None:
    if as_json:
        document = {"schema": SCHEMA, "command": "template", "exit_code": 0, "files": [str(target) for target in targets], **told}
        screen.say_json(document)
    if quiet:
        return
    for target in targets:
        screen.say(f"Written: {target}", err=as_json)
    if told:
        words = {"countries": ("country", "countries"), "bundles": ("bundle", "bundles"), "accounts": ("account", "accounts")}
        counts = [counted(number, one, more) for name, (one, more) in words.items() if isinstance(number := told[name], int)]
        screen.say(f"It offers {', '.join(counts[:-1])} and {counts[-1]} of the platform.", err=as_json)
