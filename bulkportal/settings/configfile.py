"""``bulkportal.toml``: read, and every mistake in it reported in a sentence."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bulkportal.errors import UsageProblem
from bulkportal.settings.finding import CONFIG_NAME, FILE_NAME
from bulkportal.settings.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The profiles of one file; `default` is the name of the one used when none is named, if any."""

    path: Path | None = None
    default: str | None = None
    profiles: Mapping[str, Profile] = field(default_factory=lambda: MappingProxyType({}))

    def choose(self, name: str | None) -> Profile:
        """The profile of that name, or the default one, or the empty one. Raises UsageProblem for a name that is not there."""
        wanted = name or self.default
        if wanted is None:
            return Profile()
        if wanted in self.profiles:
            return self.profiles[wanted]
        where = self.path or FILE_NAME
        if self.path is None:
            hint = f"`bulkportal init` writes one; {CONFIG_NAME} names another file."
            raise UsageProblem(f"There is no {where} with a profile {wanted}.", hint=hint)
        raise UsageProblem(
            f"{where} has no profile {wanted}.", hint=f"It has {_listed(self.profiles) or 'none'}{_near(wanted, self.profiles) or '.'}"
        )


def load(path: Path | None) -> Config:
    """The profiles of a file; none without one. Raises UsageProblem with a sentence for each mistake."""
    if path is None:
        return Config()
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise UsageProblem(f"{path} is not valid TOML: {error}.", hint='Text stands in quotes: date_order = "day".') from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(f"{path} cannot be read.", hint="It must be a text file in UTF-8.") from error
    # All mistakes at once: a file is corrected in one go, and not one run after the other.
    mistakes = list(_top_mistakes(tables))
    # The rest is reported by now, and must not be reported a second time as a wrong profile.
    tables = {name: tables[name] for name in ("default", "profiles") if name in tables}
    profiles: dict[str, Profile] = {}
    for name, table in _profiles_of(tables).items():
        if "name" in table:
            mistakes.append(f"[profiles.{name}] name is not a setting: the table's own name is the profile's")
        try:
            profiles[name] = Profile.model_validate({**table, "name": name}).beside(path.parent.resolve())
        except ValidationError as error:
            mistakes += [f"[profiles.{name}] {_sentence(detail)}" for detail in error.errors(include_url=False)]
    if mistakes:
        raise UsageProblem.listing(
            f"{path}:",
            (mistake if mistake.endswith("?") else f"{mistake}." for mistake in mistakes),
            hint="`bulkportal init --print` shows every setting.",
        )
    return Config(path=path, default=_default(tables, profiles, path), profiles=MappingProxyType(profiles))


def _profiles_of(tables: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found = tables.get("profiles", {})
    return {name: table for name, table in found.items() if isinstance(table, dict)} if isinstance(found, dict) else {}


def _top_mistakes(tables: Mapping[str, Any]) -> Iterator[str]:
    for name in tables:
        if name not in ("default", "profiles"):
            inside = "; it belongs under [profiles.NAME]" if name in Profile.model_fields else _near(name, ("default", "profiles"))
            # A likely slip: a setting above [profiles.NAME] belongs to the file, and not to the profile.
            yield f"{name} is not known at the top of the file{inside}"
    found = tables.get("profiles", {})
    if not isinstance(found, dict) or not all(isinstance(table, dict) for table in found.values()):
        yield "profiles must be tables: [profiles.NAME]"


def _default(tables: Mapping[str, Any], profiles: Mapping[str, Profile], path: Path) -> str | None:
    default = tables.get("default")
    if default is None:
        # Of several none is taken unasked: it would be a guess whose key to spend with.
        return next(iter(profiles)) if len(profiles) == 1 else None
    if not isinstance(default, str) or default not in profiles:
        raise UsageProblem(f"{path}: default is {default!r}, which is no profile.", hint=f"The profiles are {_listed(profiles) or 'none'}.")
    return default


_KEYS = frozenset({"key", "api_key", "apikey", "token", "tokportal_api_key", "secret", "password"})

_KINDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "string": "a text in quotes",
    "path": "a path in quotes",
    "tuple": 'a list: ["..."]',
    "list": 'a list: ["..."]',
    "mapping": "a table",
    "model": "a table",
}


def _sentence(detail: ErrorDetails) -> str:
    """One mistake, as a person would say it."""
    place = ".".join(str(part) for part in detail["loc"])
    kind = detail["type"]
    # Before all others, which quote the value: it may be the key itself.
    if kind == "extra_forbidden" and place.casefold() in _KEYS:
        return f"{place} does not belong here: say where the key is, with key_env, key_file or key_keyring"
    if kind == "extra_forbidden":
        return f"{place} is not a setting{_near(str(detail['loc'][-1]), _settings_at(detail['loc'][:-1]))}"
    if kind == "value_error":
        return ": ".join(part for part in (place, str(detail.get("ctx", {}).get("error", ""))) if part)
    hidden = isinstance(detail["input"], dict | list) or place.startswith(("notify", "ledger"))  # their addresses hold passwords
    given = "" if hidden else f" is {detail['input']!r}, and"
    if kind == "literal_error":
        return f"{place}{given} must be {detail['ctx']['expected']}"
    expected = next((words for name, words in _KINDS.items() if kind.startswith(name)), "")
    return f"{place}{given} must be {expected}" if expected else f"{place}: {detail['msg'].removeprefix('Input ')}"


def _settings_at(place: tuple[int | str, ...]) -> tuple[str, ...]:
    table: type[BaseModel] = Profile
    for part in place:
        inner = table.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            return ()
        table = inner
    return tuple(name for name in table.model_fields if name != "name")


def _near(name: str, known: Mapping[str, object] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _listed(names: Mapping[str, object]) -> str:
    return ", ".join(names)
