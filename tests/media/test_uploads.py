"""Media on their way to the platform: each content once, and every trouble told at its row; real files, a real server."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bulkportal.cli.import_ import import_
from bulkportal.cli.options import bringing
from bulkportal.pipeline.job import Job, Result
from bulkportal.pipeline.portal_session import open_portal
from bulkportal.pipeline.run import Run
from bulkportal.pipeline.source import Source
from bulkportal.portal.secret import Secret
from bulkportal.portal.uploading import DIRECT_BYTES
from bulkportal.settings import Settings
from tests.conftest import Desk, Ended, bundle, video

from . import making

VIDEO_DIRECT, VIDEO_GRANT, STORAGE = "POST /upload/video/direct", "POST /upload/video", "PUT /_storage/{token}"


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A real video."""
    return making.video(tmp_path_factory.mktemp("clip") / "a.mp4", size=(720, 1280)).read_bytes()


def large(clip: bytes) -> bytes:
    """The same, too large to go through the platform: an MP4 may hold free room at its end."""
    return clip + (DIRECT_BYTES + 8).to_bytes(4, "big") + b"free" + bytes(DIRECT_BYTES)


def launch(desk: Desk, *files: tuple[str, bytes], name: str = "spring") -> Path:
    """A sheet with one bundle whose videos are these files, in order."""
    sheet = desk.folder / "launch"
    sheet.mkdir(exist_ok=True)
    for file, content in files:
        (sheet / file).write_bytes(content)
        rest(sheet / file)
    rows = [video(name, number, video=file) for number, (file, _) in enumerate(files, start=1)]
    return desk.sheets("launch", bundles=[bundle(name, videos_quantity=len(files), publish="no", profile_picture=None)], videos=rows)


def rest(path: Path) -> None:
    """As if it had been written long ago."""
    os.utime(path, (time.time() - 100, time.time() - 100))


def uploads(desk: Desk) -> int:
    """How many files the platform has taken."""
    return len(desk.executed(VIDEO_DIRECT)) + len(desk.executed(VIDEO_GRANT))


def states(ended: Ended) -> dict[str, int]:
    return {name: count for name, count in ended.rows.items() if name != "total"}


def test_three_cells_with_two_contents_are_two_uploads(desk: Desk, clip: bytes) -> None:
    """Whatever the files are called; a second import sends nothing, and says what was saved in the first."""
    sheet = launch(desk, ("a.mp4", clip), ("b.mp4", clip), ("c.mp4", clip + b"\0\0\0\x08free"))
    ended = desk.import_(sheet)
    assert (ended.code, states(ended), uploads(desk)) == (0, {"done": 4}, 2), ended.err
    assert "2 files uploaded" in ended.err and "1 file had been uploaded already" in ended.err
    ended = desk.import_(sheet)
    assert (states(ended), uploads(desk)) == ({"unchanged": 4}, 2)


def test_an_upload_is_looked_at_before_it_is_used_again(desk: Desk, clip: bytes) -> None:
    """A file of an earlier run serves another row; one that is gone from the platform is sent again."""
    desk.import_(launch(desk, ("a.mp4", clip)))
    moved = launch(desk, ("b.mp4", large(clip)), ("a.mp4", clip))
    assert (desk.import_(moved).code, uploads(desk)) == (0, 2), "only b is new"
    for stored in desk.state.books.stored.values():
        stored.content = None if stored.filename == "a.mp4" else stored.content
    swapped = launch(desk, ("a.mp4", clip), ("b.mp4", large(clip)))
    ended = desk.import_(swapped)
    assert (ended.code, uploads(desk)) == (0, 3), ended.err


