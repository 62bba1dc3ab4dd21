"""An inbox at an address: a bucket, or a folder of an SFTP server, reached through fsspec.

Launches that are still are downloaded into a working folder in BULKPORTAL_HOME and processed there, as in a local inbox.
The results go back in an order in which nothing can be lost: the report and the archived copy are uploaded and
verified there, then the launch is removed from the inbox, then the copy here. Each of these steps may be repeated.

A password in the address is used, and never shown, kept or logged.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, ParamSpec, TypeVar
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import url2pathname

from bulkportal import private, remote_files
from bulkportal.automate.inbox import (
    DONE,
    FAILED,
    LOCK,
    REPORTS,
    Folder,
    Inbox,
    Item,
    ScanContext,
    ScanResult,
    is_left_alone,
    is_sheet,
    mark_of,
    open_inbox,
)
from bulkportal.automate.moving import remove
from bulkportal.errors import BulkportalError, TemporaryTrouble, UsageProblem
from bulkportal.records.history import FileMark, RunHistory, Taken
from bulkportal.remote_files import Filesystem, NotServed, Trouble
from bulkportal.remote_files.store_address import OBJECTS

P = ParamSpec("P")
T = TypeVar("T")

MOST_WAIT = 60.0
"""Seconds that a run waits at most for launches to prove still; others are left to a later run."""

_MARGIN = 0.05  # a wait of exactly the rest could end just before it
# What shows another version of a file: on S3 its ETag, on Google Cloud Storage its generation, on SFTP its mtime.
_VERSIONS = ("ETag", "etag", "generation", "mtime", "LastModified", "updated")


def inbox_at(place: str, home: Path) -> Inbox:
    """The inbox that a path, an address or ``env:NAME`` (the variable that holds either) names. Raises UsageProblem."""
    place = remote_files.named(place, what="the inbox")
    if not remote_files.is_elsewhere(place):
        return Folder(Path(place))
    scheme = remote_files.scheme(place)
    if scheme == "file":
        return Folder(Path(url2pathname(urlsplit(place).path)))
    if not remote_files.is_remote(place):
        raise UsageProblem(f"An inbox cannot be at {scheme}://.", hint="Use s3://, gs:// or sftp://, or a folder of this machine.")
    if not remote_files.names_a_place(place) or urlsplit(place).fragment or urlsplit(place).query:
        raise UsageProblem("The address of the inbox names no bucket or server.", hint=NotServed(Trouble.ADDRESS, "").hint)
    return RemoteInbox(address=place, home=home)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One launch in the remote inbox: each of its files by its path below the inbox, with version and size as the store states them."""

    name: str
    files: tuple[tuple[str, str, int], ...]
    half: bool = False

    @property
    def mark(self) -> FileMark:
        version = hashlib.sha256(repr(sorted(self.files)).encode()).digest()
        # Seven bytes: SQLite's integers have eight, with a sign.
        return FileMark(size=sum(size for _, _, size in self.files), newest=int.from_bytes(version[:7], "big"))


