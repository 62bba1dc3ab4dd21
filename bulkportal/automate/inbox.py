"""The inbox: which files of a folder are launches, which are still being written, and the hash of each one's content.

Nothing here is opened as a sheet. A file counts as complete when neither its size nor its times have changed for a while;
the temporary files of spreadsheet programs, browsers and copying programs are never taken for launches.

A night works in a folder of this machine: the inbox itself, or for a remote inbox a working folder, into which
launches are downloaded and from which everything is delivered (`remote_inbox`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Protocol

from bulkportal.errors import BulkportalError, UsageProblem
from bulkportal.records.history import FileMark, RunHistory, Taken, plain_name
from bulkportal.regular import open_to_read
from bulkportal.sheets.file_names import shown

REPORTS, DONE, FAILED = "reports", "done", "failed"
"""The folders that bulkportal makes in an inbox."""

LOCK = ".bulkportal.lock"
"""The file that a run locks while it works."""

SHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".tsv", ".zip")
"""Endings of launches; anything else in the folder is left alone (media lies beside its sheet)."""

_FOLDER_SHEETS = (".csv", ".tsv")
# Lock files of Office (~$), hidden files, downloads of browsers (.crdownload, .part), copies of WinSCP (.filepart), editors (#, ~, .swp).
_PARTIAL = re.compile(r"^(~\$|\.|~)|\.(part|partial|tmp|temp|crdownload|download|filepart|swp|lock)$|#$|~$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One launch in the inbox: a file, or a folder of CSV files.

    `name` is its name in the inbox, `plain` the same without what a run or a report has added to it: by `plain`, the
    corrected copy of a file is recognised as the same launch.
    """

    path: Path
    mark: FileMark

    @property
    def name(self) -> str:
        """The name in the inbox."""
        return shown(self.path.name)

    @property
    def plain(self) -> str:
        """The launch that it is a version of."""
        return plain_name(self.name)


def open_inbox(folder: Path) -> Path:
    """Make the folders in an inbox, and return its path. Raises UsageProblem if it does not exist or cannot be written to."""
    if not folder.is_dir():
        raise UsageProblem(f"There is no folder {folder}.", hint="Name the folder into which the launches are put.")
    try:
        for own in (REPORTS, DONE, FAILED):
            (folder / own).mkdir(exist_ok=True)
    except OSError as error:
        hint = "bulkportal moves what it has done to done/ and failed/: let it write there."
        raise UsageProblem(f"The folder {folder} cannot be written to ({error.strerror}).", hint=hint) from error
    return folder.resolve()


def items(folder: Path) -> tuple[Item, ...]:
    """The launches of an inbox by name, complete or not."""
    found = (path for path in sorted(folder.iterdir()) if _is_launch(path))
    return tuple(Item(path=path, mark=mark) for path in found if (mark := mark_of(path)) is not None)


def is_left_alone(name: str) -> bool:
    """Whether a name is one of our folders, or that of a temporary file."""
    return name in (REPORTS, DONE, FAILED) or _PARTIAL.search(name) is not None


def is_sheet(name: str, *, in_folder: bool = False) -> bool:
    """Whether a file of this name is a launch, or, in a folder, makes the folder one."""
    return PurePath(name).suffix.casefold() in (_FOLDER_SHEETS if in_folder else SHEETS) and not _PARTIAL.search(name)


def passed_over(path: Path) -> str:
    """Why something that looks like a launch is not taken, in words; empty for everything else.

    Companion files (`~$launch.xlsx`, `._launch.xlsx`) lie beside the file that they belong to, and are never launches.
    """
    name = path.name
    if PurePath(name).suffix.casefold() not in SHEETS or name.startswith(("~$", "._", ".~")):
        return ""
    if path.is_symlink():
        return "This is a link, and links are not followed. Put the file itself here, or name its folder as the inbox."
    if name.startswith(("~", ".")) and path.is_file():
        return f"Its name begins with {name[0]}, like that of a file that a program is still writing. If it is a launch, give it another name."
    return ""


def _is_launch(path: Path) -> bool:
    if is_left_alone(path.name) or path.is_symlink():
        return False
    if path.is_dir():
        return any(is_sheet(file.name, in_folder=True) for file in path.iterdir())
    return path.is_file() and is_sheet(path.name)


def mark_of(path: Path) -> FileMark | None:
    """The size and the newest time of a file, or of all that is in a folder; None if it has gone meanwhile."""
    try:
        found = [part.stat() for part in (path, *_inside(path))]
    except OSError:
        return None
    # A copying program may set mtime back to that of its source; ctime it cannot set.
    newest = max(max(one.st_mtime_ns, one.st_ctime_ns) for one in found)
    return FileMark(size=sum(one.st_size for one in found), newest=newest)


