"""A clock that is wrong costs nobody the report: a run is told in any year, also in those that a zip file cannot hold."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from bulkportal.sheets import writer
from tests.conftest import Desk, bundle, video


@pytest.fixture(params=[1971, 2150])
def year(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """What the clock shows to whoever packs a zip file."""
    shown: int = request.param
    told = time.struct_time((shown, 1, 2, 3, 4, 5, 0, 2, 0))
    monkeypatch.setattr(time, "localtime", lambda *_: told)
    return shown


def test_an_import_is_told_in_any_year(desk: Desk, year: int) -> None:
    """The report, the plan and an export: no fault after something was paid."""
    launch = desk.sheets("launch", bundles=[bundle("clock", videos_quantity=1)], videos=[video("clock", 1)])
    assert desk.run("plan", launch, "-o", desk.folder / "plan.xlsx").code == 0
    ended = desk.import_(launch)
    assert (ended.code, ended.rows) == (0, {"total": 2, "done": 2}), (year, ended.err)
    assert desk.run("export", "-o", desk.folder / "export.xlsx").code == 0
    assert desk.run("template", desk.folder / "new.xlsx").code == 0
    for name in ("plan.xlsx", "launch.report.xlsx", "export.xlsx", "new.xlsx"):
        assert openpyxl.load_workbook(desk.folder / name).sheetnames


def test_a_workbook_is_given_back_in_any_year(desk: Desk, year: int) -> None:
    """The user's own, with the report in it; its file is of that year as well."""
    launch = desk.story("good_launch")
    os.utime(launch, (31_536_000, 31_536_000))
    assert desk.import_(launch).code in (0, 4), year
    assert "Findings" in openpyxl.load_workbook(launch.with_name("launch.report.xlsx")).sheetnames


def test_the_parts_of_a_package_have_a_date(tmp_path: Path) -> None:
    """The one of now, where a zip file can hold it."""
    book = openpyxl.Workbook()
    writer.save_atomically(book, tmp_path / "book.xlsx")
    assert {info.date_time[0] for info in zipfile.ZipFile(tmp_path / "book.xlsx").infolist()} == {time.localtime().tm_year}