@pytest.mark.parametrize("shared", [True, False])
def test_bundles_share_a_file_where_the_platform_allows_it(desk: Desk, clip: bytes, *, shared: bool) -> None:
    """Two bundles, one content: once or twice, as the profile says; a later bundle takes what is there."""
    (desk.folder / "bulkportal.toml").write_text(f'default = "main"\n[profiles.main]\nreuse_uploads = {str(shared).lower()}\n', "utf-8")
    config = {"BULKPORTAL_CONFIG": str(desk.folder / "bulkportal.toml")}
    launch(desk, ("a.mp4", clip))
    for names, wanted in ((("one", "two"), 1 if shared else 2), (("three",), 1 if shared else 3)):
        rows = [video(name, 1, video="a.mp4") for name in names]
        made = [bundle(name, videos_quantity=1, publish="no", profile_picture=None) for name in names]
        ended = desk.import_(desk.sheets("launch", bundles=made, videos=rows), **config)
        assert (ended.code, uploads(desk)) == (0, wanted), ended.err


def told(desk: Desk, sheet: Path, *arguments: str) -> tuple[Ended, str]:
    """An import that ends with one row held, and what it says of that row."""
    ended = desk.import_(sheet, *arguments)
    lines = [line for line in ended.err.splitlines() if line.startswith("held")]
    assert len(lines) == 1 and "videos!2" in lines[0], ended.err
    return ended, lines[0]


@pytest.mark.parametrize(("fault", "words"), [("drop_before", "no answer came back from the platform"), ("503_before", "service is not available")])
def test_a_platform_that_takes_no_file_holds_the_row(desk: Desk, clip: bytes, fault: str, words: str) -> None:
    """Retried where that is safe, then told; the row is not sent half, and the next run mends it. Of storage hosts see test_faults."""
    sheet = launch(desk, ("a.mp4", clip))
    desk.trouble(fault, VIDEO_DIRECT, times=None)
    ended, line = told(desk, sheet)
    assert (ended.code, states(ended)) == (4, {"done": 1, "held": 1}), ended.err
    assert words in line.casefold().partition("a.mp4 was not uploaded: ")[2], line
    assert desk.executed("PUT /bundles/{id}/videos/batch") == []
    desk.operate("DELETE", "/faults")
    ended = desk.import_(sheet)
    assert (ended.code, len(desk.executed("POST /bundles"))) == (0, 1), ended.err


@pytest.mark.parametrize(
    ("fault", "route"), [("drop_before", STORAGE), ("503_before", STORAGE), ("storage_403", STORAGE), ("503_before", VIDEO_DIRECT)]
)
def test_one_failure_is_got_over(desk: Desk, clip: bytes, fault: str, route: str) -> None:
    """A cut, a 5xx and an address that has expired are tried again at once."""
    sheet = launch(desk, ("a.mp4", clip if route == VIDEO_DIRECT else large(clip)))
    desk.trouble(fault, route, times=1)
    ended = desk.import_(sheet)
    assert (ended.code, states(ended)) == (0, {"done": 2}), ended.err
    assert desk.state.journal.violations == []


def test_what_the_platform_finds_too_large_goes_past_it(desk: Desk, clip: bytes) -> None:
    """413 on a small file: it is put to the storage host instead."""
    desk.state.settings.direct_limit = 1000
    ended = desk.import_(launch(desk, ("a.mp4", clip)))
    assert (ended.code, states(ended)) == (0, {"done": 2}), ended.err
    assert desk.executed(VIDEO_GRANT) and desk.state.journal.violations == []


class Disk:
    """A disk that can be pulled out: really mounted where that is allowed, else a folder that is moved away."""

    def __init__(self, content: Path, place: Path) -> None:
        self.content, self.place = content, place
        content.mkdir()
        place.mkdir()
        self.real = shutil.which("mount") is not None and self._do("mount", "--bind", content, place)
        if self.real:
            self._do("umount", place)
        self.plugged = False

    def plug(self) -> None:
        self.plugged = True
        if self.real:
            assert self._do("mount", "--bind", self.content, self.place)
        else:
            self.place.rmdir()
            self.content.rename(self.place)

    def pull(self) -> None:
        self.plugged = False
        if self.real:
            assert self._do("umount", self.place)
        else:
            self.place.rename(self.content)
            self.place.mkdir()

    @staticmethod
    def _do(*words: str | Path) -> bool:
        return subprocess.run([str(word) for word in words], capture_output=True, check=False).returncode == 0