def is_still(item: Item, now: float, still_seconds: float) -> bool:
    """Whether nothing of it has changed for so long. A folder that holds a temporary file is not still."""
    if any(_PARTIAL.search(part.name) for part in _inside(item.path)):
        return False
    return now - item.mark.newest / 1e9 >= still_seconds


def digest(path: Path) -> str:
    """The hash of the content: of a file's bytes, or of all names and bytes in a folder. Raises OSError."""
    if path.is_file():
        return _hashed(path)
    whole = hashlib.sha256()
    for part in sorted(_inside(path)):
        if part.is_file():
            whole.update(f"{part.relative_to(path).as_posix()}\x00{_hashed(part)}\x00".encode())
    return whole.hexdigest()


def _hashed(path: Path) -> str:
    with open_to_read(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _inside(path: Path) -> Iterator[Path]:
    if path.is_dir():
        # Links may lead out of the inbox, or in a circle.
        yield from (part for part in path.rglob("*") if not part.is_symlink())


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanContext:
    """How an inbox is scanned.

    `still_seconds` is how long a launch must have been unchanged; `clock` returns the time in seconds; `stopped` whether the
    run was interrupted, so that it must not wait.
    """

    diary: RunHistory
    still_seconds: float
    clock: Callable[[], float]
    stopped: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    """The launches of an inbox: `ready` are here and complete, `incomplete` are still being written, `failed` could not be fetched.

    `passed` look like launches but are not taken, each with the reason.
    """

    ready: tuple[Item, ...]
    incomplete: tuple[str, ...] = ()
    failed: tuple[tuple[str, BulkportalError], ...] = ()
    passed: tuple[tuple[str, str], ...] = ()


class Inbox(Protocol):
    """Where launches are put, and where their results go.

    `folder` is where a night works; `name` is what people see, `short` its last part.
    """

    @property
    def folder(self) -> Path:
        """The folder of this machine in which a night works, with reports/, done/ and failed/ in it."""

    @property
    def name(self) -> str:
        """Its path or address, without anything secret."""

    @property
    def short(self) -> str:
        """The last part of its name."""

    def open(self) -> None:
        """Make what a night needs. Raises UsageProblem."""

    async def find(self, context: ScanContext) -> ScanResult:
        """The launches in it; those that are still are in `folder` afterwards. Raises the errors of `errors`."""

    async def deliver(self, diary: RunHistory) -> tuple[Taken, ...]:
        """Bring reports/, done/ and failed/ to where people look, and only then remove the launches from the inbox.

        Returns the launches that are finished by this. Raises the errors of `errors`; repeating it finishes the rest.
        """

    async def there(self, places: Collection[Path]) -> set[Path]:
        """Those places in done/ and failed/ that exist. Raises the errors of `errors`."""

    def display_path(self, path: Path) -> str:
        """A path in `folder` as people see it."""


@dataclass(slots=True)
class Folder:
    """An inbox that is a folder of this machine: everything is in its place at once."""

    folder: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.folder)

    @property
    def short(self) -> str:
        """The folder's own name."""
        return self.folder.name

    def open(self) -> None:
        """Make its folders. Raises UsageProblem if there is no such folder, or it cannot be written to."""
        self.folder = open_inbox(self.folder)

    async def find(self, context: ScanContext) -> ScanResult:
        """What lies there, by name."""
        found = items(self.folder)
        ready = tuple(item for item in found if self._is_still(item, context))
        passed = tuple((shown(path.name), why) for path in sorted(self.folder.iterdir()) if (why := passed_over(path)))
        return ScanResult(ready=ready, incomplete=tuple(item.name for item in found if item not in ready), passed=passed)

    def _is_still(self, item: Item, context: ScanContext) -> bool:
        now, enough = context.clock(), context.still_seconds
        if is_still(item, now, enough):
            return True
        # A time in the future comes from a machine whose clock is ahead: then it counts for how long we have seen the file unchanged.
        return item.mark.newest / 1e9 > now and context.diary.sighted(str(item.path), item.mark, now) >= enough

    async def deliver(self, diary: RunHistory) -> tuple[Taken, ...]:  # noqa: ARG002 - of the protocol
        """Nothing to deliver: everything is in its place already."""
        return ()

    async def there(self, places: Collection[Path]) -> set[Path]:
        """Those that are."""
        return {place for place in places if place.exists()}

    def display_path(self, path: Path) -> str:
        """The path."""
        return str(path)
