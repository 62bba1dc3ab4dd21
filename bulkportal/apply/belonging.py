"""Where a ledger belongs: a home that was copied has two memories, and each would buy what the other has bought.

The file itself is known by its number on the disk, which it keeps when its folder is moved or renamed, and which a copy never
has. That alone would make a mistake of a disk that counts its files anew; so a ledger counts as copied only where the file is
another one and its folder or its machine is another one too. Containers that share a folder share the file.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

_MACHINE = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


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
    if sys.platform == "win32":
        import winreg

        with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, r"SOFTWARE\Microsoft\Cryptography") as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""
