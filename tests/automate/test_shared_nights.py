"""Nights of an inbox at an address: one at a time for all machines that share the books."""

from __future__ import annotations

import pytest

from bulkportal.errors import AnotherRun
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.locks import held
from tests.conftest import Desk
from tests.postgres import Server

BUSY = AnotherRun("Another run is working on it.")


def test_a_lock_is_held_by_one_and_let_go_at_the_end(postgres: Server) -> None:
    """Whatever else it is about is another lock."""
    address = PostgresAddress.of(postgres.database())
    with held(address, BUSY, "night", "s3://a"):
        with pytest.raises(AnotherRun), held(address, BUSY, "night", "s3://a"):
            pass
        with held(address, BUSY, "night", "s3://b"):
            pass
    with held(address, BUSY, "night", "s3://a"):
        pass


def test_a_night_that_another_machine_is_at_ends_with_12(desk: Desk, postgres: Server) -> None:
    """Nothing is taken from the inbox, and its store is not even asked."""
    text = postgres.database()
    with held(PostgresAddress.of(text), BUSY, "night", desk.base_url, "", "s3://launches/inbox"):
        ended = desk.run("run", "s3://launches/inbox", BULKPORTAL_LEDGER=text)
    assert ended.code == 12 and "Another run is working on s3://launches/inbox" in ended.err, ended.err
