"""Paid once under any trouble: the short form of ``benchmarks/chaos.py``, and the control that must fail (law 1)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "benchmarks" / "chaos.py"
COUNTERS = ("double charges", "double publishes", "lost rows", "wrong states", "ledger differs")

pytestmark = pytest.mark.timeout(600)


def chaos(*arguments: str) -> tuple[int, dict[str, dict[str, str]], str]:
    """The bench's exit code, its table by trouble and keys, and what it complained of."""
    done = subprocess.run([sys.executable, BENCH, "--workers", "2", *arguments], capture_output=True, encoding="utf-8", check=False)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in done.stdout.splitlines() if line.startswith("|")]
    assert rows, done.stderr
    header, _, *lines = rows
    return done.returncode, {f"{line[0]}, {line[1]}": dict(zip(header, line, strict=True)) for line in lines}, done.stderr


def test_a_credit_is_spent_once_whatever_breaks() -> None:
    """Twenty launches, each with a trouble of its own kind: all charges as expected, nothing twice, nothing lost."""
    code, table, complaints = chaos("--scenarios", "20", "--every", "5", "--seed", "short")
    total = table["**all**, "]
    assert {name: total[name] for name in COUNTERS} == dict.fromkeys(COUNTERS, "0"), complaints
    assert (code, total["scenarios"], total["credits charged"]) == (0, "20", total["credits expected"]), complaints


def test_the_bench_sees_a_credit_that_is_spent_twice() -> None:
    """With keys forgotten and an index that lags nothing can hold; with either net alone nothing is lost."""
    code, table, complaints = chaos("--without-nets", "1")
    doubles = {name: line["double charges"] for name, line in table.items()}
    assert code == 1, complaints
    assert doubles.pop("**all**, ") != "0"
    assert doubles.pop("control: index lags, forgets keys") != "0"
    assert doubles == {"control: index lags, remembers keys": "0", "control: list right, forgets keys": "0"}, complaints
