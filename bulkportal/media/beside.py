"""The files beside a sheet, by the names that people write: found where a name is the same, suggested where it is nearly so.

A file's name on disk may be written in another form than in the cell: a Mac takes letters apart (NFD), a browser writes %20. What
nobody sees makes no other name (see `names`); everything else is reported with a suggestion, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from bulkportal import names
from bulkportal.media.paths import IMAGES, VIDEOS, locate

_MOST_FILES = 20_000
"""So many files are looked through for one that may have been meant."""

_MOST_SLIPS = 200
"""For so many names that are not there, one of nearly the same letters is looked for; for all others only one that looks alike."""

_QUOTES = "\"'`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb<> "


class Beside:
    """The folders in which the files of a sheet may lie, each listed once. Nothing outside them is ever named."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(roots)
        self._listed: dict[Path, Mapping[str, tuple[str, ...]]] = {}
        self._slips = 0

    def locate(self, text: str) -> Path:
        """The file that a cell names: exactly, else the only one of the same name; else the place where it would be. Raises OutsideRoot."""
        place = locate(text, roots=self._roots)
        return place if _is_there(place) else self.found(text) or place

    def found(self, text: str) -> Path | None:
        """The file or folder of the same name, where there is exactly one."""
        for root in self._bases:
            place = self._below(root, PurePosixPath(text.strip().replace("\\", "/")))
            if place is not None and place.resolve().is_relative_to(root):
                return place
        return None

    def nearest(self, text: str) -> str:
        """What was probably meant by a name under which there is nothing, as a cell would name it; empty where nothing is near."""
        named = PurePosixPath(unquote(text.strip(_QUOTES)).replace("\\", "/"))
        # The same name in another folder comes first: a wrong path is a more common slip than a wrong letter.
        exact = next((self.said(place) for place in self._media if place.name == named.name), "")
        if exact or not named.name:
            return exact
        wanted = names.likeness(named.name.strip(_QUOTES))
        stem = names.likeness(PurePosixPath(named.name).stem)
        place = self._alike.get(wanted) or self._stems.get(wanted) or self._stems.get(stem)
        # Each such search compares with the names of all files; a sheet whose folder is missing would ask once a row.
        if place is None and self._slips < _MOST_SLIPS:
            self._slips += 1
            place = self._alike.get(names.likeness(self._near.of(named.name)))
        return self.said(place) if place else ""

    @cached_property
    def _bases(self) -> tuple[Path, ...]:
        return tuple(root.resolve() for root in self._roots)

    def _below(self, base: Path, named: PurePosixPath) -> Path | None:
        """The entry below a folder whose every part has the same name; the exact one before all others."""
        if named.is_absolute() or ".." in named.parts:
            return None
        place = base
        for part in named.parts:
            there = (part,) if _is_there(place / part) else self._entries(place).get(names.plain(part), ())
            # Two files that differ in nothing that can be seen: either may be meant, so neither is taken.
            if len(there) != 1:
                return None
            place /= there[0]
        return place

    def _entries(self, folder: Path) -> Mapping[str, tuple[str, ...]]:
        """What is in a folder, by plain name."""
        if folder not in self._listed:
            found: dict[str, tuple[str, ...]] = {}
            for entry in _entries(folder):
                plain = names.plain(entry.name)
                found[plain] = (*found.get(plain, ()), entry.name)
            self._listed[folder] = found
        return self._listed[folder]

    @cached_property
    def _media(self) -> tuple[Path, ...]:
        """The media files in the folders and one level below, those nearest to the sheet first."""
        found: list[Path] = []
        for base in self._bases:
            # No linked folders: a link back up the tree would list the same files once more.
            folders = [base, *(entry for entry in _entries(base) if entry.is_dir() and not entry.is_symlink())]
            for place in (entry for folder in folders for entry in _entries(folder) if entry.suffix.lower() in VIDEOS | IMAGES):
                if len(found) < _MOST_FILES and place.is_file() and place.resolve().is_relative_to(base):
                    found.append(place)
        return tuple(found)

    @cached_property
    def _alike(self) -> Mapping[str, Path]:
        # From the back, so that of several that look alike the one nearest to the sheet stays.
        return {names.likeness(place.name): place for place in reversed(self._media)}

    @cached_property
    def _stems(self) -> Mapping[str, Path]:
        return {names.likeness(place.stem): place for place in reversed(self._media)}

    @cached_property
    def _near(self) -> names.Nearest:
        return names.Nearest(place.name for place in self._media)

    def said(self, place: Path) -> str:
        """A place as a cell would name it."""
        return next((place.relative_to(base).as_posix() for base in self._bases if place.is_relative_to(base)), place.name)


def _is_there(place: Path) -> bool:
    try:
        return place.exists()
    except (OSError, ValueError):  # a name that no system allows
        return False


def _entries(folder: Path) -> Iterator[Path]:
    """What is in a folder that can be read, in order, without hidden entries."""
    try:
        yield from sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
    except OSError:
        return
