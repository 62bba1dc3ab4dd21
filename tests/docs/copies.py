"""The recipes of CONTRIBUTING.md, and a copy of the tree in which one is played."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.docs.pages import ROOT

Played = Mapping[str, Sequence[tuple[str, str]]]
"""What is written (second) before which place (first), by file."""


def recipe(title: str) -> str:
    """The words of a recipe."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)^## ", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[1]


def named_in(title: str) -> set[str]:
    """The files that a recipe names, but for tests and what makes pages."""
    return {name for name in re.findall(r"`((?:[a-z_]+/)+[a-z_]+\.py)`", recipe(title)) if not name.startswith(("tests/", "docs/"))}


def play(folder: Path, played: Played, *copied: str) -> Path:
    """A copy of the package and of these other files and folders, with the recipe played in it."""
    for name in ("bulkportal", "pyproject.toml", "tests/conftest.py", "tests/forked.py", "tests/postgres.py", *copied):
        source, there = ROOT / name, folder / name
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, there, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, there)
    for name, added in played.items():
        path = folder / name if (ROOT / name).exists() else folder / "bulkportal" / name
        text = path.read_text("utf-8")
        for before, words in added:
            assert text.count(before) == 1, (name, before)
            text = text.replace(before, words + before)
        path.write_text(text, "utf-8")
    return folder


def run_in(folder: Path, *words: str) -> str:
    """What Python prints in the copy; it must end well."""
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def passed(folder: Path, law: str, *chosen: str) -> list[str]:
    """The tests of a law that pass in the copy; all that are chosen must."""
    said = run_in(folder, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", law, *chosen)
    return re.findall(r"^PASSED (.*)$", said, re.MULTILINE)
