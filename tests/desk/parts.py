"""What is in a workbook, part by part."""

from __future__ import annotations

import zipfile
from pathlib import Path


def parts_of(path: Path) -> dict[str, bytes]:
    """The parts of a workbook."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}
