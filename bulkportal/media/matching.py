"""Media by their place: files that no cell names, found by a pattern such as ``media/{bundle}/{position}.mp4``.

The extension of the pattern stands for every extension of its kind; case and leading zeros do not matter. A
carousel is a folder of that name, or files numbered behind it. Nothing is guessed: two candidates are a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from bulkportal.media.places import natural

DEFAULT_PATTERN = "media/{bundle}/{position}.mp4"

VIDEOS = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi"})
IMAGES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"})

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_BEHIND = r"[ ._-]*\(?\d+\)?"


class WrongPattern(ValueError):
    """A pattern that cannot be used, with the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
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


def match(places: Sequence[Place], pattern: str, roots: Sequence[Path]) -> Found:
    """Look for the media of each place. Raises WrongPattern."""
    plan = _Pattern(pattern)
    found = Found()
    seen: dict[str, Path] = {}
    used: set[str] = set()
    for place in places:
        folder = plan.folder(place)
        here = next((root / folder for root in roots if folder is not None and (root / folder).is_dir()), None)
        if folder is None or here is None:
            found.missing.append(place.key)
            continue
        seen[folder] = here
        texts = plan.candidates(place, here, folder)
        used.update(texts)
        if not texts:
            found.missing.append(place.key)
        elif place.kind == "video" and len(texts) > 1:
            found.doubtful[place.key] = texts
        else:
            found.matched[place.key] = texts
    for folder, here in seen.items():
        found.left_over += [text for text in _media_in(here, folder) if text not in used]
    return found


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

    def folder(self, place: Place) -> str | None:
        """The folder in which a place's media would lie; nothing where a name cannot be a folder's."""
        if not place.bundle.strip(". ") or re.search(r"[/\\\0]", place.bundle):
            return None
        parent = PurePosixPath(self.text.replace("\\", "/")).parent
        return str(parent).replace("{bundle}", place.bundle).replace("{position}", str(place.position))

    def candidates(self, place: Place, here: Path, folder: str) -> tuple[str, ...]:
        """What is there for a place, as paths below the root."""
        stem = PurePosixPath(self.text.replace("\\", "/")).stem
        named = re.escape(stem).replace(re.escape("{bundle}"), re.escape(place.bundle)).replace(re.escape("{position}"), f"0*{place.position}")
        if place.kind == "video":
            return tuple(text for text in _media_in(here, folder) if _fits(text, named, VIDEOS))
        inside = [entry for entry in sorted(here.iterdir()) if entry.is_dir() and re.fullmatch(named, entry.name, re.IGNORECASE)]
        if inside:
            return tuple(text for text in _media_in(inside[0], f"{folder}/{inside[0].name}") if Path(text).suffix.lower() in IMAGES)
        return tuple(text for text in _media_in(here, folder) if _fits(text, f"{named}{_BEHIND}", IMAGES))


def _fits(text: str, named: str, suffixes: Iterable[str]) -> bool:
    path = PurePosixPath(text)
    return path.suffix.lower() in suffixes and re.fullmatch(named, path.stem, re.IGNORECASE) is not None


def _media_in(here: Path, folder: str) -> list[str]:
    """The media files of a folder in natural order, as paths below the root; hidden ones are nobody's."""
    names = [entry.name for entry in here.iterdir() if entry.is_file() and not entry.name.startswith(".")]
    return [f"{folder}/{name}" for name in sorted(names, key=natural) if Path(name).suffix.lower() in VIDEOS | IMAGES]


def expanded(text: str, roots: Sequence[Path]) -> tuple[str, ...]:
    """The images that an entry of a list stands for: those of a folder, or of a pattern with * and ?, in natural order.

    Anything else stands for itself. What a pattern finds outside the roots does not count.
    """
    named = PurePosixPath(text.strip().replace("\\", "/"))
    if named.is_absolute() or ".." in named.parts or not named.parts:
        return (text,)
    for root in roots:
        base = root.resolve()
        if re.search(r"[*?]", text):
            hits = [hit.relative_to(base) for hit in base.glob(str(named)) if hit.is_file() and hit.resolve().is_relative_to(base)]
            images = [hit.as_posix() for hit in hits if hit.suffix.lower() in IMAGES]
            found = tuple(sorted(images, key=natural))
        elif (base / named).is_dir() and (base / named).resolve().is_relative_to(base):
            found = tuple(one for one in _media_in(base / named, str(named)) if Path(one).suffix.lower() in IMAGES)
        else:
            continue
        if found:
            return found
    return (text,)
