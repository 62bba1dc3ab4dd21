"""The log: JSON Lines with a stable schema, for machines that collect them.

A line consists of named fields only, and none of them takes a secret: a value of a secret type writes itself as
``(hidden)``, and an address in a text loses everything that may grant access (user, password, query, fragment).
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from bulkportal.errors import BulkportalError, unwritten
from bulkportal.regular import open_to_append
from bulkportal.sheets.file_names import shown

SCHEMA = "bulkportal.log/1"

Level = Literal["debug", "info", "warning", "error"]

FIELDS = (
    "run_id",
    "command",
    "message",
    "file",
    "operation",
    "target",
    "state",
    "code",
    "request_id",
    "credits",
    "seconds",
    "done",
    "total",
    "rows",
    "requests",
    "exit_code",
)
"""The fields of a line besides `schema`, `at`, `level` and `event`, in this order; empty ones are left out."""

# The lookbehind and the possessive ++ keep it linear: a long word without :// would otherwise be tried from each of its characters.

_ADDRESS = re.compile(r"(?<![a-z0-9+.-])([a-z0-9+.-]++://)(?:[^\s/@\"'<>]*@)?([^\s?#\"'<>]*)(?:[?#][^\s\"'<>]*)?", re.IGNORECASE)


class Log:
    """One log file, opened for appending. Several processes may share it, since each line is one write.

    Without a path nothing is written. Raises UsageProblem where the file cannot be opened.
    """

    def __init__(self, path: Path | None) -> None:
        self._handle: int | None = None
        if path is None:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = open_to_append(path)
        except OSError as error:
            raise unwritten(error, f"The log {path} cannot be written ({error.strerror}).", hint="Give another place with --log-file.") from error

    def write(self, event: str, level: Level = "info", **fields: object) -> None:
        """Write one line. If the disk is full, the line is lost and the run goes on."""
        if self._handle is None:
            return
        head = {"schema": SCHEMA, "at": datetime.now(UTC).isoformat(timespec="milliseconds"), "level": level, "event": event}
        body = {name: plain(fields[name]) for name in FIELDS if fields.get(name) not in (None, "")}
        try:
            os.write(self._handle, (json.dumps({**head, **body}, ensure_ascii=False) + "\n").encode())
        except OSError:
            return

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


SILENT = Log(None)
"""A log that keeps nothing."""


@contextmanager
def open_log(path: Path | None) -> Iterator[Log]:
    """The log of a command, closed behind it. Raises UsageProblem."""
    log = Log(path)
    try:
        yield log
    finally:
        log.close()


@contextmanager
def log_command(path: Path | None, command: str) -> Iterator[dict[str, object]]:
    """The log of a command that only reads; facts put into the mapping become part of its last line. Raises UsageProblem."""
    run_id = f"{command}-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    facts: dict[str, object] = {}
    with open_log(path) as log:
        log.write("run_started", run_id=run_id, command=command)
        try:
            yield facts
            log.write("run_ended", "info", run_id=run_id, command=command, exit_code=0, **facts)
        except BulkportalError as problem:
            log.write("run_failed", "error", run_id=run_id, command=command, message=problem.message, exit_code=int(problem.exit_code))
            raise


def plain(value: object) -> object:
    """The value as it may be logged: numbers, texts without anything that grants access, lists and mappings of these."""
    match value:
        case None | bool() | int() | float():
            return value
        case dict():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case _:
            return _ADDRESS.sub(r"\1\2", shown(str(value)))
