"""Whether the holder of a lease is still alive, and where a ledger belongs.

On the same machine the holder's process is examined: its id, and its start time, so that another process
with a reused id is not taken for it. No clock is involved, so none can be wrong. A holder on another
machine, or in another container, is judged by its heartbeat.

A copied home would buy what the original has bought already. A file is identified by its inode number, which survives moving
and renaming its folder, and which a copy never has. Some disks renumber their files, so a ledger counts as copied only
where the inode differs and the folder or the machine differs too. Containers that share a folder share the file.
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
"""Seconds without a heartbeat after which a lease counts as abandoned, where its process cannot be examined."""

_PROC = Path("/proc")

_MACHINE = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def birth(pid: int | str = "self") -> str:
    """What distinguishes a process from any other with the same id; empty where the system does not say (not Linux).

    The parts are the boot id, the pid namespace, and the start time of the process.
    """
    try:
        # Field 22 of /proc/PID/stat. Field 2 is the program's name in brackets, which may itself hold blanks and
        # brackets, so the fields are counted from the last bracket.
        started = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[19]
        system = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        # Of this process, whichever pid is asked about: pids mean something within one namespace only.
        space = (_PROC / "self/ns/pid").readlink()
    except (OSError, IndexError):
        return ""
    return f"{system} {space} {started}"


def lives(holder: Row) -> bool | None:
    """Whether the process of a holder lives; None where it cannot be examined from here, so that only its heartbeat counts.

    A holder has `host`, `pid` and `born`. It cannot be examined on another machine, in another pid namespace, or if /proc hides it.
    """
    # Boot and pid namespace must agree: the same pid is another process after a reboot,
    # or in another container with the same host name.
    ours, theirs = birth().rpartition(" ")[0], str(holder["born"]).rpartition(" ")[0]
    if holder["host"] != socket.gethostname() or not ours or ours != theirs:
        return None
    seen = birth(holder["pid"])
    if seen:
        return seen == str(holder["born"])
    # /proc may hide another user's process (hidepid); signal 0, which is never delivered, still shows whether it exists.
    return None if _exists(holder["pid"]) else False


def is_held(lease: Row, now: float) -> bool:
    """Whether the holder of a lease is still at work. `now` is the time of day in seconds."""
    alive = lives(lease)
    if alive is not None:
        return alive
    fresh = now - float(lease["beat_at"]) <= STALE_AFTER  # a beat in the future, from a clock that was set back, is fresh
    is_known = lease["host"] != socket.gethostname() or bool(lease["born"].rpartition(" ")[0])
    # Without a start time to compare (not Linux), a pid that no process has shows at least that the holder is gone.
    return fresh and (is_known or _exists(lease["pid"]))


def _exists(pid: int) -> bool:
    if os.name == "nt":  # there signal 0 is Ctrl-C, so nobody may be asked this way; the beat alone decides
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # It exists, and belongs to another user.
    except PermissionError:
        return True
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerHome:
    """Where a ledger is: machine id, host name, folder and inode. What a system does not say is blank."""

    machine: str
    host: str
    folder: str
    file: str

    def __str__(self) -> str:
        return f"{self.folder} on {self.host}"

    def is_copy_of(self, other: LedgerHome) -> bool:
        """Whether this place holds a copy of the ledger that belongs to the other place."""
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
