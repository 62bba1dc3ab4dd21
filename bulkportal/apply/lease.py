"""One run at a time in a workspace, against processes that live and processes that died; and where a ledger belongs.

On the same machine the holder itself is looked at (its process id, and when that process was born, so that another
process under the same number is not taken for it); no clock is asked, so that none can be wrong. A holder on another
machine, or in another container, is judged by its heartbeat.

A home that was copied has two memories, and each would buy what the other has bought. The file itself is known by its number
on the disk, which it keeps when its folder is moved or renamed, and which a copy never has. That alone would make a mistake
of a disk that renumbers its files; so a ledger counts as copied only where the file is another one and its folder or its
machine is another one too. Containers that share a folder share the file.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from bulkportal.database import Row

STALE_AFTER = 90.0
"""Seconds without a heartbeat after which a lease that cannot be looked at counts as abandoned."""

_PROC = Path("/proc")

_MACHINE = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def birth(pid: int | str = "self") -> str:
    """What tells a process from any other that ever has its number; nothing where the system does not say (not Linux).

    The parts are the system's start, the space that process numbers count in, and the process's own start.
    """
    try:
        # The second field is the program's name in brackets, which may hold blanks and brackets of its own: counted from behind it.
        started = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
        system = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        space = (_PROC / "self/ns/pid").readlink()
    except (OSError, IndexError):
        return ""
    return f"{system} {space} {started}"


def lives(holder: Row) -> bool | None:
    """Whether the process of a holder lives, where it can be looked at from here; None where only its heartbeat can be believed.

    A holder has `host`, `pid` and `born`. It is on another machine, in a container whose numbers mean other processes, or hidden.
    """
    # The start of the system and the space of process numbers must agree: the same number
    # means another process after a reboot, or in another container with the same host name.
    ours, theirs = birth().rpartition(" ")[0], str(holder["born"]).rpartition(" ")[0]
    if holder["host"] != socket.gethostname() or not ours or ours != theirs:
        return None
    seen = birth(holder["pid"])
    if seen:
        return seen == str(holder["born"])
    # /proc may be hidden from us for another user's process; then a signal that is not sent tells whether there is one.
    return None if _exists(holder["pid"]) else False


def is_held(lease: Row, now: float) -> bool:
    """Whether the holder of a lease is still at work. `now` is the time of day in seconds."""
    alive = lives(lease)
    if alive is not None:
        return alive
    fresh = now - float(lease["beat_at"]) <= STALE_AFTER  # a beat in the future, from a clock that was set back, is fresh
    is_known = lease["host"] != socket.gethostname() or bool(lease["born"].rpartition(" ")[0])
    # Without a birth to compare (not Linux), a number that no process has shows at least that the holder is gone.
    return fresh and (is_known or _exists(lease["pid"]))


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # There is such a process, and it is another user's.
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHome:
    """Machine, its name, the folder, and the number of the file. What a system does not tell is blank."""

    machine: str
    host: str
    folder: str
    file: str

    def __str__(self) -> str:
        return f"{self.folder} on {self.host}"

    def is_copy_of(self, other: LedgerHome) -> bool:
        """Whether a ledger that belongs to the other place has been copied here."""
        moved = self.folder != other.folder or (bool(self.machine) and bool(other.machine) and self.machine != other.machine)
        return self.file != other.file and moved


def ledger_home(path: Path) -> LedgerHome:
    """Where a file is now."""
    return LedgerHome(machine=_machine(), host=socket.gethostname(), folder=str(path.parent.resolve()), file=str(path.stat().st_ino))


def _machine() -> str:
    for path in _MACHINE:
        with contextlib.suppress(OSError):
            if text := path.read_text("ascii", "replace").strip():
                return text
    return _windows_machine()


def _windows_machine() -> str:
    if sys.platform == "win32":  # pragma: no cover - only Windows has a registry
        import winreg

        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""
