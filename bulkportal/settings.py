"""Flags over environment over defaults, resolved once into a frozen `Settings`.

The key is read from the environment or a file, never from a sheet, and is held in a type that cannot
be printed. Every other room receives plain arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bulkportal.errors import KeyProblem, UsageProblem
from bulkportal.portal.secret import Secret

KEY_NAME = "TOKPORTAL_API_KEY"
KEY_FILE_NAME = "TOKPORTAL_API_KEY_FILE"
BASE_URL_NAME = "TOKPORTAL_BASE_URL"
HOME_NAME = "BULKPORTAL_HOME"

DEFAULT_BASE_URL = "https://app.tokportal.com/api/ext"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the platform is, how to be let in, and where bulkportal keeps its memory."""

    base_url: str
    key: Secret
    home: Path

    def require_key(self) -> Secret:
        """The key. Raises KeyProblem if there is none."""
        if not self.key:
            raise KeyProblem(
                "There is no API key.",
                hint=f"Set {KEY_NAME} to the key from the platform's settings (or {KEY_FILE_NAME} to a file that holds it).",
            )
        return self.key


def resolve(environment: Mapping[str, str], *, base_url: str | None = None) -> Settings:
    """The settings of this command. Raises KeyProblem or UsageProblem for values that cannot be used."""
    return Settings(
        base_url=(base_url or environment.get(BASE_URL_NAME) or DEFAULT_BASE_URL).strip().rstrip("/"),
        key=_key(environment),
        home=_home(environment),
    )


def _key(environment: Mapping[str, str]) -> Secret:
    text = environment.get(KEY_NAME, "")
    file = environment.get(KEY_FILE_NAME)
    if not text and file:
        try:
            text = Path(file).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KeyProblem(f"The key file {file} cannot be read.", hint=f"Correct {KEY_FILE_NAME}.") from error
    text = text.strip()
    if text[:1] in ("'", '"') or any(character.isspace() or not character.isprintable() or ord(character) > 126 for character in text):
        raise KeyProblem(f"The API key in {KEY_NAME} has quotes, spaces or other odd characters in it.", hint="Copy the key again, without quotes.")
    return Secret(text)


def _home(environment: Mapping[str, str]) -> Path:
    if environment.get(HOME_NAME):
        return Path(environment[HOME_NAME]).expanduser()
    from platformdirs import user_data_path  # only needed where no home was given

    try:
        return user_data_path("bulkportal", appauthor=False)
    except (OSError, RuntimeError) as error:
        raise UsageProblem("There is no folder for bulkportal's memory.", hint=f"Set {HOME_NAME} to a folder.") from error


def here() -> Settings:
    """The settings from this process's environment."""
    return resolve(os.environ)
