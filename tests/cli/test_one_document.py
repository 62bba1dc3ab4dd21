"""With --json there is exactly one document on standard output, however a command ends; rows are counted where a file was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.simulator.state import REFUSED_KEY
from tests.conftest import Desk, bundle, video

NOBODY = "http://127.0.0.1:9/api/ext"


@pytest.fixture
def launch(desk: Desk) -> Path:
    """Four rows, one of them with a mistake."""
    wrong = video("spring-01", 2, target_publish_date="soon")
    return desk.sheets("launch", bundles=[bundle("spring-01"), bundle("spring-02", publish="")], videos=[video("spring-01", 1), wrong])


TROUBLES = {"unreachable": (5, {"TOKPORTAL_BASE_URL": NOBODY}), "refused key": (3, {"TOKPORTAL_API_KEY": REFUSED_KEY})}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_import_that_cannot_begin_counts_its_rows(desk: Desk, launch: Path, trouble: str) -> None:
    """One document with the rows, the findings of the sheet and the trouble itself; a report in which to go on."""
    code, more = TROUBLES[trouble]
    ended = desk.import_(launch, **more)
    told = ended.document
    assert (ended.code, told["exit_code"], told["command"]) == (code, code, "import")
    assert ended.rows == {"total": 4, "invalid": 1, "waiting": 3}
    assert {"temporary", "key"} & set(ended.codes) and len(ended.codes) == 2
    assert told["report"] and Path(told["report"]).exists()
    assert ended.err.count("Error: ") == 1


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_plan_that_cannot_be_made_counts_its_rows_and_writes_none(desk: Desk, launch: Path, trouble: str) -> None:
    """Nothing stands where the plan would: a report in its place could be taken for one."""
    code, more = TROUBLES[trouble]
    ended = desk.run("plan", launch, "-o", desk.folder / "plan.xlsx", **more)
    assert (ended.code, ended.rows["total"], ended.document["report"]) == (code, 4, None)
    assert not (desk.folder / "plan.xlsx").exists()


def test_a_workbook_is_not_touched_for_a_trouble(desk: Desk) -> None:
    """With --in-place nothing is written into the input that could not be imported."""
    file = desk.story("good_launch")
    before = file.read_bytes()
    ended = desk.import_(file, "--in-place", TOKPORTAL_BASE_URL=NOBODY)
    assert (ended.code, ended.document["report"], file.read_bytes()) == (5, None, before)


@pytest.mark.parametrize("words", [["list"], ["show"], ["diff"], ["resume"]])
@pytest.mark.parametrize("before", [False, True], ids=["no home", "one run"])
def test_runs_say_nothing_in_one_document(desk: Desk, words: list[str], before: bool) -> None:
    """No run is remembered, or the only one ended well."""
    if before:
        desk.import_(desk.sheets("good", bundles=[bundle("spring-01")], videos=[video("spring-01", 1), video("spring-01", 2)]))
    ended = desk.run("runs", *words)
    assert isinstance(ended.document, dict)
    if words == ["resume"]:
        assert (ended.code, ended.document["schema"], ended.document["rows"]["total"]) == (0, "bulkportal.run/1", 0)


def test_a_run_that_is_resumed_says_one_document(desk: Desk, launch: Path) -> None:
    """That of the command that is run again."""
    desk.import_(launch)
    desk.trouble("503_before", "*", times=None)
    ended = desk.run("runs", "resume", "--yes")
    assert (ended.code, ended.rows["total"]) == (5, 4)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "nowhere.xlsx"], 6),
        (["import"], 2),
        (["plan", "--batch", "x"], 2),
        (["runs", "show", "unknown"], 2),
        (["apply", "nowhere.xlsx"], 6),
    ],
)
def test_every_wrong_use_is_one_document(desk: Desk, arguments: list[str], code: int) -> None:
    """Before anything is read."""
    desk.home.mkdir()
    ended = desk.run(*arguments)
    assert ended.code == code == ended.document["exit_code"]


def test_a_launch_that_another_run_works_on_counts_its_rows(desk: Desk, launch: Path) -> None:
    """Exit 12; the report is left to the run that works."""
    from bulkportal.apply.ledger import Ledger, workspace_of

    with Ledger(desk.home, workspace_of(desk.base_url, "owner@example.com"), "run-other") as ledger:
        ledger.acquire()
        ended = desk.import_(launch)
        ledger.release()
    assert (ended.code, ended.rows, ended.document["report"]) == (12, {"total": 4, "invalid": 1, "waiting": 3}, None)
