"""The commands of the README and of the pages behind it do what is written there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bulkportal import settings
from tests.docs.pages import ROOT, load_generate

generate = load_generate()
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMAND = re.compile(r"^(?:\$ )?(bulkportal [^\n]*)$", re.MULTILINE)


@pytest.mark.parametrize("page", generate.written_by_hand(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_command_of_a_page_ends_and_prints_as_the_page_says(page: Path, tmp_path: Path) -> None:
    """Run in order, in a copy of the sample data, against a simulator. `python docs/generate.py` refreshes the output."""
    text = page.read_text(encoding="utf-8")
    shown, ran = generate.played(text, tmp_path)
    assert shown == text
    blocks = "".join(found[0] for found in generate._BLOCK.finditer(text))
    asked = [line for line in COMMAND.findall(blocks) if not line.startswith("bulkportal simulate")]
    assert [line for line in ran if line != "make demo"] == asked


def test_the_readme_shows_the_commands_of_a_launch_and_none_that_does_not_exist() -> None:
    """All commands are on the generated page; the README has those that a first launch needs."""
    blocks = "".join(found[0] for found in generate._BLOCK.finditer(README))
    shown = {line.split()[1] for line in COMMAND.findall(blocks)} | {"demo"}  # as `make demo`
    assert {"demo", "template", "check", "plan", "import", "export", "status", "simulate"} <= shown <= set(generate.COMMANDS)


def test_the_make_targets_that_pages_name_exist() -> None:
    """`make demo`, `make test` and the others."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`|\$ )make ([a-z]+)", text, re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_the_readme_says_how_to_install_from_a_checkout() -> None:
    """From the folder itself: the project is buildable and its command has the name that is documented."""
    assert {"uv tool install .", "pipx install .", "pip install ."} <= set(README.splitlines())
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'bulkportal = "bulkportal.cli.main:main"' in project


def test_the_environment_variables_of_the_readme_are_those_of_the_settings() -> None:
    """No variable is misspelt, and none is left out."""
    known = {settings.KEY_NAME, settings.KEY_FILE_NAME, settings.BASE_URL_NAME, settings.HOME_NAME, settings.LEDGER_NAME, settings.PROFILE_NAME}
    known |= {settings.CONFIG_NAME, settings.GOOGLE_NAME}
    assert set(re.findall(r"\b(?:TOKPORTAL|BULKPORTAL)_[A-Z_]+\b", README)) == known


def test_the_exit_codes_of_the_readme_are_those_of_the_program() -> None:
    """All of them; 11 may be left out, which only an approved plan gives."""
    table = README.partition("## Exit codes")[2].partition("\n## ")[0]
    listed = {int(code) for code in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert listed | {int(generate.ExitCode.STALE)} == {int(code) for code in generate.ExitCode}


def test_the_simulator_of_the_readme_starts_and_says_where_it_is() -> None:
    """As a process of its own, with the options that are shown; the port is a free one."""
    line = next(line for line in COMMAND.findall(README) if line.startswith("bulkportal simulate"))
    words = line.replace("--port 8700", "--port 0").split()[1:]
    command = [sys.executable, "-m", "bulkportal", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ}) as process:
        try:
            assert process.stdout is not None
            assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/ext\n", process.stdout.readline())
        finally:
            process.terminate()
