"""Free work of a run that was killed before its answer came: once the platform shows it, it is done in the books as well."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from bulkportal.apply.ledger_file import FILE
from tests.conftest import Desk, bundle, video


def left_open(desk: Desk) -> list[str]:
    """The kinds of free operations whose end the books do not know."""
    with closing(sqlite3.connect(desk.home / FILE)) as books:
        rows = books.execute("SELECT kind FROM operations WHERE paid=0 AND state IN ('sent','unknown') ORDER BY kind")
        return [kind for (kind,) in rows]


@pytest.mark.parametrize(("write", "kind"), [(2, "configure_account"), (3, "configure_positions")])
def test_free_work_that_the_platform_shows_is_done_in_the_books(desk: Desk, write: int, kind: str) -> None:
    """Not before all of its bundle is as it should be; nothing is sent for it, and no purchase is touched."""
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1)], videos=[video("spring", 1)])
    assert desk.killed_at(write, "import", launch, "--yes")
    assert left_open(desk) == [kind]
    assert desk.import_(launch).code == 0
    sent = desk.writes
    ended = desk.import_(launch)
    assert (ended.code, ended.rows["unchanged"], desk.writes) == (0, 2, sent), ended.err
    assert left_open(desk) == []


def test_free_work_of_a_bundle_that_is_not_as_it_should_be_stays_open(desk: Desk) -> None:
    """Nobody knows then what it did: a row of the bundle is wrong, so that not all of it can be compared."""
    rows = [video("spring", 1), video("spring", 2)]
    launch = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=2)], videos=rows)
    assert desk.killed_at(2, "import", launch, "--yes")
    desk.sheets("launch", bundles=[bundle("spring", videos_quantity=2)], videos=[rows[0], {**rows[1], "target_publish_date": "soon"}])
    assert [desk.import_(launch).code for _ in range(2)] == [4, 4]
    assert left_open(desk) == ["configure_account"]
