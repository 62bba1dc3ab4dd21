"""The details of a fault of ours, in a file that can be sent on: without the key."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bulkportal.version import __version__


def written(fault: Exception, command: str) -> str:
    """Write the details down; gives back the sentence that says where they are."""
    text = "".join(traceback.format_exception(fault))
    key = os.environ.get("TOKPORTAL_API_KEY")
    if key:
        text = text.replace(key, "(hidden)")
    name = f"bulkportal-fault-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    path = Path(tempfile.gettempdir()) / name
    try:
        path.write_text(f"bulkportal {__version__}, Python {sys.version}\n{command}\n\n{text}", encoding="utf-8")
    except OSError:
        return "The details could not be written."
    return f"The details are in {path}."
