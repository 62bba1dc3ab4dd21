"""Flags over environment over profile over defaults, resolved once into a frozen `Settings`.

The key is read from the environment, a file or the system keyring, never from a sheet, and is held in a
type that cannot be printed. Every other room receives plain arguments.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bulkportal import installing
from bulkportal.errors import KeyProblem, UsageProblem
from bulkportal.portal.secret import Secret
from bulkportal.postgres.address import PostgresAddress, named
from bulkportal.regular import read_key
from bulkportal.settings.empty import EMPTY, whole
from bulkportal.settings.finding import CONFIG_NAME, FILE_NAME, PROFILE_NAME, find
from bulkportal.settings.platform_address import address

if TYPE_CHECKING:
    from bulkportal.settings.configfile import Config as Config
    from bulkportal.settings.profile import Profile as Profile

__all__ = [
    "CONFIG_NAME",
    "EMPTY",
    "FILE_NAME",
    "PROFILE_NAME",
    "Config",
    "Profile",
    "Settings",
    "books_of",
    "configured",
    "google_account_of",
    "home_of",
    "profile_of",
    "resolve",
    "whole",
]


def __getattr__(name: str) -> object:
    """Load `Profile` and `Config` on first use: the library that they are made with takes long to import."""
    if name == "Profile":
        from bulkportal.settings.profile import Profile

        return Profile
    if name == "Config":
        from bulkportal.settings.configfile import Config

        return Config
    raise AttributeError(name)


KEY_NAME = "TOKPORTAL_API_KEY"
KEY_FILE_NAME = "TOKPORTAL_API_KEY_FILE"
BASE_URL_NAME = "TOKPORTAL_BASE_URL"
HOME_NAME = "BULKPORTAL_HOME"
LEDGER_NAME = "BULKPORTAL_LEDGER"
GOOGLE_NAME = "BULKPORTAL_GOOGLE_SERVICE_ACCOUNT"

DEFAULT_BASE_URL = "https://app.tokportal.com/api/ext"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The platform's address and key, where bulkportal keeps its data, and the client's preferences.

    `key_from` says in words where the key was found. `ledger` is the address of the ledger, if it is not in the home folder.
    """

    base_url: str
    key: Secret
    home: Path
    key_from: str = ""
    ledger: PostgresAddress | None = None
    profile: Profile = EMPTY

    @property
    def books(self) -> Path | PostgresAddress:
        """Where the books are: the home folder, or an address of PostgreSQL."""
        return self.ledger or self.home

    def require_key(self) -> Secret:
        """The key. Raises KeyProblem if there is none."""
        if not self.key:
            raise KeyProblem(
                "There is no API key.",
                hint=f"Set {KEY_NAME} to the key from the platform's settings (or {KEY_FILE_NAME} to a file that holds it).",
            )
        return self.key


def configured(environment: Mapping[str, str], folder: Path | None = None) -> Config:
    """The configuration file in force, read. Raises UsageProblem with a sentence for each mistake."""
    from bulkportal.settings.configfile import load

    return load(find(environment, folder or Path.cwd()))


def profile_of(environment: Mapping[str, str], name: str | None = None) -> Profile:
    """The profile of that name, else the one of BULKPORTAL_PROFILE, else the file's default, else the empty one."""
    wanted = name or environment.get(PROFILE_NAME)
    if not wanted and find(environment, Path.cwd()) is None:
        return EMPTY
    return configured(environment).choose(wanted)


def resolve(environment: Mapping[str, str] = os.environ, *, base_url: str | None = None, profile: Profile | str | None = None) -> Settings:
    """The settings of this command; `profile` may be the name of one. Raises KeyProblem or UsageProblem for values that cannot be used."""
    profile = profile_of(environment, profile) if profile is None or isinstance(profile, str) else profile
    key, key_from = _key(environment, profile)
    return Settings(
        base_url=_platform(base_url, environment) or profile.base_url or DEFAULT_BASE_URL,
        key=key,
        home=home_of(environment, profile),
        key_from=key_from,
        ledger=ledger_of(environment, profile),
        profile=profile,
    )


def platform_of(profile: Profile, environment: Mapping[str, str] = os.environ) -> str:
    """The address of the platform, for what needs no key. Raises UsageProblem for one that cannot be used."""
    return _platform(None, environment) or profile.base_url or DEFAULT_BASE_URL


