"""A full disk: whole lines or none, what was charged is told, the ledger stays, and there is only one advice: make room."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkportal.records.audit import Audit
from tests.conftest import Desk, bundle, video

resource = pytest.importorskip("resource")

LIMITED = (
    "import resource, sys\n"
    "limit = int(sys.argv[1])\nresource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
    "from bulkportal.cli.main import run\nsys.exit(run(sys.argv[2:]))\n"
)


def limited(desk: Desk, most: int, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command, with no file allowed to grow beyond so many bytes."""
    words = [sys.executable, "-c", LIMITED, str(most), *map(str, arguments)]
    return subprocess.run(words, env=desk.environment(), capture_output=True, encoding="utf-8", timeout=250, check=False, cwd=desk.folder)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    place = tmp_path / "small"
    place.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"no small file system can be mounted here: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path, *, leave: int = 0) -> Path:
    """Take all the room but so many bytes."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
        size = file.tell()
    os.truncate(filler, max(size - leave, 0))
    return filler


def test_a_line_of_the_audit_log_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    """The limit falls in the middle of a line: it is refused with 5, nothing of it stays, and nobody is accused afterwards."""
    audit = Audit(tmp_path)
    audit.append("run_started", "run-1", command="import")
    size = (tmp_path / "audit.jsonl").stat().st_size
    script = (
        "import pathlib, resource, sys\nfrom bulkportal.errors import UsageProblem\nfrom bulkportal.records.audit import Audit\n"
        f"audit = Audit(pathlib.Path({str(tmp_path)!r}))\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size + 100}, {size + 100}))\n"
        "try:\n    audit.append('approved', 'run-1', words='x' * 400)\nexcept UsageProblem as problem:\n"
        "    print(problem.hint)\n    sys.exit(int(problem.exit_code))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, "room" in done.stdout) == (5, True), done.stderr
    assert (tmp_path / "audit.jsonl").stat().st_size == size
    assert audit.verify().faults == ()
    audit.append("run_ended", "run-1", exit_code=5)
    assert (audit.verify().lines, audit.verify().faults) == (2, ())


def test_lines_that_cannot_be_counted_leave_nothing(tmp_path: Path) -> None:
    """The log takes the line, and the database beside it has no room for the count: again and again, and nobody is accused afterwards."""
    audit = Audit(tmp_path)
    audit.append("run_started", "run-1", command="import")
    size = (tmp_path / "audit.jsonl").stat().st_size
    script = (
        "import pathlib, resource\nfrom bulkportal.errors import UsageProblem\nfrom bulkportal.records.audit import Audit\n"
        f"audit = Audit(pathlib.Path({str(tmp_path)!r}))\nresource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))\n"
        "for number in range(3):\n    try:\n        audit.append('sending', 'run-1', number=number)\n"
        "    except UsageProblem as problem:\n        print('refused', problem)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout.count("refused")) == (0, 3), done.stdout + done.stderr
    assert (tmp_path / "audit.jsonl").stat().st_size == size
    audit.append("run_ended", "run-1", exit_code=5)
    assert (audit.verify().lines, audit.verify().faults) == (2, ())


def test_runs_that_are_killed_between_a_line_and_its_count_follow_each_other(tmp_path: Path) -> None:
    """Twice, one after the other: each line is written, and killed is what would have counted it."""
    audit = Audit(tmp_path)
    audit.append("run_started", "run-1")
    script = (
        "import os, pathlib\nfrom bulkportal.records import audit\nkeep = audit._keep\n"
        "def killed(head, number, hash_):\n    if number == {at}:\n        os._exit(9)\n    keep(head, number, hash_)\n"
        f"audit._keep = killed\naudit.Audit(pathlib.Path({str(tmp_path)!r})).append('sending', 'run-1')\n"
    )
    for at in (2, 3):
        assert subprocess.run([sys.executable, "-c", script.replace("{at}", str(at))], check=False).returncode == 9
        assert audit.verify().faults == ()
    audit.append("run_ended", "run-1")
    assert (audit.verify().lines, audit.verify().faults) == (4, ())


def test_a_line_that_a_crash_has_cut_off_is_no_tampering(tmp_path: Path) -> None:
    """It was never counted; the next line takes its place. A line that was counted and is cut is one."""
    audit = Audit(tmp_path)
    for number in range(3):
        audit.append("run_started", f"run-{number}")
    with (tmp_path / "audit.jsonl").open("ab") as file:
        file.write(b'{"schema": "bulkportal.audit/1", "n": 4, "at"')
    assert audit.verify().faults == ()
    audit.append("run_ended", "run-2")
    assert (audit.verify().lines, audit.verify().faults) == (4, ())
    os.truncate(tmp_path / "audit.jsonl", (tmp_path / "audit.jsonl").stat().st_size - 30)
    assert audit.verify().faults


@pytest.mark.parametrize("leave", [0, 60_000, 120_000, 200_000, 300_000])
def test_a_home_without_room_ends_with_5_and_pays_once(desk: Desk, small: Path, leave: int) -> None:
    """Wherever the room runs out: make room, run again, and everything is there and paid once."""
    desk.home = small / "home"
    names = [f"room-{number}" for number in range(4)]
    launch = desk.sheets("launch", bundles=[bundle(name, videos_quantity=1) for name in names], videos=[video(name, 1) for name in names])
    filler = fill(small, leave=leave)
    process = desk.start("import", launch, "--yes")  # its lease ends with it, though there is no room to give it back
    _, err = process.communicate()
    assert process.returncode in (0, 5), err
    assert process.returncode == 0 or "room" in err
    assert "another" not in err or "another run" in err.casefold(), "nobody is sent away from the ledger that remembers"
    filler.unlink()
    assert desk.until_done(launch).code == 0
    assert 5000 - desk.balance == 4 * 15
    assert desk.said("audit", "verify").code == 0


def test_a_report_without_room_ends_with_5(desk: Desk, small: Path) -> None:
    """What was done is told, and nothing is lost."""
    launch = desk.sheets("launch", bundles=[bundle("room", videos_quantity=1)], videos=[video("room", 1)])
    fill(small)
    ended = desk.import_(launch, "--report", small / "report.xlsx")
    assert ended.code == 5, ended.err
    assert "room" in ended.err
    assert (ended.document["exit_code"], ended.document["rows"]["done"]) == (5, 2)
    assert desk.import_(launch).code == 0


def test_a_limit_on_the_size_of_files_is_no_fault(desk: Desk) -> None:
    """As of a quota: 5, and the next run does the rest."""
    launch = desk.sheets("launch", bundles=[bundle("limit", videos_quantity=1)], videos=[video("limit", 1)])
    for most in (1_000, 40_000):
        done = limited(desk, most, "import", launch, "--yes", "--json")
        assert done.returncode == 5, done.stderr
        assert "room" in done.stderr
    assert desk.until_done(launch).code == 0
    assert 5000 - desk.balance == 15
