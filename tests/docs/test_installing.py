"""bulkportal is installed from its source or a pinned address, never by a bare name, which anybody could register."""

from __future__ import annotations

import re
import subprocess

import pytest
import yaml

from bulkportal import installing
from bulkportal.automate.timers import github
from tests.automate.test_timers import timer
from tests.docs.pages import ROOT

BARE = re.compile(r"""pip install(?:\s+-\S+)*\s+['"]?bulkportal(?:\[\w+\])?(?!\s*@|[\w.\[-])""")
KINDS = {".md", ".py", ".toml", ".yml", ".yaml", ".txt", ".sh", ""}


@pytest.mark.parametrize("line", ["pip install bulkportal", "pip install 'bulkportal[s3]'", 'pip install "bulkportal"', "pip install -U bulkportal"])
def test_a_bare_name_is_recognised(line: str) -> None:
    """So that the test below can fail."""
    assert BARE.search(line)


def test_nothing_of_ours_installs_a_bare_name() -> None:
    """In code, pages and recipes."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    paths = [ROOT / name for name in tracked if name and (ROOT / name).suffix in KINDS and name != "tests/docs/test_installing.py"]
    found = [str(path.relative_to(ROOT)) for path in paths if path.is_file() and BARE.search(path.read_text(encoding="utf-8", errors="replace"))]
    assert not found


@pytest.mark.parametrize("extra", ["", "s3"])
def test_a_printed_workflow_installs_from_the_address_of_a_variable_or_stops(extra: str) -> None:
    """The shell itself says what it would run."""
    job = yaml.safe_load(github(timer(extra=extra)))["jobs"]["night"]
    step = next(step for step in job["steps"] if "BULKPORTAL_SOURCE" in step.get("env", {}))
    told = step["run"].replace("pip install", "printf '%s\\n'")
    pinned = subprocess.run(["sh", "-c", told], env={"BULKPORTAL_SOURCE": "file:///srv/bulkportal.whl"}, capture_output=True, text=True, check=True)
    assert pinned.stdout.strip() == f"bulkportal{'[s3]' if extra else ''} @ file:///srv/bulkportal.whl"
    assert not BARE.search(step["run"])
    missing = subprocess.run(["sh", "-c", told], env={}, capture_output=True, text=True, check=False)
    assert missing.returncode and "pinned address" in missing.stderr


def test_the_hint_names_the_source() -> None:
    """And the extra that is missing."""
    assert installing.hint("s3") == "In the folder of bulkportal's source: pip install '.[s3]'"
