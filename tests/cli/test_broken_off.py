"""Runs that are broken off: twice interrupted, the disk full, the sheet gone. Each is said, and each can be gone on with."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.apply.test_ledger_file import limited
from tests.conftest import Desk, bundle, video


def launch_of(desk: Desk, count: int = 4) -> Path:
    """So many bundles of one video, fifteen credits each."""
    names = [f"spring-{number:02}" for number in range(count)]
    return desk.sheets("launch", bundles=[bundle(name, videos_quantity=1) for name in names], videos=[video(name, 1) for name in names])


def assert_gone_on_with(desk: Desk, count: int) -> None:
    """`runs resume` finishes it, and everything is paid once."""
    desk.operate("DELETE", "/faults")
    for _ in range(3):
        ended = desk.run("runs", "resume", "--yes")
        if ended.code == 0:
            break
    assert ended.code == 0, ended.err
    assert 5000 - desk.balance == 15 * count
    assert {made.status for made in desk.bundles.values()} == {"published"}


@pytest.mark.parametrize("times", [1, 2])
def test_an_interrupted_run_is_gone_on_with(desk: Desk, times: int) -> None:
    """Once: what is under way is finished and told. Twice: at once, though the platform takes its time."""
    launch = launch_of(desk)
    desk.trouble("slow_after", "POST /bundles", times=None, seconds=1.0 if times == 1 else 600.0)
    process = desk.start("import", launch, "--yes")
    desk.wait(process, lambda: desk.state.faults.rules[0].struck)
    process.send_signal(signal.SIGINT)
    if times == 2:
        desk.wait(process, lambda: "Stopping" in process.told)
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=250)  # it does not wait for the platform
    assert process.returncode == 130, err
    assert "Traceback" not in err
    if times == 1:
        assert "Stopping after what is in flight" in err and "60 planned, 60 charged" in out
    assert_gone_on_with(desk, 4)


def test_a_disk_that_fills_up_in_the_middle_is_said_and_nothing_is_lost(desk: Desk) -> None:
    """Exit 5; what was charged is told although the ledger could not note it; then room is made."""
    launch = launch_of(desk, 20)
    command = [sys.executable, "-m", "bulkportal", "import", str(launch), "--yes", "--json"]
    with (desk.folder / "out.txt").open("w") as out, (desk.folder / "err.txt").open("w") as err:
        done = subprocess.run(
            command, env=desk.environment(), stdout=out, stderr=err, preexec_fn=lambda: limited(250_000), check=False, timeout=250, cwd=desk.folder
        )
    said = (desk.folder / "err.txt").read_text()
    assert done.returncode == 5, said
    assert "The disk of" in said and "nothing is lost" in said and "Traceback" not in said
    assert 0 < len(desk.bundles) < 20, "it was in the middle"
    assert_gone_on_with(desk, 20)


def test_a_sheet_that_disappears_in_the_middle_does_not_stop_its_run(desk: Desk) -> None:
    """It was read at the beginning. To resume such a run the sheet must be put back: exit 6, and the file is named."""
    launch = launch_of(desk)
    desk.trouble("slow", "POST /bundles", times=None, seconds=1.0)
    process = desk.start("import", launch, "--yes", "--report", desk.folder / "r.xlsx")
    desk.wait(process, lambda: desk.state.faults.rules[0].struck)
    shutil.move(launch, desk.folder / "away")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=250)
    assert process.returncode == 130, err
    again = desk.run("runs", "resume", "--yes")
    assert (again.code, again.codes) == (6, ["file_missing"])
    assert "launch" in again.err
    shutil.move(desk.folder / "away", launch)
    assert_gone_on_with(desk, 4)


def test_an_open_purchase_whose_reference_names_two_bundles_is_not_sent_again(desk: Desk) -> None:
    """Its answer was lost, and then a twin appeared: a third must not be bought; the report says so."""
    launch = desk.sheets("launch", bundles=[bundle("spring", bundle_type="account_only", videos_quantity=None, publish=None)])
    desk.trouble("slow_after", "POST /bundles", seconds=1.0)
    desk.operate("POST", "/forget-keys", {"on": True})
    assert desk.killed_at(1, "import", launch, "--yes")
    time.sleep(0.3)
    twin = desk.sheets("twin", bundles=[bundle("twin", bundle_type="account_only", videos_quantity=None, publish=None)])
    assert desk.import_(twin, BULKPORTAL_HOME=str(desk.folder / "elsewhere")).code == 0
    desk.state.require_free_reference = lambda *_, **__: None  # type: ignore[method-assign]
    for made in desk.state.books.bundles.values():
        made.external_ref = "spring"
    for _ in range(2):
        ended = desk.import_(launch)
        assert (ended.code, ended.codes) == (4, ["reference_twice"])
    assert len(desk.state.books.bundles) == 2
    assert 5000 - desk.balance == 10


@pytest.mark.parametrize("first", ["stopped", "not confirmed"])
def test_a_run_is_not_gone_on_with_where_another_file_has_said_otherwise_since(desk: Desk, first: str) -> None:
    """It would put the older words back, unasked, since a caption costs nothing; the file itself may be imported by whoever means it."""
    launch = launch_of(desk, 1)
    if first == "stopped":
        desk.trouble("capacity_cooldown", "POST /bundles", times=None)
        assert desk.import_(launch).code == 5
        desk.operate("DELETE", "/faults")
    else:
        assert desk.run("import", launch).code == 2
        assert desk.import_(launch).code == 0
    newer = desk.sheets("newer", bundles=[bundle("spring-00", videos_quantity=1)], videos=[video("spring-00", 1, description="Newer words")])
    assert desk.import_(newer).code == 0
    run = next(one for one in reversed(desk.run("runs", "list").document["runs"]))["run_id"]
    refused = desk.run("runs", "resume", run, "--yes")
    assert refused.code == 2
    assert "is older than newer, which was imported at" in refused.out
    assert desk.bundles["spring-00"].slots[0].content["description"] == "Newer words"
    assert desk.import_(launch).code == 0
