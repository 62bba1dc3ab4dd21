"""One server per edition for all the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .stage import Stage, opened


@pytest.fixture(scope="session")
def _seeds() -> Iterator[Stage]:
    with opened("2026-02") as stage:
        yield stage


@pytest.fixture(scope="session")
def _current() -> Iterator[Stage]:
    with opened("2026-05") as stage:
        yield stage


@pytest.fixture
def stage(_seeds: Stage) -> Stage:
    """The edition of the seeds, empty, on 1 March 2027."""
    _seeds.clear()
    return _seeds


@pytest.fixture
def current(_current: Stage) -> Stage:
    """The current edition, empty, on 1 March 2027."""
    _current.clear()
    return _current
