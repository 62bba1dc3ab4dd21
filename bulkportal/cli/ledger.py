"""`bulkportal ledger`: the books from one home to another."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import books_here, common, profiled
from bulkportal.counting import counted

if TYPE_CHECKING:
    from bulkportal.apply.homes import Where

SCHEMA = "bulkportal.ledger/1"


@click.group(cls=Commands)
def ledger() -> None:
    """The books: what was sent and paid, in a file or in PostgreSQL."""


@ledger.command()
@common
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def copy(*, source: str, target: str, as_json: bool) -> int:
    """Copy the books from one home to another, and prove that sums, seals and counts are the same.

    FROM and TO are a home folder, or an address of PostgreSQL. TO must be empty. Keep a password out of the address: PGPASSWORD or a
    file .pgpass gives it. Nobody may be at work meanwhile, and FROM is not used afterwards: set BULKPORTAL_LEDGER to TO.

    \b
    bulkportal ledger copy memory postgresql://books@db.example.com/books
    bulkportal ledger copy postgresql://books@db.example.com/books memory
    """
    from bulkportal.apply.copying import copy as carry

    done = carry(_where(source), _where(target))
    if as_json:
        told = {"rows": dict(done.rows), "fingerprints": dict(done.fingerprints), "credits": done.credits, "sealed": done.sealed}
        screen.say_json({"schema": SCHEMA, "command": "ledger copy", "from": str(_where(source)), "to": str(_where(target)), **told})
        return 0
    for table, count in done.rows.items():
        screen.say(f"{table:<12} {counted(count, 'row'):>12}   {done.fingerprints[table]}")
    screen.say(f"The same at both ends: {done.credits:g} credits charged, {counted(done.sealed, 'seal')} held.")
    screen.say(f"The books are in {_where(target)} from now on. Do not use those in {_where(source)} any more.")
    return 0


@ledger.command()
@common
@profiled
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def prepare(*, as_json: bool) -> int:
    """Make the tables of the books, or bring them up to this version, with the rights of whoever runs this.

    Runs do so automatically where they may; where the workers' role may not make tables, the owner's role runs this once for each version.
    Which role that is, the profile's `ledger` says, or BULKPORTAL_LEDGER.

    \b
    bulkportal ledger prepare --profile owner
    """
    from bulkportal.apply.ledger import Ledger

    books = books_here()
    # Opening the books makes or lifts their tables; nothing else is to be done with them.
    with Ledger(books, "", ""):
        pass
    if not isinstance(books, Path):
        from bulkportal.queues.engine import prepare as prepare_queues

        prepare_queues(books)
    if as_json:
        screen.say_json({"schema": SCHEMA, "command": "ledger prepare", "ledger": str(books)})
    else:
        screen.say(f"The books in {books} are ready.")
    return 0


def _where(text: str) -> Where:
    """A folder, the file in it, or an address. Raises UsageProblem, quoting no password."""
    from bulkportal.apply.ledger_file import FILE
    from bulkportal.postgres.address import named

    if "://" in text:
        return named(text, "The address")
    path = Path(text)
    return path.parent if path.name == FILE else path
