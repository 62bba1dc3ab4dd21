"""The few questions to a user without settings: where the key is, what may be spent, how dates are written."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bulkportal import private
from bulkportal.errors import UsageProblem
from bulkportal.portal.secret import Secret
from bulkportal.redaction import KEY_FORM, holds_key
from bulkportal.regular import read_key
from bulkportal.settings.configfile import Config, load
from bulkportal.settings.profile import Profile
from bulkportal.settings.write_back import save_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAnswers:
    """What was answered; empty for what is to stay out. `key_place` is ``file``, ``keyring`` or ``environment``, `key_at` its path or name."""

    key_place: str = ""
    key_at: str = ""
    max_credits: str = ""
    time_zone: str = ""
    date_order: str = ""
    language: str = ""

    @classmethod
    def of(cls, said: Mapping[str, str]) -> FirstAnswers:
        """From the fields of a form."""
        return cls(**{name: said.get(name, "").strip() for name in cls.__slots__})

    def settings(self) -> dict[str, object]:
        """As settings of a profile; None for what is not to stand there. Raises UsageProblem for an answer that cannot be used."""
        # Refused rather than kept: the settings file is shared and backed up, and the key must never stand in it.
        if holds_key(self.key_at):
            raise UsageProblem("That is the key itself.", hint="Keep it in a file or in the keyring, and say here where it is.")
        keys = {"file": "key_file", "keyring": "key_keyring", "environment": "key_env"}
        if self.key_place not in keys or not self.key_at:
            raise UsageProblem("Nothing says where the key is.", hint="Give a file, a name in the keyring, or an environment variable.")
        found: dict[str, object] = {name: (self.key_at if place == self.key_place else None) for place, name in keys.items()}
        found["max_credits"] = _amount(self.max_credits)
        return found | {name: getattr(self, name) or None for name in ("time_zone", "date_order", "language")}


def _amount(text: str) -> float | int | None:
    if not text:
        return None
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        raise UsageProblem(f"{text} is not a number of credits.", hint="Write one such as 500.") from None
    return int(value) if value.is_integer() else value


def keep(said: FirstAnswers, path: Path, profile: str, *, anew: bool = False) -> Config:
    """Write the answers into the settings file, made if need be, or `anew`; nothing is written that could not be read again.

    A key file gets the rights that it should have: nobody else may read it. Raises UsageProblem.
    """
    settings = said.settings()
    if said.key_place == "file":
        settings["key_file"] = str(_guarded(Path(said.key_at).expanduser()))
    # Before anything is written, so that a wrong answer leaves the old file as it was.
    _tried(settings, profile)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(f"{path} cannot be written: {error.strerror}.", hint="Make its folder.") from error
    save_settings(path, profile, settings, anew=anew)
    return load(path)


def _guarded(path: Path) -> Path:
    """The whole path of a key file that nobody else may read. Raises UsageProblem where it is none."""
    try:
        text = read_key(path).decode("utf-8-sig").strip()
        Secret(text)  # from now on it is masked, wherever it might come to stand
        # Windows has no such bits; there the folder's own rights count.
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            private.tighten(path)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{path} cannot be read.", hint="Save the key in a text file, and give its whole path.") from error
    if not text or any(sign.isspace() for sign in text):
        raise UsageProblem(f"{path} does not hold a key and nothing else.", hint=f"A key is one word, such as {KEY_FORM[2:10]}...")
    return path.resolve()


def _tried(settings: Mapping[str, object], profile: str) -> None:
    from pydantic import ValidationError

    try:
        Profile.model_validate({**{name: value for name, value in settings.items() if value is not None}, "name": profile})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        what = str(first.get("ctx", {}).get("error", first["msg"]))
        raise UsageProblem(f"{'.'.join(map(str, first['loc']))}: {what}.", hint="Nothing was written.") from error
