"""`bulkportal worker`: takes launches and transfers from the queues."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

import click

from bulkportal.cli import screen
from bulkportal.cli.options import common, profiled, settings_here
from bulkportal.cli.param_types import FiniteRange

SCHEMA = "bulkportal.worker/1"


@click.command()
@common
@profiled
@click.option("--once", is_flag=True, help="Work until the queues are empty, then end.")
@click.option("--imports", type=click.IntRange(1, 64), default=2, show_default=True, help="Launches at a time.")
@click.option("--transfers", type=click.IntRange(1, 64), default=4, show_default=True, help="Files at a time.")
@click.option("--stalled-after", type=FiniteRange(min=1), default=60.0, show_default=True, help="Seconds of silence until another's job is taken.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output, at its end.")
@click.option("--quiet", "-q", is_flag=True, help="Only problems.")
def worker(*, once: bool, imports: int, transfers: int, stalled_after: float, as_json: bool, quiet: bool) -> int:
    """Take launches and transfers from the queues in PostgreSQL, until it is stopped; on any number of hosts.

    Stopped by SIGTERM or Ctrl-C, it ends what is in flight and hands the rest back. Keys are read here, by the profile that a job names.

    \b
    bulkportal worker
    bulkportal worker --once
    """
    from bulkportal.queues.engine import need_books
    from bulkportal.queues.worker import Shift, work

    address = need_books(settings_here(None).ledger)

    def tell(text: str) -> None:
        if not quiet:
            screen.say(text, err=True)

    tell(f"Working from {address}.")
    shift = Shift(address=address, imports=imports, transfers=transfers, once=once, stalled=stalled_after, tell=tell)
    done = asyncio.run(work(shift))
    if as_json:
        screen.say_json({"schema": SCHEMA, "command": "worker", "exit_code": 0, **asdict(done)})
    return 0
