"""What a major version promises, as names: commands with their options, exit codes, JSON documents, columns, codes of findings, calls of Python.

`python release/promises.py` writes `release/promises.json`. That is done for a release, to add what has come.
Within a major version nothing leaves the file.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import bulkportal
from bulkportal.cli.main import COMMANDS
from bulkportal.codes import REGISTER
from bulkportal.columns.bundles import BUNDLES
from bulkportal.columns.positions import POSITIONS
from bulkportal.errors import ExitCode

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "release" / "promises.json"
DOCUMENTS = ROOT / "docs" / "reference" / "json-summary.md"


def promises() -> dict[str, list[str]]:
    """The names of each kind, as this checkout has them."""
    return {
        "commands and options": sorted(_commands()),
        "exit codes": [f"{int(code)} {code.name}" for code in ExitCode],
        "JSON documents": sorted(set(re.findall(r"^## (bulkportal\.[\w./]+)$", DOCUMENTS.read_text("utf-8"), re.MULTILINE))),
        "columns": sorted(f"{catalogue.sheet}: {field.name}" for catalogue in (BUNDLES, POSITIONS) for field in catalogue.fields),
        "codes of findings": sorted(REGISTER),
        "calls of Python": sorted(bulkportal.__all__),
    }


def _commands() -> Iterator[str]:
    for name, (module, function, _) in COMMANDS.items():
        yield from _options(name, getattr(importlib.import_module(module), function))


def _options(name: str, command: Any) -> Iterator[str]:
    yield name
    for one in command.params:
        if isinstance(one, click.Option) and not one.hidden:
            yield from (f"{name} {word}" for word in (*one.opts, *one.secondary_opts))
    if isinstance(command, click.Group):
        for title, inner in command.commands.items():
            yield from _options(f"{name} {title}", inner)


if __name__ == "__main__":
    FILE.write_text(json.dumps(promises(), indent=1) + "\n", "utf-8")
