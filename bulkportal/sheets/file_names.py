"""Names of files: one that fits into any file system, and one that any text can hold."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

LONGEST = 255
"""Bytes of a name on common file systems; on some, such as encrypted ones, fewer: then the system's own refusal is reported."""

_DRAFT = 24
"""Bytes that are left for what a file is called while it is written: a dot, a random word, ``.part``."""

BY_PRODUCTS = ".bulkportal"
"""The ending of the folder that holds what comes of a launch: its corrected copy, its plan, its report, its runs."""

_NOT_TEXT = re.compile("[\ud800-\udfff]")
_ODD = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]")
"""What a file's name must not hold on every system."""


def shown(name: str | Path) -> str:
    """A name or path as text: bytes that are not UTF-8 are written as ``%E9``. Different names stay different in practice."""
    return _NOT_TEXT.sub(lambda letter: "".join(f"%{byte:02X}" for byte in letter[0].encode("utf-8", "surrogateescape")), str(name))


def fitting(stem: str, ending: str) -> str:
    """A file name of this stem and ending. Where it would be too long in bytes, the stem is cut, and a mark of the whole stem keeps it apart."""
    text = shown(stem)
    encoded = text.encode()
    room = LONGEST - _DRAFT - len(os.fsencode(ending))
    if len(encoded) <= room:
        return text + ending
    mark = hashlib.sha256(encoded).hexdigest()[:8]
    return f"{encoded[: room - 9].decode('utf-8', 'ignore').rstrip(' .')}~{mark}{ending}"


def allowed(name: str) -> str:
    """A file name that every system takes, of one that came from elsewhere; empty where nothing of it is left."""
    return _ODD.sub("_", name).strip(" .")[-150:]


def place_for(folder: Path, name: str, may_replace: Callable[[Path], bool]) -> Path:
    """The place of that name in a folder, or one with a number where another file has it, which `may_replace` says of a file that is there."""
    place, number = folder / name, 2
    while place.exists() and not may_replace(place):
        place, number = folder / f"{Path(name).stem}-{number}{Path(name).suffix}", number + 1
    return place


def launch_stem(source: Path) -> str:
    """What a launch is called: the name of its file or folder; its report and its plan are called after it, and theirs after it too."""
    stem = source.name if source.is_dir() else source.stem
    while stem.endswith((".report", ".plan")):  # a name that merely ends in .next is the user's own
        stem = re.sub(r"(\.next)*\.report$|\.plan$", "", stem)
    return stem


def by_products_of(source: Path) -> Path:
    """The folder of what comes of a launch, beside it; what lies in such a folder itself belongs to the same one."""
    source = source.resolve()
    return source.parent if source.parent.suffix == BY_PRODUCTS else source.parent / fitting(launch_stem(source), BY_PRODUCTS)