@pytest.fixture
def disk(desk: Desk) -> Iterator[Disk]:
    """A disk at `launch/disk`, not yet plugged in."""
    (desk.folder / "launch").mkdir()
    made = Disk(desk.folder / "content", desk.folder / "launch" / "disk")
    yield made
    if made.plugged:
        made.pull()


def test_a_disk_that_is_pulled_out_holds_its_rows(desk: Desk, disk: Disk, clip: bytes) -> None:
    """Between check and upload; told at the row, and once it is back the next run sends what is missing."""
    (disk.content / "a.mp4").write_bytes(clip)
    rest(disk.content / "a.mp4")
    disk.plug()
    rows = [video("spring", 1, video="disk/a.mp4")]
    sheet = desk.sheets("launch", bundles=[bundle("spring", videos_quantity=1, publish="no", profile_picture=None)], videos=rows)
    with desk.while_paying(disk.pull):
        ended, line = told(desk, sheet)
    assert "the file a.mp4 cannot be read: No such file" in line, line
    assert (ended.code, states(ended)) == (4, {"done": 1, "held": 1})
    disk.plug()
    ended = desk.import_(sheet)
    assert (ended.code, uploads(desk), len(desk.executed("POST /bundles"))) == (0, 1, 1), ended.err


@pytest.mark.parametrize(("what", "words"), [("changed", "was changed after it was looked at"), ("deleted", "No such file")])
def test_a_file_that_is_not_what_it_was(desk: Desk, clip: bytes, what: str, words: str) -> None:
    """Changed or deleted between check and upload: its row is held, and says why."""
    sheet = launch(desk, ("a.mp4", clip))
    path = sheet / "a.mp4"
    happen = path.unlink if what == "deleted" else lambda: path.write_bytes(clip + b"!")
    with desk.while_paying(happen):
        ended, line = told(desk, sheet)
    assert words in line and "a.mp4" in line, line
    assert (ended.code, states(ended)) == (4, {"done": 1, "held": 1})
    path.write_bytes(clip)
    ended = desk.import_(sheet)
    assert (ended.code, uploads(desk), len(desk.executed("POST /bundles"))) == (0, 1, 1), ended.err


def test_no_faster_than_asked_for(desk: Desk, clip: bytes) -> None:
    """The rate holds for all transfers together, by the clock that they wait by; a nonsense rate is a usage error."""
    sheet = launch(desk, ("a.mp4", large(clip)), ("b.mp4", clip))
    assert desk.import_(sheet, "--max-rate", "fast").code == 2
    with import_.make_context("import", [str(sheet), "--max-rate", "3MB/s"]):
        job = Job(command="import", inputs=(sheet,), confirm=lambda _: True, bringing=bringing())
    settings = Settings(base_url=desk.base_url, key=Secret(desk.key), home=desk.home)
    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async def story() -> Result:
        source = Source.read(job, settings.home)
        async with open_portal(settings) as portal:
            run = await Run.begin(settings, source, portal)
            run.transfers = replace(run.transfers, clock=lambda: sum(waited), sleep=wait)
            with run.ledger:
                run.ledger.acquire()
                try:
                    return await run.apply("")
                finally:
                    run.ledger.release()

    assert asyncio.run(story()).report.exit_code == 0
    assert uploads(desk) == 2
    assert sum(waited) == pytest.approx(sum(path.stat().st_size for path in sheet.glob("*.mp4")) / 3e6)


def test_progress_in_plain_lines(desk: Desk, clip: bytes) -> None:
    """Bytes and rate without a terminal; no address of the storage host."""
    ended = desk.import_(launch(desk, ("a.mp4", large(clip))))
    assert "4.20MB of 4.20MB uploaded" in ended.err and "_storage" not in ended.err + ended.out
