"""Regular files only: media, sheets, reports and logs that are pipes, devices or sockets are told, and nothing waits for them."""

from __future__ import annotations

import os
import socket
from datetime import date
from pathlib import Path

import pytest

from bulkportal.errors import UsageProblem
from bulkportal.media import probe
from bulkportal.media.cache import Seen
from bulkportal.pipeline import check
from bulkportal.pipeline.job import Job
from bulkportal.portal.bodies import FileBody
from bulkportal.portal.failures import Refused
from bulkportal.records.log import open_log
from bulkportal.regular import NotRegular, open_to_append, open_to_read, read_key, refuse_other_kinds

KINDS = ("pipe", "device", "socket", "folder", "link")


@pytest.fixture(params=KINDS)
def special(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Something that is no regular file."""
    path = tmp_path / "clip.mp4"
    match request.param:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "socket":
            with socket.socket(socket.AF_UNIX) as server:
                before = Path.cwd()
                os.chdir(tmp_path)  # the name of a socket must be short
                try:
                    server.bind("clip.mp4")
                finally:
                    os.chdir(before)
        case "folder":
            path.mkdir()
        case _:
            os.mkfifo(tmp_path / "pipe")
            path.symlink_to("pipe")
    return path


def test_only_regular_files_are_opened(special: Path) -> None:
    """Neither to be read nor to be appended to, and without waiting for another end."""
    for attempt in (open_to_read, open_to_append, refuse_other_kinds, probe, Seen(None).facts):
        with pytest.raises(NotRegular, match=r"it is a (pipe|device|socket|folder), not a file"):
            attempt(special)
    with pytest.raises(Refused):
        FileBody(special)


@pytest.mark.parametrize("column", ["video", "profile_picture", "carousel_images"])
def test_media_that_is_no_regular_file_is_told(special: Path, column: str, tmp_path: Path) -> None:
    """With its cell; the check comes to its end."""
    sheet = tmp_path / "launch.csv"
    if column == "profile_picture":
        sheet.write_text(f"bundle,bundle_type,platform,country,videos_quantity,{column}\none,account_and_videos,tiktok,US,1,{special.name}\n")
    else:
        kind = "video" if column == "video" else "carousel"
        sheet.write_text(f"bundle,position,video_type,{column},target_publish_date\none,1,{kind},{special.name},2027-03-15\n")
    result = check(Job(command="check", inputs=(sheet,), today=date(2026, 11, 29)))
    told = [finding for finding in result.report.findings if finding.code in ("media_unreadable", "media_outside_folder")]
    assert len(told) == 1 and told[0].row == 2 and ("not a file" in told[0].message or "outside" in told[0].message)


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_a_log_is_a_regular_file(kind: str, tmp_path: Path) -> None:
    """A pipe without a reader would stop the run before it begins."""
    path = tmp_path / "log.jsonl"
    os.mkfifo(path) if kind == "pipe" else path.mkdir()
    with pytest.raises(UsageProblem, match=f"a {kind}, not a file"), open_log(path):
        pass


def test_a_log_may_be_thrown_away() -> None:
    """To the null device, as people do."""
    with open_log(Path(os.devnull)) as log:
        log.write("started")


def test_a_key_may_come_through_a_pipe_into_which_somebody_writes(tmp_path: Path) -> None:
    """As from `<(pass show key)`; where nobody writes, nothing waits for ever, and a device is refused."""
    reading, writing = os.pipe()
    os.write(writing, b"tok_live_x\n")
    os.close(writing)
    assert read_key(Path(f"/dev/fd/{reading}")) == b"tok_live_x\n"
    os.close(reading)
    (tmp_path / "key").write_bytes(b"tok_live_y")
    assert read_key(tmp_path / "key") == b"tok_live_y"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TimeoutError):
        read_key(tmp_path / "pipe", seconds=0.05)
    with pytest.raises(NotRegular):
        read_key(Path("/dev/zero"))
