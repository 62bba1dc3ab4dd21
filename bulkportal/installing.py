"""How to get what is not installed.

bulkportal is installed from its own source. A bare name on a package index is not ours: whoever registers it there
would be given the key. So no sentence, page or printed file may name one.
"""

from __future__ import annotations


def command(extra: str = "") -> str:
    """The command that installs bulkportal from its source, with one of its extras."""
    return f"pip install '.[{extra}]'" if extra else "pip install ."


def from_variable(name: str, extra: str = "") -> str:
    """A shell command that installs it from the address in an environment variable, and stops where there is none.

    The address is a pinned one, such as ``git+https://host/team/bulkportal@v1.2.0`` or ``file:///srv/bulkportal-1.2.0.whl``.
    """
    named = f"bulkportal[{extra}]" if extra else "bulkportal"
    return f'pip install "{named} @ ${{{name}:?give it a pinned address of bulkportal}}"'


def hint(extra: str) -> str:
    """What to do where an extra is missing."""
    return f"In the folder of bulkportal's source: {command(extra)}"
