"""The settings of a profile: one client's platform, key, preferences, caps and nightly duties.

A profile is a table ``[profiles.NAME]`` in ``bulkportal.toml``. Every value has a default, so the empty
profile is what there is without a file. Values that name a secret (`key_env`, ``env:NAME``) name the
place where it is, never the secret itself; notification targets may hold one and hide it when shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from bulkportal import redaction
from bulkportal.check.month_names import WEEKDAY_NAMES
from bulkportal.columns.own_words import choices_of
from bulkportal.html.words import LANGUAGES
from bulkportal.postgres.address import PostgresAddress
from bulkportal.settings.platform_address import address
from bulkportal.sheets.encoding_names import encoding_of

_PATHS = ("key_file", "home", "media_root", "google_service_account")

Credits = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # ZoneInfoNotFoundError is a KeyError; a folder's name an OSError
        raise ValueError(f"{name} is not a time zone; write one such as Europe/Paris") from error
    return name


def _books(text: SecretStr) -> SecretStr:
    """The address of the books, which may be ``env:NAME`` for where it is. Nothing of it is quoted: it may hold a password."""
    if not text.get_secret_value().startswith("env:"):
        PostgresAddress.of(text.get_secret_value())
    return text


def _encoding(name: str) -> str:
    found = encoding_of(name)
    if found is None:
        raise ValueError(f"{name} is not the name of an encoding; write one such as utf-8, cp1251, gb18030 or mac_roman")
    return found


def _variable(name: str) -> str:
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):  # the name is not quoted: it may be a key that stands in the wrong place
        raise ValueError("this is not the name of an environment variable, such as TOKPORTAL_API_KEY")
    return name


def _day_without(text: str) -> str:
    plain = text.strip().casefold()
    if plain in map(str.lower, WEEKDAY_NAMES):
        return plain
    try:
        return date.fromisoformat(plain).isoformat()
    except ValueError:
        raise ValueError(f"{text} is neither a weekday, such as sunday, nor a date as 2027-12-25") from None


def _language(tag: str) -> str:
    if tag.replace("_", "-").partition("-")[0].casefold() not in LANGUAGES:
        raise ValueError(f"there are no words for {tag}; the pages speak {', '.join(LANGUAGES)}")
    return tag


def _values(values: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
    for column, words in values.items():
        try:
            choices = choices_of(column)
        except KeyError:
            raise ValueError(f"there is no column {column}") from None
        if not choices:
            raise ValueError(f"{column} takes any text, or an action; words are for columns that know some words only")
        wrong = next((value for value in words.values() if value not in choices), None)
        if wrong is not None:
            raise ValueError(f"{column} knows no {wrong}; it knows {', '.join(choices)}")
    return values


def _hours(value: object) -> object:
    """A number of hours, or a text such as 24h, 90m or 2d."""
    found = re.fullmatch(r"([0-9]{1,6}(?:\.[0-9]{1,3})?) ?([hmd])", value.strip()) if isinstance(value, str) else None
    return float(found[1]) * {"h": 1, "m": 1 / 60, "d": 24}[found[2]] if found else value


class _Table(BaseModel):
    # Strict, so that a slip such as publish = "yes" is reported; fields for which TOML has no type of its own, such as paths, turn it off.
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Options(_Table):
    """Defaults of command-line options, under the options' own names."""

    publish: bool = False
    publish_partial: bool = False
    all_or_nothing: bool = False
    max_changes: Annotated[float, Field(ge=0, le=100, strict=False)] | None = None
    batch: Annotated[int, Field(ge=1, le=50)] = 10


class Notify(_Table):
    """Who is notified after a nightly run: addresses in apprise's notation, or ``env:NAME`` for where one is."""

    targets: tuple[SecretStr, ...] = Field(default=(), strict=False)
    on: Literal["failure", "change", "always"] = "change"
    healthcheck: SecretStr | None = Field(default=None, strict=False)

    def revealed(self, environment: Mapping[str, str] = os.environ) -> tuple[str | None, ...]:
        """The address of each target, for sending only; None where the environment variable that should hold it is not set."""
        found = (_revealed(target, environment) for target in self.targets)
        return tuple(target.get_secret_value() if target else None for target in found)

    def pulse(self, environment: Mapping[str, str] = os.environ) -> SecretStr | None:
        """The address that is asked at each start and end, so that a night that did not run is noticed."""
        return _revealed(self.healthcheck, environment) if self.healthcheck else None


class Night(_Table):
    """The duties of ``bulkportal run``. `still_seconds`: how long a file must not have changed to be taken."""

    still_seconds: Annotated[float, Field(ge=0, strict=False)] = 10.0
    fix_downloads: bool = False
    status: bool = True


