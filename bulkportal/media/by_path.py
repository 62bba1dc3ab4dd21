"""Media by their place: files that no cell names, found by a pattern such as ``media/{bundle}/{position}.mp4``.

The extension of the pattern stands for every extension of its kind; case and leading zeros do not matter. A
carousel is a folder of that name, or files numbered after it. Nothing is guessed: two candidates are doubtful.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Literal

from bulkportal import names
from bulkportal.media.beside import Beside
from bulkportal.media.paths import IMAGES, VIDEOS, natural

DEFAULT_PATTERN = "media/{bundle}/{position}.mp4"

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_BEHIND = r"[ ._-]*\(?\d+\)?"


class WrongPattern(ValueError):
    """A pattern that cannot be used, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaSlot:
    """A row whose media are to be found by their place. `key` is the caller's own."""

    key: int
    bundle: str
    position: int
    kind: Literal["video", "carousel"]


@dataclass(slots=True)
class Found:
    """What lies where: files by key, as paths below a root; keys without a file; keys with several; files of no row."""

    matched: dict[int, tuple[str, ...]] = field(default_factory=dict)
    missing: list[int] = field(default_factory=list)
    doubtful: dict[int, tuple[str, ...]] = field(default_factory=dict)
    left_over: list[str] = field(default_factory=list)


def match(places: Sequence[MediaSlot], pattern: str, roots: Sequence[Path]) -> Found:
    """Look for the media of each place. Raises WrongPattern."""
    plan = _Pattern(pattern)
    found = Found()
    folders: dict[str, _Folder | None] = {}
    beside = Beside(roots)
    # Each folder is listed once, not once for each of its rows.
    used: set[str] = set()
    for place in places:
        name = plan.folder(place)
        if name is not None and name not in folders:
            here = beside.found(name)
            folders[name] = None if here is None or not here.is_dir() else _Folder(here, beside.said(here))
        folder = None if name is None else folders[name]
        if folder is None:
            found.missing.append(place.key)
            continue
        texts = plan.candidates(place, folder)
        # Before the doubt: of two candidates neither is left over, and the person is asked once.
        used.update(texts)
        if not texts:
            found.missing.append(place.key)
        elif place.kind == "video" and len(texts) > 1:
            found.doubtful[place.key] = texts
        else:
            found.matched[place.key] = texts
    for folder in filter(None, folders.values()):
        found.left_over += [text for text in folder.media if text not in used]
    return found


class _Folder:
    """A folder, listed once for all the places in it; `name` is its path below the root."""

    def __init__(self, here: Path, name: str) -> None:
        self.name = name
        self.media = _media_in(here, name)
        self._here = here

    @cached_property
    def folders(self) -> list[Path]:
        """The folders in it."""
        return [entry for entry in sorted(self._here.iterdir()) if entry.is_dir()]

    @cached_property
    def images(self) -> list[tuple[str, str]]:
        """Its images: the name of each without extension, and its path below the root."""
        return self._of(IMAGES)

    def videos_like(self, stem: str) -> list[tuple[str, str]]:
        """The same of its videos, of those alone whose names may be meant by this one."""
        return self._videos[_alike(stem)]

    @cached_property
    def _videos(self) -> dict[str, list[tuple[str, str]]]:
        alike: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for stem, text in self._of(VIDEOS):
            alike[_alike(stem)].append((stem, text))
        return alike

    def _of(self, suffixes: frozenset[str]) -> list[tuple[str, str]]:
        paths = ((PurePosixPath(text), text) for text in self.media)
        return [(names.plain(path.stem), text) for path, text in paths if path.suffix.lower() in suffixes]


