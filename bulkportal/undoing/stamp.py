"""The run id in the base copy of an undo workbook, by which its import is recognised as the undo of a run."""

from __future__ import annotations

import re
import secrets

_BEGINS = "export-undo-"
_NAME = re.compile(rf"{_BEGINS}(.+)-[0-9a-f]{{6}}")


def stamp_of(run_id: str) -> str:
    """A new stamp for a workbook that reverts this run."""
    return f"{_BEGINS}{run_id}-{secrets.token_hex(3)}"


def undone_run(stamp: str) -> str:
    """The run that a workbook with this stamp reverts; empty for any other export."""
    found = _NAME.fullmatch(stamp)
    return found[1] if found else ""
