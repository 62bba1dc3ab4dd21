"""The homes of a ledger: a file in the home folder, or a schema in PostgreSQL; the tables and the laws are the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from bulkportal.apply.claim import Claim, FileClaim, Holder
from bulkportal.apply.ledger_file import FILE, SCHEMA, Store
from bulkportal.database import Books
from bulkportal.postgres.address import PostgresAddress

Where: TypeAlias = Path | PostgresAddress
"""Where the books are: the home folder, or an address of PostgreSQL."""


def opened(where: Where, holder: Holder, clock: Callable[[], float]) -> tuple[Books, Claim]:
    """Open the books, and make the claim on one workspace. `clock` is the time of day, for a file; a server has its own.

    Raises as `Ledger` does.
    """
    if isinstance(where, Path):
        store = Store(where)
        return store, FileClaim(store, holder, clock)
    # Late: the driver belongs to the extra `cluster`, and a ledger in a file must work without it.
    from bulkportal.apply.postgres_claim import CLAIMS, PostgresClaim
    from bulkportal.postgres.books import PostgresBooks

    books = PostgresBooks(where, SCHEMA, CLAIMS)
    return books, PostgresClaim(books, holder)


def are_there(where: Where) -> bool:
    """Whether books may exist: a file exists or not; a server is only asked when they are opened."""
    return not isinstance(where, Path) or (where / FILE).exists()
