"""LibreOffice as a reader of what was written: an eye that is not ours."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")

_EVERY_SHEET_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def as_csv(files: Iterable[Path], folder: Path) -> Path:
    """Every sheet of these files as a CSV file in `folder` / read, named ``FILE-SHEET.csv``; cells as they are shown."""
    return _converted(files, _EVERY_SHEET_AS_SHOWN, folder)


def converted(file: Path, ending: str, folder: Path) -> Path:
    """The file as LibreOffice saves it under another ending."""
    return _converted([file], ending, folder) / f"{file.stem}.{ending}"


def _converted(files: Iterable[Path], kind: str, folder: Path) -> Path:
    out = folder / "read"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    subprocess.run(["soffice", "--headless", profile, "--convert-to", kind, "--outdir", str(out), *map(str, files)], check=True, capture_output=True)
    return out
