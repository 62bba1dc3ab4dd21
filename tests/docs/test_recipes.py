"""The recipes for orchestrators: they compile, their command is one that `run` takes, and they know every exit code.

Each is run for real where its orchestrator is: in the environment ``BULKPORTAL_RECIPES/NAME``, which `make recipes` builds. The
orchestrators are too heavy, and bring too many packages of their own, to be among the tools of `make test`.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bulkportal.cli.run import run
from bulkportal.errors import ExitCode
from bulkportal.records.history import RunHistory
from bulkportal.simulator.state import REFUSED_KEY
from tests.automate.inboxes import archive, inbox_of, launch
from tests.conftest import Desk, OpenDesk
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "how-to" / "run-from-an-orchestrator.md"
RECIPES = re.findall(r"^## (\w+)\n\n```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_there_is_one_for_each_orchestrator() -> None:
    """By the names people look for."""
    assert [name for name, _ in RECIPES] == ["Airflow", "Prefect", "Dagster"]


@pytest.mark.parametrize(("name", "source"), RECIPES, ids=[name for name, _ in RECIPES])
def test_a_recipe_compiles_and_its_command_is_right(name: str, source: str, tmp_path: Path) -> None:
    """The words of its command are taken by `bulkportal run`; temporary endings are retried, mistakes in sheets are not failures."""
    tree = ast.parse(source)
    compile(tree, name, "exec")
    values = {
        target.id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    program, command, inbox, *options = values["COMMAND"]
    assert (program, command, inbox) == ("bulkportal", "run", "/srv/inbox")
    assert run.make_context("run", [str(tmp_path), *options]).params["max_credits"] == 500
    groups = [
        ast.literal_eval(node) for node in ast.walk(tree) if isinstance(node, ast.Tuple) and all(isinstance(one, ast.Constant) for one in node.elts)
    ]
    assert (ExitCode.TEMPORARY, ExitCode.LOCKED, ExitCode.INTERRUPTED) in groups
    assert (ExitCode.OK, ExitCode.ROWS_FAILED, ExitCode.INVALID) in groups


DRIVERS = {
    "Airflow": """
import recipe
ended = recipe.bulkportal_night().test()
print("ENDED", ended.state)
""",
    "Prefect": """
import recipe
print("ENDED", "success" if recipe.bulkportal_night(return_state=True).is_completed() else "failed")
""",
    "Dagster": """
import recipe
print("ENDED", "success" if recipe.defs.get_job_def("bulkportal_night").execute_in_process(raise_on_error=False).success else "failed")
""",
}
"""How each orchestrator runs a recipe once, by its own means for that."""

ONCE_MORE = {
    "Airflow": ("timedelta(minutes=15)", "timedelta(seconds=0)"),
    "Prefect": ("seconds=900", "seconds=0"),
    "Dagster": ("seconds_to_wait=900", "seconds_to_wait=0"),
}
"""A test does not wait a quarter of an hour."""


def ran(name: str, source: str, desk: Desk) -> str:
    """How the orchestrator says that the recipe ended: only its inbox, its arguments for this platform and its pauses are others."""
    python = Path(os.environ.get("BULKPORTAL_RECIPES", "/nowhere")).absolute() / name.lower() / "bin" / "python"
    if not python.exists():
        pytest.skip(f"{name} is not installed; `make recipes` does that")
    folder = desk.folder / "recipe"
    folder.mkdir()
    before, after = ONCE_MORE[name]
    assert before in source and "/srv/inbox" in source
    inbox = f'{inbox_of(desk)}", "--still-seconds", "0'
    (folder / "recipe.py").write_text(source.replace(before, after).replace("/srv/inbox", inbox), "utf-8")
    (folder / "drive.py").write_text(DRIVERS[name], "utf-8")
    homes = {f"{home}_HOME": str(folder / home.lower()) for home in ("AIRFLOW", "PREFECT", "DAGSTER")}
    (folder / "dagster").mkdir()
    quiet = {
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    }
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**desk.environment(**homes, **quiet), "PATH": path, "PYTHONPATH": str(folder)}
    if name == "Airflow":
        subprocess.run([python, "-m", "airflow", "db", "migrate"], env=environment, cwd=folder, capture_output=True, check=True)
    done = subprocess.run([python, "drive.py"], env=environment, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    found = re.findall(r"^ENDED (?:\w+\.)?(\w+)", done.stdout, re.MULTILINE)
    assert len(found) == 1, done.stdout + done.stderr
    return found[0].lower()


def tries(desk: Desk) -> list[int | None]:
    """The exit codes of the nights that were begun, oldest first."""
    with RunHistory(desk.home) as diary:
        return [code for _, code in reversed(diary.nights(str(inbox_of(desk))))]


@pytest.mark.parametrize(("name", "source"), RECIPES, ids=[name for name, _ in RECIPES])
def test_a_recipe_runs_retries_what_is_temporary_and_fails_for_the_rest(name: str, source: str, open_desk: OpenDesk) -> None:
    """A good launch and one with mistakes: done. No platform: four tries. A refused key: one, and it has failed."""
    good, away, refused = open_desk(), open_desk(), open_desk()
    launch(inbox_of(good), "spring")
    launch(inbox_of(good), "wrong", target_publish_date="soon")
    assert ran(name, source, good) == "success"
    assert (tries(good), archive(good, "done"), archive(good, "failed")) == ([4], ["spring.RUN.xlsx"], ["wrong.RUN.xlsx"])

    away.base_url = "http://127.0.0.1:9"
    launch(inbox_of(away), "spring")
    assert ran(name, source, away) == "failed"
    assert tries(away) == [5, 5, 5, 5]

    refused.key = REFUSED_KEY
    launch(inbox_of(refused), "spring")
    assert ran(name, source, refused) == "failed"
    assert tries(refused) == [3]
