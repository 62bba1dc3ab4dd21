"""A night in a test: five files, a crash in the middle, a second start, a third with nothing new."""

from __future__ import annotations

import json
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bulkportal.records.audit import Audit
from tests.automate.inboxes import archive, dropped, fates, inbox_of, launch, night, profiled
from tests.automate.posts import web_hook
from tests.conftest import Desk


@contextmanager
def being_written(path: Path) -> Iterator[None]:
    """Somebody goes on writing to the file."""
    finished = threading.Event()

    def write() -> None:
        while not finished.wait(0.02):
            with path.open("ab") as file:
                file.write(b"\x00")

    writing = threading.Thread(target=write)
    writing.start()
    try:
        yield
    finally:
        finished.set()
        writing.join()


def test_five_files_a_crash_a_second_start_and_a_third_with_nothing_new(desk: Desk) -> None:
    """States, archive, messages, exit codes and the memory of nights, each time."""
    box = inbox_of(desk)
    with web_hook() as hook:
        config = profiled(desk, targets=[f"json://{hook.address}/ops"], healthcheck=f"http://{hook.address}/alive")
        yesterday = shutil.copy2(launch(box, "yesterday"), desk.folder / "kept.xlsx")
        assert night(desk, "--today", "2026-11-15", **config).code == 0
        hook.calls.clear()

        launch(box, "b-good")
        launch(box, "c-bad", target_publish_date="soon")
        (box / "d-broken.xlsx").write_bytes(b"PK\x03\x04 and then nothing")
        dropped(desk, Path(yesterday), "a-copy of yesterday.xlsx")
        while time.time() - max(path.stat().st_ctime for path in box.iterdir()) < 0.3:  # none of them is still being written
            time.sleep(0.01)
        coming = launch(box, "e-coming")
        whole = coming.read_bytes()
        with being_written(coming):
            # It is killed when the first launch has been sent in part.
            before = desk.writes
            assert desk.killed_at(before + 2, "run", box, "--still-seconds", 0.3, "--today", "2026-11-16")
            hook.calls.clear()
            second = night(desk, "--still-seconds", 0.3, "--today", "2026-11-16", **config)

        assert second.code == 6
        # The copy of yesterday's file comes first: the night that was killed had put it away.
        assert fates(second) == {"b-good.xlsx": "done", "c-bad.xlsx": "failed", "d-broken.xlsx": "failed", "e-coming.xlsx": "being written"}
        assert archive(desk, "done") == ["a-copy of yesterday.RUN.xlsx", "b-good.RUN.xlsx", "yesterday.RUN.xlsx"]
        assert archive(desk, "failed") == ["c-bad.RUN.xlsx", "d-broken.RUN.xlsx"]
        assert sorted(desk.bundles) == ["b-good", "c-bad", "yesterday"]
        assert 5000 - desk.balance == 75, "three bundles, each paid once"
        changes = second.document["changes"]
        assert {problem["row"] for problem in changes["new"]} == {"c-bad", "c-bad position 1", "d-broken.xlsx"}
        assert (changes["fixed"], changes["still"]) == ([], [])
        assert hook.paths == ["/alive/start", "/ops", "/alive"]
        message = json.loads(hook.calls[1][1])
        assert message["type"] == "failure" and "3 new problems" in message["title"]
        assert "c-bad position 1" in message["message"]

        hook.calls.clear()
        sent = desk.writes
        coming.write_bytes(whole)
        third = night(desk, "--still-seconds", 3600, "--today", "2026-11-18", **config)
        assert (third.code, fates(third), desk.writes) == (0, {"e-coming.xlsx": "being written"}, sent)
        changes = third.document["changes"]
        assert (changes["new"], changes["fixed"], changes["oldest"]["nights"]) == ([], [], 3)
        assert hook.paths == ["/alive/start", "/alive"], "nothing is new, so nobody is woken"

        hook.calls.clear()
        launch(box, "c-bad")
        last = night(desk, "--today", "2026-11-19", **config)
        assert (last.code, fates(last)) == (0, {"c-bad.xlsx": "done", "e-coming.xlsx": "done"})
        assert {problem["row"] for problem in last.document["changes"]["fixed"]} == {"c-bad", "c-bad position 1"}
        assert [problem["file"] for problem in last.document["changes"]["still"]] == ["d-broken.xlsx"]
        assert hook.paths == ["/alive/start", "/ops", "/alive"]
    assert Audit(desk.home).verify().faults == ()
