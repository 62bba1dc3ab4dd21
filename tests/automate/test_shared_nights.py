"""Nights of an inbox at an address: one at a time for all machines that share the books."""

from __future__ import annotations

import shutil

import pytest

from bulkportal.errors import AnotherRun
from bulkportal.postgres.address import PostgresAddress
from bulkportal.postgres.locks import held
from tests.automate.inboxes import dropped, fates, inbox_of, launch
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


def test_a_machine_without_the_diary_buys_nothing_again(desk: Desk, postgres: Server) -> None:
    """The books know what was bought; that the file was taken before is known to the machine that took it."""
    books, box = postgres.database(), inbox_of(desk)
    kept = shutil.copy2(launch(box, "first"), desk.folder / "kept.xlsx")
    words = ("run", box, "--still-seconds", 0)
    assert fates(desk.run(*words, BULKPORTAL_LEDGER=books)) == {"first.xlsx": "done"}
    sent = desk.writes
    dropped(desk, kept, "first.xlsx")
    other = desk.run(*words, BULKPORTAL_LEDGER=books, BULKPORTAL_HOME=str(desk.folder / "other machine"))
    assert (other.code, fates(other), desk.writes) == (0, {"first.xlsx": "done"}, sent), other.err
    dropped(desk, kept, "first.xlsx")
    assert fates(desk.run(*words, BULKPORTAL_LEDGER=books)) == {"first.xlsx": "duplicate"}
