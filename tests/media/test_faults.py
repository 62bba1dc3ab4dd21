"""Everything that can happen to a large file on its way, each to one row of one launch; and the run that mends it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from bulkportal.apply import transfers
from bulkportal.portal import retrying, wire
from bulkportal.portal.uploading import DIRECT_BYTES
from tests.conftest import Desk, bundle, video

from . import making
from .bad_host import BadHost

TOLD = {
    "cut": "no answer came back from the storage host: the connection broke off",
    "stuck": "no answer came back from the storage host: it took too long (WriteTimeout)",
    "silent": "no answer came back from the storage host: it took too long (ReadTimeout)",
    "short": "the storage host did not accept the file short.mp4 (status 400)",
    "expired": "the storage host did not accept the file expired.mp4 (status 403)",
    "large": "the storage host did not accept the file large.mp4 (status 413)",
    "page": "the storage host did not accept the file page.mp4 (status 502)",
    "broken": "the storage host did not accept the file broken.mp4 (status 503)",
    "nowhere": "the storage host cannot be reached: its name is not known",
    "refused": "the storage host cannot be reached: it refuses connections",
    "distrusted": "the storage host cannot be reached: its certificate cannot be trusted",
    "changed": "the file changed.mp4 cannot be sent: it was changed while it was sent",
    "shrunk": "the file shrunk.mp4 cannot be read: it became shorter while it was sent",
}
"""What the row says of each trouble."""

PATIENCE = (
    (wire, "STILL_SECONDS", 3.0),
    (wire, "UPLOAD_SECONDS", 3.0),
    (retrying, "_CONNECT_TIMES", 1),
    (retrying, "_SAFE_TIMES", 1),
    (transfers, "STILL_AFTER", 1.0),
)
"""Less of it, so that the test need not take minutes."""

WELL = ("fine", "deleted")
"""Files that arrive: one that is deleted while it is sent stays readable to whom has it open."""

SLOW = ("stuck", "changed", "shrunk", "deleted")
READ_MEANWHILE = 24_000_000
"""Bytes of a file that must not be read to its end before the host has its beginning, whatever the buffers hold."""


@pytest.fixture
def sheet(desk: Desk, tmp_path: Path) -> Path:
    """A launch with one video for each fate, all real, all large and all different."""
    names = [*TOLD, *WELL]
    rows = [video("spring", number, video=f"{name}.mp4") for number, name in enumerate(names, start=1)]
    made = [bundle("spring", videos_quantity=len(names), publish="no", profile_picture=None)]
    folder = desk.sheets("launch", bundles=made, videos=rows)
    clip = making.video(tmp_path / "clip.mp4", size=(720, 1280)).read_bytes()
    for number, name in enumerate(names):
        room = (READ_MEANWHILE if name in SLOW else DIRECT_BYTES) + number
        write(folder / f"{name}.mp4", clip + room.to_bytes(4, "big") + b"free", len(clip) + room)
    return folder


def write(path: Path, content: bytes, size: int) -> None:
    """A file that begins so and has that size, written long ago."""
    path.write_bytes(content)
    os.truncate(path, size)
    os.utime(path, (time.time() - 100, time.time() - 100))


def test_every_trouble_is_told_at_its_row_and_mended_by_the_next_run(
    desk: Desk, sheet: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retried where that can help, then held; nothing else suffers; the second run sends what is missing and nothing more."""
    for module, name, value in PATIENCE:
        monkeypatch.setattr(module, name, value)
    before = {path.name: path.read_bytes()[:READ_MEANWHILE] for path in sheet.glob("*.mp4")}
    sizes = {path.name: path.stat().st_size for path in sheet.glob("*.mp4")}
    with BadHost(desk.state, tmp_path) as host:
        desk.state.storage_host = host
        host.during = {
            "changed": lambda: (sheet / "changed.mp4").open("ab").close() or os.utime(sheet / "changed.mp4"),
            "shrunk": lambda: os.truncate(sheet / "shrunk.mp4", 1000),
            "deleted": (sheet / "deleted.mp4").unlink,
        }
        ended = desk.import_(sheet, RES_OPTIONS="timeout:1 attempts:1")
        assert (ended.code, ended.rows) == (4, {"total": 16, "done": 3, "held": 13}), ended.err
        told = dict(re.findall(r"^held +videos!\d+ .*?(\w+)\.mp4 was not uploaded: (.*)$", ended.err, re.MULTILINE))
        assert told.keys() == TOLD.keys(), ended.err
        assert {name: words for name, words in TOLD.items() if not told[name].startswith(words)} == {}, told
        assert host.files.keys() == set(WELL) and "verysecret" not in ended.err + ended.out
        assert "stuck.mp4 has stood still for" in ended.err
        twice = {name: host.tried[name] for name in TOLD if host.tried[name] == 2}
        assert twice.keys() == {"cut", "stuck", "silent", "expired", "page", "broken"}, "what may help is tried again"
        host.well = True
        host.tried.clear()
        for name in ("changed.mp4", "shrunk.mp4", "deleted.mp4"):
            write(sheet / name, before[name], sizes[name])
        ended = desk.import_(sheet)
        assert (ended.code, ended.rows) == (0, {"total": 16, "done": 13, "unchanged": 3}), ended.err
        assert host.tried == dict.fromkeys(TOLD, 1) and {len(content) for content in host.files.values()} == set(sizes.values())
    assert len(desk.executed("POST /bundles")) == 1
