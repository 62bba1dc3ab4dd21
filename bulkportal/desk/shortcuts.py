"""Launchers to double-click: files of a few lines that open the desk, for each system in its own way."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from bulkportal.sheets.writer import write_bytes

NAME = "bulkportal desk"


def write_shortcuts(folder: Path, profile: str, *, platform: str = sys.platform, python: str = sys.executable) -> tuple[Path, ...]:
    """Write the launcher of this system into a folder. Its sheets are those of that folder. Raises UsageProblem."""
    folder = folder.resolve()
    words = [python, "-m", "bulkportal", "desk", str(folder), *(["--profile", profile] if profile else [])]
    if platform == "win32":
        path, text = folder / f"{NAME}.cmd", _windows(words)
    elif platform == "darwin":
        path, text = folder / f"{NAME}.command", _macos(words)
    else:
        path, text = folder / f"{NAME}.desktop", _linux(words)
    write_bytes(path, text.encode())
    if platform != "win32":
        path.chmod(0o755)
    return (path,)


def _windows(words: list[str]) -> str:
    line = " ".join(f'"{word.replace("%", "%%")}"' for word in words)
    return f"@echo off\r\nchcp 65001 >nul\r\ntitle {NAME}\r\n{line}\r\nif errorlevel 13 pause\r\n"


def _macos(words: list[str]) -> str:
    return f"#!/bin/sh\nexec {shlex.join(words)}\n"


def _linux(words: list[str]) -> str:
    # Quoting as in the Desktop Entry Specification: inside quotes these signs have a backslash, and a per cent sign is doubled.
    quoted = []
    for word in words:
        escaped = word.replace("\\", "\\\\\\\\")
        for sign in ('"', "`", "$"):
            escaped = escaped.replace(sign, f"\\\\{sign}")
        quoted.append('"' + escaped.replace("%", "%%") + '"')
    return f"[Desktop Entry]\nType=Application\nName={NAME}\nExec={' '.join(quoted)}\nTerminal=true\nCategories=Office;\n"
