"""One server per edition, and each test of this folder begins with an empty platform."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.stage import Stage, opened


@pytest.fixture(scope="session")
def _february() -> Iterator[Stage]:
    with opened("2026-02") as stage:
        yield stage


@pytest.fixture(scope="session")
def _may() -> Iterator[Stage]:
    with opened("2026-05") as stage:
        yield stage


@pytest.fixture
def february(_february: Stage) -> Stage:
    """Edition 2026-02, whose documents came first; empty, on 1 March 2027, with 1000 credits."""
    _february.clear()
    return _february


@pytest.fixture
def may(_may: Stage) -> Stage:
    """Edition 2026-05, the public contract; empty, on 1 March 2027, with 1000 credits."""
    _may.clear()
    return _may


@pytest.fixture(params=["february", "may"])
def either(request: pytest.FixtureRequest) -> Stage:
    """Each edition in turn: what is promised here has not changed between them."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Stage)
    return found
