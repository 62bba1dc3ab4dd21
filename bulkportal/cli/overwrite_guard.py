"""Edits in a report are never lost: an edited report is copied to another name before it is written again.

A report may hold corrections, and a plan approvals, that nobody has imported yet (law 6).
The home folder remembers the fingerprint of every report as it was written; one that differs, or that is
not known, was made or edited by somebody else.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import datetime
from pathlib import Path

from bulkportal import private

_MEMORY = "reports.json"
_MOST = 1000


def preserve_edits(path: Path, home: Path | None) -> Path | None:
    """Keep a copy of the file at `path` if somebody has edited it. Returns where. Raises OSError."""
    if not path.is_file():
        return None
    if is_as_written(path, home):
        return None
    moment = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
    kept = path.with_name(f"{path.stem} (edited {moment:%Y-%m-%d %H%M}){path.suffix}")
    if kept.is_file() and _fingerprint(kept) == _fingerprint(path):
        return kept
    number = 2
    while kept.exists():
        kept = path.with_name(f"{path.stem} (edited {moment:%Y-%m-%d %H%M}, {number}){path.suffix}")
        number += 1
    # A copy, not a move: until the new report is written whole, the old one must be in its place.
    shutil.copy2(path, kept)
    return kept


def is_as_written(path: Path, home: Path | None) -> bool:
    """Whether the file is one of ours that nobody has changed. Raises OSError."""
    return home is not None and path.is_file() and _remembered(home).get(str(path.resolve())) == _fingerprint(path)


def remember(path: Path, home: Path | None) -> None:
    """Store the fingerprint of a file as written. Raises OSError, or UsageProblem if the home folder cannot be written."""
    if home is None:
        return
    known = _remembered(home)
    known.pop(str(path.resolve()), None)
    # What drops out is taken for edited and kept once more: the safe side.
    newest = dict([*known.items(), (str(path.resolve()), _fingerprint(path))][-_MOST:])
    private.write(home / _MEMORY, json.dumps(newest, indent=1).encode())


def _remembered(home: Path) -> dict[str, str]:
    try:
        known = json.loads((home / _MEMORY).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(path): str(mark) for path, mark in known.items()} if isinstance(known, dict) else {}


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
