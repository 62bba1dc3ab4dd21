"""`bulkportal simulate`: the platform's API on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from bulkportal.cli import screen
from bulkportal.errors import UsageProblem


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes a free one.")
@click.option("--data", type=click.Path(path_type=Path, dir_okay=False), help="A JSON file with bundles and accounts to start from.")
@click.option("--edition", type=click.Choice(["2026-02", "2026-05"]), default="2026-02", show_default=True, help="Which edition of the API to play.")
@click.option("--balance", type=click.IntRange(min=0), default=1000, show_default=True, help="Credits to start with.")
@click.option("--rate", type=click.IntRange(min=0), default=120, show_default=True, help="Requests a minute; 0 for no limit.")
def simulate(*, port: int, data: Path | None, edition: str, balance: int, rate: int) -> int:
    """Serve the platform's API on 127.0.0.1 until interrupted. State is kept in memory only.

    \b
    bulkportal simulate --port 8700
    export TOKPORTAL_BASE_URL=http://127.0.0.1:8700/api/ext
    export TOKPORTAL_API_KEY=anything
    """
    from bulkportal.simulator.server import serve

    def ready(base_url: str) -> None:
        screen.say(base_url)
        screen.say("Serving until interrupted (Ctrl-C). Any key is accepted; nothing here is real.", err=True)

    try:
        serve(port=port, edition=edition, data=data, balance=balance, rate=rate, ready=ready)
    except ValueError as problem:
        raise UsageProblem(f"The start data cannot be used: {problem}", hint="Correct the file given with --data.") from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise UsageProblem(f"The simulator cannot start: {reason}.", hint="Give another --port, or 0 for a free one.") from problem
    return 0
