"""Where ``bulkportal.toml`` is.

It is looked for in the working folder, then in the user's own configuration folder; ``BULKPORTAL_CONFIG``
names another. Folders above are not searched: a file in a shared parent folder could otherwise send a key
to an address that nobody here chose.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bulkportal.errors import UsageProblem

FILE_NAME = "bulkportal.toml"
CONFIG_NAME = "BULKPORTAL_CONFIG"
PROFILE_NAME = "BULKPORTAL_PROFILE"


def find(environment: Mapping[str, str], folder: Path) -> Path | None:
    """The configuration file in force, or None. Raises UsageProblem if the one that was named does not exist."""
    named = environment.get(CONFIG_NAME)
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise UsageProblem(f"There is no file {named}.", hint=f"Correct {CONFIG_NAME}, or unset it.")
        return path
    here = folder / FILE_NAME
    if here.is_file():
        return here
    from platformdirs import user_config_path  # only needed where the folder has no file

    own = user_config_path("bulkportal", appauthor=False) / FILE_NAME
    return own if own.is_file() else None