@dataclass(slots=True, kw_only=True)
class RemoteInbox:
    """An inbox at an address. `home` holds the working folder; every machine has its own."""

    address: str
    home: Path
    _connected: Filesystem | None = None
    _root: str = ""

    @property
    def _store(self) -> Filesystem:
        assert self._connected is not None, "asked before it was connected"  # noqa: S101 - `_asked` connects
        return self._connected

    @property
    def _parts(self) -> SplitResult:
        return urlsplit(self.address)

    @property
    def name(self) -> str:
        """The address without user, password and query."""
        return remote_files.shown(self.address)

    @property
    def short(self) -> str:
        """The last part of the address."""
        return unquote(PurePosixPath(self._parts.path).name) or self.name.partition("://")[2]

    @property
    def folder(self) -> Path:
        """The working folder, the same for every run with this address."""
        whose = f"{self._parts.username or ''}@{self.name}"
        return self.home / "inboxes" / hashlib.sha256(whose.encode()).hexdigest()[:16]

    def open(self) -> None:
        """Make the working folder. Raises UsageProblem."""
        try:
            private.folder(self.home)
            private.folder(self.folder.parent)
            private.folder(self.folder)
        except OSError as error:
            raise UsageProblem(f"The folder {self.home} cannot be used ({error.strerror}).", hint="Set BULKPORTAL_HOME to another folder.") from error
        open_inbox(self.folder)

    def display_path(self, path: Path) -> str:
        """Its address."""
        return f"{self.name}/{path.relative_to(self.folder).as_posix()}"

    # -- from the inbox

    async def find(self, context: ScanContext) -> ScanResult:
        """Download what has not changed during the wait. Raises TemporaryTrouble, UsageProblem."""
        self._clear(context.diary)
        entries = await self._asked(self._entries)
        rest = [left for entry in entries if 0 < (left := context.still_seconds - self._seen(entry, context)) <= MOST_WAIT]
        if rest:
            await _waited(max(rest) + _MARGIN, context.stopped)
            entries = await self._asked(self._entries)
        ready: list[Item] = []
        incomplete: list[str] = []
        failed: list[tuple[str, BulkportalError]] = []
        for entry in entries:
            if entry.half or self._seen(entry, context) < context.still_seconds:
                incomplete.append(entry.name)
                continue
            try:
                item = await self._asked(self._brought, entry)
            except BulkportalError as problem:
                failed.append((entry.name, problem))
                continue
            ready += [item] if item else []
            incomplete += [] if item else [entry.name]
        return ScanResult(ready=tuple(ready), incomplete=tuple(incomplete), failed=tuple(failed))

    def _seen(self, entry: _Entry, context: ScanContext) -> float:
        """For how long we have seen it unchanged: a server's clock, or a file time that a copy has preserved, does not tell."""
        return context.diary.sighted(self._key(entry.name), entry.mark, context.clock())

    def _key(self, name: str) -> str:
        return str(self.folder / name)

    def _brought(self, entry: _Entry) -> Item | None:
        """The launch, downloaded completely; None if it changed meanwhile."""
        target = self.folder / entry.name
        draft = target.with_name(f".{entry.name}.part")
        remove(draft)
        for name, _, size in entry.files:
            part = draft.joinpath(*PurePosixPath(name).parts[1:])
            part.parent.mkdir(parents=True, exist_ok=True)
            self._store.get_file(f"{self._root}/{name}", str(part))
            # Whether an interrupted download is an error depends on the store's library.
            if part.stat().st_size != size:
                return None
        # Compared after the download: it may have read the old version of one file and the new version of the next.
        now = self._entry(entry.name)
        if now is None or now.mark != entry.mark:
            return None
        draft.rename(target)
        mark = mark_of(target)
        return Item(path=target, mark=mark) if mark else None

    # -- back to it

    async def deliver(self, diary: RunHistory) -> tuple[Taken, ...]:
        """Upload reports first, then the archived launches, each verified before its source is removed. Raises as `find`."""
        for path in self._leaving(REPORTS):
            mark = mark_of(path)
            if mark is not None and not _was_delivered(path, diary):
                await self._asked(self._put, path)
                diary.sighted(str(path), mark, 0)
        finished: list[Taken] = []
        for path in self._leaving(DONE, FAILED):
            taken = diary.taken_to(path)
            await self._asked(self._put, path)
            if taken is not None:
                await self._asked(self._take_out, taken.name, diary.last_mark(self._key(taken.name)))
                finished.append(taken)
            remove(path)
        return tuple(finished)

    def _put(self, path: Path) -> None:
        """Upload a file or a folder, and verify that it arrived completely."""
        for part in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if not part.is_file():
                continue
            target, size = f"{self._root}/{part.relative_to(self.folder).as_posix()}", part.stat().st_size
            # The name of an archived launch contains the run's id: a file there of that name was uploaded by us, before we were stopped.
            if path.parent.name != REPORTS and self._size(target) == size:
                continue
            # In an object store a file appears only when it is complete; on SFTP half of one is visible under its name.
            draft = target if self._objects else str(PurePosixPath(target).with_name(f".{part.name}.part"))
            self._store.put_file(str(part), draft)
            if draft != target:
                self._store.mv(draft, target)
            if self._size(target) != size:
                raise TemporaryTrouble(f"{part.name} did not arrive whole at {self.name}.", hint="Run it again; nothing was removed there.")

    def _take_out(self, name: str, mark: FileMark | None) -> None:
        """Delete a launch that is done, if it is still the version that was downloaded: a newer one in its place stays."""
        entry = self._entry(name)
        if entry is None or entry.mark != mark:
            return
        for file, _, _ in entry.files:
            self._store.rm_file(f"{self._root}/{file}")
        folders = {str(parent) for file, _, _ in entry.files for parent in PurePosixPath(file).parents if str(parent) != "."}
        # The innermost first; an object store has no folders to remove.
        for folder in sorted(folders, reverse=True) if not self._objects else ():
            with suppress(Exception):  # something new is in it; stores raise different errors for that
                self._store.rm(f"{self._root}/{folder}")

    async def there(self, places: Collection[Path]) -> set[Path]:
        """Those that exist. Raises as `find`."""

        def find() -> set[Path]:
            return {place for place in places if self._store.exists(f"{self._root}/{place.relative_to(self.folder).as_posix()}")}

        return await self._asked(find) if places else set()

    def _leaving(self, *folders: str) -> list[Path]:
        return [path for name in folders for path in sorted((self.folder / name).iterdir()) if not is_left_alone(path.name)]

    def _clear(self, diary: RunHistory) -> None:
        """Leave only the lock and what is still to be delivered in the working folder: everything else is in the inbox.

        Delivered reports are kept until now, so that a notification can attach them.
        """
        for path in self.folder.iterdir():
            if path.name not in (REPORTS, DONE, FAILED, LOCK):
                remove(path)
        for path in self._leaving(REPORTS):
            if _was_delivered(path, diary):
                path.unlink()

    # -- the store

    @property
    def _objects(self) -> bool:
        return remote_files.store_of(self.address) in OBJECTS

    async def _asked(self, question: Callable[P, T], *words: P.args, **more: P.kwargs) -> T:
        """Ask the store, in a thread, since its libraries block. Raises TemporaryTrouble, UsageProblem."""

        def ask() -> T:
            with self._said():
                self._connect()
                return question(*words, **more)

        return await asyncio.to_thread(ask)

    def _connect(self) -> None:
        if self._connected is None:
            store, root = remote_files.connect(self.address, fresh=True)
            self._connected = store
            self._root = root.rstrip("/")
        # fsspec caches listings: whether a launch is still cannot be seen in the listing of a moment ago.
        self._store.invalidate_cache()

    @contextmanager
    def _said(self) -> Iterator[None]:
        """Turn the failures of a store into our errors."""
        try:
            with remote_files.told(self.address):
                yield
        except NotServed as problem:
            raise self._as_ours(problem) from None

    def _as_ours(self, problem: NotServed) -> BulkportalError:
        match problem.trouble:
            case Trouble.GONE:
                return UsageProblem(f"There is no place {self.name}.", hint="Check the address; make the bucket or the folder first.")
            case Trouble.LOGIN:
                hint = f"{problem.hint[:-1]}; bulkportal lists, reads, writes and deletes there."
                return UsageProblem(f"{self.name} does not let bulkportal in.", hint=hint)
            case Trouble.UNSURE:
                return TemporaryTrouble(f"{self.name} cannot be used: {problem.why}.", hint="Run it again later; nothing is lost there.")
            case _:
                return UsageProblem(f"{self.name} cannot be used: {problem.why}.", hint=problem.hint)

    def _size(self, path: str) -> int | None:
        try:
            found = self._store.info(path)
        except FileNotFoundError:
            return None
        return int(found["size"])

    def _entries(self) -> tuple[_Entry, ...]:
        """The launches in the inbox by name, complete or not."""
        found = (self._entry_of(info) for info in self._list(self._root))
        return tuple(sorted((entry for entry in found if entry is not None), key=lambda entry: entry.name))

    def _entry(self, name: str) -> _Entry | None:
        self._store.invalidate_cache()
        # Listed again instead of looked up by name: a folder of an object store has no entry of its own.
        return next((self._entry_of(info) for info in self._list(self._root) if _name(info) == name), None)

    def _entry_of(self, info: dict[str, Any]) -> _Entry | None:
        name = _name(info)
        if is_left_alone(name) or not _is_plain(name):
            return None
        if info["type"] == "file":
            return _Entry(name, (_fact(name, info),)) if is_sheet(name) else None
        if info["type"] != "directory" or not any(is_sheet(_name(one), in_folder=True) for one in self._list(info["name"])):
            return None
        inside = tuple(self._inside(info["name"], name))
        return _Entry(name, inside, half=any(is_left_alone(PurePosixPath(file).name) for file, _, _ in inside))

    def _inside(self, path: str, below: str) -> Iterator[tuple[str, str, int]]:
        for info in self._list(path):
            name = _name(info)
            if _is_plain(name) and info["type"] == "directory":
                yield from self._inside(info["name"], f"{below}/{name}")
            elif _is_plain(name) and info["type"] == "file":
                yield _fact(f"{below}/{name}", info)

    def _list(self, path: str) -> list[dict[str, Any]]:
        try:
            found = self._store.ls(path, detail=True)
        except FileNotFoundError:
            if self._objects and self._store.exists(path.partition("/")[0]):  # the bucket exists, so the folder is empty
                return []
            raise
        # An object store may hold an object that stands for the folder itself.
        return [info for info in found if info["name"].rstrip("/") != path.rstrip("/")]


async def _waited(seconds: float, stopped: Callable[[], bool]) -> None:
    until = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < until and not stopped():  # noqa: ASYNC110 - a signal pulls the brake, which is no event
        await asyncio.sleep(0.05)


def _name(info: dict[str, Any]) -> str:
    return PurePosixPath(info["name"]).name


def _is_plain(name: str) -> bool:
    """Whether a name from the store is safe as a file name here, and no path to another folder (nor, by a colon, to a drive of Windows)."""
    return name not in ("", ".", "..") and not any(sign in name for sign in "/\\\0:")


def _fact(name: str, info: dict[str, Any]) -> tuple[str, str, int]:
    return name, "/".join(str(info[key]) for key in _VERSIONS if info.get(key)), int(info["size"])


def _was_delivered(path: Path, diary: RunHistory) -> bool:
    return diary.last_mark(str(path)) == mark_of(path)
