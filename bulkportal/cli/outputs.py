"""What a command may not overwrite: what it reads, the home folder's own files, and another of its outputs.

Every command is checked here before it does anything, so that a typing mistake costs a sentence and no sheet.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import click

from bulkportal.errors import BulkportalError, UsageProblem

_OUTPUTS = {"report": "--report", "log_file": "--log-file", "output": "--output"}
_INPUTS = ("files", "file", "inbox", "templates", "data")
_MADE_BY_ARGUMENT = ("template", "init")
"""Commands whose argument is what they write; they refuse to write over anything."""

_OWN = ("*.sqlite3", "*.sqlite3-*", "audit.jsonl", "reports.json")
"""The files of the home folder, by name (see `private`)."""

_SHEETS = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods", ".zip")


def refuse_overwriting(ctx: click.Context, home: Path | None, secrets: Iterable[Path]) -> None:
    """Raise UsageProblem where an output of this command would take the place of an input, of a key or settings file, or of the home's own."""
    outputs = [(flag, path) for name, flag in _OUTPUTS.items() if isinstance(path := ctx.params.get(name), Path)]
    page = ctx.meta.get("bulkportal.html")
    outputs += [("--html", Path(page))] if isinstance(page, str) and page != "." else []
    inputs = [] if ctx.info_name in _MADE_BY_ARGUMENT else list(_inputs(ctx))
    kept = list(secrets)
    for number, (flag, path) in enumerate(outputs):
        hint = f"Give another name with {flag}."
        if any(_is_same(path, one) for one in inputs) or (flag == "--log-file" and any(_is_sheet_in(path, one) for one in inputs)):
            raise UsageProblem(f"{flag} would write over the input {path}.", hint=hint)
        if any(_is_same(path, one) for one in kept):
            raise UsageProblem(f"{flag} would write over {path}, which holds a key or the settings.", hint=hint)
        if home is not None and _is_own(path, home):
            raise UsageProblem(f"{flag} would write over {path}, which bulkportal keeps its memory in.", hint=hint)
        if other := next((name for name, one in outputs[:number] if _is_same(path, one)), None):
            raise UsageProblem(f"{other} and {flag} name the same file {path}.", hint=hint)


def keys_and_settings(*kept: Path | None) -> Iterator[Path]:
    """The files that hold a key, including those that the profile names, and the settings file in force."""
    from bulkportal import settings

    # A settings file that cannot be read is reported by the command itself, and by `doctor` in full.
    with suppress(BulkportalError):
        if found := settings.configured(os.environ).path:
            yield found
    for place in (os.environ.get(settings.KEY_FILE_NAME), os.environ.get(settings.GOOGLE_NAME), *kept):
        if place:
            yield Path(place).expanduser()


def _inputs(ctx: click.Context) -> Iterator[Path]:
    for name in _INPUTS:
        given = ctx.params.get(name)
        for one in given if isinstance(given, tuple) else (given,):
            if isinstance(one, Path) or (isinstance(one, str) and one != "-" and "://" not in one and not one.startswith("env:")):
                yield Path(one)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two paths are one file, by whatever links."""
    with suppress(OSError):
        # By inode where both exist: two spellings, a hard link, or another case on a disk that ignores case are one file.
        if one.exists() and other.exists():
            return one.samefile(other)
    with suppress(OSError, RuntimeError):
        return one.resolve() == other.resolve()
    return one == other


def _is_sheet_in(path: Path, folder: Path) -> bool:
    """Whether a path is a sheet that is there already, in a folder that is read."""
    with suppress(OSError, RuntimeError):
        return path.is_file() and path.suffix.casefold() in _SHEETS and folder.resolve() in path.resolve().parents
    return False


def _is_own(path: Path, home: Path) -> bool:
    with suppress(OSError, RuntimeError):
        place, own = path.resolve(), home.resolve()
        if place == own or (place.parent == own and any(fnmatch.fnmatch(place.name, pattern) for pattern in _OWN)):
            return True
        # A hard link elsewhere to the ledger would be overwritten just the same.
        kept = (one for pattern in _OWN for one in own.glob(pattern))
        return path.exists() and any(path.samefile(one) for one in kept)
    return False
