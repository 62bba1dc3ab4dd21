"""The books in a file and in PostgreSQL: what a ledger promises, it promises in both."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.apply.homes import Where
from bulkportal.postgres.address import PostgresAddress


@pytest.fixture(params=["file", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Where:
    """Where the books are: a folder, or a database of a real server, each of them empty."""
    if request.param == "file":
        return tmp_path
    return PostgresAddress.of(request.getfixturevalue("postgres").database())
