"""An import started from Python leaves the same records as the command."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bulkportal import pipeline, settings
from bulkportal.errors import UnreadableInput
from bulkportal.records.audit import Audit
from bulkportal.records.history import RunHistory
from bulkportal.records.log import open_log
from tests.conftest import Desk, bundle, video


def launch(desk: Desk, name: str) -> Path:
    """A launch of one bundle with one good video and one that has no date."""
    return desk.sheets(name, bundles=[bundle(name, videos_quantity=2)], videos=[video(name, 1), video(name, 2, target_publish_date="")])


def from_python(desk: Desk, sheet: Path, **asked: object) -> pipeline.Result:
    """Import it by the function, with nothing but what the documentation names."""
    environment = {"TOKPORTAL_API_KEY": desk.key, "TOKPORTAL_BASE_URL": desk.base_url, "BULKPORTAL_HOME": str(desk.home)}
    job = pipeline.Job(command="import", inputs=(sheet,), confirm=lambda _: True, **asked)  # type: ignore[arg-type]
    return asyncio.run(pipeline.import_(job, settings.resolve(environment)))


def events(desk: Desk, run_id: str) -> list[tuple[object, object]]:
    """What the audit log holds of a run, in order: each event, and the operation it is about."""
    return [(line["event"], line["facts"].get("operation")) for line in Audit(desk.home).lines() if line["run_id"] == run_id]


def test_the_function_and_the_command_write_the_same_audit_lines(desk: Desk) -> None:
    """Who said yes, every paid and irreversible step, and how it ended."""
    by_command = desk.run("import", launch(desk, "by-command"), "--yes")
    result = from_python(desk, launch(desk, "by-python"))
    assert result.report.exit_code == by_command.code == 4
    assert events(desk, result.report.run_id) == events(desk, by_command.document["run_id"])
    assert ("operation", "create_bundle") in events(desk, result.report.run_id)
    assert Audit(desk.home).verify().faults == ()


def test_the_function_remembers_which_rows_failed(desk: Desk) -> None:
    """So that `runs diff` can compare it with a later run."""
    result = from_python(desk, launch(desk, "by-python"))
    with RunHistory(desk.home) as diary:
        failing = diary.failing_in(result.report.run_id)
    assert failing is not None
    assert [problem.key for problem in failing] == ["by-python", "by-python position 2"]


def test_a_run_that_breaks_off_is_recorded(desk: Desk) -> None:
    """A file that is not there ends it before the first row; the audit log says that it began, and how it ended."""
    with pytest.raises(UnreadableInput):
        from_python(desk, desk.folder / "missing.xlsx")
    assert [line["event"] for line in Audit(desk.home).lines()] == ["run_started", "run_failed"]


def test_a_log_is_written_where_one_is_given(desk: Desk) -> None:
    """The same lines as with --log-file."""
    path = desk.folder / "run.jsonl"
    with open_log(path) as log:
        from_python(desk, launch(desk, "by-python"), log=log)
    text = path.read_text("utf-8")
    assert '"run_started"' in text
    assert '"run_ended"' in text
    assert desk.key not in text
