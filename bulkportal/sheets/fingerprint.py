"""What tells the sheets of a launch, as they lie on the disk, from any others."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bulkportal.sheets.archive import TEXT_SUFFIXES


def fingerprint(source: Path) -> str:
    """The fingerprint of a file, or of all text files of a folder: what else lies there, such as videos and reports, is none of its sheets.

    Where there is none, that of nothing. Raises OSError for one that cannot be read.
    """
    files = sorted(path for path in source.iterdir() if path.suffix.casefold() in TEXT_SUFFIXES) if source.is_dir() else [source]
    found = hashlib.sha256()
    for path in filter(Path.is_file, files):
        found.update(path.name.encode("utf-8", "surrogateescape") + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()
