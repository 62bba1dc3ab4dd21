"""A Python of its own costs a test a second or two before it does anything: there are few of them, and no more without a reason."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]
STARTS = re.compile(r"\b(?:desk|here)\.command\(|\bsys\.executable\b")
MOST = 71


def test_few_tests_start_a_python_of_their_own() -> None:
    """`Desk.run` and `Desk.said` run a command here, `Desk.start` forks one: what is left proves the process itself."""
    found = Counter({path.relative_to(TESTS).as_posix(): len(STARTS.findall(path.read_text("utf-8"))) for path in TESTS.rglob("*.py")})
    assert found.total() <= MOST, f"use Desk.run, Desk.said or Desk.start where the process is not the point: {found.most_common(20)}"
