"""The recipes for orchestrators: they compile, their command is one that `run` takes, and they know every exit code.

The orchestrators themselves are too heavy to install here; what they are given is read instead.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from bulkportal.cli.run import run
from bulkportal.errors import ExitCode
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
