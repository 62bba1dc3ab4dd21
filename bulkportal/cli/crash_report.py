"""The details of a fault of ours, in a private file that can be sent on: without any key."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from bulkportal import private, redaction
from bulkportal.errors import BulkportalError
from bulkportal.version import __version__

_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL", re.IGNORECASE)


def write(fault: Exception, command: str, profile: str | None = None) -> str:
    """Write the details into the home folder. Returns the sentence that says where they are."""
    for name, value in os.environ.items():
        # The path of a key file is no secret, and hiding it would hide folders all over the trace. A slash alone does not make a
        # path: secret keys of AWS are base64.
        if _SECRET.search(name) and not os.path.exists(value):  # noqa: PTH110 - Path.exists raises for a value that is too long
            redaction.remember(value)
    text = redaction.masked("".join(traceback.format_exception(fault)))
    name = f"bulkportal-fault-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.txt"
    body = f"bulkportal {__version__}, Python {sys.version}\n{command}\n\n{text}".encode(errors="backslashreplace")
    # The home may be the very thing that failed.
    for place in (_home, _folder_of_its_own):
        try:
            path = place(profile) / name
            private.write(path, body)
        except (OSError, BulkportalError):
            continue
        return f"The details are in {path}."
    return "The details could not be written."


def _home(profile: str | None) -> Path:
    from bulkportal import settings

    return settings.home_of(os.environ, settings.profile_of(os.environ, profile))


def _folder_of_its_own(_: str | None) -> Path:
    """Without a home: a temporary folder with an unpredictable name."""
    return Path(tempfile.mkdtemp(prefix="bulkportal-fault-"))
