"""Our files are opened for the first time by several at one moment: all of them wait, none is refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from pathlib import Path
from threading import Barrier

import pytest

from bulkportal.apply.ledger_file import Store
from bulkportal.portal.rate_limit import SharedBucket
from bulkportal.records.history import RunHistory

_TOGETHER = 6
_TIMES = 15


def _bucket(folder: Path) -> AbstractContextManager[object]:
    bucket = SharedBucket(time.monotonic, folder, "a")
    with bucket.level():
        pass
    assert not bucket.alone
    return closing(bucket)


@pytest.mark.parametrize("opened", [Store, RunHistory, _bucket])
def test_all_of_them_get_it(tmp_path: Path, opened: Callable[[Path], AbstractContextManager[object]]) -> None:
    """Each has a connection of its own, as processes have; SQLite refuses some who do not ask carefully."""
    start = Barrier(_TOGETHER)

    def one(folder: Path) -> None:
        start.wait()
        with opened(folder):
            pass

    with ThreadPoolExecutor(_TOGETHER) as pool:
        for time_ in range(_TIMES):
            list(pool.map(one, [tmp_path / str(time_)] * _TOGETHER))
