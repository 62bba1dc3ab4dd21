"""What every ending of the command has in common."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from tests.conftest import KEY, Desk, Ended

STATES = ["total", "done", "unchanged", "invalid", "held", "refused", "waiting", "unknown"]
TOP = ["schema", "command", "exit_code", "message", "run_id", "files", "rows", "findings", "operations", "credits", "requests", "report"]
FINDING = ["code", "severity", "file", "sheet", "cell", "row", "column", "value", "message", "hint", "proposal"]
OPERATION = ["kind", "target", "state", "credits", "request_id", "irreversible", "warning"]


def assert_schema(ended: Ended, command: str) -> dict[str, Any]:
    """The document is the one of docs/reference/json-summary.md, key for key, and agrees with the exit code."""
    document = ended.document
    assert list(document) == TOP
    assert (document["schema"], document["command"], document["exit_code"]) == ("bulkportal.run/1", command, ended.code)
    assert isinstance(document["run_id"], str)
    assert all(isinstance(file, str) for file in document["files"])
    assert sorted(document["rows"]) == sorted(STATES)
    assert all(type(count) is int for count in document["rows"].values())
    assert sum(document["rows"].values()) == 2 * document["rows"]["total"]
    for finding in document["findings"]:
        assert list(finding) == FINDING
        assert finding["severity"] in ("error", "warning")
        assert finding["row"] is None or type(finding["row"]) is int
    for operation in document["operations"]:
        assert list(operation) == OPERATION + (["changes"] if operation["state"] == "planned" else [])
    assert list(document["credits"]) == ["planned", "charged", "remaining"]
    assert list(document["requests"]) == ["total", "retried", "throttled"]
    assert document["report"] is None or Path(document["report"]).is_file()
    return document


def assert_said(ended: Ended, *words: str) -> None:
    """A clear sentence with these words on standard error, no traceback, no key."""
    assert_quiet(ended)
    for word in words:
        assert word.casefold() in ended.err.casefold(), f"{word!r} is not in {ended.err!r}"
    assert re.search(r"[A-Z][^\n]{10,}[.:)?]", ended.err), ended.err


def assert_quiet(ended: Ended) -> None:
    """Neither a traceback nor the key, on either stream."""
    for text in (ended.out, ended.err):
        assert "Traceback" not in text
        assert "fault in bulkportal itself" not in text, text
        assert KEY not in text
        assert KEY[9:] not in text


def assert_no_key_in_files(desk: Desk) -> None:
    """No file of the workplace holds the key, not even inside a workbook."""
    for path in desk.folder.rglob("*"):
        if not path.is_file():
            continue
        parts = [path.read_bytes()]
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as package:
                parts += [package.read(name) for name in package.namelist()]
        for part in parts:
            assert KEY.encode() not in part, path
            assert KEY[9:].encode() not in part, path
