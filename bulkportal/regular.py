"""Regular files only: what a pipe, a device or a socket stands in the place of is neither read nor written.

Opening a pipe waits for somebody at its other end, for ever if need be, and a night would hold its lock meanwhile. So
nothing here waits, and what was opened is looked at once more: a file may be put in another's place between two looks.
"""

from __future__ import annotations

import errno
import os
import select
import stat
from io import BufferedReader
from pathlib import Path

_AT_ONCE = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_LONGEST_KEY = 1 << 16
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


class NotRegular(OSError):
    """What is there is no regular file; `strerror` says what it is."""

    def __init__(self, mode: int) -> None:
        what = next((name for is_kind, name in _KINDS if is_kind(mode)), "something else")
        super().__init__(errno.EINVAL, f"it is {what}, not a file")


def open_to_read(path: Path) -> BufferedReader:
    """A regular file, opened to be read. Raises NotRegular, or another OSError."""
    _refuse(path.stat())
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)
    try:
        _refuse(os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def read_key(path: Path, *, seconds: float = 10.0) -> bytes:
    """What a regular file holds, or a pipe into which another program writes a key. Raises OSError, also where nobody writes so long."""
    if not stat.S_ISFIFO(path.stat().st_mode):
        with open_to_read(path) as file:
            return file.read(_LONGEST_KEY)
    handle = os.open(path, os.O_RDONLY | _AT_ONCE)
    found = b""
    try:
        while select.select([handle], [], [], seconds)[0] and len(found) < _LONGEST_KEY:
            piece = os.read(handle, _LONGEST_KEY)
            if not piece:
                return found
            found += piece
    finally:
        os.close(handle)
    raise TimeoutError(errno.ETIMEDOUT, "nothing is being written into the pipe")


def open_to_append(path: Path) -> int:
    """A regular file, opened to be written at its end; made, for its owner alone, if it is not there. Raises NotRegular, or another OSError."""
    refuse_other_kinds(path)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _AT_ONCE, 0o600)
    try:
        if not is_null(path):
            _refuse(os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return handle


def refuse_other_kinds(path: Path) -> None:
    """Raise NotRegular where something stands at a path, links followed, that is no regular file. The null device may be written to."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return
    if not is_null(path):
        _refuse(found)


def is_null(path: Path) -> bool:
    """Whether a path is the device that forgets everything."""
    try:
        return path.samefile(os.devnull)
    except OSError:
        return False


def _refuse(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotRegular(found.st_mode)
