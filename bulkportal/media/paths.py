"""What a cell names: a web address, an address in a cloud, or files below the media folders."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bulkportal.remote_files import scheme

_DIGITS = re.compile(r"(\d+)")
VIDEOS = frozenset({".mp4", ".mov", ".m4v", ".webm", ".mkv", ".avi"})
IMAGES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"})


class OutsideRoot(Exception):
    """A path leads out of the folders in which media may be."""


def locate(text: str, *, roots: Sequence[Path]) -> Path:
    """The file that a cell names, looked for in each root in turn and never outside them.

    Links are followed before the question is asked. When no root has the file, the answer is where
    it would be in the first root, so that its absence can be reported with a place. Raises `OutsideRoot`.
    """
    # Sheets travel: on Linux and Mac a backslash would be a letter of one long file name.
    named = Path(text.strip().replace("\\", "/"))
    inside: list[Path] = []
    for root in roots:
        base = root.resolve()
        try:
            place = (base / named).resolve()
        except (OSError, RuntimeError, ValueError):  # a loop of links, or a name no system allows
            continue
        if place.is_relative_to(base) and place != base:
            if place.exists():
                return place
            inside.append(place)
    if not inside:
        raise OutsideRoot(f"{text.strip()} is not inside the media folders")
    return inside[0]


def name_of(text: str) -> str:
    """What to call a piece of media: a path as written, an address by its last part, since the rest may be a permission."""
    if not scheme(text):
        return text
    parts = urlsplit(text.strip())
    return unquote(parts.path).rstrip("/").rpartition("/")[2] or parts.hostname or "the link"


def split_list(text: str) -> tuple[str, ...]:
    """The items of a list cell: separated by semicolons or new lines, blanks left out."""
    return tuple(item.strip() for item in re.split(r"[;\r\n]", text) if item.strip())


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """A sort key by which slide2 comes before slide10."""
    # Pairs, since a number and a text cannot be compared where two names differ in kind at the same place.
    return tuple((int(part), "") if part.isdecimal() else (-1, part.casefold()) for part in _DIGITS.split(name) if part)
