"""Both homes of a ledger, as a test sees them from outside."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from bulkportal.apply.homes import Where
from tests.postgres import asked as asked_of_server


def asked(where: Where, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What the books hold, or a change of them, over a connection of its own. Values stand as ``?``."""
    if not isinstance(where, Path):
        return [tuple(row.values()) for row in asked_of_server(where, statement.replace("?", "%s"), *values)]
    with closing(sqlite3.connect(where / "ledger.sqlite3")) as database:
        found = database.execute(statement, values).fetchall()
        database.commit()
    return found


def silent(where: Where) -> None:
    """The holder of the workspace has not been heard of for long, as a laptop that sleeps."""
    if isinstance(where, Path):
        asked(where, "UPDATE lease SET host='elsewhere', born='', beat_at=0")
    else:
        asked(where, "UPDATE claims SET at=0")


def state(where: Where) -> tuple[str, float]:
    """The state of the only purchase, and the credits that the ledger knows of."""
    ((found,),) = asked(where, "SELECT state FROM operations")
    ((charged,),) = asked(where, "SELECT coalesce(sum(credits), 0) FROM charges")
    return found, charged


OPEN = (
    "import pathlib, sys\nfrom bulkportal.apply.ledger import Ledger\nfrom bulkportal.postgres.address import PostgresAddress\n"
    "def opened(run):\n    text = sys.argv[1]\n"
    "    return Ledger(PostgresAddress.of(text) if '://' in text else pathlib.Path(text), 'w', run)\n"
)
"""How a process of its own opens the books that are its argument."""


def process(where: Where, script: str) -> subprocess.Popen[str]:
    """A process of its own that works on the same books; `script` uses ``opened(run_id)``."""
    text = str(where) if isinstance(where, Path) else where.text
    return subprocess.Popen([sys.executable, "-c", OPEN + script, text], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
