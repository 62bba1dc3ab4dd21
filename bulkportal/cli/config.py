"""`bulkportal config`: which settings count here, and where each comes from."""

from __future__ import annotations

import os

import click

from bulkportal.cli import screen
from bulkportal.cli.groups import Commands
from bulkportal.cli.options import common, profile, profiled, settings_here
from bulkportal.settings import BASE_URL_NAME, GOOGLE_NAME, HOME_NAME, LEDGER_NAME, Settings, configured, google_account_of, whole

SCHEMA = "bulkportal.config/1"


@click.group(cls=Commands)
def config() -> None:
    """The settings that count here."""


@config.command()
@common
@profiled
@click.option("--base-url", metavar="URL", help="The platform's address (TOKPORTAL_BASE_URL).")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def show(*, base_url: str | None, as_json: bool) -> int:
    """Show every setting and where it comes from. Secrets are hidden.

    \b
    bulkportal config show
    bulkportal config show --profile acme
    """
    found = configured(os.environ)
    chosen = settings_here(base_url)
    rows = [*_resolved(chosen, base_url), *_habits()]
    if as_json:
        document = {
            "schema": SCHEMA,
            "file": str(found.path) if found.path else None,
            "profile": chosen.profile.name or None,
            "profiles": list(found.profiles),
            "settings": [{"name": name, "value": value, "from": origin} for name, value, origin in rows],
        }
        screen.say_json(document)
        return 0
    screen.say(f"file      {found.path or 'none (bulkportal init writes one)'}")
    screen.say(f"profile   {chosen.profile.name or 'none'}{_others(list(found.profiles), chosen.profile.name)}")
    screen.say()
    widths = [max(len(row[part]) for row in rows) for part in (0, 1)]
    for name, value, origin in rows:
        screen.say(f"{name:<{widths[0]}}  {value:<{widths[1]}}  {origin}".rstrip())
    return 0


def _others(names: list[str], chosen: str) -> str:
    others = [name for name in names if name != chosen]
    return f" (also: {', '.join(others)})" if others else ""


def _resolved(chosen: Settings, base_url: str | None) -> list[tuple[str, str, str]]:
    """The settings that flags, environment and profile can each give."""
    mine = f"profile {chosen.profile.name}" if chosen.profile.name else ""
    account = google_account_of(os.environ, chosen.profile)  # the path alone: what is in the file is a key
    return [
        ("base_url", chosen.base_url, _origin(base_url, BASE_URL_NAME, mine if chosen.profile.base_url else "")),
        ("key", "(hidden)" if chosen.key else "none", chosen.key_from or "set TOKPORTAL_API_KEY"),
        ("home", str(chosen.home), _origin(None, HOME_NAME, mine if chosen.profile.home else "")),
        ("ledger", str(chosen.ledger or "a file in the home"), _origin(None, LEDGER_NAME, mine if chosen.profile.ledger else "")),
        ("google_service_account", str(account or "none"), _origin(None, GOOGLE_NAME, mine if chosen.profile.google_service_account else "")),
    ]


def _origin(flag: str | None, variable: str, own: str) -> str:
    if flag:
        return "flag"
    return variable if os.environ.get(variable) else own or "default"


_SHOWN_ABOVE = frozenset({"name", "base_url", "home", "ledger", "key_env", "key_file", "key_keyring", "google_service_account"})


def _habits() -> list[tuple[str, str, str]]:
    """What only a profile sets. Addresses of notifications appear as stars: pydantic's SecretStr."""
    chosen = whole(profile())
    said = f"profile {chosen.name}"
    rows: list[tuple[str, str, str]] = []
    for name in type(chosen).model_fields:
        if name in _SHOWN_ABOVE:
            continue
        value = getattr(chosen, name)
        origin = said if name in chosen.model_fields_set else "default"
        if name in ("options", "notify", "night"):
            # Table by table, so that each setting shows its own origin.
            rows += [(f"{name}.{part}", _text(inner), said if part in value.model_fields_set else "default") for part, inner in value]
        else:
            rows.append((name, _text(value), origin))
    return rows


def _text(value: object) -> str:
    match value:
        case None | () | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case tuple():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(f"{key} = {item}" for key, item in value.items()) or "-"
        case _:
            return str(value)
