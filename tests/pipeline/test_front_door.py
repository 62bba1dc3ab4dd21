"""What `import bulkportal` gives, and that its calls do what the commands do."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import bulkportal
from tests.conftest import Desk, bundle, video


@pytest.fixture
def here(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose environment is this process's own."""
    for name, value in desk.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(desk.folder)
    return desk


@pytest.fixture
def sheets(here: Desk) -> str:
    """A launch of one bundle, by a path that is a string."""
    return str(here.sheets("launch", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)]))


def test_every_name_is_there_and_nothing_is_loaded_before_it_is_used() -> None:
    """Each in `__all__` and in `dir`; a bare import loads none of the heavy libraries."""
    for name in bulkportal.__all__:
        assert getattr(bulkportal, name) is not None, name
    assert set(bulkportal.__all__) <= set(dir(bulkportal))
    with pytest.raises(AttributeError, match="no attribute 'opne'"):
        _ = bulkportal.opne  # type: ignore[attr-defined]
    code = "import bulkportal, sys; print(sorted({'polars', 'httpx', 'openpyxl', 'pandera', 'click', 'pydantic'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_a_finding_is_printed_as_the_terminal_prints_it(here: Desk) -> None:
    """Both lines of it, letter for letter."""
    sheet = here.sheets("launch", bundles=[bundle("spring-01")], videos=[video("spring-01", 1, target_publish_date="soon")])
    (finding,) = bulkportal.open(str(sheet)).check().errors
    assert str(finding) in here.said("check", sheet).out
    assert str(finding).splitlines()[0].startswith("error   ") and "[date_invalid]" in str(finding)


def test_an_import_is_done_once_recorded_and_written_in_three_forms(here: Desk, sheets: str) -> None:
    """The same records as the command leaves; the second time nothing is sent."""
    launch = bulkportal.open(sheets)
    planned = launch.plan()
    assert planned.plan is not None and planned.plan.price and here.writes == 0
    first = launch.import_(confirm=lambda plan: plan.price == planned.plan.price)  # type: ignore[union-attr]
    assert (first.exit_code, len(here.bundles)) == (0, 1)
    writes = here.writes
    second = launch.import_()
    assert (second.exit_code, here.writes, second.report.totals["unchanged"]) == (0, writes, 3)
    assert first.report.run_id != second.report.run_id
    listed = json.loads(here.said("runs", "list", "--json").out)
    assert {run["run_id"] for run in listed["runs"]} >= {first.report.run_id, second.report.run_id}
    assert here.said("audit", "verify").code == 0
    for name in ("r.xlsx", "r.html", "r.json"):
        assert first.write(name).stat().st_size
    assert json.loads(Path("r.json").read_bytes()) == first.to_json()
    with pytest.raises(bulkportal.BulkportalError, match=r"r\.docx"):
        first.write("r.docx")


def test_nothing_is_spent_without_a_yes(here: Desk, sheets: str) -> None:
    """As the command without a terminal."""
    result = bulkportal.open(sheets).import_()
    assert (result.exit_code, here.writes) == (2, 0)
    assert "Nothing was sent" in result.report.message


def test_errors_name_the_file(here: Desk) -> None:
    """A file that is not there, one that is no sheet, and a profile that there is not."""
    Path("broken.xlsx").write_bytes(b"PK\x03\x04 but not really")
    for name in ("missing.csv", "broken.xlsx"):
        with pytest.raises(bulkportal.BulkportalError, match=name) as caught:
            bulkportal.open(name).check()
        assert caught.value.exit_code == bulkportal.ExitCode.INVALID
    with pytest.raises(bulkportal.BulkportalError, match="nobody"):
        bulkportal.open("launch.csv", profile="nobody")


def test_the_platform_is_read_and_written_back(here: Desk, sheets: str) -> None:
    """An export of either form imports as unchanged; a status counts the same bundle."""
    bulkportal.open(sheets).import_(confirm=lambda _: True)
    bulkportal.export().write("edit.xlsx")
    bulkportal.export(platform=None).write("edit")
    for name in ("edit.xlsx", "edit"):
        assert bulkportal.open(name).import_().report.totals["unchanged"] == 3
    status = bulkportal.status()
    assert [line.bundle for line in status.figures.lines] == ["spring-01"]
    assert (status.figures.slots, status.balance) == (2, here.balance)


def test_the_calls_work_where_a_loop_runs_already(here: Desk, sheets: str) -> None:
    """As in a notebook."""

    async def cell() -> int:
        return bulkportal.open(sheets).plan().exit_code

    assert asyncio.run(cell()) == 0


def test_settings_that_are_given_take_the_place_of_the_environment(here: Desk, sheets: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a service that keeps its keys elsewhere."""
    settings = bulkportal.resolve_settings(dict(os.environ))
    monkeypatch.delenv("TOKPORTAL_API_KEY")
    with pytest.raises(bulkportal.BulkportalError, match="no API key"):
        bulkportal.open(sheets).plan()
    assert bulkportal.open(sheets, settings=settings).plan().exit_code == 0
    assert bulkportal.status(settings=settings).figures.lines == ()
