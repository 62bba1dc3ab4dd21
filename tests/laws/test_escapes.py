"""Whoever lets a rule of style, types or security pass says why, in the same line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "bulkportal"
ESCAPE = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no (?:cover|branch))\b(?P<rules>[\[:\s]*(?:[A-Z]+\d+(?:,\s*)?|[\w-]+\])*)(?P<reason>.*)")


def without_reason(line: str) -> bool:
    """Whether a line lets a rule pass and says nothing, or hardly a word, about it."""
    found = ESCAPE.search(line)
    return found is not None and len(re.findall(r"\w+", found["reason"])) < 2


@pytest.mark.parametrize(
    "line",
    [
        "x = 1  # noqa",
        "x = 1  # noqa: S608",
        "x = 1  # noqa: S603, S607",
        "x = 1  # type: ignore[assignment]",
        "x = 1  # pragma: no cover",
        "x = 1  # noqa: S608 - ok",
    ],
)
def test_an_escape_without_a_reason_is_recognised(line: str) -> None:
    """So that the test below can fail."""
    assert without_reason(line)


@pytest.mark.parametrize(
    "line", ["x = 1", "x = 1  # noqa: S603, S607 - of the system", "x = 1  # type: ignore[assignment]  # a dict is invariant in its keys"]
)
def test_an_escape_with_a_reason_is_taken(line: str) -> None:
    """And a line without one."""
    assert not without_reason(line)


def test_every_escape_of_the_package_says_why() -> None:
    """A reader need not guess whether a rule was bent or forgotten."""
    files = sorted(PACKAGE.rglob("*.py"))
    assert len(files) > 300
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if without_reason(line)
    ]
    assert found == []