def _platform(flag: str | None, environment: Mapping[str, str]) -> str | None:
    """The address that the flag or the environment gives; a profile's was validated with the profile."""
    given = flag or environment.get(BASE_URL_NAME)
    try:
        return address(given) if given else None
    except ValueError as error:
        name = "--base-url" if flag else BASE_URL_NAME
        raise UsageProblem(f"{name} cannot be used: {error}.", hint=f"Write it as {DEFAULT_BASE_URL}, or leave it out.") from error


def _key(environment: Mapping[str, str], profile: Profile) -> tuple[Secret, str]:
    """The key and where it was found: the environment goes before the profile."""
    if environment.get(KEY_NAME):
        return _clean(environment[KEY_NAME], KEY_NAME), KEY_NAME
    if environment.get(KEY_FILE_NAME):
        return _clean(_read(Path(environment[KEY_FILE_NAME]), f"Correct {KEY_FILE_NAME}."), KEY_FILE_NAME), KEY_FILE_NAME
    mine = f"profile {profile.name}"
    if profile.key_env:
        return _clean(environment.get(profile.key_env, ""), profile.key_env), f"{mine}: {profile.key_env}"
    if profile.key_file:
        where = f"{mine}: {profile.key_file}"
        return _clean(_read(profile.key_file, f"Correct key_file in {mine}."), where), where
    if profile.key_keyring:
        where = f"{mine}: keyring {profile.key_keyring}"
        return _clean(_from_keyring(profile.key_keyring), where), where
    return Secret(""), ""


def _read(path: Path, hint: str) -> str:
    try:
        # Editors on Windows put a byte order mark before the key.
        return read_key(path.expanduser()).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"The key file {path} cannot be read.", hint=hint) from error


def _from_keyring(name: str) -> str:
    """The password of `name`, written ``service`` or ``service:user``, in the system's keyring."""
    try:
        import keyring  # an extra: most machines that run at night have none
        import keyring.errors
    except ImportError as error:
        raise KeyProblem("The profile's key is in the keyring, which is not installed.", hint=f"{installing.hint('keyring')}.") from error
    service, _, user = name.partition(":")
    try:
        found = keyring.get_password(service, user or "bulkportal")
    except keyring.errors.KeyringError as error:
        raise KeyProblem(f"The keyring did not open ({type(error).__name__}).", hint=f"Use key_env or key_file, or {KEY_NAME}.") from error
    if found is None:
        raise KeyProblem(f"The keyring holds nothing for {name}.", hint=f"keyring set {service} {user or 'bulkportal'}")
    return str(found)


def _clean(text: str, where: str) -> Secret:
    # A file ends in a line break, and a copied key often in a blank; anything inside is not ours to correct.
    text = text.strip()
    # A header holds nothing else: such a key would fail in the client with a sentence that nobody understands.
    if text[:1] in ("'", '"') or any(character.isspace() or not character.isprintable() or ord(character) > 126 for character in text):
        raise KeyProblem(f"The API key in {where} has quotes, spaces or other odd characters in it.", hint="Copy the key again, without quotes.")
    return Secret(text)


def ledger_of(environment: Mapping[str, str], profile: Profile) -> PostgresAddress | None:
    """The address of the books in PostgreSQL; None where they are a file in the home. Raises UsageProblem, quoting no password."""
    if environment.get(LEDGER_NAME):
        return named(environment[LEDGER_NAME], LEDGER_NAME)
    said = profile.books(environment)
    if said is None and profile.ledger is not None:
        raise UsageProblem(
            f"The variable that ledger of profile {profile.name} names is not set.", hint="Set it, or write the address into the profile itself."
        )
    return named(said.get_secret_value(), f"ledger of profile {profile.name}") if said is not None else None


def google_account_of(environment: Mapping[str, str], profile: Profile) -> Path | None:
    """The file of the Google service account; None where there is none."""
    said = environment.get(GOOGLE_NAME)
    return Path(said).expanduser() if said else profile.google_service_account


def books_of(environment: Mapping[str, str], profile: Profile) -> Path | PostgresAddress:
    """Where the books are: the home folder, or an address of PostgreSQL. Raises UsageProblem."""
    return ledger_of(environment, profile) or home_of(environment, profile)


def home_of(environment: Mapping[str, str], profile: Profile) -> Path:
    """The folder of the ledger, run history and caches. Raises UsageProblem if the system names none."""
    if environment.get(HOME_NAME):
        return Path(environment[HOME_NAME]).expanduser()
    if profile.home is not None:
        return profile.home
    from platformdirs import user_data_path  # only needed where no home was given

    try:
        return user_data_path("bulkportal", appauthor=False)
    except (OSError, RuntimeError) as error:
        raise UsageProblem("There is no folder for bulkportal's memory.", hint=f"Set {HOME_NAME} to a folder.") from error