class Profile(_Table):
    """One client's settings. Units: credits as the platform counts them; times in `time_zone`.

    `account` is the e-mail or id of the account that the key must belong to: a key of another client is
    then refused before anything is read. `columns` maps the sheet's own headers to ours, or to ``ignore``.
    `ledger` is the address of the books in PostgreSQL, where several machines share them, or ``env:NAME`` for the variable that holds it.
    `shared_folders` are folders that all machines with workers have in common, under the same path.
    `values` says for each column what words of the client's own mean there: they are offered, never applied unseen.
    `read_hidden` says whether tabs that nobody sees are meant; as long as it is not said, they are not read.
    `meant_names` are names of bundles, titles and videos that are meant, though they read like "On hold: spring" or "// spring".
    `media_pattern` finds media of rows that name none, such as ``media/{bundle}/{position}.mp4``.
    `one_folder` puts what comes of a launch into one folder beside it, as the desk does.
    `reuse_uploads` says that the platform takes an uploaded file for several bundles.
    `no_posts_on` are weekdays and dates without posts, `days_between_posts` the least number of days between two posts of an account:
    `fix --dates` keeps to both.
    `remind_before` is how many hours before a video in review finalizes itself a night reminds of it, once.
    `google_service_account` is the JSON file of a service account: it reads Google Sheets that are shared with it, and writes results back.
    `give_up_after` is for how many nights a row that failed for a passing reason is tried again.
    `max_credits_per_night` caps what all runs from one noon to the next may take together.
    """

    name: str = ""
    base_url: Annotated[str, AfterValidator(address)] | None = None
    key_env: Annotated[str, AfterValidator(_variable)] | None = None
    key_file: Path | None = Field(default=None, strict=False)
    key_keyring: str | None = None
    account: str | None = None
    home: Path | None = Field(default=None, strict=False)
    ledger: Annotated[SecretStr, AfterValidator(_books)] | None = Field(default=None, strict=False)
    shared_folders: Annotated[tuple[Annotated[Path, Field(strict=False)], ...], Field(strict=False)] = ()
    media_root: Path | None = Field(default=None, strict=False)
    media_pattern: str | None = None
    google_service_account: Path | None = Field(default=None, strict=False)
    one_folder: bool = False
    reuse_uploads: bool = False
    time_zone: Annotated[str, AfterValidator(_zone)] | None = None
    date_order: Literal["day", "month"] | None = None
    read_hidden: bool | None = None
    encoding: Annotated[str, AfterValidator(_encoding)] | None = None
    meant_names: Annotated[tuple[str, ...], Field(strict=False)] = ()
    client_prefix: str | None = None
    language: Annotated[str, AfterValidator(_language)] = "en"
    max_credits: Credits | None = Field(default=None, strict=False)
    max_credits_per_night: Credits | None = Field(default=None, strict=False)
    no_posts_on: Annotated[tuple[Annotated[str, AfterValidator(_day_without)], ...], Field(strict=False)] = ()
    days_between_posts: Annotated[int, Field(ge=0, le=365)] = 0
    # At most 72 hours: a review is no longer (API reference 4.2).
    remind_before: Annotated[float, BeforeValidator(_hours), Field(ge=0, le=72, allow_inf_nan=False, strict=False)] = 24.0
    give_up_after: Annotated[int, Field(ge=0, le=365)] = 7
    columns: Mapping[str, str] = Field(default_factory=dict)
    values: Annotated[Mapping[str, Mapping[str, str]], AfterValidator(_values)] = Field(default_factory=dict)
    options: Options = Options()
    notify: Notify = Notify()
    night: Night = Night()

    def books(self, environment: Mapping[str, str] = os.environ) -> SecretStr | None:
        """The address of the books, for the connection only; None where they are a file, or where the variable is not set."""
        return _revealed(self.ledger, environment) if self.ledger else None

    @model_validator(mode="after")
    def _one_key(self) -> Profile:
        named = [name for name in ("key_env", "key_file", "key_keyring") if getattr(self, name)]
        if len(named) > 1:
            raise ValueError(f"{' and '.join(named)} each say where the key is; keep one of them")
        return self

    def defaults(self) -> dict[str, object]:
        """Defaults of command-line options by parameter name; only what the profile says."""
        # Only what was written: a default of the profile would hide the option's own, and the environment's.
        said = self.options.model_dump(exclude_unset=True)
        own = {"date_order": self.date_order, "encoding": self.encoding, "media_root": self.media_root, "max_credits": self.max_credits}
        return {**said, **{name: value for name, value in own.items() if value is not None}}

    def beside(self, folder: Path) -> Profile:
        """The same with its paths made absolute: they are meant from the folder of the file they stand in."""
        paths = {name: folder / value.expanduser() for name in _PATHS if (value := getattr(self, name)) is not None}
        shared = {"shared_folders": tuple(folder / path.expanduser() for path in self.shared_folders)}
        return self.model_copy(update=paths | shared if self.shared_folders else paths)


def _revealed(text: SecretStr, environment: Mapping[str, str]) -> SecretStr | None:
    plain = text.get_secret_value()
    if not plain.startswith("env:"):
        redaction.remember(plain)
        return text
    found = environment.get(plain.removeprefix("env:"), "")
    redaction.remember(found)
    return SecretStr(found) if found else None
