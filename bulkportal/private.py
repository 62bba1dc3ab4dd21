"""Files and folders that only their owner may read: the ledger, records, caches, traces. Everything of the home folder is opened here.

The rights are set whatever the umask is, and those of what an earlier version left are tightened when it is opened. What
somebody asked for by its path, such as a report or an export, is theirs, and is not opened here.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from pathlib import Path
from typing import BinaryIO

from bulkportal.regular import open_to_append

FOLDER, FILE = 0o700, 0o600


def folder(path: Path) -> Path:
    """The folder, made if need be. Raises OSError."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=FOLDER, exist_ok=True)
    # /tmp as the home would be closed to everybody else on the machine.
    if not _is_shared(path):
        tighten(path)
    return path


def tighten(path: Path) -> None:
    """Take the rights of everybody else away. What cannot be changed, since it is somebody else's or of a system without rights, stays."""
    with contextlib.suppress(OSError):
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            return
        wanted = FOLDER if stat.S_ISDIR(found.st_mode) else FILE
        if stat.S_IMODE(found.st_mode) & 0o077 or stat.S_IMODE(found.st_mode) & wanted != wanted:
            path.chmod(wanted)


def appending(path: Path) -> int:
    """A handle that adds to a file, made if need be. Raises OSError."""
    folder(path.parent)
    handle = open_to_append(path)
    tighten(path)
    return handle


def create(path: Path) -> BinaryIO:
    """An empty file to write to; what was there under its name is gone. Raises OSError."""
    folder(path.parent)
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, FILE)
    tighten(path)
    return os.fdopen(handle, "w+b")


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises OSError."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with create(part) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _is_shared(path: Path) -> bool:
    """Whether a folder is more than a folder of ours: one that holds the user's home or the working folder, or where everybody may write."""
    with contextlib.suppress(OSError, RuntimeError):
        place = path.resolve()
        theirs = [Path.cwd(), Path.home()]
        return bool(place.stat().st_mode & stat.S_ISVTX) or any(one == place or place in one.parents for one in theirs)
    return False
