"""Whatever the umask: what bulkportal keeps of its own can be read by its owner only, and what was asked for by a path is as its owner wants it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bulkportal import private
from bulkportal.cli import crash_report
from bulkportal.database import connect
from bulkportal.media.fetching import Fetcher
from bulkportal.media.safe_http import Reach
from bulkportal.portal.secret import Secret
from tests.automate.inboxes import inbox_of, launch
from tests.conftest import Desk, bundle, video

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rights are those of POSIX")


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def open_to_others(home: Path) -> list[str]:
    """All that somebody else could open, with its rights."""
    return [f"{path.relative_to(home)} {mode:o}" for path in (home, *home.rglob("*")) if (mode := stat.S_IMODE(path.stat().st_mode)) & 0o077]


def test_all_that_is_kept_is_private(desk: Desk, umask: int) -> None:
    """Ledger, diary, audit log, rate, media, memory of reports; and what a report is made of stays the user's."""
    sheet = desk.sheets("launch", bundles=[bundle("spring", publish="no")], videos=[video("spring", 1)])
    assert desk.import_(sheet).rows["done"] >= 1
    launch(inbox_of(desk), "night")
    desk.run("run", inbox_of(desk), "--still-seconds", 0)
    desk.run("doctor")
    names = {path.name for path in desk.home.rglob("*") if path.is_file()}
    assert {"ledger.sqlite3", "audit.jsonl", "audit.sqlite3", "reports.json", "nights.sqlite3", "rate.sqlite3"} <= names, names
    assert open_to_others(desk.home) == []
    (report,) = desk.folder.glob("launch.report.xlsx")
    assert stat.S_IMODE(report.stat().st_mode) == 0o666 & ~umask


def test_what_an_earlier_version_left_is_tightened(desk: Desk, umask: int) -> None:
    """When it is opened."""
    sheet = desk.sheets("launch", bundles=[bundle("spring", publish="no")], videos=[video("spring", 1)])
    desk.import_(sheet)
    for path in (desk.home, *desk.home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    desk.import_(sheet)
    assert open_to_others(desk.home) == []


def test_what_sqlite_keeps_beside_a_database_is_private(tmp_path: Path, umask: int) -> None:
    """While it is open."""
    with connect(tmp_path / "home" / "x.sqlite3") as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE t (a)")
        database.commit()
        assert {path.name for path in (tmp_path / "home").iterdir()} == {"x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm"}
        assert open_to_others(tmp_path / "home") == []
    database.close()


def test_a_trace_lies_in_the_home_and_holds_no_key(tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of no variable, no file, no form."""
    monkeypatch.setenv("BULKPORTAL_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ACME_TOKPORTAL_KEY", "acme-key-0123")
    Secret("from-a-file-0123")
    fault = RuntimeError("acme-key-0123 from-a-file-0123 tok_live_0123456789ab sftp://ops:pw-0123@host/x")
    said = crash_report.write(fault, "import")
    (path,) = (tmp_path / "home").iterdir()
    assert str(path) in said and open_to_others(tmp_path / "home") == []
    text = path.read_text("utf-8")
    assert "RuntimeError" in text and "0123" not in text.replace("acme-0123-", "")


def test_a_folder_that_is_more_than_ours_keeps_its_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own, the working folder and what they lie in, a folder in which everybody may write."""
    (tmp_path / "user" / "work").mkdir(parents=True)
    (tmp_path / "all").mkdir()
    (tmp_path / "all").chmod(0o1777)
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.chdir(tmp_path / "user" / "work")
    before = {path: path.stat().st_mode for path in (tmp_path, *tmp_path.rglob("*"))}
    for path in before:
        private.folder(path)
    assert {path: path.stat().st_mode for path in before} == before


def test_what_is_fetched_is_private(tmp_path: Path, umask: int) -> None:
    """Also while it comes."""
    import asyncio

    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from tests.portal.fakes import served

    async def clip(_: Request) -> Response:
        return Response(b"\0\0\0\x18ftypmp42" + bytes(9000), headers={"ETag": '"1"'})

    async def story(base: str) -> None:
        async with Reach({"cdn.example.com": base}) as reach:
            await Fetcher(tmp_path / "home" / "fetched", reach).fetch("https://cdn.example.com/a.mp4")

    with served(Starlette(routes=[Route("/a.mp4", clip)])) as base:
        asyncio.run(story(base))
    assert len(list((tmp_path / "home" / "fetched").iterdir())) == 2
    assert open_to_others(tmp_path / "home" / "fetched") == []
