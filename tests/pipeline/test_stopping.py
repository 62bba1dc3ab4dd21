"""A run that is asked to stop stops at once where nothing is in flight, and after what is in flight where something is."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from bulkportal import pipeline
from bulkportal.apply.circuit_breaker import CircuitBreaker
from bulkportal.errors import BulkportalError, ExitCode, Interrupted
from bulkportal.pipeline.job import Result
from bulkportal.portal.failures import Stopped
from bulkportal.portal.secret import Secret
from bulkportal.settings import Settings
from tests.conftest import KEY, Desk, bundle, video


def launch_of(desk: Desk) -> Path:
    """Six bundles."""
    names = [f"stop-{number}" for number in range(6)]
    return desk.sheets("launch", bundles=[bundle(name, videos_quantity=1) for name in names], videos=[video(name, 1) for name in names])


def stopped_when(desk: Desk, launch: Path, happened: Callable[[], object]) -> Result:
    """An import that somebody stops as soon as something has happened."""

    async def work() -> Result:
        brake = CircuitBreaker()

        async def stop() -> None:
            while not happened():  # noqa: ASYNC110  the platform is in another thread
                await asyncio.sleep(0.01)
            brake.interrupt("somebody asked for it")

        stopping = asyncio.create_task(stop())
        job = pipeline.Job(command="import", inputs=(launch,), confirm=lambda _: True, brake=brake)
        try:
            return await pipeline.import_(job, Settings(base_url=desk.base_url, key=Secret(KEY), home=desk.home))
        finally:
            stopping.cancel()

    return asyncio.run(asyncio.wait_for(work(), 60))


def test_a_run_that_only_waits_because_it_was_asked_to_stops_at_once(desk: Desk) -> None:
    """The platform is busy for ever, and each wait is longer than the one before: nothing more is sent, and the report is written."""
    launch = launch_of(desk)
    desk.trouble("429", "POST /bundles", times=None)
    result = stopped_when(desk, launch, lambda: desk.writes)
    assert result.report.exit_code == ExitCode.INTERRUPTED
    assert result.report.totals["waiting"] == result.report.totals["total"] == 12
    assert desk.bundles == {}
    desk.operate("DELETE", "/faults")
    assert desk.until_done(launch).code == 0


def test_a_question_is_not_waited_for(desk: Desk) -> None:
    """While the platform is asked what is there: 130, and nothing was sent."""
    launch = launch_of(desk)
    desk.trouble("slow", "*read", times=None, seconds=20)
    with pytest.raises(Interrupted) as stopped:
        stopped_when(desk, launch, lambda: desk.state.journal.reads)
    assert stopped.value.exit_code == ExitCode.INTERRUPTED
    assert desk.writes == 0


def test_what_is_in_flight_is_finished(desk: Desk) -> None:
    """A purchase that the platform works on is heard to its end, and told."""
    launch = launch_of(desk)
    desk.trouble("slow", "POST /bundles", times=None, seconds=2)
    result = stopped_when(desk, launch, lambda: desk.writes)
    assert result.report.exit_code == ExitCode.INTERRUPTED
    assert 5000 - desk.balance == result.report.charged > 0
    assert result.report.remaining in (None, desk.balance)  # never what was left before
    desk.operate("DELETE", "/faults")
    assert desk.until_done(launch).code == 0
    assert 5000 - desk.balance == 6 * 15


def test_whoever_sleeps_is_woken() -> None:
    """A wait ends when the run is stopped, and none begins after it."""

    async def work() -> None:
        brake = CircuitBreaker()
        await brake.sleep(0.01)
        asyncio.get_running_loop().call_later(0.05, brake.interrupt, "now")
        with pytest.raises(Stopped):
            await brake.sleep(3600)
        with pytest.raises(Stopped):
            await brake.sleep(0)
        with pytest.raises(BulkportalError):
            await brake.heed()

    asyncio.run(work())


def test_a_night_of_files_that_cannot_be_read_obeys_a_signal(desk: Desk) -> None:
    """Nothing of them is ever waited for, and yet the night ends: what was not looked at lies where it was."""
    inbox = desk.folder / "inbox"
    inbox.mkdir()
    for number in range(400):
        (inbox / f"broken-{number:03}.xlsx").write_bytes(b"PK\x03\x04 this is no workbook" * 50)
    process = desk.start("run", inbox, "--still-seconds", "0")
    desk.wait(process, lambda: any((inbox / "failed").glob("*")) if (inbox / "failed").exists() else False)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=250)
    assert process.returncode == 130, err
    assert len(list(inbox.glob("broken-*.xlsx"))) > 0
