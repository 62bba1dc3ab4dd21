"""`bulkportal share`: what one client may see, as files to send."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.options import client_here, common, profiled, settings_here, words_here
from bulkportal.errors import ExitCode, UsageProblem

if TYPE_CHECKING:  # it loads openpyxl, which a mere --help must not wait for
    from bulkportal.status_report.client_pack import Pack

SCHEMA = "bulkportal.share/1"


@click.command()
@common
@click.option("--client", metavar="NAME", help="Whose: what its bundles' names begin with, up to a - or /; by default the profile's client_prefix.")
@click.option("--output", "-o", type=click.Path(path_type=Path), required=True, help="The folder to write, or a name that ends in .zip.")
@profiled
@click.option("--force", is_flag=True, help="Write over an older pack.")
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output; everything else on standard error.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def share(*, client: str | None, output: Path, force: bool, base_url: str | None, as_json: bool, quiet: bool) -> int:
    """Write a pack for one client: its bundles and videos as a page and a workbook, with their hashes. Only reads.

    No ids, credits or notes are in it, and nothing of any other client.

    \b
    bulkportal share --client acme -o acme.zip
    sha256sum -c SHA256SUMS        # where it was unpacked
    """
    from bulkportal.cli import console
    from bulkportal.exporting.filters import Filters
    from bulkportal.pipeline import reading
    from bulkportal.status_report.client_pack import PackScope, pack_of, require_room, write_pack

    name = client_here(client)
    if not name:
        raise UsageProblem("Nothing says whose pack to write.", hint="Name the client with --client, or give the profile a client_prefix.")
    # Before the platform is read, which may take minutes.
    require_room(output, force=force)
    with console.Progress(quiet=quiet) as progress:
        counted = asyncio.run(reading.status(Filters(client=name), settings_here(base_url), progress))
    if not counted.fetched:
        known = ", ".join(sorted(counted.others)[:20])
        raise UsageProblem(f"The platform has no bundle of {name}.", hint=f"It has bundles of: {known}." if known else "It has no bundles at all.")
    pack = pack_of(counted.fetched, PackScope(client=name, moment=datetime.now(UTC), others=counted.others), words_here())
    write_pack(pack, output)
    if as_json:
        told = {"client": name, "path": str(output), "files": list(pack.files), "left_out": list(pack.left_out), "requests": dict(counted.requests)}
        document = {"schema": SCHEMA, "command": "share", "exit_code": 0, **told, "bundles": pack.bundles, "videos": pack.videos}
        screen.say_json(document)
    _tell(pack, output, err=as_json, quiet=quiet)
    return ExitCode.OK


def _tell(pack: Pack, output: Path, *, err: bool, quiet: bool) -> None:
    for place in pack.left_out:
        screen.say(f"Left out: the caption of {place}, which names another client.", err=True)
    if not quiet:
        screen.say(f"Written: {output}", err=err)
        screen.say(f"Bundles: {pack.bundles}, videos: {pack.videos}.", err=err)
