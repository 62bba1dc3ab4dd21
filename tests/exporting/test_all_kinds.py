"""Bundles of all kinds and statuses go out and come back, and nothing is planned (law 5)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkportal.simulator import RunningSimulator
from tests.conftest import FAST, Desk, Ended
from tests.exporting.all_kinds import COUNT, TWICE, of_all_kinds

SOFFICE = shutil.which("soffice")
with_office = pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """The platform with all of them, two under one reference."""
    data = tmp_path_factory.mktemp("platform") / "start.json"
    data.write_text(json.dumps(of_all_kinds()), "utf-8")
    with RunningSimulator(data=data, rate=FAST) as simulator:
        # The start data keeps references apart, as the platform says it does; a server may have such a pair all the same.
        for bundle in list(simulator.state.books.bundles.values())[2:5:2]:
            bundle.external_ref = TWICE
        yield simulator


@pytest.fixture
def many(platform: RunningSimulator, tmp_path: Path) -> Desk:
    """A workplace before that platform."""
    return Desk(platform, tmp_path)


@pytest.fixture(scope="module")
def exported(platform: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything, as a workbook."""
    desk = Desk(platform, tmp_path_factory.mktemp("exported"))
    ended = desk.run("export", "-o", desk.folder / "launch.xlsx")
    assert (ended.code, ended.document["bundles"]) == (0, COUNT)
    return desk.folder / "launch.xlsx"


def assert_nothing_planned(ended: Ended) -> None:
    errors = [(f["cell"], f["code"], f["value"]) for f in ended.document["findings"] if f["severity"] == "error"]
    assert (ended.code, ended.document["operations"], errors) == (0, [], []), ended.err
    assert ended.rows["unchanged"] == ended.rows["total"] > COUNT


def test_a_workbook_comes_back_without_a_plan(many: Desk, exported: Path) -> None:
    """And offline nothing is wrong with it either."""
    assert_nothing_planned(many.run("plan", exported, "--detailed-exitcode"))
    assert many.run("check", exported).code == 0


def test_a_folder_comes_back_without_a_plan(many: Desk) -> None:
    """CSV too, which is a folder whatever it is called: the option decides, not the ending of the name."""
    folder = many.folder / "odd.xlsx"
    assert many.run("export", "-o", folder, "--csv").code == 0
    assert {path.name for path in folder.iterdir()} >= {"bundles.csv", "videos.csv"}
    assert_nothing_planned(many.run("plan", folder, "--detailed-exitcode"))


@with_office
def test_a_workbook_saved_by_libreoffice_comes_back_without_a_plan(many: Desk, exported: Path) -> None:
    """What somebody opened and saved is still the same."""
    saved = office(exported, "xlsx", many.folder)
    assert_nothing_planned(many.run("plan", saved / "launch.xlsx", "--detailed-exitcode"))


@with_office
def test_sheets_saved_as_csv_by_libreoffice_come_back_without_a_plan(many: Desk, exported: Path) -> None:
    """Each sheet as CSV UTF-8: no base copy goes along, so every cell must read back as what the platform has."""
    saved = office(exported, "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", many.folder)
    sheets = [saved / f"launch-{name}.csv" for name in ("Bundles", "Videos")]
    assert_nothing_planned(many.run("plan", *sheets, "--detailed-exitcode"))


def office(path: Path, form: str, folder: Path) -> Path:
    """Let LibreOffice open the file and save it in another folder."""
    saved = folder / "saved"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [SOFFICE or "soffice", profile, "--headless", "--convert-to", form, "--outdir", str(saved), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=250)
    return saved
