"""A night from end to end: what is taken, what becomes of it, and that nothing is lost or done twice."""

from __future__ import annotations

import os
import shutil
import signal
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from bulkportal.simulator.state import REFUSED_KEY
from tests.automate.inboxes import archive, dropped, fates, inbox_of, launch, night
from tests.automate.strikes import strikes_at
from tests.conftest import PATIENCE, Desk, bundle, video


def test_each_file_ends_where_it_belongs_and_one_that_is_broken_stops_no_other(desk: Desk) -> None:
    """Good, bad rows, broken, still being written, a folder of CSV files: five fates, one exit code, one summary."""
    box = inbox_of(desk)
    launch(box, "a-good")
    launch(box, "b-bad", target_publish_date="soon")
    (box / "c-broken.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
    (box / "d-coming.xlsx.part").write_bytes(b"half")
    (box / "~$a-good.xlsx").write_bytes(b"open in Excel")
    shutil.move(desk.sheets("e-folder", bundles=[bundle("e-folder")], videos=[video("e-folder", 1), video("e-folder", 2)]), box)
    (box / "media").mkdir()
    (box / "media" / "clip.mp4").write_bytes(b"no sheet")

    ended = night(desk)

    assert fates(ended) == {"a-good.xlsx": "done", "b-bad.xlsx": "failed", "c-broken.xlsx": "failed", "e-folder": "done"}
    assert ended.code == ended.document["exit_code"] == 6, "the worst of them: what could not be read goes before rows with mistakes"
    assert [found["exit_code"] for found in ended.document["launches"]] == [0, 4, 6, 0]
    assert archive(desk, "done") == ["a-good.RUN.xlsx", "e-folder.RUN"]
    assert archive(desk, "failed") == ["b-bad.RUN.xlsx", "c-broken.RUN.xlsx"]
    assert archive(desk, "reports") == ["a-good.RUN.report.xlsx", "b-bad.RUN.report.xlsx", "c-broken.RUN.problem.txt", "e-folder.RUN.report.xlsx"]
    assert {path.name for path in box.iterdir() if path.is_file()} == {"d-coming.xlsx.part", "~$a-good.xlsx", ".bulkportal.lock"}
    assert desk.bundles["a-good"].status == desk.bundles["e-folder"].status == "published"


def test_a_file_that_somebody_still_writes_is_left_for_the_next_night(desk: Desk) -> None:
    """Its size and times move while the night looks; when they have come to rest, it is taken."""
    path = launch(inbox_of(desk), "slow")
    whole = path.read_bytes()
    finished = threading.Event()

    def write() -> None:
        while not finished.wait(0.05):
            with path.open("ab") as file:
                file.write(b"\x00")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        first = night(desk, "--still-seconds", 0.5)
    finally:
        finished.set()
        writing.join()
    assert (first.code, fates(first), desk.writes) == (0, {"slow.xlsx": "being written"}, 0)

    path.write_bytes(whole)
    assert fates(night(desk, "--still-seconds", 60)) == {"slow.xlsx": "being written"}
    assert fates(night(desk)) == {"slow.xlsx": "done"}


def test_the_same_content_is_never_done_twice(desk: Desk) -> None:
    """Dropped again, or under another name: put away as a duplicate, said, and nothing is sent."""
    first = launch(inbox_of(desk), "first")
    copy = shutil.copy2(first, desk.folder / "kept.xlsx")
    assert night(desk).code == 0
    sent = desk.writes

    dropped(desk, Path(copy), "first.xlsx")
    dropped(desk, Path(copy), "another name.xlsx")
    again = night(desk)

    assert again.code == 0
    assert fates(again) == {"another name.xlsx": "duplicate", "first.xlsx": "duplicate"}
    assert all("nothing was sent" in found["message"] for found in again.document["launches"])
    assert desk.writes == sent
    assert archive(desk, "done") == ["another name.RUN.xlsx", "first.RUN.xlsx", "first.RUN.xlsx"]


def test_what_failed_is_tried_again_when_it_is_dropped_again(desk: Desk) -> None:
    """The same bytes may succeed once the platform allows it: only what was done counts as done before."""
    desk.state.settings.balance = 25
    path = launch(inbox_of(desk), "twice", target_publish_date="soon")
    copy = shutil.copy2(path, desk.folder / "kept.xlsx")
    assert fates(night(desk)) == {"twice.xlsx": "failed"}
    dropped(desk, Path(copy), "twice.xlsx")
    assert fates(night(desk)) == {"twice.xlsx": "failed"}


def test_what_waits_for_credits_stays_in_the_inbox_until_it_can_be_done(desk: Desk) -> None:
    """Exit 8 tonight; done when there are credits; the limit counts for all launches of the night together."""
    launch(inbox_of(desk), "one")
    launch(inbox_of(desk), "two")
    first = night(desk, "--max-credits", 30)
    assert (first.code, fates(first)) == (8, {"one.xlsx": "done", "two.xlsx": "waiting"})
    assert (inbox_of(desk) / "two.xlsx").exists()
    second = night(desk, "--max-credits", 30)
    assert (second.code, fates(second)) == (0, {"two.xlsx": "done"})
    assert 5000 - desk.balance == 50


@pytest.mark.parametrize("point", ["imported", "decided", "moved"])
def test_a_night_that_is_killed_is_finished_by_the_next_start(desk: Desk, point: str) -> None:
    """`kill -9` after the import, after the decision, after the move: sent once, and the file ends in done/."""
    launch(inbox_of(desk), "struck")
    killed = desk.prepared(partial(strikes_at, point), "run", inbox_of(desk), "--still-seconds", 0)
    assert killed.wait(PATIENCE) == -signal.SIGKILL, killed.told
    sent = desk.writes

    again = night(desk)

    assert again.code == 0
    assert desk.writes == sent
    assert archive(desk, "done") == ["struck.RUN.xlsx"]
    assert fates(again) == {"imported": {"struck.xlsx": "done"}, "decided": {"struck.xlsx": "finished"}, "moved": {}}[point]
    assert fates(night(desk)) == {}
    assert 5000 - desk.balance == 25


def test_a_night_that_is_killed_while_it_sends_is_finished_and_paid_once(desk: Desk) -> None:
    """Killed at the third write of the first of two launches."""
    launch(inbox_of(desk), "one")
    launch(inbox_of(desk), "two")
    assert desk.killed_at(3, "run", inbox_of(desk), "--still-seconds", 0)
    for _ in range(2):
        ended = night(desk)
    assert ended.code == 0
    assert archive(desk, "done") == ["one.RUN.xlsx", "two.RUN.xlsx"]
    assert 5000 - desk.balance == 50


def test_of_two_timers_at_once_one_works_and_one_exits_12(desk: Desk) -> None:
    """The second touches nothing; afterwards all is done once."""
    for name in ("one", "two"):
        launch(inbox_of(desk), name)
    desk.trouble("slow", "*write", seconds=300)
    first = desk.start("run", inbox_of(desk), "--still-seconds", 0)
    desk.wait(first, lambda: desk.writes)
    second = desk.run("run", inbox_of(desk), "--still-seconds", 0)
    assert second.code == 12
    assert "Another run is working on" in second.err
    desk.operate("DELETE", "/faults")
    first.communicate(timeout=250)
    assert first.returncode == 0
    assert archive(desk, "done") == ["one.RUN.xlsx", "two.RUN.xlsx"]
    assert 5000 - desk.balance == 50


def test_a_refused_key_leaves_everything_and_says_so(desk: Desk) -> None:
    """Exit 3, nothing moved; the trouble is new once and known afterwards."""
    launch(inbox_of(desk), "kept")
    desk.key = REFUSED_KEY
    first, second = night(desk), night(desk)
    assert first.code == second.code == 3
    assert [found["row"] for found in first.document["changes"]["new"]] == ["the night"]
    assert second.document["changes"]["new"] == []
    assert (inbox_of(desk) / "kept.xlsx").exists()


def test_a_file_goes_to_another_file_system_whole_or_not_at_all(desk: Desk) -> None:
    """done/ on another disk: copied, compared, and only then taken from the inbox."""
    others = [place for place in map(Path, ("/dev/shm", "/var/tmp")) if place.is_dir() and place.stat().st_dev != desk.folder.stat().st_dev]
    if not others:
        pytest.skip("there is only one file system here")
    other = others[0]
    place = other / f"bulkportal-{os.getpid()}"
    place.mkdir()
    try:
        path = launch(inbox_of(desk), "far")
        content = path.read_bytes()
        (inbox_of(desk) / "done").symlink_to(place)
        assert fates(night(desk)) == {"far.xlsx": "done"}
        assert not path.exists()
        assert [found.read_bytes() for found in place.iterdir()] == [content]
    finally:
        shutil.rmtree(place)


def test_watching_takes_what_comes_and_ends_cleanly(desk: Desk) -> None:
    """It sleeps, takes a file that is dropped, and ends with 130 when it is told to."""
    box = inbox_of(desk)
    process = desk.start("run", box, "--watch", "--interval", 0.2, "--still-seconds", 0, "--json")
    desk.wait(process, (box / ".bulkportal.lock").exists)
    launch(desk.folder, "late").rename(box / "late.xlsx")
    desk.wait(process, lambda: (box / "done").is_dir() and any((box / "done").iterdir()))
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=250)
    assert process.returncode == 130
    assert out.count('"schema"') == 1, "passes in which nothing happened say nothing"
    assert "Traceback" not in err


def test_an_inbox_that_is_not_there_is_a_wrong_use(desk: Desk) -> None:
    """Nothing is made that was not asked for."""
    ended = desk.run("run", desk.folder / "nowhere")
    assert ended.code == 2
    assert not (desk.folder / "nowhere").exists()
