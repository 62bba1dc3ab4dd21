"""No output of a command takes the place of what it reads, of a key, of the settings, or of the memory in the home."""

from __future__ import annotations

from pathlib import Path

import pytest

from bulkportal.records.audit import verified
from tests.conftest import Desk, bundle, video


def launch(desk: Desk) -> Path:
    """A good launch as two CSV files."""
    return desk.sheets("launch", bundles=[bundle("spring")], videos=[video("spring", 1), video("spring", 2)])


@pytest.mark.parametrize("command", ["check", "plan", "import"])
def test_a_log_is_not_written_into_the_input(desk: Desk, command: str) -> None:
    """By whatever name it is reached: exit 2, nothing sent, and the sheet as it was."""
    folder = launch(desk)
    sheet = folder / "videos.csv"
    before = sheet.read_bytes()
    link = desk.folder / "run.log"
    link.symlink_to(sheet)
    flags = {"check": "--report"}.get(command, "--log-file")
    for path in (sheet, link):
        ended = desk.run(command, folder / "bundles.csv", sheet, flags, path)
        assert ended.code == 2, ended.out
    assert sheet.read_bytes() == before
    assert desk.writes == 0


@pytest.mark.parametrize("name", ["ledger.sqlite3", "audit.jsonl", "nights.sqlite3"])
def test_nothing_is_written_over_the_memory_in_the_home(desk: Desk, name: str) -> None:
    """A log that names the ledger would be the end of it."""
    folder = launch(desk)
    assert desk.import_(folder).code == 0
    before = (desk.home / name).read_bytes() if (desk.home / name).exists() else b""
    assert desk.run("import", folder, "--yes", "--log-file", desk.home / name).code == 2
    assert ((desk.home / name).read_bytes() if (desk.home / name).exists() else b"") == before


def test_an_audit_log_that_was_deleted_whole_is_missed(desk: Desk) -> None:
    """Both of its files are gone, and the ledger remembers a run."""
    assert desk.import_(launch(desk)).code == 0
    assert verified(desk.home).faults == ()
    for path in desk.home.glob("audit.*"):
        path.unlink()
    assert any("ledger remembers" in fault for fault in verified(desk.home).faults)
    assert desk.run("audit", "verify").code == 6


def test_a_run_that_sent_nothing_is_not_missed(desk: Desk) -> None:
    """A dry run keeps no audit lines."""
    assert desk.run("import", launch(desk), "--dry-run").code == 0
    assert verified(desk.home).faults == ()
