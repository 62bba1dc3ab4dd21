"""The ledger's file: older formats, newer ones, damage of every kind, disks that are full or closed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bulkportal.apply.entries import Completion
from bulkportal.apply.ledger import Ledger
from bulkportal.apply.ledger_file import SCHEMA
from bulkportal.errors import ExitCode, UsageProblem
from bulkportal.plan.kinds import OperationKind
from bulkportal.plan.operations import Operation, Remembered
from tests.conftest import Desk, bundle, video

OLD = Path(__file__).parent / "fixtures" / "ledger_1.sql"
"""What the first version wrote: one purchase of each ending, a publication, memories, and a run that stopped."""


def open_ledger(folder: Path, run: str = "run-2") -> Ledger:
    """The ledger in that folder."""
    return Ledger(folder, "w", run)


def purchase(name: str = "spring") -> Operation:
    """The creation of a bundle."""
    return Operation(identity=f"create:{name}", kind=OperationKind.CREATE_BUNDLE, bundle=name, bundle_id="", target=name, rows=(), price=25)


def old_ledger(folder: Path) -> Path:
    """A ledger as the first version left it."""
    path = folder / "ledger.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.executescript(OLD.read_text("utf-8"))
    return path


def key_of(workspace: str, identity: str, generation: int) -> str:
    """The key of a purchase, which has not changed since the first version."""
    return f"bp-{hashlib.sha256(chr(31).join([workspace, identity, str(generation), '']).encode()).hexdigest()[:48]}"


def filled(folder: Path, count: int = 60) -> Path:
    """A ledger with so many purchases under way."""
    with open_ledger(folder, "run-1") as own:
        own.acquire()
        for number in range(count):
            own.begin(purchase(f"spring-{number}"), None, {"title": f"Spring {number}", "words": "x" * 200})
        own.release()
    return folder / "ledger.sqlite3"


# -- versions


def test_a_ledger_of_the_first_version_opens_and_its_memory_counts(tmp_path: Path) -> None:
    """What is open stays open under its own key and body; what is done is done; what was set is known; runs are listed."""
    path = old_ledger(tmp_path)
    with open_ledger(tmp_path) as own:
        own.acquire()  # whose holder has died long ago
        assert {entry.identity: entry.body.get("title") for entry in own.unsettled()} == {"create:autumn": "Autumn é 🍅", "slots:spring:3": None}
        again = own.begin(purchase("autumn"), None, {"title": "Edited"})
        assert (again.resumed, again.body["title"], again.key) == (True, "Autumn é 🍅", "bp-23a545bfd6db8b7907ef59a457718cc25ca31adfdafae06e")
        assert own.begin(purchase("winter"), None, {}).generation == 1, "its refusal is remembered"
        assert own.begin(purchase("spring"), None, {}).generation == 1, "it was done"
        assert own.memory().places["bnd-1", 1] == Remembered(media="url:https://cdn.example.com/1.mp4", sent={"description": "Dish"})
        assert own.memory().uploads["bnd-1", "aa", "video"]["storage_path"] == "p/1"
        assert set(own.memory().events) == {"publish:spring"}
        assert [(run.run_id, run.exit_code, run.credits) for run in own.runs()] == [("run-20260221-220000-aaaaaa", 5, 25)]
        assert own.charged_since(datetime(2026, 1, 1, tzinfo=UTC)) == 25, "what it paid counts for the night"
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("PRAGMA user_version").fetchone() == (SCHEMA.version,)


def test_a_migrated_ledger_is_like_a_new_one(tmp_path: Path) -> None:
    """The same tables with the same columns, so that what is tested of one holds for the other."""

    def columns(path: Path) -> dict[str, list[tuple[object, ...]]]:
        with closing(sqlite3.connect(path)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
            return {name: database.execute(f"PRAGMA table_info({name})").fetchall() for name in tables}

    (tmp_path / "old").mkdir()
    old_ledger(tmp_path / "old")
    for name in ("old", "new"):
        open_ledger(tmp_path / name).__exit__()
    assert columns(tmp_path / "old" / "ledger.sqlite3") == columns(tmp_path / "new" / "ledger.sqlite3")


def test_two_processes_may_migrate_at_once(tmp_path: Path) -> None:
    """One of them does it."""
    old_ledger(tmp_path)
    script = f"import pathlib; from bulkportal.apply.ledger import Ledger; print(len(Ledger(pathlib.Path({str(tmp_path)!r}), 'w', 'r').unsettled()))"
    started = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, encoding="utf-8") for _ in range(3)]
    assert [process.communicate(timeout=250)[0].strip() for process in started] == ["2", "2", "2"]


def test_an_older_ledger_prevents_paying_twice(desk: Desk) -> None:
    """End to end: a ledger of the first version with an open purchase; the platform has it, the import settles it."""
    launch = desk.sheets("launch", bundles=[bundle("autumn", videos_quantity=1, publish=None)], videos=[video("autumn", 1)])
    assert desk.import_(launch).code == 0
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as database:
        (workspace,) = database.execute("SELECT workspace FROM operations").fetchone()
    for file in desk.home.glob("ledger*"):
        file.unlink()
    old_ledger(desk.home)
    with closing(sqlite3.connect(desk.home / "ledger.sqlite3")) as database:
        database.create_function("key", 2, lambda identity, generation: key_of(workspace, identity, generation))
        database.execute("UPDATE operations SET workspace=?, key=key(identity, generation)", (workspace,))
        database.commit()
    ended = desk.import_(launch)
    assert (ended.code, ended.document["credits"]["charged"]) == (0, 15), "the purchase that nobody had heard of is in the report"
    assert 5000 - desk.balance == 15


def test_it_is_written_ahead_and_synced(tmp_path: Path) -> None:
    """WAL and full sync, as the order of writing and sending needs them."""
    with open_ledger(tmp_path) as own:
        assert own.books.rows("PRAGMA journal_mode")[0][0] == "wal"
        assert own.books.rows("PRAGMA synchronous")[0][0] == 2, "FULL"


# -- damage


def test_no_flipped_byte_makes_an_open_purchase_forgotten(tmp_path: Path) -> None:
    """Whatever single byte the disk alters: it is said, or every open purchase is still there with its key and body."""
    path = filled(tmp_path, 12)
    with open_ledger(tmp_path) as own:
        expected = [(entry.identity, entry.key, dict(entry.body)) for entry in own.unsettled()]
    content = path.read_bytes()
    dice = random.Random(4)
    said = 0
    for _ in range(300):
        altered = bytearray(content)
        altered[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
        path.write_bytes(altered)
        for name in ("ledger.sqlite3-wal", "ledger.sqlite3-shm"):
            (tmp_path / name).unlink(missing_ok=True)
        found = None
        with contextlib.suppress(UsageProblem), open_ledger(tmp_path) as own:
            found = [(entry.identity, entry.key, dict(entry.body)) for entry in own.unsettled()]
        said += found is None
        assert found is None or sorted(found, key=str) == sorted(expected, key=str)
    assert said > 20, "much of the file is empty pages"


@pytest.mark.parametrize("keep", [0, 1, 100, 4096, 9000])
def test_a_truncated_ledger_is_said(tmp_path: Path, keep: int) -> None:
    """An empty one too: it must not be taken for a new one, which would know of no purchase."""
    path = filled(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(UsageProblem, match="damaged") as told:
        open_ledger(tmp_path)
    assert "not paid twice" in told.value.hint
    assert path.stat().st_size == keep, "left as it is"


def test_a_folder_in_the_place_of_the_file_is_said(desk: Desk) -> None:
    """Exit 2, and nothing is sent."""
    (desk.home / "ledger.sqlite3").mkdir(parents=True)
    ended = desk.import_(desk.sheets("launch", bundles=[bundle("spring")]))
    assert (ended.code, desk.writes) == (2, 0)
    assert "is a folder" in ended.err


def test_an_altered_state_is_said(tmp_path: Path) -> None:
    """An operation in no state that there is would be neither asked about nor done."""
    path = filled(tmp_path, 2)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE operations SET state='sant' WHERE identity='create:spring-1'")
        database.commit()
    with pytest.raises(UsageProblem, match="damaged"):
        open_ledger(tmp_path)


def test_no_half_made_ledger_is_left_behind(tmp_path: Path) -> None:
    """A new one is put in its place whole: whoever finds a file finds all its tables."""
    with open_ledger(tmp_path):
        assert sorted(path.name for path in tmp_path.iterdir()) == ["ledger.sqlite3", "ledger.sqlite3-shm", "ledger.sqlite3-wal"]


# -- disks


def limited(size: int) -> None:
    """No file of this process may grow beyond so many bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_is_temporary_trouble(tmp_path: Path) -> None:
    """Exit 5 with a sentence; what was written before stands."""
    with open_ledger(tmp_path, "run-1") as own:
        own.acquire()
        own.end(own.begin(purchase("first"), None, {}), Completion(state="done", credits=25))
        own.release()
    script = (
        "import pathlib, sys\nfrom bulkportal.apply.ledger import Ledger\nfrom bulkportal.errors import BulkportalError\n"
        "from tests.apply.test_ledger_file import limited, purchase\n"
        f"own = Ledger(pathlib.Path({str(tmp_path)!r}), 'w', 'run-2')\nown.acquire()\nlimited(300_000)\n"
        "try:\n"
        "    for number in range(1000): own.begin(purchase(f'b-{number}'), None, {'words': 'x' * 4000})\n"
        "except BulkportalError as problem:\n    print(problem.exit_code.value, problem.message, problem.hint)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False, cwd=Path(__file__).parents[2], timeout=250
    )
    assert done.stdout.startswith(f"{ExitCode.TEMPORARY.value} The disk of {tmp_path}"), done.stderr
    assert "nothing is lost" in done.stdout
    with open_ledger(tmp_path) as own:
        assert own.find("create:first") is not None
        assert own.unsettled(), "those that were written before it was full"


def _closed(folder: Path) -> list[str]:
    """What to put before a command so that it cannot write to that folder. Permissions do not stop root: a mount of its own does."""
    folder.chmod(0o500)
    if os.geteuid() != 0:
        return []
    mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    words = ["unshare", "--mount", "sh", "-c", mount, str(folder)]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], capture_output=True, check=False).returncode:
        pytest.skip("root may write everywhere, and may not mount here")
    return words


def test_a_home_that_may_not_be_written_is_said(desk: Desk) -> None:
    """Exit 2, the folder and the variable are named, and nothing is sent."""
    desk.home.mkdir()
    launch = desk.sheets("launch", bundles=[bundle("spring")])
    command = [*_closed(desk.home), sys.executable, "-m", "bulkportal", "import", str(launch), "--yes"]
    done = subprocess.run(command, env=desk.environment(), capture_output=True, encoding="utf-8", check=False, timeout=250, cwd=desk.folder)
    assert done.returncode == 2, done.stderr
    assert "BULKPORTAL_HOME" in done.stderr and "Traceback" not in done.stderr
    assert desk.writes == 0
