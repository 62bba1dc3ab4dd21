"""The JSON summary: one schema, every key, honest numbers."""

from __future__ import annotations

import json
from pathlib import Path

from bulkportal.apply.outcomes import RowState
from bulkportal.report.as_json import to_json

from .samples import checked, finding, launch, line, report

KEYS = ["schema", "command", "exit_code", "message", "run_id", "files", "rows", "findings", "operations", "credits", "requests", "report"]


def test_every_key_of_the_schema_is_there(tmp_path: Path) -> None:
    """The keys are those of the schema, in its order, whatever happened."""
    given = to_json(report(checked(launch(tmp_path / "launch.xlsx"))), None)
    assert list(given) == KEYS
    assert given["schema"] == "bulkportal.run/1"
    assert given["report"] is None


def test_rows_name_all_states_and_add_up(tmp_path: Path) -> None:
    """All seven states are counted, also those at zero, and they add up to the total."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    rows = to_json(report(source, [line(source.rows[0], RowState.HELD)]), "r.xlsx")["rows"]
    assert isinstance(rows, dict)
    assert list(rows) == ["total", *RowState]
    assert rows["total"] == sum(int(str(rows[state])) for state in RowState) == len(source.rows)


def test_unknown_credits_are_null_and_whole_ones_whole(tmp_path: Path) -> None:
    """None stays null, never 0; a whole amount has no decimal point."""
    written = json.dumps(to_json(report(checked(launch(tmp_path / "launch.xlsx"))), None)["credits"])
    assert written == '{"planned": null, "charged": 30, "remaining": 970}'


def test_a_finding_keeps_its_address(tmp_path: Path) -> None:
    """Findings carry file, sheet, cell and row as the user sees them."""
    source = checked(launch(tmp_path / "launch.xlsx"))
    listed = to_json(report(source, findings=[finding(source.rows[1], "D4")]), None)["findings"]
    assert listed == [
        {
            "code": "video_missing",
            "severity": "error",
            "file": "launch.xlsx",
            "sheet": "Videos",
            "cell": "D4",
            "row": 4,
            "column": "video",
            "value": None,
            "message": "video_missing says so.",
            "hint": "Repair it.",
            "proposal": None,
        }
    ]