@dataclass(slots=True)
class _Pattern:
    """A pattern, taken apart: its folder, and the name of the file without extension."""

    text: str

    def __post_init__(self) -> None:
        unknown = set(_PLACEHOLDER.findall(self.text)) - {"bundle", "position"}
        path = PurePosixPath(self.text.replace("\\", "/"))
        if unknown:
            raise WrongPattern(f"{{{min(unknown)}}} is not known; there are {{bundle}} and {{position}}")
        if "{position}" not in path.name:
            raise WrongPattern("the file's name must hold {position}")
        if path.is_absolute() or ".." in path.parts:
            raise WrongPattern("it must lie below the sheet's folder or the media folder")

    def folder(self, place: MediaSlot) -> str | None:
        """The folder in which a place's media would lie; nothing where a name cannot be a folder's."""
        # Such a name would climb out of the media folder, or name another one below it.
        if not place.bundle.strip(". ") or re.search(r"[/\\\0]", place.bundle):
            return None
        parent = PurePosixPath(self.text.replace("\\", "/")).parent
        return str(parent).replace("{bundle}", place.bundle).replace("{position}", str(place.position))

    def candidates(self, place: MediaSlot, folder: _Folder) -> tuple[str, ...]:
        """What is there for a place, as paths below the root."""
        stem = PurePosixPath(self.text.replace("\\", "/")).stem
        # Escaped before the names go in, and they escaped too: a bundle called "a.b (1)" must find that folder only.
        named = re.escape(stem).replace(re.escape("{bundle}"), re.escape(place.bundle)).replace(re.escape("{position}"), f"0*{place.position}")
        if place.kind == "video":
            plain = stem.replace("{bundle}", place.bundle).replace("{position}", str(place.position))
            return _fitting(named, folder.videos_like(plain))
        inside = next((entry for entry in folder.folders if re.fullmatch(named, names.plain(entry.name), re.IGNORECASE)), None)
        # A folder wins over numbered files beside it: who makes one has put the whole carousel there.
        if inside is not None:
            return tuple(text for text in _media_in(inside, f"{folder.name}/{inside.name}") if Path(text).suffix.lower() in IMAGES)
        return _fitting(f"{named}{_BEHIND}", folder.images)


def _fitting(named: str, files: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    fits = re.compile(named, re.IGNORECASE).fullmatch
    return tuple(text for stem, text in files if fits(stem))


def _alike(stem: str) -> str:
    """A key that all names matching each other share, whatever their case and zeros: so a row is compared with few files, not with all."""
    # re.IGNORECASE takes the Turkish i's for an i, and casefold does not: without this, a file that matches would not be compared.
    return stem.replace("\u0130", "i").casefold().replace("\u0131", "i").replace("0", "")


def _media_in(here: Path, folder: str) -> list[str]:
    """The media files of a folder in natural order, as paths below the root, without hidden ones."""
    names = [entry.name for entry in here.iterdir() if entry.is_file() and not entry.name.startswith(".")]
    return [f"{folder}/{name}" for name in sorted(names, key=natural) if Path(name).suffix.lower() in VIDEOS | IMAGES]


def expanded(text: str, roots: Sequence[Path]) -> tuple[str, ...]:
    """The images that an entry of a list stands for: those of a folder, or of a pattern with * and ?, in natural order.

    Anything else stands for itself. What a pattern finds outside the roots, which are resolved, does not count.
    """
    named = PurePosixPath(text.strip().replace("\\", "/"))
    if named.is_absolute() or ".." in named.parts or not named.parts:
        return (text,)
    for base in roots:
        if re.search(r"[*?]", text):
            hits = [hit.relative_to(base) for hit in base.glob(str(named)) if hit.is_file() and hit.resolve().is_relative_to(base)]
            images = [hit.as_posix() for hit in hits if hit.suffix.lower() in IMAGES]
            found = tuple(sorted(images, key=natural))
        elif (here := Beside([base]).found(str(named))) is not None and here.is_dir():
            found = tuple(one for one in _media_in(here, here.relative_to(base).as_posix()) if Path(one).suffix.lower() in IMAGES)
        else:
            continue
        if found:
            return found
    return (text,)
