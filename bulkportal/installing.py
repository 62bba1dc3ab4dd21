"""How to get what is not installed.

bulkportal is installed from its own source. A bare name on a package index is not ours: whoever registers it there
would be given the key. So no sentence, page or printed file may name one.
"""

from __future__ import annotations


def command(extra: str = "") -> str:
    """The command that installs bulkportal from its source, with one of its extras."""
    return f"pip install '.[{extra}]'" if extra else "pip install ."


def hint(extra: str) -> str:
    """What to do where an extra is missing."""
    return f"In the folder of bulkportal's source: {command(extra)}"
