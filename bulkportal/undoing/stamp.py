"""The name in the base copy of an undo's workbook, by which an import of it is known to put a run back."""

from __future__ import annotations

import re
import secrets

_BEGINS = "export-undo-"
_NAME = re.compile(rf"{_BEGINS}(.+)-[0-9a-f]{{6}}")


def stamp_of(run_id: str) -> str:
    """A new name for a workbook that puts this run back."""
    return f"{_BEGINS}{run_id}-{secrets.token_hex(3)}"


def undone_run(stamp: str) -> str:
    """The run that a workbook of this name puts back; empty for any other export."""
    found = _NAME.fullmatch(stamp)
    return found[1] if found else ""
