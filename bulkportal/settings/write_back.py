"""Writing into ``bulkportal.toml``: only what was asked for, with every comment and line around it as it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit

from bulkportal.sheets.writer import write_bytes


def save_columns(path: Path, profile: str, columns: Mapping[str, str]) -> None:
    """Add the user's own headers to ``[profiles.PROFILE.columns]``; a header that is there gets its new meaning."""
    # tomllib cannot write, and a writer of plain TOML would lose the comments, which are half of such a file.
    document = tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    table: Any = document["profiles"]
    table = table[profile]  # settings have read it from this file
    if "columns" not in table:
        table["columns"] = tomlkit.table()
    for header, column in columns.items():
        table["columns"][header] = column
    write_bytes(path, tomlkit.dumps(document).encode())
