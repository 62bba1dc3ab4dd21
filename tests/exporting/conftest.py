"""One platform with all launches, which these tests only read, and a way to look at what was written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl import Workbook

from bulkportal.simulator import RunningSimulator
from tests.conftest import FAST, Desk
from tests.exporting.launches import launches


@pytest.fixture(scope="module")
def _platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    data = tmp_path_factory.mktemp("platform") / "start.json"
    data.write_text(json.dumps(launches()), "utf-8")
    with RunningSimulator(data=data, rate=FAST) as simulator:
        yield simulator


@pytest.fixture
def full(_platform: RunningSimulator, tmp_path: Path) -> Desk:
    """A workplace before the platform with all launches."""
    return Desk(_platform, tmp_path)


@pytest.fixture(scope="module")
def exported(_platform: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, as a workbook."""
    desk = Desk(_platform, tmp_path_factory.mktemp("exported"))
    assert desk.run("export", "-o", desk.folder / "launch.xlsx").code == 0
    return desk.folder / "launch.xlsx"


@pytest.fixture(scope="module")
def book(exported: Path) -> Workbook:
    """The same, opened."""
    return openpyxl.load_workbook(exported)
