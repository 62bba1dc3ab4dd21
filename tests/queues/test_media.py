"""Files handed to workers: whoever is free transfers them, and what nobody takes is transferred by the launch itself."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen

import pytest

from bulkportal.queues.order import Places, QueuedCommand, order_of
from tests.conftest import KEY, Desk, bundle, video
from tests.media import making
from tests.postgres import asked
from tests.queues.test_imports import books, ended, queued, standing, until, worked, worker  # noqa: F401 - fixtures


def launch_with_files(desk: Desk, count: int) -> Path:
    """A launch in a folder that all machines have in common, with so many films beside its sheets."""
    rows = [bundle("spring", videos_quantity=count)]
    launch = desk.sheets("common", bundles=rows, videos=[video("spring", n, video=f"{n}.mp4") for n in range(1, count + 1)])
    for number in range(1, count + 1):
        making.video(launch / f"{number}.mp4", size=(720, 1280), seconds=3 + number)
    (desk.folder / "bulkportal.toml").write_text(f'[profiles.main]\nshared_folders = ["{launch}"]\n', encoding="utf-8")
    return launch


def test_files_in_a_common_folder_are_transferred_by_workers(
    desk: Desk,
    books: str,  # noqa: F811
    ended: Callable[[Popen[str]], Popen[str]],  # noqa: F811
) -> None:
    """One job each, none of which holds the key; the launch ends as one whose files went from here."""
    launch = launch_with_files(desk, 3)
    told = queued(desk, books, "import", launch, "--yes", BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml"))
    assert told["queue"] == "imports", "any worker may take it"
    workers = [ended(worker(desk, books)) for _ in range(2)]
    until(lambda: [job["state"] for job in standing(desk, books)["jobs"]] == ["done"] * 4)
    for process in workers:
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=250)
        assert process.returncode == 0, err
    jobs = standing(desk, books)["jobs"]
    assert (jobs[0]["command"], jobs[0]["exit_code"]) == ("import", 0), jobs
    transfers = asked(books, "SELECT state FROM transfers")
    assert [row["state"] for row in transfers] == ["done"] * 3
    held = json.dumps(asked(books, "SELECT * FROM procrastinate_jobs"), default=str)
    assert KEY not in held
    again = desk.run("import", launch, "--yes", BULKPORTAL_LEDGER=books)
    assert again.rows == {"total": 4, "unchanged": 4}, again.err


def test_a_file_that_has_changed_is_not_transferred_by_others(desk: Desk, books: str) -> None:  # noqa: F811
    """The launch looks at it itself, and says what is wrong."""
    launch = launch_with_files(desk, 1)
    queued(desk, books, "import", launch, "--yes", BULKPORTAL_CONFIG=str(desk.folder / "bulkportal.toml"))
    worked(desk, books)
    asked(books, "UPDATE transfers SET state='waiting', sha256='0'")
    job = asked(books, "SELECT id, args FROM procrastinate_jobs WHERE task_name='bulkportal:transfer'")[0]
    arguments = json.dumps({**job["args"], "sha256": "0"})  # type: ignore[dict-item]
    asked(books, "UPDATE procrastinate_jobs SET args=%s, status='todo' WHERE id=%s", arguments, job["id"])
    worked(desk, books)
    (row,) = asked(books, "SELECT state, words FROM transfers")
    assert row == {"state": "failed", "words": "The file has changed since it was looked at."}


@pytest.mark.parametrize(
    ("path", "shared"), [("s3://a/b.csv", True), ("{folder}/in/b.csv", True), ("{folder}/out/b.csv", False), ("{folder}/in/../b", False)]
)
def test_what_every_worker_can_read_is_known_by_its_place(tmp_path: Path, path: str, shared: bool) -> None:
    """An address, or what lies in a folder that is in common."""
    places = Places(files=(), others={}, shared=(tmp_path / "in",))
    assert places.is_shared(path.format(folder=tmp_path)) is shared


def test_paths_in_common_are_made_whole_in_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another machine has another working folder."""
    monkeypatch.chdir(tmp_path)
    order = order_of(["import", "one.csv", "--queue", "--yes"], Places(files=("one.csv",), others={}, shared=(tmp_path,)), profile="", workspace="w")
    assert order.words == ("import", str(tmp_path / "one.csv"), "--yes") and order.queue == "imports" and order.folder == ""


def test_only_paths_are_made_whole_in_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile may be called as a folder is, and a folder as the command is; a path may follow a sign."""
    monkeypatch.chdir(tmp_path)
    places = Places(files=("acme", "import"), others={"--media-root": Path("films")}, shared=(tmp_path,), named=frozenset({"--profile", "--only"}))
    words = ["import", "import", "acme/", "--profile", "acme", "--only", "films", "--media-root=films", "--yes", "acme"]
    order = order_of(words, places, profile="acme", workspace="w")
    launch = str(tmp_path / "acme")
    assert order.words == (
        *("import", str(tmp_path / "import"), launch, "--profile", "acme", "--only", "films"),
        *(f"--media-root={tmp_path / 'films'}", "--yes", launch),
    )


def test_a_profile_that_is_called_as_its_folder_is_queued(
    desk: Desk,
    books: str,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The order names the profile, and the folder whole."""
    monkeypatch.chdir(desk.folder)
    launch = desk.sheets("acme", bundles=[bundle("spring", publish=None)])
    config = desk.folder / "bulkportal.toml"
    config.write_text(f'[profiles.acme]\nkey_env = "TOKPORTAL_API_KEY"\nshared_folders = ["{desk.folder}"]\n', encoding="utf-8")
    queued(desk, books, "import", "acme", "--profile", "acme", "--yes", BULKPORTAL_CONFIG=str(config))
    (job,) = asked(books, "SELECT args FROM procrastinate_jobs")
    assert job["args"]["words"][:4] == ["import", str(launch), "--profile", "acme"], job  # type: ignore[index]


@pytest.mark.parametrize("shared", [True, False])
def test_a_file_that_was_changed_after_it_was_handed_over_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared: bool) -> None:
    """What was agreed to is what lay there; a report beside the sheets is none of them, and an inbox is meant to change."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "launch"
    folder.mkdir()
    sheet = folder / "videos.csv"
    sheet.write_text("bundle,position\none,1\n", "utf-8")
    places = Places(files=("launch",), others={}, shared=(tmp_path,) if shared else ())
    order = QueuedCommand.from_json(json.loads(json.dumps(order_of(["import", "launch", "--queue"], places, profile="", workspace="w").to_json())))
    monkeypatch.chdir("/")
    (folder / "launch.report.xlsx").write_bytes(b"a report")
    assert order.altered() == ""
    sheet.write_text("bundle,position\none,1\none,2\n", "utf-8")
    assert order.altered() == str(folder)
    shutil.rmtree(folder)
    assert order.altered() == str(folder)
    monkeypatch.chdir(tmp_path)
    folder.mkdir()
    assert order_of(["run", "launch", "--queue"], places, profile="", workspace="w").prints == ()
