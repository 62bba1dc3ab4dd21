"""The allowed rate is used in the long run, by one process and by three on one key. The clock is only counted."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

HOURS = Path(__file__).parents[2] / "benchmarks" / "hours.py"


@pytest.fixture(scope="module")
def hours() -> ModuleType:
    """The bench, loaded from where it is."""
    told = importlib.util.spec_from_file_location("bench_hours", HOURS)
    assert told is not None and told.loader is not None
    module = importlib.util.module_from_spec(told)
    sys.modules["bench_hours"] = module
    told.loader.exec_module(module)
    return module


@pytest.mark.parametrize("processes", [1, 3])
def test_the_rate_is_used_and_never_exceeded(hours: ModuleType, processes: int) -> None:
    """Ten minutes after the first bucket is empty: at least 97 of 100 requests that are allowed, and none is refused."""
    share, refused = hours.played(processes, 600.0, warm=180.0)
    assert share >= 0.97 and refused == 0


def test_hours_are_what_the_rate_leaves(hours: ModuleType) -> None:
    """Four requests a bundle; twice the keys take half of the time."""
    alone = hours.hours(100_000, 10, 1, 1.0)
    assert alone == pytest.approx((400_000 + 9 - 120) / 120 / 60)
    assert hours.hours(100_000, 10, 2, 1.0) == pytest.approx(alone / 2, rel=1e-3)
