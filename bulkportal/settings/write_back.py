"""Writing into ``bulkportal.toml``: only what was asked for, with every comment and line around it kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from bulkportal.settings.profile import Profile
from bulkportal.settings.template_file import TEXT
from bulkportal.sheets.writer import write_bytes

_FIRST = "main"
_REHEARSED = (
    *("media_pattern", "reuse_uploads", "time_zone", "date_order", "read_hidden", "encoding", "meant_names", "client_prefix", "language"),
    *("max_credits", "no_posts_on", "days_between_posts"),
)
"""The preferences that a rehearsal takes from the profile; it has a platform, a key and a home folder of its own."""


def save_columns(path: Path, profile: str, columns: Mapping[str, str]) -> None:
    """Add the user's own headers to ``[profiles.PROFILE.columns]``; a header that is there gets its new meaning."""
    _save(path, profile, {("columns",): columns})


def save_values(path: Path, profile: str, values: Mapping[str, Mapping[str, str]]) -> None:
    """Add what words mean to ``[profiles.PROFILE.values.COLUMN]``; a word that is there gets its new meaning."""
    _save(path, profile, {("values", column): words for column, words in values.items()})


def _save(path: Path, profile: str, tables: Mapping[tuple[str, ...], Mapping[str, str]]) -> None:
    # tomllib cannot write, and a writer of plain TOML would lose the comments, which are half of such a file.
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    profiles: Any = document["profiles"]
    for names, said in tables.items():
        table = profiles[profile]  # settings have read it from this file
        for name in names:
            if name not in table:
                table[name] = tomlkit.table()
            table = table[name]
        for own, meaning in said.items():
            table[own] = meaning
    write_bytes(path, tomlkit.dumps(document).encode())


def save_settings(path: Path, profile: str, said: Mapping[str, object], *, anew: bool = False) -> None:
    """Write settings into a profile; None takes one out. A file that is not there, or is made `anew`, is the commented one of `bulkportal init`."""
    text = path.read_text(encoding="utf-8-sig") if path.exists() and not anew else TEXT
    document = tomlkit.parse(text)
    profiles: Any = document.setdefault("profiles", tomlkit.table())
    if profile not in profiles:
        profiles[profile] = tomlkit.table()
    table: Any = profiles[profile]
    for name, value in said.items():
        if value is None:
            # Taken out, since TOML has no null: a place of the key that is no longer used would contradict the new one.
            table.pop(name, None)
        else:
            table[name] = value
    write_bytes(path, tomlkit.dumps(document).encode())


def rehearsal_profile(profile: Profile) -> bytes:
    """A settings file with a client's habits, and nothing that leads to their platform, key or memory."""
    table: dict[str, object] = {name: value for name in _REHEARSED if (value := getattr(profile, name)) not in (None, ())}
    table = {name: list(value) if isinstance(value, tuple) else value for name, value in table.items()}
    if profile.media_root is not None:
        # Absolute: the file is written elsewhere, and relative paths are meant from its own folder.
        table["media_root"] = str(profile.media_root.resolve())
    if profile.columns:
        table["columns"] = dict(profile.columns)
    return tomlkit.dumps({"default": _FIRST, "profiles": {_FIRST: table}}).encode()
