"""Moves a launch out of the inbox: by a rename, or, to another file system, by a copy that is verified before the source goes."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from bulkportal.automate.inbox import digest
from bulkportal.errors import UsageProblem, unwritten
from bulkportal.sheets.file_names import fitting


def archived_name(name: str, run_id: str) -> str:
    """The name with the run's id before its ending."""
    path = Path(name)
    return fitting(path.stem, f".{run_id}{path.suffix}")


def move(source: Path, target: Path) -> None:
    """Move a file or a folder; an existing `target` is never overwritten.

    At every moment the whole content is at one of the two places. Raises UsageProblem.
    """
    # On POSIX a rename silently replaces an existing file.
    if target.exists():
        raise UsageProblem(f"{target} is there already.", hint="Move it away; bulkportal overwrites nothing.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            source.rename(target)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            _across(source, target)
        # The target first: should the power fail between the two, the launch is in both folders, and never in neither.
        _sync(target.parent)
        _sync(source.parent)
    except OSError as error:
        hint = f"It stays where it is. Check the rights of {target.parent} and the room on its disk."
        words = f"{source.name} cannot be moved to {target.parent.name}/ ({error.strerror or error})."
        raise unwritten(error, words, hint=hint) from error


def finish_move(source: Path, target: Path) -> None:
    """Finish a move that was interrupted. Raises UsageProblem."""
    if target.exists() and digest(target) == digest(source):
        remove(source)
    else:
        move(source, target)


def _across(source: Path, target: Path) -> None:
    """To another file system: the copy gets its name once it is complete and on the disk, and only then the source is removed."""
    # A name that `inbox` takes for a temporary file, so that half a copy is never imported or delivered.
    draft = target.with_name(f".{target.name}.part")
    remove(draft)
    if source.is_dir():
        shutil.copytree(source, draft)
    else:
        shutil.copy2(source, draft)
    for part in (draft, *draft.rglob("*")):
        if part.is_file():
            with part.open("rb") as file:
                os.fsync(file.fileno())
    if digest(draft) != digest(source):
        remove(draft)
        raise OSError(errno.EIO, "the copy is not the same as the file")
    draft.rename(target)
    _sync(target.parent)
    remove(source)


def remove(path: Path) -> None:
    """Delete a file or a folder, if it exists."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    """Flush a folder's entries to the disk, where the system supports it."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows
        return
    try:
        os.fsync(handle)
    except OSError:  # some network file systems
        return
    finally:
        os.close(handle)
