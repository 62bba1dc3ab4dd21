"""`bulkportal desk`: a page on this machine for people who do not type commands."""

from __future__ import annotations

import os
import webbrowser
from pathlib import Path
from urllib.parse import urlencode

import click

from bulkportal.cli import crash_report, screen
from bulkportal.cli.options import common, profile, profiled
from bulkportal.cli.param_types import FiniteRange
from bulkportal.errors import AnotherRun, UsageProblem
from bulkportal.remote_files import is_elsewhere


@click.command()
@common
@click.argument("named", type=click.Path(), metavar="[FILE|FOLDER|ADDRESS]", required=False)
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--no-browser", is_flag=True, help="Print the link instead of opening it.")
@click.option("--idle", type=FiniteRange(min=0.01), default=240, show_default=True, metavar="MINUTES", help="End after this long without a request.")
@click.option("--shortcut", is_flag=True, help="Write a launcher to double-click, into FOLDER or this folder, and end.")
@profiled
def desk(*, named: str | None, port: int, no_browser: bool, idle: float, shortcut: bool) -> int:
    """Open a page on this machine: drop a sheet, correct it, see its price, approve, watch it run, take the report.

    FILE is a workbook, a CSV file or a folder of CSV files; of another FOLDER the sheets are offered. What lies at an ADDRESS, such as
    a Google Sheet, a web link or a cloud store, is fetched into this folder. It answers on 127.0.0.1 alone, until Ctrl-C.
    One desk is open for each home: a second call opens the first one's page, and exits 12.

    \b
    bulkportal desk launch.xlsx
    bulkportal desk https://files.example.com/launch.xlsx
    bulkportal desk --no-browser --port 0
    bulkportal desk --shortcut
    """
    from bulkportal.desk.server import serve
    from bulkportal.desk.session import Session
    from bulkportal.desk.shortcuts import write_shortcuts

    address = named if named is not None and is_elsewhere(named) else None
    file = _here(named) if named is not None and address is None else None
    if shortcut:
        for path in write_shortcuts(file if file is not None and file.is_dir() else Path(), profile().name):
            screen.say(f"Written: {path}")
        return 0
    sheet = file if file is not None and (file.is_file() or any(file.glob("*.csv"))) else None
    folder = (sheet.parent if sheet is not None else file) if file is not None else Path()
    session = Session(folder=folder.resolve(), profile_name=profile().name or None, environment=dict(os.environ))
    # Handed in, since the desk may not import the command line.
    session.keep_fault = lambda fault: crash_report.write(fault, "bulkportal desk", session.profile_name)
    if address is not None:
        sheet = session.fetch(address)

    def ready(link: str) -> None:
        link += f"&{urlencode({'open': str(sheet.resolve())})}" if sheet is not None and link else ""
        screen.say_link("Desk", link)
        if not no_browser:
            webbrowser.open(link)

    there = serve(session, port, ready, idle=60 * idle)
    if there is None:
        return 0
    if there.link:
        ready(there.link)
    raise AnotherRun("A desk for this home is open already.", hint="Use its page, or end it with Ctrl-C where it was started.")


def _here(named: str) -> Path:
    """What is named on this machine. Raises UsageProblem where there is no such thing."""
    file = Path(named)
    if not file.exists():
        raise UsageProblem(f"There is no {file}.", hint="Name a sheet, a folder or an address, or nothing.")
    return file
