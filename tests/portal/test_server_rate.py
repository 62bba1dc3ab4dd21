"""One pace for all machines that use a key: a row in PostgreSQL, by the server's clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from bulkportal.errors import BooksAway
from bulkportal.portal import server_rate
from bulkportal.portal.rate_limit import Level
from bulkportal.portal.server_rate import ServerBucket, shifted
from bulkportal.postgres.address import PostgresAddress
from tests.conftest import OpenDesk
from tests.portal.test_rate_limit import asking, drained, told
from tests.postgres import Server, asked

AHEAD = 5_000.0


@pytest.fixture
def machines(postgres: Server) -> Iterator[tuple[ServerBucket, ServerBucket]]:
    """Two machines that were started at different times, with one key."""
    address = PostgresAddress.of(postgres.database())
    both = ServerBucket(time.monotonic, address, "a"), ServerBucket(lambda: time.monotonic() + AHEAD, address, "a")
    yield both
    for bucket in both:
        bucket.close()


def test_what_one_machine_takes_the_other_lacks(machines: tuple[ServerBucket, ServerBucket]) -> None:
    """Tokens, requests under way, and the limit that the platform has told."""
    here, there = machines
    with here.level(must=True) as level:
        level.learn(here.clock(), 60, 40)
        for _ in range(30):
            assert level.take(here.clock(), here.owner) == 0
    with there.level() as level:
        level.refill(there.clock())
        assert level.rate < 1.0 and level.tokens < 40 - 30 + 5
        assert level.flights[here.owner][0] == 30


def test_a_silence_that_one_machine_was_told_holds_for_all(machines: tuple[ServerBucket, ServerBucket]) -> None:
    """For the seconds that are left of it, whatever their clocks show."""
    here, there = machines
    with here.level() as level:
        level.back_off(here.clock(), here.clock(), 60.0, 0.0)
    with there.level(must=True) as level:
        assert 30 < level.take(there.clock(), there.owner) <= 60


def test_nothing_leaves_while_the_server_is_away_and_no_answer_is_lost(
    machines: tuple[ServerBucket, ServerBucket], postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silence that was told meanwhile is passed on when it is back."""
    monkeypatch.setattr(server_rate, "PATIENCE", 0.3)
    monkeypatch.setattr(server_rate, "_SHORT", 0.1)
    here, there = machines
    with here.level(must=True) as level:
        assert level.take(here.clock(), here.owner) == 0
    postgres.stop()
    try:
        with pytest.raises(BooksAway), here.level(must=True):
            pass
        with here.level() as level:
            level.back_off(here.clock(), here.clock(), 90.0, 0.0)
    finally:
        postgres.start()
    monkeypatch.setattr(server_rate, "PATIENCE", 60.0)
    with here.level(must=True) as level:
        assert level.take(here.clock(), here.owner) > 30
    with there.level(must=True) as level:
        assert level.take(there.clock(), there.owner) > 30


def test_two_processes_share_the_rate_of_their_key_by_the_server(open_desk: OpenDesk, postgres: Server) -> None:
    """Not one refusal between them; and the row does not tell the key."""
    url, _ = drained(open_desk)
    address = postgres.database()
    assert [told(process) for process in [asking(url, address, 30) for _ in range(2)]] == [[30, 0], [30, 0]]
    (row,) = asked(address, "SELECT name, level FROM buckets")
    assert "SECRET" not in str(row)


def test_a_level_is_the_same_on_a_clock_that_is_ahead() -> None:
    """All its times move, and nothing else."""
    level = Level(tokens=3, filled_at=10, learnt_at=9, silent_until=12, silenced_at=8, flights={"me": (2, 10.0)})
    assert shifted(shifted(level, AHEAD), -AHEAD) == level
    assert shifted(level, 5).flights == {"me": (2, 15.0)} and shifted(level, 5).tokens == 3
