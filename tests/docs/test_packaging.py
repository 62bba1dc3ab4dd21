"""What pyproject.toml promises of the package: versions that are said, pins that keep to them, and Pythons that were tried."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from release.versions import lowest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
PINS = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE))


def plain(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_everything_that_a_run_needs_says_the_lowest_version_it_takes() -> None:
    """So that `make lowest` tries them all; what is for Windows alone is not tried there."""
    bounds = {plain(pin.partition("==")[0]) for pin in lowest()}
    wanted = [Requirement(line) for extra, lines in PROJECT["optional-dependencies"].items() if extra != "dev" for line in lines]
    wanted += [Requirement(line) for line in PROJECT["dependencies"]]
    assert {plain(one.name) for one in wanted if one.marker is None} == bounds


def test_every_pin_keeps_to_what_is_promised() -> None:
    """What the tests see is a version that users may have."""
    pins = {plain(name): Version(version) for name, version in PINS.items()}
    lines = [*PROJECT["dependencies"], *(line for lines in PROJECT["optional-dependencies"].values() for line in lines)]
    wanted = [Requirement(line) for line in lines]
    assert [str(one) for one in wanted if one.marker is None and not one.specifier.contains(pins[plain(one.name)])] == []


def test_the_pythons_that_are_named_are_those_that_are_taken() -> None:
    """From the oldest that is taken, without a gap."""
    minor = [int(line.rpartition(".")[2]) for line in PROJECT["classifiers"] if re.fullmatch(r"Programming Language :: Python :: 3\.\d+", line)]
    assert PROJECT["requires-python"] == f">=3.{minor[0]}"
    assert minor == list(range(minor[0], minor[-1] + 1))


def test_an_issue_form_and_a_hook_are_valid_files() -> None:
    """Whoever opens an issue is asked; whoever commits is judged as CI judges."""
    for path in (ROOT / ".github").rglob("*.yml"):
        assert isinstance(yaml.safe_load(path.read_text("utf-8")), dict), path
    weekly = yaml.safe_load((ROOT / ".github" / "workflows" / "weekly.yml").read_text("utf-8"))["jobs"]
    steps = [*weekly["versions"]["strategy"]["matrix"]["target"], *weekly["proof"]["strategy"]["matrix"]["target"], "lowest"]
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert {word for step in steps for word in step.split() if "=" not in word} <= targets
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert {hook["id"] for repository in hooks["repos"] for hook in repository["hooks"]} >= {"ruff", "types", "imports", "secrets"}
