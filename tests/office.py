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
    out = folder / "read"
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", "--headless", profile, "--convert-to", _EVERY_SHEET_AS_SHOWN, "--outdir", str(out), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True)
    return out
